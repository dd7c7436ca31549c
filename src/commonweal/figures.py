"""
Figures that keep their working: the golden thread.

A `Book` holds facts (numbers as they came in, with their origin) and figures (numbers worked out by a named rule
from facts and other figures). A figure can be worked out again from the book alone, which is what
`commonweal explain` does. Rules are pure functions of their inputs; each is in `RULES` with the sentence that
explains it to a reader.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import TypeVar

from commonweal import errors
from commonweal.quantities import EXACT, PENNY

Number = Decimal
Rule = Callable[[Sequence[Decimal]], Decimal]

PER_CENT = Decimal("0.01")
SCORES = Context(prec=28, rounding=ROUND_HALF_UP)
"""Scores are not rounded before they are shown; what has no end is carried to 28 digits, whoever works it out."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that was given: `origin` is the cell it was read from or the entry of the data pack."""

    id: str
    label: str
    value: Decimal
    unit: str
    origin: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was worked out by `rule` from `inputs`, the ids of facts and figures, in that order."""

    id: str
    label: str
    value: Decimal
    unit: str
    rule: str
    inputs: tuple[str, ...]
    note: str = ""


def _product(numbers: Sequence[Decimal]) -> Decimal:
    result = Decimal(1)
    for number in numbers:
        result *= number
    return result


def _to_the_penny(numbers: Sequence[Decimal]) -> Decimal:
    return _product(numbers).quantize(PENNY, ROUND_HALF_UP)


def _percent(numbers: Sequence[Decimal]) -> Decimal:
    part, whole = numbers
    return (part * 100 / whole).quantize(PER_CENT, ROUND_HALF_UP)


def _first_less_rest(numbers: Sequence[Decimal]) -> Decimal:
    return numbers[0] - sum(numbers[1:], Decimal(0))


def _shortfall(numbers: Sequence[Decimal]) -> Decimal:
    return max(Decimal(0), _first_less_rest(numbers))


def _mean(numbers: Sequence[Decimal]) -> Decimal:
    return (sum(numbers, Decimal(0)) / len(numbers)).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _share_capped(numbers: Sequence[Decimal]) -> Decimal:
    amount, share, *cap = numbers
    ceiling = (amount * share / 100).quantize(PENNY, ROUND_HALF_UP)
    return min([ceiling, *cap])


def _penny_part(numbers: Sequence[Decimal]) -> Decimal:
    pounds, part, whole = numbers
    return (pounds * part / whole).quantize(PENNY, ROUND_HALF_UP)


def _projected(numbers: Sequence[Decimal]) -> Decimal:
    done, rate, periods = numbers
    return done + rate * periods


def _per(numbers: Sequence[Decimal]) -> Decimal:
    return (numbers[0] / numbers[1]).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _prorated(numbers: Sequence[Decimal]) -> Decimal:
    amount, days, whole = numbers
    return (amount * days / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _converted(numbers: Sequence[Decimal]) -> Decimal:
    result = Decimal(1)
    for number in numbers:
        result = EXACT.multiply(result, number)
    return result


def _converted_per(numbers: Sequence[Decimal]) -> Decimal:
    return EXACT.divide(_converted(numbers[:-1]), numbers[-1]).quantize(Decimal("0.000001"), ROUND_HALF_UP)


def _part(numbers: Sequence[Decimal]) -> Decimal:
    amount, part, whole = numbers
    return EXACT.divide(EXACT.multiply(amount, part), whole)


def _penny_part_down(numbers: Sequence[Decimal]) -> Decimal:
    return _part(numbers).quantize(PENNY, ROUND_DOWN)


def _score(numbers: Sequence[Decimal]) -> Decimal:
    part, whole, points = numbers
    if part <= 0 or whole <= 0:
        return Decimal(0)
    return min(points, SCORES.divide(SCORES.multiply(part, points), whole))


def _quotient(numbers: Sequence[Decimal]) -> Decimal:
    return SCORES.divide(numbers[0], numbers[1])


def _banded(numbers: Sequence[Decimal]) -> Decimal:
    amount, *bands = numbers
    pairs = sorted(zip(bands[::2], bands[1::2], strict=True))
    return max(((start, points) for start, points in pairs if start <= amount), default=(amount, Decimal(0)))[1]


def _rank_score(numbers: Sequence[Decimal]) -> Decimal:
    amount, points, *every = numbers
    better = sum(1 for other in every if other > amount)
    return SCORES.divide(SCORES.multiply(points, Decimal(len(every) - better)), Decimal(len(every)))


def _stretch(numbers: Sequence[Decimal]) -> Decimal:
    amount, before, up_to, whole = numbers
    edges = [(amount * reached / whole).quantize(Decimal("0.000001"), ROUND_HALF_UP) for reached in (before, up_to)]
    return edges[1] - edges[0]


RULES: Mapping[str, tuple[Rule, str]] = {
    "given": (lambda numbers: numbers[0], "the number as it was given"),
    "sum": (lambda numbers: sum(numbers, Decimal(0)), "all inputs added up"),
    "difference": (_first_less_rest, "the first input less the others"),
    "shortfall": (_shortfall, "the first input less the others, and nothing below zero"),
    "value": (
        _to_the_penny,
        "quantity times pounds per unit times each share kept, rounded once, half up, to the penny",
    ),
    "remainder": (_first_less_rest, "what is left of the first input after the other parts, so that the parts add up"),
    "percent": (_percent, "the first input as a percentage of the second, to two decimals"),
    "mean": (_mean, "the average of the inputs, to six decimals"),
    "last": (lambda numbers: numbers[-1], "the latest of the inputs"),
    "count": (lambda numbers: Decimal(len(numbers)), "how many inputs there are"),
    "share_capped": (_share_capped, "the agreed percentage of the first input, never above the cap"),
    "per": (_per, "the first input divided by the second, to six decimals"),
    "stretch": (
        _stretch,
        "what falls due of the first input up to the third of the fourth, less what falls due up to the second, each "
        "to six decimals, so that the sum over any run is right",
    ),
    "prorated": (_prorated, "the first input times the days that count, divided by all days"),
    "smallest": (lambda numbers: min(numbers), "the smallest of the inputs"),
    "largest": (lambda numbers: max(numbers), "the largest of the inputs"),
    "penny_part": (_penny_part, "the pounds times the part, divided by the whole, rounded once, half up, to the penny"),
    "converted": (
        _converted,
        "the quantity times the units that one makes and what else is needed; not rounded",
    ),
    "converted_per": (_converted_per, "the first inputs multiplied and divided by the last, to six decimals"),
    "part": (_part, "the first input times the part, divided by the whole; not rounded"),
    "penny_part_down": (
        _penny_part_down,
        "the pounds times the part, divided by the whole, rounded down to the penny; the last part takes what is left",
    ),
    "score": (
        _score,
        "the first input as a share of the second, times the points: never below zero nor above the points, not "
        "rounded; zero where either is zero or less",
    ),
    "quotient": (_quotient, "the first input divided by the second, not rounded"),
    "banded": (_banded, "the points of the highest band that the first input reaches; zero below the lowest band"),
    "rank_score": (
        _rank_score,
        "the points times the number of offers that are no better, divided by the number of offers; not rounded",
    ),
    "hundredth": (
        lambda numbers: numbers[0].quantize(PENNY, ROUND_HALF_UP),
        "the input rounded once, half up, to two decimals",
    ),
    "projected": (_projected, "what is done so far, plus the rate per period times the periods left"),
}


Entry = TypeVar("Entry", Fact, Figure)


class Book:
    """Facts and figures by id, in the order in which they were entered. An id is entered once."""

    def __init__(self) -> None:
        self._entries: dict[str, Fact | Figure] = {}

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[Fact | Figure]:
        return iter(self._entries.values())

    def __contains__(self, entry_id: str) -> bool:
        return entry_id in self._entries

    def __getitem__(self, entry_id: str) -> Fact | Figure:
        try:
            return self._entries[entry_id]
        except KeyError:
            raise errors.BadReport(
                f"There is no line {entry_id!r} in this report. List the lines with `commonweal explain REPORT`."
            ) from None

    def fact(self, entry_id: str, label: str, value: Decimal, unit: str, *, origin: str, source: str = "") -> Fact:
        """Enter a number as it was given."""
        return self.enter(Fact(entry_id, label, value, unit, origin, source))

    def figure(
        self, entry_id: str, label: str, unit: str, rule: str, inputs: Iterable[str], *, note: str = ""
    ) -> Figure:
        """Work out a number by `rule` from entries already in the book, and enter it."""
        ids = tuple(inputs)
        value = apply(rule, [self[i].value for i in ids])
        return self.enter(Figure(entry_id, label, value, unit, rule, ids, note))

    def enter(self, entry: Entry) -> Entry:
        """
        Add an entry as it is, for instance one read from a stored report.

        :raises BadReport: if its id is taken
        """
        if entry.id in self._entries:
            raise errors.BadReport(f"Line {entry.id!r} stands twice in this report; each id is used once.")
        self._entries[entry.id] = entry
        return entry

    def recompute(self, entry_id: str) -> Decimal:
        """
        Work the figure out again from facts alone, through every figure between, without trusting a stored result.

        :raises BadReport: for an unknown id, an unknown rule, or figures that rest on themselves
        """
        done: dict[str, Decimal] = {}
        stack: list[tuple[str, bool]] = [(entry_id, False)]
        open_ids: set[str] = set()
        while stack:
            current, ready = stack.pop()
            entry = self[current]
            if current in done:
                continue
            if isinstance(entry, Fact):
                done[current] = entry.value
            elif ready:
                done[current] = apply(entry.rule, [done[i] for i in entry.inputs])
                open_ids.discard(current)
            else:
                if current in open_ids:
                    raise errors.BadReport(f"Line {current!r} rests on itself; the report was tampered with.")
                open_ids.add(current)
                stack.append((current, True))
                stack.extend((i, False) for i in entry.inputs if i not in done)
        return done[entry_id]


def apply(rule: str, numbers: Sequence[Decimal]) -> Decimal:
    """
    Apply the rule called `rule`.

    :raises BadReport: if no such rule is known or it cannot take these numbers
    """
    if rule not in RULES:
        raise errors.BadReport(f"This report uses the rule {rule!r}, which this version does not have.")
    try:
        return RULES[rule][0](numbers)
    except (ArithmeticError, ValueError, IndexError):
        raise errors.BadReport(f"The rule {rule!r} cannot be applied to {[str(n) for n in numbers]}.") from None
