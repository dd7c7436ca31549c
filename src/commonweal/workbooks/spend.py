"""
Spending lists: the payments to suppliers that public bodies publish, in whatever shape they have that month.

Every row ends as a line, as a line with a doubtful cell noted, or among `left_out` with its reason.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal import errors
from commonweal.checks.problem import NOWHERE, Origin, Problem, Severity
from commonweal.portfolio import Source
from commonweal.workbooks import readings
from commonweal.workbooks.findings import column_letters
from commonweal.workbooks.headings import Mapping, Match
from commonweal.workbooks.raw import Sheet, Workbook
from commonweal.workbooks.rows import Table, open_table, records

LAYOUT = "spend"
SURE_SHARE = 0.8
ENOUGH_ROWS = 3
FIRM = (" ltd", " limited", " plc", " llp", " cic", " council", " uk", " group", " services")


@dataclass(frozen=True, slots=True)
class SpendLine:
    """One payment. `amount` in pounds, negative for money that came back; None where the cell could not be read."""

    supplier: str
    date: dt.date | None
    amount: Decimal | None
    description: str = ""
    department: str = ""
    category: str = ""
    reference: str = ""
    body: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class SpendFile:
    """All payments of one file. `rows` counts the filled data rows: lines + left out, always."""

    lines: tuple[SpendLine, ...]
    left_out: tuple[Problem, ...]
    problems: tuple[Problem, ...]
    mapping: dict[str, str]
    source: Source
    rows: int
    blank_rows: int


def read_spend(book: Workbook, *, mapping: dict[str, str] | None = None) -> SpendFile:
    """
    Return the payments of all sheets.

    A file without headings is read by what its columns hold, if that is plain; the problems then say so.

    :raises BadFile: if no sheet is a list of payments, with what is missing
    """
    tables = [table for sheet in book.sheets if sheet.rows for table in [_table(book, sheet, mapping)] if table]
    if not tables:
        raise errors.BadFile(
            f"{book.name} is no spending list that can be read: no row has headings for supplier, date and amount, "
            f"and the columns do not show by themselves which is which. Add a row of headings, or give a mapping."
        )
    lines: list[SpendLine] = []
    left_out: list[Problem] = []
    for table in tables:
        _refuse_without(table)
        _lines(table, lines, left_out)
    problems = [*book.problems, *(problem for table in tables for problem in table.problems), *left_out]
    blank = sum(1 for table in tables for row in table.sheet.rows[table.first :] if not any(row))
    return SpendFile(
        tuple(lines),
        tuple(left_out),
        tuple(problems),
        tables[0].mapping.as_dict(),
        book.source,
        len(lines) + len(left_out),
        blank,
    )


def _table(book: Workbook, sheet: Sheet, given: dict[str, str] | None) -> Table | None:
    return open_table(book, sheet, layout_id=LAYOUT, given=given) or _by_content(book, sheet)


def _refuse_without(table: Table) -> None:
    missing = [problem.found for problem in table.problems if problem.code == "heading_missing"]
    if missing:
        raise errors.BadFile(
            f"{table.file}, sheet {table.sheet.name or 'of the file'}, cannot be read as a spending list. "
            f"{' '.join(missing)} Add the column, or name its heading in a saved mapping."
        )


def _lines(table: Table, lines: list[SpendLine], left_out: list[Problem]) -> None:
    for at, record in records(table):
        supplier, amount, date = record["supplier"], record["amount"], record["date"]
        if not supplier and date is None:
            left_out.append(_not_a_payment(table, at, record))
            continue
        for field, value in (("supplier", supplier), ("amount", amount), ("date", date)):
            if value in (None, ""):
                _blank(table, at, field)
        lines.append(
            SpendLine(
                supplier,
                date,
                amount,
                record.get("description", ""),
                record.get("department", "") or record.get("service", ""),
                record.get("category", ""),
                record.get("reference", ""),
                record.get("body", ""),
                table.origin(at),
            )
        )


def _not_a_payment(table: Table, at: int, record: dict[str, Any]) -> Problem:
    amount = record["amount"]
    what = f"only an amount of {amount}, so it is taken for a total" if amount is not None else "no supplier or date"
    found = f"The row has {what}."
    return Problem("left_out", Severity.NOTE, table.origin(at), found, "Add supplier and date if it is a payment.")


def _blank(table: Table, at: int, field: str) -> None:
    where = table.origin(at, field)
    if not any(problem.where == where for problem in table.problems[-4:]):
        found = f"The {field} is blank."
        table.problems.append(Problem("blank_cell", Severity.WARNING, where, found, "Ask the publisher."))


def _by_content(book: Workbook, sheet: Sheet) -> Table | None:
    """Tell the columns of a table without headings by what they hold; None unless date, amount and name are plain."""
    rows = [row for row in sheet.rows if any(row)]
    width = max((len(row) for row in rows), default=0)
    columns = {at: [row[at] for row in rows if len(row) > at and row[at].strip()] for at in range(width)}
    full = {at: cells for at, cells in columns.items() if len(cells) >= SURE_SHARE * len(rows)}
    dates = [at for at, cells in full.items() if _share(cells, _is_date) >= SURE_SHARE]
    amounts = [at for at, cells in full.items() if at not in dates and _share(cells, _is_amount) >= SURE_SHARE]
    words = {at: cells for at, cells in full.items() if at not in dates and at not in amounts}
    if len(rows) < ENOUGH_ROWS or len(dates) != 1 or not amounts or not words:
        return None
    supplier = max(words, key=lambda at: (_share(words[at], _is_firm), -abs(at - dates[0])))
    found = {supplier: "supplier", dates[0]: "date", amounts[-1]: "amount"}
    return _headless(book, sheet, found, words)


def _headless(book: Workbook, sheet: Sheet, found: dict[int, str], words: dict[int, list[str]]) -> Table:
    rest = [at for at in words if at not in found]
    references = [at for at in rest if _share(words[at], _is_reference) >= SURE_SHARE]
    others = [at for at in rest if at not in references]
    # The most varied of the remaining texts describes the payment; the least varied names the department.
    varied = sorted(others, key=lambda at: len(Counter(words[at])))
    names = dict(zip(varied[-1:] + varied[:1], ("description", "department"), strict=False))
    found |= names | dict.fromkeys(references[:1], "reference")
    matches = tuple(Match("", at, field, "guessed") for at, field in sorted(found.items()))
    told = ", ".join(f"{column_letters(match.column)} {match.field}" for match in matches)
    where = Origin(book.name, sheet.name, 1)
    problem = Problem(
        "no_headings",
        Severity.WARNING,
        where,
        f"The table has no row of headings. By what they hold, its columns were taken for: {told}.",
        "Check them; a saved mapping with column letters settles it.",
    )
    return Table(book.name, sheet, Mapping(LAYOUT, 0, matches, (problem,)), 0, [problem])


def _share(cells: list[str], test: Any) -> float:
    return sum(1 for cell in cells if test(cell)) / len(cells)


def _is_date(cell: str) -> bool:
    value, doubt = readings.date(cell)
    return value is not None and doubt is None


def _is_amount(cell: str) -> bool:
    value, _ = readings.money(cell)
    return value is not None and ("." in cell or "," in cell)


def _is_firm(cell: str) -> bool:
    lowered = f" {cell.lower()} "
    return any(f"{mark} " in lowered for mark in FIRM)


def _is_reference(cell: str) -> bool:
    return " " not in cell and any(character.isdigit() for character in cell)
