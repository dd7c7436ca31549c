"""The published results of a form on priorities to take away, as the engine's own document."""

from __future__ import annotations

import datetime as dt

import commonweal
from commonweal.figures import Book
from commonweal.reporting.model import Cell, Column, Facts, Prose, Report, Row, Section, Table
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.wording import day
from commonweal_web.planning.listening import ranking, selectors
from commonweal_web.planning.models import Priority

NAME = "results"
COLUMNS = (
    Column("ward", "Ward"),
    Column("answers", "Answers"),
    Column("option", "Option"),
    Column("place", "Place"),
    Column("mean", "Mean place"),
    Column("firsts", "First places"),
    Column("note", "Note"),
)


def results_csv(priority: Priority, as_at: dt.date) -> bytes:
    """Return the order of everybody and of each ward; a ward with few answers has its number only."""
    found = selectors.results_of(priority)
    rows = [row for group in (found.everybody, *found.wards) for row in _rows(group)]
    facts = Facts((("Body", str(priority.body)), ("Open", f"{day(priority.opens)} to {day(priority.closes)}")))
    report = Report(
        title=priority.title,
        subtitle=str(priority.body),
        as_at=as_at,
        sections=[
            Section(
                "results",
                "Results",
                (facts, Prose((ranking.METHOD,)), Table(NAME, priority.title, COLUMNS, tuple(rows))),
            )
        ],
        book=Book(),
        made_by=f"Commonweal {commonweal.__version__}",
    )
    return render_csv(report)[f"{NAME}.csv"]


def _rows(group: ranking.Group) -> list[Row]:
    if not group.lines:
        return [_row(group.name, str(group.answers), "", "", "", "", group.warning)]
    return [
        _row(group.name, str(group.answers), line.title, str(place), line.mean_words, str(line.firsts), "")
        for place, line in enumerate(group.lines, 1)
    ]


def _row(*values: str) -> Row:
    return Row(tuple(Cell(value) for value in values))
