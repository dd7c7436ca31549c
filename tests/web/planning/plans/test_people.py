"""Parts in a plan: who may take one, hand-over from one day to the next, and that somebody always stays."""

from __future__ import annotations

import datetime as dt

import pytest

from commonweal_web.core import clock
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Plan
from commonweal_web.planning.plans.services import part_end, part_give
from tests.web.planning import ground
from tests.web.planning.plans.test_making import one_row, refused
from tests.web.world import NOON, World, person

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def plan(world: World) -> Plan:
    return ground.plan_of(world)


def test_a_director_gets_a_part_and_a_mail(world: World, plan: Plan) -> None:
    with one_row("plan_part_given"):
        part_give(
            plan=plan, user=world.people["other director"], part="director", starts=TODAY,
            by=world.people["commissioner"], now=NOON,
        )  # fmt: skip
    assert Plan.objects.visible_to(world.people["other director"]).filter(pk=plan.pk).exists()
    (mail,) = Message.objects.all()
    assert mail.to_address == world.people["other director"].email
    assert "you are strategic director from 8 July 2026" in mail.subject


def test_a_part_needs_its_role_at_the_body(world: World, plan: Plan) -> None:
    by = world.people["commissioner"]
    for who in ("manager", "eastholt lead", "supplier"):
        with refused("role", "An administrator of the body gives roles"):
            part_give(plan=plan, user=world.people[who], part="commissioner", starts=TODAY, by=by, now=NOON)


def test_nobody_has_a_part_twice(world: World, plan: Plan) -> None:
    with refused("duplicate"):
        part_give(
            plan=plan, user=world.people["lead"], part="lead", starts=TODAY, by=world.people["commissioner"], now=NOON
        )


def test_a_hand_over_follows_the_days(world: World, plan: Plan) -> None:
    successor = person(world, "second commissioner", "Cora Field", ("nmc", Role.COM))
    part = plan.parts.get(part="commissioner")
    with one_row("plan_part_handed_over"):
        part_end(part=part, ends=TODAY, handed_to=successor, by=world.people["commissioner"], now=NOON)
    first, second = plan.parts.filter(part="commissioner").order_by("starts")
    assert (first.ends, second.user, second.starts) == (TODAY, successor, TODAY + DAY)
    assert not Plan.objects.visible_to(successor).exists()
    with clock.fixed(NOON + DAY):
        assert Plan.objects.visible_to(successor).exists()
        assert not Plan.objects.visible_to(world.people["commissioner"]).exists()


def test_somebody_who_writes_the_plan_stays(world: World, plan: Plan) -> None:
    by = world.people["lead"]
    with one_row("plan_part_ended"):
        part_end(part=plan.parts.get(part="commissioner"), ends=TODAY, by=by, now=NOON)
    with refused("nobody_left", "Name who takes over"):
        part_end(part=plan.parts.get(part="procurement"), ends=TODAY, by=by, now=NOON)
    part_end(part=plan.parts.get(part="lead"), ends=TODAY, by=by, now=NOON)


def test_days_must_fit(world: World, plan: Plan) -> None:
    by, part = world.people["commissioner"], plan.parts.get(part="lead")
    with refused("dates"):
        part_end(part=part, ends=part.starts - DAY, by=by, now=NOON)
    with refused("dates"):
        part_give(
            plan=plan, user=world.people["director"], part="director", starts=TODAY, ends=TODAY - DAY, by=by, now=NOON
        )
    part_end(part=part, ends=TODAY - DAY, by=by, now=NOON)
    with refused("state", "ended on 7 July 2026"):
        part_end(part=part, ends=TODAY, by=by, now=NOON)


def test_nobody_gets_a_part_in_a_plan_that_was_withdrawn(world: World) -> None:
    plan = ground.plan_of(world, state="withdrawn")
    with refused("state", "withdrawn"):
        part_give(
            plan=plan, user=world.people["director"], part="director", starts=TODAY, by=world.people["commissioner"],
            now=NOON,
        )  # fmt: skip
