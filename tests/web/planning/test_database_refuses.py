"""The database itself refuses what the services refuse: self-approval, and changes of what was decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from commonweal_web.planning.models import (
    Condition,
    Meeting,
    Plan,
    PlanMeasure,
    PlanVersion,
    Policy,
    Priority,
    PriorityAnswer,
    Sitting,
    Vote,
    Waiver,
    WeightApproval,
)
from tests.web.planning.ground import measures_of, panel_of, plan_of, policy_of
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def decided(world: World) -> Plan:
    """A plan with one row of each table that is only added to."""
    plan = plan_of(world)
    lead, director, panel = world.people["lead"], world.people["director"], panel_of(world)
    meeting = Meeting.objects.create(panel=panel, on=NOON.date(), made_by=lead, made_at=NOON)
    sitting = Sitting.objects.create(
        meeting=meeting, plan=plan, content={"a": 1}, sha256="0" * 64, put_by=lead, put_at=NOON
    )
    Vote.objects.create(sitting=sitting, member=world.people["panel"], vote="approve", at=NOON)
    Condition.objects.create(sitting=sitting, text="c", answer="a", answered_by=lead, answered_at=NOON)
    Waiver.objects.create(plan=plan, theme="t", office="head of procurement", reason="r", by=lead, at=NOON)
    WeightApproval.objects.create(plan=plan, weight=10, reason="r", by=director, at=NOON)
    PlanVersion.objects.create(plan=plan, number=1, content={}, sha256="0" * 64, approved_by=director, approved_at=NOON)
    asked = Priority.objects.create(
        body=plan.authority, title="t", introduction="i", opens=NOON.date(), closes=NOON.date(), made_by=lead,
        made_at=NOON,
    )  # fmt: skip
    PriorityAnswer.objects.create(priority=asked, ranking=["a"], received_at=NOON)
    [measure] = measures_of(world, plan, "NT1")
    PlanMeasure.objects.filter(pk=measure.pk).update(state="approved", decided_by=director, decided_at=NOON)
    return plan


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE planning_policy SET document = 'x' WHERE state = 'adopted'",
        "DELETE FROM planning_policy",
        "UPDATE planning_planversion SET number = 2",
        "DELETE FROM planning_planversion",
        "UPDATE planning_vote SET vote = 'send_back'",
        "DELETE FROM planning_vote",
        "UPDATE planning_waiver SET reason = 'x'",
        "DELETE FROM planning_waiver",
        "UPDATE planning_weightapproval SET weight = 20",
        "DELETE FROM planning_weightapproval",
        "UPDATE planning_sitting SET content = '{}'",
        "DELETE FROM planning_sitting",
        "UPDATE planning_priorityanswer SET ward = 'x'",
        "DELETE FROM planning_priorityanswer",
        "UPDATE planning_planmeasure SET target = 1",
        "DELETE FROM planning_planmeasure",
        "UPDATE planning_planmeasure SET decided_by_id = proposed_by_id",
        "UPDATE planning_sitting SET decided_by_id = put_by_id",
        "UPDATE planning_condition SET closed_by_id = answered_by_id",
        "UPDATE planning_plan SET weight = 101",
        "UPDATE planning_plan SET ends = '2020-01-01'",
    ],
)
def test_a_statement_is_refused(statement: str, decided: Plan) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    "make",
    [
        lambda world, plan: Policy.objects.create(
            body=plan.authority, label="own", starts=dt.date(2027, 1, 1), document="id: a", sha256="0" * 64,
            state="adopted", drafted_by=world.people["lead"], drafted_at=NOON, adopted_by=world.people["lead"],
            adopted_at=NOON,
        ),
        lambda world, plan: Policy.objects.create(
            body=plan.authority, label="nobody", starts=dt.date(2027, 1, 1), document="id: a", sha256="0" * 64,
            state="adopted", drafted_by=world.people["lead"], drafted_at=NOON,
        ),
        lambda world, plan: PlanMeasure.objects.create(
            plan=plan, ref="X", deliverable="d", unit="hour", state="approved", proposed_by=world.people["lead"],
            proposed_at=NOON,
        ),
    ],
    ids=["policy adopted by its drafter", "policy adopted by nobody", "measure approved by nobody"],
)  # fmt: skip
def test_a_row_is_refused(make: Callable[[World, Plan], object], world: World) -> None:
    plan = plan_of(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        make(world, plan)


def test_a_policy_in_force_has_one_version_from_a_day(world: World) -> None:
    first = policy_of(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        Policy.objects.create(
            body=first.body, label="again", starts=first.starts, document="id: a", sha256="0" * 64, state="adopted",
            drafted_by=world.people["lead"], drafted_at=NOON, adopted_by=world.people["director"], adopted_at=NOON,
        )  # fmt: skip
