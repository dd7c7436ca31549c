"""
Random walks over one contract break no rule: twenty always, twenty more in the long group.

COMMONWEAL_WALKS=300 takes three hundred, which are also expected to reach every act.
"""

from __future__ import annotations

import os
from collections import Counter

import pytest
from django.db import transaction

from tests.web.walk import WHO, Walk, ground
from tests.web.world import World

STEPS, SOME = 25, 20
MANY = int(os.environ.get("COMMONWEAL_WALKS", "20"))
WHOLE = 300


class _TakeBack(Exception):
    """Ends a run and takes back what it did, so that every run begins on the same ground."""


def walked(world: World, seeds: range) -> Counter[str]:
    """Run one walk for each seed; return how often each act was done."""
    ground(world)
    done: Counter[str] = Counter()
    for seed in seeds:
        walk = Walk(world, seed)
        try:
            with transaction.atomic():
                walk.run(STEPS)
                raise _TakeBack
        except _TakeBack:
            done += walk.done
    return done


def test_short_walks_break_no_rule(world: World) -> None:
    done = walked(world, range(SOME))
    assert done.total() > SOME * STEPS // 10, "too few acts were taken for the walk to show anything"


@pytest.mark.slow
def test_more_walks_break_no_rule_and_many_reach_every_act(world: World) -> None:
    done = walked(world, range(1000, 1000 + MANY))
    assert done.total() > MANY * STEPS // 10, "too few acts were taken for the walk to show anything"
    assert MANY < WHOLE or set(WHO) <= set(done), f"never taken: {set(WHO) - set(done)}"
