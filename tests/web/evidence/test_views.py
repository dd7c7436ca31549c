"""The pages about evidence: without JavaScript, through their doors, and the file only ever saved."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.evidence import services
from commonweal_web.evidence.models import EvidenceItem, HeldUpload
from commonweal_web.evidence.store import Store
from tests.web.evidence.clamd import EICAR, FakeClamd
from tests.web.evidence.conftest import APRIL, Upload
from tests.web.evidence.files import pdf, png, xlsx
from tests.web.evidence.test_redaction import CANARIES, PAYROLL
from tests.web.world import World

SignedIn = Callable[[str], Client]
REASON = "Checking two addresses against the boundary"


def post(client: Client, url: str, *uploads: tuple[str, bytes], **data: Any) -> Any:
    files = [SimpleUploadedFile(name, content) for name, content in uploads]
    return client.post(url, {"people": "none", **data, **({"file": files} if files else {})})


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def add_url(world: World, contract: str = "grounds") -> str:
    return reverse("evidence:add", args=[world.contracts[contract].pk])


@pytest.fixture
def item(upload: Upload) -> EvidenceItem:
    return upload("hours.pdf", note="Hours given in June").items[0]


def test_files_are_added_for_a_period_and_lead_back(world: World, signed_in: SignedIn) -> None:
    client = signed_in("supplier")
    page = client.get(add_url(world), {"period": "2026-04-01", "next": "/claims/7/"})
    assert page.status_code == 200
    assert 'value="2026-04-01"' in page.content.decode()
    done = post(
        client, add_url(world), ("a.pdf", pdf()), ("b.png", png()), note="x", period="2026-04-01", next="/claims/7/"
    )
    assert (done.status_code, done["Location"]) == (303, "/claims/7/")
    assert set(EvidenceItem.objects.values_list("name", "period_starts")) == {("a.pdf", APRIL), ("b.png", APRIL)}


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", "/\\evil.example"]
)
def test_nobody_is_led_to_another_site(world: World, signed_in: SignedIn, elsewhere: str) -> None:
    done = post(signed_in("supplier"), add_url(world), ("a.pdf", pdf()), next=elsewhere)
    assert done["Location"] == reverse("evidence:list", args=[world.contracts["grounds"].pk])


def test_what_is_refused_is_said_beside_the_box_and_the_rest_is_kept(world: World, signed_in: SignedIn) -> None:
    done = post(signed_in("supplier"), add_url(world), ("a.pdf", pdf()), ("b.exe", b"MZ"), ("c.pdf", b""))
    assert done.status_code == 422
    text = text_of(done)
    assert "There is a problem" in text
    assert "b.exe was not added" in text
    assert "c.pdf is empty" in text
    assert "1 file was added" in text
    assert EvidenceItem.objects.count() == 1


@pytest.mark.parametrize(("data", "said"), [({}, "Choose a file."), ({"people": ""}, "Say whether people can be")])
def test_what_is_missing_is_asked_for(world: World, signed_in: SignedIn, data: dict[str, str], said: str) -> None:
    done = post(signed_in("supplier"), add_url(world), **data)
    assert done.status_code == 422
    assert said in text_of(done)
    assert "Error: " in done.content.decode()


def test_a_virus_gets_the_standard_words(world: World, signed_in: SignedIn, clamd: FakeClamd) -> None:
    done = post(signed_in("supplier"), add_url(world), ("note.txt", b"hello " + EICAR))
    assert "A virus was found in this file, so it was not accepted and nobody can open it." in text_of(done)
    assert "Add a clean copy" in text_of(done) or "add a clean copy" in text_of(done)


def test_a_full_disk_is_507_with_words(world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("commonweal_web.evidence.store.os.replace", full)
    done = post(signed_in("supplier"), add_url(world), ("a.pdf", pdf()))
    assert done.status_code == 507
    assert signed_in("supplier").get(add_url(world)).status_code == 200


def test_the_file_is_only_ever_saved(signed_in: SignedIn, item: EvidenceItem) -> None:
    response = signed_in("verifier").get(reverse("evidence:download", args=[item.pk]))
    assert b"".join(response.streaming_content) == pdf()
    assert response["Content-Disposition"] == 'attachment; filename="hours.pdf"'
    assert response["Content-Type"] == "application/pdf"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert response["Cache-Control"] == "no-store"
    assert Event.objects.filter(verb="evidence_read").count() == 1


def test_a_name_with_signs_is_sent_safely(signed_in: SignedIn, upload: Upload) -> None:
    item = upload('a"b; x=é\r\nSet-Cookie: a.pdf').items[0]
    response = signed_in("supplier").get(reverse("evidence:download", args=[item.pk]))
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert response["Content-Disposition"].startswith("attachment; filename*=utf-8''")


NEVER = {
    "unassigned manager": 404,
    "director": 404,
    "councillor": 404,
    "administrator": 404,
    "bid writer": 404,
    "brightwell supplier": 404,
    "calder supplier": 404,
    "eastholt manager": 404,
    "platform administrator": 404,
    "community member": 404,
}


@pytest.mark.parametrize("key", NEVER)
@pytest.mark.parametrize("name", ["item", "download", "describe", "replace", "withdraw"])
def test_a_file_does_not_exist_for_others(signed_in: SignedIn, item: EvidenceItem, key: str, name: str) -> None:
    client = signed_in(key)
    there, absent = (client.get(reverse(f"evidence:{name}", args=[pk])) for pk in (item.pk, 10**9))
    assert (there.status_code, absent.status_code) == (404, 404)
    assert item.name not in there.content.decode()


@pytest.mark.parametrize("name", ["describe", "replace", "withdraw"])
def test_an_officer_sees_a_file_but_changes_nothing(signed_in: SignedIn, item: EvidenceItem, name: str) -> None:
    response = signed_in("verifier").get(reverse(f"evidence:{name}", args=[item.pk]))
    assert response.status_code == 403
    assert "upload evidence" in text_of(response)


@pytest.mark.parametrize(
    ("key", "listing", "adding"),
    [
        ("supplier", 200, 200),
        ("supplier administrator", 200, 200),
        ("community member", 200, 200),
        ("manager", 200, 403),
        ("auditor", 200, 403),
        ("director", 403, 403),
        ("councillor", 403, 403),
        ("unassigned manager", 404, 404),
        ("calder supplier", 404, 404),
        ("eastholt lead", 404, 404),
    ],
)
def test_who_sees_the_list_and_who_adds(
    world: World, signed_in: SignedIn, item: EvidenceItem, key: str, listing: int, adding: int
) -> None:
    client = signed_in(key)
    there = client.get(reverse("evidence:list", args=[item.contract_id]))
    assert there.status_code == listing
    assert client.get(add_url(world)).status_code == adding
    seen = key in ("supplier", "supplier administrator", "manager", "auditor")
    assert (item.name in there.content.decode()) is seen


def test_nobody_gets_in_without_signing_in(item: EvidenceItem) -> None:
    response = Client().get(reverse("evidence:download", args=[item.pk]))
    assert response.status_code == 302
    assert "login" in response["Location"]


def test_the_page_of_a_file_tells_its_story(signed_in: SignedIn, item: EvidenceItem) -> None:
    signed_in("verifier").get(reverse("evidence:download", args=[item.pk]))
    text = text_of(signed_in("supplier").get(reverse("evidence:item", args=[item.pk])))
    for said in (
        item.file.sha256,
        "Not scanned: no scanner is configured",
        "PDF document",
        "Hana Dell, Harbourside Gardens CIC",
        "Opened by Vera Lund",
        "Hours given in June",
        "Nothing yet. A claim rests on it once the supplier chooses it",
        "Withdraw it",
    ):
        assert said in text
    assert "Withdraw it" not in text_of(signed_in("verifier").get(reverse("evidence:item", args=[item.pk])))


def test_people_in_a_file_are_seen_with_a_reason_only(signed_in: SignedIn, upload: Upload) -> None:
    data = xlsx(PAYROLL)
    item = upload("payroll.xlsx", data, people="needed").items[0]
    client, url = signed_in("verifier"), reverse("evidence:download", args=[item.pk])
    asked = client.get(url)
    assert (asked.status_code, asked["Location"]) == (303, reverse("evidence:item", args=[item.pk]) + "#open")
    assert "This file names people" in text_of(client.get(asked["Location"]))
    for reason, said in (("", "Enter"), ("because", "Say in a few words why")):
        short = client.post(url, {"reason": reason})
        assert short.status_code == 422
        assert said in text_of(short)
    opened = client.post(url, {"reason": REASON})
    assert b"".join(opened.streaming_content) == data
    assert Event.objects.get(verb="evidence_people_read").reason == REASON
    page = reverse("evidence:item", args=[item.pk])
    assert REASON in text_of(client.get(page))
    assert REASON not in text_of(signed_in("supplier").get(page))


def test_a_spoilt_file_says_so_on_its_page(signed_in: SignedIn, item: EvidenceItem, store: Store) -> None:
    store.path(item.file.sha256).unlink()
    response = signed_in("verifier").get(reverse("evidence:download", args=[item.pk]))
    assert response.status_code == 409
    assert "no longer matches what was handed in" in text_of(response)
    assert "no longer matches" in text_of(signed_in("supplier").get(reverse("evidence:item", args=[item.pk])))
    assert "Spoilt" in text_of(signed_in("supplier").get(reverse("evidence:list", args=[item.contract_id])))


def test_a_file_that_waits_for_the_scanner_is_not_offered(
    signed_in: SignedIn, item: EvidenceItem, clamd: FakeClamd
) -> None:
    page = signed_in("verifier").get(reverse("evidence:item", args=[item.pk]))
    assert "waiting for the virus check" in text_of(page)
    assert "Save the file" not in text_of(page)
    assert signed_in("verifier").get(reverse("evidence:download", args=[item.pk])).status_code == 409


def test_a_file_is_described_replaced_and_withdrawn(signed_in: SignedIn, item: EvidenceItem) -> None:
    client = signed_in("supplier")
    assert client.post(reverse("evidence:describe", args=[item.pk]), {"note": "July"}).status_code == 303
    replaced = post(client, reverse("evidence:replace", args=[item.pk]), ("new.png", png()), note="July")
    new = EvidenceItem.objects.get(name="new.png")
    assert replaced["Location"] == reverse("evidence:item", args=[new.pk])
    assert "Takes the place of hours.pdf" in text_of(client.get(replaced["Location"]))
    assert client.post(reverse("evidence:withdraw", args=[new.pk]), {}).status_code == 422
    gone = client.post(reverse("evidence:withdraw", args=[new.pk]), {"reason": "Wrong month"}, follow=True)
    assert "The file was withdrawn" in text_of(gone)
    listed = reverse("evidence:list", args=[item.contract_id])
    assert "Removed file" not in text_of(client.get(listed))
    assert "Removed file" in text_of(client.get(listed, {"withdrawn": "yes"}))


def held_at(client: Client, world: World, people: str = "redact") -> HeldUpload:
    done = post(
        client,
        add_url(world),
        ("Maya Thompson June.xlsx", xlsx(PAYROLL)),
        people=people,
        period="2026-04-01",
        next="/claims/7/",
    )
    held = HeldUpload.objects.get()
    assert done["Location"] == reverse("evidence:columns", args=[held.key])
    return held


@pytest.mark.parametrize("people", ["redact", "none"])
def test_people_are_taken_out_step_by_step(
    world: World, signed_in: SignedIn, people: str, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in("supplier")
    held = held_at(client, world, people)
    columns = client.get(reverse("evidence:columns", args=[held.key]))
    assert "Looks like names of people, by its heading." in text_of(columns)
    fields = dict(
        re.findall(r'<select[^>]*name="(c_0_\d+)".*?<option value="(\w+)" selected', columns.content.decode(), re.S)
    )
    assert fields["c_0_0"] == "initials"
    chosen = client.post(reverse("evidence:columns", args=[held.key]), {**fields, "c_0_7": "drop"})
    keep = chosen["Location"]
    preview = text_of(client.get(keep))
    assert "M.T." in preview
    assert "Gardener" not in preview
    body = preview.split("The copy without people")[-1].lower()
    assert not [canary for canary in CANARIES if canary in body]
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(keep, {"keep": "redacted", "name": "Payroll June"})
    assert (done.status_code, done["Location"]) == (303, "/claims/7/")
    item = EvidenceItem.objects.get()
    assert (item.name, item.is_redacted, item.period_starts) == ("Payroll June.xlsx", True, APRIL)
    assert client.get(keep).status_code == 404
    text = text_of(client.get(reverse("evidence:item", args=[item.pk])))
    assert "Taken out: a copy made here" in text
    assert "Maya" not in text


@pytest.mark.parametrize(("keep", "names"), [("both", 2), ("named", 1), ("nobody", 1)])
def test_the_original_is_kept_where_it_is_asked_for(world: World, signed_in: SignedIn, keep: str, names: int) -> None:
    client = signed_in("supplier")
    held = held_at(client, world)
    assert client.post(reverse("evidence:keep", args=[held.key]), {"keep": keep}).status_code == 303
    assert EvidenceItem.objects.count() == names
    assert EvidenceItem.objects.filter(has_people=True).exists() is (keep != "nobody")


def test_leaving_everything_out_is_refused_on_the_form(world: World, signed_in: SignedIn) -> None:
    client = signed_in("supplier")
    held = held_at(client, world)
    done = client.post(reverse("evidence:columns", args=[held.key]), {f"c_0_{n}": "drop" for n in range(10)})
    assert done.status_code == 422
    assert "Nothing would be left" in text_of(done)


def test_giving_up_deletes_the_spreadsheet(
    world: World, signed_in: SignedIn, store: Store, django_capture_on_commit_callbacks: Any
) -> None:
    client = signed_in("supplier")
    held = held_at(client, world)
    url = reverse("evidence:give_up", args=[held.key])
    assert client.get(url).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(url)["Location"] == "/claims/7/"
    assert not [path for path in store.root.rglob("*") if path.is_file()]


@pytest.mark.parametrize("key", ["supplier administrator", "manager", "calder supplier"])
@pytest.mark.parametrize("name", ["columns", "keep", "give_up"])
def test_a_held_spreadsheet_exists_for_its_owner_only(
    world: World, signed_in: SignedIn, upload: Upload, key: str, name: str
) -> None:
    held = upload("p.xlsx", xlsx(PAYROLL), people="redact").held
    assert held is not None
    response = signed_in(key).get(reverse(f"evidence:{name}", args=[held.key]))
    assert response.status_code == 404
    assert "p.xlsx" not in response.content.decode()


def test_a_held_spreadsheet_that_is_gone_is_said_in_words(world: World, signed_in: SignedIn, store: Store) -> None:
    client = signed_in("supplier")
    held = held_at(client, world)
    (store.incoming / held.received).unlink()
    for name in ("columns", "keep"):
        response = client.get(reverse(f"evidence:{name}", args=[held.key]))
        assert response.status_code == 409
        assert "no longer here" in text_of(response)


def test_files_of_one_period_are_listed_alone(world: World, signed_in: SignedIn, upload: Upload) -> None:
    upload("april.pdf")
    upload("july.png", png(), period=dt.date(2026, 7, 1))
    url = reverse("evidence:list", args=[world.contracts["grounds"].pk])
    text = text_of(signed_in("supplier").get(url, {"period": "2026-07-01"}))
    assert "july.png" in text
    assert "april.pdf" not in text
    assert signed_in("supplier").get(url, {"period": "x", "page": "x"}).status_code == 200


def test_names_of_files_and_notes_are_text(signed_in: SignedIn, upload: Upload) -> None:
    item = upload("<img src=x onerror=alert(1)>.pdf", note="<script>alert(1)</script>").items[0]
    for url in (reverse("evidence:item", args=[item.pk]), reverse("evidence:list", args=[item.contract_id])):
        page = signed_in("supplier").get(url).content.decode()
        assert "<img src=x" not in page
        assert "<script>alert(1)" not in page
        assert "onerror=alert(1)" in page


def test_the_job_for_the_scanner_is_registered() -> None:
    from commonweal_web.core import jobs

    names = {job.name for job in jobs.registered()}
    assert {"evidence.tasks.scan_waiting_files", "evidence.tasks.check_files", "evidence.tasks.sweep_files"} <= names
    assert callable(services.files_scan)
