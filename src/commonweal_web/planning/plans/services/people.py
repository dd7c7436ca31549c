"""Who works on a plan: parts between two days, and hand-over."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commonweal_web.core.errors import Refused
from commonweal_web.core.forms import said
from commonweal_web.organisations.models import ActingFor, Membership, Organisation, User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import Role
from commonweal_web.planning import base
from commonweal_web.planning.models import Plan, PlanPart
from commonweal_web.planning.querysets import PARTS

DAY = dt.timedelta(days=1)
ROLE_OF_PART: dict[str, Role] = {part: role for role, part in PARTS.items()}
"""The role that somebody must hold to take a part."""
DRAFTING = ("commissioner", "procurement", "lead")
"""The parts of those who write a plan; without any of them nobody could finish it."""


@transaction.atomic
def part_give(
    *,
    plan: Plan,
    user: User,
    part: str,
    starts: dt.date,
    by: Any,
    now: dt.datetime,
    ends: dt.date | None = None,
) -> PlanPart:
    """
    Give a person a part in a plan from a day on.

    :raises Refused: if they lack the role, have the part already, or the days contradict each other
    """
    row = base.locked(plan, Permission.PLAN_DRAFT, by)
    not_withdrawn(row)
    if ends is not None and ends < starts:
        raise Refused("The last day must not be before the first day.", code="dates", field="ends")
    if PlanPart.objects.filter(in_force(starts), plan=row, user=user, part=part).exists():
        raise Refused(f"{user} has this part on that day already.", code="duplicate", field="user")
    made = _given(row, user, part, starts, ends, by)
    base.log(
        plan=row, record=made, verb="plan_part_given", by=by, permission=Permission.PLAN_DRAFT, now=now,
        new={"part": part, "user": user.pk, "starts": starts, "ends": ends},
    )  # fmt: skip
    _tell(row, made, by, now)
    return made


@transaction.atomic
def part_end(*, part: PlanPart, ends: dt.date, by: Any, now: dt.datetime, handed_to: User | None = None) -> PlanPart:
    """
    End somebody's part on a day, and give it to another person from the next day on where one is named.

    :raises Refused: if nobody would be left to write the plan, or as `part_give` for the successor
    """
    plan = base.locked(part.plan, Permission.PLAN_DRAFT, by)
    not_withdrawn(plan)
    row = PlanPart.objects.select_for_update().select_related("user").get(pk=part.pk)
    if row.ends is not None and row.ends < base.day_of(now):
        raise Refused(f"This part ended on {said(row.ends)}.", code="state")
    if ends < row.starts:
        raise Refused(f"The part begins on {said(row.starts)}. Choose that day or a later one.",
                      code="dates", field="ends")  # fmt: skip
    if handed_to is None:
        _someone_stays(plan, row, ends)
    row.ends = ends
    row.save(update_fields=["ends"])
    if handed_to is not None:
        made = _given(plan, handed_to, row.part, ends + DAY, None, by)
        _tell(plan, made, by, now)
    base.log(
        plan=plan, record=row, verb="plan_part_handed_over" if handed_to else "plan_part_ended", by=by,
        permission=Permission.PLAN_DRAFT, now=now,
        new={"part": row.part, "user": row.user_id, "ends": ends, "to": handed_to.pk if handed_to else None},
    )  # fmt: skip
    return row


def not_withdrawn(plan: Plan) -> None:
    """
    Refuse to change who works on a plan that was given up.

    :raises Refused: with its state
    """
    if plan.state == Plan.State.WITHDRAWN:
        raise Refused(f"{plan.reference} is withdrawn, so nobody works on it any more.", code="state")


def staff_of(body: Organisation, day: dt.date) -> QuerySet[User]:
    """Return who holds a role that a part needs at a body, or at a service acting for it, on a day; by name."""
    rows = Membership.objects.filter(in_force(day), role__in=list(ROLE_OF_PART.values()), user__is_active=True)
    return User.objects.filter(pk__in=rows.filter(organisation__in=_houses(body, day)).values("user")).order_by("name")


def _houses(body: Organisation, day: dt.date) -> list[int]:
    services = ActingFor.objects.filter(in_force(day), partner=body).values_list("service", flat=True)
    return [body.pk, *services]


def _given(plan: Plan, user: User, part: str, starts: dt.date, ends: dt.date | None, by: Any) -> PlanPart:
    role = ROLE_OF_PART[part]
    held = Membership.objects.filter(in_force(starts), user=user, role=role, user__is_active=True)
    if not held.filter(organisation__in=_houses(plan.authority, starts)).exists():
        raise Refused(
            f"{user} is no {role.label} of {plan.authority} on {said(starts)}. An administrator of the body gives "
            "roles.",
            code="role", field="user",
        )  # fmt: skip
    if PlanPart.objects.filter(plan=plan, user=user, part=part, starts=starts).exists():
        raise Refused(f"{user} took this part on that day already.", code="duplicate", field="user")
    return PlanPart.objects.create(plan=plan, user=user, part=part, starts=starts, ends=ends, given_by=by)


def _someone_stays(plan: Plan, leaving: PlanPart, ends: dt.date) -> None:
    if leaving.part not in DRAFTING or leaving.part == "lead":
        return
    others = PlanPart.objects.filter(in_force(ends + DAY), plan=plan, part__in=("commissioner", "procurement"))
    if not others.exclude(pk=leaving.pk).exists():
        raise Refused(
            f"{plan.reference} needs a commissioner or a procurement officer. Name who takes over.",
            code="nobody_left", field="handed_to",
        )  # fmt: skip


def _tell(plan: Plan, made: PlanPart, by: Any, now: dt.datetime) -> None:
    base.tell(
        plan=plan, to=made.user, key=f"part:{made.pk}",
        subject=f"you are {made.get_part_display()} from {said(made.starts)}",
        body=f"{by} gave you this part in the plan {plan.reference} {plan.title}.\n", now=now,
    )  # fmt: skip
