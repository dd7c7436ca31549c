"""
Distributions of rates among contracts that are alike: median, quartiles, and where one contract stands.

A rate is what is verified divided by what was spent, never by the value of the contract. Quantiles are linear between
neighbours (as quantile_cont in DuckDB, percentile_cont in PostgreSQL and the inclusive method of Python's statistics),
worked out as exact fractions and rounded once, half up, to six decimals.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction

from commonweal import errors
from commonweal.benchmarks.totals import ContractTotals
from commonweal.periods import add_months, financial_year_of
from commonweal.quantities import HUNDRED

MINIMUM = 8
YEAR = 12
MILLION = 1_000_000
SIX_PLACES = 1_000_000
CPV = re.compile(r"(?P<division>\d{2})\d{6}(?:-\d)?")
INSOLVENT = ("insolvency", "insolvent", "administration", "liquidation")
BANDS: tuple[tuple[int, str], ...] = (
    (0, "below £250,000"),
    (25_000_000, "£250,000 to below £1m"),
    (100_000_000, "£1m to below £5m"),
    (500_000_000, "£5m to below £10m"),
    (1_000_000_000, "£10m and more"),
)
"""Bands of the contract's value by their lowest value in pence, which belongs to the band."""


class By(StrEnum):
    """What contracts are grouped by. A category is the CPV division where the contract has a CPV code."""

    CATEGORY = "category"
    REGION = "region"
    VALUE_BAND = "value-band"
    BODY = "body"
    YEAR = "year"


class SetAside(StrEnum):
    """Why a contract is not in a benchmark, in the order in which the reasons are asked."""

    FRAMEWORK_AGREEMENT = "framework agreement: its value is a ceiling, and its call-offs are contracts of their own"
    INSOLVENT = "the supplier is insolvent"
    NO_START = "no first day is known"
    YOUNG = "less than a year old"
    NO_SPEND = "what was spent is not known"
    ZERO_SPEND = "nothing was spent"
    NO_POUNDS = "recorded without pounds"
    NO_MEASURE = "does not have the measure"
    NO_GROUP = "what it is grouped by is not stated"


@dataclass(frozen=True, slots=True)
class Aside:
    """The contracts (body, reference) that were set aside for one reason, in the order of the input."""

    reason: SetAside
    contracts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Quartiles:
    """Lower quartile, median and upper quartile of the rates, to six decimals."""

    lower: Decimal
    median: Decimal
    upper: Decimal


@dataclass(frozen=True, slots=True)
class Rate:
    """One contract's exact rate."""

    contract: tuple[str, str]
    rate: Fraction


@dataclass(frozen=True, slots=True)
class Group:
    """
    Contracts that are alike. `quartiles` and `together` are None where there are fewer than `minimum`.

    `together` is all that is verified divided by all that was spent. `rates` run from the highest, ties by body and
    reference; they are for `rank_of` and are not to be shown. `value_packs` are the packs that the pounds rest on.
    """

    name: str
    n: int
    minimum: int
    quartiles: Quartiles | None
    together: Decimal | None
    rates: tuple[Rate, ...] = field(repr=False)
    value_packs: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """Say why nothing is shown, or nothing."""
        return "" if self.quartiles else f"too few (minimum {self.minimum})"


@dataclass(frozen=True, slots=True)
class Benchmark:
    """Groups by name, what was set aside and why, and the unit of the rates."""

    by: By
    unit: str
    as_at: dt.date
    minimum: int
    groups: tuple[Group, ...]
    aside: tuple[Aside, ...]

    def group(self, name: str) -> Group:
        """
        Return the group called `name`.

        :raises UnknownCode: if there is none
        """
        found = next((group for group in self.groups if group.name == name), None)
        if found is None:
            names = [group.name for group in self.groups]
            raise errors.UnknownCode(f"No group is called {name!r}. There are: {', '.join(names) or 'none'}.", names)
        return found


@dataclass(frozen=True, slots=True)
class Rank:
    """
    Where a contract stands in its group: `rank` 1 is the highest of `of`, ties in the order of body and reference.

    `percentile` is the share of the other contracts with a lower rate, in per cent to one decimal, so that ties have
    the same. Rank and percentile are None in a group that is too small, and `rate` is the contract's own, to six
    decimals.
    """

    group: Group
    rate: Decimal
    rank: int | None
    of: int
    percentile: Decimal | None


Like = Mapping[By, Sequence[str]]
"""Like for like: only contracts whose group under each of these is one of the names given."""


def benchmark(
    *,
    totals: Sequence[ContractTotals],
    by: By,
    as_at: dt.date,
    measure: str = "",
    minimum: int = MINIMUM,
    like: Like | None = None,
) -> Benchmark:
    """
    Return how verified pounds per pound spent are distributed, or units per million pounds spent of a `measure`.

    `measure` is a code or an id with its release. Contracts that began less than a year before `as_at`, have no
    known spending, are insolvent or are framework agreements are set aside and listed. A group smaller than
    `minimum` shows only its number.

    :raises UnknownCode: if no contract has the measure
    :raises MixedPacks: if the code is of several releases, or is counted in several units
    """
    wanted, unit = _measure(totals, measure)
    chosen = [one for one in totals if all(group_of(one, key) in names for key, names in (like or {}).items())]
    aside: dict[SetAside, list[tuple[str, str]]] = defaultdict(list)
    members: dict[str, list[tuple[ContractTotals, Fraction]]] = defaultdict(list)
    for one in chosen:
        reason = _aside(one, by, as_at, wanted)
        if reason is not None:
            aside[reason].append(one.id)
        else:
            members[group_of(one, by)].append((one, _amount(one, wanted)))
    groups = tuple(_group(name, members[name], minimum, wanted) for name in sorted(members, key=_in_order))
    listed = tuple(Aside(reason, tuple(aside[reason])) for reason in SetAside if aside[reason])
    return Benchmark(by, unit, as_at, minimum, groups, listed)


def rank_of(found: Benchmark, contract: tuple[str, str]) -> Rank | SetAside | None:
    """Return where `contract` (body, reference) stands, why it was set aside, or None where it is not there at all."""
    for group in found.groups:
        at = next((at for at, one in enumerate(group.rates) if one.contract == contract), None)
        if at is not None:
            return _rank(group, at)
    return next((aside.reason for aside in found.aside if contract in aside.contracts), None)


def quantile(ordered: Sequence[Fraction], share: Fraction) -> Fraction:
    """Return the quantile of `ordered` (at least one, ascending), linear between the two neighbours; `share` 0 to 1."""
    at = (len(ordered) - 1) * share
    below = at.numerator // at.denominator
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (at - below) * (ordered[above] - ordered[below])


def group_of(one: ContractTotals, by: By) -> str:
    """Return the name of the group of a contract, "" where it is not stated."""
    match by:
        case By.CATEGORY:
            found = CPV.fullmatch(one.category.strip())
            return f"CPV {found['division']}" if found else one.category.strip()
        case By.REGION:
            return one.region
        case By.BODY:
            return one.body
        case By.YEAR:
            return financial_year_of(one.start) if one.start else ""
        case _:  # a band of the value
            value = one.value_pence
            fitting = [name for least, name in BANDS if value is not None and value >= least]
            return fitting[-1] if fitting else ""


def _in_order(name: str) -> tuple[int, str]:
    bands = [band for _, band in BANDS]
    return (bands.index(name) if name in bands else 0, name.casefold())


def _aside(one: ContractTotals, by: By, as_at: dt.date, measure: str) -> SetAside | None:
    """Return the first reason for which a contract is set aside, or None."""
    rules = (
        (one.is_framework_agreement, SetAside.FRAMEWORK_AGREEMENT),
        (one.status.strip().casefold() in INSOLVENT, SetAside.INSOLVENT),
        (one.start is None, SetAside.NO_START),
        (one.start is not None and add_months(one.start, YEAR) > as_at, SetAside.YOUNG),
        (one.spent_pence is None, SetAside.NO_SPEND),
        (one.spent_pence is not None and one.spent_pence <= 0, SetAside.ZERO_SPEND),
        (not measure and one.verified_pence is None, SetAside.NO_POUNDS),
        (bool(measure) and all(units.measure != measure for units in one.units), SetAside.NO_MEASURE),
        (not group_of(one, by), SetAside.NO_GROUP),
    )
    return next((reason for holds, reason in rules if holds), None)


def _measure(totals: Sequence[ContractTotals], asked: str) -> tuple[str, str]:
    """Return the id of the measure that was asked for and the unit of its rates."""
    if not asked:
        return "", "pounds verified per pound spent"
    found = {(u.measure, u.unit) for one in totals for u in one.units if asked in (u.measure, _code(u.measure))}
    if not found:
        known = sorted({_code(u.measure) for one in totals for u in one.units})
        raise errors.UnknownCode(
            f"No contract has the measure {asked!r}. There are: {', '.join(known) or 'none'}.", known
        )
    if len(found) > 1:
        named = ", ".join(f"{measure} in {unit}" for measure, unit in sorted(found))
        raise errors.MixedPacks(
            f"{asked!r} is several things: {named}. They are never added. "
            f"Name one release, and mend a unit that differs."
        )
    measure, unit = found.pop()
    return measure, f"{unit} verified per £1m spent"


def _code(measure: str) -> str:
    return measure.rpartition("/")[2]


def _amount(one: ContractTotals, measure: str) -> Fraction:
    """Return what is verified: pounds, or units times a million, so that the rate is per million pounds."""
    if not measure:
        return Fraction(one.verified_pence or 0, 100)
    return sum((Fraction(units.amount) for units in one.units if units.measure == measure), Fraction(0)) * MILLION


def _spent(one: ContractTotals) -> Fraction:
    return Fraction(one.spent_pence or 0, 100)


def _group(name: str, members: Sequence[tuple[ContractTotals, Fraction]], minimum: int, measure: str) -> Group:
    rates = [Rate(one.id, amount / _spent(one)) for one, amount in members]
    rates.sort(key=lambda one: (-one.rate, one.contract))
    packs = () if measure else tuple(sorted({one.value_pack for one, _ in members if one.value_pack}))
    if len(rates) < minimum:
        return Group(name, len(rates), minimum, None, None, tuple(rates), packs)
    ordered = [one.rate for one in reversed(rates)]
    quarters = Quartiles(*(_rounded(quantile(ordered, Fraction(part, 4))) for part in (1, 2, 3)))
    whole = sum((amount for _, amount in members), Fraction(0)) / sum((_spent(one) for one, _ in members), Fraction(0))
    return Group(name, len(rates), minimum, quarters, _rounded(whole), tuple(rates), packs)


def _rank(group: Group, at: int) -> Rank:
    mine = group.rates[at].rate
    if group.quartiles is None:
        return Rank(group, _rounded(mine), None, group.n, None)
    lower = sum(one.rate < mine for one in group.rates)
    share = _rounded(Fraction(lower * 100, group.n - 1), 10) if group.n > 1 else HUNDRED
    return Rank(group, _rounded(mine), at + 1, group.n, share)


def _rounded(number: Fraction, scale: int = SIX_PLACES) -> Decimal:
    """Return an exact number of no sign half up, to as many decimals as `scale` has zeros."""
    steps = (2 * number.numerator * scale + number.denominator) // (2 * number.denominator)
    return Decimal(steps) / scale
