"""What the pack says on the plan's own page: from which version it is ready."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal_web.core.clock import LONDON
from commonweal_web.planning.models import Plan
from commonweal_web.planning.pack.selectors import latest_of
from commonweal_web.planning.sections import Section


def section(plan: Plan, user: Any) -> Section:
    """Say which version the pack is made from, or what it waits for."""
    found = latest_of(plan)
    if found is None:
        return Section(
            key="pack",
            title="Tender pack",
            url="",
            status="Not yet",
            done=False,
            hint="It is made from the version that is locked when the KPIs are approved.",
        )
    day = found.approved_at.astimezone(LONDON).date()
    return Section(
        key="pack",
        title="Tender pack",
        url=reverse("planning:pack_list", args=[plan.pk]),
        status=f"Version {found.number} of {day.day} {day:%B}, pack ready",
        done=True,
        hint="" if plan.state == Plan.State.APPROVED else "The plan was opened again; a new version will replace it.",
    )
