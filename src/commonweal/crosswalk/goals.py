"""The same delivery for the goals: each goal has all that serves it, and goals are never added."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commonweal.crosswalk.express import POUNDS, Delivery, Expressed, Part
from commonweal.crosswalk.items import Items
from commonweal.crosswalk.models import GOALS
from commonweal.figures import Book


@dataclass(frozen=True, slots=True)
class GoalTotal:
    """
    What serves one goal: its targets that are reached, and each delivery once, however many targets it reaches.

    `pounds` is the line of the whole pounds of these deliveries, `weighed` that of the parts which the weights of their
    links give to this goal. Pounds of two goals are never added: only `weighed` ones may be.
    """

    code: str
    name: str
    targets: tuple[str, ...]
    deliveries: tuple[Delivery, ...]
    pounds: str
    weighed: str


@dataclass(frozen=True, slots=True)
class Goals:
    """Every goal that is served, and `distinct`, the line of the pounds of all deliveries that serve any, each once."""

    goals: tuple[GoalTotal, ...]
    deliveries: tuple[Delivery, ...]
    distinct: str


def by_goal(book: Book, items: Items, expressed: Sequence[Expressed], *, stem: str) -> Goals:
    """Enter what serves each goal, in the order of the goals, and the total of distinct deliveries over all goals."""
    groups: dict[str, list[Part]] = {}
    for part in (part for one in expressed for part in one.parts):
        goal = part.target.id if part.target.kind == "goal" else part.target.above[0]
        groups.setdefault(goal, []).append(part)
    goals = [_goal(book, items, f"{stem}/{goal}", groups[goal]) for goal in items.of(GOALS) if goal in groups]
    there = tuple(one.delivery for one in expressed if one.parts)
    label = "Pounds of all deliveries that serve any goal, each once"
    return Goals(tuple(goals), there, _pounds(book, f"{stem}/distinct/pounds", label, there))


def _goal(book: Book, items: Items, stem: str, parts: Sequence[Part]) -> GoalTotal:
    first = parts[0].target
    goal = items[first.id if first.kind == "goal" else first.above[0]]
    deliveries = tuple({part.delivery.ref: part.delivery for part in parts}.values())
    targets = tuple(dict.fromkeys(part.target.code for part in parts if part.target.kind == "target"))
    label = f"Goal {goal.code}, {goal.label}: pounds of the deliveries that serve it"
    pounds = _pounds(book, f"{stem}/pounds", label, deliveries)
    weighed = _weighed(book, f"{stem}/weighed", f"Goal {goal.code}: the parts that the weights give to it", parts)
    return GoalTotal(goal.code, goal.label, targets, deliveries, pounds, weighed)


def _pounds(book: Book, line: str, label: str, deliveries: Sequence[Delivery]) -> str:
    inputs = [delivery.pounds for delivery in deliveries if delivery.pounds]
    return book.figure(line, label, POUNDS, "sum", inputs).id if inputs else ""


def _weighed(book: Book, line: str, label: str, parts: Sequence[Part]) -> str:
    """Enter the pounds by weight, where every link to this goal has one: a part without would be counted whole."""
    inputs = [part.pounds for part in parts if part.pounds]
    if not inputs or any(part.way.link.weight is None or part.way.inherited for part in parts):
        return ""
    return book.figure(line, label, POUNDS, "sum", inputs).id
