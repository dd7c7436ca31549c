"""What can be taken away of the catalogue: the engine's reports, with licence and attribution in every file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import commonweal
import commonweal_data
from commonweal.catalogue import Catalogue, Framework, Measure
from commonweal.crosswalk.compare import Comparison
from commonweal.reporting.build import catalogue as reports
from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.render_json import render_json
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal.series import ValueSeries
from commonweal_web.core import clock
from commonweal_web.frameworks import selectors


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a release can be taken away in."""

    words: str
    media_type: str
    render: Callable[[Report], bytes]


FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", "text/csv; charset=utf-8", lambda report: render_csv(report)[f"{reports.ITEMS}.csv"]),
    "xlsx": Format("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", render_xlsx),
    "ods": Format("OpenDocument sheet", "application/vnd.oasis.opendocument.spreadsheet", render_ods),
    "json": Format("JSON", "application/json", render_json),
}


def release_file(catalogue: Catalogue, framework: Framework, form: str) -> bytes:
    """Return a release as a file in one of FORMATS."""
    report = reports.release_report(
        catalogue,
        framework,
        series_of=selectors.shown_series,
        as_at=clock.today(),
        made_by=_made_by(),
        credits=form == "csv",
    )
    return FORMATS[form].render(report)


def values_file(measure: Measure, series: ValueSeries) -> bytes:
    """Return what a measure is worth as CSV."""
    report = reports.values_report(measure, series, as_at=clock.today(), made_by=_made_by())
    return render_csv(report)[f"{reports.VALUES}.csv"]


def comparison_file(comparison: Comparison) -> bytes:
    """Return two releases side by side as CSV."""
    report = reports.comparison_report(comparison, as_at=clock.today(), made_by=_made_by())
    return render_csv(report)[f"{reports.CHANGES}.csv"]


def _made_by() -> str:
    return f"Commonweal {commonweal.__version__}, data package {commonweal_data.__version__}"
