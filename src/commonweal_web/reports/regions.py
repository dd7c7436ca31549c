"""
Commitments and delivery by region from contracts: what each KPI promises and what is verified of it, where it is.

Amounts come from the KPIs in force and from the ledger's movements, so that the regions of a KPI make its verified
total. KPIs of one measure and unit are one row. What makes no sum stands apart, whole.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q

from commonweal import errors
from commonweal.catalogue import Verified
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.sheet import ADDED, NO_NUMBER, NOT_PLACED, Filled, FilledSheet, Given
from commonweal.crosswalk.summary import FORMAT, Line, Release, Summary, Thing
from commonweal.places import Gazetteer
from commonweal.portfolio import Aggregation, Kind
from commonweal.reporting.build.regional_figures import DELIVERED, TARGET
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.wording import unit_words
from commonweal_web.contracts.models import Contract, Kpi, KpiVersion
from commonweal_web.delivery.models import Movement
from commonweal_web.mapping.sheets.selectors import regions
from commonweal_web.reports.other_words import balances
from commonweal_web.reports.other_words.facts import VERIFIED, Facts, Known, framework_name

Where = tuple[str, str, str]
"""Row, state, region."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A KPI whose amounts make no sum over regions or contracts, with the region of its own place."""

    known: Known
    region: str
    target: str
    delivered: str


@dataclass(slots=True)
class Placed:
    """
    What contracts promise and deliver by region.

    `names` are those of their releases, `strange` the places that no one region holds.
    """

    facts: Facts
    names: Mapping[str, str]
    things: dict[str, Thing] = field(default_factory=dict)
    given: dict[Where, list[Given]] = field(default_factory=lambda: defaultdict(list))
    whole: list[Whole] = field(default_factory=list)
    strange: set[str] = field(default_factory=set)

    @property
    def empty(self) -> bool:
        return not self.facts.known

    def region(self, *places: str) -> str:
        """Return the code of the region of the first place that is named; what cannot be told is not placed."""
        place = next((one.strip() for one in places if one.strip()), "")
        code = region_code(place)
        if place and code == NOT_PLACED:
            self.strange.add(place)
        return code

    def sheet(self, title: str) -> FilledSheet:
        """Return the same as the engine's report takes it."""
        amounts: dict[str, dict[str, Filled]] = defaultdict(dict)
        for row, _, region in self.given:
            said = [self._sum(row, state, region) for state in (TARGET, DELIVERED)]
            amounts[row][region] = Filled(*said)
        summary = _summary(title, self.things.values(), self.facts.as_at)
        return FilledSheet(summary, regions(), amounts, title=title, given=self.given)

    def _sum(self, row: str, state: str, region: str) -> Decimal | None:
        given = self.given.get((row, state, region))
        return sum((one.amount for one in given), Decimal(0)) if given else None


def of_contracts(contracts: Iterable[Contract], *, as_at: dt.date, body: int) -> Placed:
    """
    Return what contracts promise and deliver by region up to now, each thing once. Five queries, however many.

    A call-off counts within its framework agreement where both are here, as in the other reports.
    """
    rows = list(contracts)
    facts = balances.of_contracts(rows, as_at=as_at, body=body)
    placed = Placed(facts, {release: framework_name(release) for release in facts.own_releases})
    known = {one.kpi_id: (stem, one) for stem, one in facts.known.items()}
    current = Kpi.objects.filter(contract__in=rows).values("current")
    by_kpi = {version.kpi_id: version for version in KpiVersion.objects.filter(pk__in=current)}
    by_kpi = {kpi: by_kpi[kpi] for kpi in known}
    moved = _verified([kpi for kpi, version in by_kpi.items() if _adds_up(version)])
    deliveries = {
        (one.ref, state): one.quantity for state in (PROMISED, VERIFIED) for one in placed.facts.deliveries[state]
    }
    for kpi, (stem, one) in known.items():
        version = by_kpi[kpi]
        lines = [deliveries.get((stem, state), "") for state in (PROMISED, VERIFIED)]
        if _adds_up(version):
            _place(placed, one, version, lines, moved.get(kpi, {}))
        else:
            home = placed.region(version.place, one.contract.place)
            placed.whole.append(Whole(one, home, *lines))
    return placed


def _adds_up(version: KpiVersion) -> bool:
    rules = (Aggregation(version.over_time), Aggregation(version.over_contracts))
    return version.kind != Kind.RATIO and version.unit not in NO_NUMBER and all(rule in ADDED for rule in rules)


def _verified(kpis: Sequence[int]) -> Mapping[int, dict[str, Decimal]]:
    """Return what is verified of each KPI by the place that its movements name. One query."""
    rows = Movement.objects.filter(Q(source=VERIFIED) | Q(target=VERIFIED), kpi__in=kpis).order_by("kpi", "pk")
    found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for kpi, place, target, amount in rows.values_list("kpi", "place", "target", "amount"):
        found[kpi][place] += amount if target == VERIFIED else -amount
    return found


def _place(
    placed: Placed, known: Known, version: KpiVersion, lines: Sequence[str], moved: Mapping[str, Decimal]
) -> None:
    """Enter one KPI: what it promises at its own place, and what is verified where it was delivered."""
    row, contract = _row(placed, known), known.contract
    promised, verified = lines
    if promised:
        origin = f"KPI {known.label}, version {version.number}"
        target = Given(known.label, placed.facts.book[promised].value, origin)
        placed.given[(row, TARGET, placed.region(version.place, contract.place))].append(target)
    if not verified:
        return
    by_region: dict[str, Decimal] = defaultdict(Decimal)
    for place, amount in moved.items():
        by_region[placed.region(place, version.place, contract.place)] += amount
    for region, amount in by_region.items():
        origin = f"Ledger of {contract.reference}, movements into and out of verified"
        placed.given[(row, DELIVERED, region)].append(Given(known.label, amount, origin))


def _row(placed: Placed, known: Known) -> str:
    """Return the key of a KPI's row: that of its measure and unit, or its own where no framework has the measure."""
    item = _item(placed.facts, known)
    key = known.measure if item else known.label
    if item and item.unit != known.unit:
        key = f"{key}/{known.unit}"
    if key not in placed.things:
        placed.things[key] = _thing(placed, key, known, item)
    return key


def _item(facts: Facts, known: Known) -> Item | None:
    items = facts.frames.crosswalk.items
    if known.measure in items:
        return items[known.measure]
    return None


def _thing(placed: Placed, key: str, known: Known, item: Item | None) -> Thing:
    label = item.label if item else known.deliverable
    if item and len(placed.names) > 1:
        label = f"{label} ({placed.names[known.contract.framework]})"
    return Thing(
        id=key,
        code=item.code if item else known.ref,
        label=label,
        kind="measure",
        unit=known.unit,
        unit_words=unit_words(Decimal(2), known.unit),
        over_contracts=Aggregation.SUM,
    )


def _summary(title: str, things: Iterable[Thing], day: dt.date) -> Summary:
    """Return the KPIs as the list that the engine's report is made over: no framework's, and mapped to none."""
    source = Release("contracts", "contracts", title, title, "", "", (), "", "", False, Verified.TRUE, "")
    lines = tuple(Line(thing) for thing in things)
    return Summary(FORMAT, day, "", "", source, (), (), lines, ())


@functools.cache
def _gazetteer() -> Gazetteer:
    return Gazetteer()


@functools.lru_cache(maxsize=4096)
def region_code(place: str) -> str:
    """Return the code of the region of a place ("TLG" for Northmere); NOT_PLACED where no one region holds it."""
    if not place:
        return NOT_PLACED
    codes = {code: code for code, _ in regions()} | {f"UK{code[2:]}": code for code, _ in regions()}
    if place.upper() in codes:
        return codes[place.upper()]
    try:
        return f"TL{_gazetteer().region(place).nuts1[2:]}"
    except errors.UnknownCode:
        return NOT_PLACED
