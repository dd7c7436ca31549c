"""The comments of a consultation to take away: the engine's own document, so that no cell can be a formula."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import commonweal
from commonweal.figures import Book
from commonweal.reporting.model import Cell, Column, Facts, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.render_json import render_json
from commonweal_web.frameworks.consulting import selectors
from commonweal_web.frameworks.consulting.phases import day_of
from commonweal_web.frameworks.consulting.wording import Wording, wording_of
from commonweal_web.frameworks.models import Comment, Consultation
from commonweal_web.organisations.services.common import said

FORMATS = {"csv": "text/csv; charset=utf-8", "json": "application/json"}
NAME = "comments"
COLUMNS = (
    Column("reference", "Reference"),
    Column("row", "Row"),
    Column("about", "About"),
    Column("received", "Received", show=Show.DATE),
    Column("kind", "Kind of respondent"),
    Column("name", "Name"),
    Column("text", "Comment"),
    Column("outcome", "What became of it"),
    Column("answer", "Answer"),
    Column("hidden", "Why it is not shown"),
)


def rendered(report: Report, form: str) -> bytes:
    """Return a document as CSV or JSON."""
    return render_json(report) if form == "json" else render_csv(report)[f"{NAME}.csv"]


def for_the_public(consultation: Consultation, as_at: dt.date) -> Report:
    """Return the published comments with their answers; of a hidden one only why it is hidden."""
    return _report(consultation, selectors.published(consultation), as_at, whole=False)


def for_officers(consultation: Consultation, as_at: dt.date) -> Report:
    """Return every comment, hidden ones with their words."""
    return _report(consultation, consultation.comments.order_by("pk"), as_at, whole=True)


def reference(comment: Comment) -> str:
    """Return what a sender and an officer call a comment."""
    return f"{comment.consultation_id}-{comment.pk}"


def _report(consultation: Consultation, comments: Iterable[Comment], as_at: dt.date, *, whole: bool) -> Report:
    titles = {row["key"]: row["title"] for row in consultation.rows}
    say = wording_of(consultation)
    rows = tuple(_row(one, titles, say, whole=whole) for one in comments)
    table = Table(NAME, f"Comments on {consultation.title}", COLUMNS, rows)
    facts = Facts(
        (
            ("Body", str(consultation.body)),
            ("Draft" if consultation.pack else "Questions", _about(consultation)),
            ("Open", f"{said(consultation.opens)} to {said(consultation.closes)}"),
        )
    )
    summary = [Prose(tuple(consultation.summary.split("\n")))] if consultation.summary else []
    return Report(
        title=consultation.title,
        subtitle=str(consultation.body),
        as_at=as_at,
        sections=[Section("comments", "Comments", (facts, *summary, table))],
        book=Book(),
        made_by=f"Commonweal {commonweal.__version__}",
    )


def _about(consultation: Consultation) -> str:
    return consultation.pack.title if consultation.pack else f"{len(consultation.rows)}"


def _row(comment: Comment, titles: dict[str, str], say: Wording, *, whole: bool) -> Row:
    readable = whole or not comment.hidden_reason
    about = titles.get(comment.row, say.whole)
    values: tuple[dt.date | str, ...] = (
        reference(comment),
        comment.row,
        about,
        day_of(comment.received_at),
        comment.get_kind_display(),
        comment.name if readable else "",
        comment.text if readable else "",
        say.outcome(comment) if readable else "",
        comment.answer if readable else "",
        comment.hidden_reason,
    )
    return Row(tuple(Cell(value) for value in values))
