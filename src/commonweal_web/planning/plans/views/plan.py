"""The plan's own page, its facts, what law and policy ask, its timeline, and giving it up."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import task
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import plan_scope
from commonweal_web.planning.models import Plan
from commonweal_web.planning.plans import asking, pages, selectors, services
from commonweal_web.planning.plans.forms import PlanForm, QuestionsForm, ReasonForm
from commonweal_web.planning.policies.deciding import Decided
from commonweal_web.planning.sections import SECTIONS, Section

A_PAGE = 50


@requires(Permission.PLAN_READ, plan_scope)
def plan_page(request: HttpRequest, plan: Plan) -> HttpResponse:
    """What is left to do on a plan, and what policy asks of it."""
    decided = selectors.decided_today(plan)
    lines = [section(plan, request.user) for section in SECTIONS]
    context = pages.plan_context(plan, request.user, "plan_page") | {
        "title": plan.title,
        "numbers": pages.headline(plan, decided),
        "tasks": [_task(one) for one in lines],
        "done": sum(one.done for one in lines),
        "total": len(lines),
        "rows": pages.fact_rows(plan, change=False),
        "decided": decided,
        "demands": pages.demands(decided),
        "delivery": pages.delivery_words(decided),
        "limits": pages.limit_words(decided.limits),
        "withdrawable": plan.state not in (Plan.State.AT_PANEL, Plan.State.WITHDRAWN),
    }
    return render(request, "planning/plans/plan.html", context)


def _task(one: Section) -> dict[str, Any]:
    return task(one.title, one.url, one.status, done=one.done, hint=one.hint)


@requires(Permission.PLAN_DRAFT, plan_scope)
def plan_facts(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Change a plan's facts."""
    form = PlanForm(request.POST or None, body=plan.authority, initial=PlanForm.of(plan))
    here = reverse("planning:plan_page", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            services.plan_edit(
                plan=plan, facts=form.facts(), by=request.user, now=clock.now(), shown=form.cleaned_data["version"]
            )
            messages.success(request, "The facts are saved, and what policy and law ask was worked out again.")
            return see_other(here)
    context = {"title": "Facts of the plan", "caption": str(plan), "form": form, "button": "Save", "cancel_url": here}
    return render(request, "planning/plans/plan_form.html", context, status_of(form))


@requires(Permission.PLAN_READ, plan_scope)
def plan_law(request: HttpRequest, plan: Plan) -> HttpResponse:
    """What each rule of the body's policy and of the law says of a plan, and why."""
    decided = selectors.decided_today(plan)
    context = pages.plan_context(plan, request.user, "plan_law") | {
        "title": "What law and policy ask",
        "decided": decided,
        "own": pages.rules_table(
            "Our policy", decided.own, empty="No policy of this body is in force, so only the law is asked."
        ),
        "law": pages.rules_table("Law and policy notes", _by_weight(decided), empty="No rule of law is known."),
        "questions": asking.questions_of(plan, decided),
        "floor": pages.floor_words(decided),
        "delivery": pages.delivery_words(decided),
        "limits": pages.limit_words(decided.limits),
    }
    return render(request, "planning/plans/law.html", context)


def _by_weight(decided: Decided) -> list[Any]:
    """Rules that apply first, then those that cannot be told, then the others."""
    order = ["applies", "unknown", "does not apply"]
    return sorted(decided.law, key=lambda one: order.index(one.answer.value))


@requires(Permission.PLAN_DRAFT, plan_scope)
def plan_questions(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Answer what law and policy ask and the plan does not give."""
    questions = asking.questions_of(plan, selectors.decided_today(plan))
    form = QuestionsForm(request.POST or None, questions=questions, initial={"version": plan.version})
    here = reverse("planning:plan_law", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            services.plan_answer(
                plan=plan, answers=form.answers(), by=request.user, now=clock.now(), shown=form.cleaned_data["version"]
            )
            messages.success(request, "The answers are saved. Answers can lead to new questions: look below.")
            return see_other(here)
    context = {
        "title": "Facts for law and policy",
        "caption": str(plan),
        "form": form,
        "button": "Save",
        "cancel_url": here,
    }
    return render(request, "planning/plans/questions.html", context, status_of(form))


@requires(Permission.PLAN_DRAFT, plan_scope)
def plan_withdraw(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Give a plan up."""
    form = ReasonForm(request.POST or None, label="Why is it withdrawn?", initial={"version": plan.version})
    here = reverse("planning:plan_page", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            services.plan_withdraw(
                plan=plan, reason=form.cleaned_data["reason"], by=request.user, now=clock.now(),
                shown=form.cleaned_data["version"],
            )  # fmt: skip
            messages.success(request, f"{plan.reference} is withdrawn. It stays here to be read.")
            return see_other(here)
    context = {"title": "Withdraw this plan", "caption": str(plan), "form": form, "button": "Withdraw it",
               "cancel_url": here}  # fmt: skip
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.PLAN_READ, plan_scope)
def plan_timeline(request: HttpRequest, plan: Plan) -> HttpResponse:
    """What happened to a plan and to what belongs to it."""
    page = Paginator(selectors.timeline_of(plan), A_PAGE).get_page(request.GET.get("page"))
    context = pages.plan_context(plan, request.user, "plan_timeline") | {
        "title": "Timeline",
        "events": pages.events_of(page),
        "page": page,
    }
    return render(request, "planning/plans/timeline.html", context)
