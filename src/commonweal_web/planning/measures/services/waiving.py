"""Setting a must-have of the policy aside: a recorded approval of the head of procurement, with the reason."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.measures import selectors
from commonweal_web.planning.models import Plan, Waiver
from commonweal_web.planning.policies.deciding import decide_plan

MAY = Permission.MUST_HAVE_WAIVE
OFFICE = "head of procurement"
"""The office in which a procurement officer of the plan sets aside; what a policy leaves to another is refused."""


@transaction.atomic
def must_have_waive(*, plan: Plan, theme: str, reason: str, by: Any, now: dt.datetime) -> Waiver:
    """
    Record that the plan may go without measures of a theme that the policy asks for.

    :raises NotPermitted: for who made the plan or proposed one of its measures, with who can
    :raises Refused: without a reason, for what the plan does not lack, or where the policy names another office
    """
    plan, on = base.locked(plan, MAY, by), base.day_of(now)
    base.written(plan)
    not_own(plan, by, on)
    lacking = selectors.missing_musts(plan, selectors.measures_of(plan), decide_plan(plan, on))
    must = next((one for one in lacking if one.theme == theme), None)
    if must is None:
        raise Refused("The plan has what the policy asks for here. Nothing is to be set aside.", code="not_missing")
    if must.waived_by != OFFICE:
        who = f"leaves that to the {must.waived_by}" if must.waived_by else "lets nobody do that"
        raise Refused(
            f"You cannot set this aside: the policy {who}. Choose a measure that serves it.", code="office",
            field="theme",
        )  # fmt: skip
    if not reason.strip():
        raise Refused("Give the reason: it is shown to the panel and stays on record.", code="reason", field="reason")
    made = Waiver.objects.create(plan=plan, theme=theme, office=OFFICE, reason=reason.strip(), by=by, at=now)
    base.log(
        plan=plan, record=plan, verb="must_have_waived", by=by, permission=MAY, now=now,
        new={"theme": theme, "office": OFFICE}, reason=reason,
    )  # fmt: skip
    return made


def not_own(plan: Plan, by: Any, on: dt.date) -> None:
    """
    Refuse who made the plan or proposed a measure of it.

    :raises NotPermitted: with who can
    """
    if by.pk not in selectors.not_for_waiving(plan):
        return
    others = [str(one) for one in selectors.who_can_waive(plan, on)]
    who = f"{' or '.join(others)} can" if others else "Name another procurement officer on the page of its people"
    raise NotPermitted(
        f"You made {plan.reference} or proposed one of its measures, so you cannot set aside what it lacks. {who}.",
        code="own",
    )
