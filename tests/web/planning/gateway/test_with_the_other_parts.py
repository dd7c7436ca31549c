"""The panel with the real parts before it: a whole plan goes through, and each thing that is missing holds it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from commonweal_web.core.errors import Invalid
from commonweal_web.planning.gateway.services import approving
from commonweal_web.planning.models import Plan, PlanMeasure, Stage
from tests.web.planning.gateway import makers
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db


def test_a_whole_plan_goes_from_the_panel_to_version_1(world: World) -> None:
    plan = makers.passed(world)
    _, version = approving.measures_approve(plan=plan, shown=makers.shown(plan), by=world.people["director"], now=NOON)
    assert version is not None
    assert version.number == 1


def _unsigned(plan: Plan) -> None:
    Stage.objects.filter(plan=plan, kind="needs").update(signed_by=None)


def _without_employment(plan: Plan) -> None:
    PlanMeasure.objects.filter(plan=plan, ref__in=("NT1", "CL", "NT10")).delete()


def _without_weight(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(weight=None)


def _below_the_floor(plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(weight=15, quantitative=None, qualitative=None, weight_reason="Few bidders")


def _a_seventh(plan: Plan) -> None:
    first = PlanMeasure.objects.filter(plan=plan).earliest("pk")
    PlanMeasure.objects.create(
        plan=plan, ref="L1", deliverable="d", unit="hour", proposed_by=first.proposed_by, proposed_at=NOON
    )


@pytest.mark.parametrize(
    ("take", "words"),
    [
        (_unsigned, "What was considered: To sign off: needs analysis."),
        (_without_employment, "employment and skills"),
        (_without_weight, "Weight of social value:"),
        (_below_the_floor, "Weight of social value:"),
        (_a_seventh, "7 measures are chosen; the limit is 6."),
    ],
)
def test_what_is_missing_holds_the_plan(world: World, take: Callable[[Plan], None], words: str) -> None:
    plan, meeting = makers.whole_plan(world), makers.meeting_of(world)
    take(plan)
    with pytest.raises(Invalid) as caught:
        makers.put(world, Plan.objects.get(pk=plan.pk), meeting)
    assert words in " ".join(caught.value.problems[""])


def test_the_last_condition_is_not_closed_when_a_must_have_was_taken_out(world: World) -> None:
    condition = makers.answered(world, makers.conditional(world))
    _without_employment(condition.sitting.plan)
    with pytest.raises(Invalid):
        makers.conditions.condition_close(condition=condition, by=world.people["panel"], now=NOON)
