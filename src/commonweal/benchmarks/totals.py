"""
One row per contract: all that a benchmark needs, and all that bodies exchange to make one together.

A row holds totals and no line of a return, so that nobody's delivery of a quarter, no person and no evidence leaves
the body that it belongs to.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from commonweal.ledger import ZERO, Account, Ledger
from commonweal.performance import Item, aggregate
from commonweal.portfolio import Aggregation, Contract, Kind, Kpi, Portfolio
from commonweal.posting import post
from commonweal.quantities import to_pence

ADDED_UP = (Aggregation.SUM, Aggregation.DISTINCT)
TOLD_IN_WORDS = (Kind.RATIO, Kind.YES_NO, Kind.LEVEL, Kind.NARRATIVE, Kind.REFERENCE)


@dataclass(frozen=True, slots=True)
class Units:
    """What is verified of one measure: `measure` is its id with the release ("fx-2025.1/NT17"), `amount` in `unit`."""

    measure: str
    unit: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class ContractTotals:
    """
    One contract. Money is in whole pence; None means not known, which is never zero.

    `verified_pence` is None where none of the contract's KPIs carries pounds. `units` has each measure that adds up
    over time, with a zero for one of which nothing is verified. `region` and `category` are "" where not stated.
    """

    ref: str
    body: str = ""
    category: str = ""
    region: str = ""
    start: dt.date | None = None
    value_pence: int | None = None
    spent_pence: int | None = None
    verified_pence: int | None = None
    units: tuple[Units, ...] = ()
    status: str = ""
    is_framework_agreement: bool = False
    value_pack: str = ""

    @property
    def id(self) -> tuple[str, str]:
        """Body and reference: two bodies may use the same reference."""
        return (self.body, self.ref)


def totals_of(portfolio: Portfolio, *, region_of: Callable[[str], str] = lambda place: place) -> list[ContractTotals]:
    """
    Return the totals of each contract of `portfolio`, in its order.

    Give the portfolio as it was known on the day of the benchmark. `region_of` turns a contract's place into the name
    of its region. Amounts that cannot be posted are left out, as everywhere.
    """
    ledger = post(portfolio).ledger
    kpis: dict[str, list[Kpi]] = defaultdict(list)
    for kpi in {kpi.key: kpi for kpi in portfolio.kpis}.values():
        kpis[kpi.contract].append(kpi)
    persons = {(claim.contract, claim.ref): frozenset(claim.persons) for claim in portfolio.claims}
    made = _Totals(ledger, persons, region_of)
    return [made.of(contract, kpis[contract.ref]) for contract in portfolio.contracts]


@dataclass(frozen=True, slots=True)
class _Totals:
    ledger: Ledger
    persons: dict[tuple[str, str], frozenset[str]]
    region_of: Callable[[str], str]

    def of(self, contract: Contract, kpis: list[Kpi]) -> ContractTotals:
        priced = [kpi for kpi in kpis if kpi.value_per_unit is not None]
        pence = [self.ledger.total(kpi.contract, kpi.ref, Account.VERIFIED).pence for kpi in priced]
        return ContractTotals(
            ref=contract.ref,
            body=contract.body,
            category=contract.category,
            region=self.region_of(contract.place) if contract.place else "",
            start=contract.start,
            value_pence=None if contract.value is None else to_pence(contract.value),
            spent_pence=None if contract.spent is None else to_pence(contract.spent),
            verified_pence=sum(pence) if priced else None,
            units=self._units(contract, kpis),
            status=contract.status,
            is_framework_agreement=contract.framework_agreement,
            value_pack=contract.value_pack,
        )

    def _units(self, contract: Contract, kpis: list[Kpi]) -> tuple[Units, ...]:
        """Return each measure once: a contract may have several KPIs of it, say one for each place."""
        found: dict[tuple[str, str], Decimal] = {}
        for kpi in kpis:
            if kpi.over_time in ADDED_UP and kpi.kind not in TOLD_IN_WORDS and kpi.measure:
                measure = f"{contract.framework}/{kpi.measure}" if contract.framework else kpi.measure
                key = (measure, kpi.unit)
                found[key] = found.get(key, ZERO) + self._verified(kpi)
        return tuple(Units(measure, unit, amount) for (measure, unit), amount in found.items())

    def _verified(self, kpi: Kpi) -> Decimal:
        items = [
            Item(slot.period, self.ledger.balance(slot, Account.VERIFIED).amount, persons=self._people(slot.claim, kpi))
            for slot in self.ledger.slots(kpi.contract, kpi.ref)
        ]
        verified = [item for item in items if item.amount]
        return aggregate(rule=kpi.over_time, items=verified).value or ZERO

    def _people(self, claim: str, kpi: Kpi) -> frozenset[str]:
        return self.persons.get((kpi.contract, claim), frozenset())
