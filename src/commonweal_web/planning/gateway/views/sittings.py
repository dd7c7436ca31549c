"""A plan before the panel: where it stands, the pack, votes, interests, conditions."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page
from commonweal_web.planning.doors import may, plan_scope
from commonweal_web.planning.gateway import forms, members, pack, pages, selectors
from commonweal_web.planning.gateway.scopes import condition_scope, put_scope, sitting_scope
from commonweal_web.planning.gateway.services import conditions, meetings, votes
from commonweal_web.planning.models import Condition, Plan, Sitting
from commonweal_web.planning.plans.content import sha256_of

FOLDER = "planning/gateway"


def _home(plan: Plan) -> str:
    return reverse("planning:panel_gateway", args=[plan.pk])


@requires(Permission.PLAN_READ, plan_scope)
def gateway(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Where a plan stands on its way through panel and director."""
    return render(request, f"{FOLDER}/gateway.html", pages.standing(plan, request.user, clock.today()))


@requires(Permission.PANEL_ARRANGE, put_scope)
def put(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Put the plan before a meeting."""
    fitting = selectors.meetings_for(plan, clock.today())
    form = forms.PutForm(data_of(request), meetings=fitting, initial={"version": plan.version})

    def act(answers: dict[str, Any]) -> Sitting:
        return meetings.plan_put(
            plan=plan, meeting=answers["meeting"], by=request.user, now=clock.now(), shown=answers["version"]
        )

    return form_page(
        request,
        form,
        act,
        done=lambda made: pages.meeting_url(made.meeting),
        said="The plan is on the agenda, and the members were told by mail. It is not changed until they decide.",
        template=f"{FOLDER}/put.html",
        title="Put the plan before a panel",
        **pages.caption(plan),
        left=selectors.missing(plan, request.user),
        fitting=fitting,
        button="Put it on the agenda",
        cancel_url=_home(plan) if may(request.user, Permission.PLAN_READ, plan) else reverse("reports:home"),
    )


@requires(Permission.PLAN_READ, sitting_scope)
def sitting(request: HttpRequest, plan: Plan, sitting: Sitting) -> HttpResponse:
    """The pack, as the panel sees it."""
    sitting.plan = plan
    return render(request, f"{FOLDER}/sitting.html", pages.sitting_page(sitting, request.user, clock.today()))


@requires(Permission.PLAN_READ, sitting_scope)
def pack_file(request: HttpRequest, plan: Plan, sitting: Sitting, form: str) -> HttpResponse:
    """The pack as PDF; or as JSON the very text whose SHA-256 the page shows."""
    if form not in pack.FORMATS:
        raise Http404("There is no such format.")
    response = HttpResponse(pack.rendered(sitting, form), content_type=pack.FORMATS[form])
    safe = "".join(letter if letter.isalnum() or letter in "-_" else "-" for letter in plan.reference)
    response["Content-Disposition"] = f'attachment; filename="{safe}-panel-{sitting.meeting.on}.{form}"'
    return response


@requires(Permission.GATEWAY_VOTE, sitting_scope)
def vote(request: HttpRequest, plan: Plan, sitting: Sitting) -> HttpResponse:
    """Vote, or vote again."""
    sitting.plan = plan
    form = forms.VoteForm(data_of(request), initial=_voted(selectors.vote_of(sitting, request.user)))
    here = reverse("planning:panel_sitting", args=[plan.pk, sitting.pk])
    return form_page(
        request,
        form,
        lambda answers: votes.vote_cast(
            sitting=sitting, vote=answers["vote"], reason=form.words, by=request.user, now=clock.now()
        ),
        done=here,
        said="Your vote is counted. You can change it until the meeting is held; others see it then.",
        template=f"{FOLDER}/vote.html",
        title="Vote",
        **pages.caption(plan),
        meeting=sitting.meeting,
        why_not=members.hindrance(sitting, request.user, clock.today()),
        interest_url=reverse("planning:panel_interest", args=[plan.pk]),
        button="Vote",
        cancel_url=here,
        cancel_text="Back to the pack",
    )


def _voted(vote: Any) -> dict[str, str]:
    return {"vote": vote.vote, "conditions": vote.reason, "reason": vote.reason} if vote else {}


@requires(Permission.CONFLICT_DECLARE, plan_scope)
def interest(request: HttpRequest, plan: Plan) -> HttpResponse:
    """Declare an interest in the plan."""
    return form_page(
        request,
        forms.InterestForm(data_of(request)),
        lambda answers: votes.interest_declare(plan=plan, by=request.user, now=clock.now(), **answers),
        done=_home(plan),
        said="Your interest is recorded. You take no part in the decision on this plan.",
        template=f"{FOLDER}/interest.html",
        title="Declare an interest in this plan",
        **pages.caption(plan),
        button="Declare it",
        cancel_url=_home(plan),
    )


@requires(Permission.PLAN_DRAFT, condition_scope)
def answer(request: HttpRequest, plan: Plan, condition: Condition) -> HttpResponse:
    """Say how a condition was met."""
    form = forms.AnswerForm(
        data_of(request),
        documents=plan.documents.filter(withdrawn_reason=""),
        initial={"version": condition.version, "answer": condition.answer, "document": condition.document_id},
    )

    def act(answers: dict[str, Any]) -> Condition:
        return conditions.condition_answer(
            condition=condition, answer=answers["answer"], document=answers["document"], by=request.user,
            now=clock.now(), shown=answers["version"],
        )  # fmt: skip

    return form_page(
        request,
        form,
        act,
        done=_home(plan),
        said="Your answer is kept, and the members of the panel were told by mail. One of them closes the condition.",
        template=f"{FOLDER}/condition.html",
        title="Answer a condition",
        **pages.caption(plan),
        condition=condition,
        button="Save the answer",
        cancel_url=_home(plan),
    )


@requires(Permission.GATEWAY_VOTE, condition_scope)
def close(request: HttpRequest, plan: Plan, condition: Condition) -> HttpResponse:
    """Close a condition, or say what its answer lacks."""
    condition.sitting.plan = plan
    changes, content = pages.changes_since(condition.sitting)
    initial = {"version": condition.version, "content": sha256_of(content)}
    form = forms.CloseForm(data_of(request), initial=initial)

    def act(answers: dict[str, Any]) -> Condition:
        facts: dict[str, Any] = {"condition": condition, "by": request.user, "now": clock.now()}
        if answers["verdict"] == forms.RETURN:
            return conditions.condition_return(reason=answers["reason"], shown=answers["version"], **facts)
        return conditions.condition_close(shown=answers["version"], content=answers["content"] or None, **facts)

    return form_page(
        request,
        form,
        act,
        done=_home(plan),
        said="Your decision on the condition is recorded.",
        template=f"{FOLDER}/condition.html",
        title="Is the condition met?",
        **pages.caption(plan),
        condition=condition,
        changes=changes,
        why_not=members.hindrance(condition.sitting, request.user, clock.today()),
        button="Save",
        cancel_url=_home(plan),
    )
