"""Filled sheets of the mapping journey, for the tests of whatever reads them."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from commonweal.catalogue import load_catalogue
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.express import Price
from commonweal.crosswalk.sheet import Filled, FilledSheet
from commonweal.crosswalk.summary import Summary, Way
from commonweal.reporting.build.mapping_summary import summarise

DAY = dt.date(2026, 7, 8)
REGIONS = (
    ("TLC", "North East"),
    ("TLD", "North West"),
    ("TLE", "Yorkshire"),
    ("TLF", "East Midlands"),
    ("TLG", "West Midlands"),
)
SV = "fx-svm-2025"
STARTS = {"TLG": "9", "TLF": "6", "TLD": "7", "TLE": "5", "": "4"}
"""Apprentices who started under the framework agreement, by region: 31 in all."""
WEEKS = {f"{SV}/SV2": {"weeks_per_apprentice": Decimal(78)}}
PROXY = {"fx-2025.1/NT10": Price(Decimal(250), "the test proxy")}


@functools.cache
def summary(source: str = SV, targets: Sequence[str] = ("fx-2025.1",), codes: Sequence[str] = ()) -> Summary:
    return summarise(load_catalogue(), load_crosswalk(), source=source, targets=targets, codes=codes, on=DAY)


def filled(target: str | None = None, delivered: str | None = None) -> Filled:
    return Filled(*(None if one is None else Decimal(one) for one in (target, delivered)))


def parts(target: str = "", delivered: str = "") -> Filled:
    """Return a percentage as part and whole: parts("95/100", "24/25")."""
    said = [[Decimal(one) for one in text.split("/")] if text else [None, None] for text in (target, delivered)]
    return Filled(said[0][0], said[1][0], said[0][1], said[1][1])


def starts(**more: Mapping[str, Filled]) -> FilledSheet:
    """Return a sheet with the apprentices who started, and 40 wanted in no region; `more` are other KPIs by code."""
    amounts = {f"{SV}/{code}": rows for code, rows in more.items()}
    amounts[f"{SV}/SV2"] = {region: filled("40" if not region else None, n) for region, n in STARTS.items()}
    return FilledSheet(summary(), REGIONS, amounts)


def two_ways(whole: Summary | None = None) -> Summary:
    """Return the summary with a second counterpart for the hours, so that one has to be chosen."""
    made = whole or summary()
    line = made.line(f"{SV}/SV6")
    assert line is not None
    other = replace(line.ways[0], target=replace(line.ways[0].target, id="fx-2025.1/NT17b", code="NT17b"))
    lines = tuple(replace(one, ways=(*one.ways, other)) if one is line else one for one in made.lines)
    return replace(made, lines=lines)


def with_way(made: Summary, code: str, **changes: object) -> Summary:
    """Return the summary with the first way of one item changed."""
    lines = []
    for line in made.lines:
        ways: tuple[Way, ...] = line.ways
        if line.item.code == code:
            ways = (replace(ways[0], **changes), *ways[1:])  # type: ignore[arg-type]
        lines.append(replace(line, ways=ways))
    return replace(made, lines=tuple(lines))
