"""The end of a consultation: what was heard, in words, with every comment answered and what changed in the draft."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal_web.core.errors import Refused
from commonweal_web.frameworks.consulting import drafts
from commonweal_web.frameworks.consulting.phases import WORDS, Phase, day_of, phase_of
from commonweal_web.frameworks.consulting.services.making import locked, log
from commonweal_web.frameworks.models import Consultation, Pack


@transaction.atomic
def publish(
    *, consultation: Consultation, summary: str, version: int | None, by: Any, now: dt.datetime
) -> Consultation:
    """
    Publish the summary, the comments with their answers, and the changes in the release or draft that followed.

    :raises NotPermitted: for whoever does not draft measures at the body
    :raises Refused: before it has closed, or while a comment that is shown has no answer
    :raises StaleVersion: if somebody else changed it since
    """
    row, role = locked(consultation, by)
    row.expect(version)
    phase = phase_of(row, day_of(now))
    if phase is not Phase.CLOSED:
        raise Refused(f"Answers are published once the consultation has closed. This one is {WORDS[phase]}.")
    without = row.comments.filter(outcome="", hidden_reason="").count()
    if without:
        said = "1 comment has" if without == 1 else f"{without:,} comments have"
        raise Refused(f"{said} no answer yet. Answer every comment, then publish.", code="unanswered")
    if not summary.strip():
        raise Refused("Enter the summary.", code="summary", field="summary")
    row.summary, row.summary_by, row.summary_at = summary.strip(), by, now
    row.changes = _listed(row, now)
    row.touch()
    row.save(update_fields=["summary", "summary_by", "summary_at", "changes", "version"])
    new = {"summary": row.summary, "comments": row.comments.count(), **_counted(row.changes)}
    log(row, "consultation.published", by, role, now, new=new)
    return row


@transaction.atomic
def list_changes(*, consultation: Consultation, version: int | None, by: Any, now: dt.datetime) -> Consultation:
    """
    List the changes again, such as when the new release was published after the answers.

    :raises NotPermitted, StaleVersion: as `publish`
    :raises Refused: before the answers are published
    """
    row, role = locked(consultation, by)
    row.expect(version)
    if row.pack_id is None:
        raise Refused("It asked questions and had no draft, so no changes are listed.", code="no_draft")
    if row.summary_at is None:
        raise Refused("The changes are listed when the answers are published.", code="phase")
    old = _counted(row.changes)
    row.changes = _listed(row, now)
    row.touch()
    row.save(update_fields=["changes", "version"])
    log(row, "consultation.changes_listed", by, role, now, old=old, new=_counted(row.changes))
    return row


def follower(consultation: Consultation) -> Pack:
    """
    Return what followed the draft: the release that was published of it or that replaces it, else a later draft.

    The draft itself counts once its text is another than the one people saw.

    :raises Refused: where there was no draft
    """
    draft = consultation.pack
    if draft is None:
        raise Refused("It asked questions and had no draft, so nothing of a draft changes.", code="no_draft")
    packs = Pack.objects.filter(Q(key=draft.key) | Q(replaces=draft.key), body=draft.body, kind=draft.kind)
    since = packs.filter(published_at__gte=consultation.created_at)
    published = since.filter(state=Pack.State.PUBLISHED).order_by("-published_at", "-pk").first()
    if published is not None:
        return published
    later = packs.filter(state__in=[Pack.State.DRAFT, Pack.State.PROPOSED], drafted_at__gt=draft.drafted_at)
    return later.order_by("-drafted_at", "-pk").first() or draft


def changes_of(consultation: Consultation) -> tuple[Pack, drafts.Changes]:
    """
    Return what followed and how its rows differ from those that people saw.

    :raises Refused: if what followed cannot be read
    """
    found = follower(consultation)
    return found, drafts.compare(consultation.rows, drafts.rows_of(found))


def _listed(consultation: Consultation, now: dt.datetime) -> dict[str, Any]:
    if consultation.pack_id is None:
        return {}
    pack, changes = changes_of(consultation)
    published = pack.state == Pack.State.PUBLISHED
    return {
        "pack": pack.pk,
        "key": pack.key,
        "title": pack.title,
        "published": day_of(pack.published_at).isoformat() if published and pack.published_at else "",
        "listed": day_of(now).isoformat(),
        "added": changes.added,
        "removed": changes.removed,
        "changed": changes.changed,
    }


def _counted(changes: dict[str, Any]) -> dict[str, Any]:
    counts = {name: len(changes.get(name, ())) for name in ("added", "removed", "changed")}
    return {"release": changes.get("key", ""), **counts}
