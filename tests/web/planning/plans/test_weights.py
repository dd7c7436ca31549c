"""The weight: its split adds up; below the floor it needs a reason and two people who do not write the plan."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.core.errors import NotPermitted, StaleVersion
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Interest, Plan, WeightApproval
from commonweal_web.planning.plans import section
from commonweal_web.planning.plans.services import weight_approve, weight_set
from commonweal_web.planning.plans.weighing import who_may
from commonweal_web.reports.selectors import tasks
from tests.web.planning import ground
from tests.web.planning.plans.test_making import one_row, refused
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(world: World) -> Plan:
    """A plan of £2,400,000: at least 20 %, 10 + 10. The panel member is of its directorate."""
    Membership.objects.filter(user=world.people["panel"]).update(directorate=world.directorates["Neighbourhoods"])
    return ground.plan_of(world)


def put(world: World, plan: Plan, weight: str, parts: tuple[str, str] | None = None, reason: str = "") -> Plan:
    plan.refresh_from_db()
    one, two = (Decimal(part) for part in parts) if parts else (Decimal(weight) / 2, Decimal(weight) / 2)
    return weight_set(
        plan=plan, weight=Decimal(weight), quantitative=one, qualitative=two, reason=reason,
        by=world.people["procurement"], now=NOON, shown=plan.version,
    )  # fmt: skip


def approve(world: World, plan: Plan, who: str, reason: str = "Small local market") -> WeightApproval:
    plan.refresh_from_db()
    return weight_approve(plan=plan, reason=reason, by=world.people[who], now=NOON, shown=plan.version)


def line(world: World, plan: Plan) -> tuple[str, bool]:
    plan.refresh_from_db()
    said = section.weight(plan, world.people["commissioner"])
    return said.status, said.done


def test_at_the_floor_nobody_need_approve(world: World, plan: Plan) -> None:
    assert line(world, plan) == ("Not set", False)
    with one_row("plan_weight_set"):
        put(world, plan, "20")
    assert line(world, plan) == ("20 % (10 + 10)", True)
    assert not Message.objects.exists()


def test_a_split_that_does_not_add_up_is_refused(world: World, plan: Plan) -> None:
    with refused("split", "10 % and 5 % make 15 %, not 20 %"):
        put(world, plan, "20", ("10", "5"))
    with refused("split"):
        put(world, plan, "20", ("25", "-5"))
    with refused("range"):
        put(world, plan, "101", ("100", "1"))
    with refused("split", "Give both"):
        weight_set(
            plan=plan, weight=Decimal(20), quantitative=Decimal(20), qualitative=None, reason="",
            by=world.people["procurement"], now=NOON, shown=1,
        )  # fmt: skip


def test_without_a_split_in_the_policy_none_is_needed(world: World) -> None:
    plan = ground.plan_of(world, value_pence=5_000_000)
    weight_set(
        plan=plan, weight=Decimal(10), quantitative=None, qualitative=None, reason="", by=world.people["procurement"],
        now=NOON, shown=1,
    )  # fmt: skip
    assert line(world, plan) == ("10 %", True)


def test_below_the_floor_it_needs_a_reason_and_tells_who_may_approve(world: World, plan: Plan) -> None:
    with refused("reason", "below the least weight of 20 %", "policy 2025.1, in force from 1 April 2025"):
        put(world, plan, "10")
    with one_row("plan_weight_set"):
        put(world, plan, "10", reason="A small lot")
    assert line(world, plan) == ("Waiting for two approvals", False)
    assert {one.to_address for one in Message.objects.all()} == {
        world.people["director"].email,
        world.people["panel"].email,
    }


def test_two_different_people_approve(world: World, plan: Plan) -> None:
    put(world, plan, "10", reason="A small lot")
    with one_row("plan_weight_approved"):
        approve(world, plan, "director")
    assert line(world, plan) == ("Waiting for a second approval", False)
    with refused("twice", "Somebody else"):
        approve(world, plan, "director")
    with one_row("plan_weight_approved"):
        approve(world, plan, "panel")
    assert line(world, plan) == ("10 % (5 + 5)", True)


def test_another_weight_needs_its_own_approvals(world: World, plan: Plan) -> None:
    put(world, plan, "10", reason="A small lot")
    approve(world, plan, "director")
    approve(world, plan, "panel")
    put(world, plan, "8", reason="Smaller still")
    assert line(world, plan) == ("Waiting for two approvals", False)


def test_a_third_approval_and_one_that_is_not_needed_are_refused(world: World, plan: Plan) -> None:
    put(world, plan, "20")
    with refused("not_below"):
        approve(world, plan, "director")
    put(world, plan, "10", reason="A small lot")
    approve(world, plan, "director")
    with refused("reason"):
        approve(world, plan, "panel", reason=" ")
    approve(world, plan, "panel")
    plan.parts.create(user=world.people["other director"], part="director", starts=BEGIN)
    with refused("enough"):
        approve(world, plan, "other director")


def test_an_approval_is_of_the_weight_that_was_looked_at(world: World, plan: Plan) -> None:
    put(world, plan, "10", reason="A small lot")
    with pytest.raises(StaleVersion):
        weight_approve(plan=plan, reason="r", by=world.people["director"], now=NOON, shown=1)


def _writes(world: World, plan: Plan) -> None:
    plan.parts.create(user=world.people["director"], part="commissioner", starts=BEGIN, ends=BEGIN)


def _made(world: World, plan: Plan) -> None:
    plan.created_by = world.people["director"]
    plan.save(update_fields=["created_by"])


def _declared(world: World, plan: Plan) -> None:
    Interest.objects.create(plan=plan, user=world.people["director"], words="A sister works there", at=NOON)


@pytest.mark.parametrize("tie", [_writes, _made, _declared])
def test_nobody_approves_their_own(world: World, plan: Plan, tie: Callable[[World, Plan], None]) -> None:
    put(world, plan, "10", reason="A small lot")
    tie(world, plan)
    with pytest.raises(NotPermitted, match="others approve"):
        approve(world, plan, "director")
    assert world.people["director"] not in who_may(plan)
    assert world.people["panel"] in who_may(plan)


@pytest.mark.parametrize("who", ["commissioner", "procurement", "lead", "other director", "manager", "auditor"])
def test_those_without_a_right_are_refused(world: World, plan: Plan, who: str) -> None:
    put(world, plan, "10", reason="A small lot")
    with pytest.raises(NotPermitted):
        approve(world, plan, who)


def test_somebody_with_both_roles_still_does_not_approve_what_they_set(world: World, plan: Plan) -> None:
    officer = world.people["procurement"]
    Membership.objects.create(
        user=officer, organisation=world.bodies["nmc"], role=Role.APP,
        directorate=world.directorates["Neighbourhoods"], starts=BEGIN,
    )  # fmt: skip
    put(world, plan, "10", reason="A small lot")
    with pytest.raises(NotPermitted, match="You write this plan"):
        approve(world, plan, "procurement")


def test_the_pages_say_where_it_stands_and_who_may(
    world: World, plan: Plan, signed_in: Callable[[str], Client]
) -> None:
    officer, director = signed_in("procurement"), signed_in("director")
    url = {name: reverse(f"planning:{name}", args=[plan.pk]) for name in ("plan_weight", "plan_weight_set")}
    form: dict[str, Any] = {"weight": "10", "quantitative": "5", "qualitative": "5", "reason": "", "version": 1}
    page = officer.post(url["plan_weight_set"], form)
    assert page.status_code == 422
    assert "10 % is below the least weight of 20 %" in page.content.decode()
    assert officer.post(url["plan_weight_set"], form | {"reason": "A small lot"}).status_code == 303
    shown = director.get(url["plan_weight"]).content.decode()
    assert "Waiting for two approvals" in shown
    assert "Who may approve: Dinah Frost, Pat Lowe." in shown
    assert "Approve this weight" in shown
    assert "Approve this weight" not in officer.get(url["plan_weight"]).content.decode()
    sent = director.post(
        reverse("planning:plan_weight_approve", args=[plan.pk]), {"reason": "Small local market", "version": 2}
    )
    assert sent.status_code == 303
    shown = director.get(url["plan_weight"]).content.decode()
    assert "Waiting for a second approval" in shown
    assert "Small local market" in shown
    assert "Who may approve: Pat Lowe." in shown


def test_a_low_average_of_the_quarter_is_shown_and_asks_for_a_reason(
    world: World, plan: Plan, signed_in: Callable[[str], Client]
) -> None:
    for number, weight in enumerate(("15", "20", "25")):
        ground.plan_of(world, reference=f"NMC-2026-P3{number}", weight=Decimal(weight), weight_reason="Told before")
    put(world, plan, "10", reason="A small lot")
    shown = signed_in("procurement").get(reverse("planning:plan_weight", args=[plan.pk])).content.decode()
    assert "The average weight of July to September 2026 is 17.5%: below 20%." in shown
    assert "on the panel’s list" in shown


def test_they_stand_on_the_home_page_of_who_may_and_of_who_writes(world: World, plan: Plan) -> None:
    put(world, plan, "10", reason="A small lot")
    day = NOON.date()
    ours = ("Plan to finish", "Weight below the least weight to approve")

    def waiting(who: str) -> list[str]:
        return [one.words for one in tasks.tasks_of(world.people[who], day=day) if one.words in ours]

    assert waiting("commissioner") == waiting("procurement") == ["Plan to finish"]
    assert waiting("director") == waiting("panel") == ["Weight below the least weight to approve"]
    assert waiting("other director") == waiting("lead") == []
    approve(world, plan, "director")
    assert waiting("director") == []
    approve(world, plan, "panel")
    Plan.objects.update(state="sent_back")
    assert waiting("panel") == []
    (task,) = [one for one in tasks.tasks_of(world.people["commissioner"], day=day) if "Plan" in one.words]
    assert (task.words, task.href) == ("Plan to finish: it was sent back", f"/plans/{plan.pk}/")
