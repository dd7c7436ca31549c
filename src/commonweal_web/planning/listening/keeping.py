"""Who keeps a sounding, and where it belongs: told to the consultations through their hooks."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal_web.frameworks.models import Consultation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.doors import may
from commonweal_web.planning.models import Plan, Sounding


def keeper(user: Any, consultation: Consultation) -> str:
    """Return the role in which somebody keeps a sounding, because they draft its plan."""
    plan = _plan_of(consultation)
    if plan is None or not may(user, Permission.PLAN_DRAFT, plan):
        return ""
    return base.role_of(user, Permission.PLAN_DRAFT)


def home(consultation: Consultation) -> tuple[str, str] | None:
    """Return the page of the plan that a sounding is about."""
    plan = _plan_of(consultation)
    return None if plan is None else (reverse("planning:listening_plan", args=[plan.pk]), f"Plan {plan.reference}")


def _plan_of(consultation: Consultation) -> Plan | None:
    if consultation.pack_id is not None:
        return None
    found = Sounding.objects.filter(consultation=consultation).select_related("plan").first()
    return found.plan if found else None
