"""What several pages of a consultation show alike, as data for their templates."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from commonweal.catalogue.words import unit_words
from commonweal.reporting import wording
from commonweal.reporting.model import Report
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.frameworks.consulting import documents, selectors
from commonweal_web.frameworks.consulting.drafts import Row
from commonweal_web.frameworks.consulting.phases import Phase, day_of, days_left, phase_of
from commonweal_web.frameworks.models import Comment, Consultation, DropIn

GROUPS = (
    (Phase.OPEN, "Open now", "No consultation is open now."),
    (Phase.COMING, "Coming", ""),
    (Phase.CLOSED, "Closed, answers to come", ""),
    (Phase.ANSWERED, "Closed with answers", ""),
    (Phase.WITHDRAWN, "Withdrawn", ""),
)


def lists(day: dt.date) -> list[dict[str, Any]]:
    """Return the consultations in their groups, each with its days in words."""
    found = selectors.by_phase(day)
    return [
        {"heading": heading, "empty": empty, "items": [(one, when(one, day)) for one in found[phase]]}
        for phase, heading, empty in GROUPS
        if found[phase] or empty
    ]


def when(consultation: Consultation, day: dt.date) -> str:
    """Say when a consultation is open, and how long still."""
    first, last = wording.day(consultation.opens), wording.day(consultation.closes)
    match phase_of(consultation, day):
        case Phase.COMING:
            return f"Opens on {first} and closes at the end of {last}"
        case Phase.OPEN:
            return f"Open from {first} to the end of {last}: {days_left(consultation, day)}"
        case Phase.WITHDRAWN:
            return f"Withdrawn: {consultation.withdrawn_reason}"
    return f"Was open from {first} to {last}"


def of_one(consultation: Consultation, now: dt.datetime) -> dict[str, Any]:
    """Return what every public page of a consultation needs."""
    day = day_of(now)
    phase = phase_of(consultation, day)
    return {
        "consultation": consultation,
        "title": consultation.title,
        "caption": f"Consultation by {consultation.body}",
        "phase": phase.value,
        "when": when(consultation, day),
        "introduction": paragraphs(consultation.introduction),
    }


def paragraphs(text: str) -> list[str]:
    """Return a text in its paragraphs, which an empty line parts."""
    return [part.strip() for part in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if part.strip()]


def rows_matching(consultation: Consultation, words: str) -> list[dict[str, Any]]:
    """Return the rows in their order that hold every one of the words, each with its number of comments."""
    counts = selectors.counts(consultation)
    wanted = words.casefold().split()
    found = []
    for row in consultation.rows:
        text = f"{row['code']} {row['name']} {row['text']} {row['group']}".casefold()
        if all(word in text for word in wanted):
            found.append({**row, "count": counts.get(row["key"], 0), "unit": units_in_words(row)})
    return found


def units_in_words(row: Row) -> str:
    """Return what a row counts, in the plural: hours, FTE-years, pounds."""
    return in_units(dict(row["facts"]).get("Unit", ""))


def in_units(unit: str) -> str:
    """Return a unit's code as the plural that people read."""
    return {"count": "number"}.get(unit, unit_words(unit))


def facts_of(row: Row) -> list[tuple[str, str]]:
    """Return what a row says, its unit in words."""
    return [(label, _in_words(label, words)) for label, words in row["facts"]]


def _in_words(label: str, words: str) -> str:
    return in_units(words) if label == "Unit" else words


def neighbours(consultation: Consultation, about: Row | None) -> dict[str, Row | None]:
    """Return the rows before and after one, for links."""
    rows = consultation.rows
    index = next((number for number, row in enumerate(rows) if about and row["key"] == about["key"]), None)
    if index is None:
        return {"previous": None, "next": None}
    return {
        "previous": rows[index - 1] if index else None,
        "next": rows[index + 1] if index + 1 < len(rows) else None,
    }


def sessions(consultation: Consultation, now: dt.datetime) -> list[dict[str, Any]]:
    """Return the sessions with their times in words; of places only whether any is left, so that nobody is counted."""
    return [
        {
            "row": one,
            "times": times(one),
            "over": one.starts_at <= now or consultation.withdrawn_at is not None or one.cancelled_at is not None,
            "note": note(one),
            "full": one.taken >= one.seats,  # type: ignore[attr-defined] # counted by the selector
        }
        for one in selectors.places(consultation)
    ]


def times(drop_in: DropIn) -> str:
    """Say when a session is: 4 September 2026 at 2:00pm to 4:00pm."""
    end = moment(drop_in.ends_at)
    return f"{moment(drop_in.starts_at)} to {end.split(' at ')[1] if _one_day(drop_in) else end}"


def note(drop_in: DropIn) -> str:
    """Say what became of a session: that it was moved, from when and where, or that it is cancelled, and why."""
    if drop_in.cancelled_at is not None:
        return f"Cancelled: {drop_in.cancelled_reason}"
    return f"Moved from {drop_in.moved_from}: {drop_in.moved_reason}" if drop_in.moved_at is not None else ""


def _one_day(drop_in: DropIn) -> bool:
    return day_of(drop_in.starts_at) == day_of(drop_in.ends_at)


def of_session(drop_in: DropIn, now: dt.datetime) -> dict[str, Any]:
    """Return what the public pages of a session need."""
    known = next(one for one in sessions(drop_in.consultation, now) if one["row"].pk == drop_in.pk)
    return of_one(drop_in.consultation, now) | {"session": known, "title": "Book a place at a drop-in session"}


def of_results(consultation: Consultation, now: dt.datetime) -> dict[str, Any]:
    """Return the published summary with its tables and changes."""
    kinds, rows = selectors.by_kind(consultation), selectors.by_row(consultation)
    hidden, trapped = selectors.hidden_counts(consultation)
    return of_one(consultation, now) | {
        "title": f"Answers: {consultation.title}",
        "summary": paragraphs(consultation.summary),
        "total": selectors.whole(kinds).total,
        "kinds_table": tally_table("Comments by kind of respondent", "Kind of respondent", kinds),
        "rows_table": tally_table("Comments by row", "Row", rows, link=consultation),
        "hidden": hidden,
        "trapped": trapped,
        "changes": _with_day(consultation.changes),
        "changes_table": changes_table(consultation.changes),
    }


def _with_day(changes: dict[str, Any]) -> dict[str, Any]:
    published = changes.get("published", "")
    return {**changes, "published_on": dt.date.fromisoformat(published) if published else None}


def changes_table(changes: dict[str, Any]) -> Table:
    """Return every fact that changed, before and after."""
    columns = [Column("Row"), Column("What"), Column("In the draft"), Column("Now")]
    rows = [
        [Cell(row["name"]), Cell(label), *(Cell(_in_words(label, words) or "Nothing") for words in (before, after))]
        for row in changes.get("changed", ())
        for label, before, after in row["facts"]
    ]
    return Table("Rows that changed", columns, rows, stacks=True)


def tally_table(
    caption: str,
    first: str,
    tallies: list[selectors.Tally],
    *,
    link: Consultation | None = None,
    outcomes: Sequence[Comment.Outcome] = tuple(Comment.Outcome),
) -> Table:
    """Return how many comments there were and which of the `outcomes` they had, with the sum as last row."""
    columns = [Column(first), Column("Comments", numeric=True)]
    columns += [Column(str(one.label).capitalize(), numeric=True) for one in outcomes]
    waiting = bool(outcomes) and any(one.unanswered for one in tallies)
    keys = [one.value for one in outcomes] + ([""] if waiting else [])
    if waiting:
        columns.append(Column("No answer yet", numeric=True))

    def line(one: selectors.Tally, href: str = "") -> list[Cell]:
        numbers = [one.total, *(one.outcomes.get(key, 0) for key in keys)]
        label = one.label[:1].upper() + one.label[1:]
        return [Cell(label, href=href), *(Cell(f"{number:,}") for number in numbers)]

    rows = [line(one, _row_href(link, one.key)) for one in tallies]
    total = line(selectors.whole(tallies)) if tallies else []
    return Table(caption, columns, rows, total=total, empty="Nobody commented.", stacks=True)


def _row_href(consultation: Consultation | None, key: str) -> str:
    if consultation is None:
        return ""
    if not key:
        return reverse("frameworks:consultation_whole", args=[consultation.pk])
    return reverse("frameworks:consultation_row", args=[consultation.pk, key])


def as_file(report: Report, consultation: Consultation, form: str) -> HttpResponse:
    """Answer with a document as a file to keep."""
    response = HttpResponse(documents.rendered(report, form), content_type=documents.FORMATS[form])
    name = f"consultation-{consultation.pk}-comments-{report.as_at}.{form}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
