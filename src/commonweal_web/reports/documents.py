"""
The documents that pages show and people take away: the engine's reports on contracts of the service.

A page, its PDF and its spreadsheets are the same document, so that no two of them can differ.
"""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import commonweal
import commonweal_data
from commonweal import packs
from commonweal.calendars import Calendar
from commonweal.figures import Book, Figure
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.build import assemble, build_report
from commonweal.reporting.build.one_pager import one_pager
from commonweal.reporting.model import Cell, Headline, Headlines, Report, Section, Show
from commonweal.reporting.render_html import render_html
from commonweal.reporting.render_json import render_json
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal_web.contracts.models import Contract
from commonweal_web.reports.portfolio import contract_key, portfolio_of

DIVISIONS = ("england-and-wales", "scotland", "northern-ireland")


@dataclass(frozen=True, slots=True)
class Format:
    """A format that a document can be taken away in."""

    words: str
    media_type: str


FORMATS: Mapping[str, Format] = {
    "pdf": Format("PDF", "application/pdf"),
    "xlsx": Format("Excel workbook", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ods": Format("OpenDocument sheet", "application/vnd.oasis.opendocument.spreadsheet"),
    "json": Format("JSON, for commonweal explain", "application/json"),
    "html": Format("Web page that works alone", "text/html; charset=utf-8"),
}
RENDERERS = {
    "pdf": render_pdf,
    "xlsx": render_xlsx,
    "ods": render_ods,
    "json": render_json,
    "html": render_html,
}


def made_by() -> str:
    """Return which engine and which data a document is made with."""
    return f"Commonweal {commonweal.__version__}, data package {commonweal_data.__version__}"


@functools.cache
def calendars() -> Mapping[str, Calendar]:
    """Return the bank holidays of each division."""
    return {division: packs.calendar(division) for division in DIVISIONS}


def contract_on_a_page(contract: Contract, *, as_at: dt.date) -> Report:
    """Return the one-pager of a contract as at the end of a day."""
    portfolio = portfolio_of([contract])
    return one_pager(portfolio, contract_key(contract), as_at=as_at, calendars=calendars(), made_by=made_by())


def whole_report(contracts: Iterable[Contract], *, title: str, as_at: dt.date) -> Report:
    """Return the full report on contracts, as the command line makes it."""
    portfolio = portfolio_of(contracts, title=title)
    return build_report(portfolio, as_at=as_at, calendars=calendars(), made_by=made_by())


def standings(contracts: Iterable[Contract], *, as_at: dt.date) -> Assembly:
    """Return where each KPI and return of `contracts` stands: what home pages and directorate pages are made of."""
    return assemble(portfolio_of(contracts), as_at=as_at, calendars=calendars())


def rendered(report: Report, form: str) -> bytes:
    """Return a document in one of FORMATS; KeyError for another."""
    return RENDERERS[form](report)


def working_of(report: Report, line: str) -> Report:
    """
    Return a report that holds one figure and all that it rests on: `commonweal explain` works it out again from it.

    :raises BadReport: if the report has no such line
    """
    entry = report.book[line]
    wanted = rests_on(report.book, line)
    book = Book()
    for known in report.book:
        if known.id in wanted:
            book.enter(known)  # type: ignore[type-var]  # a fact or a figure
    show = Show.POUNDS if entry.unit in ("GBP", "£") else Show.QUANTITY
    headline = Headline(entry.label, Cell(entry.value, figure=line, unit=entry.unit), show)
    section = Section("figure", entry.label, (Headlines((headline,)),))
    return Report(
        title=entry.label,
        subtitle=f"{report.title}, {report.subtitle}",
        as_at=report.as_at,
        sections=[section],
        book=book,
        made_by=report.made_by,
    )


def rests_on(book: Book, line: str) -> set[str]:
    """Return `line` and every line that it rests on."""
    found: set[str] = set()
    waiting = [line]
    while waiting:
        current = waiting.pop()
        if current in found:
            continue
        found.add(current)
        entry = book[current]
        if isinstance(entry, Figure):
            waiting.extend(entry.inputs)
    return found
