"""A plan is made, changed, answered and withdrawn by those who may, and each act writes one row of the log."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.planning.models import Plan
from commonweal_web.planning.plans.services import PlanFields, plan_answer, plan_create, plan_edit, plan_withdraw
from commonweal_web.planning.plans.services.plans import Answer
from commonweal_web.planning.policies.deciding import decide_plan
from tests.web.planning import ground
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
FACTS = PlanFields(
    reference=" NMC-2026-P20 ",
    title="Street lights",
    value_pence=240_000_000,
    starts=dt.date(2026, 10, 1),
    ends=dt.date(2030, 9, 30),
    category="77300000-3",
    framework="fx-2025.1",
)


@contextmanager
def one_row(verb: str) -> Iterator[None]:
    """The block writes exactly one row of the log, with this verb."""
    last = Event.objects.count()
    yield
    assert list(Event.objects.order_by("pk").values_list("verb", flat=True)[last:]) == [verb]


@contextmanager
def refused(code: str, *words: str) -> Iterator[None]:
    """The block is refused with this code, and the message says these words; nothing is logged."""
    last = Event.objects.count()
    with pytest.raises(Refused) as caught:
        yield
    assert caught.value.code == code, caught.value.message
    for each in words:
        assert each in caught.value.message
    assert Event.objects.count() == last


def make(world: World, who: str = "commissioner", **facts: object) -> Plan:
    changed = dataclasses.replace(FACTS, **facts)
    return plan_create(body=world.bodies["nmc"], facts=changed, by=world.people[who], now=NOON)


@pytest.mark.parametrize(
    ("who", "part"), [("commissioner", "commissioner"), ("procurement", "procurement"), ("lead", "lead")]
)
def test_its_maker_gets_the_part_of_their_role(world: World, who: str, part: str) -> None:
    policy = ground.policy_of(world)
    with one_row("plan_created"):
        plan = make(world, who)
    assert [(one.user, one.part) for one in plan.parts.all()] == [(world.people[who], part)]
    assert plan.reference == "NMC-2026-P20"
    assert plan.category == "77300000"
    assert plan.policy == policy
    assert [one.kind for one in plan.stages.all()] == ["review", "needs", "market", "specification"]
    assert Plan.objects.visible_to(world.people[who]).filter(pk=plan.pk).exists()


@pytest.mark.parametrize("who", ["manager", "director", "panel", "auditor", "eastholt lead", "supplier"])
def test_nobody_else_makes_one(world: World, who: str) -> None:
    with pytest.raises(NotPermitted):
        make(world, who)
    assert not Plan.objects.exists()


def test_a_reference_is_taken_once(world: World) -> None:
    make(world)
    with refused("duplicate", "NMC-2026-P20"):
        make(world)


def test_a_service_that_buys_nothing_has_no_plans(world: World) -> None:
    with refused("no_authority"):
        plan_create(body=world.bodies["alder"], facts=FACTS, by=world.people["procurement"], now=NOON)


@pytest.mark.parametrize(
    ("code", "facts"),
    [
        ("dates", {"ends": dt.date(2026, 9, 30)}),
        ("dates", {"commences": dt.date(2030, 10, 1)}),
        ("cpv", {"category": "12"}),
        ("framework", {"framework": "fx-1999"}),
        ("value_pack", {"value_pack": "somebody-elses"}),
    ],
)
def test_facts_that_contradict_each_other_are_refused(world: World, code: str, facts: dict[str, object]) -> None:
    with refused(code):
        make(world, **facts)


def test_a_directorate_of_another_body_is_refused(world: World) -> None:
    with refused("directorate"):
        make(world, directorate=world.directorates["Growth"])


def test_what_is_asked_follows_from_the_new_value(world: World) -> None:
    ground.policy_of(world)
    plan = make(world)
    assert decide_plan(plan, NOON.date()).tier == "major"
    with one_row("plan_edited"):
        less = dataclasses.replace(FACTS, value_pence=24_999_99)
        plan = plan_edit(plan=plan, facts=less, by=world.people["commissioner"], now=NOON, shown=1)
    assert decide_plan(plan, NOON.date()).consider == "encouraged, not required"
    assert plan.version == 2
    (event,) = Event.objects.filter(verb="plan_edited")
    assert (event.old["value_pence"], event.new["value_pence"]) == (240_000_000, 24_999_99)


def test_an_old_page_saves_nothing(world: World) -> None:
    plan = make(world)
    with pytest.raises(StaleVersion):
        plan_edit(plan=plan, facts=FACTS, by=world.people["commissioner"], now=NOON, shown=7)


def test_the_values_of_chosen_measures_keep_their_framework(world: World) -> None:
    plan = ground.plan_of(world)
    ground.measures_of(world, plan, "NT1")
    other = dataclasses.replace(FACTS, framework="fx-2026.1")
    with refused("measures_chosen", "Remove them first"):
        plan_edit(plan=plan, facts=other, by=world.people["commissioner"], now=NOON, shown=1)


@pytest.mark.parametrize("state", ["at_panel", "passed", "approved", "withdrawn"])
def test_a_plan_that_is_not_being_written_is_closed(world: World, state: str) -> None:
    plan, by = ground.plan_of(world, state=state), world.people["commissioner"]
    with refused("state", "cannot be changed"):
        plan_edit(plan=plan, facts=FACTS, by=by, now=NOON, shown=1)
    with refused("state"):
        plan_answer(plan=plan, answers={}, by=by, now=NOON, shown=1)


def test_an_answer_needs_its_source_and_can_be_taken_back(world: World) -> None:
    plan, by = ground.plan_of(world), world.people["commissioner"]
    assert "light_touch" in decide_plan(plan, NOON.date()).missing
    with refused("source", "whether it is a light touch contract"):
        plan_answer(plan=plan, answers={"light_touch": Answer("no", " ")}, by=by, now=NOON, shown=1)
    with refused("answer"):
        plan_answer(plan=plan, answers={"light_touch": Answer("perhaps", "x")}, by=by, now=NOON, shown=1)
    with refused("answer"):
        plan_answer(plan=plan, answers={"colour": Answer("green", "x")}, by=by, now=NOON, shown=1)
    with refused("answer"):
        plan_answer(plan=plan, answers={"regulated_spend": Answer("much", "x")}, by=by, now=NOON, shown=1)
    with one_row("plan_answered"):
        said = {"light_touch": Answer("no", "Legal advice of 3 March")}
        plan = plan_answer(plan=plan, answers=said, by=by, now=NOON, shown=1)
    assert plan.facts == {"light_touch": {"value": "no", "source": "Legal advice of 3 March"}}
    assert "light_touch" not in decide_plan(plan, NOON.date()).missing
    plan = plan_answer(plan=plan, answers={"light_touch": None}, by=by, now=NOON, shown=2)
    assert plan.facts == {}


def test_a_plan_is_withdrawn_with_a_reason_and_stays_to_be_read(
    world: World, signed_in: Callable[[str], Client]
) -> None:
    plan, by = ground.plan_of(world), world.people["commissioner"]
    with refused("reason"):
        plan_withdraw(plan=plan, reason=" ", by=by, now=NOON, shown=1)
    with one_row("plan_withdrawn"):
        plan_withdraw(plan=plan, reason="The service stays in house", by=by, now=NOON, shown=1)
    with refused("state", "already"):
        plan_withdraw(plan=plan, reason="Again", by=by, now=NOON, shown=2)
    page = signed_in("commissioner").get(reverse("planning:plan_page", args=[plan.pk])).content.decode()
    assert "Withdrawn" in page
    assert "Change the facts" not in page


def test_a_plan_before_the_panel_is_not_withdrawn(world: World) -> None:
    plan = ground.plan_of(world, state="at_panel")
    with refused("state", "before the panel"):
        plan_withdraw(plan=plan, reason="r", by=world.people["commissioner"], now=NOON, shown=1)


def test_a_form_sent_twice_makes_one_plan(world: World, signed_in: Callable[[str], Client]) -> None:
    client, url = signed_in("commissioner"), reverse("planning:plan_new", args=[world.bodies["nmc"].pk])
    form = {
        "reference": "NMC-2026-P21", "title": "Trees", "value_pence": "£2,400,000", "requirement": "both",
        "division": "england-and-wales", "form_key": "k" * 20, "category": "77300000-3",
        **{f"starts_{k}": v for k, v in (("day", "1"), ("month", "4"), ("year", "2027"))},
        **{f"ends_{k}": v for k, v in (("day", "31"), ("month", "3"), ("year", "2031"))},
    }  # fmt: skip
    first, second = client.post(url, form), client.post(url, form)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first["Location"] == second["Location"]
    (plan,) = Plan.objects.all()
    assert (plan.value_pence, plan.requirement, plan.category) == (240_000_000, "both", "77300000")


def test_what_is_wrong_stands_beside_the_field(world: World, signed_in: Callable[[str], Client]) -> None:
    client, url = signed_in("commissioner"), reverse("planning:plan_new", args=[world.bodies["nmc"].pk])
    answer = client.post(url, {"reference": "R", "title": "T", "value_pence": "a lot", "category": "12"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "12 is no CPV code" in page
    assert "Whole-life value must be an amount of money" in page
