"""Listening about one plan: its soundings, its forms on priorities, and a new sounding."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.contracts.pages import once
from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.frameworks.consulting import services as consulting
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page
from commonweal_web.planning.doors import may
from commonweal_web.planning.listening import pages, scopes
from commonweal_web.planning.listening.forms import QuestionsForm, SoundingForm
from commonweal_web.planning.listening.services import soundings as services
from commonweal_web.planning.models import Plan, Sounding
from commonweal_web.planning.plans.pages import plan_context

FOLDER = "planning/listening"


@requires(Permission.PLAN_READ, scopes.plan_scope)
def plan_listening(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Who was asked about a plan, and what came of it."""
    day = clock.today()
    context = plan_context(plan, request.user, "listening") | {
        "title": "Market and residents",
        "soundings": pages.soundings(plan, day),
        "priorities": pages.priorities_table(list(plan.priorities.select_related("body")), day),
        "may_ask": may(request.user, Permission.PLAN_DRAFT, plan) and plan.state not in services.OVER,
    }
    return render(request, f"{FOLDER}/plan.html", context)


@requires(Permission.PLAN_DRAFT, scopes.plan_scope)
def sounding_new(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Ask the market questions about a plan."""
    form = SoundingForm(data_of(request), initial={"title": f"Market sounding: {plan.title}"[:200]})
    here = reverse("planning:listening_plan", args=[plan.pk])
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            facts = {name: form.cleaned_data[name] for name in ("title", "introduction", "opens", "closes")}
            once(
                request,
                lambda: (
                    services.sounding_make(
                        plan=plan, questions=form.lines, by=request.user, now=clock.now(), **facts
                    ).pk
                ),
            )
            messages.success(request, "The sounding is made, and everybody can see it.")
            return see_other(here)
    context = {
        "title": "Ask the market",
        "caption": f"{plan.reference} {plan.title}",
        "form": form,
        "once": True,
        "button": "Make the sounding",
        "cancel_url": here,
    }
    return render(request, f"{FOLDER}/sounding_form.html", context, status_of(form))


@requires(Permission.PLAN_DRAFT, scopes.sounding_scope)
def sounding_questions(request: HttpRequest, sounding: Sounding) -> HttpResponse:
    """Change the questions before the sounding opens."""
    asked = sounding.consultation
    said = "\n".join(one["title"] for one in asked.rows)
    form = QuestionsForm(data_of(request), initial={"questions": said, "version": asked.version})
    here = reverse("planning:listening_plan", args=[sounding.plan_id])
    return form_page(
        request,
        form,
        lambda answers: consulting.ask_otherwise(
            consultation=asked, questions=form.lines, version=answers["version"], by=request.user, now=clock.now()
        ),
        done=here,
        said="The questions are changed.",
        template="layout_form.html",
        title="Change the questions",
        caption=asked.title,
        button="Save the questions",
        cancel_url=here,
    )


@require_POST
@requires(Permission.PLAN_DRAFT, scopes.sounding_scope)
def sounding_tender(request: HttpRequest, sounding: Sounding) -> HttpResponse:
    """Put the summary into the tender pack, or leave it out."""
    wanted = request.POST.get("wanted") == "yes"
    services.sounding_in_tender(sounding=sounding, wanted=wanted, by=request.user, now=clock.now())
    messages.success(request, "The summary goes with the tender." if wanted else "The summary stays out of the tender.")
    return see_other(reverse("planning:listening_plan", args=[sounding.plan_id]))
