"""A member's vote on a plan, and interests that somebody declares in it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.core.errors import Refused
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.gateway import members
from commonweal_web.planning.gateway.deciding import lines_of
from commonweal_web.planning.models import Condition, Interest, Plan, Sitting, Vote

LONGEST: int = Condition._meta.get_field("text").max_length or 500


@transaction.atomic
def vote_cast(*, sitting: Sitting, vote: str, reason: str = "", by: Any, now: dt.datetime) -> Vote:
    """
    Cast a vote, or another one in the place of an earlier; the log says that somebody voted, not how.

    :param reason: why it is sent back; of an approval with conditions the conditions, one a line
    :raises Refused: after the meeting, without a seat, with an interest, on one's own plan, or without a reason
    """
    plan = base.locked(sitting.plan, Permission.GATEWAY_VOTE, by)
    sitting = Sitting.objects.select_related("meeting__panel__body", "plan").get(pk=sitting.pk, plan=plan)
    if sitting.meeting.held_at is not None:
        raise Refused(
            "The meeting is held, so no vote is cast any more. Open the plan to see the decision.", code="held"
        )
    why = members.hindrance(sitting, by, base.day_of(now))
    if why:
        raise Refused(why, code="no_vote")
    reason = _reason(vote, reason)
    made = Vote.objects.create(sitting=sitting, member=by, vote=vote, reason=reason, at=now)
    new = {"meeting": sitting.meeting_id, "vote": made.pk}
    base.log(plan=plan, record=plan, verb="vote.cast", by=by, permission=Permission.GATEWAY_VOTE, now=now, new=new)
    return made


@transaction.atomic
def interest_declare(*, plan: Plan, words: str, by: Any, now: dt.datetime) -> Interest:
    """
    Declare an interest in a plan: who did neither votes on it, closes its conditions, nor approves it. A vote that they
    cast before counts no more.

    :raises Refused: without words, or a second time
    """
    permission = Permission.CONFLICT_DECLARE
    plan = base.locked(plan, permission, by)
    if not words.strip():
        raise Refused("Say what ties you to this plan.", code="no_words", field="words")
    if Interest.objects.filter(plan=plan, user=by).exists():
        raise Refused("You declared an interest in this plan already.", code="again")
    made = Interest.objects.create(plan=plan, user=by, words=words.strip(), at=now)
    base.log(
        plan=plan, record=plan, verb="interest.declared", by=by, permission=permission, now=now,
        new={"interest": made.pk}, reason=made.words,
    )  # fmt: skip
    return made


def _reason(vote: str, reason: str) -> str:
    if vote not in Sitting.Decision.values:
        raise Refused("Choose how you vote from the list.", code="vote", field="vote")
    reason = reason.strip()
    if vote == Sitting.Decision.SEND_BACK and not reason:
        raise Refused("Say why it is sent back, so that it can be mended.", code="no_reason", field="reason")
    if vote == Sitting.Decision.CONDITIONS:
        lines = lines_of(reason)
        if not lines:
            raise Refused("Write the conditions, one on each line.", code="no_reason", field="conditions")
        if max(len(line) for line in lines) > LONGEST:
            raise Refused(
                f"A condition has at most {LONGEST} characters. Write it shorter, or as two.",
                code="long",
                field="conditions",
            )
        return "\n".join(lines)
    return reason
