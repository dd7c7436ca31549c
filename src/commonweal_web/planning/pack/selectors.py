"""Which versions of a plan there are to make a pack from."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404

from commonweal_web.planning.models import Plan, PlanVersion


def versions_of(plan: Plan) -> QuerySet[PlanVersion]:
    """Return the approved versions of a plan, the newest first."""
    return plan.versions.select_related("approved_by").order_by("-number")


def version_of(plan: Plan, number: int) -> PlanVersion:
    """
    Return one approved version of a plan.

    :raises Http404: if there is no such version
    """
    found = versions_of(plan).filter(number=number).first()
    if found is None:
        raise Http404("This plan has no such version.")
    return found


def latest_of(plan: Plan) -> PlanVersion | None:
    """Return the newest approved version of a plan, or None."""
    return versions_of(plan).first()
