"""What is taken away of a sheet: the report in each form, and the workbook there and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import commonweal
import commonweal_data
from commonweal import errors
from commonweal.checks.problem import Problem, Severity
from commonweal.crosswalk.sheet import FilledSheet
from commonweal.figures import Book
from commonweal.reporting.build.regional import long_table, origin_of, regional_report
from commonweal.reporting.build.regional_figures import RegionalFigures
from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import flat, written
from commonweal.reporting.render_json import render_json
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal.workbooks.mapping_sheet import SheetRead, read_mapping_sheet, write_mapping_sheet
from commonweal_web.core.errors import Refused

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ODS = "application/vnd.oasis.opendocument.spreadsheet"


@dataclass(frozen=True, slots=True)
class Form:
    """A form in which a report can be taken away."""

    words: str
    media_type: str
    render: Callable[[Report], bytes]


FORMS: Mapping[str, Form] = {
    "pdf": Form("PDF, tagged for screen readers", "application/pdf", render_pdf),
    "xlsx": Form("Excel workbook", XLSX, render_xlsx),
    "ods": Form("OpenDocument sheet", ODS, render_ods),
    "json": Form("JSON with every figure's working", "application/json", render_json),
}
CSV = "text/csv; charset=utf-8"
WORKBOOKS: Mapping[str, str] = {"xlsx": XLSX, "ods": ODS}


def report_of(sheet: FilledSheet, *, as_at: dt.date) -> Report:
    """Return the report on a sheet."""
    made_by = f"Commonweal {commonweal.__version__}, data package {commonweal_data.__version__}"
    return regional_report(sheet, as_at=as_at, made_by=made_by)


def file_of(sheet: FilledSheet, form: str, *, as_at: dt.date) -> tuple[bytes, str]:
    """Return the report in a form with its media type; the CSV is one row for each KPI and region. KeyError else."""
    if form == "csv":
        figures = RegionalFigures(sheet, Book())
        return written(flat(long_table(figures, as_at=as_at, origin=origin_of(sheet.summary.releases)))), CSV
    found = FORMS[form]
    return found.render(report_of(sheet, as_at=as_at)), found.media_type


def workbook_of(sheet: FilledSheet, form: str) -> bytes:
    """Return the workbook with what is filled in."""
    with tempfile.TemporaryDirectory(prefix="commonweal-sheet-") as folder:
        path = Path(folder) / f"sheet.{form}"
        write_mapping_sheet(sheet, path)
        return path.read_bytes()


@dataclass(frozen=True, slots=True)
class Upload:
    """A workbook that was read: what it says, and what of it must be mended first."""

    read: SheetRead
    sha256: str

    @property
    def wrong(self) -> list[Problem]:
        return [problem for problem in self.read.problems if problem.severity is Severity.ERROR]


def workbook_read(content: bytes, name: str, *, sheet: FilledSheet) -> Upload:
    """
    Read a filled workbook of this sheet.

    :raises Refused: if it cannot be read, or was made from another summary, with what differs
    """
    ending = Path(name).suffix.lower()
    if ending.removeprefix(".") not in WORKBOOKS:
        raise Refused(f"Choose the workbook of this sheet (.xlsx or .ods), not {name}.", code="ending", field="file")
    with tempfile.TemporaryDirectory(prefix="commonweal-sheet-") as folder:
        path = Path(folder) / f"upload{ending}"
        path.write_bytes(content)
        try:
            read = read_mapping_sheet(path, sheet)
        except errors.CommonwealError as error:
            raise Refused(error.message.replace(path.name, name), code=error.code, field="file") from error
    return Upload(read, hashlib.sha256(content).hexdigest())


def file_name(sheet: FilledSheet, what: str, day: dt.date, form: str) -> str:
    """Return a name for a download: mapping-report-fx-svm-2025-2026-07-08.pdf."""
    safe = "".join(c if c.isascii() and c.isalnum() else "-" for c in sheet.summary.source.id)
    return f"mapping-{what}-{safe}-{day.isoformat()}.{form}"
