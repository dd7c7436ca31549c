"""The links of a kept summary as a crosswalk: a delivery is told as it could be on the day of the summary."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

from commonweal.crosswalk.crosswalk import Crosswalk, Way
from commonweal.crosswalk.items import Item, Items
from commonweal.crosswalk.models import GOALS, Likeness, Link
from commonweal.crosswalk.summary import Goal, Line, Summary, Thing
from commonweal.crosswalk.summary import Way as Kept
from commonweal.quantities import ONE

Undecided = Collection[tuple[str, str]]
"""Items and releases for which nobody has said yet to which of several targets they go."""


class KeptItems(Items):
    """The items that a summary names, and the goals."""

    def __init__(self, summary: Summary) -> None:
        self._by_release = {release.id: {} for release in summary.releases}
        self._by_release.setdefault(GOALS, {})
        for line in summary.lines:
            self._add(summary.source.id, line.item)
            for way in line.ways:
                self._add(way.to, way.target)
            for goal in line.goals:
                self._add_goal(goal)
        in_order = sorted(self._by_release[GOALS].items(), key=lambda pair: _place(pair[1].code))
        self._by_release[GOALS] = dict(in_order)
        self._all = {key: item for items in self._by_release.values() for key, item in items.items()}

    def _add(self, release: str, thing: Thing) -> None:
        self._by_release[release].setdefault(thing.id, item_of(thing))

    def _add_goal(self, goal: Goal) -> None:
        goals, whole = self._by_release[GOALS], f"{GOALS}/{goal.goal}"
        goals.setdefault(whole, Item(whole, goal.goal, goal.goal_name, "goal"))
        if goal.code != goal.goal:
            target = f"{GOALS}/{goal.code}"
            goals.setdefault(target, Item(target, goal.code, goal.name, "target", above=(whole,)))


class KeptCrosswalk(Crosswalk):
    """
    The ways that a summary holds, whatever the links say today.

    What could go to several targets goes nowhere while it is `undecided`: counted as each of them it would be counted
    twice.
    """

    def __init__(self, summary: Summary, *, undecided: Undecided = ()) -> None:
        self.items = KeptItems(summary)
        self.undecided = undecided
        self._lines = {line.item.id: line for line in summary.lines}
        self._under = {way.target.id: line for line in summary.lines for way in line.ways}
        self.source = summary.source.id

    def ways(self, item_id: str, release: str, *, on: dt.date | None = None) -> tuple[Way, ...]:
        """Return the ways of the summary; the day makes no difference, since they were in force on its own."""
        if item_id in self.items.of(release):
            return (Way(_itself(item_id, release), item_id, inherited=False),)
        line = self._lines.get(item_id)
        if release == GOALS:
            return tuple(self._to_goals(item_id))
        if line is None:
            return ()
        waits = (item_id, release) in self.undecided
        return tuple(_way(line, kept, waits=waits) for kept in line.ways_to(release))

    def reason(self, item_id: str, source: str, release: str) -> str:
        """Return why an item has no counterpart in a release, as the summary has it."""
        line = self._lines.get(item_id)
        return line.gap(release) if line else ""

    def _to_goals(self, item_id: str) -> Iterator[Way]:
        """Yield the goals of an item; a counterpart serves those of what it stands for."""
        own = self._lines.get(item_id)
        line = own or self._under[item_id]
        for goal in line.goals:
            by = goal.by or ("" if own else line.item.id)
            link = Link(
                source=item_id,
                target=f"{GOALS}/{goal.code}",
                source_release=self.source,
                target_release=GOALS,
                relation=goal.relation,
                reason=goal.reason,
                author=goal.author,
                verified=goal.verified,
                weight=goal.weight,
            )
            yield Way(link, by or item_id, inherited=bool(by))


def item_of(thing: Thing) -> Item:
    """Return what a summary says of an item as the item itself."""
    return Item(
        thing.id,
        thing.code,
        thing.label,
        thing.kind,
        unit=thing.unit,
        ratio=thing.ratio,
        over_contracts=thing.over_contracts,
    )


def _place(code: str) -> tuple[int, str]:
    goal = code.partition(".")[0]
    return (int(goal) if goal.isdecimal() else 0, code)


def _itself(item_id: str, release: str) -> Link:
    return Link(item_id, item_id, release, release, Likeness.SAME, "the measure itself", factor=ONE)


def _way(line: Line, kept: Kept, *, waits: bool) -> Way:
    link = Link(
        source=line.item.id,
        target=kept.target.id,
        source_release=line.item.id.partition("/")[0],
        target_release=kept.to,
        relation=kept.relation,
        reason=kept.reason,
        author=kept.author,
        verified=kept.verified,
        factor=None if waits else kept.factor,
        datum=None if waits else kept.datum,
        weight=kept.weight,
    )
    return Way(link, kept.by or line.item.id, inherited=bool(kept.by))
