"""
Write a portfolio as a contract workbook: xlsx with drop-downs and help, ods, or a folder of CSV files.

What is written reads back as the same portfolio, cell for cell.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import odswriter
import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from commonweal import errors
from commonweal.portfolio import Claim, Contract, Portfolio, Receipt
from commonweal.quantities import plain
from commonweal.workbooks.cells import Written, guarded, written
from commonweal.workbooks.layout import LAYOUT_VERSION, README_SHEET, SHEETS, Cell, Column, Reported, SheetLayout
from commonweal.zips import without_time

LONGEST_TEXT = 32_767
EXACT_DIGITS = 15
FIRST_SHEET_DAY = dt.date(1900, 3, 1)
SPARE_ROWS = 500
A4 = 9
LINE = 14  # points for a line of text
TALLEST = 400
LONGEST_MESSAGE = 255
MADE = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)  # files made from the same facts are the same bytes

WELCOME = (
    "Fill in one row for each fact. Headings with a star must be filled in.",
    "Point at a heading to read what belongs into its column.",
    "Do not rename sheets or headings; leave out what you do not need.",
    "Never write names of people who benefit; tokens only.",
)


def write_contract_workbook(portfolio: Portfolio, path: Path) -> None:
    """
    Write `portfolio` to `path`: .xlsx, .ods, or any other name for a folder of CSV files.

    :raises BadFile: if a text is longer than a cell can hold (32,767 characters)
    :raises OSError: if `path` cannot be written; folders that are missing are made
    """
    match path.suffix.lower():
        case ".xlsx":
            _write_xlsx(portfolio, path)
        case ".ods":
            _write_ods(portfolio, path)
        case _:
            _write_folder(portfolio, path)


def rows_of(portfolio: Portfolio, layout: SheetLayout) -> Iterator[list[Written]]:
    """Yield the cells of one sheet, without headings, in the order of its columns."""
    for fact in _facts(portfolio, layout.key):
        values = _values(fact)
        yield [_checked(written(values.get(c.field), c), c) for c in layout.columns]


def _facts(portfolio: Portfolio, key: str) -> list[Any]:
    return {
        "contracts": list[Any](portfolio.contracts),
        "kpis": [replace(k, value_per_unit=None) if k.value_licensed else k for k in portfolio.kpis],
        "targets": list[Any](portfolio.targets),
        "returns": [*portfolio.claims, *portfolio.receipts],
        "decisions": list[Any](portfolio.decisions),
        "notes": list[Any](portfolio.notes),
    }[key]


def _values(fact: Any) -> dict[str, Any]:
    values = {name: getattr(fact, name) for name in fact.__dataclass_fields__}
    if isinstance(fact, Contract):
        values["supplier_names"] = tuple(s.name for s in fact.suppliers)
        values["supplier_schemes"] = _unless_blank(tuple(s.scheme for s in fact.suppliers))
        values["supplier_identifiers"] = _unless_blank(tuple(s.identifier for s in fact.suppliers))
    if isinstance(fact, Claim):
        values["reported"] = Reported.NIL if fact.nil else Reported.CLAIM
        values["amount"] = None if fact.nil else fact.amount
    if isinstance(fact, Receipt):
        values["reported"] = Reported.RECEIPT
    if values.get("period") is not None:
        values["period_start"], values["period_end"] = values["period"].start, values["period"].end
    return values


def _unless_blank(texts: tuple[str, ...]) -> tuple[str, ...]:
    return texts if any(texts) else ()


def _checked(cell: Written, column: Column) -> Written:
    if isinstance(cell, str) and len(cell) > LONGEST_TEXT:
        raise errors.BadFile(
            f"{column.heading} holds {len(cell):,} characters; a cell takes {LONGEST_TEXT:,}. Shorten the text."
        )
    return cell


def heading(column: Column) -> str:
    """Return a column's heading, with a star where it must be filled in."""
    return f"{column.heading} *" if column.required else column.heading


def about_rows(portfolio: Portfolio) -> list[list[Written]]:
    """Return the cells of the first sheet: title, layout, how to fill in, and what each sheet is for."""
    rows: list[list[Written]] = [
        ["Contract workbook", None],
        ["Title", portfolio.title or None],
        ["Layout", LAYOUT_VERSION],
        [None, None],
    ]
    rows.extend([None if at else "How to fill it in", text] for at, text in enumerate(WELCOME))
    rows.append([None, None])
    rows.extend([layout.name, layout.about] for layout in SHEETS)
    return rows


def _write_folder(portfolio: Portfolio, path: Path) -> None:
    path.mkdir(parents=True, exist_ok=True)
    _write_csv(path / "read-me.csv", about_rows(portfolio))
    for layout in SHEETS:
        rows: list[list[Written]] = [[heading(c) for c in layout.columns], *rows_of(portfolio, layout)]
        _write_csv(path / f"{layout.key}.csv", rows)


def _write_csv(path: Path, rows: list[list[Written]]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file).writerows([_csv_text(cell) for cell in row] for row in rows)


def _csv_text(cell: Written) -> str:
    if isinstance(cell, Decimal | int):
        return plain(Decimal(cell))
    return guarded(cell) if isinstance(cell, str) else cell.isoformat() if cell else ""


def _write_ods(portfolio: Portfolio, path: Path) -> None:
    with ods_book(path) as book:
        book.new_sheet(README_SHEET).writerows([as_stored(cell) for cell in row] for row in about_rows(portfolio))
        for layout in SHEETS:
            sheet = book.new_sheet(layout.name)
            sheet.writerow([heading(c) for c in layout.columns])
            sheet.writerows([as_stored(cell) for cell in row] for row in rows_of(portfolio, layout))


def as_stored(cell: Written) -> Written:
    """Return a cell as text where a spreadsheet's own number or date would lose some of it."""
    if isinstance(cell, dt.date) and cell < FIRST_SHEET_DAY:
        return cell.isoformat()
    if isinstance(cell, Decimal) and len(cell.normalize().as_tuple().digits) > EXACT_DIGITS:
        return plain(cell)
    return cell


@contextmanager
def xlsx_book(path: Path, title: str) -> Iterator[xlsxwriter.Workbook]:
    """
    Give an .xlsx to fill in, and put it to `path` when it is whole; folders that are missing are made.

    :raises OSError: if `path` cannot be written (the writer's own error for it is none)
    """
    made = io.BytesIO()
    with xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_numbers": False, "strings_to_formulas": False}
    ) as book:
        book.set_properties({"title": title, "created": MADE})
        yield book
    _put(made.getvalue(), path)


@contextmanager
def ods_book(path: Path) -> Iterator[Any]:
    """
    Give an .ods to fill in, and put it to `path` when it is whole; folders that are missing are made.

    :raises OSError: if `path` cannot be written
    """
    made = io.BytesIO()
    with odswriter.writer(made) as book:
        yield book
    _put(without_time(made.getvalue()), path)


def _put(made: bytes, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(made)


def _write_xlsx(portfolio: Portfolio, path: Path) -> None:
    with xlsx_book(path, portfolio.title or "Contract workbook") as book:
        formats = Formats(book)
        _write_about(book.add_worksheet(README_SHEET), portfolio, formats)
        for layout in SHEETS:
            sheet = book.add_worksheet(layout.name)
            fit_to_page(sheet)
            write_headings(sheet, layout.columns, formats)
            last = 0
            for last, row in enumerate(rows_of(portfolio, layout), start=1):
                for index, (cell, column) in enumerate(zip(row, layout.columns, strict=True)):
                    write_cell(sheet, last, index, cell, formats.of(column))
                sheet.set_row(last, row_height(row, [column.width for column in layout.columns]))
            for index, column in enumerate(layout.columns):
                add_rule(sheet, 1, last + SPARE_ROWS, index, column)


def _write_about(sheet: Worksheet, portfolio: Portfolio, formats: Formats) -> None:
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 90, formats.text)
    fit_to_page(sheet)
    for number, row in enumerate(about_rows(portfolio)):
        sheet.set_row(number, row_height(row, [24, 90]))
        for index, cell in enumerate(row):
            write_cell(sheet, number, index, cell, formats.bold if index == 0 else formats.text)


class Formats:
    """The cell formats of one workbook."""

    def __init__(self, book: Any) -> None:
        self.bold: Format = book.add_format({"bold": True, "valign": "top"})
        self.label: Format = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
        self.head: Format = book.add_format(
            {"bold": True, "text_wrap": True, "valign": "top", "bg_color": "#DDE8E3", "bottom": 1}
        )
        self.text: Format = book.add_format({"text_wrap": True, "valign": "top", "num_format": "@"})
        self.number: Format = book.add_format({"valign": "top", "num_format": "#,##0.######"})
        self.date: Format = book.add_format({"valign": "top", "num_format": "dd/mm/yyyy", "align": "right"})
        self.locked: Format = book.add_format({"valign": "top", "text_wrap": True, "bg_color": "#F3F2F1"})
        self.line: Format = book.add_format({"valign": "top", "num_format": "@"})
        self.result: Format = book.add_format(
            {"valign": "top", "bg_color": "#F3F2F1", "num_format": "#,##0.00####;-#,##0.00####;"}
        )

        self.open = {
            kind: book.add_format({"valign": "top", "border": 1, "border_color": "#B1B4B6", "locked": False} | extra)
            for kind, extra in (
                (Cell.TEXT, {"text_wrap": True, "num_format": "@"}),
                (Cell.NUMBER, {"num_format": "#,##0.######"}),
                (Cell.DATE, {"num_format": "dd/mm/yyyy", "align": "right"}),
            )
        }

    def open_of(self, column: Column) -> Format:
        """Return the format of a cell that is to be filled in where the sheet is protected."""
        kind = Cell.NUMBER if column.cell is Cell.WHOLE else column.cell
        return self.open.get(kind, self.open[Cell.TEXT])

    def given(self, cell: Written) -> Format:
        """Return the format of a cell that is only read."""
        return self.date if isinstance(cell, dt.date) else self.locked

    def of(self, column: Column) -> Format:
        """Return the format of a column's cells."""
        return {Cell.DATE: self.date, Cell.NUMBER: self.number, Cell.WHOLE: self.number}.get(column.cell, self.text)


def fit_to_page(sheet: Worksheet) -> None:
    """Print a sheet on A4, lying, as wide as the page."""
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def write_headings(sheet: Worksheet, columns: tuple[Column, ...], formats: Formats, *, row: int = 0) -> None:
    """
    Write headings with their help as notes, and set each column's width and format.

    Headings in the first row stay in sight; further down they would take the whole screen with what is above them.
    """
    for index, column in enumerate(columns):
        sheet.set_column(index, index, column.width, formats.of(column))
        sheet.write_string(row, index, heading(column), formats.head)
        example = f"\nFor example: {column.example}" if column.example else ""
        sheet.write_comment(row, index, f"{column.help}{example}", {"x_scale": 2})
    sheet.set_row(row, row_height([heading(column) for column in columns], [column.width for column in columns]))
    if row == 0:
        sheet.freeze_panes(1, 2)


def row_height(cells: Sequence[Written], widths: Sequence[int]) -> int:
    """Return the height in points that shows every text whole; programs do not all work it out themselves."""
    lines = [
        sum(-(-len(part) // max(1, width - 2)) or 1 for part in cell.split("\n"))
        for cell, width in zip(cells, widths, strict=False)
        if isinstance(cell, str)
    ]
    return min(TALLEST, LINE * max(lines, default=1) + 2)


def write_cell(sheet: Worksheet, row: int, index: int, cell: Written, cell_format: Format) -> None:
    """Write one cell: text always as text, however much it looks like a formula or a number."""
    stored = as_stored(cell)
    if stored is None:
        sheet.write_blank(row, index, None, cell_format)
    elif isinstance(stored, str):
        sheet.write_string(row, index, stored, cell_format)
    elif isinstance(stored, dt.date):
        sheet.write_datetime(row, index, stored, cell_format)
    else:
        sheet.write_number(row, index, stored, cell_format)


def add_rule(sheet: Worksheet, first: int, last: int, index: int, column: Column, *, source: str = "") -> None:
    """
    Give rows `first` to `last` of a column its drop-down or limits, and its help when a cell is entered.

    `source` is the range whose cells are the choices, for lists that are long or have commas in them.
    """
    rule = _rule(column) | ({"source": source} if source else {})
    message = {"input_title": column.heading[:32], "input_message": column.help[:LONGEST_MESSAGE]}
    sheet.data_validation(first, index, last, index, rule | message)


def _rule(column: Column) -> dict[str, Any]:
    error = {"error_title": column.heading[:32], "error_message": column.help[:LONGEST_MESSAGE]}
    match column.cell:
        case Cell.CHOICE:
            choices = [c.replace("_", " ") for c in column.choices]
            kind = "warning" if column.advised else "stop"
            return {"validate": "list", "source": choices, "error_type": kind} | error
        case Cell.YES_NO:
            return {"validate": "list", "source": ["yes", "no"]} | error
        case Cell.NUMBER | Cell.WHOLE:
            low, high = column.low, column.high
            kind = "integer" if column.cell is Cell.WHOLE else "decimal"
            return {"validate": kind, "criteria": "between", "minimum": low, "maximum": high} | error
        case Cell.DATE:
            days = {"minimum": dt.date(1900, 3, 1), "maximum": dt.date(2200, 12, 31)}
            return {"validate": "date", "criteria": "between", **days} | error
        case _:
            return {"validate": "any"}
