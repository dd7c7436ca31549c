"""Short ways for the tests of returns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from commonweal_web.contracts.models import Kpi
from commonweal_web.core import clock
from commonweal_web.delivery.calendar import returns_create
from commonweal_web.delivery.models import Claim, Decision, Receipt, Return
from commonweal_web.delivery.returns import drafting, sending
from commonweal_web.delivery.returns.acting import current_claim
from commonweal_web.delivery.returns.drafting import Answer
from tests.web.world import World

JOURNEY_4 = {"NT1": "2", "NT10": "13", "NT17": "75", "NT18": "31250", "CL": "1"}


def first_return(world: World, key: str = "grounds") -> Return:
    """Make a contract's returns and return the first."""
    returns_create(contract=world.contracts[key], now=clock.now())
    return world.contracts[key].returns.order_by("starts").first()


def return_for(world: World, key: str, starts: dt.date) -> Return:
    returns_create(contract=world.contracts[key], now=clock.now())
    return world.contracts[key].returns.get(starts=starts)


def type_in(ret: Return, by: Any, ref: str, amount: str | None = None, **answer: Any) -> Claim:
    """Type one answer as the page would."""
    kpi = Kpi.objects.get(contract=ret.contract_id, ref=ref)
    known = current_claim(ret, kpi)
    given = Answer(amount=Decimal(amount) if amount is not None else None, **answer)
    return drafting.claim_save(
        ret=ret, kpi=kpi, shown=known.version if known else 0, answer=given, by=by, now=clock.now()
    )


def declare(ret: Return, by: Any) -> Return:
    return drafting.declarations_save(
        ret=ret,
        version=None,
        only_this_contract=True,
        only_contracted=True,
        account="A dry spring.",
        by=by,
        now=clock.now(),
    )


def fill_in(ret: Return, by: Any) -> None:
    """Type journey 4's return."""
    for ref, amount in JOURNEY_4.items():
        type_in(ret, by, ref, amount)
    type_in(ret, by, "NT31", nil=True, nil_reason="Baseline survey in July")
    declare(ret, by)


def send(ret: Return, by: Any, at: dt.datetime | None = None) -> Receipt:
    return sending.return_submit(ret=ret, version=None, by=by, arrived_at=at or clock.now(), now=at or clock.now())


def decided(world: World, claim: Claim) -> None:
    """Note that the verifier accepted a claim; the ledger is left alone."""
    Decision.objects.create(
        claim=claim,
        verdict="accept",
        accepted=claim.amount,
        by=world.people["verifier"],
        submitter=world.people["supplier"],
        at=clock.now(),
        form_key=f"test-{claim.pk}",
    )
