"""What the officers' pages show: their consultations, comments that wait for an answer, what publishing would list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.paginator import Page
from django.urls import reverse
from django.utils.html import format_html_join

from commonweal_web.core.errors import Refused
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.frameworks.consulting import documents, pages, selectors
from commonweal_web.frameworks.consulting.phases import WORDS, Phase, day_of, phase_of
from commonweal_web.frameworks.consulting.services import publishing
from commonweal_web.frameworks.models import Comment, Consultation, DropIn, Seat

HIDING = (
    "Hide what is abuse, or what names or could harm somebody. The reason is shown in its place, so do not repeat what "
    "you hide. A comment that is only unwelcome stays."
)
SHOW = (("", "All"), ("open", "Without an answer"), ("answered", "Answered"), ("hidden", "Hidden"))


def overview(user: Any, day: dt.date) -> dict[str, Any]:
    """Return the consultations of a person's bodies as a table, the newest first."""
    columns = [Column("Consultation"), Column("State"), Column("Comments", numeric=True)]
    columns.append(Column("Without an answer", numeric=True))
    kept = selectors.kept_by(user).defer("rows", "changes").order_by("-opens", "-pk")
    rows = [_line(one, day) for one in kept]
    empty = "Nothing was put to comment yet. Begin with a draft of a framework or of links between frameworks."
    return {"table": Table("Your consultations", columns, rows, empty=empty, hide_caption=True, stacks=True)}


def of_one(consultation: Consultation, now: dt.datetime) -> dict[str, Any]:
    """Return how a consultation stands and what can be done now."""
    phase = phase_of(consultation, day_of(now))
    total, answered = (
        selectors.shown(consultation).count(),
        selectors.for_officers(consultation, show="answered").count(),
    )
    return {
        "consultation": consultation,
        "title": consultation.title,
        "caption": f"Consultation by {consultation.body}",
        "phase": phase.value,
        "state": WORDS[phase].capitalize(),
        "when": pages.when(consultation, day_of(now)),
        "total": total,
        "answered": answered,
        "left": total - answered,
        "sessions": sessions(consultation, now),
        "may_edit": phase in (Phase.COMING, Phase.OPEN),
        "may_withdraw": phase in (Phase.COMING, Phase.OPEN, Phase.CLOSED),
        "may_publish": phase is Phase.CLOSED and total == answered,
    }


def comments(consultation: Consultation, page: Page[Comment], show: str) -> dict[str, Any]:
    """Return one page of comments, each with its reference and row, and the links that choose which are listed."""
    titles = {row["key"]: row["name"] for row in consultation.rows}
    whole = "The draft as a whole"
    items = [(one, documents.reference(one), titles.get(one.row, whole)) for one in page]
    tabs = [{"text": words, "href": f"?show={key}" if key else "?", "current": key == show} for key, words in SHOW]
    return {"tabs": tabs, "comments": items, "page": page, "first_open": first_open(consultation)}


def sessions(consultation: Consultation, now: dt.datetime) -> Table:
    """Return the sessions with their places, and who comes, in the order in which they booked."""
    columns = [Column("Session"), Column("Places", numeric=True), Column("Taken", numeric=True)]
    columns += [Column("Waiting", numeric=True), Column("Who comes"), Column("What can be done")]
    names: dict[int, list[str]] = {}
    for seat in Seat.objects.filter(drop_in__consultation=consultation, state=Seat.State.PLACE).exclude(name=""):
        names.setdefault(seat.drop_in_id, []).append(seat.name)
    rows = [
        [
            Cell(pages.times(one), hint=" · ".join(part for part in (one.where, pages.note(one)) if part)),
            *(Cell(f"{number:,}") for number in (one.seats, one.taken, one.waiting)),  # type: ignore[attr-defined]
            Cell("; ".join(names.get(one.pk, ())) or "Nobody is named"),
            _acts(one, now),
        ]
        for one in selectors.places(consultation)
    ]
    return Table("Drop-in sessions", columns, rows, empty="There are no drop-in sessions.", stacks=True)


def _acts(drop_in: DropIn, now: dt.datetime) -> Cell:
    """Return the links that move and cancel a session, where it is still to be held."""
    if drop_in.cancelled_at is not None or drop_in.consultation.withdrawn_at is not None or drop_in.starts_at <= now:
        return Cell("Cancelled" if drop_in.cancelled_at is not None else "Nothing")
    return Cell(
        html=format_html_join(
            " ",
            '<a class="govuk-link" href="{}">{}<span class="govuk-visually-hidden"> the session on {}</span></a>',
            [
                (reverse(f"frameworks:consulting_{name}", args=[drop_in.consultation_id, drop_in.pk]), word, when)
                for name, word in (("move", "Move"), ("cancel", "Cancel"))
                for when in [pages.times(drop_in)]
            ],
        )
    )


def first_open(consultation: Consultation, after: int = 0) -> str:
    """Return the address of the next comment without an answer, or nothing where all have one."""
    waiting = selectors.for_officers(consultation, show="open")
    found = waiting.filter(pk__gt=after).first() or waiting.first()
    return reverse("frameworks:consulting_comment", args=[consultation.pk, found.pk]) if found else ""


def before_publishing(consultation: Consultation, now: dt.datetime) -> dict[str, Any]:
    """Return what publishing would show beside the summary: numbers, what is still missing, the changes."""
    kinds = selectors.by_kind(consultation)
    known = of_one(consultation, now)
    found: dict[str, Any] = {
        "consultation": consultation,
        "may_publish": known["may_publish"],
        "phase": known["phase"],
        "left": known["left"],
        "kinds_table": pages.tally_table("Comments by kind of respondent", "Kind of respondent", kinds, outcomes=()),
    }
    try:
        pack, changes = publishing.changes_of(consultation)
    except Refused as refused:
        return found | {"unreadable": refused.message}
    counts = {name: len(getattr(changes, name)) for name in ("added", "removed", "changed")}
    return found | {"pack": pack, "counts": counts}


def _line(consultation: Consultation, day: dt.date) -> list[Cell]:
    total = selectors.shown(consultation).count()
    left = selectors.for_officers(consultation, show="open").count()
    return [
        Cell(
            consultation.title,
            href=reverse("frameworks:consulting_one", args=[consultation.pk]),
            hint=pages.when(consultation, day),
        ),
        Cell(WORDS[phase_of(consultation, day)].capitalize()),
        Cell(f"{total:,}"),
        Cell(f"{left:,}"),
    ]
