"""Several people at one moment: one vote counts, one holds the meeting, one approves; nobody is told nothing."""

from __future__ import annotations

from functools import partial

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.organisations.models import Delegation
from commonweal_web.planning.gateway import members
from commonweal_web.planning.gateway.services import approving, conditions, meetings, votes
from commonweal_web.planning.models import Condition, Plan, PlanMeasure, PlanVersion, Sitting
from tests.web.hammer import committed_world, together
from tests.web.planning.gateway import makers
from tests.web.world import BEGIN, NOON, World, person

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> makers.Before:
    return makers.only(monkeypatch, makers.Before())


@pytest.fixture
def world(transactional_db: None) -> World:
    return committed_world()


def test_two_directors_approve_at_once(world: World) -> None:
    plan = makers.passed(world)
    Delegation.objects.create(
        organisation=plan.authority, approver=world.people["director"], delegate=world.people["deputy"], starts=BEGIN,
        ends=makers.TODAY, reason="leave", created_at=NOON,
    )  # fmt: skip
    shown = makers.shown(plan)
    acts = [
        partial(approving.measures_approve, plan=plan, shown=shown, by=world.people[key], now=NOON)
        for key in ("director", "deputy") * 3
    ]
    assert together(acts) == {"done": 1, "state": 5}
    assert PlanVersion.objects.count() == 1
    assert PlanMeasure.objects.filter(state="approved").count() == 6
    assert Event.objects.filter(verb="plan.measures_approved").count() == 1


def test_one_approves_while_another_sends_back(world: World) -> None:
    plan = makers.passed(world)
    director = world.people["director"]
    measure = PlanMeasure.objects.get(plan=plan, ref="CL")
    acts = [
        partial(approving.measures_approve, plan=plan, shown=makers.shown(plan), by=director, now=NOON),
        partial(approving.measure_send_back, measure=measure, reason="r", by=director, now=NOON),
    ]
    ends = together(acts)
    assert (ends["done"], ends["state"]) == (1, 1)
    plan.refresh_from_db()
    assert PlanVersion.objects.count() == (plan.state == Plan.State.APPROVED)


def test_a_member_votes_twice_at_once(world: World) -> None:
    sitting = makers.put(world)
    acts = [
        partial(votes.vote_cast, sitting=sitting, vote=vote, reason="r", by=world.people["panel"], now=NOON)
        for vote in ("approve", "send_back") * 3
    ]
    assert together(acts) == {"done": 6}
    assert len(members.ballots(Sitting.objects.get(), makers.TODAY)) == 1


def test_a_meeting_is_held_twice_at_once(world: World) -> None:
    person(world, "second lead", "Lou Park", ("nmc", "SVL"))
    sitting = makers.put(world)
    for key in ("panel", "second panel"):
        makers.vote(world, sitting, key, "conditions", "raise care-leaver measure")
    acts = [
        partial(meetings.meeting_hold, meeting=sitting.meeting, by=world.people[key], now=NOON)
        for key in ("lead", "second lead") * 3
    ]
    assert together(acts) == {"done": 1, "held": 5}
    assert Condition.objects.count() == 1
    assert Event.objects.filter(verb="plan.decided").count() == 1


def test_a_vote_at_the_moment_of_the_end_counts_or_is_refused(world: World) -> None:
    sitting = makers.put(world)
    for key in ("panel", "second panel"):
        makers.vote(world, sitting, key)
    late = partial(
        votes.vote_cast, sitting=sitting, vote="send_back", reason="r", by=world.people["second panel"], now=NOON
    )
    hold = partial(meetings.meeting_hold, meeting=sitting.meeting, by=world.people["lead"], now=NOON)
    ends = together([late, hold])
    assert ends in ({"done": 2}, {"done": 1, "held": 1})
    sitting.refresh_from_db()
    assert sitting.decision == ("approve" if ends["held"] else sitting.decision)
    row = Event.objects.get(verb="plan.decided")
    assert len(row.new["votes"]) == 2
    assert ({"send_back", "approve"} == {one["vote"] for one in row.new["votes"]}) is (ends["done"] == 2)


def test_a_plan_is_put_while_the_meeting_is_held(world: World) -> None:
    first = makers.put(world)
    second = makers.whole_plan(world, reference="NMC-2026-P15")
    hold = partial(meetings.meeting_hold, meeting=first.meeting, by=world.people["lead"], now=NOON)
    put = partial(meetings.plan_put, plan=second, meeting=first.meeting, by=world.people["procurement"], now=NOON)
    ends = together([hold, put])
    assert ends["done"] >= 1
    assert not [end for end in ends if end.startswith("wrong")]
    undecided = Sitting.objects.filter(decision_reason="", meeting__held_at__isnull=False)
    assert not undecided.exists()


def test_a_condition_is_closed_twice_at_once(world: World) -> None:
    condition = makers.answered(world, makers.conditional(world))
    acts = [
        partial(conditions.condition_close, condition=condition, by=world.people[key], now=NOON)
        for key in ("panel", "second panel") * 3
    ]
    assert together(acts) == {"done": 1, "closed": 5}
    assert Event.objects.filter(verb="condition.closed").count() == 1
    assert Plan.objects.get().state == Plan.State.PASSED
