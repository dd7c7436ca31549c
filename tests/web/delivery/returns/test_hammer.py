"""
Several people at one return at the same moment, many times: one wins, the others are told, nothing is there twice.

Threads have connections of their own, on PostgreSQL and on a SQLite file.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from commonweal.ledger import Account
from commonweal_web.audit.models import Event
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns import drafting, sending
from commonweal_web.delivery.returns.drafting import Answer
from tests.web.delivery.returns.helpers import declare, first_return, type_in
from tests.web.hammer import committed_world, together
from tests.web.world import NOON, World

THREADS, ROUNDS = 8, 40

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def crowd(transactional_db: None) -> World:
    """The world, committed."""
    return committed_world()


def again(ret: Return, by: Any) -> None:
    """Bring the return back to a draft that can be sent."""
    ret.refresh_from_db()
    if ret.state == "submitted":
        sending.return_recall(ret=ret, version=None, reason="Another round", by=by, now=NOON)


def test_eight_who_send_at_once_send_once(crowd: World) -> None:
    ret, by = first_return(crowd), crowd.people["supplier"]
    people = [by, crowd.people["supplier administrator"]]
    for ref in ("NT1", "NT10", "NT17", "NT18", "NT31"):
        type_in(ret, by, ref, "1")
    declare(ret, by)
    for number in range(1, ROUNDS + 1):
        acts = [
            partial(sending.return_submit, ret=ret, version=None, by=people[one % 2], arrived_at=NOON, now=NOON)
            for one in range(THREADS)
        ]
        assert together(acts) == {"done": 1, "sent": THREADS - 1}
        assert ret.receipts.count() == number
        assert Event.objects.filter(verb="return.submitted").count() == number
        for claim in Claim.objects.filter(ret=ret, state="submitted"):
            assert ledger.held(claim=claim, account=Account.PENDING).amount == 1
        again(ret, by)


def test_eight_who_type_at_once_lose_nobodys_words_in_silence(crowd: World) -> None:
    ret, by = first_return(crowd), crowd.people["supplier"]
    kpi = crowd.contracts["grounds"].kpis.get(ref="NT10")
    shown = 0
    for number in range(ROUNDS):
        given = [Answer(amount=Decimal(100 * number + one + 1)) for one in range(THREADS)]
        save = partial(drafting.claim_save, ret=ret, kpi=kpi, shown=shown, by=by, now=NOON)
        acts = [partial(save, answer=answer) for answer in given]
        assert together(acts) == {"done": 1, "stale_version": THREADS - 1}
        claim = Claim.objects.get(ret=ret, kpi=kpi)
        assert claim.version == shown + 1
        shown = claim.version


def test_typing_and_sending_at_once_send_what_is_there(crowd: World) -> None:
    ret, by = first_return(crowd), crowd.people["supplier"]
    for ref in ("NT1", "NT10", "NT17", "NT18", "NT31"):
        type_in(ret, by, ref, "1")
    declare(ret, by)
    kpi = crowd.contracts["grounds"].kpis.get(ref="NT10")
    for number in range(ROUNDS // 4):
        ret.refresh_from_db()
        answer = Answer(amount=Decimal(number + 2))
        acts: list[Callable[[], Any]] = [
            partial(sending.return_submit, ret=ret, version=ret.version, by=by, arrived_at=NOON, now=NOON),
            partial(drafting.claim_save, ret=ret, kpi=kpi, shown=None, answer=answer, by=by, now=NOON),
        ]
        ends = together(acts)
        assert not [end for end in ends if end.startswith("wrong")], ends
        assert ends["done"] == 1, "whoever was quicker; the other is told"
        sent = Claim.objects.filter(ret=ret, kpi=kpi, state="submitted").first()
        if sent is not None:
            assert ledger.held(claim=sent, account=Account.PENDING).amount == sent.amount
        again(ret, by)
