"""
The report as an OpenDocument spreadsheet: Summary, a sheet for each section with tables, Working.

Plainer than the xlsx: the columns are those of the CSV files, with numbers as numbers and dates as dates.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

import odswriter

from commonweal.reporting import wording
from commonweal.reporting.model import Facts, Headlines, Prose, Report, Section, Table
from commonweal.reporting.render_csv import Flat, Value, flat, workings
from commonweal.reporting.render_xlsx import SUMMARY, WORKING, sheet_names, tables_of
from commonweal.zips import without_time


def render_ods(report: Report) -> bytes:
    """Return the workbook; the same report gives the same bytes."""
    out = io.BytesIO()
    names = sheet_names(report)
    with odswriter.writer(out) as book:
        # A new sheet searches all rows there are, so that every sheet is made before the first row.
        sheets = {name: book.new_sheet(name) for name in (SUMMARY, *dict.fromkeys(names.values()), WORKING)}
        _rows(sheets[SUMMARY], _summary(report, names))
        for section in report.sections:
            for number, table in enumerate(tables_of(section)):
                sheet = sheets[names[table.name]]
                if not number:
                    _rows(sheet, iter([(section.title,)]))
                _rows(sheet, _table(flat(table), table.note))
        _rows(sheets[WORKING], _table(workings(report), ""))
    return without_time(out.getvalue())


def _rows(sheet: odswriter.Sheet, rows: Iterator[tuple[Value, ...]]) -> None:
    for row in rows:
        cells = [wording.clean(value) or None if isinstance(value, str) else value for value in row]
        while cells and cells[-1] is None:
            cells.pop()
        sheet.writerow(cells)


def _table(flat: Flat, note: str) -> Iterator[tuple[Value, ...]]:
    yield ()
    yield (flat.title,)
    yield flat.headings
    yield from flat.rows
    if note:
        yield (note,)


def _summary(report: Report, names: dict[str, str]) -> Iterator[tuple[Value, ...]]:
    yield (report.title,)
    yield (report.subtitle,)
    yield ("As at", report.as_at)
    for section in report.sections:
        yield ()
        yield from _section(section, names)
    yield ()
    yield ("Sources and method",)
    for text in (*report.notes, *report.attributions, report.made_by):
        yield (text,)
    for source in report.sources:
        yield (source.name, f"{source.size:,} bytes", f"SHA-256 {source.sha256}")
    if report.problems:
        yield ()
        yield ("What was found in the input",)
        yield from ((str(problem),) for problem in report.problems)


def _section(section: Section, names: dict[str, str]) -> Iterator[tuple[Value, ...]]:
    yield (section.title, section.caption)
    for block in section.blocks:
        if isinstance(block, Headlines):
            yield from ((i.label, i.cell.value, i.cell.text or i.cell.unit, i.context) for i in block.items)
        elif isinstance(block, Facts):
            yield from block.items
        elif isinstance(block, Prose):
            yield from ((text,) for text in block.paragraphs)
        elif isinstance(block, Table):
            yield (block.caption, f"on the sheet {names[block.name]}")
