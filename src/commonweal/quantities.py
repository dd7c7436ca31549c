"""
Quantities with named units, and money in pence.

Only `Decimal` and `int` come in; a float is refused, because it has already lost the number that was meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import accumulate, pairwise

from commonweal import errors

PENNY = Decimal("0.01")
HUNDRED = Decimal(100)
ONE = Decimal(1)

EXACT = Context(prec=100, rounding=ROUND_HALF_UP)
"""Wide enough that no product of quantity, value and shares is rounded before its one rounding to the penny, whatever
the caller's own decimal context says."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """
    An exact amount of one unit, such as 12.5 hour.

    Units are compared by name; nothing is converted.

    :raises BadQuantity: if the amount is a float, a NaN or infinite, or the unit is empty
    """

    amount: Decimal
    unit: str

    def __post_init__(self) -> None:
        if not isinstance(self.amount, Decimal):
            object.__setattr__(self, "amount", exact(self.amount))
        if not self.amount.is_finite():
            raise errors.BadQuantity(f"{self.amount} is not a quantity. Give a finite number.")
        if not self.unit:
            raise errors.BadQuantity(f"{self.amount} has no unit. Name the unit that is counted.")

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount + self._same(other), self.unit)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.amount - self._same(other), self.unit)

    def __mul__(self, factor: Decimal | int) -> Quantity:
        return Quantity(self.amount * exact(factor), self.unit)

    def __neg__(self) -> Quantity:
        return Quantity(-self.amount, self.unit)

    def __lt__(self, other: Quantity) -> bool:
        return self.amount < self._same(other)

    def __le__(self, other: Quantity) -> bool:
        return self.amount <= self._same(other)

    def __str__(self) -> str:
        return f"{plain(self.amount)} {self.unit}"

    def _same(self, other: Quantity) -> Decimal:
        if other.unit != self.unit:
            raise errors.UnitMismatch(
                f"{other} cannot be put together with {self}: the units differ. "
                f"Convert one of them first; Commonweal does not guess a conversion."
            )
        return other.amount


def exact(number: Decimal | int | str) -> Decimal:
    """
    Return `number` as a Decimal.

    :raises BadQuantity: for a float, a bool, or text that is no number
    """
    if isinstance(number, bool | float):
        raise errors.BadQuantity(f"{number!r} is not exact. Give the number as text or Decimal, like '12.5'.")
    try:
        return Decimal(number)
    except ArithmeticError:
        raise errors.BadQuantity(f"{number!r} is not a number. Write it like 12.5.") from None


def to_pence(pounds: Decimal) -> int:
    """Return pounds as whole pence, half up: half a penny goes away from zero."""
    return int(EXACT.quantize(EXACT.multiply(pounds, HUNDRED), ONE))


def to_pounds(pence: int) -> Decimal:
    """Return pence as pounds with exactly two decimals."""
    return (Decimal(pence) / HUNDRED).quantize(PENNY)


def total(quantities: Iterable[Quantity], unit: str) -> Quantity:
    """
    Return the sum of `quantities`, all of which must be in `unit`.

    :raises UnitMismatch: as for addition
    """
    result = Quantity(Decimal(0), unit)
    for quantity in quantities:
        result = result + quantity
    return result


def split(amount: Decimal, weights: Iterable[Decimal], *, places: int = 6) -> list[Decimal]:
    """
    Divide `amount` in proportion to `weights`; the parts always add up to `amount` exactly.

    What the first parts make together is rounded half up to `places` decimals, so that any run of parts from the
    first is right to half a step, and no part goes past zero, however many there are. The last takes the remainder.

    :raises BadSplit: if there are no weights, one is negative, or they add up to nothing
    """
    shares = list(weights)
    whole = sum(shares, Decimal(0))
    if not shares or min(shares) < 0 or whole == 0:
        raise errors.BadSplit(
            f"{plain(amount)} cannot be divided by the weights {[plain(s) for s in shares]}. "
            f"Give at least one weight above zero and none below."
        )
    step = Decimal(1).scaleb(-places)
    reached = [(amount * so_far / whole).quantize(step, ROUND_HALF_UP) for so_far in accumulate(shares[:-1])]
    edges = [Decimal(0), *reached, amount]
    return [after - before for before, after in pairwise(edges)]


def plain(number: Decimal) -> str:
    """Return a Decimal without exponent and without trailing zeros: 12.50 as '12.5', 1E+3 as '1000'."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
