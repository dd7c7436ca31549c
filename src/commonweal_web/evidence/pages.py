"""What the pages about evidence show, as data: tables, summary lists and timelines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from commonweal_web.audit.selectors import timeline
from commonweal_web.core.tables import Cell, Column, Event, Table, summary_row
from commonweal_web.core.templatetags.worth import day, moment
from commonweal_web.evidence import selectors
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.evidence.types import KINDS

KIB = 1024
VERBS = {
    "evidence_added": "Added",
    "evidence_described": "Description changed",
    "evidence_withdrawn": "Withdrawn",
    "evidence_read": "Opened",
    "evidence_people_read": "Opened, with the people in it",
    "evidence_spoilt": "Found spoilt",
    "evidence_sound_again": "Found sound again",
    "evidence_virus_found": "A virus was found",
}
LABELS = {kind.mime: kind.label for kind in KINDS.values()}


def size_words(size: int) -> str:
    """4.2 MB, 310 KB, 12 bytes."""
    if size >= KIB * KIB:
        return f"{size / KIB / KIB:.1f} MB"
    return f"{round(size / KIB)} KB" if size >= KIB else f"{size} bytes"


def people_words(item: EvidenceItem) -> str:
    """Whether people can be recognised in a file."""
    if item.is_redacted:
        return "Taken out: a copy made here, with initials and first halves of postcodes"
    if item.consent:
        return "Yes, and they agreed"
    return "Yes: an officer says why before it is opened" if item.has_people else "Nobody can be recognised"


def items_table(items: Iterable[EvidenceItem]) -> Table:
    """The files of a contract, one a row."""
    rows = [
        [
            Cell(item.name, href=reverse("evidence:item", args=[item.pk]), hint=item.note),
            Cell(day(item.period_starts) if item.period_starts else "–"),
            Cell(size_words(item.file.size)),
            Cell(_state_words(item)),
            Cell(day(item.uploaded_at), hint=item.uploaded_by.name),
        ]
        for item in items
    ]
    return Table(
        caption="Files",
        hide_caption=True,
        columns=[
            Column("File"),
            Column("Period from"),
            Column("Size", numeric=True),
            Column("State"),
            Column("Added"),
        ],
        rows=rows,
        empty="No files here yet. The supplier adds them with its return, or from this page.",
    )


def _state_words(item: EvidenceItem) -> str:
    if item.withdrawn_at is not None:
        return f"Withdrawn on {day(item.withdrawn_at)}"
    if item.file.spoilt:
        return "Spoilt: cannot be opened"
    return selectors.scan_words(item)


def item_rows(item: EvidenceItem) -> list[dict[str, Any]]:
    """The facts of one file."""
    by = f"{item.uploaded_by.name}, {item.supplier.name}" if item.supplier else item.uploaded_by.name
    rows = [
        summary_row("What it shows", item.note),
        summary_row("Kind and size", f"{LABELS.get(item.file.media_type, 'File')}, {size_words(item.file.size)}"),
        summary_row("Added", f"{moment(item.uploaded_at)} by {by}"),
        summary_row("Period from", day(item.period_starts) if item.period_starts else ""),
        summary_row("Virus check", selectors.scan_words(item)),
        summary_row("People", people_words(item)),
        summary_row("Fingerprint (SHA-256)", format_html('<code class="cw-hash">{}</code>', item.file.sha256)),
    ]
    if item.withdrawn_at is not None:
        rows.append(summary_row("Withdrawn", moment(item.withdrawn_at)))
    if item.redacted_from is not None:
        rows.append(summary_row("Made from", _link(item.redacted_from)))
    if item.replaces is not None:
        rows.append(summary_row("Takes the place of", _link(item.replaces)))
    for newer in item.replaced_by.all():
        rows.append(summary_row("Replaced by", _link(newer)))
    return rows


def _link(item: EvidenceItem) -> Any:
    return format_html('<a class="govuk-link" href="{}">{}</a>', reverse("evidence:item", args=[item.pk]), item.name)


def timeline_of(item: EvidenceItem, *, reasons: bool) -> list[Event]:
    """What happened to a file, newest first; the reasons that officers gave are for officers."""
    events = sorted([*timeline(item), *timeline(item.file)], key=lambda event: (event.at, event.pk), reverse=True)
    return [
        Event(
            title=VERBS.get(event.verb, event.verb.replace("_", " ").capitalize()),
            at=event.at,
            by=event.actor_name,
            text=event.reason if reasons or not event.verb.endswith("_read") else "",
        )
        for event in events
    ]
