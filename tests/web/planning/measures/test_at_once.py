"""Two officers choose at one moment: the policy's limit holds, and nobody's choice is half taken."""

from __future__ import annotations

from collections import Counter

import pytest

from commonweal_web.planning.measures.services import choosing
from tests.web import hammer
from tests.web.planning.ground import plan_of
from tests.web.world import NOON

pytestmark = [pytest.mark.django_db(transaction=True)]


def test_two_who_choose_at_once_do_not_pass_the_limit_together() -> None:
    world = hammer.committed_world()
    plan = plan_of(world)
    sets = (("NT1", "CL", "NT10", "NT17"), ("NT18", "NT31", "TRN"))

    def choose(codes: tuple[str, ...], who: str) -> None:
        choosing.measures_choose(plan=plan, codes=codes, by=world.people[who], now=NOON)

    ends = hammer.together([lambda: choose(sets[0], "commissioner"), lambda: choose(sets[1], "lead")])
    assert ends == Counter({"done": 1, "too_many_measures": 1})
    assert {one.ref for one in plan.measures.all()} in ({*sets[0]}, {*sets[1]})


def test_two_who_choose_the_same_at_once_choose_it_once() -> None:
    world = hammer.committed_world()
    plan = plan_of(world)

    def choose(who: str) -> None:
        choosing.measures_choose(plan=plan, codes=["NT1"], by=world.people[who], now=NOON)

    ends = hammer.together([lambda: choose("commissioner"), lambda: choose("lead")])
    assert ends == Counter({"done": 1, "duplicate": 1})
    assert plan.measures.count() == 1
