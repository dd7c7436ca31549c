"""The ledger's rows: posted by the engine's rules, balances in step, the database on guard."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from commonweal.ledger import Account
from commonweal_web.contracts.models import KpiVersion
from commonweal_web.core.errors import Refused
from commonweal_web.delivery import ledger
from commonweal_web.delivery.ledger_check import ledger_holds, rebuild_and_compare
from commonweal_web.delivery.models import Balance, BodyBalance, Claim, Movement
from tests.web.delivery.verification import build
from tests.web.world import NOON, World

P, V, R, D, W = Account.PENDING, Account.VERIFIED, Account.REJECTED, Account.DISPUTED, Account.WITHDRAWN


@pytest.fixture
def claims(world: World) -> dict[str, Claim]:
    return build.first_return(world)


def decide(world: World, claim: Claim, *moves: tuple[Account, Account, str]) -> list[Movement]:
    return ledger.decide(
        claim=claim,
        moves=[(source, target, Decimal(amount)) for source, target, amount in moves],
        decision=None,
        by=world.people["verifier"],
        role="CM",
        now=NOON,
    )


def test_a_claim_is_pending_at_its_frozen_value(world: World, claims: dict[str, Claim]) -> None:
    row = Movement.objects.get(claim=claims["NT17"])
    assert (row.source, row.target, row.amount, row.pence) == ("outside", "pending", Decimal(75), 131_250)
    assert row.value_used == "fx-2025.1/NT17 of 2026-04-01: £17.5 per hour"
    assert row.evidence == []
    assert row.engine_release
    assert ledger.held(claim=claims["NT17"], account=P).pence == 131_250
    assert ledger.held(contract_id=world.contracts["grounds"].pk, account=P).pence == 10_131_250


def test_a_nil_moves_nothing(claims: dict[str, Claim]) -> None:
    assert not Movement.objects.filter(claim=claims["NT31"]).exists()


def test_a_part_is_accepted_and_the_rest_stays_pending(world: World, claims: dict[str, Claim]) -> None:
    decide(world, claims["NT17"], (P, V, "60"))
    now = ledger.standing(claims["NT17"])
    assert (now[V].amount, now[V].pence, now[P].amount, now[P].pence) == (60, 105_000, 15, 26_250)
    assert build.pence(world.contracts["grounds"], "verified") == 105_000
    assert BodyBalance.objects.get(account="verified").pence == 105_000
    assert rebuild_and_compare() == []


def test_a_part_takes_few_statements(world: World, claims: dict[str, Claim]) -> None:
    with CaptureQueriesContext(connection) as taken:
        decide(world, claims["NT17"], (P, V, "60"), (P, R, "5"))
    sql = [query["sql"] for query in taken if not query["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    each = ("movements", "line", "balances read", "balances written")
    once = ("KPI lock", "evidence", "its files", "balances of the body")
    assert len(sql) <= 2 * len(each) + len(once), "\n".join(sql)
    assert len([line for line in sql if "delivery_bodybalance" in line]) == 1


def test_more_than_is_pending_is_refused_in_words(world: World, claims: dict[str, Claim]) -> None:
    with pytest.raises(Refused, match="80 hours is more than is pending now, which is 75 hours"):
        decide(world, claims["NT17"], (P, V, "80"))
    with pytest.raises(Refused, match="What is verified cannot become rejected"):
        decide(world, claims["NT17"], (P, V, "75"), (V, R, "5"))


def test_a_refused_posting_writes_nothing(world: World, claims: dict[str, Claim]) -> None:
    before = Movement.objects.count()
    with pytest.raises(Refused):
        decide(world, claims["NT17"], (P, V, "60"), (P, R, "60"))
    assert Movement.objects.count() == before
    assert rebuild_and_compare() == []


def test_the_last_part_takes_the_remaining_penny(world: World) -> None:
    ret = build.make_return(world.contracts["grounds"], by=world.people["supplier"])
    claim = build.make_claim(ret, "NT17", "0.1", by=world.people["supplier"])
    decide(world, claim, (P, V, "0.03"), (P, V, "0.03"), (P, V, "0.04"))
    assert ledger.held(claim=claim, account=V).pence == 175


def test_a_correction_names_its_movement_and_goes_back_along_it(world: World, claims: dict[str, Claim]) -> None:
    verified = decide(world, claims["NT1"], (P, V, "1.875"), (P, R, "0.125"))[0]
    back = ledger.correct(
        movement=verified,
        amount=Decimal("0.375"),
        by=world.people["verifier"],
        role="CM",
        now=NOON,
        reason="one gardener left in May",
    )
    assert back.corrects == verified
    assert (back.source, back.target, back.pence) == ("verified", "pending", 1_125_000)
    assert ledger.held(claim=claims["NT1"], account=V).amount == Decimal("1.5")
    with pytest.raises(Refused, match="cannot be taken back"):
        ledger.correct(
            movement=verified, amount=Decimal(2), by=world.people["verifier"], role="CM", now=NOON, reason="too much"
        )
    assert rebuild_and_compare() == []


def test_a_recall_takes_everything_back_and_a_withdrawal_keeps_it(world: World, claims: dict[str, Claim]) -> None:
    who = {"by": world.people["supplier"], "role": "SDL", "now": NOON, "reason": "sent too early"}
    ledger.take_back(claims=[claims["NT17"], claims["NT10"]], **who)
    assert all(held.amount == 0 for held in ledger.standing(claims["NT17"]).values())
    ledger.claim(claim=claims["NT17"], by=world.people["supplier"], role="SDL", now=NOON)
    assert ledger.held(claim=claims["NT17"], account=P).amount == 75
    ledger.withdraw(claim=claims["NT17"], **who)
    assert ledger.held(claim=claims["NT17"], account=W).amount == 75
    assert rebuild_and_compare() == []


def test_undoing_a_decided_claim_corrects_the_last_movement_first(world: World, claims: dict[str, Claim]) -> None:
    decide(world, claims["NT17"], (P, V, "60"), (P, R, "10"))
    ledger.take_back(claims=[claims["NT17"]], by=world.people["verifier"], role="CM", now=NOON, reason="revision 2")
    assert all(held == ledger.ledger.EMPTY for held in ledger.standing(claims["NT17"]).values())
    assert rebuild_and_compare() == []


def test_a_ratio_moves_its_denominator_with_the_first_verified_part(world: World) -> None:
    rlw = build.kpi(world.contracts["grounds"], "NT31")
    version = KpiVersion.objects.create(
        kpi=rlw, number=2, measure="RLW", deliverable="Real living wage", unit="%", kind="ratio", target=100
    )
    KpiVersion.objects.filter(pk=version.pk).update(value_per_unit=None)
    rlw.current = version
    rlw.save(update_fields=["current"])
    ret = build.make_return(world.contracts["grounds"], by=world.people["supplier"])
    claim = build.make_claim(ret, "NT31", "180", by=world.people["supplier"], denominator=Decimal(184))
    decide(world, claim, (P, V, "175"), (P, R, "5"))
    now = ledger.standing(claim)
    assert (now[V].amount, now[V].denominator, now[R].denominator) == (175, 184, 0)
    assert ledger.promise(kpi_version=version, by=world.people["director"], role="APP", now=NOON) is None


def test_a_promise_is_posted_and_varied(world: World) -> None:
    kpi = build.kpi(world.contracts["grounds"], "NT18")
    who = {"by": world.people["director"], "role": "APP", "now": NOON}
    assert ledger.promise(kpi_version=kpi.current, **who).pence == 30_000_000
    raised = _next_version(kpi.current, target=Decimal(562_500))
    assert [(m.source, m.amount) for m in ledger.vary(kpi_version=raised, **who)] == [("outside", Decimal(62_500))]
    lowered = _next_version(raised, target=Decimal(500_000))
    assert [(m.target, m.amount) for m in ledger.vary(kpi_version=lowered, **who)] == [("outside", Decimal(62_500))]
    assert ledger.held(kpi=kpi, account=Account.PROMISED).pence == 30_000_000
    rebased = _next_version(lowered, value_per_unit=Decimal("0.7"))
    assert [m.pence for m in ledger.vary(kpi_version=rebased, **who)] == [30_000_000, 35_000_000]
    assert rebuild_and_compare() == []


def _next_version(version: KpiVersion, **changed: object) -> KpiVersion:
    fields = {f.attname: getattr(version, f.attname) for f in KpiVersion._meta.fields if not f.primary_key}
    fields |= {"number": version.number + 1, "state": "proposed", "decided_by_id": None, **changed}
    return KpiVersion.objects.create(**fields)


def test_a_changed_balance_is_found(world: World, claims: dict[str, Claim]) -> None:
    Balance.objects.filter(kpi=claims["NT17"].kpi, account="pending").update(pence=1)
    BodyBalance.objects.filter(account="pending").update(pence=2)
    problems = rebuild_and_compare()
    assert len(problems) == 2
    assert "pending holds" in problems[0]
    assert "Body balance" in problems[1]
    assert rebuild_and_compare([claims["NT17"].ret.contract_id]) == problems[:1]
    assert ledger_holds().problems == problems


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE delivery_movement SET amount = 1",
        "DELETE FROM delivery_movement",
        "UPDATE delivery_balance SET amount = -1 WHERE account = 'pending'",
        "DELETE FROM delivery_balance",
        "UPDATE delivery_claim SET amount = 80 WHERE amount = 75",
        "DELETE FROM delivery_claim",
    ],
)
def test_the_database_refuses(world: World, claims: dict[str, Claim], statement: str) -> None:
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
