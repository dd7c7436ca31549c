"""
From gross to net: attribution, deadweight, displacement, leakage and substitution as named steps.

Each step says which share it keeps. Gross and net are both kept, the order of the steps is kept, and pounds are
rounded once, at the end. Also the present value of a yearly stream.
Source: Homes and Communities Agency, Additionality Guide, 4th edition (2014); HM Treasury, The Green Book (2022).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from difflib import get_close_matches
from typing import TYPE_CHECKING

from commonweal import errors
from commonweal.quantities import EXACT, ONE, PENNY, plain, to_pence, to_pounds

if TYPE_CHECKING:
    from commonweal.catalogue.reference import DiscountSchedule

NAMES = ("attribution", "deadweight", "displacement", "leakage", "substitution")
SIX_PLACES = Decimal("0.000001")
ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Step:
    """
    One adjustment: `kept` is the share that stays, from 0 to 1; `lost` is the rest. Make it with `keep` or `lose`.

    :raises UnknownCode: if the name is none of `NAMES`
    :raises BadQuantity: if the share is not from 0 to 1
    """

    name: str
    kept: Decimal
    stated: str = "kept"
    source: str = ""

    def __post_init__(self) -> None:
        if self.name not in NAMES:
            raise errors.UnknownCode(
                f"{self.name!r} is no adjustment. Use one of: {', '.join(NAMES)}.",
                get_close_matches(self.name.lower(), NAMES),
            )
        if not 0 <= self.kept <= 1:
            raise errors.BadQuantity(f"The share of {self.name} must be from 0 to 1, like 0.25 for a quarter.")

    @property
    def lost(self) -> Decimal:
        return ONE - self.kept

    def __str__(self) -> str:
        share = self.kept if self.stated == "kept" else self.lost
        return f"{self.name}: {plain(share * 100)}% {self.stated}"


@dataclass(frozen=True, slots=True)
class StepLine:
    """What one step did: pounds `before` and `after` it, not rounded."""

    step: Step
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Adjusted:
    """
    Gross and net in pounds, with each step between. `net` is rounded once, half up; so is `gross`.

    `factor` is the product of the shares kept, not rounded.
    """

    gross: Decimal
    net: Decimal
    factor: Decimal
    lines: tuple[StepLine, ...]

    @property
    def gross_pence(self) -> int:
        return to_pence(self.gross)

    @property
    def net_pence(self) -> int:
        return to_pence(self.net)


@dataclass(frozen=True, slots=True)
class DiscountedYear:
    """Pounds of one year at today's worth; `factor` is what one pound of that year is worth, to 28 digits."""

    year: int
    amount: Decimal
    factor: Decimal
    value: Decimal


@dataclass(frozen=True, slots=True)
class PresentValue:
    """The present value in pounds, rounded once, half up; the schedule by id; the working by year."""

    pounds: Decimal
    schedule: str
    years: tuple[DiscountedYear, ...]


def keep(name: str, share: Decimal, *, source: str = "") -> Step:
    """Return a step that keeps `share` (0 to 1), such as an attribution of one third."""
    return Step(name, share, "kept", source)


def lose(name: str, share: Decimal, *, source: str = "") -> Step:
    """Return a step that takes `share` (0 to 1) away, such as a deadweight of 0.2."""
    return Step(name, ONE - share, "lost", source)


def factor_of(steps: Iterable[Step]) -> Decimal:
    """Return the product of the shares kept, not rounded; 1 without steps."""
    factor = ONE
    for step in steps:
        factor = EXACT.multiply(factor, step.kept)
    return factor


def adjust(*, gross: Decimal, steps: Sequence[Step]) -> Adjusted:
    """
    Take `gross` pounds through the steps, in their order. Only the two ends are rounded, half up, to the penny.

    :raises BadQuantity: if one adjustment stands twice
    """
    names = [step.name for step in steps]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise errors.BadQuantity(f"{twice[0]} is taken off twice. State each adjustment once.")
    lines: list[StepLine] = []
    running = gross
    for step in steps:
        lines.append(StepLine(step, running, EXACT.multiply(running, step.kept)))
        running = lines[-1].after
    return Adjusted(to_pounds(to_pence(gross)), to_pounds(to_pence(running)), factor_of(steps), tuple(lines))


def rate_of(schedule: DiscountSchedule, year: int) -> Decimal:
    """
    Return the rate of the step into a year, counted from 1.

    :raises NoValueForDate: for a year that the schedule does not cover
    """
    for band in schedule.bands:
        if band.first_year <= year and (band.last_year is None or year <= band.last_year) and year > 0:
            return band.rate
    last = schedule.bands[-1].last_year
    covered = "from 1 on" if last is None else f"1 to {last}"
    raise errors.NoValueForDate(f"The {schedule.id} schedule has no rate for year {year}: it covers years {covered}.")


def present_value(*, stream: Sequence[Decimal], schedule: DiscountSchedule) -> PresentValue:
    """
    Return what a stream of yearly pounds is worth in its first year, which is year 0 and not discounted.

    Each later year is divided by one plus the rate of every year on the way, so that a lower rate of later years
    applies from its first year on. Real pounds need a real rate. Years to six decimals; the sum rounded once.
    Source: HM Treasury, The Green Book (2022), annex 6.

    :raises NoValueForDate: if the stream is longer than the schedule
    """
    years: list[DiscountedYear] = []
    factor, total = ONE, ZERO
    for year, amount in enumerate(stream):
        if year:
            factor = factor / (ONE + rate_of(schedule, year))
        worth = amount * factor
        total += worth
        years.append(DiscountedYear(year, amount, factor, worth.quantize(SIX_PLACES, ROUND_HALF_UP)))
    return PresentValue(total.quantize(PENNY, ROUND_HALF_UP), schedule.id, tuple(years))
