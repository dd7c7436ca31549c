"""KPIs from a mapping sheet: what it would make in the contract's framework, and drafts. Nothing is proposed."""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction

from commonweal.catalogue import Measure
from commonweal.crosswalk.coverage import by_target
from commonweal.crosswalk.express import Status, in_units
from commonweal.crosswalk.models import Datum
from commonweal.crosswalk.sheet import FilledSheet, asked
from commonweal.figures import Book
from commonweal.quantities import plain
from commonweal.reporting.build.regional_figures import TARGET, RegionalFigures
from commonweal.reporting.build.regional_words import CHOOSE, told
from commonweal_web.contracts.models import Contract, KpiVersion
from commonweal_web.contracts.services import base, kpis
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping.models import Sheet
from commonweal_web.mapping.sheets import selectors as sheets
from commonweal_web.organisations.policies import Permission

STEP = Decimal("0.000001")


@dataclass(frozen=True, slots=True)
class Offer:
    """A KPI that a sheet would make: `known` are data by label, `data` the same by name as a KPI keeps them."""

    measure: Measure
    target: Decimal
    sources: str
    data: Mapping[str, str] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    there: bool = False

    @property
    def in_words(self) -> str:
        return f"{self.measure.code} {self.measure.label}: {in_units(self.target, self.measure.unit)}"


@dataclass(frozen=True, slots=True)
class Offers:
    """What can be made of a sheet in a contract's framework, and what cannot, each with the reason."""

    can: tuple[Offer, ...] = ()
    cannot: tuple[tuple[str, str], ...] = ()


def offers(sheet: FilledSheet, contract: Contract) -> Offers:
    """
    Return the KPIs that a sheet's targets make in the framework of a contract.

    :raises Refused: if the sheet says nothing of this framework
    """
    summary = sheet.summary
    if contract.framework == summary.source.id:
        making: _Making = _Own(sheet, contract)
    elif contract.framework in {release.id for release in summary.targets}:
        making = _Converted(sheet, contract)
    else:
        known = ", ".join(release.short_name for release in summary.releases)
        raise Refused(
            f"This sheet speaks of {known}, but the contract reports in {contract.framework or 'no framework'}. "
            "Make a sheet in which that framework is one of those that you see it in.",
            code="framework",
        )
    can = tuple(making.offers())
    return Offers(can, tuple(making.cannot))


class _Making(ABC):
    def __init__(self, sheet: FilledSheet, contract: Contract) -> None:
        self.sheet, self.contract = sheet, contract
        self.figures = RegionalFigures(sheet, Book())
        self.there = set(contract.kpis.values_list("ref", flat=True))
        self.cannot: list[tuple[str, str]] = []

    @abstractmethod
    def offers(self) -> Iterator[Offer]:
        """Yield what can be made, and say what cannot in `cannot`."""

    def offer(self, code: str, unit: str, amount: Decimal, sources: Sequence[str]) -> Iterator[Offer]:
        """Yield the offer of a measure, or say why there is none."""
        measure = frameworks.measure_or_none(self.contract.framework, code)
        if measure is None or measure.unit != unit:
            self.cannot.append((code, "the contract's framework does not count this now"))
            return
        data = self._data(measure, sources)
        yield Offer(
            measure=measure,
            target=amount.quantize(STEP, ROUND_HALF_UP),
            sources=", ".join(self._amount(one) for one in sources),
            data={datum.name: plain(value) for datum, value in data},
            known={datum.label: plain(value) for datum, value in data},
            there=code in self.there,
        )

    def _amount(self, item_id: str) -> str:
        thing = next(one for one in self.figures.kpis if one.id == item_id)
        line = self.figures.total(thing, TARGET).line
        return f"{thing.code}, {in_units(self.figures.book[line].value, thing.unit)}"

    def _data(self, measure: Measure, sources: Sequence[str]) -> list[tuple[Datum, Decimal]]:
        """Return what is known of the sources and is asked of the measure too, or was asked of it here."""
        wanted = {
            one.name for one in frameworks.extra_data(measure.framework, measure.code, body=self.contract.authority_id)
        }
        found = {}
        for item_id in sources:
            for datum in asked(self.sheet.summary, item_id):
                value = self.sheet.data.get(item_id, {}).get(datum.name)
                if value is not None and (datum.name in wanted or item_id == measure.id):
                    found[datum.name] = (datum, value)
        return list(found.values())


class _Own(_Making):
    """The sheet starts from the contract's own framework: its KPIs are those of the contract."""

    def offers(self) -> Iterator[Offer]:
        for thing in self.figures.kpis:
            total = self.figures.total(thing, TARGET)
            if thing.id.partition("/")[0] != self.contract.framework:
                self.cannot.append((thing.code, "it belongs to another framework"))
            elif total.line:
                yield from self.offer(thing.code, thing.unit, self.figures.book[total.line].value, [thing.id])
            else:
                self.cannot.append((f"{thing.code} {thing.label}", total.why or "no target is filled in"))


class _Converted(_Making):
    """The contract's framework is one in which the sheet is told: its KPIs are what the targets become there."""

    def offers(self) -> Iterator[Offer]:
        made = told(self.figures, self.contract.framework)[TARGET]
        for one in made:
            self._say(one)
        for total in by_target(self.figures.book, made, stem="offers"):
            parts = [part for part in total.parts if part.quantity]
            line = total.quantity or (parts[0].quantity if len(parts) == 1 else "")
            if line:
                sources = [part.delivery.measure for part in parts]
                yield from self.offer(total.target.code, total.target.unit, self.figures.book[line].value, sources)

    def _say(self, one: Any) -> None:
        """Say why a KPI makes none here, or not with all of its parts."""
        name = f"{one.delivery.label} {self._label(one.delivery.measure)}"
        if not one.parts:
            self.cannot.append((name, f"no counterpart: {one.reason or 'not linked'}"))
        elif (one.delivery.measure, self.contract.framework) in self.sheet.undecided():
            self.cannot.append((name, CHOOSE))
        elif not one.delivery.quantity:
            self.cannot.append(
                (name, self.figures.totals[(one.delivery.measure, TARGET)].why or "no target is filled in")
            )
        else:
            words = [part.words for part in one.parts if part.status is not Status.CONVERTED]
            if words:
                self.cannot.append((name, "; ".join(words)))

    def _label(self, item_id: str) -> str:
        return next(thing.label for thing in self.figures.kpis if thing.id == item_id)


@transaction.atomic
def kpis_from_sheet(
    *, contract: Contract, sheet: Sheet, codes: Sequence[str], by: Any, now: dt.datetime, shown: int | None
) -> list[KpiVersion]:
    """
    Draft KPIs of a contract from a sheet that `by` keeps: all of `codes` or none. Nobody is asked to approve them.

    :raises NotPermitted: if `by` may not propose here
    :raises StaleVersion: if the sheet was changed since the page was opened
    :raises Refused: without a code, for one that the sheet does not make, or as `kpi_draft`
    """
    contract = base.locked(contract, Permission.KPI_PROPOSE, by)
    row = Sheet.objects.select_for_update(of=("self",)).select_related("frozen").filter(owner=by, pk=sheet.pk).first()
    if row is None:
        raise Refused("You keep no such sheet. Keep it first, then make KPIs from it.", code="sheet")
    row.expect(shown)
    found = {one.measure.code: one for one in offers(sheets.filled(row), contract).can}
    if not codes:
        raise Refused("Choose at least one KPI.", code="none", field="codes")
    strange = [code for code in codes if code not in found]
    if strange:
        raise Refused(f"This sheet makes no {', '.join(strange)}. Open the page again.", code="unknown", field="codes")
    made = [kpis.kpi_make(contract, _fields(found[code]), on=base.day_of(now)) for code in dict.fromkeys(codes)]
    base.log(
        contract=contract,
        record=contract,
        verb="kpis_from_sheet",
        by=by,
        role=base.role_of(by, Permission.KPI_PROPOSE),
        now=now,
        new={
            "sheet": row.pk,
            "summary": row.frozen.digest,
            "kpis": {one.kpi.ref: str(one.target) for one in made},
        },
    )
    return made


def _fields(offer: Offer) -> kpis.KpiFields:
    measure = offer.measure
    return kpis.KpiFields(
        ref=measure.code,
        measure=measure.code,
        deliverable=measure.label,
        target=offer.target,
        unit=measure.unit,
        evidence_rule=measure.evidence,
        cohort=measure.cohort.replace("_", " "),
        data=offer.data,
    )
