"""Soundings of the market about a plan: made as a consultation whose rows are questions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction

from commonweal_web.core.errors import Refused
from commonweal_web.frameworks.consulting import services as consulting
from commonweal_web.frameworks.models import Consultation
from commonweal_web.planning import base
from commonweal_web.planning.listening.services.common import MAY
from commonweal_web.planning.models import Plan, Sounding

State = Plan.State
OVER = (State.WITHDRAWN, State.APPROVED)
"""States in which answers would change nothing any more."""


@transaction.atomic
def sounding_make(
    *,
    plan: Plan,
    title: str,
    introduction: str,
    questions: Sequence[str],
    opens: dt.date,
    closes: dt.date,
    by: Any,
    now: dt.datetime,
) -> Sounding:
    """
    Ask the market questions about a plan between two days.

    :raises NotPermitted: for who does not draft the plan
    :raises Refused: where the plan is withdrawn or approved, without questions, or if the days are not in order
    """
    plan = base.locked(plan, MAY, by)
    if plan.state in OVER:
        raise Refused(
            f"{plan.reference} is {plan.get_state_display()}: answers would change nothing any more.", code="state"
        )
    asked = consulting.ask(
        body=plan.authority,
        questions=questions,
        title=title,
        introduction=introduction,
        opens=opens,
        closes=closes,
        by=by,
        now=now,
    )
    made = Sounding.objects.create(plan=plan, consultation=asked)
    new = {"title": asked.title, "opens": opens, "closes": closes, "questions": _questions(asked)}
    new |= {"consultation": asked.pk}
    base.log(plan=plan, record=plan, verb="sounding_made", by=by, permission=MAY, now=now, new=new)
    return made


@transaction.atomic
def sounding_in_tender(*, sounding: Sounding, wanted: bool, by: Any, now: dt.datetime) -> None:
    """
    Say whether the summary goes into the tender pack. Where nothing changes, nothing is written.

    :raises NotPermitted: for who does not draft the plan
    :raises Refused: before its answers are published, and once the plan is withdrawn
    """
    plan = base.locked(sounding.plan, MAY, by)
    row = Sounding.objects.select_for_update(of=("self",)).select_related("consultation").get(pk=sounding.pk)
    if row.in_tender == wanted:
        return
    if plan.state == State.WITHDRAWN:
        raise Refused(f"{plan.reference} is withdrawn, so there is no tender.", code="state")
    if row.consultation.summary_at is None:
        raise Refused("Publish the answers first: their summary is what goes with the tender.", code="unpublished")
    row.in_tender = wanted
    row.save(update_fields=["in_tender"])
    verb = "sounding_put_in_tender" if wanted else "sounding_left_out_of_tender"
    new = {"consultation": row.consultation_id, "in_tender": wanted}
    base.log(plan=plan, record=plan, verb=verb, by=by, permission=MAY, now=now, new=new)


def _questions(asked: Consultation) -> list[str]:
    return [one["title"] for one in asked.rows]
