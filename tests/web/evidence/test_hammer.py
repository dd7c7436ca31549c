"""
Several people add and withdraw the same bytes at the same moment, many times: what somebody needs is never deleted.

Threads have connections of their own, on PostgreSQL and on a SQLite file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.evidence import services
from commonweal_web.evidence.models import EvidenceItem, StoredFile
from commonweal_web.evidence.policies import Scan
from commonweal_web.evidence.store import Store
from commonweal_web.evidence.types import KINDS
from tests.web.hammer import committed_world, together
from tests.web.world import NOON, World

HALF, ROUNDS = 4, 40
DATA = b"%PDF-1.7 the same for everybody"

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd(transactional_db: None) -> World:
    """The world, committed."""
    return committed_world()


def add(world: World, store: Store, contract: str, key: str, period: dt.date) -> EvidenceItem:
    incoming = store.receive([DATA], limit=1000)
    received = services.Received(incoming, KINDS["pdf"], "same.pdf", Scan.NONE)
    return services.item_add(
        contract=world.contracts[contract],
        received=received,
        note="",
        period_starts=period,
        has_people=False,
        by=world.people[key],
        now=NOON,
    )


def withdraw(item: EvidenceItem, by: Any) -> None:
    services.item_withdraw(item=item, reason="Another round", by=by, now=NOON)


def test_the_bytes_are_there_exactly_while_somebody_needs_them(crowd: World, store: Store) -> None:
    places = [("grounds", "supplier"), ("library", "calder supplier")] * (HALF // 2)
    period = dt.date(2026, 4, 1)
    there = [add(crowd, store, *place, period + dt.timedelta(n)) for n, place in enumerate(places)]
    for number in range(1, ROUNDS + 1):
        period += dt.timedelta(days=HALF)
        leaving: list[Callable[[], Any]] = [
            partial(withdraw, item, crowd.people[key]) for item, (_, key) in zip(there, places, strict=True)
        ]
        coming: list[Callable[[], Any]] = [
            partial(add, crowd, store, *place, period + dt.timedelta(n)) for n, place in enumerate(places)
        ]
        if number % 4:
            assert together([*leaving, *coming]) == {"done": 2 * HALF}
        else:
            assert together(leaving) == {"done": HALF}
            assert not store.path(StoredFile.objects.get().sha256).exists()
            assert together(coming) == {"done": HALF}
        stored = StoredFile.objects.get()
        assert store.check(stored.sha256, stored.size) == ""
        assert stored.discarded_at is None
        there = [
            EvidenceItem.objects.live().get(contract=crowd.contracts[contract], period_starts=period + dt.timedelta(n))
            for n, (contract, _) in enumerate(places)
        ]
    assert EvidenceItem.objects.live().count() == HALF
    assert Event.objects.filter(verb="evidence_added").count() == HALF * (ROUNDS + 1)
    assert Event.objects.filter(verb="evidence_withdrawn").count() == HALF * ROUNDS


def test_eight_who_add_the_same_file_at_once_add_it_once(crowd: World, store: Store) -> None:
    period = dt.date(2026, 4, 1)
    for number in range(1, ROUNDS + 1):
        period += dt.timedelta(days=1)
        people = ["supplier", "supplier administrator"] * HALF
        acts: list[Callable[[], Any]] = [partial(add, crowd, store, "grounds", key, period) for key in people]
        assert together(acts) == {"done": 2 * HALF}
        assert EvidenceItem.objects.count() == number
    assert Event.objects.count() == ROUNDS
