"""
From the sheets of a contract workbook to rows of typed values, each of which knows its cell.

Everything that cannot be taken is a `Problem`; a row with an error is left out and never in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.workbooks.cells import BadCell, key, parse
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.layout import README_SHEET, SHEETS, Column, SheetLayout

ROWS_BEFORE_HEADINGS = 30


@dataclass(frozen=True, slots=True)
class Table:
    """Cells of one sheet or CSV file, from row 1 on."""

    file: str
    sheet: str
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Line:
    """One row that could be read: values by field, blanks left out, and where each came from."""

    values: dict[str, Any]
    origin: Origin
    cells: dict[str, Origin]

    def at(self, field_name: str) -> Origin:
        """Return the cell of a field; the row where the field was blank."""
        return self.cells.get(field_name, self.origin)


@dataclass(slots=True)
class Lines:
    """The rows of a workbook by sheet key, and all that was wrong with its cells."""

    title: str = ""
    rows: dict[str, list[Line]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def read_tables(tables: Iterable[Table]) -> Lines:
    """Return the rows of the sheets that belong to a contract workbook; every other sheet is a problem."""
    lines = Lines()
    layouts = {key(layout.name): layout for layout in SHEETS}
    for table in tables:
        name = key(table.sheet or Path(table.file).stem)
        if name == key(README_SHEET):
            lines.title = _title(table)
        elif name not in layouts:
            lines.problems.append(_other_sheet(table))
        elif layouts[name].key in lines.rows:
            lines.problems.append(
                error("sheet_twice", Origin(table.file, table.sheet), "This sheet stands twice.", "Keep one of them.")
            )
        else:
            lines.rows[layouts[name].key] = list(read_lines(table, layouts[name], lines.problems))
    return lines


def _title(table: Table) -> str:
    for row in table.rows:
        if len(row) > 1 and key(row[0].strip()) == "title":
            return row[1].strip()
    return ""


def _other_sheet(table: Table) -> Problem:
    names = ", ".join(layout.name for layout in SHEETS)
    return Problem(
        "unknown_sheet",
        Severity.WARNING,
        Origin(table.file, table.sheet),
        f"“{table.sheet or table.file}” is no sheet of a contract workbook, so nothing was read from it.",
        f"The sheets are {names}. Rename it if it is one of them.",
    )


def read_lines(table: Table, layout: SheetLayout, problems: list[Problem]) -> Iterator[Line]:
    """Yield the rows of one sheet that can be taken, and add to `problems` all that cannot."""
    heading_row = _heading_row(table, layout)
    if heading_row is None:
        if any(cell.strip() for row in table.rows for cell in row):
            problems.append(
                error(
                    "no_headings",
                    Origin(table.file, table.sheet),
                    f"No row of “{table.sheet or table.file}” has the headings of {layout.name}.",
                    f"The first row must have the headings {_required(layout)} and the others that you use.",
                )
            )
        return
    columns = _columns(table, heading_row, layout, problems)
    for number, row in enumerate(table.rows[heading_row + 1 :], start=heading_row + 2):
        if any(cell.strip() for cell in row):
            line = _line(table, number, row, columns, layout, problems)
            if line is not None:
                yield line


def _required(layout: SheetLayout) -> str:
    return ", ".join(column.heading for column in layout.columns if column.required)


def _heading_row(table: Table, layout: SheetLayout) -> int | None:
    known = _by_heading(layout)
    for index, row in enumerate(table.rows[:ROWS_BEFORE_HEADINGS]):
        if sum(key(cell.strip()) in known for cell in row) >= min(2, len(known)):
            return index
    return None


def _by_heading(layout: SheetLayout) -> dict[str, Column]:
    named = {key(column.field): column for column in layout.columns}
    return named | {key(column.heading): column for column in layout.columns}


def _columns(table: Table, heading_row: int, layout: SheetLayout, problems: list[Problem]) -> dict[int, Column]:
    known = _by_heading(layout)
    found: dict[int, Column] = {}
    for index, cell in enumerate(table.rows[heading_row]):
        heading = cell.strip()
        where = Origin(table.file, table.sheet, heading_row + 1, column_letters(index))
        column = known.get(key(heading))
        if column is None:
            _unknown_heading(table, heading_row, index, heading, where, layout, problems)
        elif column in found.values():
            problems.append(
                error("heading_twice", where, f"The heading “{heading}” stands twice.", "Keep one of the columns.")
            )
        else:
            found[index] = column
    for column in layout.columns:
        if column.required and column not in found.values():
            problems.append(
                error(
                    "missing_column",
                    Origin(table.file, table.sheet, heading_row + 1),
                    f"The sheet {layout.name} has no column “{column.heading}”.",
                    f"Add it. {column.help}",
                )
            )
    return found


def _unknown_heading(
    table: Table,
    heading_row: int,
    index: int,
    heading: str,
    where: Origin,
    layout: SheetLayout,
    problems: list[Problem],
) -> None:
    filled = any(len(row) > index and row[index].strip() for row in table.rows[heading_row + 1 :])
    if not heading and not filled:
        return
    headings = [column.heading for column in layout.columns]
    found = f"“{heading}” is no heading of {layout.name}." if heading else "A column has values but no heading."
    problems.append(
        Problem(
            "unknown_heading",
            Severity.WARNING,
            where,
            f"{found} The column was not read.",
            nearest(heading, headings) or "Use a heading of the template, or put the facts into Further facts.",
        )
    )


def _line(
    table: Table,
    number: int,
    row: list[str],
    columns: Mapping[int, Column],
    layout: SheetLayout,
    problems: list[Problem],
) -> Line | None:
    values: dict[str, Any] = {}
    cells: dict[str, Origin] = {}
    sound = True
    for index, column in columns.items():
        where = Origin(table.file, table.sheet, number, column_letters(index))
        cells[column.field] = where
        try:
            value = parse(row[index] if index < len(row) else "", column)
        except BadCell as bad:
            sound = False
            problems.append(error(bad.code, where, bad.found, bad.mend))
            continue
        if value is not None:
            values[column.field] = value
        elif column.required:
            sound = False
            problems.append(
                error(
                    "missing_value",
                    where,
                    f"{column.heading} is blank.",
                    f"{column.help} The row was left out.",
                )
            )
    sound = sound and all(c.field in values for c in layout.columns if c.required)
    return Line(values, Origin(table.file, table.sheet, number), cells) if sound else None


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a sentence that offers the nearest known words, empty if none is near."""
    by_key = {key(name): name for name in known}
    close = get_close_matches(key(word), by_key, n=3, cutoff=0.6)
    return f"Is “{'” or “'.join(by_key[name] for name in close)}” meant?" if close else ""


def error(code: str, where: Origin, found: str, mend: str, subject: str = "") -> Problem:
    """Return a problem that stops the use of the row."""
    return Problem(code, Severity.ERROR, where, found, mend, subject)
