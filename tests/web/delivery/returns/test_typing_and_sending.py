"""Journey 4.1 in the services: type, send, recall, correct; what is refused, and what is kept."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal

import pytest

from commonweal.ledger import Account
from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Claim, ClaimPerson, Movement, Typist
from commonweal_web.delivery.returns import correcting, drafting, evidence, sending
from commonweal_web.delivery.returns.builders import Person
from commonweal_web.delivery.returns.canonical import reference
from commonweal_web.evidence.models import EvidenceItem
from tests.web.delivery.returns.helpers import decided, declare, fill_in, first_return, send, type_in
from tests.web.delivery.verification.build import add_evidence
from tests.web.world import World

HASH_LENGTH = 64


def test_journey_4_1_is_typed_and_sent_and_stands_as_pending(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    receipt = send(ret, by)
    ret.refresh_from_db()
    assert ret.state == "submitted"
    assert ret.first_received_at == ret.received_at == clock.now()
    claims = Claim.objects.filter(ret=ret)
    assert {claim.state for claim in claims} == {"submitted"}
    assert {claim.kpi_version_id for claim in claims} == {claim.kpi.current_id for claim in claims}
    pending = sum(ledger.held(claim=claim, account=Account.PENDING).pence for claim in claims)
    assert pending == 10_131_250, "£101,312.50"
    assert receipt.sha256 == hashlib.sha256(receipt.text.encode()).hexdigest() == ret.receipt
    document = json.loads(receipt.text)
    assert document["contract"] == "NMC-2026-014"
    assert {one["kpi"]: one["amount"] for one in document["claims"]}["NT1"] == "2"
    assert reference(ret) == "NMC-2026-014/2026-04"


def test_each_act_writes_one_row_of_the_log_and_a_save_that_changes_nothing_none(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    before = Event.objects.count()
    type_in(ret, by, "NT10", "13")
    type_in(ret, by, "NT10", "13")
    declare(ret, by)
    declare(ret, by)
    assert Event.objects.count() == before + 2


def test_sending_and_recalling_write_one_row_of_the_log_each(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    before = Event.objects.count()
    receipt = send(ret, by)
    sending.return_recall(ret=ret, version=None, reason="A figure is wrong", by=by, now=clock.now())
    sent, recalled = Event.objects.order_by("pk")[before:]
    assert (sent.verb, sent.new["receipt"], sent.actor_id) == ("return.submitted", receipt.sha256, by.pk)
    assert (recalled.verb, recalled.reason) == ("return.recalled", "A figure is wrong")


def test_everybody_who_types_is_noted(world: World) -> None:
    ret = first_return(world)
    for key in ("supplier", "supplier administrator"):
        type_in(ret, world.people[key], "NT10", "13" if key == "supplier" else "12")
    assert {typist.user for typist in Typist.objects.filter(ret=ret)} == {
        world.people["supplier"],
        world.people["supplier administrator"],
    }


@pytest.mark.parametrize("key", ["manager", "bid writer", "calder supplier", "lead"])
def test_nobody_else_types(world: World, key: str) -> None:
    with pytest.raises(NotPermitted):
        type_in(first_return(world), world.people[key], "NT10", "13")


def test_a_file_that_was_withdrawn_meanwhile_is_not_chosen(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    claim = type_in(ret, by, "NT10", "13")
    item = add_evidence(claim, by=by)
    claim.evidence_links.all().delete()
    EvidenceItem.objects.filter(pk=item.pk).update(withdrawn_at=clock.now())
    with pytest.raises(Refused):
        evidence.evidence_choose(ret=ret, kpi=claim.kpi, items=[item], shown=None, by=by, now=clock.now())
    assert not claim.evidence_links.exists()


def test_what_is_missing_is_said_all_at_once(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    type_in(ret, by, "NT10", "13")
    with pytest.raises(Invalid) as caught:
        send(ret, by)
    said = caught.value.problems[""]
    assert [line.split(" ")[0] for line in said] == ["NT1", "NT17", "NT18", "NT31", "Confirm"]
    assert Movement.objects.filter(claim__isnull=False).count() == 0


def test_a_kpi_with_nothing_due_needs_no_answer(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    Claim.objects.filter(ret=ret, kpi__ref="CL").delete()
    send(ret, by)


def test_a_second_tab_is_told_and_loses_nothing(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    kpi = world.contracts["grounds"].kpis.get(ref="NT10")
    type_in(ret, by, "NT10", "13")
    stale = drafting.Answer(amount=Decimal(12))
    with pytest.raises(StaleVersion):
        drafting.claim_save(ret=ret, kpi=kpi, shown=0, answer=stale, by=by, now=clock.now())
    assert Claim.objects.get(ret=ret, kpi=kpi).amount == 13


def test_sending_twice_sends_once(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    send(ret, by)
    with pytest.raises(Refused) as caught:
        send(ret, by)
    assert caught.value.code == "sent"
    assert ret.receipts.count() == 1


def test_a_return_is_not_taken_before_its_period_ended(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    with pytest.raises(Refused) as caught:
        send(ret, by, dt.datetime(2026, 6, 30, 22, 59, tzinfo=dt.UTC))
    assert caught.value.code == "too_early"
    send(ret, by, dt.datetime(2026, 6, 30, 23, 0, tzinfo=dt.UTC))


def test_the_last_moment_of_the_locking_day_in_london_is_in_time_for_the_lock(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    last = dt.datetime.combine(ret.locks, dt.time(23, 59, 59, 999999), tzinfo=clock.LONDON)
    with pytest.raises(Refused) as caught:
        send(ret, by, last + dt.timedelta(microseconds=1))
    assert caught.value.code == "locked"
    send(ret, by, last)


def test_a_recall_withdraws_and_opens_a_draft_with_the_same_answers(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    people = (Person(initials="AB", outcode="NM4", share=Decimal(1), identifier="AB123456C"),)
    fill_in(ret, by)
    type_in(ret, by, "NT1", "0.25", people=people)
    send(ret, by)
    ret.refresh_from_db()
    first = ret.first_received_at
    sending.return_recall(ret=ret, version=ret.version, reason="A typing error", by=by, now=clock.now())
    ret.refresh_from_db()
    assert ret.state == "draft"
    old = Claim.objects.filter(ret=ret, state="withdrawn")
    assert old.count() == 6
    for claim in old:
        assert ledger.held(claim=claim, account=Account.PENDING).amount == 0
    drafts = Claim.objects.filter(ret=ret, state="draft")
    assert {(d.kpi.ref, d.revision, d.amount) for d in drafts} >= {("NT10", 2, Decimal(13))}
    live = ClaimPerson.objects.get(claim__ret=ret, live=True)
    assert live.claim.revision == 2
    send(ret, by, clock.now() + dt.timedelta(days=2))
    ret.refresh_from_db()
    assert ret.first_received_at == first, "the first arrival decides whether it was in time"
    assert ret.receipts.count() == 2


def test_after_checking_began_there_is_no_recall(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    send(ret, by)
    decided(world, Claim.objects.get(ret=ret, kpi__ref="NT10"))
    with pytest.raises(Refused) as caught:
        sending.return_recall(ret=ret, version=None, reason="", by=by, now=clock.now())
    assert caught.value.code == "checked"


def test_a_correction_takes_the_place_of_what_was_verified(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    send(ret, by)
    claim = Claim.objects.get(ret=ret, kpi__ref="NT17")
    verifier = world.people["verifier"]
    moves = [(Account.PENDING, Account.VERIFIED, Decimal(60))]
    ledger.decide(claim=claim, moves=moves, decision=None, by=verifier, role="CM", now=clock.now())
    correction = correcting.Correction(Decimal(70), "Five hours were counted twice")
    correcting.claim_correct(claim=claim, shown=claim.version, correction=correction, by=by, now=clock.now())
    claim.refresh_from_db()
    new = Claim.objects.get(ret=ret, kpi__ref="NT17", revision=2)
    assert (claim.state, new.state) == ("withdrawn", "submitted")
    assert ledger.held(claim=claim, account=Account.VERIFIED).amount == 0
    assert ledger.held(claim=claim, account=Account.WITHDRAWN).amount == 75
    assert ledger.held(claim=new, account=Account.PENDING).amount == 70


@pytest.mark.parametrize(("amount", "code"), [("80", "locked"), ("75", "problems")])
def test_what_a_correction_may_not_do_after_the_lock(world: World, amount: str, code: str) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    send(ret, by)
    claim = Claim.objects.get(ret=ret, kpi__ref="NT17")
    later = dt.datetime.combine(ret.locks, dt.time(12), tzinfo=dt.UTC) + dt.timedelta(days=1)
    correction = correcting.Correction(Decimal(amount), "More hours were found")
    with clock.fixed(later), pytest.raises(Refused) as caught:
        correcting.claim_correct(claim=claim, shown=None, correction=correction, by=by, now=later)
    assert caught.value.code == code


def test_identifiers_become_tokens_and_are_kept_nowhere(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    people = (
        Person(initials="AB", outcode="NM4", share=Decimal(1), identifier="AB123456C"),
        Person(initials="CD", outcode="NM5", share=Decimal("0.5")),
    )
    claim = type_in(ret, by, "NT1", "0.375", people=people)
    person = ClaimPerson.objects.get(claim=claim)
    assert len(person.token) == len(person.shared_token) == HASH_LENGTH
    assert person.amount == Decimal("0.25")
    assert "123456" not in json.dumps(claim.working)
    rows = claim.working["people"]
    again = tuple(
        Person(initials=r["initials"], outcode=r["outcode"], share=Decimal(r["share"]), token=r["token"]) for r in rows
    )
    type_in(ret, by, "NT1", "0.375", people=again)
    assert ClaimPerson.objects.get(claim=claim).shared_token == person.shared_token


def test_a_made_up_token_and_a_person_twice_are_not_taken(world: World) -> None:
    ret, by = first_return(world), world.people["supplier"]
    claim = type_in(ret, by, "NT1", "0.25", people=(Person(initials="AB", share=Decimal(1), token="f" * 64),))
    assert not ClaimPerson.objects.filter(claim=claim).exists()
    twice = tuple(Person(initials=i, share=Decimal(1), identifier="AB 12 34 56 C") for i in ("AB", "CD"))
    with pytest.raises(Invalid):
        type_in(ret, by, "NT1", "0.5", people=twice)
    with pytest.raises(Invalid):
        type_in(ret, by, "NT1", "0.5", people=(Person(initials="EF", share=Decimal(1), identifier="nonsense"),))
