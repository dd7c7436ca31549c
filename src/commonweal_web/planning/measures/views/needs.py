"""Needs of a body: the list, one need, its end; and the needs that a plan answers."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.pages import once
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.doors import plan_scope
from commonweal_web.planning.measures import pages, scopes, selectors
from commonweal_web.planning.measures.forms import NeedForm, ReasonForm, SearchForm, TickForm
from commonweal_web.planning.measures.services import needs as services
from commonweal_web.planning.models import Need, Plan


@requires(Permission.PLAN_READ, scopes.body_scope)
def needs(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Every need of a body, by ward."""
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["words"] if form.is_bound and form.is_valid() else ""
    place, closed = request.GET.get("place", ""), request.GET.get("closed", "") == "yes"
    rows = selectors.needs_of(body, place=place, words=words, closed=closed)
    may_draft = selectors.may_draft_at(request.user, body)
    context = {
        "title": "Closed needs" if closed else "Needs",
        "caption": str(body),
        "body": body,
        "form": form,
        "places": selectors.places_of(body),
        "place": place,
        "closed": closed,
        "table": pages.needs_table(rows, may_draft=may_draft),
        "may_draft": may_draft,
    }
    return render(request, "planning/measures/needs.html", context)


@requires(Permission.PLAN_DRAFT, scopes.body_scope)
def need_new(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Write a need down."""
    form = NeedForm(request.POST or None)
    here = reverse("planning:measure_needs", args=[body.pk])
    if form.is_valid():
        with with_form_errors(form):
            once(
                request,
                lambda: services.need_add(body=body, fields=form.values(), by=request.user, now=clock.now()).pk,
            )
            messages.success(request, "The need is on the list. Plans can tick it.")
            return see_other(here)
    context = {
        "title": "Add a need", "caption": str(body), "form": form, "once": True, "button": "Add it", "cancel_url": here,
    }  # fmt: skip
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.PLAN_DRAFT, scopes.need_scope)
def need(request: HttpRequest, need: Need) -> HttpResponse:
    """Change a need."""
    form = NeedForm(request.POST or None, initial=NeedForm.of(need))
    here = reverse("planning:measure_needs", args=[need.body_id])
    if form.is_valid():
        with with_form_errors(form):
            services.need_edit(
                need=need, fields=form.values(shown=need.shown), by=request.user, now=clock.now(),
                shown=form.cleaned_data["version"],
            )  # fmt: skip
            messages.success(request, "The need is saved.")
            return see_other(here)
    context = {
        "title": "Change a need", "caption": str(need.body), "form": form, "button": "Save", "cancel_url": here,
        "need": need, "close_url": reverse("planning:measure_need_close", args=[need.body_id, need.pk]),
    }  # fmt: skip
    return render(request, "planning/measures/need.html", context, status_of(form))


@requires(Permission.PLAN_DRAFT, scopes.need_scope)
def need_close(request: HttpRequest, need: Need) -> HttpResponse:
    """Close a need."""
    form = ReasonForm(request.POST or None, initial={"version": need.version})
    here = reverse("planning:measure_needs", args=[need.body_id])
    if form.is_valid():
        with with_form_errors(form):
            services.need_close(
                need=need, reason=form.cleaned_data["reason"], by=request.user, now=clock.now(),
                shown=form.cleaned_data["version"],
            )  # fmt: skip
            messages.success(request, "The need is closed. Plans that answer it keep it.")
            return see_other(here)
    context = {
        "title": "Close a need", "caption": need.title, "form": form, "button": "Close it", "cancel_url": here,
    }  # fmt: skip
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.PLAN_DRAFT, plan_scope)
def plan_needs(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Tick the needs that a plan answers."""
    rows = list(selectors.needs_to_tick(plan))
    first = [str(one.pk) for one in selectors.ticked(plan)]
    form = TickForm(request.POST or None, needs=rows, initial={"needs": first})
    if request.method == "POST" and not request.POST:
        form = TickForm({"needs": []}, needs=rows)
    if form.is_valid():
        with with_form_errors(form):
            chosen = [int(pk) for pk in form.cleaned_data["needs"]]
            services.plan_needs_set(plan=plan, needs=chosen, by=request.user, now=clock.now())
            messages.success(request, "The needs are kept. Measures are suggested for them.")
            return see_other(reverse("planning:measure_suggested", args=[plan.pk]))
    context = {
        "title": "Needs that this plan answers", "caption": f"{plan.reference} {plan.title}", "form": form,
        "plan": plan, "any": bool(rows), "button": "Save and see what is suggested",
        "cancel_url": reverse("planning:measure_list", args=[plan.pk]),
    }  # fmt: skip
    return render(request, "planning/measures/tick.html", context, status_of(form))
