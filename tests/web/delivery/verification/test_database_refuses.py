"""What the database itself refuses about deliveries, whoever asks and by whatever way: raw SQL past every service."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from commonweal_web.delivery.models import Balance, Claim, Decision, Movement, PlaceTest, SampleCheck, SampleDraw
from commonweal_web.delivery.verification import deciding
from commonweal_web.delivery.verification.deciding import Wish
from tests.web.delivery.verification import build
from tests.web.world import NOON, World


@pytest.fixture
def decided(world: World) -> dict[str, Claim]:
    """Journey 4's return with NT10 decided, NT17 asked about, and a sample drawn."""
    build.no_tie(world, "verifier")
    claims = build.first_return(world)
    by = world.people["verifier"]
    deciding.claim_decide(claim=claims["NT10"], version=None, wish=Wish("accept"), by=by, now=NOON)
    deciding.claim_decide(claim=claims["NT17"], version=None, wish=Wish("ask", reason="When?"), by=by, now=NOON)
    decision = Decision.objects.get(verdict="accept")
    draw = SampleDraw.objects.create(
        organisation=world.bodies["nmc"],
        title="July",
        number="1",
        size=1,
        population=[decision.pk],
        population_hash="0" * 64,
        drawn=[decision.pk],
        drawn_by=world.people["lead"],
        drawn_at=NOON,
    )
    SampleCheck.objects.create(draw=draw, decision=decision, agrees=True, by=world.people["auditor"], at=NOON)
    PlaceTest.objects.create(
        claim=claims["NT1"], outcode="CV1", place="Coventry", boundary_version="1", inside=True, at=NOON
    )
    return claims


def refused(sql: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


BAD_STATES = {
    "a movement's amount": "UPDATE delivery_movement SET amount = amount + 1",
    "a movement's pence": "UPDATE delivery_movement SET pence = pence + 1",
    "a movement's evidence": "UPDATE delivery_movement SET evidence = '[]'",
    "a movement's day": "UPDATE delivery_movement SET at = '2020-01-01 00:00:00+00:00'",
    "a movement deleted": "DELETE FROM delivery_movement",
    "a balance below zero": "UPDATE delivery_balance SET amount = -1 WHERE account = 'verified'",
    "a balance's pence below zero": "UPDATE delivery_balance SET pence = -1 WHERE account = 'pending'",
    "a balance deleted": "DELETE FROM delivery_balance",
    "a decided claim's amount": "UPDATE delivery_claim SET amount = 14 WHERE state = 'decided'",
    "a decided claim's account": "UPDATE delivery_claim SET account = 'better' WHERE state = 'decided'",
    "a decided claim as a draft": "UPDATE delivery_claim SET state = 'draft' WHERE state = 'decided'",
    "a sent claim's amount": "UPDATE delivery_claim SET amount = 90 WHERE amount = 75",
    "a sent claim as a nil": "UPDATE delivery_claim SET nil = NOT nil WHERE amount = 75",
    "a sent claim deleted": "DELETE FROM delivery_claim WHERE state = 'submitted'",
    "a claim below zero": "UPDATE delivery_claim SET amount = -1, state = 'draft' WHERE amount = 75",
    "a nil without its reason": "UPDATE delivery_claim SET nil_reason = '' WHERE nil",
    "a decision by the submitter": "UPDATE delivery_decision SET by_id = submitter_id",
    "a decision's amount": "UPDATE delivery_decision SET accepted = 12 WHERE verdict = 'accept'",
    "a decision's reason": "UPDATE delivery_decision SET reason = 'Another' WHERE verdict = 'ask'",
    "a decision deleted": "DELETE FROM delivery_decision",
    "a sample's number": "UPDATE delivery_sampledraw SET number = '2'",
    "a sample deleted": "DELETE FROM delivery_samplecheck",
    "a second look changed": "UPDATE delivery_samplecheck SET agrees = NOT agrees",
    "a place test changed": "UPDATE delivery_placetest SET inside = NOT inside",
    "a return sent by nobody": "UPDATE delivery_return SET submitted_by_id = NULL",
    "a return that locks before it is due": "UPDATE delivery_return SET locks = '2020-01-01'",
}


@pytest.mark.parametrize("what", BAD_STATES)
def test_the_database_refuses(decided: dict[str, Claim], what: str) -> None:
    assert refused(BAD_STATES[what])


def test_rows_that_nobody_may_add(world: World, decided: dict[str, Claim]) -> None:
    """Self-verification, a movement to where it came from, the same claim twice, the same balance twice."""
    supplier = world.people["supplier"]
    rows = (
        Decision(claim=decided["NT1"], verdict="accept", by=supplier, submitter=supplier, at=NOON, form_key="x"),
        Decision(claim=decided["NT1"], verdict="accept", accepted=-1, by_id=1, submitter_id=2, at=NOON, form_key="y"),
        Claim(ret=decided["NT1"].ret, kpi=decided["NT1"].kpi, revision=1),
        Balance(
            contract=decided["NT1"].ret.contract, kpi=decided["NT1"].kpi, account="x", slot=Balance.objects.first().slot
        ),
    )
    for row in rows:
        with pytest.raises(DatabaseError), transaction.atomic():
            row.save(force_insert=True)
    movement = Movement.objects.first()
    movement.pk, movement.source = None, movement.target
    with pytest.raises(DatabaseError), transaction.atomic():
        movement.save(force_insert=True)


def test_the_answer_to_a_question_is_added_once(world: World, decided: dict[str, Claim]) -> None:
    deciding.question_answer(claim=decided["NT17"], answer="In May.", by=world.people["supplier"], now=NOON)
    assert refused("UPDATE delivery_decision SET answer = 'In June.' WHERE verdict = 'ask'")


@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has no TRUNCATE")
@pytest.mark.parametrize("table", ["delivery_movement", "delivery_balance", "delivery_decision", "delivery_claim"])
def test_truncate(decided: dict[str, Claim], table: str) -> None:
    assert refused(f"TRUNCATE {table} CASCADE")
