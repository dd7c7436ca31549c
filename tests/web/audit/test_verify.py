"""Five ways to tamper with the log, each found; and what an anchor from outside adds."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from django.db import connection, transaction

from commonweal_web.audit.models import PLATFORM, ChainHead, Event
from commonweal_web.audit.services import anchor, record, verify, verify_end
from commonweal_web.audit.services import anchoring as files
from commonweal_web.audit.services.verifying import Finding
from commonweal_web.core.errors import Refused
from tests.web.audit_flush import lifted

NOW = dt.datetime(2026, 7, 8, 12, 0, tzinfo=dt.UTC)
BODY = 7


@pytest.fixture
def kept(db):
    """Ten events of a body, anchored after the eighth; the anchor as it came back from its file."""
    write(8)
    outside = files.read(files.as_text(anchor(now=NOW)))
    write(2)
    return outside


def write(count: int, chain: int = BODY) -> None:
    for number in range(count):
        with transaction.atomic():
            record(
                organisation_id=chain,
                by=None,
                role="system",
                verb="verified",
                record=("delivery.claim", number, f"Claim {number}"),
                now=NOW,
                new={"hours": number},
            )


def sql(statement: str, *params: object) -> None:
    """Do what somebody with all rights on the database can do."""
    with lifted(connection), connection.cursor() as cursor:
        cursor.execute(statement, params)


def rechain(chain: int, start: int = 1) -> None:
    """Compute all hashes anew, with the service's own code."""
    before = Event.objects.filter(chain=chain, seq=start - 1).values_list("hash", flat=True).first() or "0" * 64
    with lifted(connection):
        for event in Event.objects.filter(chain=chain, seq__gte=start).order_by("seq"):
            event.previous_hash = before
            event.names_hash = event.computed_names_hash()
            event.hash = before = event.computed_hash()
            event.save()
        last = Event.objects.filter(chain=chain).order_by("-seq").first()
        ChainHead.objects.filter(chain=chain).update(seq=last.seq, hash=last.hash)


def codes(findings: list[Finding]) -> set[tuple[int, int, str]]:
    return {(found.chain, found.seq, found.code) for found in findings}


def test_an_untouched_log_holds_with_and_without_an_anchor(kept):
    assert verify() == []
    assert verify(kept) == []


@pytest.mark.parametrize(
    "column", ["verb", "role", "reason", "actor_name", "record_label", "record_type", "request_id", "salt"]
)
def test_edit_of_a_text_is_found(kept, column):
    sql(f"UPDATE audit_event SET {column} = 'other' WHERE chain = %s AND seq = 3", BODY)
    assert codes(verify(kept)) == codes(verify()) == {(BODY, 3, "edited")}


@pytest.mark.parametrize(
    "change",
    [
        {"new": {"hours": 99}},
        {"old": {}},
        {"at": NOW + dt.timedelta(microseconds=1)},
        {"actor_id": 5},
        {"record_id": 77},
        {"contract_id": 1},
    ],
)
def test_edit_of_a_value_is_found(kept, change):
    with lifted(connection):
        Event.objects.filter(chain=BODY, seq=3).update(**change)
    assert codes(verify()) == {(BODY, 3, "edited")}


def test_a_chain_written_anew_is_found_by_the_anchor(kept):
    with lifted(connection):
        Event.objects.filter(chain=BODY, seq=3).update(new={"hours": 99})
    rechain(BODY, 3)
    assert codes(verify(kept)) == codes(verify()) == {(BODY, 8, "anchor")}


def test_when_the_platforms_chain_is_written_anew_too_only_the_anchor_outside_finds_it(kept):
    with lifted(connection):
        Event.objects.filter(chain=BODY, seq=3).update(new={"hours": 99})
    rechain(BODY, 3)
    with lifted(connection):
        heads = [{"chain": BODY, "seq": 8, "hash": Event.objects.get(chain=BODY, seq=8).hash}]
        Event.objects.filter(chain=PLATFORM).update(new={"heads": heads})
    rechain(PLATFORM)
    assert verify() == []
    assert codes(verify(kept)) == {(PLATFORM, 1, "anchor"), (BODY, 8, "anchor")}


def test_a_cut_tail_is_found_by_the_head(kept):
    sql("DELETE FROM audit_event WHERE chain = %s AND seq > 9", BODY)
    assert (BODY, 10, "cut") in codes(verify())


def test_a_cut_tail_with_its_head_set_back_is_found_by_the_anchor(kept):
    sql("DELETE FROM audit_event WHERE chain = %s AND seq > 6", BODY)
    rechain(BODY, 6)
    assert codes(verify(kept)) == {(BODY, 7, "cut")}


def test_a_chain_that_is_gone_is_found_by_the_anchor(kept):
    sql("DELETE FROM audit_event WHERE chain = %s", BODY)
    sql("DELETE FROM audit_chainhead WHERE chain = %s", BODY)
    assert (BODY, 8, "cut") in codes(verify(kept))


def test_swapped_events_are_found(kept):
    sql("UPDATE audit_event SET seq = -1 WHERE chain = %s AND seq = 3", BODY)
    sql("UPDATE audit_event SET seq = 3 WHERE chain = %s AND seq = 4", BODY)
    sql("UPDATE audit_event SET seq = 4 WHERE chain = %s AND seq = -1", BODY)
    found = codes(verify(kept))
    assert {(BODY, 3, "edited"), (BODY, 4, "edited"), (BODY, 3, "link"), (BODY, 4, "link")} <= found


def test_an_event_put_in_is_found(kept):
    sql("UPDATE audit_event SET seq = seq + 100 WHERE chain = %s AND seq > 5", BODY)
    sql("UPDATE audit_event SET seq = seq - 99 WHERE chain = %s AND seq > 100", BODY)
    forged = Event.objects.get(chain=BODY, seq=5)
    forged.pk, forged.seq, forged.previous_hash = None, 6, forged.hash
    forged.hash = forged.computed_hash()
    forged.save(force_insert=True)
    found = codes(verify(kept))
    assert {(BODY, 7, "edited"), (BODY, 7, "link"), (BODY, 8, "anchor"), (BODY, 11, "extra")} <= found


def test_an_event_put_in_and_rechained_is_found_by_the_anchor(kept):
    sql("UPDATE audit_event SET seq = seq + 100 WHERE chain = %s AND seq > 5", BODY)
    sql("UPDATE audit_event SET seq = seq - 99 WHERE chain = %s AND seq > 100", BODY)
    forged = Event.objects.get(chain=BODY, seq=5)
    forged.pk, forged.seq = None, 6
    forged.save(force_insert=True)
    rechain(BODY)
    assert codes(verify(kept)) == {(BODY, 8, "anchor")}


def test_an_event_after_the_end_or_in_no_chain_is_found(kept):
    forged = Event.objects.get(chain=BODY, seq=10)
    forged.pk, forged.seq, forged.previous_hash = None, 11, forged.hash
    forged.hash = forged.computed_hash()
    forged.save(force_insert=True)
    assert codes(verify()) == {(BODY, 11, "extra")}
    forged.pk, forged.chain = None, 12
    forged.save(force_insert=True)
    assert codes(verify()) == {(BODY, 11, "extra"), (12, 11, "extra")}


def test_an_event_taken_out_of_the_middle_is_found(kept):
    sql("DELETE FROM audit_event WHERE chain = %s AND seq = 4", BODY)
    assert codes(verify()) == {(BODY, 4, "link"), (BODY, 5, "link")}


def test_a_head_with_another_hash_is_found(kept):
    sql("UPDATE audit_chainhead SET hash = 'x' WHERE chain = %s", BODY)
    assert codes(verify()) == {(BODY, 10, "link")}


def test_a_spoiled_anchor_event_is_a_finding_and_no_crash(kept):
    with lifted(connection):
        Event.objects.filter(chain=PLATFORM).update(new={"heads": [{"chain": 1}, 3]})
    assert codes(verify()) == {(PLATFORM, 1, "edited")}


def test_names_can_be_blanked_by_law_without_breaking_the_chain(kept):
    sql("UPDATE audit_event SET actor_name = '', record_label = '', salt = '' WHERE chain = %s AND seq = 3", BODY)
    assert verify(kept) == []
    sql("UPDATE audit_event SET actor_name = 'Somebody' WHERE chain = %s AND seq = 3", BODY)
    assert codes(verify(kept)) == {(BODY, 3, "edited")}


def test_a_finding_says_where_it_is(kept):
    assert str(Finding(0, 3, "edited", "changed.")) == "Event 3 of the platform's chain: changed."
    assert str(Finding(7, 3, "edited", "changed.")) == "Event 3 of the chain of organisation 7: changed."


def test_the_anchor_names_every_chain_and_itself(kept):
    write(1, chain=8)
    text = files.as_text(anchor(now=NOW))
    heads = {head["chain"]: (head["seq"], head["hash"]) for head in json.loads(text)["heads"]}
    assert heads == {head.chain: (head.seq, head.hash) for head in ChainHead.objects.all()}
    assert set(heads) == {PLATFORM, BODY, 8}


def test_a_file_that_is_no_whole_anchor_is_refused_in_words(kept):
    text = files.as_text(kept)
    changed = text.replace('"seq": 8', '"seq": 7')
    deep = "[" * 100_000
    for wrong in ("", "[]", "null", "{}", text[:-9], changed, text.replace("anchor/1", "anchor/2"), deep, b"\xff\xfe"):
        with pytest.raises(Refused, match="not an anchor file"):
            files.read(wrong)


def test_an_anchor_file_is_never_written_over(kept, tmp_path):
    first = files.write(kept, tmp_path / "anchors", NOW)
    second = files.write(kept, tmp_path / "anchors", NOW)
    assert (first.name, second.name) == ("log-anchor-2026-07-08.json", "log-anchor-2026-07-08T120000.json")
    assert files.read(first.read_bytes()) == kept


def test_the_end_of_a_chain_is_read_quickly_and_finds_an_edit_in_it(kept):
    assert verify_end(BODY) == verify_end(BODY, count=3) == verify_end(99) == []
    with lifted(connection):
        Event.objects.filter(chain=BODY, seq=9).update(reason="Another reason")
    assert [(found.seq, found.code) for found in verify_end(BODY, count=3)] == [(9, "edited")]
    assert verify_end(BODY, count=1) == []
    with lifted(connection):
        Event.objects.filter(chain=BODY, seq=10).delete()
    assert (10, "cut") in [(found.seq, found.code) for found in verify_end(BODY)]
