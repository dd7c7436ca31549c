"""
From the rows of a table to typed values by field, with every doubtful cell as a problem and its place.

This is the path that large imports take, so the work a cell is kept small: one reader per column is chosen once,
plain numbers and dates seen before take a short way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.workbooks import readings
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.headings import ROWS_SEARCHED, Mapping, find_heading_row, layout, match_headings
from commonweal.workbooks.raw import Sheet, Workbook

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
    columns = _columns(table)
    width = max((column for _, column, _, _ in columns), default=-1) + 1
    heading = table.sheet.rows[table.headings] if table.headings >= 0 else None
    for at in range(table.first, len(table.sheet.rows)):
        row = table.sheet.rows[at]
        if not any(row) or at == table.headings:
            continue
        if row == heading:
            found, mend = "The headings are repeated here.", "Nothing: the row is skipped."
            table.problems.append(Problem("headings_again", Severity.NOTE, table.origin(at), found, mend))
            continue
        cells = row if len(row) >= width else [*row, *[""] * (width - len(row))]
        record: dict[str, Any] = {}
        for field, column, read, empty in columns:
            cell = cells[column]
            if cell:
                record[field], doubt = read(cell)
                if doubt is not None:
                    table.doubt(doubt, at, field)
            else:
                record[field] = empty
        yield at, record
    _note_dates(table)


def _columns(table: Table) -> list[tuple[str, int, Reader, Any]]:
    columns = []
    fields = layout(table.mapping.layout)
    for name, column in table.mapping.columns.items():
        kind = fields.field(name).type
        columns.append((name, column, _reader(table, kind, column), EMPTY.get(kind)))
    return columns


def _reader(table: Table, kind: str, column: int) -> Reader:
    if kind not in ("money", "number"):
        return READERS[kind]
    cells = [row[column] for row in table.sheet.rows[table.first :] if len(row) > column]
    if not readings.uses_decimal_commas(cells):
        return READERS[kind]
    plain = readings.money if kind == "money" else readings.number
    return lambda cell: plain(cell, comma_decimal=True)


def _note_dates(table: Table) -> None:
    """Say so once where a column's dates could all be month first, or carry the hour of a shifted clock."""
    for name, column in table.mapping.columns.items():
        if layout(table.mapping.layout).field(name).type != "date":
            continue
        cells = [row[column] for row in table.sheet.rows[table.first :] if len(row) > column and row[column]]
        unsure = [cell for cell in set(cells) if readings.is_unsure_of_order(cell)]
        if unsure and not any(readings.shows_day_first(cell) for cell in set(cells)):
            found = f"{len(unsure)} dates of this column, such as {min(unsure)}, could be day first or month first."
            mend = "They are read day first, as in the United Kingdom."
            table.problems.append(_note(table, name, "day_or_month_first", found, mend))
        shifted = sum(1 for cell in cells if cell.endswith(SHIFTED))
        if shifted:
            found = f"{shifted} dates of this column carry the time 01:00, the shift of an export in summer time."
            table.problems.append(_note(table, name, "summer_time", found, "The day is kept and the time dropped."))


def _note(table: Table, field: str, code: str, found: str, mend: str) -> Problem:
    return Problem(code, Severity.NOTE, table.origin(table.first, field), found, mend)
