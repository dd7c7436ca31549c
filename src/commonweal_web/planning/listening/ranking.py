"""
What residents' orders of options come to: by mean place and by first places, for all and for each ward.

The order of a ward with fewer than ten answers is never shown: only how many there were. Where everybody's order less
those of the other wards would give it away, the smallest other ward's order is withheld, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

LEAST = 10
"""Answers that a ward must have for its order to be shown."""
FEW = "Fewer than 10 answers"
BESIDE = "Not shown, so that nobody can work out a ward with fewer than 10 answers"
NO_WARD = "No ward given"
EVERYBODY = "Everybody"
METHOD = (
    "Each answer puts every option in one place. The mean place is the sum of an option's places divided by the number "
    "of answers; the lowest mean stands first. Where means are equal, the option with more first places stands first, "
    "then the one that the form names first."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One option in the order of a group: its mean place, exact, and how many put it first."""

    key: str
    title: str
    mean: Fraction
    firsts: int

    @property
    def mean_words(self) -> str:
        exact = Decimal(self.mean.numerator) / Decimal(self.mean.denominator)
        return str(exact.quantize(Decimal("0.01"), ROUND_HALF_UP))


@dataclass(frozen=True, slots=True)
class Group:
    """A ward, or everybody: how many answered, and their order unless `warning` says why it is not shown."""

    name: str
    answers: int
    lines: tuple[Line, ...] = ()
    warning: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """The order of everybody and of each ward."""

    everybody: Group
    wards: tuple[Group, ...]


def results(
    *, options: Sequence[Mapping[str, str]], wards: Sequence[str], answers: Iterable[tuple[str, Sequence[str]]]
) -> Results:
    """
    Return the order of everybody and of each ward.

    :param answers: the ward and the keys of the options, most important first, of each answer
    """
    all_answers = list(answers)
    by_ward: dict[str, list[Sequence[str]]] = {ward: [] for ward in wards}
    for ward, order in all_answers:
        by_ward.setdefault(ward, []).append(order)
    groups = [_group(ward or NO_WARD, options, orders) for ward, orders in by_ward.items()]
    return Results(
        _group(EVERYBODY, options, [order for _, order in all_answers]),
        tuple(_without_giving_away(groups)) if wards else (),
    )


def lines_of(options: Sequence[Mapping[str, str]], orders: Sequence[Sequence[str]]) -> tuple[Line, ...]:
    """Return the options in the order of these answers."""
    if not orders:
        return ()
    found = [
        Line(
            one["key"],
            one["title"],
            Fraction(sum(order.index(one["key"]) + 1 for order in orders), len(orders)),
            sum(order[0] == one["key"] for order in orders),
        )
        for one in options
    ]
    return tuple(sorted(found, key=lambda line: (line.mean, -line.firsts)))


def _group(name: str, options: Sequence[Mapping[str, str]], orders: Sequence[Sequence[str]]) -> Group:
    if len(orders) < LEAST:
        return Group(name, len(orders), warning=FEW)
    return Group(name, len(orders), lines_of(options, orders))


def _without_giving_away(groups: list[Group]) -> list[Group]:
    withheld = sum(one.answers for one in groups if one.warning)
    shown = [one for one in groups if not one.warning]
    if not 0 < withheld < LEAST or not shown:
        return groups
    smallest = min(shown, key=lambda one: one.answers)
    return [replace(one, lines=(), warning=BESIDE) if one is smallest else one for one in groups]
