"""Measures of a body's own: the list, the form, retirement, and the release that is made of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse

from commonweal_web.core import clock, stale
from commonweal_web.core.errors import StaleVersion
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.frameworks.keeping import pages, scopes, selectors, services
from commonweal_web.frameworks.keeping.forms import MeasureForm, ReleaseForm, RetireForm
from commonweal_web.frameworks.keeping.services.releases import next_key
from commonweal_web.frameworks.keeping.standing import standings
from commonweal_web.frameworks.models import LocalMeasure
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission


@requires(Permission.MEASURES_READ, scopes.body_scope)
def local_measures(request: HttpRequest, body: Organisation) -> HttpResponse:
    """All measures of the body's own."""
    context = pages.body_context(body, request.user, "measures")
    rows, far = list(selectors.measures_of(body)), standings(body)
    context |= {
        "title": "Our measures",
        "table": pages.measures_table(
            "Measures that are not retired",
            [one for one in rows if one.retires_on is None],
            may_draft=bool(context["may_draft"]),
            far=far,
            empty="No measure of your own yet. Write one where no framework has what a contract needs.",
        ),
        "retired": pages.measures_table("Retired", [one for one in rows if one.retires_on], may_draft=False, far=far),
        "any_current": any(one.retires_on is None for one in rows),
    }
    return render(request, "frameworks/keeping/measures.html", context)


@requires(Permission.MEASURE_DRAFT, scopes.body_scope)
def local_measure_new(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Write a measure."""
    form = MeasureForm(request.POST or None, body=body, today=clock.today(), initial={"owner": request.user.pk})
    here = reverse("frameworks:local_measures", args=[body.pk])
    if form.is_valid():
        with with_form_errors(form):
            made = services.measure_add(body=body, fields=form.values(), by=request.user, now=clock.now())
            messages.success(
                request, f"{made.code} is kept. Contracts can take it once a release with it is published."
            )
            return see_other(here)
    context = {"title": "New measure", "caption": str(body), "form": form, "button": "Keep it", "cancel_url": here}
    return render(request, "frameworks/keeping/form.html", context, status_of(form))


@requires(Permission.MEASURE_DRAFT, scopes.measure_scope)
def local_measure(request: HttpRequest, measure: LocalMeasure) -> HttpResponse:
    """Change a measure."""
    form, conflict = _measure_form(request.POST or None, measure), None
    here = reverse("frameworks:local_measures", args=[measure.body_id])
    if form.is_valid():
        try:
            with with_form_errors(form):
                services.measure_edit(
                    measure=measure, fields=form.values(code=measure.code), by=request.user, now=clock.now(),
                    shown=form.cleaned_data["version"],
                )  # fmt: skip
                messages.success(request, f"{measure.code} is saved. Published releases stay as they are.")
                return see_other(here)
        except StaleVersion:
            measure.refresh_from_db()
            conflict = stale.beside(form, MeasureForm.of(measure), pages.retired_facts(measure))
            form = _measure_form(stale.renewed(request.POST, measure.version), measure)
    context = {
        "title": f"{measure.code} {measure.label}", "caption": str(measure.body), "form": form, "button": "Save",
        "cancel_url": here, "retire_url": reverse("frameworks:retire", args=[measure.body_id, measure.pk]),
        "conflict": conflict,
    }  # fmt: skip
    return render(request, "frameworks/keeping/form.html", context, stale.status(form, conflict))


def _measure_form(data: QueryDict | None, measure: LocalMeasure) -> MeasureForm:
    first = MeasureForm.of(measure)
    return MeasureForm(data, body=measure.body, today=clock.today(), known=True, initial=first)


@requires(Permission.MEASURE_DRAFT, scopes.measure_scope)
def retire(request: HttpRequest, measure: LocalMeasure) -> HttpResponse:
    """Retire a measure."""
    form, conflict = RetireForm(request.POST or None, initial=_as_retired(measure)), None
    here = reverse("frameworks:local_measures", args=[measure.body_id])
    if form.is_valid():
        try:
            with with_form_errors(form):
                said = dict(form.cleaned_data)
                shown = said.pop("version")
                services.measure_retire(measure=measure, by=request.user, now=clock.now(), shown=shown, **said)
                messages.success(request, f"{measure.code} is retired. Contracts that have it keep it.")
                return see_other(here)
        except StaleVersion:
            measure.refresh_from_db()
            conflict = stale.beside(form, {}, pages.measure_facts(measure))
            form = RetireForm(stale.renewed(request.POST, measure.version))
    context = {
        "title": f"Retire {measure.code}", "caption": measure.label, "form": form, "button": "Retire it",
        "cancel_url": here, "intro": "New KPIs cannot take it from that day. Where it runs it stays.",
        "conflict": conflict,
    }  # fmt: skip
    return render(request, "frameworks/keeping/form.html", context, stale.status(form, conflict))


def _as_retired(measure: LocalMeasure) -> dict[str, Any]:
    return {"version": measure.version, "retires_on": clock.today()}


@requires(Permission.MEASURE_DRAFT, scopes.body_scope)
def release_new(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Make a release of the measures in use."""
    today = clock.today()
    year = today.year + 1
    name = body.short_name or body.name
    key = next_key(body, year)
    title = f"{name} local measures {key.rsplit('-', 1)[-1]}"
    first = {"key": key, "title": title, "applies_from": today}
    form = ReleaseForm(request.POST or None, initial=first)
    if form.is_valid():
        with with_form_errors(form):
            pack = services.release_draft(body=body, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "The release is drafted. Look at what it changes, then propose it.")
            return see_other(reverse("frameworks:pack", args=[body.pk, pack.pk]))
    context = {
        "title": "Make a release of our measures", "caption": str(body), "form": form, "button": "Draft the release",
        "cancel_url": reverse("frameworks:local_measures", args=[body.pk]),
        "intro": "It holds every measure that is not retired on its first day. Somebody else publishes it.",
    }  # fmt: skip
    return render(request, "frameworks/keeping/form.html", context, status_of(form))
