"""Recording a review meeting with its actions, and what came of each action."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from commonweal_web.contracts import approvers
from commonweal_web.contracts.models import Contract
from commonweal_web.contracts.services import base
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.organisations.policies import Permission
from commonweal_web.performance.models import Action, Review

MOST_ACTIONS = 20


@dataclass(frozen=True, slots=True)
class NewAction:
    """An action as it was agreed: what, who, and by which day."""

    text: str
    owner: str
    due: dt.date


@transaction.atomic
def review_record(
    *,
    contract: Contract,
    on: dt.date,
    present: str,
    notes: str,
    actions: Sequence[NewAction],
    by: Any,
    now: dt.datetime,
) -> Review:
    """
    Record a meeting that was held, with the actions that came of it.

    :raises NotPermitted: if `by` is not assigned to the contract, or has a tie with its supplier
    :raises Invalid: for a day to come, or an action due before the meeting
    """
    row = _locked(contract, by, now)
    _check(row, on, actions, base.day_of(now))
    made = Review.objects.create(
        contract=row, on=on, present=present.strip(), notes=notes.strip(), recorded_by=by, recorded_at=now
    )
    Action.objects.bulk_create(
        Action(contract=row, review=made, text=one.text.strip(), owner=one.owner.strip(), due=one.due)
        for one in actions
    )
    base.log(
        contract=row,
        record=made,
        verb="review_recorded",
        by=by,
        role=base.role_of(by, Permission.REVIEW_RECORD),
        now=now,
        new={
            "on": on,
            "present": made.present,
            "notes": made.notes,
            "actions": [{"text": one.text, "owner": one.owner, "due": one.due} for one in actions],
        },
    )
    return made


@transaction.atomic
def action_done(*, action: Action, on: dt.date, note: str, version: int | None, by: Any, now: dt.datetime) -> Action:
    """
    Mark an action as done on a day, with what came of it.

    :raises NotPermitted: as `review_record`
    :raises Refused: if it was marked already
    :raises StaleVersion: if somebody changed it in the meantime
    """
    contract = _locked(action.contract, by, now)
    row = Action.objects.select_for_update().get(pk=action.pk)
    if row.done_on is not None:
        raise Refused("This action was marked as done already.", code="done")
    row.expect(version)
    if on > base.day_of(now):
        raise Invalid({"on": ["The day on which it was done must be today or earlier."]})
    row.done_on, row.done_note = on, note.strip()
    row.touch()
    row.save(update_fields=["done_on", "done_note", "version"])
    base.log(
        contract=contract,
        record=row,
        verb="action_done",
        by=by,
        role=base.role_of(by, Permission.REVIEW_RECORD),
        now=now,
        old={"done_on": None},
        new={"done_on": on},
        reason=row.done_note,
    )
    return row


def _locked(contract: Contract, by: Any, now: dt.datetime) -> Contract:
    row = base.locked(contract, Permission.REVIEW_RECORD, by)
    tie = approvers.tie_of(row, by, base.day_of(now))
    if tie:
        raise NotPermitted(f"{tie} Somebody without a tie records the meeting.", code="conflict")
    return row


def _check(contract: Contract, on: dt.date, actions: Sequence[NewAction], today: dt.date) -> None:
    problems: dict[str, list[str]] = {}
    if on > today:
        problems["on"] = ["The day of the meeting must be today or earlier."]
    if on < contract.starts:
        problems["on"] = ["The day of the meeting must not be before the contract starts."]
    if len(actions) > MOST_ACTIONS:
        problems[""] = [f"Record at most {MOST_ACTIONS} actions of one meeting."]
    for number, one in enumerate(actions, start=1):
        if one.due < on:
            problems.setdefault(f"due_{number}", []).append(f"Action {number} must be due on or after the meeting.")
    if problems:
        raise Invalid(problems)
