"""Needs of a body, the measures of a plan with their burden, and what stands against the choice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from commonweal.checks.problem import NOWHERE, Problem, Severity
from commonweal.policy import measures as policy
from commonweal.policy.rules import MustHave
from commonweal.policy.themes import policy_themes
from commonweal.reporting import wording
from commonweal.suggest import Burden, total_burden
from commonweal_web.contracts.services.kpis import value_of
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation, User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Need, Plan, PlanMeasure, PlanPart
from commonweal_web.planning.policies.deciding import Decided


def needs_of(body: Organisation, *, place: str = "", words: str = "", closed: bool = False) -> QuerySet[Need]:
    """Return the needs of a body by place; those that were closed only where they are asked for."""
    found = Need.objects.filter(body=body, closed_on__isnull=not closed).select_related("created_by")
    if place:
        found = found.filter(place=place)
    for word in words.split():
        found = found.filter(Q(title__icontains=word) | Q(text__icontains=word) | Q(tags__icontains=word))
    return found.order_by("place", "title", "pk")


def places_of(body: Organisation) -> list[str]:
    """Return the places that the body's open needs name."""
    rows = Need.objects.filter(body=body, closed_on__isnull=True).exclude(place="")
    return list(rows.values_list("place", flat=True).distinct().order_by("place"))


def may_draft_at(user: Any, body: Organisation) -> bool:
    """Say whether a page about a body's needs offers to change them."""
    return organisations.organisations_with(user, Permission.PLAN_DRAFT).filter(pk=body.pk).exists()


def needs_to_tick(plan: Plan) -> QuerySet[Need]:
    """Return what a plan can say that it answers: the body's open needs, and those that it ticked before."""
    own = Q(pk__in=plan.plan_needs.values("need"))
    rows = Need.objects.filter(Q(closed_on__isnull=True) | own, body=plan.authority_id)
    return rows.order_by("place", "title", "pk")


def ticked(plan: Plan) -> QuerySet[Need]:
    """Return the needs that a plan answers."""
    return Need.objects.filter(pk__in=plan.plan_needs.values("need")).order_by("place", "title", "pk")


def measures_of(plan: Plan) -> list[PlanMeasure]:
    """Return the measures of a plan's present edition in their order."""
    return list(PlanMeasure.objects.filter(plan=plan).select_related("proposed_by", "decided_by"))


def burden_of_all(rows: Iterable[PlanMeasure]) -> Burden:
    """Return the minutes of all measures of a plan together."""
    return total_burden(Burden(one.burden_bid, one.burden_return) for one in rows)


def minutes(count: int) -> str:
    """Return minutes as people say them: 45 minutes, 1 hour 30 minutes."""
    hours, rest = divmod(count, 60)
    said = [
        f"{number} {noun}{'' if number == 1 else 's'}" for number, noun in ((hours, "hour"), (rest, "minute")) if number
    ]
    return " ".join(said) or "no time"


def per_unit(row: PlanMeasure) -> str:
    """Return what a unit is worth in words; a licensed value is never shown."""
    if row.value_per_unit is None:
        return "Recorded without pounds"
    if row.value_licensed:
        return "Licensed value: it computes and is never shown"
    one = "£1" if row.unit == "GBP" else row.unit
    return f"{wording.amount(row.value_per_unit, 'GBP')} per {one}"


def problems_of(plan: Plan, rows: Sequence[PlanMeasure], decided: Decided) -> list[Problem]:
    """Return what stands against the measures of a plan, by its policy and by its own framework, in words."""
    found = [] if decided.limits is None else policy.check_measures(
        [policy.Chosen(one.ref, frozenset(one.themes)) for one in rows], decided.limits, waivers=waivers_of(plan)
    )  # fmt: skip
    if not rows and decided.limits is not None and not found:
        found.append(
            _problem("no_measures", "No measure is chosen; the policy asks for structured measures.", "Choose one.")
        )
    return [*found, *_of_another_release(plan, rows)]


def out_of_date(plan: Plan, rows: Iterable[PlanMeasure]) -> list[PlanMeasure]:
    """Return the measures whose frozen value is not what their framework says for the plan as it stands now."""
    found = []
    for row in rows:
        if _strange(plan, row):
            continue
        value = value_of(plan, row.measure, place=row.place)
        if (value.per_unit if value else None) != row.value_per_unit:
            found.append(row)
    return found


def in_words(problem: Problem) -> str:
    """Return a problem with how to mend it."""
    return f"{problem.found} {problem.mend}"


def missing_musts(plan: Plan, rows: Sequence[PlanMeasure], decided: Decided) -> list[MustHave]:
    """Return the must-haves that the choice lacks and that nobody set aside."""
    lacking = {one.subject for one in problems_of(plan, rows, decided) if one.code == "must_have_missing"}
    return [one for one in decided.limits.must_have if one.theme in lacking] if decided.limits else []


def waivers_of(plan: Plan) -> list[policy.Waiver]:
    """Return what was set aside on a plan, as the engine takes it."""
    return [policy.Waiver(one.theme, one.office, one.reason) for one in plan.waivers.all()]


def themes_in_words(themes: Iterable[str]) -> str:
    """Return themes of the policy in words."""
    return ", ".join(policy_themes().label(one) for one in themes)


def not_for_waiving(plan: Plan) -> set[int]:
    """Return the ids of those who cannot set a must-have aside: who made the plan, and who proposed its measures."""
    return {plan.created_by_id, *PlanMeasure.editions.filter(plan=plan).values_list("proposed_by_id", flat=True)}


def who_can_waive(plan: Plan, on: dt.date) -> list[User]:
    """Return the procurement officers of a plan who can set a must-have aside."""
    parts = PlanPart.objects.filter(in_force(on), plan=plan, part=PlanPart.Part.PROCUREMENT, user__is_active=True)
    rows = User.objects.filter(pk__in=parts.exclude(user__in=not_for_waiving(plan)).values("user"))
    return list(rows.order_by("name", "pk"))


def _of_another_release(plan: Plan, rows: Sequence[PlanMeasure]) -> list[Problem]:
    strange = [one for one in rows if _strange(plan, one)]
    if not strange:
        return []
    names = {one.id: one.name for one in frameworks.frameworks(body=plan.authority_id)}
    now = names.get(plan.framework, plan.framework) or "no framework"
    say = f"{', '.join(one.ref for one in strange)} {'is' if len(strange) == 1 else 'are'} of another release: "
    return [_problem("another_release", f"{say}the plan takes its measures from {now}.", "Remove and choose again.")]


def _strange(plan: Plan, row: PlanMeasure) -> bool:
    """Say whether a measure is of another release than the plan's."""
    return bool(row.measure) and row.measure.partition("/")[0] != plan.framework


def _problem(code: str, found: str, mend: str) -> Problem:
    return Problem(code, Severity.ERROR, NOWHERE, found, mend)
