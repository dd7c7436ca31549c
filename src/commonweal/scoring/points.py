"""
Points from plain numbers: the same scoring as `evaluate`, without working, for questions of the kind "what if".

`factors` multiply values per unit by measure code, which is all that a sensitivity changes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from commonweal.quantities import ONE
from commonweal.scoring import formulas
from commonweal.scoring.formulas import Formula
from commonweal.scoring.models import Criterion, Lot

ZERO = Decimal(0)
SAME = Decimal("1E-12")
"""Scores that agree to twelve decimals are equal: thirds carried to 28 digits must not break a tie."""

Scores = Mapping[str, Decimal]
Places = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A lot as numbers: quantities that count and marks that were agreed, by bidder and measure or criterion."""

    lot: Lot
    quantities: Mapping[tuple[str, str], Decimal]
    marks: Mapping[tuple[str, str], Decimal]

    def scores(self, factors: Mapping[str, Decimal] | None = None) -> dict[str, Decimal]:
        """Return each bidder's points over all criteria, not rounded."""
        totals = self.pounds(factors or {}) if self.lot.counts_pounds else {}
        found = dict.fromkeys(self.lot.names, ZERO)
        for criterion in self.lot.leaves:
            for who, points in self._points(criterion, totals).items():
                found[who] += points
        return found

    def pounds(self, factors: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """Return the pounds of each bidder's offer, not rounded, never above the cap on the whole."""
        found = dict.fromkeys(self.lot.names, ZERO)
        for measure in self.lot.measures:
            if measure.value_per_unit is not None:
                value = measure.value_per_unit * factors.get(measure.code, ONE)
                for who in found:
                    found[who] += self.quantities.get((who, measure.code), ZERO) * value
        cap = self.lot.total_cap
        return found if cap is None else {who: min(cap, pounds) for who, pounds in found.items()}

    def _points(self, criterion: Criterion, totals: Scores) -> Mapping[str, Decimal]:
        if criterion.formula is None:
            highest = criterion.highest_mark or ZERO
            marks = {who: self.marks.get((who, criterion.code)) for who in self.lot.names}
            return formulas.against_target(amounts=marks, target=highest, points=criterion.weight)
        amounts: dict[str, Decimal | None] = {
            who: self.quantities.get((who, criterion.measure)) if criterion.measure else totals[who]
            for who in self.lot.names
        }
        if criterion.cap is not None:
            amounts = {who: None if a is None else min(a, criterion.cap) for who, a in amounts.items()}
        return points_by_formula(self.lot, criterion, amounts)


def points_by_formula(lot: Lot, criterion: Criterion, amounts: formulas.Amounts) -> dict[str, Decimal]:
    """Return the points of each bidder under a criterion that has a formula."""
    prices = {bidder.name: bidder.price for bidder in lot.bidders if bidder.price is not None}
    by_name: Mapping[Formula | None, Callable[[], dict[str, Decimal]]] = {
        Formula.RELATIVE_TO_BEST: lambda: formulas.relative_to_best(amounts=amounts, points=criterion.weight),
        Formula.AGAINST_TARGET: lambda: formulas.against_target(
            amounts=amounts, target=criterion.target or ZERO, points=criterion.weight
        ),
        Formula.BANDED: lambda: formulas.banded(amounts=amounts, bands=criterion.bands, points=criterion.weight),
        Formula.RANK: lambda: formulas.rank(amounts=amounts, points=criterion.weight),
        Formula.PER_POUND_OF_CONTRACT: lambda: formulas.per_pound_of_contract(
            amounts=amounts, prices=prices, points=criterion.weight
        ),
    }
    return by_name[criterion.formula]()


def places(scores: Scores) -> Places:
    """Return bidders from the highest score down; those with one score share a place, in the order given."""
    found: dict[Decimal, list[str]] = {}
    for who, score in scores.items():
        found.setdefault(score.quantize(SAME), []).append(who)
    return tuple(tuple(found[score]) for score in sorted(found, reverse=True))


def place_of(who: str, order: Places) -> int:
    """Return a bidder's place, counted from 1: after two that share the first comes the third."""
    before = 0
    for group in order:
        if who in group:
            return before + 1
        before += len(group)
    raise KeyError(who)
