"""What stands before and after the panel: what is missing, which meetings fit, how a plan's sittings stand."""

from __future__ import annotations

import datetime as dt
from itertools import takewhile
from typing import Any

from django.db.models import Count, QuerySet

from commonweal_web.planning.models import Condition, Meeting, Panel, Plan, PlanMeasure, Sitting, Vote
from commonweal_web.planning.sections import SECTIONS, Section

OWN_SECTION = "commonweal_web.planning.gateway.section"


def sections_before(plan: Plan, user: Any) -> list[Section]:
    """Return what the parts of planning before the panel say of a plan."""
    parts = takewhile(lambda make: make.__module__ != OWN_SECTION, list(SECTIONS))
    return [make(plan, user) for make in parts]


def missing(plan: Plan, user: Any) -> list[str]:
    """Return what still has to be done before a plan can go to the panel, one sentence for each part."""
    left = [one for one in sections_before(plan, user) if not one.done]
    found = [f"{one.title}: {(one.hint or one.status).rstrip('.')}." for one in left]
    sent_back = PlanMeasure.objects.filter(plan=plan, state=PlanMeasure.State.SENT_BACK)
    reasons = ((one.ref, one.decision_reason.rstrip(".")) for one in sent_back)
    return found + [f"{ref} was sent back: {reason}. Change it, or remove it." for ref, reason in reasons]


def fits(panel: Panel, plan: Plan, on: dt.date) -> bool:
    """Whether a panel takes plans of this category and directorate on a day."""
    if panel.body_id != plan.authority_id or (panel.ends is not None and panel.ends < on):
        return False
    if panel.directorate_id is not None and panel.directorate_id != plan.directorate_id:
        return False
    wanted = [str(prefix) for prefix in panel.categories]
    return not wanted or any(plan.category.startswith(prefix) for prefix in wanted if prefix)


def meetings_for(plan: Plan, day: dt.date) -> list[Meeting]:
    """Return the meetings from `day` on, not held, of panels that take this plan; the next first."""
    rows = Meeting.objects.filter(panel__body=plan.authority, held_at__isnull=True, on__gte=day)
    rows = rows.exclude(sittings__plan=plan).select_related("panel").order_by("on", "panel__name")
    return [one for one in rows if fits(one.panel, plan, one.on)]


def meetings_of(panel: Panel) -> QuerySet[Meeting]:
    """Return a panel's meetings with the number of plans on each agenda, the latest first."""
    return panel.meetings.annotate(plans=Count("sittings")).order_by("-on", "-pk")


def sittings_of(plan: Plan) -> QuerySet[Sitting]:
    """Return every time a plan was before a panel, the latest first."""
    return plan.sittings.select_related("meeting__panel__body", "put_by", "decided_by").order_by("-put_at", "-pk")


def sitting_now(plan: Plan) -> Sitting | None:
    """Return the sitting on which a plan's state rests, if any."""
    return sittings_of(plan).first()


def conditions_of(plan: Plan) -> QuerySet[Condition]:
    """Return the conditions of the latest decision on a plan."""
    latest = sitting_now(plan)
    rows = Condition.objects.filter(sitting=latest) if latest else Condition.objects.none()
    return rows.select_related("sitting__meeting__panel", "answered_by", "closed_by", "document")


def open_conditions(plan: Plan) -> QuerySet[Condition]:
    """Return the conditions that hold a plan."""
    return conditions_of(plan).filter(closed_by__isnull=True)


def vote_of(sitting: Sitting, user: Any) -> Vote | None:
    """Return somebody's own latest vote."""
    return sitting.votes.filter(member=user).order_by("-pk").first()


def measures_by_state(plan: Plan) -> dict[str, int]:
    """Return how many measures of the present edition are in each state."""
    rows = PlanMeasure.objects.filter(plan=plan).order_by().values("state").annotate(count=Count("pk"))
    return {row["state"]: row["count"] for row in rows}
