"""The line of the panel and the director on the plan's page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal_web.planning.gateway import selectors
from commonweal_web.planning.models import Plan, PlanMeasure
from commonweal_web.planning.sections import Section

State = Plan.State


def section(plan: Plan, user: Any) -> Section:
    """Return where the plan stands before the panel and the director, and what holds it."""
    status, hint = _standing(plan, user)
    return Section(
        key="gateway",
        title="Panel and director",
        url=reverse("planning:panel_gateway", args=[plan.pk]),
        status=f"{status[:1].upper()}{status[1:]}",
        done=plan.state == State.APPROVED,
        hint=hint,
    )


def _standing(plan: Plan, user: Any) -> tuple[str, str]:
    if plan.state in (State.DRAFT, State.SENT_BACK):
        left = selectors.missing(plan, user)
        status = "ready for the panel" if not left else "cannot go to the panel yet"
        return status if plan.state == State.DRAFT else f"sent back, {status}", _short(left)
    if plan.state == State.AT_PANEL:
        return "before the panel", _meeting(plan)
    if plan.state == State.CONDITIONS:
        rows = selectors.conditions_of(plan)
        left_open = [one.text for one in rows if one.closed_by_id is None]
        return f"{len(rows) - len(left_open)} of {len(rows)} conditions closed", "; ".join(left_open)
    if plan.state == State.PASSED:
        counts = selectors.measures_by_state(plan)
        done = counts.get(PlanMeasure.State.APPROVED, 0)
        return f"{done} of {sum(counts.values())} measures approved by the director", ""
    version = plan.versions.last()
    return f"approved, version {version.number}" if version else plan.get_state_display(), ""


def _short(left: list[str]) -> str:
    """What is missing; where it is more than one thing, only by name, since each has a line of its own above."""
    if len(left) < 2:
        return " ".join(left)
    return f"Not done: {'; '.join(one.partition(':')[0] for one in left)}."


def _meeting(plan: Plan) -> str:
    sitting = selectors.sitting_now(plan)
    if sitting is None:
        return ""
    on = sitting.meeting.on
    return f"{sitting.meeting.panel}, {on.day} {on:%B %Y}"
