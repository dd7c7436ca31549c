"""The plans of a body, and a new one."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.pages import once
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day as day_words
from commonweal_web.core.templatetags.worth import pounds_short
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Plan, PlanPart
from commonweal_web.planning.plans import pages, selectors, services
from commonweal_web.planning.plans.forms import PlanFilter, PlanForm
from commonweal_web.planning.plans.scopes import body_scope
from commonweal_web.planning.plans.weighing import split_words

A_PAGE = 25
COLUMNS = (
    Column("Plan"),
    Column("State"),
    Column("Value", numeric=True),
    Column("Tier"),
    Column("Weight"),
    Column("Who"),
    Column("Begins"),
)


@requires(Permission.PLAN_READ)
def plan_bodies(request: HttpRequest) -> HttpResponse:
    """Go to the plans of the one body that somebody plans for, or list several."""
    bodies = list(selectors.bodies_of(request.user))
    if len(bodies) == 1:
        return see_other(reverse("planning:plan_list", args=[bodies[0].pk]))
    return render(request, "planning/plans/bodies.html", {"title": "Plans of procurements", "bodies": bodies})


@requires(Permission.PLAN_READ, body_scope)
def plan_list(request: HttpRequest, body: Organisation) -> HttpResponse:
    """The plans of a body that this person may read."""
    form = PlanFilter(request.GET or None)
    answers = form.cleaned_data if form.is_bound and form.is_valid() else {}
    page = Paginator(selectors.listing(request.user, body, **answers), A_PAGE).get_page(request.GET.get("page"))
    people, tiers = selectors.people_on(page, clock.today()), selectors.tiers_of(page, clock.today())
    count = page.paginator.count
    empty = "No plan fits this filter. Clear it to see all." if answers else "There is no plan yet that you may read."
    may_draft = organisations.organisations_with(request.user, Permission.PLAN_DRAFT).filter(pk=body.pk).exists()
    context = {
        "title": "Plans of procurements",
        "caption": str(body),
        "body": body,
        "filter": form,
        "clear_url": request.path,
        "table": Table(
            f"{count} plan{'' if count == 1 else 's'}",
            COLUMNS,
            [_cells(one, people.get(one.pk, []), tiers[one.pk]) for one in page],
            empty=empty,
            dense=True,
        ),
        "page": page,
        "may_draft": may_draft and body.is_authority,
    }
    return render(request, "planning/plans/list.html", context)


def _cells(plan: Plan, parts: list[PlanPart], tier: str) -> list[Cell]:
    who = [f"{one.user.name} ({one.get_part_display()})" for one in parts]
    return [
        Cell(plan.title, href=reverse("planning:plan_page", args=[plan.pk]), hint=plan.reference),
        Cell(pages.state_words(plan)),
        Cell(pounds_short(plan.value_pence)),
        Cell(tier.capitalize() or "–"),
        Cell(split_words(plan) or "Not set"),
        Cell(", ".join(who) or "Nobody"),
        Cell(day_words(plan.starts)),
    ]


@requires(Permission.PLAN_DRAFT, body_scope)
def plan_new(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Make a plan; its maker becomes commissioner, procurement officer or lead of it."""
    form = PlanForm(request.POST or None, body=body)
    if form.is_valid():
        with with_form_errors(form):
            made = once(
                request,
                lambda: services.plan_create(body=body, facts=form.facts(), by=request.user, now=clock.now()).pk,
            )
            messages.success(request, f"{form.cleaned_data['reference']} is kept. This is what is left to do.")
            return see_other(reverse("planning:plan_page", args=[made]))
    context = {
        "title": "New plan",
        "caption": str(body),
        "form": form,
        "once": True,
        "button": "Make the plan",
        "cancel_url": reverse("planning:plan_list", args=[body.pk]),
    }
    return render(request, "planning/plans/plan_form.html", context, status_of(form))
