"""Residents' priorities as officers keep them: make a form, follow it, leave robots out, publish the results."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonweal_web.contracts.pages import number, once
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page
from commonweal_web.planning.listening import pages, phases, scopes, selectors
from commonweal_web.planning.listening.forms import ExtendForm, PriorityForm, ReasonForm, SummaryForm
from commonweal_web.planning.listening.phases import Phase
from commonweal_web.planning.listening.services import priorities as services
from commonweal_web.planning.measures import selectors as measures
from commonweal_web.planning.models import Plan, Priority, PriorityAnswer

A_PAGE = 50
FOLDER = "planning/listening"


@requires(Permission.PLAN_READ, scopes.body_scope)
def priorities(request: HttpRequest, body: Organisation) -> HttpResponse:
    """The forms on priorities of a body."""
    rows = list(selectors.priorities_of(request.user, body).order_by("-opens", "-pk"))
    context = {
        "title": "What residents say matters",
        "caption": str(body),
        "body": body,
        "table": pages.priorities_table(rows, clock.today()),
        "may_draft": selectors.may_draft_at(request.user, body),
    }
    return render(request, f"{FOLDER}/priorities.html", context)


@requires(Permission.PLAN_DRAFT, scopes.body_scope)
def priority_new(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Make a form, from the needs of a plan or from options that somebody types."""
    plan = _plan(request, body)
    needs = [one.title for one in measures.ticked(plan)] if plan else []
    wards = measures.places_of(body)
    form = PriorityForm(data_of(request), needs=needs, initial={"needs": needs, "wards": "\n".join(wards)})
    here = reverse("planning:listening_plan", args=[plan.pk]) if plan else _list(body)
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            made = once(
                request,
                lambda: (
                    services.priority_make(
                        body=body, plan=plan, fields=form.values(), by=request.user, now=clock.now()
                    ).pk
                ),
            )
            messages.success(request, "The form is made, and everybody can see it.")
            return see_other(reverse("planning:listening_priority_office", args=[body.pk, made]))
    context = {
        "title": "Ask residents what matters",
        "caption": f"{plan.reference} {plan.title}" if plan else str(body),
        "form": form,
        "once": True,
        "button": "Make the form",
        "cancel_url": here,
    }
    return render(request, "layout_form.html", context, status_of(form))


@requires(Permission.PLAN_READ, scopes.priority_scope)
def priority(request: HttpRequest, priority: Priority) -> HttpResponse:
    """One form with its numbers; the order of the options once it has closed."""
    phase = phases.phase_of(priority, clock.today())
    over = phase in (Phase.CLOSED, Phase.PUBLISHED)
    context = _page(priority) | {
        "title": priority.title,
        "priority": priority,
        "phase": phase.value,
        "state": phases.WORDS[phase].capitalize(),
        "when": phases.when(priority, clock.today()),
        "introduction": pages.paragraphs(priority.introduction),
        "over": over,
        "may_draft": selectors.may_draft_at(request.user, priority.body),
        **pages.results(priority),
    }
    return render(request, f"{FOLDER}/priority_office.html", context)


@requires(Permission.PLAN_DRAFT, scopes.priority_scope)
def priority_edit(request: HttpRequest, priority: Priority) -> HttpResponse:
    """Before it opens, everything; while it is open, a later last day."""
    act: Any
    if phases.phase_of(priority, clock.today()) is Phase.OPEN:
        form: Any = ExtendForm(data_of(request), initial={"version": priority.version})
        title, said = "Let it stay open longer", "The new last day is shown to everybody."

        def act(answers: dict[str, Any]) -> Priority:
            return services.priority_extend(priority=priority, by=request.user, now=clock.now(), **answers)
    else:
        form = PriorityForm(data_of(request), initial=PriorityForm.of(priority))
        title, said = "Change the form", "The changes are saved."

        def act(answers: dict[str, Any]) -> Priority:
            version = answers["version"]
            return services.priority_edit(
                priority=priority, fields=form.values(), version=version, by=request.user, now=clock.now()
            )

    return _form(request, form, act, priority, title=title, said=said, button="Save")


@requires(Permission.PLAN_DRAFT, scopes.priority_scope)
def priority_publish(request: HttpRequest, priority: Priority) -> HttpResponse:
    """Publish the results with a summary."""
    form = SummaryForm(data_of(request), initial={"version": priority.version})
    return _form(
        request,
        form,
        lambda answers: services.priority_publish(priority=priority, by=request.user, now=clock.now(), **answers),
        priority,
        title="Publish the results",
        said="The results are published.",
        button="Publish the results",
    )


@requires(Permission.PLAN_DRAFT, scopes.priority_scope)
def answers(request: HttpRequest, priority: Priority) -> HttpResponse:
    """The words that came with answers, without ward and order."""
    rows = priority.answers.select_related("priority").order_by("pk")
    page = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    context = _page(priority) | {
        "title": "Answers and their words",
        "priority": priority,
        "table": pages.answers_table(list(page)),
        "page": page,
    }
    return render(request, f"{FOLDER}/answers.html", context)


@requires(Permission.PLAN_DRAFT, scopes.priority_scope)
def answer_hide(request: HttpRequest, priority: Priority, answer: PriorityAnswer) -> HttpResponse:
    """Leave an answer out of the results with a reason, or count it after all."""
    hidden = bool(answer.hidden_reason)
    form: Any = ReasonForm(data_of(request), initial={"version": 0})
    if hidden:
        del form.fields["reason"]
    back = reverse("planning:listening_answers", args=[priority.body_id, priority.pk])
    return form_page(
        request,
        form,
        lambda said: services.answer_hide(
            answer=answer, reason=said.get("reason", ""), by=request.user, now=clock.now()
        ),
        done=back,
        said="The answer counts." if hidden else "The answer is left out.",
        template="layout_form.html",
        title=f"Count answer {answer.pk} after all" if hidden else f"Leave answer {answer.pk} out",
        caption=priority.title,
        button="Count it" if hidden else "Leave it out",
        cancel_url=back,
    )


def _plan(request: HttpRequest, body: Organisation) -> Plan | None:
    """Return the plan that the form is about, where the address names one."""
    pk = number(request.GET.get("plan", ""))
    if pk is None:
        return None
    plans = Plan.objects.allowing(request.user, Permission.PLAN_DRAFT).filter(authority=body)
    return get_object_or_404(plans, pk=pk)


def _list(body: Organisation) -> str:
    return reverse("planning:listening_priorities", args=[body.pk])


def _page(priority: Priority) -> dict[str, Any]:
    about = f", plan {priority.plan.reference}" if priority.plan else ""
    return {"caption": f"{priority.body}{about}", "body": priority.body, "plan": priority.plan}


def _form(request: HttpRequest, form: Any, act: Any, priority: Priority, **context: Any) -> HttpResponse:
    here = reverse("planning:listening_priority_office", args=[priority.body_id, priority.pk])
    return form_page(
        request,
        form,
        act,
        done=here,
        template="layout_form.html",
        caption=priority.title,
        cancel_url=here,
        **context,
    )
