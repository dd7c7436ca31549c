"""
Journey 4, first return, evidence and verification, by the services that the pages call: its table to the penny.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.ledger import Account
from commonweal_web.audit.models import Event
from commonweal_web.contracts.services.people import no_conflict_declare
from commonweal_web.delivery import confirmations, ledger
from commonweal_web.delivery.ledger_check import rebuild_and_compare
from commonweal_web.delivery.models import BodyBalance, Claim, Return
from commonweal_web.delivery.returns import sending
from commonweal_web.delivery.verification import deciding
from commonweal_web.delivery.verification.deciding import Wish
from tests.web.delivery.returns import helpers
from tests.web.delivery.verification import build
from tests.web.world import NOON, World

P, V, R = Account.PENDING, Account.VERIFIED, Account.REJECTED
TABLE = {
    # ref: claimed, verified, pending, rejected, in pence
    "NT1": (6_000_000, 5_625_000, 0, 375_000),
    "NT10": (325_000, 325_000, 0, 0),
    "NT17": (131_250, 105_000, 26_250, 0),
    "NT18": (1_875_000, 1_875_000, 0, 0),
    "NT31": (0, 0, 0, 0),
    "CL": (1_800_000, 1_800_000, 0, 0),
}


@pytest.fixture
def sent(world: World) -> Return:
    """Scenario 4.1 and 4.2: filled in, evidenced, declared and sent."""
    by = world.people["supplier"]
    ret = helpers.first_return(world)
    helpers.fill_in(ret, by)
    for claim in Claim.objects.filter(ret=ret, nil=False):
        build.add_evidence(claim, by=by)
    ret.refresh_from_db()
    sending.return_submit(ret=ret, version=ret.version, by=by, arrived_at=NOON, now=NOON)
    ret.refresh_from_db()
    return ret


def claim_of(ret: Return, ref: str) -> Claim:
    return Claim.objects.select_related("ret", "kpi").get(ret=ret, kpi__ref=ref)


def verify(world: World, ret: Return) -> None:
    """Scenario 4.3 and 4.4."""
    verifier = world.people["verifier"]
    no_conflict_declare(contract=ret.contract, by=verifier, now=NOON)
    hours = claim_of(ret, "NT17")
    asked = confirmations.confirmation_ask(
        claim=hours,
        beneficiary="Abbeyfield Youth Forum",
        email="chair@abbeyfieldforum.example",
        by=world.people["supplier"],
        now=NOON,
    )
    confirmations.confirmation_answer(
        token=asked.token, answer="other", amount=Decimal(60), comment="", answered_as="chair", now=NOON
    )
    proposed = confirmations.proposed(hours, Decimal(75))
    assert proposed == 60
    wishes = {
        "NT1": Wish("part", accepted=Decimal("1.875"), rejected=Decimal("0.125"), reason="One postcode lies outside."),
        "NT10": Wish("accept"),
        "NT17": Wish("part", accepted=proposed),
        "NT18": Wish("accept"),
        "CL": Wish("accept"),
    }
    for ref, wish in wishes.items():
        claim = claim_of(ret, ref)
        deciding.claim_decide(claim=claim, version=claim.version, wish=wish, by=verifier, now=NOON)


def test_the_period_shows_the_table_of_journey_4(world: World, sent: Return) -> None:
    before = Event.objects.count()
    verify(world, sent)
    assert Event.objects.count() == before + 1 + 2 + 5, "one row of the log for each act"
    found = {}
    for ref in TABLE:
        held = ledger.standing(claim_of(sent, ref))
        found[ref] = (sum(b.pence for b in held.values()), held[V].pence, held[P].pence, held[R].pence)
    assert found == TABLE
    columns = [sum(row[i] for row in found.values()) for i in range(4)]
    assert columns == [10_131_250, 9_730_000, 26_250, 375_000]
    assert columns[0] == columns[1] + columns[2] + columns[3]
    assert rebuild_and_compare() == []


def test_the_directorate_moves_by_97_300_pounds_and_by_nothing_else(world: World, sent: Return) -> None:
    def verified() -> int:
        return sum(BodyBalance.objects.filter(account="verified").values_list("pence", flat=True))

    neighbourhoods = world.directorates["Neighbourhoods"].pk
    assert verified() == 0
    verify(world, sent)
    assert verified() == 9_730_000
    rows = BodyBalance.objects.filter(account="verified", pence__gt=0)
    assert {row.directorate_id for row in rows} == {neighbourhoods}


def test_15_hours_stay_pending_and_the_return_waits_for_them(world: World, sent: Return) -> None:
    verify(world, sent)
    sent.refresh_from_db()
    states = dict(Claim.objects.filter(ret=sent).values_list("kpi__ref", "state"))
    assert states["NT17"] == "submitted"
    assert states["NT31"] == "submitted", "a nil is taken note of"
    assert sent.state == "submitted"
    for ref, wish in {"NT31": Wish("accept"), "NT17": Wish("reject", reason="The forum knows of 60.")}.items():
        claim = claim_of(sent, ref)
        by = world.people["verifier"]
        deciding.claim_decide(claim=claim, version=claim.version, wish=wish, by=by, now=NOON)
    sent.refresh_from_db()
    assert sent.state == "checked"
