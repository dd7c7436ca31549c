"""
The formulas by which an offered amount becomes points, each by its name.

All of them are pure, exact and unrounded: a score is rounded once, where it is shown. Points run from zero to the
criterion's weight. A bidder without an offer (None) has zero points and is no measure for the others; so has one
below zero, which only a mistake can bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from commonweal import errors
from commonweal.figures import apply
from commonweal.quantities import plain

ZERO = Decimal(0)
Bands = Sequence[tuple[Decimal, Decimal]]
Amounts = Mapping[str, Decimal | None]


class Formula(StrEnum):
    """The name of a formula, as it stands in the tender documents."""

    RELATIVE_TO_BEST = "relative_to_best"
    AGAINST_TARGET = "against_target"
    BANDED = "banded"
    RANK = "rank"
    PER_POUND_OF_CONTRACT = "per_pound_of_contract"


def relative_to_best(*, amounts: Amounts, points: Decimal) -> dict[str, Decimal]:
    """
    Return the points of each bidder: amount ÷ best amount × points.

    Where the best amount is zero, nobody offered anything and nobody has points.
    """
    best = max((amount for amount in amounts.values() if amount is not None), default=ZERO)
    return {who: _score(amount, best, points) for who, amount in amounts.items()}


def against_target(*, amounts: Amounts, target: Decimal, points: Decimal) -> dict[str, Decimal]:
    """
    Return the points of each bidder: amount ÷ target × points, and full points from the target on.

    :raises BadScoring: if the target is not above zero: then nothing would be asked for
    """
    if target <= 0:
        raise errors.BadScoring(
            f"A target of {plain(target)} asks for nothing, so nothing can be scored against it. Give a target above 0."
        )
    return {who: _score(amount, target, points) for who, amount in amounts.items()}


def banded(*, amounts: Amounts, bands: Bands, points: Decimal) -> dict[str, Decimal]:
    """
    Return the points of the highest band that each amount reaches; below the lowest band, zero.

    `bands` are pairs of the least amount and its points.

    :raises BadScoring: if there are no bands, two begin at one amount, points fall, or are not from 0 to `points`
    """
    starts, given = [start for start, _ in sorted(bands)], [worth for _, worth in sorted(bands)]
    rising = given == sorted(given) and len(set(starts)) == len(starts)
    if not starts or not rising or not 0 <= given[0] <= given[-1] <= points:
        raise errors.BadScoring(
            f"Bands must begin at different amounts, and more must never bring fewer points, "
            f"from 0 to {plain(points)}. Correct the bands."
        )
    flat = [number for band in sorted(bands) for number in band]
    return {
        who: apply("banded", [amount, *flat]) if amount is not None and amount >= 0 else ZERO
        for who, amount in amounts.items()
    }


def rank(*, amounts: Amounts, points: Decimal) -> dict[str, Decimal]:
    """
    Return points by place: of n offers the first has all points, the second (n - 1) ÷ n of them, the last 1 ÷ n.

    Equal offers share the better place.
    """
    every = [amount for amount in amounts.values() if amount is not None and amount >= 0]
    return {
        who: apply("rank_score", [amount, points, *every]) if amount is not None and amount >= 0 else ZERO
        for who, amount in amounts.items()
    }


def per_pound_of_contract(*, amounts: Amounts, prices: Mapping[str, Decimal], points: Decimal) -> dict[str, Decimal]:
    """
    Return the points of each bidder by what it offers for each pound of its own price, relative to the best of them.

    :raises BadScoring: if a price is missing or not above zero
    """
    wrong = [who for who in amounts if prices.get(who, ZERO) <= 0]
    if wrong:
        raise errors.BadScoring(f"{wrong[0]} has no price above zero, so nothing can be divided by it. Give the price.")
    ratios = {
        who: None if amount is None else apply("quotient", [amount, prices[who]]) for who, amount in amounts.items()
    }
    return relative_to_best(amounts=ratios, points=points)


def _score(amount: Decimal | None, whole: Decimal, points: Decimal) -> Decimal:
    return ZERO if amount is None else apply("score", [amount, whole, points])
