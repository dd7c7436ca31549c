"""Several people act on one plan at one moment: each act is whole or refused, and nothing is done twice."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.organisations.models import Membership
from commonweal_web.planning.models import Plan, Stage, WeightApproval
from commonweal_web.planning.plans.services import stage_record, stage_sign, weight_approve, weight_set
from tests.web.hammer import committed_world, together
from tests.web.planning import ground
from tests.web.planning.plans.test_making import make
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return committed_world()


def below(world: World) -> Plan:
    """A plan with a weight below the floor, and three people who may approve it."""
    Membership.objects.filter(user=world.people["panel"]).update(directorate=world.directorates["Neighbourhoods"])
    plan = ground.plan_of(world)
    plan.parts.create(user=world.people["other director"], part="director", starts=BEGIN)
    five = Decimal(5)
    return weight_set(
        plan=plan, weight=Decimal(10), quantitative=five, qualitative=five, reason="A small lot",
        by=world.people["procurement"], now=NOON, shown=1,
    )  # fmt: skip


def approval(world: World, plan: Plan, who: str) -> Callable[[], Any]:
    by = world.people[who]
    return lambda: weight_approve(plan=plan, reason="Small market", by=by, now=NOON, shown=plan.version)


def test_two_of_three_approvals_count(world: World) -> None:
    plan = below(world)
    ends = together([approval(world, plan, who) for who in ("director", "panel", "other director")])
    assert ends == {"done": 2, "enough": 1}
    assert WeightApproval.objects.filter(plan=plan).values("by").distinct().count() == 2
    assert Event.objects.filter(verb="plan_weight_approved").count() == 2


def test_one_person_never_gives_both(world: World) -> None:
    plan = below(world)
    assert together([approval(world, plan, "director")] * 4) == {"done": 1, "twice": 3}


def test_a_reference_is_taken_once(world: World) -> None:
    ground.policy_of(world)
    ends = together([lambda who=who: make(world, who) for who in ("commissioner", "procurement", "lead")])
    assert ends == {"done": 1, "duplicate": 2}


def test_a_sign_off_is_never_of_findings_that_nobody_saw(world: World) -> None:
    plan = ground.plan_of(world)
    stage = Stage.objects.create(
        plan=plan, kind="review", considered_on=NOON.date(), considered_by="All", findings="Found."
    )
    by = world.people["commissioner"]
    ends = together([
        lambda: stage_sign(stage=stage, by=by, now=NOON, shown=1),
        lambda: stage_record(
            stage=stage, considered_on=NOON.date(), considered_by="All", findings="Other.", by=by, now=NOON, shown=1
        ),
    ])  # fmt: skip
    assert ends == {"done": 1, "stale_version": 1}
    stage.refresh_from_db()
    assert (stage.signed_by is None) == (stage.findings == "Other.")
