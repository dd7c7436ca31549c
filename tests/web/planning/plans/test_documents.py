"""Documents of a plan: taken in as evidence is, opened only by its readers, gone only when nobody needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.evidence import services as evidence
from commonweal_web.evidence.models import StoredFile
from commonweal_web.evidence.store import SpoiltFile, Store
from commonweal_web.planning.models import Document, Plan, PlanVersion, Stage
from commonweal_web.planning.plans.services import document_add, document_open, document_withdraw, documents
from tests.web.evidence.clamd import EICAR, FakeClamd
from tests.web.evidence.files import pdf
from tests.web.planning import ground
from tests.web.planning.plans.test_making import one_row, refused
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store(tmp_path: Path, settings: Any) -> Store:
    settings.EVIDENCE_ROOT = tmp_path / "store"
    return Store(settings.EVIDENCE_ROOT)


@pytest.fixture
def clamd(settings: Any) -> Iterator[FakeClamd]:
    with FakeClamd() as fake:
        settings.CLAMD, settings.CLAMD_SECONDS = fake.address, 2
        yield fake


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage.objects.create(plan=ground.plan_of(world), kind="review")


def add(world: World, stage: Stage, data: bytes | None = None, name: str = "review.pdf", who: str = "commissioner"):
    return document_add(
        plan=stage.plan, stage=stage, title="", name=name, pieces=[data or pdf()], by=world.people[who], now=NOON
    )


def test_a_document_is_kept_by_its_hash_and_read_through_the_plan(world: World, stage: Stage) -> None:
    with one_row("plan_document_added"):
        made = add(world, stage)
    assert (made.title, made.kind, made.size) == ("review.pdf", "pdf", len(pdf()))
    for who in ("commissioner", "director", "auditor"):
        with document_open(document=made, by=world.people[who], now=NOON) as stream:
            assert stream.read() == pdf()
    with pytest.raises(NotPermitted):
        document_open(document=made, by=world.people["manager"], now=NOON)
    event = Event.objects.get(verb="plan_document_added")
    assert "review" not in event.record_label  # a file's name may name people


def test_the_same_file_again_is_the_document_that_is_there(world: World, stage: Stage) -> None:
    first = add(world, stage)
    assert add(world, stage).pk == first.pk
    assert Event.objects.filter(verb="plan_document_added").count() == 1


def test_what_is_not_taken_leaves_nothing(world: World, stage: Stage, store: Store, settings: Any) -> None:
    with pytest.raises(Refused, match="its contents are"):
        add(world, stage, b"<html>")
    with pytest.raises(Refused, match="are not taken"):
        add(world, stage, name="review.exe")
    settings.EVIDENCE_FILE_BYTES = 10
    with pytest.raises(Refused, match="larger than"):
        add(world, stage)
    assert not Document.objects.exists()
    assert not any(path.is_file() for path in store.root.rglob("*"))


def test_who_may_not_draft_uploads_nothing(world: World, stage: Stage, store: Store) -> None:
    with pytest.raises(NotPermitted):
        add(world, stage, who="director")
    assert not store.root.exists()


def test_a_closed_plan_takes_none(world: World, stage: Stage, store: Store) -> None:
    Plan.objects.update(state="at_panel")
    with refused("state"):
        add(world, stage)
    assert not any(path.is_file() for path in store.root.rglob("*"))


def test_there_is_a_most(world: World, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MOST", 1)
    add(world, stage)
    with refused("too_many", "Withdraw one"):
        add(world, stage, pdf(b"/Note (2)"))


def test_a_virus_is_refused_and_one_found_later_closes_the_file(
    world: World, stage: Stage, clamd: FakeClamd, settings: Any
) -> None:
    with pytest.raises(Refused, match="A virus was found"):
        add(world, stage, pdf(EICAR))
    made = add(world, stage)
    StoredFile.objects.filter(sha256=made.sha256).update(scan="pending")
    with pytest.raises(Refused, match="waiting for the virus check"):
        document_open(document=made, by=world.people["commissioner"], now=NOON)
    StoredFile.objects.filter(sha256=made.sha256).update(scan="infected")
    with pytest.raises(Refused, match="A virus was found") as caught:
        document_open(document=made, by=world.people["commissioner"], now=NOON)
    assert "return" not in caught.value.message


def test_a_document_is_withdrawn_with_a_reason_and_its_bytes_go(
    world: World, stage: Stage, store: Store, django_capture_on_commit_callbacks: Any
) -> None:
    made, by = add(world, stage), world.people["commissioner"]
    with refused("reason"):
        document_withdraw(document=made, reason=" ", by=by, now=NOON)
    with one_row("plan_document_withdrawn"), django_capture_on_commit_callbacks(execute=True):
        document_withdraw(document=made, reason="It names a resident", by=by, now=NOON)
    assert not store.path(made.sha256).exists()
    with refused("state"):
        document_withdraw(document=made, reason="Again", by=by, now=NOON)
    made.refresh_from_db()
    with pytest.raises(Refused, match="It names a resident"):
        document_open(document=made, by=by, now=NOON)


def test_what_a_version_rests_on_keeps_its_bytes(
    world: World, stage: Stage, store: Store, django_capture_on_commit_callbacks: Any
) -> None:
    made = add(world, stage)
    PlanVersion.objects.create(
        plan=stage.plan, number=1, content={}, sha256="0" * 64, approved_by=world.people["director"], approved_at=NOON
    )
    with django_capture_on_commit_callbacks(execute=True):
        document_withdraw(document=made, reason="A newer one", by=world.people["commissioner"], now=NOON)
    assert store.path(made.sha256).exists()


def test_evidence_with_the_same_bytes_may_go_and_the_document_stays(
    world: World, stage: Stage, store: Store, django_capture_on_commit_callbacks: Any
) -> None:
    made = add(world, stage)
    received = evidence.file_receive(pieces=[pdf()], name="same.pdf")
    item = evidence.item_add(
        contract=world.contracts["grounds"], received=received, note="", period_starts=None, has_people=False,
        by=world.people["supplier"], now=NOON,
    )  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        evidence.item_withdraw(item=item, reason="r", by=world.people["supplier"], now=NOON)
    assert evidence.files_sweep(now=NOON) == 0
    assert store.path(made.sha256).exists()


def test_a_spoilt_document_is_told_to_its_body(world: World, stage: Stage, store: Store) -> None:
    made = add(world, stage)
    store.path(made.sha256).chmod(0o600)
    store.path(made.sha256).write_bytes(b"other")
    with pytest.raises(SpoiltFile):
        document_open(document=made, by=world.people["commissioner"], now=NOON)
    assert Event.objects.get(verb="evidence_spoilt").chain == world.bodies["nmc"].pk


def test_upload_and_save_on_the_pages(world: World, stage: Stage, signed_in: Callable[[str], Client]) -> None:
    client, plan = signed_in("commissioner"), stage.plan
    url = reverse("planning:plan_document_add", args=[plan.pk, stage.pk])
    assert client.post(url, {}).status_code == 422
    sent = client.post(url, {"title": "Review", "file": SimpleUploadedFile("review.pdf", pdf())})
    assert sent.status_code == 303
    made = Document.objects.get()
    here = client.get(reverse("planning:plan_stage", args=[plan.pk, stage.pk])).content.decode()
    file = reverse("planning:plan_document_file", args=[plan.pk, made.pk])
    assert file in here
    answer = client.get(file)
    assert b"".join(answer.streaming_content) == pdf()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == 'attachment; filename="review.pdf"'
    assert "sandbox" in answer["Content-Security-Policy"]
    assert signed_in("manager").get(file).status_code == 404
    away = reverse("planning:plan_document_withdraw", args=[plan.pk, made.pk])
    assert client.post(away, {"reason": "A newer one"}).status_code == 303
    assert client.get(file).status_code == 409
