"""Who works on a plan."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import child_scope, may, plan_scope
from commonweal_web.planning.models import Plan, PlanPart
from commonweal_web.planning.plans import pages, selectors, services
from commonweal_web.planning.plans.forms import EndPartForm, PartForm


@requires(Permission.PLAN_READ, plan_scope)
def plan_people(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Who works, worked or will work on a plan."""
    context = pages.plan_context(plan, request.user, "plan_people")
    parts = selectors.parts_of(plan)
    changes = bool(context["may_draft"]) and plan.state != Plan.State.WITHDRAWN
    context |= {"title": "People", "table": pages.parts_table(parts, may_draft=changes), "may_change": changes}
    return render(request, "planning/plans/people.html", context)


@requires(Permission.PLAN_DRAFT, plan_scope)
def plan_part_give(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Give somebody a part."""
    today = clock.today()
    form = PartForm(request.POST or None, plan=plan, today=today, initial={"starts": today})
    here = reverse("planning:plan_people", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            made = services.part_give(plan=plan, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, f"{made.user} is {made.get_part_display()}, and was told by mail.")
            return see_other(here)
    context = {"title": "Give somebody a part", "caption": str(plan), "form": form, "button": "Give this part",
               "cancel_url": here}  # fmt: skip
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.PLAN_DRAFT, child_scope(PlanPart, "part"))
def plan_part_end(request: HttpRequest, plan: Plan, part: PlanPart) -> HttpResponse:
    """End a part, or hand it over."""
    today = clock.today()
    form = EndPartForm(request.POST or None, part=part, today=today, initial={"ends": today})
    here = reverse("planning:plan_people", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            services.part_end(part=part, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The hand-over is recorded.")
            stays = may(request.user, Permission.PLAN_READ, plan)
            return see_other(here if stays else reverse("planning:plan_bodies"))
    title = f"Hand over from {part.user}, {part.get_part_display()}"
    context = {"title": title, "caption": str(plan), "form": form, "button": "Save", "cancel_url": here}
    return render(request, "layout_form.html", context, status_of(form))
