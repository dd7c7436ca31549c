"""A mapping sheet: the KPIs of a summary with what is wanted and what was delivered in each region."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal.crosswalk.express import Price
from commonweal.crosswalk.models import Datum
from commonweal.crosswalk.shares import Choices
from commonweal.crosswalk.summary import Summary, Thing, Way
from commonweal.portfolio import Aggregation

NOT_PLACED = ""
"""The region of what nobody has placed."""

MOST = Decimal("1E+12")
"""No amount of a sheet can be more."""

STATE_FIELDS = ("target", "delivered")
"""What is said of a KPI in a region, as fields of `Filled`."""

ADDED = (Aggregation.SUM, Aggregation.DISTINCT)
NO_NUMBER = ("", "text", "document")


@dataclass(frozen=True, slots=True)
class Filled:
    """
    What is wanted and what was delivered of one KPI in one region; None is what nobody said, which is not zero.

    Of a percentage they are the parts, and `target_of` and `delivered_of` the wholes. A percentage that stands without
    its whole is one that was given as such.
    """

    target: Decimal | None = None
    delivered: Decimal | None = None
    target_of: Decimal | None = None
    delivered_of: Decimal | None = None

    @property
    def empty(self) -> bool:
        return all(one is None for one in (self.target, self.delivered, self.target_of, self.delivered_of))

    def of(self, state: str) -> Decimal | None:
        """Return the whole that a part is of."""
        return self.target_of if state == "target" else self.delivered_of


@dataclass(frozen=True, slots=True)
class Given:
    """One of several amounts that make up what is said of a KPI in a region: whose it is, and where it was found."""

    label: str
    amount: Decimal
    origin: str


@dataclass(frozen=True, slots=True)
class FilledSheet:
    """
    A summary with what was filled in: by item and region the amounts, by item and datum what else is known.

    `regions` are code and name in the order in which they are shown, without what is not placed; `prices` are by full
    id of a measure and hold only what may be shown. `given` is by item, "target" or "delivered", and region: what an
    amount is the sum of, where it was not filled in but comes from several records.
    """

    summary: Summary
    regions: tuple[tuple[str, str], ...]
    amounts: Mapping[str, Mapping[str, Filled]] = field(default_factory=dict)
    data: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    choices: Choices = field(default_factory=dict)
    prices: Mapping[str, Price] = field(default_factory=dict)
    title: str = ""
    given: Mapping[tuple[str, str, str], Sequence[Given]] = field(default_factory=dict)

    @property
    def places(self) -> tuple[tuple[str, str], ...]:
        """The regions, and last what is not placed."""
        return (*self.regions, (NOT_PLACED, "Not placed"))

    def amount(self, item_id: str, region: str) -> Filled:
        return self.amounts.get(item_id, {}).get(region, Filled())

    def whole(self, item_id: str, state: str) -> tuple[Decimal | None, Decimal | None]:
        """Return part and whole over all regions; None where one of them is not known for every region with either."""
        there = [one for one in self.amounts.get(item_id, {}).values() if getattr(one, state) is not None]
        if not there or any(one.of(state) is None for one in there):
            return None, None
        zero = Decimal(0)
        return sum((getattr(one, state) for one in there), zero), sum((one.of(state) or zero for one in there), zero)

    def undecided(self) -> tuple[tuple[str, str], ...]:
        """Return the items that could be counted as several things of a release, and for which nobody has chosen."""
        return tuple(
            (line.item.id, release.id)
            for line in self.summary.lines
            for release in self.summary.targets
            if line.must_choose(release.id) and (line.item.id, release.id) not in self.choices
        )


def kpis(summary: Summary) -> tuple[Thing, ...]:
    """
    Return what can be filled in: the items that are counted, and for a criterion or outcome its counterparts that are.

    Each once, in the order of the summary.
    """
    found: dict[str, Thing] = {}
    for line in summary.lines:
        things = [line.item] if line.item.kind == "measure" else [way.target for way in line.ways]
        found |= {thing.id: thing for thing in things if thing.unit not in NO_NUMBER and thing.id not in found}
    return tuple(found.values())


def asked(summary: Summary, item_id: str) -> tuple[Datum, ...]:
    """Return what else must be known of an item, each datum once."""
    line = summary.line(item_id)
    ways = line.ways if line else ()
    return tuple({way.datum.name: way.datum for way in ways if way.datum is not None}.values())


def shared_ways(summary: Summary, item_id: str) -> tuple[Way, ...]:
    """Return the ways among which an item's amount has to be shared: those of releases in which it has several."""
    line = summary.line(item_id)
    ways = line.ways if line else ()
    return tuple(way for way in ways if line and way.converts and line.must_choose(way.to))


def adds_up(thing: Thing) -> bool:
    """Whether amounts of several regions make one total."""
    return thing.over_contracts in ADDED and not thing.ratio


NOT_ADDED = "not added up"
"""Stands for the total of several regions where it would say nothing: percentages without their wholes, averages."""
