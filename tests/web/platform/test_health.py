"""The pages for whoever watches the service."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import OperationalError
from django.test import Client

from commonweal_web.core import health


@pytest.fixture(autouse=True)
def own_folder(settings: object, tmp_path: Path) -> None:
    settings.EVIDENCE_ROOT = tmp_path / "evidence"  # type: ignore[attr-defined]


def test_the_process_answers_without_the_database(client: Client) -> None:
    answer = client.get("/healthz")  # no database is allowed in this test
    assert answer.status_code == 200
    assert "process: answers" in answer.content.decode()
    assert client.get("/healthz", headers={"Accept": "application/json"}).json()["ready"] is True


@pytest.mark.django_db
def test_ready_in_words_and_json(client: Client) -> None:
    answer = client.get("/readyz")
    assert answer.status_code == 200, answer.content
    assert ">Ready</h1>" in answer.content.decode()
    found = client.get("/readyz?format=json").json()
    assert set(found["parts"]) == {"database", "migrations", "evidence folder", "mail"}
    assert answer["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_a_folder_that_cannot_be_written_is_named(client: Client, settings: object, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings.EVIDENCE_ROOT = tmp_path / "file" / "evidence"  # type: ignore[attr-defined]
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert "evidence folder: cannot be written" in answer.content.decode()


@pytest.mark.django_db
def test_a_database_that_is_down_is_an_answer_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def down() -> health.Part:
        raise OperationalError("connection refused: password=word")

    monkeypatch.setattr(health, "PARTS", (down, health.evidence))
    answer = client.get("/readyz", headers={"Accept": "application/json"})
    assert answer.status_code == 503
    assert answer.json()["parts"]["down"]["said"] == "cannot be asked: OperationalError"
    assert "password" not in answer.content.decode()
