"""
Two people one click apart, many times: one wins, the other is told what changed, and the balances are those of the
movements. Threads have connections of their own, on PostgreSQL and on a SQLite file.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from commonweal.ledger import Account
from commonweal_web.delivery import ledger
from commonweal_web.delivery.ledger_check import rebuild_and_compare
from commonweal_web.delivery.models import Claim, Decision, Movement, Return
from commonweal_web.delivery.returns import sending
from commonweal_web.delivery.verification import deciding
from commonweal_web.delivery.verification.deciding import Wish
from tests.web.delivery.verification import build
from tests.web.hammer import committed_world, together
from tests.web.world import NOON, World

THREADS, ROUNDS = 8, 40
VERIFIERS = ("verifier", "manager", "deputy")

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd(transactional_db: None) -> World:
    """The world, committed, with three people who may check."""
    world = committed_world()
    for key in VERIFIERS:
        build.no_tie(world, key)
    return world


def fresh(world: World, number: int) -> Claim:
    """A return of its own for each round."""
    by = world.people["supplier"]
    ret = build.make_return(world.contracts["grounds"], by=by, starts=_day(number), ends=_day(number))
    Return.objects.filter(pk=ret.pk).update(locks=dt.date(2026, 8, 1))  # so that it may be recalled
    claim = build.make_claim(ret, "NT17", "75", by=by)
    build.add_evidence(claim, by=by)
    return claim


def _day(number: int) -> Any:
    return build.QUARTER[0] + dt.timedelta(days=number)


def no_fault(ends: Counter[str]) -> None:
    wrong = [end for end in ends if end.startswith(("wrong", "silent"))]
    assert not wrong, ends


def decider(world: World, claim: Claim, number: int, wish: Wish) -> Callable[[], Any]:
    by = world.people[VERIFIERS[number % len(VERIFIERS)]]
    return lambda: deciding.claim_decide(claim=claim, version=claim.version, wish=wish, by=by, now=NOON)


def test_one_of_many_decisions_wins(crowd: World) -> None:
    wishes = [
        Wish("accept"),
        Wish("part", accepted=Decimal(60)),
        Wish("reject", reason="No."),
        Wish("ask", reason="Why?"),
    ]
    for number in range(ROUNDS):
        claim = fresh(crowd, number)
        ends = together([decider(crowd, claim, n, wishes[n % len(wishes)]) for n in range(THREADS)])
        no_fault(ends)
        assert ends == {"done": 1, "stale_version": THREADS - 1}, ends
        assert Decision.objects.filter(claim=claim).count() == 1
    assert rebuild_and_compare() == []


def test_deciding_and_recalling_do_not_both_happen(crowd: World) -> None:
    for number in range(ROUNDS):
        claim = fresh(crowd, number)
        ret, by = Return.objects.get(pk=claim.ret_id), crowd.people["supplier"]

        def recall(ret: Return = ret, by: Any = by) -> None:
            sending.return_recall(ret=ret, version=ret.version, reason="too early", by=by, now=NOON)

        acts = [decider(crowd, claim, n, Wish("accept")) if n % 2 else recall for n in range(THREADS)]
        ends = together(acts)
        no_fault(ends)
        assert ends["done"] == 1, ends
        claim.refresh_from_db()
        verified = ledger.held(claim=claim, account=Account.VERIFIED).amount
        assert (claim.state, verified) in {("decided", Decimal(75)), ("withdrawn", Decimal(0))}
    assert rebuild_and_compare() == []


def test_parts_never_make_more_than_the_claim(crowd: World) -> None:
    """Without versions, as a program would: each takes 20 of 75, and three fit."""
    for number in range(ROUNDS):
        claim = fresh(crowd, number)

        def part(n: int, claim: Claim = claim) -> Callable[[], Any]:
            by = crowd.people[VERIFIERS[n % len(VERIFIERS)]]
            wish = Wish("part", accepted=Decimal(20))
            return lambda: deciding.claim_decide(claim=claim, version=None, wish=wish, by=by, now=NOON)

        ends = together([part(n) for n in range(THREADS)])
        no_fault(ends)
        assert ends["done"] == 3, ends
        assert ledger.held(claim=claim, account=Account.VERIFIED).amount == 60
    assert rebuild_and_compare() == []


def test_the_same_form_sent_many_times_makes_one_decision(crowd: World) -> None:
    for number in range(ROUNDS):
        claim = fresh(crowd, number)
        wish = Wish("accept", form_key=f"form-{number}")
        ends = together([decider(crowd, claim, 0, wish) for _ in range(THREADS)])
        assert ends == {"done": THREADS}, ends
        assert Movement.objects.filter(claim=claim, target="verified").count() == 1
    assert rebuild_and_compare() == []
