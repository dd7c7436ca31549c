"""Journey 4's return as rows and movements, without the services that people use: for tests of what is shown."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.ledger import Account
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Claim, Return
from tests.web.world import World

ARRIVED = dt.datetime(2026, 7, 10, 10, 0, tzinfo=dt.UTC)
CHECKED = dt.datetime(2026, 7, 20, 15, 0, tzinfo=dt.UTC)
CLAIMED = {"NT1": "2", "NT10": "13", "NT17": "75", "NT18": "31250", "CL": "1"}
VERIFIED = {"NT1": "1.875", "NT10": "13", "NT17": "60", "NT18": "31250", "CL": "1"}
REJECTED = {"NT1": "0.125"}


def first_return(world: World) -> Return:
    """Make the return for April to June 2026, submitted and checked as in journey 4."""
    grounds = world.contracts["grounds"]
    promise_all(world)
    ret = Return.objects.create(
        contract=grounds,
        starts=dt.date(2026, 4, 1),
        ends=dt.date(2026, 6, 30),
        due=dt.date(2026, 7, 15),
        locks=dt.date(2026, 8, 4),
        state="submitted",
        received_at=ARRIVED,
        first_received_at=ARRIVED,
        submitted_by=world.people["supplier"],
    )
    for kpi in grounds.kpis.all():
        nil = kpi.ref not in CLAIMED
        Claim.objects.create(
            ret=ret,
            kpi=kpi,
            kpi_version=kpi.current,
            state="submitted",
            amount=Decimal(0) if nil else Decimal(CLAIMED[kpi.ref]),
            nil=nil,
            nil_reason="baseline survey in July" if nil else "",
        )
    ledger.claim_all(claims=list(ret.claims.all()), by=world.people["supplier"], role="SDL", now=ARRIVED)
    for claim in ret.claims.exclude(nil=True):
        moves = [(Account.PENDING, Account.VERIFIED, Decimal(VERIFIED[claim.kpi.ref]))]
        if claim.kpi.ref in REJECTED:
            moves.append((Account.PENDING, Account.REJECTED, Decimal(REJECTED[claim.kpi.ref])))
        ledger.decide(
            claim=claim,
            moves=moves,
            decision=None,
            by=world.people["verifier"],
            role="CM",
            now=CHECKED,
            reason="Payroll and confirmations seen",
        )
    return ret


def promise_all(world: World) -> None:
    for kpi in world.contracts["grounds"].kpis.select_related("current"):
        ledger.promise(kpi_version=kpi.current, by=world.people["director"], role="APP", now=ARRIVED)
