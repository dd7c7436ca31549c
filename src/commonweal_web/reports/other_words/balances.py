"""
What many contracts promised and delivered, from the balances that the ledger keeps: quick enough for a whole body.

They are the numbers of the contracts' own pages, under the same names.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from commonweal import portfolio as engine
from commonweal.crosswalk.express import Delivery
from commonweal.figures import Book
from commonweal.performance.aggregation import Item, aggregate
from commonweal.periods import Period
from commonweal.portfolio import Aggregation, Kind
from commonweal.reporting.build.targets import PROMISED
from commonweal_web.contracts.models import Contract, Kpi, KpiVersion
from commonweal_web.delivery.models import Balance
from commonweal_web.delivery.returns.facts import kpi_facts
from commonweal_web.delivery.returns.worth import pence_of
from commonweal_web.reports.once import counts_within, measures_by_contract
from commonweal_web.reports.other_words.facts import (
    VERIFIED,
    Facts,
    Known,
    add,
    known_of,
)
from commonweal_web.reports.other_words.frames import seen_by
from commonweal_web.reports.portfolio import contract_keys

SUMMED = (Aggregation.SUM, Aggregation.DISTINCT)


def of_contracts(contracts: Iterable[Contract], *, as_at: dt.date, body: int) -> Facts:
    """
    Return what several contracts promised and delivered up to now, each thing once. Three queries, however many.

    `body` is the one whose page it is: it sees the frameworks that are for everybody, and its own.

    What a call-off states counts within its framework agreement where both are here, unless it is additional.
    """
    rows = {contract.pk: contract for contract in contracts}
    keys = contract_keys(rows.values())
    versions = list(
        KpiVersion.objects.filter(pk__in=Kpi.objects.filter(contract__in=rows).values("current"))
        .select_related("kpi")
        .order_by("kpi__contract__reference", "kpi")
    )
    held = _held(rows)
    made = Facts(Book(), as_at, seen_by(body))
    lines = [_line(rows[version.kpi.contract_id], version) for version in versions]
    stated = measures_by_contract(known for known, _ in lines)
    for known, version in lines:
        if counts_within(known, stated, made.frames.crosswalk):
            made.apart.append(known)
            continue
        stem = f"{keys[known.contract.pk]}/{known.ref}"
        teller = _FromBalances(made.book, known, version, stem, as_at)
        add(made, known, {PROMISED: teller.promised(), VERIFIED: teller.verified(held[version.kpi_id])}, stem)
    return made


def _line(contract: Contract, version: KpiVersion) -> tuple[Known, KpiVersion]:
    version.kpi.contract = contract
    facts = kpi_facts(version.kpi, version)
    extra = tuple((str(name), str(value)) for name, value in version.data.items())
    kpi = engine.Kpi(
        facts.contract, facts.ref, facts.measure, facts.deliverable, facts.unit, facts.kind, extra=extra,
        sensitive=version.sensitive,
    )  # fmt: skip
    known = known_of(contract, engine.Contract(contract.reference, contract.title), kpi)
    return replace(known, kpi_id=version.kpi_id), version


Row = tuple[dt.date | None, Decimal, Decimal, int]
"""First day of a period, quantity (a ratio's numerator), denominator, pence."""


def _held(contracts: Iterable[int]) -> dict[int, list[Row]]:
    held: dict[int, list[Row]] = defaultdict(list)
    rows = Balance.objects.filter(contract__in=list(contracts), account=VERIFIED).order_by("kpi", "period_starts")
    for kpi, starts, amount, denominator, pence in rows.values_list(
        "kpi", "period_starts", "amount", "denominator", "pence"
    ):
        held[kpi].append((starts, amount, denominator, pence or 0))
    return held


class _FromBalances:
    """Enters what one KPI promises and what is verified of it, under the names that the whole report gives them."""

    def __init__(self, book: Book, known: Known, version: KpiVersion, stem: str, as_at: dt.date) -> None:
        self.book, self.known, self.version, self.stem, self.as_at = book, known, version, stem, as_at
        self.ratio = version.kind == Kind.RATIO or version.over_time == Aggregation.RECOMPUTE

    def promised(self) -> Delivery | None:
        target = self.version.target
        if target is None:
            return None
        label = f"{self.known.label} promised over the whole contract"
        origin = f"KPI {self.known.label}, version {self.version.number}"
        pence = None if self.ratio else pence_of(self.version, target)
        return self._delivery(PROMISED, label, origin, target, pence)

    def verified(self, rows: Sequence[Row]) -> Delivery | None:
        if not rows or self.version.over_time == Aggregation.NONE:
            return None
        label, origin = f"{self.known.label} verified", f"Ledger of {self.known.contract.reference}, its balances"
        if self.ratio:
            return self._ratio(label, origin, rows)
        rule = Aggregation.SUM if self.version.over_time in SUMMED else Aggregation(self.version.over_time)
        items = [Item(Period(starts, starts) if starts else "", amount) for starts, amount, _, _ in rows]
        value = aggregate(rule=rule, items=items).value
        pence = None if self.version.value_per_unit is None else sum(row[3] for row in rows)
        return None if value is None else self._delivery(VERIFIED, label, origin, value, pence)

    def _ratio(self, label: str, origin: str, rows: Sequence[Row]) -> Delivery | None:
        under = sum((row[2] for row in rows), Decimal(0))
        if not under:
            return None
        line = f"{self.stem}/{VERIFIED}/quantity"
        unit = self.version.unit
        over = self.book.fact(
            f"{line}/numerator", f"{label}: numerator", sum((r[1] for r in rows), Decimal(0)), unit, origin=origin
        )
        below = self.book.fact(f"{line}/denominator", f"{label}: denominator", under, unit, origin=origin)
        quantity = self.book.figure(line, label, "percent", "percent", [over.id, below.id])
        return self._made(quantity.id, "", over.id, below.id)

    def _delivery(self, state: str, label: str, origin: str, value: Decimal, pence: int | None) -> Delivery:
        stem = f"{self.stem}/{state}"
        quantity = self.book.fact(f"{stem}/quantity", label, Decimal(value), self.known.unit, origin=origin)
        pounds = ""
        if pence is not None:
            worth = Decimal(pence).scaleb(-2)
            pounds = self.book.fact(f"{stem}/pounds", f"{label}, pounds", worth, "GBP", origin=origin).id
        return self._made(quantity.id, pounds)

    def _made(self, quantity: str, pounds: str, over: str = "", under: str = "") -> Delivery:
        known = self.known
        return Delivery(
            self.stem, known.label, known.measure, known.unit, quantity, pounds, over, under, known.data, self.as_at,
            f"KPI {known.label}",
        )  # fmt: skip
