"""
The report as one xlsx workbook: a Summary, a sheet for each section with tables (so for each contract), and Working
with every line of the book.

Numbers are numbers and dates are dates; a figure's cell links to its row on Working. Nothing from the data becomes a
formula or an address to follow.
"""

from __future__ import annotations

import datetime as dt
import io
from decimal import Decimal
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from commonweal.figures import Fact
from commonweal.reporting import wording, workings
from commonweal.reporting.model import Cell, Column, Facts, Headlines, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.render_csv import value_of

SUMMARY, WORKING = "Summary", "Working"
MOST_TEXT = 32_000
MOST_LINKS = 60_000
MOST_ROWS = 1_000_000
MOST_CAPTION = 20
TEAL = "#0A4F4C"
DATE = "d mmmm yyyy"


def render_xlsx(report: Report) -> bytes:
    """Return the workbook; the same report gives the same bytes. Text of more than 32,000 characters is cut with …."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(
        {
            "title": report.title,
            "subject": report.subtitle,
            "author": "Commonweal",
            "comments": report.made_by,
            "created": dt.datetime.combine(report.as_at, dt.time(), dt.UTC),
        }
    )
    writer = _Writer(book, report)
    writer.summary()
    for section in report.sections:
        writer.section(section)
    writer.working()
    book.close()
    return out.getvalue()


def sheet_names(report: Report) -> dict[str, str]:
    """
    The sheet of each table, by the table's name: one for each section, called by its short caption or its title.

    A name is valid in every spreadsheet program: 31 characters at most, none used twice, whatever the case.
    """
    taken = {SUMMARY.lower(), WORKING.lower(), "history"}
    names: dict[str, str] = {}
    for section in report.sections:
        tables = tables_of(section)
        if tables:
            wanted = section.caption if 0 < len(section.caption) <= MOST_CAPTION else section.title
            name = _free_name(wanted, taken)
            taken.add(name.lower())
            names |= dict.fromkeys((table.name for table in tables), name)
    return names


def tables_of(section: Section) -> list[Table]:
    """The tables of a section, in order."""
    return [block for block in section.blocks if isinstance(block, Table)]


def _free_name(wanted: str, taken: set[str]) -> str:
    base = "".join(c for c in wording.clean(wanted) if c not in "[]:*?/\\\t\r\n").strip("' ") or "Table"
    name, count = base[:31].rstrip(), 1
    while name.lower() in taken:
        count += 1
        tail = f" {count}"
        name = f"{base[: 31 - len(tail)].rstrip()}{tail}"
    return name


class _Writer:
    """Writes sheets into one workbook; formats are made once each."""

    def __init__(self, book: xlsxwriter.Workbook, report: Report) -> None:
        self._book = book
        self._report = report
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._lines = workings.line_numbers(report)
        self._names = sheet_names(report)
        self._links = 0

    def _format(self, **properties: Any) -> Format:
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            base = {"font_name": "Arial", "font_size": 10, "valign": "top"}
            self._made[key] = self._book.add_format(base | properties)
        return self._made[key]

    def _sheet(self, name: str, *, landscape: bool) -> Worksheet:
        sheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5)
        sheet.set_footer("&L&A&RPage &P of &N")
        if landscape:
            sheet.set_landscape()
        self._links = 0
        return sheet

    def _text(self, sheet: Worksheet, row: int, column: int, text: str, form: Format) -> None:
        text = wording.clean(text)
        sheet.write_string(row, column, text if len(text) <= MOST_TEXT else f"{text[:MOST_TEXT]}…", form)

    def summary(self) -> None:
        """Title, date, then each section's words and big numbers, with the way to the sheet of each table."""
        sheet = self._sheet(SUMMARY, landscape=False)
        sheet.set_column(0, 0, 34)
        sheet.set_column(1, 1, 24)
        sheet.set_column(2, 2, 60)
        self._text(
            sheet, 0, 0, self._report.title, self._format(bold=True, font_size=18, font_color=TEAL, valign="vcenter")
        )
        sheet.set_row(0, 30)
        self._text(sheet, 1, 0, self._report.subtitle, self._format(font_size=12))
        self._text(sheet, 2, 0, f"As at {wording.day(self._report.as_at)}", self._format())
        row = 4
        for section in self._report.sections:
            self._text(
                sheet, row, 0, section.title, self._format(bold=True, font_size=14 if section.level == 1 else 12)
            )
            row += 1
            for block in section.blocks:
                row = self._block(sheet, row, block)
            row += 1
        self._about(sheet, row)

    def _block(self, sheet: Worksheet, row: int, block: object) -> int:
        if isinstance(block, Headlines):
            for item in block.items:
                self._text(sheet, row, 0, item.label, self._format(bold=True))
                self._cell(sheet, row, 1, item.cell, Column("", "", item.show), bold=True)
                self._text(sheet, row, 2, item.context, self._format())
                row += 1
        elif isinstance(block, Facts):
            for name, value in block.items:
                self._text(sheet, row, 0, name, self._format(font_color="#4C5856"))
                self._text(sheet, row, 1, value, self._format())
                row += 1
        elif isinstance(block, Prose):
            for text in block.paragraphs:
                self._text(sheet, row, 0, f"– {text}" if block.bullets else text, self._format())
                row += 1
        elif isinstance(block, Table):
            sheet.write_url(
                row, 0, f"internal:'{self._names[block.name]}'!A1", self._link(), wording.clean(block.caption)[:250]
            )
            row += 1
        return row

    def _about(self, sheet: Worksheet, row: int) -> None:
        report = self._report
        sources = [f"{s.name}, {s.size:,} bytes, SHA-256 {s.sha256}" for s in report.sources]
        problems = [str(problem) for problem in report.problems]
        parts = {"Sources and method": [*report.notes, *report.attributions, *sources, report.made_by]}
        for title, texts in (parts | {"What was found in the input": problems}).items():
            if any(texts):
                self._text(sheet, row, 0, title, self._format(bold=True, font_size=14))
                for text in filter(None, texts):
                    row += 1
                    self._text(sheet, row, 0, text, self._format())
                row += 2

    def _link(self) -> Format:
        return self._format(font_color="#1A5A8A", underline=1)

    def section(self, section: Section) -> None:
        """The tables of a section below each other; where it has but one, its headings stay in sight."""
        tables = tables_of(section)
        if not tables:
            return
        sheet = self._sheet(self._names[tables[0].name], landscape=max(len(t.columns) for t in tables) > 6)
        self._text(sheet, 0, 0, section.title, self._format(bold=True, font_size=14, font_color=TEAL))
        sheet.set_row(0, 24)
        widths: dict[int, float] = {}
        row = 2
        for table in tables:
            row = self._table(sheet, row, table, widths) + 2
        for column, width in widths.items():
            sheet.set_column(column, column, width)
        only = len(tables) == 1
        sheet.freeze_panes(4 if only else 1, 1)
        sheet.repeat_rows(3 if only else 0)

    def _table(self, sheet: Worksheet, top: int, table: Table, widths: dict[int, float]) -> int:
        """Caption, headings, rows and note from row `top`; a column of units where rows differ in them."""
        self._text(sheet, top, 0, table.caption, self._format(bold=True, font_size=12))
        places, column = [], 0
        for index, head in enumerate(table.columns):
            units = any(row.cells[index].unit for row in table.rows)
            places.append((column, units))
            self._heading(sheet, top + 1, column, wording.heading(head), numeric=head.show in wording.NUMERIC)
            widths[column] = max(widths.get(column, 0), self._width(table, index))
            if units:
                self._heading(sheet, top + 1, column + 1, "unit", numeric=False)
                widths[column + 1] = max(widths.get(column + 1, 0), 12)
            column += 2 if units else 1
        for number, row in enumerate(table.rows, start=top + 2):
            self._row(sheet, number, row, table, places)
        self._text(sheet, top + 2 + len(table.rows), 0, table.note, self._format(italic=True))
        return top + 2 + len(table.rows) + (1 if table.note else 0)

    def _row(self, sheet: Worksheet, number: int, row: Row, table: Table, places: list[tuple[int, bool]]) -> None:
        bold = bool(row.emphasis)
        for index, (place, units) in enumerate(places):
            extra = {"indent": row.level} if row.level and index == 0 else {}
            self._cell(sheet, number, place, row.cells[index], table.columns[index], bold=bold, **extra)
            if units:
                unit = self._format(bold=True) if bold else self._format()
                self._text(sheet, number, place + 1, row.cells[index].unit, unit)

    def _heading(self, sheet: Worksheet, row: int, column: int, text: str, *, numeric: bool) -> None:
        align = "right" if numeric else "left"
        self._text(
            sheet, row, column, text, self._format(bold=True, bottom=2, bottom_color=TEAL, align=align, text_wrap=True)
        )

    def _width(self, table: Table, index: int) -> float:
        column = table.columns[index]
        longest = max((len(wording.words(row.cells[index], column, 2).line) for row in table.rows), default=0)
        return max(11, min(48, max(longest, len(wording.heading(column)))) + 2)

    def _cell(
        self, sheet: Worksheet, row: int, column: int, cell: Cell, head: Column, *, bold: bool, **extra: Any
    ) -> None:
        properties = ({"bold": True} if bold else {}) | extra
        value = value_of(cell, head)
        line = self._lines.get(cell.figure)
        if line and self._links < MOST_LINKS:
            self._links += 1
            sheet.write_url(
                row, column, f"internal:'{working_sheet(line)}'!A{working_row(line) + 1}", self._format(), ""
            )
        if isinstance(value, Decimal):
            dotted = {"underline": 1} if line else {}
            form = self._format(num_format=number_format(value, cell, head), **dotted, **properties)
            sheet.write_number(row, column, value, form)
        elif isinstance(value, dt.date):
            sheet.write_datetime(row, column, value, self._format(num_format=DATE, align="left", **properties))
        else:
            align = "right" if head.show in wording.NUMERIC else "left"
            self._text(
                sheet, row, column, self._said(cell, head), self._format(align=align, text_wrap=True, **properties)
            )

    def _said(self, cell: Cell, head: Column) -> str:
        return wording.words(cell, head).line

    def working(self) -> None:
        """Every line of the book: id, label, value, unit, rule, inputs, origin; more sheets where one is full."""
        heads = ("Line", "Label", "Value", "Unit", "Rule", "Rule in words", "Inputs", "Origin", "Note")
        widths = (30, 46, 16, 14, 13, 44, 60, 44, 30)
        for line, entry in enumerate(self._report.book, start=1):
            if working_row(line) == 1:
                sheet = self._sheet(working_sheet(line), landscape=True)
                for column, (head, width) in enumerate(zip(heads, widths, strict=True)):
                    self._heading(sheet, 0, column, head, numeric=head == "Value")
                    sheet.set_column(column, column, width)
                sheet.freeze_panes(1, 1)
                sheet.repeat_rows(0)
            row, plain = working_row(line), self._format()
            texts: tuple[str, ...]
            if isinstance(entry, Fact):
                texts = ("", "", "", workings.origin_words(entry), "")
            else:
                texts = (entry.rule, workings.rule_words(entry), " ".join(entry.inputs), "", entry.note)
            for column, text in enumerate((entry.id, entry.label)):
                self._text(sheet, row, column, text, plain)
            sheet.write_number(row, 2, entry.value, self._format(num_format="#,##0.00####"))
            for column, text in enumerate((entry.unit, *texts), start=3):
                self._text(sheet, row, column, text, plain)


def number_format(value: Decimal, cell: Cell, head: Column) -> str:
    """The number format of a cell; a state that a number has, such as a declared nil, is written behind it."""
    places = wording.decimals(value)
    if head.show is Show.POUNDS or (head.show is Show.QUANTITY and cell.unit in wording.POUNDS):
        form = "£#,##0.00"
    elif head.show is Show.PERCENT:
        form = '0.00" %"'
    elif head.show is Show.SCORE:
        form = "0.00"
    else:
        form = f"#,##0.{'0' * places}" if places else "#,##0"
    return f'{form}" {cell.state.value}"' if cell.state else form


def working_sheet(line: int) -> str:
    """The sheet that holds a line of the book: Working, then Working 2 and so on, each of a million rows."""
    count = (line - 1) // MOST_ROWS
    return WORKING if count == 0 else f"{WORKING} {count + 1}"


def working_row(line: int) -> int:
    """The row of a line on its sheet, counted from 0 as the writer does; row 0 holds the headings."""
    return (line - 1) % MOST_ROWS + 1
