"""
How surely somebody leads: what happens to the order when the values per unit were other than they are.

`combinations` moves every value up and down by a fifth, all together in every way. `flips` moves one value alone and
says at which factor the order changes, to a thousandth. Both work with any formula; quantities and marks stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from itertools import pairwise, product

from commonweal import errors
from commonweal.quantities import ONE, plain
from commonweal.scoring.formulas import Formula
from commonweal.scoring.models import Criterion
from commonweal.scoring.points import Numbers, Places, places

MOST_MEASURES = 12
"""2 to the power of 12 is 4,096 combinations; more would be more than anybody reads."""
BY = Decimal("0.2")
FARTHEST = 1000
STEP = Decimal("0.001")
PARTS = 8
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Combination:
    """One combination: the factor of each measure in order, each bidder's points, and the order they make."""

    factors: tuple[Decimal, ...]
    scores: tuple[Decimal, ...]
    order: Places

    @property
    def leaders(self) -> tuple[str, ...]:
        return self.order[0]


@dataclass(frozen=True, slots=True)
class Combinations:
    """Every combination of the measures' values moved down and up by the share `by`, down first."""

    measures: tuple[str, ...]
    by: Decimal
    rows: tuple[Combination, ...]

    def led_by(self) -> dict[tuple[str, ...], int]:
        """Return in how many combinations each bidder, or each tie, leads; most first."""
        counts: dict[tuple[str, ...], int] = {}
        for row in self.rows:
            counts[row.leaders] = counts.get(row.leaders, 0) + 1
        return dict(sorted(counts.items(), key=lambda item: -item[1]))


@dataclass(frozen=True, slots=True)
class Flip:
    """
    Where the order first changes when one value alone is multiplied: it stands at `stands`, and no more at `changed`.

    The two factors are a thousandth apart. `order` is the order from there on; where `level` is set, some are level at
    `changed` itself and `order` holds just beyond it.
    """

    measure: str
    stands: Decimal
    changed: Decimal
    order: Places
    level: bool = False

    @property
    def leaders(self) -> tuple[str, ...]:
        return self.order[0]

    def within(self, most: Decimal) -> bool:
        """Whether the factor is between 1 ÷ `most` and `most`."""
        return self.changed <= most and self.changed * most >= ONE


def moving(numbers: Numbers) -> tuple[str, ...]:
    """Return the measures whose values move points: all that have a value, in a lot that counts pounds."""
    if not numbers.lot.counts_pounds:
        return ()
    return tuple(measure.code for measure in numbers.lot.measures if measure.value_per_unit is not None)


def combinations(numbers: Numbers, *, by: Decimal = BY) -> Combinations:
    """
    Return who leads in each of the 2^n combinations of n values moved by the share `by`, down and up.

    :raises BadScoring: for more than 12 measures
    """
    measures = moving(numbers)
    if len(measures) > MOST_MEASURES:
        raise errors.BadScoring(
            f"{len(measures)} measures make {2 ** len(measures):,} combinations; at most {MOST_MEASURES} measures "
            f"({2**MOST_MEASURES:,} combinations) are worked out. Look at the factors one by one instead."
        )
    rows = []
    for factors in product((ONE - by, ONE + by), repeat=len(measures)):
        scores = numbers.scores(dict(zip(measures, factors, strict=True)))
        rows.append(Combination(factors, tuple(scores.values()), places(scores)))
    return Combinations(measures, by, tuple(rows))


def flips(numbers: Numbers, *, farthest: int = FARTHEST) -> tuple[Flip, ...]:
    """
    Return, for each value, the nearest factors below and above one at which the order of bidders changes, if any.

    Factors from 0 to `farthest` are searched. Between the factors at which a formula bends (the best offer changes,
    a target, band or cap is reached) the order can change only where points cross; with one criterion that counts
    pounds, points of two bidders cross at most once between two bends, so that nothing is missed. With several such
    criteria, two changes that undo each other within an eighth of such a stretch could be.
    """
    found = []
    for measure in moving(numbers):
        work = _Search(numbers, measure)
        grid = work.grid(farthest)
        found += [
            *work.first([at for at in reversed(grid) if at <= 1000]),
            *work.first([at for at in grid if at >= 1000]),
        ]
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for a change along one value, on factors in whole thousandths: 4982 is 4.982."""

    numbers: Numbers
    measure: str

    def order(self, thousandths: int) -> Places:
        return places(self.numbers.scores({self.measure: thousandths * STEP}))

    def first(self, grid: Sequence[int]) -> Iterator[Flip]:
        """Yield the first change along a grid that begins at 1000, the value as it is."""
        base = self.order(grid[0])
        for near, far in pairwise(grid):
            if self.order(far) != base:
                yield self._narrow(near, far, base)
                return

    def _narrow(self, near: int, far: int, base: Places) -> Flip:
        """Halve the stretch until it is a thousandth: the order stands at `near` and is another at `far`."""
        while abs(far - near) > 1:
            middle = (near + far) // 2
            if self.order(middle) == base:
                near = middle
            else:
                far = middle
        found, beyond = self.order(far), self.order(max(0, far + (far - near)))
        level = len(found) < len(base) and beyond != found
        return Flip(self.measure, near * STEP, far * STEP, beyond if level else found, level)

    def grid(self, farthest: int) -> list[int]:
        """Return the factors to look at: both sides of each bend, and an eighth apart between them."""
        most = farthest * 1000
        bends = {0, 1000, most}
        for factor in self._bends():
            below = int((factor * 1000).to_integral_value(ROUND_FLOOR))
            bends.update(at for at in (below, below + 1) if 0 <= at <= most)
        ordered = sorted(bends)
        between = {low + (high - low) * part // PARTS for low, high in pairwise(ordered) for part in range(PARTS)}
        return sorted(bends | between)

    def _bends(self) -> Iterator[Decimal]:
        """Yield the factors above zero at which two offers are level, or one reaches a target, a band or a cap."""
        at_none = self._pounds(ZERO)
        slopes = {who: pounds - at_none[who] for who, pounds in self._pounds(ONE).items()}
        for criterion in self.numbers.lot.criteria:
            if criterion.counts_pounds:
                levels = list(self._levels(criterion))
                scale = self._scale(criterion)
                for who, slope in slopes.items():
                    if slope:
                        yield from ((level - at_none[who]) / slope for level in levels)
                    for other, others in slopes.items():
                        start = at_none[other] * scale[other] - at_none[who] * scale[who]
                        rise = slope * scale[who] - others * scale[other]
                        if rise:
                            yield start / rise

    def _pounds(self, factor: Decimal) -> dict[str, Decimal]:
        lot = self.numbers.lot
        value = {m.code: m.value_per_unit for m in lot.measures if m.value_per_unit is not None}
        return {
            who: sum(
                (
                    self.numbers.quantities.get((who, code), ZERO) * worth * (factor if code == self.measure else ONE)
                    for code, worth in value.items()
                ),
                ZERO,
            )
            for who in lot.names
        }

    def _levels(self, criterion: Criterion) -> Iterator[Decimal]:
        yield from (
            level for level in (criterion.target, criterion.cap, self.numbers.lot.total_cap) if level is not None
        )
        yield from (start for start, _ in criterion.bands)

    def _scale(self, criterion: Criterion) -> dict[str, Decimal]:
        """What each offer is multiplied by before offers are compared: one, or one part of the bidder's price."""
        if criterion.formula is not Formula.PER_POUND_OF_CONTRACT:
            return dict.fromkeys(self.numbers.lot.names, ONE)
        return {bidder.name: ONE / bidder.price for bidder in self.numbers.lot.bidders if bidder.price}


def factor_words(flip: Flip) -> str:
    """Return the factors of a flip in words: "between 4.981 and 4.982", or "at 4.765" where bidders are level."""
    if flip.level:
        return f"at {plain(flip.changed)}"
    low, high = sorted((flip.stands, flip.changed))
    return f"between {plain(low)} and {plain(high)}"
