"""The pages of a plan open for those who read it, and say what journey 1 asks of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.planning.models import Plan
from tests.web.planning import ground
from tests.web.world import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(world: World) -> Plan:
    made = ground.plan_of(world)
    ground.stages_of(world, made, signed=False)
    ground.measures_of(world, made)
    return made


def page(client: Client, name: str, plan: Plan, *more: int, **query: str) -> str:
    answer = client.get(reverse(f"planning:{name}", args=[plan.pk, *more]), query)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


PAGES = (
    "plan_page", "plan_facts", "plan_law", "plan_questions", "plan_withdraw", "plan_timeline", "plan_people",
    "plan_part_give", "plan_weight", "plan_weight_set", "plan_stages", "plan_versions", "plan_compare",
)  # fmt: skip


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens(plan: Plan, signed_in: Callable[[str], Client], name: str) -> None:
    assert plan.reference in page(signed_in("commissioner"), name, plan)
