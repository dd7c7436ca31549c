"""The Sustainable Development Goals with what of the frameworks serves them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from commonweal.catalogue import Catalogue, Goal, GoalLink, Target
from commonweal.catalogue.words import LINK_TRUST
from commonweal.crosswalk.crosswalk import Crosswalk
from commonweal.crosswalk.items import Item, Items
from commonweal.crosswalk.loss import RELATIONS
from commonweal.crosswalk.models import GOALS
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.frameworks.catalogue.addresses import anchor, goal_url, linked_url, short
from commonweal_web.frameworks.catalogue.links import BY

COLUMNS = (Column("What serves it"), Column("Framework"), Column("Relation"), Column("Who says so"))


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal or target with the table of what serves it."""

    target: Target | Goal
    anchor: str
    kind: str
    table: Table


@dataclass(frozen=True, slots=True)
class _Serves:
    item: Item
    release: str
    relation: str
    by: str
    reason: str


class Serving:
    """What serves each goal and target, by its code: what frameworks state, and what the crosswalk links."""

    def __init__(self, catalogue: Catalogue, crosswalk: Crosswalk) -> None:
        self._catalogue = catalogue
        self._found: dict[str, dict[str, _Serves]] = defaultdict(dict)
        for framework in catalogue.frameworks:
            stated = {one.id: one.goals for one in framework.outcomes} | {m.id: m.goals for m in framework.measures}
            for item_id, goals in stated.items():
                self._state(crosswalk.items, item_id, framework.id, goals)
        for link in crosswalk.links:
            if link.target_release == GOALS:
                code = crosswalk.items[link.target].code
                by = f"{link.author or 'Author not stated'}, {LINK_TRUST[link.verified]}"
                item = crosswalk.items[link.source]
                serves = _Serves(item, link.source_release, RELATIONS[link.relation], by, link.reason)
                self._found[code].setdefault(link.source, serves)

    def _state(self, items: Items, item_id: str, release: str, stated: Sequence[GoalLink]) -> None:
        for link in stated:
            item = items[item_id]
            serves = _Serves(item, release, "serves", BY.get(link.by, link.by), link.reason)
            self._found[link.code][item_id] = serves

    def below(self, goal: Goal) -> int:
        """Return how many items serve a goal or any of its targets, each once."""
        codes = (goal.code, *(target.code for target in goal.targets))
        return len({item for code in codes for item in self._found.get(code, ())})

    def table(self, code: str) -> Table:
        """Return what serves one goal or target."""
        rows = [
            [
                Cell(one.item.label, href=linked_url(one.release, one.item), hint=f"{one.item.kind} {one.item.code}"),
                Cell(short(self._catalogue.framework(one.release))),
                Cell(one.relation),
                Cell(one.by, hint=one.reason),
            ]
            for one in self._found.get(code, {}).values()
        ]
        return Table(f"What serves {code}", COLUMNS, rows, hide_caption=True, stacks=True)


def all_goals(catalogue: Catalogue, crosswalk: Crosswalk) -> Table:
    """Return the goals with how much serves each."""
    serving = Serving(catalogue, crosswalk)
    rows = [
        [
            Cell(f"{goal.code} {goal.name}", href=goal_url(goal.code), hint=goal.label),
            Cell(str(len(goal.targets))),
            Cell(str(serving.below(goal))),
        ]
        for goal in catalogue.goals
    ]
    columns = [Column("Goal"), Column("Targets", numeric=True), Column("Items that serve it", numeric=True)]
    return Table("The goals", columns, rows, hide_caption=True)


def aims(catalogue: Catalogue, crosswalk: Crosswalk, goal: Goal) -> list[Aim]:
    """Return a goal itself where something serves it as a whole, then each of its targets."""
    serving = Serving(catalogue, crosswalk)
    found = [
        Aim(t, anchor("target", t.code), "means of implementation" if t.kind == "means" else "", serving.table(t.code))
        for t in goal.targets
    ]
    whole = Aim(goal, anchor("goal", goal.code), "", serving.table(goal.code))
    return [whole, *found] if whole.table.rows else found
