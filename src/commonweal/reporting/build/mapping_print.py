"""A summary as a list of KPIs on paper: few columns, a table for each outcome, a short one on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from commonweal.crosswalk.mapping import Fit
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.summary import Line, Summary
from commonweal.figures import Book
from commonweal.reporting.build import mapping_words as words
from commonweal.reporting.build.mapping_kpis import (
    TABLE,
    TITLES,
    Audience,
    about,
    attributions,
    gaps,
    report_of,
)
from commonweal.reporting.model import Cell, Column, Prose, Report, Row, Section, Table

ONE_PAGE = 12
"""Up to so many KPIs a printed list is one page, without contents."""
ROOM = "_" * 12
"""To be filled in by hand."""


def kpi_print(summary: Summary, audience: Audience) -> Report:
    """Return the list for paper: few columns, a table for each outcome and criterion. A short one takes one page."""
    book = Book()
    head, missing = about(book, summary, audience), gaps(summary, audience)
    lists = Section(TABLE, TITLES[audience], printed_tables(summary, audience))
    if len(summary.lines) > ONE_PAGE:
        return report_of(summary, audience, book, [head, lists, *missing])
    blocks = [block for section in (head, lists, *missing) for block in section.blocks]
    whole = Section(TABLE, "What this is", (*blocks, Prose(tuple(attributions(summary)))))
    report = report_of(summary, audience, book, [whole])
    report.one_page = True
    return report


def printed_tables(summary: Summary, audience: Audience) -> tuple[Table, ...]:
    """Return a table for each outcome, or each criterion in it, in few columns."""
    groups: dict[str, list[Line]] = {}
    for line in summary.lines:
        groups.setdefault(heading(line), []).append(line)
    return tuple(
        _printed(summary, audience, f"{TABLE}-{number}", caption or TITLES[audience], lines)
        for number, (caption, lines) in enumerate(groups.items(), 1)
    )


def heading(line: Line) -> str:
    """Return under what a line stands: its outcome and criterion, or its theme where there is neither."""
    return " > ".join(filter(None, [line.item.outcome, line.item.criterion])) or line.item.theme


def _printed(summary: Summary, audience: Audience, name: str, caption: str, lines: Sequence[Line]) -> Table:
    columns, row = _PRINTED[audience]
    return Table(name, caption, columns, tuple(row(summary, line) for line in lines), dense=True)


def named(line: Line) -> str:
    """Return a KPI as a list has it: "SV2 Apprenticeships created"."""
    return f"{line.item.code} {line.item.label}"


def _deliverable(line: Line) -> str:
    said = words.deliverable(line.item)
    return "" if said == line.item.label else said


def _procurement_row(_: Summary, line: Line) -> Row:
    cells = (
        Cell(named(line)),
        Cell(_deliverable(line)),
        Cell(words.unit(line.item)),
        Cell(line.item.evidence),
        Cell("; ".join(words.to_ask(line))),
        Cell(text=ROOM),
    )
    return Row(cells)


def _bidders_row(_: Summary, line: Line) -> Row:
    item = line.item
    cells = (
        Cell(named(line)),
        Cell("; ".join(filter(None, [item.counts or item.unit_rule, *words.to_ask(line)]))),
        Cell(item.does_not_count),
        Cell(item.evidence),
        Cell(words.unit(item)),
        Cell(text=ROOM),
    )
    return Row(cells)


def _organisation_row(summary: Summary, line: Line) -> Row:
    releases = [release for release in summary.targets if release.id != GOALS] or list(summary.targets)
    said = []
    for release in releases:
        told = _told(line, release.id)
        said.append(f"{release.short_name}: {told}" if len(releases) > 1 else told)
    how = dict.fromkeys(words.conversion(line.item, way) for way in line.ways if way.converts)
    cells = (
        Cell(f"{named(line)} ({words.unit(line.item)})"),
        Cell("; ".join(said)),
        Cell("; ".join(how) or "not convertible"),
        Cell("; ".join(words.to_ask(line))),
        Cell("; ".join(words.goals(line))),
    )
    return Row(cells)


def _told(line: Line, release: str) -> str:
    """Return the counterparts in one release in few words: what only stands above the item is named by code."""
    ways = line.ways_to(release)
    if not ways:
        return Fit.UNMAPPED.value
    own = [f"{words.relation(way)} {way.target.code} {way.target.label}" for way in ways if not way.by]
    through: dict[str, list[str]] = {}
    for way in ways:
        if way.by:
            through.setdefault(way.by_words.partition(":")[0], []).append(way.target.code)
    return "; ".join([*own, *(f"only through {by}: {', '.join(codes)}" for by, codes in through.items())])


Printed = tuple[tuple[Column, ...], Callable[[Summary, Line], Row]]
_PRINTED: Mapping[Audience, Printed] = {
    Audience.PROCUREMENT: (
        (
            Column("kpi", "KPI"),
            Column("deliverable", "Deliverable"),
            Column("unit", "Unit"),
            Column("evidence", "Evidence"),
            Column("ask", "Ask for as well"),
            Column("weight", "Weight"),
        ),
        _procurement_row,
    ),
    Audience.BIDDERS: (
        (
            Column("kpi", "What is asked"),
            Column("counts", "What counts, and what to say as well"),
            Column("does_not_count", "What does not count"),
            Column("evidence", "Evidence"),
            Column("unit", "Unit"),
            Column("target", "Your target"),
        ),
        _bidders_row,
    ),
    Audience.ORGANISATION: (
        (
            Column("kpi", "KPI"),
            Column("counterparts", "Counterparts"),
            Column("how", "How it converts"),
            Column("ask", "Ask for as well"),
            Column("goals", "Goals it serves"),
        ),
        _organisation_row,
    ),
}
