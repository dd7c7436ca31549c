"""Measures of a plan: what is chosen, what is suggested, one measure, and what is set aside."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.contracts.pages import once, version_of
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.base import OPEN
from commonweal_web.planning.doors import child_scope, may, plan_scope
from commonweal_web.planning.measures import pages, selectors, suggesting
from commonweal_web.planning.measures.forms import ChooseForm, MeasureForm, SearchForm, WaiveForm
from commonweal_web.planning.measures.services import choosing, waiving
from commonweal_web.planning.models import Plan, PlanMeasure
from commonweal_web.planning.plans.pages import limit_words, plan_context
from commonweal_web.planning.policies.deciding import decide_plan

measure_scope = child_scope(PlanMeasure, "measure")


@requires(Permission.PLAN_READ, plan_scope)
def measure_list(request: HttpRequest, plan: Plan) -> HttpResponse:
    """What is chosen, what it costs those who answer it, and what stands against it."""
    rows, decided = selectors.measures_of(plan), decide_plan(plan, clock.today())
    context = plan_context(plan, request.user, "measure_list")
    context |= {
        "title": "Needs and measures",
        "needs": selectors.ticked(plan),
        "rows": rows,
        "table": pages.measures_table(rows, may_write=bool(context["may_write"])),
        "burden": pages.burden_words(rows) if rows else "",
        "why": pages.why_rows(rows),
        "data_missing": pages.data_missing(plan, rows),
        "problems": [selectors.in_words(one) for one in selectors.problems_of(plan, rows, decided)],
        "limits": limit_words(decided.limits),
        "version": decided.version,
        "out_of_date": [one.ref for one in selectors.out_of_date(plan, rows)],
        "waivers": plan.waivers.select_related("by"),
        "may_waive": plan.state in OPEN
        and bool(selectors.missing_musts(plan, rows, decided))
        and may(request.user, Permission.MUST_HAVE_WAIVE, plan),
    }
    return render(request, "planning/measures/measures.html", context)


@requires(Permission.PLAN_DRAFT, plan_scope)
def suggested(request: HttpRequest, plan: Plan) -> HttpResponse:
    """What is suggested and why, beside the whole framework; what is ticked is chosen."""
    search = SearchForm(request.GET or None)
    words = search.cleaned_data["words"] if search.is_bound and search.is_valid() else ""
    decided = decide_plan(plan, clock.today())
    usable = frameworks.may_use(plan.framework, body=plan.authority_id)
    codes = [one.code for one in frameworks.measures_of(plan.framework)] if usable else []
    form = ChooseForm(request.POST or None, codes=codes)
    if request.method == "POST" and not request.POST.getlist("codes"):
        form = ChooseForm({"codes": []}, codes=codes)
    if form.is_valid():
        with with_form_errors(form):
            return _choose(request, plan, form.cleaned_data["codes"])
    found = suggesting.suggested_for(plan, decided)
    shown = set() if words else {one.measure.code for one in found.suggestions}
    left_out = shown | {one.ref for one in selectors.measures_of(plan)}
    left_out |= suggesting.not_taken(plan, clock.today()) if usable else set()
    every = frameworks.search(words, release_id=plan.framework) if usable else []
    chosen = request.POST.getlist("codes")
    context = plan_context(plan, request.user, "measure_list") | {
        "title": "Choose measures",
        "form": form,
        "search": search,
        "words": words,
        "notes": found.notes,
        "suggestions": pages.suggestions_table(found.suggestions, chosen),
        "others": pages.release_table(plan, [one for one in every if one.code not in left_out], chosen),
        "limits": limit_words(decided.limits),
        "version": decided.version,
        "usable": usable,
    }
    return render(request, "planning/measures/suggested.html", context, status_of(form))


def _choose(request: HttpRequest, plan: Plan, codes: list[str]) -> HttpResponse:
    text = once(request, lambda: _chosen(request, plan, codes))
    refs, _, first = text.partition("|")
    messages.success(request, f"Chosen: {refs}.")
    if first:
        return see_other(reverse("planning:measure_edit", args=[plan.pk, int(first)]))
    return see_other(reverse("planning:measure_list", args=[plan.pk]))


def _chosen(request: HttpRequest, plan: Plan, codes: list[str]) -> str:
    """Choose, and return the references; of a single one also its key, since its form comes next."""
    made = choosing.measures_choose(plan=plan, codes=codes, by=request.user, now=clock.now())
    refs = ", ".join(one.ref for one in made)[:400]
    return f"{refs}|{made[0].pk if len(made) == 1 else ''}"


@requires(Permission.PLAN_DRAFT, plan_scope)
def local(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Write an indicator of one's own, without pounds."""
    form = MeasureForm(request.POST or None, plan=plan, measure=None, initial={"ref": _next_ref(plan)})
    if form.is_valid():
        with with_form_errors(form):
            fields = form.values()
            once(
                request,
                lambda: choosing.measure_write(plan=plan, fields=fields, by=request.user, now=clock.now()).pk,
            )
            messages.success(request, f"{fields.kpi.ref} is kept.")
            return see_other(reverse("planning:measure_list", args=[plan.pk]))
    return _form(request, plan, form, {"title": "Write an indicator", "once": True})


def _next_ref(plan: Plan) -> str:
    taken = {one.ref for one in selectors.measures_of(plan)}
    return next(ref for ref in (f"L{number}" for number in range(1, len(taken) + 2)) if ref not in taken)


@requires(Permission.PLAN_DRAFT, measure_scope)
def measure_edit(request: HttpRequest, plan: Plan, measure: PlanMeasure) -> HttpResponse:
    """Change a measure."""
    known = frameworks.measure_or_none(plan.framework, measure.measure)
    form = MeasureForm(request.POST or None, plan=plan, measure=known, known_ref=True, initial=MeasureForm.of(measure))
    if form.is_valid():
        with with_form_errors(form):
            choosing.measure_edit(
                measure=measure, fields=form.values(ref=measure.ref), by=request.user, now=clock.now(),
                shown=form.cleaned_data["version"],
            )  # fmt: skip
            messages.success(request, f"{measure.ref} is saved. You are its proposer now.")
            return see_other(reverse("planning:measure_list", args=[plan.pk]))
    return _form(request, plan, form, {"title": f"Change {measure.ref}", "row": measure, "measure": known})


def _form(request: HttpRequest, plan: Plan, form: MeasureForm, more: dict[str, Any]) -> HttpResponse:
    context = {
        "caption": f"{plan.reference} {plan.title}", "form": form, "button": "Save", "plan": plan,
        "cancel_url": reverse("planning:measure_list", args=[plan.pk]), **more,
    }  # fmt: skip
    return render(request, "planning/measures/measure.html", context, status_of(form))


@require_POST
@requires(Permission.PLAN_DRAFT, measure_scope)
def measure_move(request: HttpRequest, plan: Plan, measure: PlanMeasure) -> HttpResponse:
    """Put a measure one place up or down."""
    up = request.POST.get("to", "up") != "down"
    choosing.measure_move(measure=measure, up=up, by=request.user, now=clock.now())
    return see_other(reverse("planning:measure_list", args=[plan.pk]))


@require_POST
@requires(Permission.PLAN_DRAFT, measure_scope)
def measure_remove(request: HttpRequest, plan: Plan, measure: PlanMeasure) -> HttpResponse:
    """Take a measure out of the plan."""
    choosing.measure_remove(measure=measure, by=request.user, now=clock.now(), shown=version_of(request))
    messages.success(request, f"{measure.ref} is removed.")
    return see_other(reverse("planning:measure_list", args=[plan.pk]))


@require_POST
@requires(Permission.PLAN_DRAFT, plan_scope)
def measures_value(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Work out anew what units are worth."""
    count = choosing.measures_value(plan=plan, by=request.user, now=clock.now())
    messages.success(request, f"{count} value{'' if count == 1 else 's'} worked out anew.")
    return see_other(reverse("planning:measure_list", args=[plan.pk]))


@requires(Permission.MUST_HAVE_WAIVE, plan_scope)
def measure_waive(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Set a must-have aside, as head of procurement."""
    decided = decide_plan(plan, clock.today())
    musts = selectors.missing_musts(plan, selectors.measures_of(plan), decided)
    form = WaiveForm(request.POST or None, musts=musts)
    here = reverse("planning:measure_list", args=[plan.pk])
    if form.is_valid():
        with with_form_errors(form):
            waiving.must_have_waive(plan=plan, by=request.user, now=clock.now(), **form.cleaned_data)
            messages.success(request, "Your approval is on record. The panel sees it with your reason.")
            return see_other(here)
    context = {
        "title": "Set a must-have aside", "caption": f"{plan.reference} {plan.title}", "form": form,
        "button": "Record my approval", "cancel_url": here, "musts": musts, "version": decided.version,
    }  # fmt: skip
    return render(request, "planning/measures/waive.html", context, status_of(form))
