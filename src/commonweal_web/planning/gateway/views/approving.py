"""The director or a delegate: approve measures, send one back; and a new version of an approved plan."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.pages import shown_versions
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page
from commonweal_web.planning.doors import may, plan_scope
from commonweal_web.planning.gateway import forms, pages
from commonweal_web.planning.gateway.scopes import approval_scope
from commonweal_web.planning.gateway.services import approving
from commonweal_web.planning.models import Plan, PlanMeasure

FOLDER = "planning/gateway"


@requires(Permission.PLAN_APPROVE, approval_scope)
def approve(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Approve the chosen measures; the last one locks the plan."""
    if request.method != "POST":
        return render(request, f"{FOLDER}/approve.html", pages.to_approve(plan, request.user, clock.today()))
    done, version = approving.measures_approve(
        plan=plan, shown=shown_versions(request), by=request.user, now=clock.now()
    )
    refs = ", ".join(one.ref for one in done)
    more = f" The plan is locked as version {version.number}." if version else ""
    messages.success(request, f"Approved: {refs}.{more}")
    return see_other(_after(request, plan))


@requires(Permission.PLAN_APPROVE, approval_scope)
def send_back(request: HttpRequest, measure: PlanMeasure) -> HttpResponse:
    """Send one measure back: the plan is written again."""
    plan = measure.plan
    form = forms.ReasonForm(data_of(request), initial={"version": measure.version})

    def act(answers: dict[str, Any]) -> Plan:
        return approving.measure_send_back(
            measure=measure, reason=answers["reason"], by=request.user, now=clock.now(), shown=answers["version"]
        )

    return form_page(
        request,
        form,
        act,
        done=_after(request, plan),
        said=f"{measure.ref} is sent back with your reason. Those who wrote the plan were told by mail.",
        template=f"{FOLDER}/send_back.html",
        title=f"Send {measure.ref} back",
        **pages.caption(plan),
        button="Send it back",
        cancel_url=reverse("planning:panel_approve", args=[plan.pk]),
    )


@requires(Permission.PLAN_DRAFT, plan_scope)
def reopen(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Write an approved plan again."""
    form = forms.ReasonForm(data_of(request), initial={"version": plan.version})

    def act(answers: dict[str, Any]) -> Plan:
        return approving.plan_reopen(
            plan=plan, reason=answers["reason"], by=request.user, now=clock.now(), shown=answers["version"]
        )

    home = reverse("planning:panel_gateway", args=[plan.pk])
    return form_page(
        request,
        form,
        act,
        done=home,
        said="The plan can be changed again. The locked version stays as it is until a new one is approved.",
        template=f"{FOLDER}/reopen.html",
        title="Make a new version",
        **pages.caption(plan),
        button="Open the plan again",
        cancel_url=home,
    )


def _after(request: HttpRequest, plan: Plan) -> str:
    """The plan's way for who reads it; a delegate who does not goes to the start page."""
    if may(request.user, Permission.PLAN_READ, plan):
        return reverse("planning:panel_gateway", args=[plan.pk])
    return reverse("reports:home")
