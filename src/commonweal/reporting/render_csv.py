"""
The report's tables as CSV files, one for each, and every line of the book in workings.csv.

UTF-8 with a byte order mark, so that spreadsheet programs read the pound sign; commas; CRLF line ends. Numbers are
plain (1234.5), dates are 2026-11-04. A text that begins with = + - @, a tab or a carriage return gets an apostrophe
before it, so that no spreadsheet program takes it for a formula.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from commonweal.figures import Fact
from commonweal.quantities import plain
from commonweal.reporting import wording
from commonweal.reporting.model import Cell, Column, Report, Row, Show, Table

WORKINGS = "workings"
SUBJECT = "Contract"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Signs that begin a formula, also in full width; a cell that begins with white space before one counts as well."""
BOM = "\ufeff"

Value = Decimal | dt.date | str | None


@dataclass(frozen=True, slots=True)
class Flat:
    """A table as plain columns: `types` are "string", "number" or "date"; `values` are rows of plain values."""

    name: str
    title: str
    headings: tuple[str, ...]
    types: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]


def render_csv(report: Report) -> dict[str, bytes]:
    """Return the content of each CSV file by its file name: those of the tables, then workings.csv."""
    return {f"{flat.name}.csv": written(flat) for flat in flats(report)}


def flats(report: Report) -> list[Flat]:
    """
    Every table and the workings as flat tables, in reading order, each with a name that is fit for a file.

    Tables with the same `file` become one, whose columns are those of all of them, told apart by their headings.
    """
    together: dict[str, list[Table]] = {}
    for table in report.tables():
        together.setdefault(f"file {table.file}" if table.file else f"name {table.name}", []).append(table)
    taken = {WORKINGS}
    found = []
    for tables in together.values():
        name = _free_name(tables[0].file or tables[0].name, taken)
        taken.add(name)
        joined = _joined(tables) if tables[0].file else flat(tables[0])
        found.append(replace(joined, name=name))
    return [*found, workings(report)]


def _free_name(wanted: str, taken: set[str]) -> str:
    name = base = re.sub(r"[^a-z0-9_-]+", "-", wanted.lower()).strip("-")[:80] or "table"
    count = 1
    while name in taken:
        count += 1
        name = f"{base}-{count}"
    return name


def _joined(tables: list[Table]) -> Flat:
    """Tables of one shape below each other, with the subject of each as first column; a gap is None."""
    parts = [flat(table) for table in tables]
    types: dict[str, str] = {SUBJECT: "string"}
    for last in (False, True):
        for part in parts:
            types |= {h: t for h, t in zip(part.headings, part.types, strict=True) if _is_tail(h) is last}
    rows: list[tuple[Value, ...]] = []
    for table, part in zip(tables, parts, strict=True):
        for row in part.rows:
            values = {SUBJECT: table.subject, **dict(zip(part.headings, row, strict=True))}
            rows.append(tuple(values.get(heading) for heading in types))
    return Flat(tables[0].file, parts[0].title, tuple(types), tuple(types.values()), tuple(rows))


def _is_tail(heading: str) -> bool:
    return heading == "row" or heading.endswith(": line")


def flat(table: Table) -> Flat:
    """
    One table as plain columns.

    A column whose rows count different things is followed by its unit, one with a declared nil by the state. At the
    right end stand the lines that `commonweal explain` takes, and "row", which says "total" or "subtotal" of the rows
    that nobody should add up with the others. Headings are made different where they repeat.
    """
    plan = _plan(table)
    rows = tuple(tuple(_part(row, table.columns[i], i, part) for _, i, part in plan) for row in table.rows)
    types = tuple(_type(table.columns[i], part) for _, i, part in plan)
    return Flat(table.name, table.caption, _different([heading for heading, _, _ in plan]), types, rows)


def _plan(table: Table) -> list[tuple[str, int, str]]:
    """The heading of each flat column, the index of the column it comes from, and which part of a cell it takes."""
    plan: list[tuple[str, int, str]] = []
    for index, column in enumerate(table.columns):
        cells = [row.cells[index] for row in table.rows]
        plan.append((wording.heading(column), index, "value"))
        if any(cell.unit for cell in cells):
            plan.append((f"{column.heading}: unit", index, "unit"))
        if any(cell.state and isinstance(cell.value, Decimal | dt.date) for cell in cells):
            plan.append((f"{column.heading}: state", index, "state"))
    for index, column in enumerate(table.columns):
        if any(row.cells[index].figure for row in table.rows):
            plan.append((f"{column.heading}: line", index, "figure"))
    if any(row.emphasis for row in table.rows):
        plan.append(("row", 0, "row"))
    return plan


def _part(row: Row, column: Column, index: int, part: str) -> Value:
    cell = row.cells[index]
    if part == "value":
        return value_of(cell, column)
    state = cell.state.value if cell.state else ""
    return {"unit": cell.unit, "figure": cell.figure, "row": row.emphasis, "state": state}[part]


def value_of(cell: Cell, column: Column) -> Value:
    """The plain value of a cell: its number or date, else its words without symbol; None where there is nothing."""
    if isinstance(cell.value, Decimal | dt.date):
        return cell.value
    words = wording.words(cell, column)
    text = " ".join(part for part in (words.text, words.state) if part)
    return None if text == wording.NOTHING else text


def _type(column: Column, part: str) -> str:
    if part != "value":
        return "string"
    if column.show in wording.NUMERIC:
        return "number"
    return "date" if column.show is Show.DATE else "string"


def _different(headings: Iterable[str]) -> tuple[str, ...]:
    seen: dict[str, int] = {}
    result = []
    for heading in headings:
        seen[heading] = seen.get(heading, 0) + 1
        result.append(heading if seen[heading] == 1 else f"{heading} {seen[heading]}")
    return tuple(result)


def workings(report: Report) -> Flat:
    """Every fact and figure with the rule and the inputs of each; a fact has an origin instead."""
    rows = []
    for entry in report.book:
        if isinstance(entry, Fact):
            rows.append((entry.id, entry.label, entry.value, entry.unit, "", "", entry.origin, entry.source, ""))
        else:
            inputs = " ".join(entry.inputs)
            rows.append((entry.id, entry.label, entry.value, entry.unit, entry.rule, inputs, "", "", entry.note))
    headings = ("line", "label", "value", "unit", "rule", "inputs", "origin", "source", "note")
    types = ("string", "string", "number", *("string",) * 6)
    return Flat(WORKINGS, "How every figure is worked out", headings, types, tuple(rows))


def written(flat: Flat) -> bytes:
    """A flat table as the bytes of its CSV file."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guarded(heading) for heading in flat.headings])
    writer.writerows([_text(value) for value in row] for row in flat.rows)
    return (BOM + out.getvalue()).encode()


def _text(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    return guarded(value)


def guarded(text: str) -> str:
    """Return `text` with an apostrophe before it if a spreadsheet program could take it for a formula."""
    text = wording.clean(text)
    return f"'{text}" if text.startswith(FORMULA_STARTS) or _bare(text).startswith(FORMULA_STARTS) else text


def _bare(text: str) -> str:
    """Return `text` without the white space, also of no width, that a spreadsheet program passes over."""
    return text.lstrip(" \t\r\n\xa0\u200b\ufeff")
