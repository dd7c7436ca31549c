"""
The questions that a snapshot answers, and the shape of the answers.

`Rollups` is the one interface; `reference.ReferenceRollups` and `duck.DuckRollups` must give equal answers, in the same
order. Money is in whole pence; a state is never added to another.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple, Protocol

from commonweal import errors
from commonweal.analytics.rows import NUMBERS, STATES
from commonweal.ledger import DELIVERY_SIDE, Account

Key = tuple[str | int | None, ...]

ROLLUPS: Mapping[str, tuple[str, ...]] = {
    "body-year": ("body", "year"),
    "measure": ("framework", "measure"),
    "supplier": ("supplier",),
    "place": ("region", "place"),
    "cohort": ("cohort",),
    "outcome-quarter": ("theme", "outcome", "year", "quarter"),
}
"""Each roll-up and what it groups by. `year` is the calendar year in which the financial year begins."""

WHOLE = 10_000
"""Basis points that the weights of one measure add up to."""

CLAIMED_AT = tuple(STATES.index(state) for state in DELIVERY_SIDE)


class Cell(NamedTuple):
    """
    One group: how many movements carry pounds and how many do not, and the pence that each state holds.

    `pence` is in the order of `STATES`. Where `priced` is 0 there are no pounds at all, which is not a sum of zero.
    """

    key: Key
    priced: int
    unpriced: int
    pence: tuple[int, ...]

    def of(self, state: Account) -> int:
        """Return the pence that `state` holds."""
        return self.pence[STATES.index(state)]

    @property
    def claimed(self) -> int:
        """Pence that were claimed, whatever became of them: pending, verified, rejected, disputed and withdrawn."""
        return sum(self.pence[at] for at in CLAIMED_AT)


class Weight(NamedTuple):
    """What share of `source`, a measure of `framework`, goes to `target`, in basis points."""

    framework: str
    source: str
    target: str
    basis_points: int


class Crossed(NamedTuple):
    """
    Pence of one state of a body and financial year that go to `target`; "" holds what no weight speaks of.

    Over all targets they add up to the pence of the state, to the penny.
    """

    body: str
    year: int | None
    target: str
    pence: int


class Difference(NamedTuple):
    """A row whose pence are not amount x value in force x share kept; `again` is None where no value is in force."""

    number: int
    movement: str
    body: str
    pence: int | None
    again: int | None


class Normal(NamedTuple):
    """Verified pounds per pound spent in a group of `n` contracts; None where the group is below the minimum."""

    name: str
    n: int
    lower: Decimal | None
    median: Decimal | None
    upper: Decimal | None
    together: Decimal | None


@dataclass(frozen=True, slots=True)
class Weights:
    """
    The weights of a crosswalk, checked.

    :raises BadSnapshot: if a pair stands twice, a weight is not above zero, or the weights of one measure do not add
        up to 10,000
    """

    weights: tuple[Weight, ...]

    def __post_init__(self) -> None:
        shares: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
        for weight in self.weights:
            if weight.basis_points <= 0 or weight.target in shares[weight[:2]]:
                raise errors.BadSnapshot(
                    f"The weight of {weight.source} towards {weight.target} is {weight.basis_points}, or stands twice. "
                    f"Give each pair once, with basis points above zero."
                )
            shares[weight[:2]][weight.target] = weight.basis_points
        wrong = next((key for key, parts in shares.items() if sum(parts.values()) != WHOLE), None)
        if wrong is not None:
            raise errors.BadSnapshot(
                f"The weights of {wrong[1]} add up to {sum(shares[wrong].values()):,}. Let them make {WHOLE:,}, so "
                f"that nothing is counted twice or lost."
            )

    def by_source(self) -> dict[tuple[str, str], list[Weight]]:
        """Return the weights of each measure, the largest share last, ties in the order of their targets."""
        found: dict[tuple[str, str], list[Weight]] = defaultdict(list)
        for weight in sorted(self.weights, key=lambda one: (one.basis_points, one.target)):
            found[weight.framework, weight.source].append(weight)
        return found


class Rollups(Protocol):
    """Answers over all rows of a snapshot; every list is in order of its keys, None before any number or word."""

    def roll_up(self, names: Sequence[str]) -> dict[str, list[Cell]]:
        """
        Return the cells of each roll-up named.

        :raises UnknownCode: if there is no such roll-up
        """

    def crosswalk(self, weights: Weights, *, state: Account = Account.VERIFIED) -> list[Crossed]:
        """
        Return the pence of `state` in the targets of a crosswalk.

        Pence are split for each body, financial year and measure: every part is rounded half up, and the largest
        share takes what is left (of equal shares that of the last target by name), so that the parts add up.
        """

    def audit(self) -> list[Difference]:
        """Work out again the pence of every row that was worked out from a value, and return those that differ."""

    def unsound(self) -> list[str]:
        """Return, in words, what cannot be: overdrawn accounts, pence in an empty account, pounds without a value."""


def known(names: Iterable[str]) -> list[str]:
    """
    Return `names` once each, in the order of `ROLLUPS`.

    :raises UnknownCode: if one is no roll-up
    """
    asked = list(names)
    for name in asked:
        if name not in ROLLUPS:
            raise errors.UnknownCode(f"There is no roll-up {name!r}. Choose from {', '.join(ROLLUPS)}.", list(ROLLUPS))
    return [name for name in ROLLUPS if name in asked]


def half_up(numerator: int, denominator: int) -> int:
    """Return the quotient as a whole number, half away from zero; `denominator` is above zero."""
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def in_order(key: Key) -> tuple[tuple[bool, str | int], ...]:
    """Return what sorts keys in the order of every answer."""
    return tuple((part is not None, 0 if part is None else part) for part in key)


def leg_numbers(source: int, target: int) -> list[tuple[int, int]]:
    """Return the accounts of a movement, as numbers, with the sign of what each gets; `outside` is left out."""
    return [(number, sign) for number, sign in ((source, -1), (target, 1)) if number != NUMBERS[Account.OUTSIDE]]
