"""
Conditions over facts: one comparison, or all, any or the opposite of others; worked out in three-valued logic.

The result says which comparisons decided it and, where it is unknown, which facts are missing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.policy import logic
from commonweal.policy.facts import Between, Fact, Facts
from commonweal.policy.logic import Truth

Literal = Decimal | dt.date | frozenset[str]

WORDS = {
    "gt": {"money": "more than", "date": "after"},
    "gte": {"money": "at least", "date": "on or after"},
    "lt": {"money": "less than", "date": "before"},
    "lte": {"money": "at most", "date": "on or before"},
    "eq": {"money": "exactly", "date": "on", "choice": "", "yes_no": ""},
    "in": {"choice": "one of"},
}
"""Each comparator with the sorts of fact that it suits, and how it reads."""


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison. `value` is an amount, a day, or the words of which the fact must be one."""

    field: str
    comparator: str
    value: Literal


@dataclass(frozen=True, slots=True)
class All:
    """Every one of `parts` holds; no parts hold."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of `parts` holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """`part` does not hold."""

    part: Condition


Condition = Compare | All | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Step:
    """A comparison that was made, and whether it went the way that was asked for: `negated` is the other way."""

    compare: Compare
    truth: Truth
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Judgement:
    """
    Whether a condition holds, the comparisons that decided it, and the fields that are missing where it is unknown.

    Where one part alone decides (a no among all, a yes among any), only its comparisons are kept.
    """

    truth: Truth
    steps: tuple[Step, ...]
    missing: tuple[str, ...] = ()


def judge(condition: Condition, facts: Facts) -> Judgement:
    """Return whether `condition` holds on `facts`; nothing is assumed of a fact that is not there."""
    if isinstance(condition, Compare):
        return _compared(condition, facts)
    if isinstance(condition, Not):
        inner = judge(condition.part, facts)
        steps = tuple(Step(step.compare, logic.negate(step.truth), not step.negated) for step in inner.steps)
        return Judgement(logic.negate(inner.truth), steps, inner.missing)
    rule, alone = (logic.both, Truth.FALSE) if isinstance(condition, All) else (logic.either, Truth.TRUE)
    return _together([judge(part, facts) for part in condition.parts], rule, alone)


def compare(comparator: str, fact: Fact, value: Literal) -> Truth:
    """Return whether a fact stands in this relation to `value`, wherever it lies within its limits."""
    if isinstance(fact.value, frozenset):
        assert isinstance(value, frozenset)  # the loader compares words with words
        return _within(fact.value, value)
    return _ORDER[comparator](fact.value, value)


def _compared(condition: Compare, facts: Facts) -> Judgement:
    fact = facts.get(condition.field)
    truth = Truth.UNKNOWN if fact is None else compare(condition.comparator, fact, condition.value)
    missing = facts.behind.get(condition.field, (condition.field,)) if truth is Truth.UNKNOWN else ()
    return Judgement(truth, (Step(condition, truth),), missing)


def _together(parts: Sequence[Judgement], rule: Callable[[list[Truth]], Truth], alone: Truth) -> Judgement:
    truth = rule([part.truth for part in parts])
    kept = [part for part in parts if truth is not alone or part.truth is alone]
    steps = tuple(dict.fromkeys(step for part in kept for step in part.steps))
    unknown = (name for part in kept if part.truth is Truth.UNKNOWN for name in part.missing)
    return Judgement(truth, steps, tuple(dict.fromkeys(unknown)) if truth is Truth.UNKNOWN else ())


def _within(possible: frozenset[str], wanted: frozenset[str]) -> Truth:
    if possible <= wanted:
        return Truth.TRUE
    return Truth.FALSE if possible.isdisjoint(wanted) else Truth.UNKNOWN


def _above(known: Between, value: Any, *, equal: bool) -> Truth:
    if known.low is not None and (known.low >= value if equal else known.low > value):
        return Truth.TRUE
    if known.high is not None and (known.high < value if equal else known.high <= value):
        return Truth.FALSE
    return Truth.UNKNOWN


def _same(known: Between, value: Any) -> Truth:
    if known.low is not None and known.low == known.high == value:
        return Truth.TRUE
    outside = (known.low is not None and known.low > value) or (known.high is not None and known.high < value)
    return Truth.FALSE if outside else Truth.UNKNOWN


_ORDER: dict[str, Callable[[Between, Any], Truth]] = {
    "gt": lambda known, value: _above(known, value, equal=False),
    "gte": lambda known, value: _above(known, value, equal=True),
    "lt": lambda known, value: logic.negate(_above(known, value, equal=True)),
    "lte": lambda known, value: logic.negate(_above(known, value, equal=False)),
    "eq": _same,
}
