"""Reading about plans: the list of a body, who works on one, its stages, what happened to it, its versions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.db.models import F, Q, QuerySet

from commonweal.policy import decide
from commonweal.policy.rules import Answer
from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.evidence.models import StoredFile
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.base import BEFORE_PANEL, OPEN
from commonweal_web.planning.models import (
    Condition,
    Document,
    Plan,
    PlanMeasure,
    PlanPart,
    PlanVersion,
    Policy,
    Sitting,
    Stage,
)
from commonweal_web.planning.plans.weighing import weighing_of, why_not
from commonweal_web.planning.policies.deciding import Decided, decide_plan, facts_of_plan
from commonweal_web.planning.policies.selectors import pack_of, policy_on

HIDDEN = ("vote",)
"""Acts whose verb begins so are shown once the meeting was held."""


def bodies_of(user: Any) -> QuerySet[Organisation]:
    """Return the bodies whose plans a person may read."""
    return organisations.organisations_with(user, Permission.PLAN_READ).filter(is_authority=True).order_by("name")


def listing(user: Any, body: Organisation, *, words: str = "", state: str = "", mine: bool = False) -> QuerySet[Plan]:
    """Return the plans of a body that a person may read, narrowed, the newest first."""
    found = Plan.objects.filter(authority=body).visible_to(user).select_related("authority", "directorate", "policy")
    for word in words.split():
        found = found.filter(Q(reference__icontains=word) | Q(title__icontains=word))
    if state == "open":
        found = found.exclude(state__in=[Plan.State.APPROVED, Plan.State.WITHDRAWN])
    elif state:
        found = found.filter(state=state)
    if mine:
        found = found.filter(pk__in=PlanPart.objects.filter(user=user).values("plan"))
    return found.order_by("-created_at", "-pk")


def tiers_of(plans: Iterable[Plan], day: dt.date) -> dict[int, str]:
    """Return the tier of each of some plans by its policy, empty where no rule gives one; the law is not asked."""
    in_force_now: dict[int, Policy | None] = {}
    found: dict[int, str] = {}
    for plan in plans:
        policy = plan.policy
        if policy is None or plan.state in BEFORE_PANEL:
            if plan.authority_id not in in_force_now:
                in_force_now[plan.authority_id] = policy_on(plan.authority, day)
            policy = in_force_now[plan.authority_id]
        packs = [] if policy is None else [pack_of(policy)]
        results = decide(packs, facts_of_plan(plan, day), topics=("tier",))
        tiers = (one.rule.effect.tier for one in results if one.answer is Answer.APPLIES)
        found[plan.pk] = next(filter(None, tiers), "")
    return found


def decided_today(plan: Plan) -> Decided:
    """
    Return what policy and law say of a plan today. Several lines of one page ask: the answer is kept with the plan
    as it was read, and worked out again where anything differs on which it turns.
    """
    day = clock.today()
    turns_on = (
        day, plan.state, plan.policy_id, plan.value_pence, plan.category, plan.commences, repr(plan.facts),
    )  # fmt: skip
    kept: Any = plan.__dict__.get("_decided_today")
    if kept is None or kept[0] != turns_on:
        kept = (turns_on, decide_plan(plan, day))
        plan.__dict__["_decided_today"] = kept
    decided: Decided = kept[1]
    return decided


def people_on(plans: Iterable[Plan], day: dt.date) -> dict[int, list[PlanPart]]:
    """Return who works on each of some plans on a day, in the order of the parts."""
    found: dict[int, list[PlanPart]] = {}
    rows = PlanPart.objects.filter(in_force(day), plan__in=[one.pk for one in plans]).select_related("user")
    order = list(PlanPart.Part.values)
    for row in sorted(rows, key=lambda one: (order.index(one.part), one.starts, one.pk)):
        found.setdefault(row.plan_id, []).append(row)
    return found


def parts_of(plan: Plan) -> QuerySet[PlanPart]:
    """Return every part that somebody has, had or will have in a plan, the latest first."""
    return plan.parts.select_related("user", "given_by").order_by("part", "-starts", "-pk")


def stages_of(plan: Plan) -> list[Stage]:
    """Return the stages of a plan in their order, each with its documents."""
    kinds = Stage.Kind.values
    rows = plan.stages.select_related("signed_by").prefetch_related("documents__added_by")
    return sorted(rows, key=lambda one: kinds.index(one.kind))


def files_of(documents: Iterable[Document]) -> dict[str, StoredFile]:
    """Return the stored file of each document by its hash."""
    rows = StoredFile.objects.filter(sha256__in=[one.sha256 for one in documents])
    return {row.sha256: row for row in rows}


def versions_of(plan: Plan) -> QuerySet[PlanVersion]:
    """Return the locked versions of a plan, the latest first."""
    return plan.versions.select_related("approved_by").order_by("-number")


def timeline_of(plan: Plan) -> QuerySet[Event]:
    """
    Return what happened to a plan and to what belongs to it, newest first.

    How somebody voted is shown to nobody before the meeting was held.
    """
    below = {
        PlanPart: plan.parts.all(),
        Stage: plan.stages.all(),
        Document: plan.documents.all(),
        PlanMeasure: PlanMeasure.editions.filter(plan=plan),
        Sitting: plan.sittings.all(),
        Condition: Condition.objects.filter(sitting__plan=plan),
        PlanVersion: plan.versions.all(),
    }
    wanted = Q(record_type=Plan._meta.label_lower, record_id=plan.pk)
    for model, rows in below.items():
        ids = list(rows.values_list("pk", flat=True))
        wanted |= Q(record_type=model._meta.label_lower, record_id__in=ids)
    events = Event.objects.filter(wanted, chain=plan.authority_id)
    if plan.sittings.filter(meeting__held_at__isnull=True).exists():
        for word in HIDDEN:
            events = events.exclude(verb__contains=word)
    return events.order_by("-at", "-pk")


def to_finish(user: Any, day: dt.date) -> QuerySet[Plan]:
    """Return the plans that somebody writes and that are not before the panel."""
    mine = PlanPart.objects.filter(in_force(day), user=user, part__in=("commissioner", "procurement"))
    found = Plan.objects.filter(pk__in=mine.values("plan"), state__in=BEFORE_PANEL)
    return found.allowing(user, Permission.PLAN_DRAFT).select_related("authority", "directorate", "policy")


def weights_to_approve(user: Any, day: dt.date) -> list[Plan]:
    """Return the plans with a weight below the floor that waits for the approval of this person among others."""
    found = Plan.objects.filter(state__in=OPEN, weight__isnull=False).allowing(user, Permission.WEIGHT_BELOW_FLOOR)
    others = found.exclude(pk__in=_approved_by(user)).select_related("authority", "directorate", "policy")
    return [one for one in others if weighing_of(one, decide_plan(one, day)).missing and not why_not(one, user)]


def _approved_by(user: Any) -> Any:
    return Plan.objects.filter(weight_approvals__by=user, weight_approvals__weight=F("weight")).values("pk")
