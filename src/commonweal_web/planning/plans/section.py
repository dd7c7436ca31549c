"""What the plan itself says on its own page: its facts, what law and policy ask, its weight, its stages."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.organisations.models import in_force
from commonweal_web.planning.models import Plan, PlanPart, Stage
from commonweal_web.planning.plans.asking import open_for
from commonweal_web.planning.plans.selectors import decided_today
from commonweal_web.planning.plans.weighing import per_cent, split_words, weighing_of
from commonweal_web.planning.sections import Section

STAGES = len(Stage.Kind.values)


def facts(plan: Plan, user: Any) -> Section:
    """Say whether the plan names who answers for it."""
    parts = set(PlanPart.objects.filter(in_force(clock.today()), plan=plan).values_list("part", flat=True))
    missing = []
    if plan.directorate_id is None and "director" not in parts:
        missing.append("its directorate, or a strategic director")
    if not parts & {"commissioner", "procurement"}:
        missing.append("a commissioner or procurement officer")
    return Section(
        key="facts",
        title="Facts and people",
        url=reverse("planning:plan_facts", args=[plan.pk])
        if missing
        else reverse("planning:plan_people", args=[plan.pk]),
        status="Complete" if not missing else "Not complete",
        done=not missing,
        hint=f"Missing: {'; '.join(missing)}." if missing else "",
    )


def law(plan: Plan, user: Any) -> Section:
    """Say whether what the policy asks can be told; an open question of law is shown and stops nothing."""
    decided = decided_today(plan)
    stops, still_open = open_for(decided.own), open_for(decided.law)
    done = not stops and decided.policy is not None
    if decided.policy is None:
        hint = "The body has no policy in force. Its social value lead adopts one."
    elif stops:
        hint = f"The policy turns on {_count(len(stops), 'fact')} that nobody gave yet."
    else:
        hint = f"Law: {_count(len(still_open), 'fact')} still unknown." if still_open else ""
    return Section(
        key="law",
        title="What law and policy ask",
        url=reverse("planning:plan_law", args=[plan.pk]),
        status=f"Tier {decided.tier}" if done and decided.tier else "Told" if done else "Cannot be told yet",
        done=done,
        hint=hint,
    )


def weight(plan: Plan, user: Any) -> Section:
    """Say whether the weight is set, reaches the floor, or was approved by two people below it."""
    standing = weighing_of(plan, decided_today(plan))
    asked = f"At least {per_cent(standing.floor)}." if standing.floor is not None else ""
    if standing.weight is None:
        status = "Not set" if standing.asked else "Not asked for" if standing.done else "Cannot be told yet"
        hint = asked
    else:
        status = standing.waiting or split_words(plan)
        hint = (
            f"{split_words(plan)} is below {per_cent(standing.floor or standing.weight)}." if standing.below else asked
        )
    return Section(
        key="weight",
        title="Weight of social value",
        url=reverse("planning:plan_weight", args=[plan.pk]),
        status=status,
        done=standing.done,
        hint=hint,
    )


def stages(plan: Plan, user: Any) -> Section:
    """Say how many stages are signed off, and which are not."""
    signed = set(plan.stages.filter(signed_by__isnull=False).values_list("kind", flat=True))
    left = [str(kind.label) for kind in Stage.Kind if kind.value not in signed]
    return Section(
        key="stages",
        title="What was considered",
        url=reverse("planning:plan_stages", args=[plan.pk]),
        status=f"{len(signed)} of {STAGES} signed off",
        done=not left,
        hint=f"To sign off: {', '.join(left)}." if left else "",
    )


def _count(number: int, one: str) -> str:
    return f"{number} {one if number == 1 else one + 's'}"


sections = (facts, law, weight, stages)
"""Each a line of the task list."""
