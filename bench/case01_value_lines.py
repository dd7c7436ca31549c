"""
Case 1: value the return lines of one council with the reference engine.

The lines have the shape of scale S (one council): 250,000 lines over 220 measures, values with a new version about
every year, one measure in seven with values of its own for each of twelve regions, shares kept of attribution and
deadweight. The peer is the shortest loop over `decimal.Decimal` that gives the same pennies.

Two cases: pence alone, as for a movement whose value is frozen on its KPI; and with the look-up of the value in force
on the day and at the place, for which the peer searches plain lists.
"""

from __future__ import annotations

import datetime as dt
import random
from bisect import bisect_right
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from bench.harness import Bar, Candidate, Case
from commonweal.series import Entry, ValueSeries
from commonweal.valuation import pence

LINES, MEASURES, REGIONS = 250_000, 220, 12
FIRST, DAYS = dt.date(2018, 4, 1), 3100
PLACES = {f"R{number}": (("region", f"R{number}"),) for number in range(REGIONS)}
ONE, HUNDRED = Decimal(1), Decimal(100)
KEPT = [Decimal(1)] * 8 + [Decimal("0.85"), Decimal("0.9"), Decimal("0.7267"), Decimal("0.5"), Decimal("0.28330305")]
Line = tuple[int, str, dt.date, Decimal, Decimal, Decimal]
Table = dict[int, dict[str, tuple[list[dt.date], list[Decimal]]]]


@cache
def council(count: int = LINES) -> tuple[list[Line], Table, list[ValueSeries]]:
    """Lines (measure, region, day, amount, frozen value, share kept), values as plain lists, and as series."""
    draw = random.Random(42)
    table: Table = {measure: _versions(draw, local=draw.random() < 0.15) for measure in range(MEASURES)}
    lines: list[Line] = []
    for _ in range(count):
        measure = int(MEASURES * draw.random() ** 2.2)
        region, day = f"R{draw.randrange(REGIONS)}", FIRST + dt.timedelta(days=draw.randrange(DAYS))
        amount = Decimal(draw.choice([500, 1000, 12_500, draw.randrange(1, 10**6)])).scaleb(-3)
        starts, values = table[measure].get(region) or table[measure][""]
        lines.append((measure, region, day, amount, values[bisect_right(starts, day) - 1], draw.choice(KEPT)))
    return lines, table, [_series(measure, places) for measure, places in table.items()]


def _versions(draw: random.Random, *, local: bool) -> dict[str, tuple[list[dt.date], list[Decimal]]]:
    found = {}
    for place in ["", *(f"R{number}" for number in range(REGIONS))] if local else [""]:
        starts = [FIRST]
        while starts[-1] < FIRST + dt.timedelta(days=DAYS):
            starts.append(starts[-1] + dt.timedelta(days=draw.randrange(270, 460)))
        found[place] = (starts, [Decimal(draw.randrange(10_000, 3 * 10**8)).scaleb(-4) for _ in starts])
    return found


def _series(measure: int, places: dict[str, tuple[list[dt.date], list[Decimal]]]) -> ValueSeries:
    entries = tuple(
        Entry(start, value, "bench", place=place)
        for place, (starts, values) in places.items()
        for start, value in zip(starts, values, strict=True)
    )
    return ValueSeries(f"value/bench-{measure}", "Bench", "GBP/unit", "nominal", entries)


def frozen(count: int = LINES) -> list[int]:
    """The product: pence of each line at the value frozen on its KPI."""
    return [pence(amount, value, kept) for _, _, _, amount, value, kept in council(count)[0]]


def bare(count: int = LINES) -> list[int]:
    """The peer: the same in a bare loop."""
    found = []
    for _, _, _, amount, value, kept in council(count)[0]:
        found.append(int((amount * value * kept * HUNDRED).quantize(ONE, ROUND_HALF_UP)))
    return found


def looked_up(count: int = LINES) -> list[int]:
    """The product: the value in force on the day, region before everywhere, then pence."""
    lines, _, series = council(count)
    return [
        pence(amount, series[measure].on(day, PLACES[region]).entry.value, kept)
        for measure, region, day, amount, _, kept in lines
    ]


def bare_looked_up(count: int = LINES) -> list[int]:
    """The peer: lists of dates searched by hand, then the bare loop."""
    lines, table, _ = council(count)
    found = []
    for measure, region, day, amount, _, kept in lines:
        places = table[measure]
        starts, values = places.get(region) or places[""]
        value = values[bisect_right(starts, day) - 1]
        found.append(int((amount * value * kept * HUNDRED).quantize(ONE, ROUND_HALF_UP)))
    return found


def cases() -> list[Case]:
    council(LINES)
    return [
        Case(
            number="1a",
            title="value lines at the value frozen on the KPI",
            items=LINES,
            unit="line",
            product=Candidate("commonweal", frozen),
            peers=(Candidate("bare Decimal loop", bare),),
            bars=(Bar("bare Decimal loop", 2),),
        ),
        Case(
            number="1b",
            title="value lines with the look-up by day and place",
            items=LINES,
            unit="line",
            product=Candidate("commonweal", looked_up),
            peers=(Candidate("bare look-up and Decimal loop", bare_looked_up), Candidate("bare Decimal loop", bare)),
            bars=(Bar("bare look-up and Decimal loop", 3),),
            note="The peer writes look-up and sum into one loop body; we call two functions that check what they do.",
        ),
    ]
