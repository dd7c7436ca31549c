"""
Comments: sent by anybody, kept as they were sent, hidden with a reason where they must be, each answered.

Nobody's account is ever tied to a comment: who is signed in comments like everybody else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from types import SimpleNamespace
from typing import Any

from django.db import transaction

from commonweal_web.core import idempotency
from commonweal_web.core.errors import Refused
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.frameworks.consulting import drafts, guard
from commonweal_web.frameworks.consulting.phases import Phase, day_of, phase_of
from commonweal_web.frameworks.consulting.services.making import locked, log
from commonweal_web.frameworks.models import Comment, Consultation
from commonweal_web.organisations.services.common import said

PUBLIC = "public"
"""The role under which the log keeps what somebody did who needs no account."""
ANYBODY = SimpleNamespace(pk=0)
"""Whose form it is, where nobody is asked who they are."""


def send_comment(
    *,
    consultation: Consultation,
    row: str,
    text: str,
    name: str,
    kind: str,
    arrived: dt.datetime,
    trapped: bool = False,
    key: str = "",
) -> Comment:
    """
    Keep a comment on one row, or on the whole where `row` is empty; the same form sent twice is kept once.

    What decides is when the whole request had arrived. One that is `trapped` looks like a robot's: it is kept hidden,
    so that an officer can show it after all, and its sender is answered as everybody is.

    :raises Refused: before the first day and after the last, with when it arrived; or for a row that is not there
    """

    def act() -> int:
        refuse_out_of_time(consultation, arrived)
        if row and drafts.find(consultation.rows, row) is None:
            raise Refused("It has no such row. Open the consultation again.", code="row")
        return _keep(consultation, row, text.strip(), name.strip(), kind, arrived, trapped).pk

    body = _digest(str(consultation.pk), row, text, name, kind)
    once = _digest(key, body) if key else ""  # a form that is sent again with other words is another comment
    outcome = idempotency.idempotent(user=ANYBODY, key=once, body_hash=body, act=act, now=arrived)
    return Comment.objects.get(pk=int(outcome.reference))


@transaction.atomic
def answer_comment(
    *, comment: Comment, outcome: str, answer: str, version: int | None, by: Any, now: dt.datetime
) -> Comment:
    """
    Say what becomes of a comment, and why; it can be changed until the answers are published.

    :raises NotPermitted: for whoever does not draft measures at the body
    :raises Refused: once they are published, or without an outcome and words
    :raises StaleVersion: if somebody else changed it since
    """
    row, role = _locked(comment, by)
    row.expect(version)
    if row.consultation.summary_at is not None:
        day = said(day_of(row.consultation.summary_at))
        raise Refused(f"The answers were published on {day} and stay as they are.", code="published")
    if outcome not in Comment.Outcome.values:
        raise Refused("Choose what becomes of it.", code="outcome", field="outcome")
    if not answer.strip():
        raise Refused("Enter an answer in words.", code="answer", field="answer")
    old = {"outcome": row.outcome, "answer": row.answer}
    row.outcome, row.answer, row.answered_by, row.answered_at = outcome, answer.strip(), by, now
    row.touch()
    row.save(update_fields=["outcome", "answer", "answered_by", "answered_at", "version"])
    new = {"outcome": row.outcome, "answer": row.answer}
    log(row.consultation, "comment.answered", by, role, now, about=row, old=old, new=new)
    return row


@transaction.atomic
def hide_comment(*, comment: Comment, reason: str, version: int | None, by: Any, now: dt.datetime) -> Comment:
    """
    Let the public see the reason instead of a comment, such as abuse or somebody's personal data.

    :raises NotPermitted, StaleVersion: as `answer_comment`
    :raises Refused: without a reason
    """
    if not reason.strip():
        raise Refused("Enter why it is hidden.", code="reason", field="reason")
    return _set_hidden(comment, reason.strip(), version, by, now, "comment.hidden")


@transaction.atomic
def show_comment(*, comment: Comment, version: int | None, by: Any, now: dt.datetime) -> Comment:
    """
    Show a hidden comment after all; it needs an answer then, like every other.

    :raises NotPermitted, StaleVersion: as `answer_comment`
    :raises Refused: if the answers are published and it has none
    """
    return _set_hidden(comment, "", version, by, now, "comment.shown")


def _set_hidden(comment: Comment, reason: str, version: int | None, by: Any, now: dt.datetime, verb: str) -> Comment:
    row, role = _locked(comment, by)
    row.expect(version)
    if not reason and row.consultation.summary_at is not None and not row.outcome:
        raise Refused("The answers are published, and this comment has none. It stays hidden.", code="published")
    old = {"hidden": row.hidden_reason}
    row.hidden_reason = reason
    row.touch()
    row.save(update_fields=["hidden_reason", "version"])
    log(row.consultation, verb, by, role, now, about=row, old=old, new={"hidden": reason}, reason=reason)
    return row


def _locked(comment: Comment, by: Any) -> tuple[Comment, str]:
    """The consultation's row first, then the comment's: publishing waits for an answer that is being given."""
    consultation, role = locked(comment.consultation, by)
    row = Comment.objects.select_for_update().get(pk=comment.pk)
    row.consultation = consultation
    return row, role


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()


def refuse_out_of_time(consultation: Consultation, arrived: dt.datetime) -> None:
    """
    Refuse what arrived before the first day or after the last one.

    :raises Refused: with when it arrived
    """
    phase = phase_of(consultation, day_of(arrived))
    if phase is Phase.OPEN:
        return
    if phase is Phase.COMING:
        raise Refused(f"Comments are taken from {said(consultation.opens)}.", code="early")
    if phase is Phase.WITHDRAWN:
        raise Refused("This consultation was withdrawn, so nothing was kept.", code="withdrawn")
    raise Refused(
        f"The consultation closed at the end of {said(consultation.closes)}. What you sent arrived on "
        f"{moment(arrived)}, so it was not kept. It is still in the box below: copy it if you want to send it to "
        f"{consultation.body} another way.",
        code="late",
    )


def _keep(
    consultation: Consultation, row: str, text: str, name: str, kind: str, arrived: dt.datetime, trapped: bool
) -> Comment:
    made = Comment.objects.create(
        consultation=consultation,
        row=row,
        text=text,
        name=name,
        kind=kind,
        received_at=arrived,
        hidden_reason=guard.TRAPPED if trapped else "",
    )
    new = {"row": row, "kind": kind, "named": bool(name), "sha256": _digest(text)}
    log(consultation, "comment.received", None, PUBLIC, arrived, about=made, new=new)
    return made
