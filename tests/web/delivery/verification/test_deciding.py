"""What a verifier does to a claim, and who may not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from commonweal.ledger import Account
from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Conflict
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.core.outbox import Message
from commonweal_web.delivery import ledger
from commonweal_web.delivery.ledger_check import rebuild_and_compare
from commonweal_web.delivery.models import Claim, Decision, Movement, Typist
from commonweal_web.delivery.verification import deciding
from commonweal_web.delivery.verification.deciding import Wish
from tests.web.delivery.verification import build
from tests.web.world import NOON, World


@pytest.fixture
def claims(world: World) -> dict[str, Claim]:
    for key in ("verifier", "manager", "deputy"):
        build.no_tie(world, key)
    return build.first_return(world)


def decide(world: World, claim: Claim, verdict: str, *, who: str = "verifier", **parts: Any) -> Decision:
    amounts = {k: Decimal(v) if k in ("accepted", "rejected", "disputed") else v for k, v in parts.items()}
    version = amounts.pop("version", None)
    wish = Wish(verdict, **amounts)
    return deciding.claim_decide(claim=claim, version=version, wish=wish, by=world.people[who], now=NOON)


def held(claim: Claim, account: str) -> Decimal:
    return ledger.held(claim=claim, account=Account(account)).amount


def test_accepting_verifies_all_and_writes_one_row_of_the_log(world: World, claims: dict[str, Claim]) -> None:
    before = Event.objects.count()
    decision = decide(world, claims["NT10"], "accept")
    claims["NT10"].refresh_from_db()
    assert claims["NT10"].state == "decided"
    assert decision.accepted == 13
    assert Event.objects.count() == before + 1
    movement = Movement.objects.get(decision=decision)
    assert (movement.pence, movement.role, len(movement.evidence)) == (325_000, "CM", 1)


def test_a_part_leaves_the_rest_pending(world: World, claims: dict[str, Claim]) -> None:
    decide(world, claims["NT17"], "part", accepted="60")
    claims["NT17"].refresh_from_db()
    assert (held(claims["NT17"], "verified"), held(claims["NT17"], "pending")) == (60, 15)
    assert claims["NT17"].state == "submitted"
    decide(world, claims["NT17"], "reject", reason="The forum knows of 60 hours only.")
    claims["NT17"].refresh_from_db()
    assert claims["NT17"].state == "decided"
    assert rebuild_and_compare() == []


def test_accepting_and_rejecting_parts_in_one_act(world: World, claims: dict[str, Claim]) -> None:
    decide(world, claims["NT1"], "part", accepted="1.875", rejected="0.125", reason="Half a post outside Northmere.")
    assert (held(claims["NT1"], "verified"), held(claims["NT1"], "rejected")) == (Decimal("1.875"), Decimal("0.125"))
    assert Message.objects.get().subject == "We accepted a part of NT1"


@pytest.mark.parametrize(
    ("verdict", "parts", "said"),
    [
        ("part", {}, "Enter how much you accept"),
        ("part", {"accepted": "80"}, "more than the 75 hours"),
        ("part", {"accepted": "60", "rejected": "15"}, "Say why a part is rejected"),
        ("part", {"accepted": "0"}, "above 0"),
        ("reject", {}, "Say why it is rejected"),
        ("ask", {}, "Write what you ask"),
        ("dispute", {"disputed": "80", "reason": "no"}, "up to the 75"),
        ("correct", {}, "Choose what you decide"),
    ],
)
def test_what_is_missing_is_said(
    world: World, claims: dict[str, Claim], verdict: str, parts: dict[str, Any], said: str
) -> None:
    with pytest.raises(Invalid, match=said):
        decide(world, claims["NT17"], verdict, **parts)
    assert not Decision.objects.exists()


def test_a_question_goes_to_the_supplier_and_comes_back(world: World, claims: dict[str, Claim]) -> None:
    decide(world, claims["NT17"], "ask", reason="Which days were these?")
    claims["NT17"].refresh_from_db()
    assert claims["NT17"].state == "asked"
    assert Message.objects.get().to_address == world.people["supplier"].email
    answer = {"claim": claims["NT17"], "by": world.people["supplier"], "now": NOON}
    deciding.question_answer(answer="Every Saturday in May.", **answer)
    claims["NT17"].refresh_from_db()
    assert claims["NT17"].state == "submitted"
    with pytest.raises(Refused, match="answered before"):
        deciding.question_answer(answer="Again.", **answer)
    with pytest.raises(NotPermitted):
        deciding.question_answer(claim=claims["NT17"], answer="I say so.", by=world.people["verifier"], now=NOON)


def test_a_dispute_is_settled_by_a_second_verifier(world: World, claims: dict[str, Claim]) -> None:
    decide(world, claims["NT10"], "dispute", reason="The college names 10 weeks.")
    assert (held(claims["NT10"], "disputed"), held(claims["NT10"], "verified")) == (13, 0)
    with pytest.raises(NotPermitted, match="a second verifier settles it"):
        decide(world, claims["NT10"], "settle", reason="It stays so.")
    with pytest.raises(Invalid, match="must make the 13"):
        decide(world, claims["NT10"], "settle", who="manager", accepted="10", rejected="2", reason="Counted again.")
    decide(world, claims["NT10"], "settle", who="manager", accepted="10", reason="The college's list has 10 weeks.")
    assert (held(claims["NT10"], "verified"), held(claims["NT10"], "rejected")) == (10, 3)


def test_a_correction_is_a_new_movement_that_names_the_first(world: World, claims: dict[str, Claim]) -> None:
    movement = decide(world, claims["NT10"], "accept").movements.get()
    deciding.claim_reopen(
        claim=claims["NT10"],
        version=None,
        movement=movement,
        amount=Decimal(3),
        reason="Three weeks were of another site.",
        by=world.people["verifier"],
        now=NOON,
    )
    claims["NT10"].refresh_from_db()
    assert claims["NT10"].state == "submitted"
    assert (held(claims["NT10"], "verified"), held(claims["NT10"], "pending")) == (10, 3)
    assert Movement.objects.get(corrects=movement).amount == 3


def test_the_return_is_checked_when_every_claim_is_decided(world: World, claims: dict[str, Claim]) -> None:
    for claim in claims.values():
        decide(world, claim, "accept")
    ret = claims["NT1"].ret
    ret.refresh_from_db()
    assert ret.state == "checked"


def test_the_same_form_sent_twice_makes_one_decision(world: World, claims: dict[str, Claim]) -> None:
    first = decide(world, claims["NT10"], "accept", form_key="k1", version=1)
    assert decide(world, claims["NT10"], "accept", form_key="k1", version=1) == first


def test_a_stale_page_is_told_what_changed(world: World, claims: dict[str, Claim]) -> None:
    decide(world, claims["NT17"], "part", accepted="60", version=1)
    with pytest.raises(StaleVersion, match="Vera Lund: accepted in part"):
        decide(world, claims["NT17"], "accept", who="manager", version=1)


def test_nobody_checks_their_own_work(world: World, claims: dict[str, Claim]) -> None:
    verifier, claim = world.people["verifier"], claims["NT17"]
    with pytest.raises(NotPermitted):
        decide(world, claim, "accept", who="supplier")
    with pytest.raises(NotPermitted):
        decide(world, claim, "accept", who="unassigned manager")
    with pytest.raises(NotPermitted):
        decide(world, claim, "accept", who="lead")
    Typist.objects.create(ret=claim.ret, user=verifier, at=NOON)
    with pytest.raises(NotPermitted, match="You typed into this return"):
        decide(world, claim, "accept")
    build.add_evidence(claim, by=world.people["manager"])
    with pytest.raises(NotPermitted, match="You gave evidence"):
        decide(world, claim, "accept", who="manager")
    Conflict.objects.create(
        user=world.people["deputy"],
        organisation=world.bodies["harbourside"],
        tie="sits on its board",
        starts=dt.date(2026, 1, 1),
        declared_by=world.people["deputy"],
        declared_at=NOON,
    )
    with pytest.raises(NotPermitted, match="You declared a tie with Harbourside"):
        decide(world, claim, "accept", who="deputy")
    assert not Decision.objects.exists()


def test_a_declaration_comes_first(world: World) -> None:
    claim = build.first_return(world)["NT17"]
    with pytest.raises(Refused, match="say whether you have a tie"):
        decide(world, claim, "accept")


def test_nothing_rests_on_a_file_that_is_not_scanned(world: World) -> None:
    build.no_tie(world, "verifier")
    ret = build.make_return(world.contracts["grounds"], by=world.people["supplier"])
    claim = build.make_claim(ret, "NT17", "75", by=world.people["supplier"])
    with pytest.raises(Invalid, match="There is no evidence"):
        decide(world, claim, "accept")
    build.add_evidence(claim, by=world.people["supplier"], scan="infected")
    with pytest.raises(Refused, match="through the virus check"):
        decide(world, claim, "accept", reason="I saw it.")
    build.add_evidence(claim, by=world.people["supplier"], scan="clean")
    assert len(decide(world, claim, "accept").movements.get().evidence) == 1
