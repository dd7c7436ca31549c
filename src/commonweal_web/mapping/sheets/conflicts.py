"""A workbook that comes when somebody else has changed the sheet: what both say, where they differ."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from commonweal.crosswalk.sheet import Filled, FilledSheet, asked, kpis
from commonweal.quantities import plain
from commonweal.reporting.build.regional_figures import STATES
from commonweal.workbooks.mapping_sheet import SheetRead
from commonweal_web.core.stale import Conflict, conflict_of
from commonweal_web.core.tables import Cell

MOST = 200
"""Rows that one page shows; the workbook itself has them all."""

Differing = tuple[str, str, str]
"""An entry in words, what the workbook says of it, and what the sheet says."""


def of_workbook(sheet: FilledSheet, read: SheetRead) -> Conflict:
    """Return what a workbook says beside what its sheet says now, entry by entry, where the two differ."""
    found = [*_amounts(sheet, read), *_data(sheet, read)]
    rows = [[Cell(entry), Cell(sent), Cell(now)] for entry, sent, now in found[:MOST]]
    if len(found) > MOST:
        rows.append([Cell(f"and {len(found) - MOST:,} more"), Cell("–"), Cell("–")])
    return conflict_of(rows, typed="What your workbook says")


def _amounts(sheet: FilledSheet, read: SheetRead) -> Iterator[Differing]:
    for thing in kpis(sheet.summary):
        for region, name in sheet.places if thing.id in read.amounts else ():
            sent, now = read.amounts[thing.id].get(region, Filled()), sheet.amount(thing.id, region)
            for state, word in STATES:
                both = _said(sent, state), _said(now, state)
                if both[0] != both[1]:
                    yield f"{thing.code}, {word.lower()}, {name}", *both


def _data(sheet: FilledSheet, read: SheetRead) -> Iterator[Differing]:
    for thing in kpis(sheet.summary):
        for datum in asked(sheet.summary, thing.id) if thing.id in read.data else ():
            values = (read.data[thing.id].get(datum.name), sheet.data.get(thing.id, {}).get(datum.name))
            if values[0] != values[1]:
                yield f"{thing.code}, {datum.label}", *map(_plain, values)


def _said(amount: Filled, state: str) -> str:
    part, whole = getattr(amount, state), amount.of(state)
    return _plain(part) if whole is None else f"{_plain(part)} of {_plain(whole)}"


def _plain(value: Decimal | None) -> str:
    return "–" if value is None else plain(value)
