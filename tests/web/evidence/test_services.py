"""Adding, replacing, withdrawing and reading evidence, and what happens to it at night."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
from typing import Any

import pytest
from django.db import transaction

from commonweal_web.audit.models import Event
from commonweal_web.core import verification
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.evidence import hooks, selectors, services
from commonweal_web.evidence.models import EvidenceItem, HeldUpload, StoredFile
from commonweal_web.evidence.policies import Scan
from commonweal_web.evidence.store import SpoiltFile, Store, StoreUnavailable
from tests.web.evidence.clamd import EICAR, FakeClamd, honest
from tests.web.evidence.conftest import APRIL, Upload
from tests.web.evidence.files import pdf, png, xlsx
from tests.web.evidence.test_redaction import CANARIES, PAYROLL
from tests.web.evidence.test_store import SPOILING
from tests.web.world import NOON, World

LATER = NOON + dt.timedelta(minutes=5)
REASON = "Payroll check of two people"


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def event() -> Event:
    return Event.objects.order_by("pk").last()  # type: ignore[return-value]


def items(added: services.Added) -> list[EvidenceItem]:
    assert not added.refused, [refused.message for refused in added.refused]
    return added.items


def read(world: World, item: EvidenceItem, key: str, reason: str = "") -> bytes:
    with services.item_open(item=item, reason=reason, by=world.people[key], now=LATER) as stream:
        return stream.read()


def test_an_upload_is_stored_described_and_logged_once(world: World, upload: Upload, store: Store) -> None:
    (item,) = items(upload("hours.pdf", note="Time sheets", people="agreed"))
    data = pdf()
    assert item.file.sha256 == hashlib.sha256(data).hexdigest()
    assert store.path(item.file.sha256).read_bytes() == data
    assert (item.supplier, item.consent, item.has_people) == (world.bodies["harbourside"], True, True)
    assert verbs() == ["evidence_added"]
    assert event().chain == world.bodies["nmc"].pk
    assert event().new["sha256"] == item.file.sha256
    assert "hours" not in str(event().__dict__)


def test_the_same_file_again_is_the_same_item(upload: Upload) -> None:
    first, second = items(upload())[0], items(upload("other name.pdf"))[0]
    assert first == second
    assert verbs() == ["evidence_added"]
    assert items(upload(period=None))[0] != first
    assert StoredFile.objects.count() == 1


def test_a_refused_file_does_not_take_the_others_with_it(world: World, store: Store) -> None:
    added = services.files_add(
        contract=world.contracts["grounds"],
        files=[("a.pdf", [pdf()]), ("b.exe", [b"MZ"]), ("c.pdf", [b"no pdf"]), ("d.png", [png()])],
        note="",
        period_starts=APRIL,
        people="none",
        by=world.people["supplier"],
        now=NOON,
    )
    assert [item.name for item in added.items] == ["a.pdf", "d.png"]
    assert ["b.exe" in added.refused[0].message, "c.pdf" in added.refused[1].message] == [True, True]
    assert not list(store.incoming.iterdir())


@pytest.mark.parametrize(
    "key", ["manager", "lead", "auditor", "director", "councillor", "brightwell supplier", "bid writer"]
)
def test_only_the_supplier_and_the_beneficiary_add_evidence(world: World, upload: Upload, key: str) -> None:
    with pytest.raises(NotPermitted):
        upload(key=key)
    assert items(upload(key="community member"))[0].supplier is None


def test_there_is_an_end_to_files_and_bytes(world: World, upload: Upload, settings: Any) -> None:
    settings.EVIDENCE_RETURN_FILES = 1
    items(upload())
    assert "has 1 files" in upload("b.png", png()).refused[0].message
    settings.EVIDENCE_RETURN_FILES, settings.EVIDENCE_RETURN_BYTES = 40, len(pdf()) + 10
    assert "more than 0 MB together" in upload("b.png", png()).refused[0].message
    settings.EVIDENCE_FILE_BYTES = 10
    assert "larger than" in upload("b.png", png()).refused[0].message


def test_a_full_disk_loses_nothing_and_leaves_no_row_without_file(
    upload: Upload, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        with pytest.raises(StoreUnavailable):
            upload()
    assert not EvidenceItem.objects.exists()
    assert not StoredFile.objects.exists()
    assert not Event.objects.exists()
    items(upload())


WHO_READS = {
    "supplier": True,
    "supplier administrator": True,
    "manager": True,
    "deputy": True,
    "verifier": True,
    "lead": True,
    "auditor": True,
    "unassigned manager": False,
    "director": False,
    "commissioner": False,
    "procurement": False,
    "councillor": False,
    "administrator": False,
    "bid writer": False,
    "brightwell supplier": False,
    "calder supplier": False,
    "eastholt manager": False,
    "eastholt lead": False,
    "platform administrator": False,
    "community member": False,
}


@pytest.mark.parametrize("key", WHO_READS)
def test_who_may_read_a_file(two_suppliers: World, upload: Upload, key: str) -> None:
    (item,) = items(upload())
    user = two_suppliers.people[key]
    assert EvidenceItem.objects.visible_to(user).exists() is WHO_READS[key]
    if WHO_READS[key]:
        assert read(two_suppliers, item, key) == pdf()
    else:
        with pytest.raises(NotPermitted):
            read(two_suppliers, item, key)


def test_nobody_sees_a_file_of_another_contract_or_council(two_suppliers: World, upload: Upload) -> None:
    (ours,) = items(upload())
    (theirs,) = items(upload("plan.png", png(), key="calder supplier", contract="library"))
    seen = {key: set(EvidenceItem.objects.visible_to(two_suppliers.people[key])) for key in two_suppliers.people}
    assert seen["eastholt manager"] == seen["eastholt lead"] == seen["calder supplier"] == {theirs}
    assert seen["manager"] == seen["lead"] == seen["supplier"] == {ours}


def test_reading_by_an_officer_is_logged_and_by_the_owner_is_not(world: World, upload: Upload) -> None:
    (item,) = items(upload())
    read(world, item, "supplier")
    read(world, item, "supplier administrator")
    assert verbs() == ["evidence_added"]
    read(world, item, "verifier")
    assert verbs() == ["evidence_added", "evidence_read"]
    assert (event().actor_id, event().role) == (world.people["verifier"].pk, "CM")


def test_a_file_that_names_people_is_opened_with_a_reason(world: World, upload: Upload) -> None:
    (item,) = items(upload(people="needed"))
    for key in ("verifier", "lead"):
        with pytest.raises(Refused, match="why you need to see") as refused:
            read(world, item, key)
        assert refused.value.code == "reason_needed"
    assert read(world, item, "verifier", REASON)
    assert (event().verb, event().reason) == ("evidence_people_read", REASON)
    assert read(world, item, "auditor")
    assert read(world, item, "supplier")


def test_a_photo_of_people_who_agreed_is_opened_without_a_reason(world: World, upload: Upload) -> None:
    (item,) = items(upload("photo.png", png(), people="agreed"))
    assert read(world, item, "verifier") == png()
    assert event().verb == "evidence_read"


@pytest.mark.parametrize("way", SPOILING)
def test_a_spoilt_file_is_found_on_reading_and_at_night(world: World, upload: Upload, store: Store, way: str) -> None:
    (item,) = items(upload(data=pdf(b"/X (" + b"x" * 40_000 + b") ")))
    SPOILING[way][0](store.path(item.file.sha256))
    with pytest.raises(SpoiltFile):
        read(world, item, "verifier")
    item.file.refresh_from_db()
    assert item.file.spoilt
    assert not selectors.may_rest_on(item)
    assert verbs() == ["evidence_added", "evidence_spoilt"]
    StoredFile.objects.update(spoilt="")
    assert services.files_check(now=LATER) == services.Checked(1, 1)
    assert services.files_check(now=LATER) == services.Checked(1, 1)
    assert verbs().count("evidence_spoilt") == 2
    assert any(item.file.sha256 in problem for problem in verification.problems(verification.run_all()))


def test_a_restored_file_is_sound_again(world: World, upload: Upload, store: Store) -> None:
    (item,) = items(upload())
    data = store.path(item.file.sha256).read_bytes()
    store.path(item.file.sha256).unlink()
    services.files_check(now=LATER)
    store.path(item.file.sha256).write_bytes(data)
    assert services.files_check(now=LATER, batch=1) == services.Checked(1, 0)
    assert verbs() == ["evidence_added", "evidence_spoilt", "evidence_sound_again"]
    assert read(world, item, "verifier") == data


def test_a_virus_is_refused_with_the_standard_words_and_nothing_is_kept(
    world: World, upload: Upload, store: Store, clamd: FakeClamd
) -> None:
    added = upload("note.txt", b"hello " + EICAR)
    assert "A virus was found in this file, so it was not accepted" in added.refused[0].message
    assert not EvidenceItem.objects.exists()
    assert not [path for path in store.root.rglob("*") if path.is_file()]
    assert verbs() == ["evidence_refused_virus"]


def test_a_file_waits_while_the_scanner_is_down_and_is_caught_up(world: World, upload: Upload, settings: Any) -> None:
    settings.CLAMD, settings.CLAMD_SECONDS = "127.0.0.1:1", 1
    (item,) = items(upload())
    assert item.file.scan == Scan.PENDING
    assert not selectors.may_rest_on(item)
    for key in ("verifier", "supplier"):
        with pytest.raises(Refused, match="waiting for the virus check"):
            read(world, item, key)
    assert services.files_scan(now=LATER) == 0
    with FakeClamd() as clamd:
        settings.CLAMD = clamd.address
        assert services.files_scan(now=LATER) == 1
    item.file.refresh_from_db()
    assert (item.file.scan, item.file.scanned_at) == (Scan.CLEAN, LATER)
    assert selectors.may_rest_on(item)
    assert read(world, item, "verifier") == pdf()


def test_a_virus_found_later_closes_the_file_and_is_logged(world: World, upload: Upload, settings: Any) -> None:
    (item,) = items(upload("note.txt", b"hello " + EICAR))
    assert item.file.scan == Scan.NONE
    assert "Not scanned" in selectors.scan_words(item)
    assert read(world, item, "verifier")
    with FakeClamd() as clamd:
        settings.CLAMD = clamd.address
        assert "Waiting" in selectors.scan_words(item)
        with pytest.raises(Refused, match="waiting"):
            read(world, item, "verifier")
        services.files_scan(now=LATER)
        assert upload("again.txt", b"hello " + EICAR).refused
    item.file.refresh_from_db()
    assert item.file.scan == Scan.INFECTED
    assert "evidence_virus_found" in verbs()
    settings.CLAMD = ""
    for key in ("verifier", "supplier", "auditor"):
        with pytest.raises(Refused, match="A virus was found"):
            read(world, item, key)
    assert "A virus was found" in upload("third.txt", b"hello " + EICAR, period=None).refused[0].message


@pytest.mark.parametrize("answer", [b"garbage\0", b"", None])
def test_a_scanner_that_talks_nonsense_lets_nothing_through(
    upload: Upload, settings: Any, answer: bytes | None
) -> None:
    with FakeClamd(lambda _: answer) as clamd:
        settings.CLAMD, settings.CLAMD_SECONDS = clamd.address, 1
        assert items(upload())[0].file.scan == Scan.PENDING
        assert services.files_scan(now=LATER) == 0


def test_a_slow_scanner_holds_up_no_upload(upload: Upload, settings: Any) -> None:
    with FakeClamd(honest, delay=1.5) as clamd:
        settings.CLAMD, settings.CLAMD_SECONDS = clamd.address, 0.2
        assert items(upload())[0].file.scan == Scan.PENDING


def test_an_unused_file_is_withdrawn_with_its_name_and_bytes(
    world: World, upload: Upload, store: Store, django_capture_on_commit_callbacks: Any
) -> None:
    (item,) = items(upload("Maya Thompson.pdf"))
    sha256 = item.file.sha256
    with django_capture_on_commit_callbacks(execute=True):
        services.item_withdraw(item=item, reason="Wrong file", by=world.people["supplier"], now=LATER)
    item.refresh_from_db()
    assert (item.withdrawn_at, item.name) == (LATER, "Removed file")
    assert not store.path(sha256).exists()
    assert verbs()[-1] == "evidence_withdrawn"
    with pytest.raises(Refused, match="was removed"):
        read(world, item, "verifier")
    with pytest.raises(Refused, match="was withdrawn on 8 July 2026"):
        services.item_withdraw(item=item, reason="", by=world.people["supplier"], now=LATER)
    assert items(upload("again.pdf"))[0].file.discarded_at is None
    assert store.path(sha256).exists()


def test_bytes_that_another_item_needs_stay(
    world: World, upload: Upload, store: Store, django_capture_on_commit_callbacks: Any
) -> None:
    first, second = items(upload())[0], items(upload(period=None))[0]
    with django_capture_on_commit_callbacks(execute=True):
        services.item_withdraw(item=first, reason="", by=world.people["supplier"], now=LATER)
    assert read(world, second, "supplier") == pdf()


def test_what_is_uploaded_again_before_the_deletion_stays(world: World, upload: Upload, store: Store) -> None:
    (item,) = items(upload())
    services.item_withdraw(item=item, reason="", by=world.people["supplier"], now=LATER)
    again = items(upload("again.pdf"))[0]
    assert services.stored_discard(stored_id=item.file_id) is False
    assert read(world, again, "supplier") == pdf()


def test_a_deletion_that_was_missed_is_made_up_for(world: World, upload: Upload, store: Store) -> None:
    (item,) = items(upload())
    services.item_withdraw(item=item, reason="", by=world.people["supplier"], now=LATER)
    assert store.path(item.file.sha256).exists()
    services.files_sweep(now=LATER)
    assert not store.path(item.file.sha256).exists()


def test_bytes_that_no_row_names_are_swept_away(upload: Upload, store: Store) -> None:
    (item,) = items(upload())
    stray = store.receive([b"stray"], limit=100)
    store.adopt(stray)
    services.files_sweep(now=LATER)
    assert store.path(stray.sha256).exists()
    for sha256 in (stray.sha256, item.file.sha256):
        os.utime(store.path(sha256), (0, 0))
    services.files_sweep(now=LATER)
    assert not store.path(stray.sha256).exists()
    assert store.path(item.file.sha256).exists()


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch) -> list[hooks.Use]:
    uses: list[hooks.Use] = []
    monkeypatch.setattr(hooks, "uses_hooks", [lambda item: uses])
    monkeypatch.setattr(hooks, "replaced_hooks", [])
    monkeypatch.setattr(hooks, "withdrawn_hooks", [])
    return uses


def test_what_a_claim_rests_on_keeps_its_name_and_bytes(
    world: World, upload: Upload, used: list[hooks.Use], django_capture_on_commit_callbacks: Any
) -> None:
    (item,) = items(upload())
    used.append(hooks.Use("the claim for NT1"))
    with django_capture_on_commit_callbacks(execute=True):
        services.item_withdraw(item=item, reason="", by=world.people["supplier"], now=LATER)
    item.refresh_from_db()
    assert item.name == "hours.pdf"
    assert read(world, item, "verifier") == pdf()


def test_what_was_handed_in_cannot_be_withdrawn_or_replaced(
    world: World, upload: Upload, used: list[hooks.Use]
) -> None:
    (item,) = items(upload())
    used.append(hooks.Use("the claim for NT1", frozen=True))
    with pytest.raises(Refused, match="the claim for NT1 rests on it"):
        services.item_withdraw(item=item, reason="", by=world.people["supplier"], now=LATER)
    with pytest.raises(Refused, match="cannot be replaced"):
        replace(world, item)
    assert verbs() == ["evidence_added"]


def replace(world: World, item: EvidenceItem, key: str = "supplier") -> EvidenceItem:
    received = services.file_receive(pieces=[png()], name="better.png")
    return services.item_add(
        contract=item.contract,
        received=received,
        note="",
        period_starts=item.period_starts,
        has_people=False,
        replaces=item,
        by=world.people[key],
        now=LATER,
    )


def test_a_file_is_replaced_and_drafts_follow(world: World, upload: Upload, used: list[hooks.Use]) -> None:
    (item,) = items(upload())
    moved: list[tuple[EvidenceItem, EvidenceItem]] = []
    hooks.replaced_hooks.append(lambda old, new, **_: moved.append((old, new)))
    new = replace(world, item, "supplier administrator")
    item.refresh_from_db()
    assert moved == [(item, new)]
    assert item.withdrawn_at == LATER
    assert new.replaces == item
    assert verbs() == ["evidence_added", "evidence_added"]
    assert list(selectors.items_of(user=world.people["manager"], contract=item.contract)) == [new]


def test_nobody_withdraws_or_describes_anothers_file(world: World, upload: Upload) -> None:
    (item,) = items(upload())
    for key in ("manager", "calder supplier"):
        with pytest.raises(NotPermitted):
            services.item_withdraw(item=item, reason="", by=world.people[key], now=LATER)
    with pytest.raises(NotPermitted, match="somebody else"):
        services.item_note(item=item, note="x", by=world.people["community member"], now=LATER)


def test_a_note_is_changed_once(world: World, upload: Upload) -> None:
    (item,) = items(upload())
    for _ in range(2):
        item = services.item_note(item=item, note="Time sheets", by=world.people["supplier"], now=LATER)
    assert verbs() == ["evidence_added", "evidence_described"]


def held(added: services.Added) -> HeldUpload:
    assert added.held is not None
    assert not added.items
    return added.held


def traces(store: Store) -> bytes:
    """Everything that the service has stored: files, rows and the log."""
    whole = b"".join(path.read_bytes() for path in store.root.rglob("*") if path.is_file())
    for model in (EvidenceItem, StoredFile, HeldUpload, Event):
        whole += str(list(model.objects.values())).encode()  # type: ignore[attr-defined]
    return whole.lower()


@pytest.mark.parametrize("people", ["none", "agreed", "redact"])
def test_a_spreadsheet_of_people_is_held_and_only_the_copy_kept(
    world: World, upload: Upload, store: Store, people: str, django_capture_on_commit_callbacks: Any
) -> None:
    data = xlsx(PAYROLL)
    added = upload("Maya Thompson payroll.xlsx", data, people=people, note="Payroll of Maya Thompson, June")
    waiting = held(added)
    assert not Event.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        item = services.held_finish(
            held=waiting, keep="redacted", name="Payroll June, run by Thompson", by=world.people["supplier"], now=LATER
        )
    assert item.name == "Payroll June, run by T..xlsx"
    assert item.note == "Payroll of M. T., June"
    assert (item.is_redacted, item.has_people, item.redacted_from) == (True, False, None)
    assert verbs() == ["evidence_added"]
    text = traces(store)
    assert hashlib.sha256(data).hexdigest().encode() not in text
    assert not [canary for canary in CANARIES if canary.encode() in text and canary not in ("@", "0012", "4ab", "2ab")]
    rows = read(world, item, "verifier")
    assert rows.startswith(b"PK")


def test_both_files_may_be_kept(world: World, upload: Upload) -> None:
    waiting = held(upload("payroll.xlsx", xlsx(PAYROLL), people="redact"))
    item = services.held_finish(held=waiting, keep="both", name="", by=world.people["supplier"], now=LATER)
    assert item.name == "Redacted spreadsheet.xlsx"
    assert item.redacted_from is not None
    assert (item.redacted_from.name, item.redacted_from.has_people) == ("payroll.xlsx", True)
    assert verbs() == ["evidence_added", "evidence_added"]
    assert not HeldUpload.objects.exists()


@pytest.mark.parametrize("has_people", [True, False])
def test_a_file_may_be_kept_as_it_is(world: World, upload: Upload, has_people: bool) -> None:
    waiting = held(upload("payroll.csv", b"Name,Hours\nRiverside,4\nAbbey,3\n"))
    item = services.held_as_it_is(held=waiting, has_people=has_people, by=world.people["supplier"], now=LATER)
    assert item.has_people is has_people
    assert read(world, item, "auditor").startswith(b"Name")


def test_a_given_up_spreadsheet_leaves_nothing(
    world: World, upload: Upload, store: Store, django_capture_on_commit_callbacks: Any
) -> None:
    waiting = held(upload("payroll.xlsx", xlsx(PAYROLL), people="redact"))
    with django_capture_on_commit_callbacks(execute=True):
        services.held_drop(held=waiting, by=world.people["supplier"], now=LATER)
    assert not [path for path in store.root.rglob("*") if path.is_file()]
    assert b"payroll" not in traces(store)
    assert verbs() == ["evidence_given_up"]


def test_a_held_spreadsheet_is_gone_after_a_day(world: World, upload: Upload, store: Store) -> None:
    waiting = held(upload("payroll.xlsx", xlsx(PAYROLL), people="redact"))
    services.files_sweep(now=NOON + dt.timedelta(hours=23))
    assert services.held_redact(held=waiting).copy.sheets
    services.files_sweep(now=NOON + dt.timedelta(hours=25))
    assert not [path for path in store.root.rglob("*") if path.is_file()]
    with pytest.raises(Refused, match="no longer here"):
        services.held_redact(held=waiting)
    with pytest.raises(Refused, match="no longer here"):
        services.held_as_it_is(held=waiting, has_people=True, by=world.people["supplier"], now=LATER)


def test_only_its_owner_sees_a_held_spreadsheet(world: World, upload: Upload) -> None:
    waiting = held(upload("payroll.xlsx", xlsx(PAYROLL), people="redact"))
    assert selectors.held_of(user=world.people["supplier"], key=waiting.key) == waiting
    assert selectors.held_of(user=world.people["supplier administrator"], key=waiting.key) is None
    assert selectors.held_of(user=world.people["manager"], key=waiting.key) is None


def test_a_spreadsheet_that_is_needed_with_names_is_not_held(upload: Upload) -> None:
    (item,) = items(upload("payroll.xlsx", xlsx(PAYROLL), people="needed"))
    assert item.has_people


def test_names_are_taken_out_of_spreadsheets_only(upload: Upload) -> None:
    assert "of spreadsheets only" in upload("a.pdf", people="redact").refused[0].message


def failing(upload: Upload) -> None:
    with transaction.atomic():
        upload()
        raise ZeroDivisionError


def test_an_upload_that_fails_after_its_file_was_stored_leaves_no_row(world: World, upload: Upload) -> None:
    with pytest.raises(ZeroDivisionError):
        failing(upload)
    assert not EvidenceItem.objects.exists()
    items(upload())
