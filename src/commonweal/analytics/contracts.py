"""
The benchmark over all bodies: from one row per contract, never from the lines of returns.

The rules are those of `commonweal.benchmarks`, which is the reference. A row carries what they make of a contract, so
that the fast way has only dates to compare, rates to order and pence to add.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import NamedTuple

from commonweal.analytics import duck
from commonweal.analytics.rollups import Normal, half_up
from commonweal.analytics.rows import WIDEST
from commonweal.benchmarks import MINIMUM, By, ContractTotals, Group, SetAside, benchmark, quantile
from commonweal.benchmarks.distribution import group_of
from commonweal.periods import add_months

RATE_SCALE = 10**12
SIX_PLACES = 10**6
EXACT_BELOW = 2**51
"""A scaled rate below this, and quarters between two of them, are exact as DuckDB's quantile_cont works them out."""

GROUPS: Mapping[By, str] = {
    By.CATEGORY: "category",
    By.REGION: "region",
    By.VALUE_BAND: "value_band",
    By.BODY: "body",
    By.YEAR: "year",
}


class ContractRow(NamedTuple):
    """
    One contract. `category`, `region`, `value_band`, `body` and `year` are the names of its groups.

    `counts_from` is the day from which it is a year old, None where it is set aside on any day. `rate` is verified
    per spent times 10 to the 12, cut off and not rounded; None where there is none, or it does not fit.
    """

    contract: str
    body: str
    category: str
    region: str
    value_band: str
    year: str
    counts_from: dt.date | None
    spent_pence: int | None
    verified_pence: int | None
    value_pack: str
    rate: int | None


CONTRACT_COLUMNS: Mapping[str, str] = {
    **dict.fromkeys(ContractRow._fields[:6], "VARCHAR"),
    "counts_from": "DATE",
    "spent_pence": "BIGINT",
    "verified_pence": "BIGINT",
    "value_pack": "VARCHAR",
    "rate": "BIGINT",
}


def contract_row(one: ContractTotals) -> ContractRow:
    """Return the totals of a contract as a row. Units are left out: the benchmark over all bodies is in pounds."""
    counts_from = _counts_from(one)
    rate = None
    if counts_from and one.spent_pence and one.verified_pence is not None:
        rate = one.verified_pence * RATE_SCALE // one.spent_pence
    return ContractRow(
        contract=one.ref,
        body=one.body,
        category=group_of(one, By.CATEGORY),
        region=one.region,
        value_band=group_of(one, By.VALUE_BAND),
        year=group_of(one, By.YEAR),
        counts_from=counts_from,
        spent_pence=one.spent_pence,
        verified_pence=one.verified_pence,
        value_pack=one.value_pack,
        rate=rate if rate is not None and 0 <= rate <= WIDEST else None,
    )


def _counts_from(one: ContractTotals) -> dt.date | None:
    """Ask the benchmark itself, on the day on which the contract is a year old, whether it sets it aside."""
    if one.start is None or one.start.year == dt.MAXYEAR:
        return None
    day = add_months(one.start, 12)
    reasons = {aside.reason for aside in benchmark(totals=[one], by=By.YEAR, as_at=day).aside}
    return None if reasons - {SetAside.NO_GROUP} else day


def reference_normal(
    totals: Sequence[ContractTotals], *, by: By, as_at: dt.date, minimum: int = MINIMUM
) -> list[Normal]:
    """Return what is normal in each group, as `commonweal.benchmarks.benchmark` says, in the order of their names."""
    groups = benchmark(totals=totals, by=by, as_at=as_at, minimum=minimum).groups
    return sorted((_normal(group) for group in groups), key=lambda one: one.name)


def _normal(group: Group) -> Normal:
    if group.quartiles is None:
        return Normal(group.name, group.n, None, None, None, None)
    quartiles = group.quartiles
    return Normal(group.name, group.n, quartiles.lower, quartiles.median, quartiles.upper, group.together)


def duck_normal(
    files: Sequence[Path],
    *,
    by: By,
    as_at: dt.date,
    minimum: int = MINIMUM,
    threads: int = duck.THREADS,
    memory: str = duck.MEMORY,
) -> list[Normal]:
    """
    Return the same from files of contract rows.

    A quartile of cut-off rates is less than 10 to the -12 below the exact one, so that almost always both round to the
    same six decimals; where they might not, the group is worked out again in exact fractions.
    """
    connection = duck.connect(threads=threads, memory=memory)
    try:
        duck.view(connection, "contracts", files, CONTRACT_COLUMNS)
        members = f"FROM contracts WHERE counts_from <= ? AND {GROUPS[by]} <> ''"
        rows = connection.execute(_NORMAL.format(name=GROUPS[by], members=members), [as_at]).fetchall()
        found = []
        for name, n, largest, fits, quarters, verified, spent in rows:
            if n < minimum:
                found.append(Normal(name, n, None, None, None, None))
                continue
            rounded = _rounded(quarters) if fits and largest < EXACT_BELOW else None
            if rounded is None:
                pairs = connection.execute(
                    f"SELECT verified_pence, spent_pence {members} AND {GROUPS[by]} = ?", [as_at, name]
                ).fetchall()
                rounded = _exactly(pairs)
            lower, median, upper = rounded
            together = _six_places(half_up(verified * SIX_PLACES, spent))
            found.append(Normal(name, n, lower, median, upper, together))
        return found
    finally:
        connection.close()


_NORMAL = """
SELECT {name}, count(*), max(rate), count(*) = count(rate),
    list_transform(quantile_cont(rate, [0.25, 0.5, 0.75]), lambda rate: CAST(rate * 4 AS HUGEINT)),
    sum(verified_pence), sum(spent_pence)
{members}
GROUP BY {name}
ORDER BY {name}
"""


def _rounded(quarters: Iterable[int]) -> list[Decimal] | None:
    """Return quartiles from four times the cut-off ones, or None where cutting off might show in the sixth decimal."""
    per_unit = 4 * RATE_SCALE // SIX_PLACES
    found = []
    for least in quarters:
        rounded = half_up(least, per_unit)
        if half_up(least + 3, per_unit) != rounded:
            return None
        found.append(_six_places(rounded))
    return found


def _exactly(pairs: Iterable[tuple[int, int]]) -> list[Decimal]:
    rates = sorted(Fraction(verified, spent) for verified, spent in pairs)
    quarters = (quantile(rates, Fraction(part, 4)) * SIX_PLACES for part in (1, 2, 3))
    return [_six_places(half_up(one.numerator, one.denominator)) for one in quarters]


def _six_places(whole: int) -> Decimal:
    return Decimal(whole).scaleb(-6)
