"""The weight of social value: where it stands, setting it, approving one below the least weight."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.base import OPEN
from commonweal_web.planning.doors import may, plan_scope
from commonweal_web.planning.models import Plan
from commonweal_web.planning.plans import pages, selectors, services, weighing
from commonweal_web.planning.plans.forms import ReasonForm, WeightForm
from commonweal_web.planning.policies.portfolio import average_for, average_words, quarter_of_plan


@requires(Permission.PLAN_READ, plan_scope)
def plan_weight(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Weight, split and least weight with its reasons; and who approved, or still may, one below it."""
    decided = selectors.decided_today(plan)
    standing = weighing.weighing_of(plan, decided)
    is_open = plan.state in OPEN
    may_approve = is_open and bool(standing.missing) and may(request.user, Permission.WEIGHT_BELOW_FLOOR, plan)
    context = pages.plan_context(plan, request.user, "plan_weight") | {
        "title": "Weight of social value",
        "decided": decided,
        "standing": standing,
        "split": weighing.split_words(plan),
        "floor": pages.floor_words(decided),
        "reasons": [one for one in decided.least_weight.results if one in decided.applying],
        "may_set": is_open and may(request.user, Permission.WEIGHT_SET, plan),
        "may_approve": may_approve and request.user in weighing.who_may(plan),
        "who": weighing.who_may(plan) if standing.missing else [],
        **_quarter(plan),
    }
    return render(request, "planning/plans/weight.html", context)


def _quarter(plan: Plan) -> dict[str, object]:
    """The average weight of the plan's quarter, and whether this plan is on the panel's list because of it."""
    average, listed = average_for(plan, clock.today())
    if average is None:
        return {}
    return {
        "average": average_words(average, quarter_of_plan(plan)),
        "listed": any(line.plan.pk == plan.pk for line in listed),
    }


@requires(Permission.WEIGHT_SET, plan_scope)
def plan_weight_set(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Set weight and split."""
    decided = selectors.decided_today(plan)
    least = decided.least_weight.weighting
    first = {
        "weight": plan.weight if plan.weight is not None else least and least.percent,
        "quantitative": plan.quantitative if plan.weight is not None else least and least.quantitative,
        "qualitative": plan.qualitative if plan.weight is not None else least and least.qualitative,
        "reason": plan.weight_reason,
        "version": plan.version,
    }
    form = WeightForm(request.POST or None, initial=first)
    here = reverse("planning:plan_weight", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            said = dict(form.cleaned_data)
            row = services.weight_set(plan=plan, by=request.user, now=clock.now(), shown=said.pop("version"), **said)
            waiting = weighing.weighing_of(row, decided).waiting
            messages.success(request, f"The weight is saved. {waiting}." if waiting else "The weight is saved.")
            return see_other(here)
    context = {"title": "Set the weight", "caption": str(plan), "form": form, "button": "Save", "cancel_url": here,
               "floor": pages.floor_words(decided), "decided": decided}  # fmt: skip
    return render(request, "planning/plans/weight_form.html", context, status_of(form))


@requires(Permission.WEIGHT_BELOW_FLOOR, plan_scope)
def plan_weight_approve(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Approve a weight below the least weight, as one of two."""
    decided = selectors.decided_today(plan)
    form = ReasonForm(
        request.POST or None, label="Why is the lower weight right here?", initial={"version": plan.version}
    )
    here = reverse("planning:plan_weight", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            services.weight_approve(
                plan=plan, reason=form.cleaned_data["reason"], by=request.user, now=clock.now(),
                shown=form.cleaned_data["version"],
            )  # fmt: skip
            messages.success(request, "Your approval is recorded.")
            return see_other(here)
    context = {"title": "Approve a weight below the least weight", "caption": str(plan), "form": form, "plan": plan,
               "button": "Approve this weight", "cancel_url": here, "floor": pages.floor_words(decided),
               "split": weighing.split_words(plan), "decided": decided}  # fmt: skip
    return render(request, "planning/plans/weight_approve.html", context, status_of(form))
