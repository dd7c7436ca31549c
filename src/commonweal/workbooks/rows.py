"""
From the rows of a table to typed values by field, with every doubtful cell as a problem and its place.

This is the path that large imports take, so the work a cell is kept small: one reader per column is chosen once,
plain numbers and dates seen before take a short way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.workbooks import readings
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.headings import ROWS_SEARCHED, Mapping, find_heading_row, layout, match_headings
from commonweal.workbooks.raw import Sheet, Workbook, unhurried_collector

Reader = Callable[[str], tuple[Any, readings.Doubt | None]]
READERS: dict[str, Reader] = {
    "text": readings.text,
    "number": readings.number,
    "money": readings.money,
    "percentage": readings.percentage,
    "date": readings.date,
    "yes_no": readings.yes_no,
    "company": readings.company_number,
    "charity": readings.charity_number,
}
SHIFTED = ("T01:00:00", " 01:00:00", " 01:00")
EMPTY: dict[str, Any] = {"text": "", "company": "", "charity": ""}


@dataclass(slots=True)
class Table:
    """
    One sheet whose headings are understood.

    `first` is the row, counted from 0, where the data start; `headings` the row that is skipped, -1 for none.
    """

    file: str
    sheet: Sheet
    mapping: Mapping
    first: int
    problems: list[Problem]
    headings: int = -1

    def origin(self, row: int, field: str = "") -> Origin:
        """Return the place of a row counted from 0, or of the cell of one field in it."""
        column = self.mapping.columns.get(field)
        return Origin(self.file, self.sheet.name, row + 1, "" if column is None else column_letters(column))

    def doubt(self, doubt: readings.Doubt | None, row: int, field: str = "", subject: str = "") -> None:
        """Note a doubt, if there is one, at the cell of a field."""
        if doubt is not None:
            self.problems.append(doubt.at(self.origin(row, field), subject))


def open_table(book: Workbook, sheet: Sheet, *, layout_id: str, given: dict[str, str] | None = None) -> Table | None:
    """Return the sheet with its headings matched, or None where no row looks like headings of this layout."""
    at = _given_row(sheet, given) if given is not None else find_heading_row(sheet, layout_id)
    if at is None:
        return None
    where = Origin(book.name, sheet.name, at + 1)
    mapping = match_headings(sheet.rows[at], layout_id=layout_id, where=where, given=given)
    first = at + 1 if at < ROWS_SEARCHED else 0
    return Table(book.name, sheet, mapping, first, list(mapping.problems), at)


def _given_row(sheet: Sheet, given: dict[str, str]) -> int | None:
    wanted = {heading for heading, field in given.items() if field}
    for at, row in enumerate(sheet.rows):
        if len(wanted & {" ".join(cell.split()) for cell in row}) >= min(2, len(wanted)):
            return at
    return None


def records(table: Table) -> Iterator[tuple[int, dict[str, Any]]]:
    """
    Yield (row counted from 0, values by field) for each row that is not blank; doubts go to `table.problems`.

    A cell with an error is None or empty in its record, and stands in the problems.
    """
    places, columns = typed_columns(table)
    names = list(columns)
    for at, values in zip(places, zip(*columns.values(), strict=True), strict=True):
        yield at, dict(zip(names, values, strict=True))


def typed_columns(table: Table) -> tuple[list[int], dict[str, list[Any]]]:
    """
    Return the rows that are not blank, counted from 0, and for each field found the typed value in each of them.

    The quick path for large files: column by column, each different cell read once. Doubts go to `table.problems`.
    """
    places = _filled(table)
    columns: dict[str, list[Any]] = {}
    with unhurried_collector():
        cells = _columns(table, places)
        for name, column in table.mapping.columns.items():
            columns[name] = _typed(table, name, column, places, cells[column])
    return places, columns


def _columns(table: Table, places: list[int]) -> dict[int, Sequence[str]]:
    """Return the cells of each column that is used, blank where a row is shorter."""
    used = table.mapping.columns.values()
    ready = table.sheet.columns
    if ready and places and places[-1] - places[0] + 1 == len(places):
        return {column: ready[column][places[0] : places[-1] + 1] for column in used}
    rows = [table.sheet.rows[at] for at in places]
    if len(set(map(len, rows))) == 1 and len(rows[0]) > max(used, default=0):
        whole = list(zip(*rows, strict=True))
        return {column: whole[column] for column in used}
    return {column: [row[column] if len(row) > column else "" for row in rows] for column in used}


def _filled(table: Table) -> list[int]:
    rows = table.sheet.rows
    heading = rows[table.headings] if table.headings >= 0 else None
    places = [at for at in range(table.first, len(rows)) if any(rows[at]) and at != table.headings]
    again = {at for at in places if rows[at] == heading}
    for at in sorted(again):
        found, mend = "The headings are repeated here.", "Nothing: the row is skipped."
        table.problems.append(Problem("headings_again", Severity.NOTE, table.origin(at), found, mend))
    return [at for at in places if at not in again] if again else places


class _Read(dict[str, Any]):
    """What each different cell of a column says, read once; `doubts` by cell."""

    def __init__(self, read: Reader, empty: Any) -> None:
        super().__init__({"": empty})
        self.read = read
        self.doubts: dict[str, readings.Doubt] = {}

    def __missing__(self, cell: str) -> Any:
        value, doubt = self.read(cell)
        self[cell] = value
        if doubt is not None:
            self.doubts[cell] = doubt
        return value


def _typed(table: Table, name: str, column: int, places: list[int], cells: Sequence[str]) -> list[Any]:
    kind = layout(table.mapping.layout).field(name).type
    known = _Read(_reader(kind, cells), EMPTY.get(kind))
    if kind == "text" and all(known[cell] == cell for cell in set(cells)):
        values: list[Any] = list(cells)  # nothing to tidy in the whole column
    else:
        values = list(map(known.__getitem__, cells))
    if known.doubts:
        where = Origin(table.file, table.sheet.name, 0, column_letters(column))
        table.problems.extend(
            known.doubts[cell].at(replace(where, row=at + 1))
            for at, cell in zip(places, cells, strict=True)
            if cell in known.doubts
        )
    if kind == "date":
        _note_dates(table, name, known, cells)
    return values


def _reader(kind: str, cells: Sequence[str]) -> Reader:
    if kind not in ("money", "number") or not readings.uses_decimal_commas(cells):
        return READERS[kind]
    plain = readings.money if kind == "money" else readings.number
    return lambda cell: plain(cell, comma_decimal=True)


def _note_dates(table: Table, name: str, different: Iterable[str], cells: Sequence[str]) -> None:
    """Say so once where a column's dates could all be month first, or carry the hour of a shifted clock."""
    unsure = [cell for cell in different if readings.is_unsure_of_order(cell)]
    if unsure and not any(readings.shows_day_first(cell) for cell in different):
        found = f"{len(unsure)} dates of this column, such as {min(unsure)}, could be day first or month first."
        mend = "They are read day first, as in the United Kingdom."
        table.problems.append(_note(table, name, "day_or_month_first", found, mend))
    late = {cell for cell in different if cell.endswith(SHIFTED)}
    if late:
        shifted = sum(1 for cell in cells if cell in late)
        found = f"{shifted} dates of this column carry the time 01:00, the shift of an export in summer time."
        table.problems.append(_note(table, name, "summer_time", found, "The day is kept and the time dropped."))


def _note(table: Table, field: str, code: str, found: str, mend: str) -> Problem:
    return Problem(code, Severity.NOTE, table.origin(table.first, field), found, mend)
