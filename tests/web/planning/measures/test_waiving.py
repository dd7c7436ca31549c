"""A must-have is set aside only by the head of procurement, who neither made the plan nor proposed a measure."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.measures import selectors
from commonweal_web.planning.measures.services import choosing, waiving
from commonweal_web.planning.models import Plan, PlanPart, Policy, Waiver
from tests.web.planning.ground import measures_of, plan_of
from tests.web.world import BEGIN, NOON, World, person

pytestmark = pytest.mark.django_db

THEME = "employment-and-skills"


def waive(world: World, plan: Plan, by: str = "procurement", *, theme: str = THEME, reason: str = "No staff") -> Waiver:
    return waiving.must_have_waive(plan=plan, theme=theme, reason=reason, by=world.people[by], now=NOON)


@pytest.mark.parametrize("who", ["commissioner", "lead", "director", "panel", "eastholt lead"])
def test_nobody_else_sets_it_aside(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        waive(world, plan_of(world), who)


def test_who_made_the_plan_cannot_and_is_told_who_can(world: World) -> None:
    plan = plan_of(world, created_by=world.people["procurement"])
    with pytest.raises(NotPermitted, match="Name another procurement officer on the page of its people"):
        waive(world, plan)
    second = person(world, "head", "Hedda Moor", ("alder", Role.PRO))
    PlanPart.objects.create(plan=plan, user=second, part="procurement", starts=BEGIN)
    with pytest.raises(NotPermitted, match="Hedda Moor can"):
        waive(world, plan)
    assert waive(world, plan, "head").by == second


def test_who_proposed_a_measure_cannot(world: World) -> None:
    plan = plan_of(world)
    choosing.measures_choose(plan=plan, codes=["NT17"], by=world.people["procurement"], now=NOON)
    with pytest.raises(NotPermitted, match="proposed one of its measures"):
        waive(world, plan)


def test_only_what_is_missing_is_set_aside_with_a_reason_and_once(world: World) -> None:
    plan = plan_of(world)
    [row] = measures_of(world, plan, "NT1")
    with pytest.raises(Refused, match="Nothing is to be set aside"):
        waive(world, plan)
    row.delete()
    with pytest.raises(Refused, match="Nothing is to be set aside"):
        waive(world, plan, theme="environment")
    with pytest.raises(Refused, match="Give the reason"):
        waive(world, plan, reason=" ")
    waive(world, plan)
    with pytest.raises(Refused, match="Nothing is to be set aside"):
        waive(world, plan)


@pytest.mark.parametrize(
    ("office", "words"), [("waived_by: chief executive", "leaves that to the chief executive"), ("", "lets nobody")]
)
def test_another_office_than_the_policys_cannot(world: World, office: str, words: str) -> None:
    plan = plan_of(world)
    was = plan.policy
    assert was is not None
    text = was.document.replace(", waived_by: head of procurement", f", {office}" if office else "")
    Policy.objects.create(
        body=was.body, label="2025.2", starts=NOON.date(), document=text, sha256="1" * 64, state="adopted",
        drafted_by=was.drafted_by, drafted_at=NOON, proposed_by=was.proposed_by, proposed_at=NOON,
        adopted_by=was.adopted_by, adopted_at=NOON,
    )  # fmt: skip
    with pytest.raises(Refused, match=words):
        waive(world, plan)


def test_the_page_refuses_without_a_reason_and_says_when_there_is_nothing(
    world: World, signed_in: Callable[[str], Client]
) -> None:
    plan, head = plan_of(world), signed_in("procurement")
    url = reverse("planning:measure_waive", args=[plan.pk])
    assert "By policy 2025.1, in force from 1 April 2025" in head.get(url).content.decode()
    assert head.post(url, {"theme": THEME, "reason": ""}).status_code == 422
    assert head.post(url, {"theme": THEME, "reason": "No staff on site."}).status_code == 303
    assert "nothing to set aside" in head.get(url).content.decode()
    assert selectors.waivers_of(plan)[0].by == "head of procurement"
