"""The auditor's log: search, export that a spreadsheet cannot run, and the comparison with an anchor."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.audit.canonical import digest
from commonweal_web.audit.models import Event
from commonweal_web.audit.services import anchoring
from tests.web.world import NOON, World


@pytest.fixture
def logged(world: World) -> World:
    with transaction.atomic():
        for number, body in enumerate(("nmc", "nmc", "nmc", "ebc")):
            audit.record(
                organisation_id=world.bodies[body].pk,
                by=world.people["manager" if number else "lead"],
                role="CM" if number else "SVL",
                verb="contract_edited" if number else "contract_created",
                record=world.contracts["grounds" if body == "nmc" else "library"],
                now=NOON,
                new={"title": f"Title {number}"},
                reason="=HYPERLINK(1)" if number == 1 else f"reason {number}",
            )
    return world


def get(signed_in: object, url: str, key: str = "auditor", **query: str) -> str:
    answer = signed_in(key).get(url, query)  # type: ignore[operator]
    assert answer.status_code == 200, answer.content.decode()
    return answer.content.decode()


def test_the_log_of_the_own_body_newest_first(logged: World, signed_in: object) -> None:
    text = get(signed_in, "/log/")
    assert "3 events" in text
    assert text.index("Title 2") < text.index("Title 0")
    assert "Eastholt" not in text
    assert "The chain has 3 events" in text


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"verb": "contract_created"}, 1),
        ({"words": "hyperlink"}, 1),
        ({"record": "contracts.contract"}, 3),
        ({"first_day_day": "9", "first_day_month": "7", "first_day_year": "2026"}, 0),
        ({"last_day_day": "8", "last_day_month": "7", "last_day_year": "2026"}, 3),
        ({"person": "LEAD"}, 1),
    ],
)
def test_search(logged: World, signed_in: object, query: dict[str, str], count: int) -> None:
    if "person" in query:
        query = {"person": str(logged.people["lead"].pk)}
    text = get(signed_in, "/log/", **query)
    assert f"{count} event{'' if count == 1 else 's'}" in text


def test_a_search_that_makes_no_sense_says_so(logged: World, signed_in: object) -> None:
    answer = signed_in("auditor").get("/log/", {"first_day_day": "9", "first_day_month": "7", "first_day_year": "2026",
        "last_day_day": "8", "last_day_month": "7", "last_day_year": "2026"})  # type: ignore[operator]  # fmt: skip
    assert answer.status_code == 422
    assert "The last day must not be before the first day." in answer.content.decode()


def test_another_bodys_log_is_not_there(logged: World, signed_in: object) -> None:
    client = signed_in("auditor")  # type: ignore[operator]
    other = str(logged.bodies["ebc"].pk)
    for url in ("/log/", "/log/export.csv", "/log/export.jsonl"):
        assert client.get(url, {"body": other}).status_code == 404
    assert client.get("/log/export.exe").status_code == 404
    for key in ("manager", "lead", "supplier", "administrator"):
        assert signed_in(key).get("/log/").status_code == 403  # type: ignore[operator]


def test_the_export_is_whole_and_no_spreadsheet_runs_it(logged: World, signed_in: object) -> None:
    client = signed_in("auditor")  # type: ignore[operator]
    content = b"".join(client.get("/log/export.csv").streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(content)))
    assert len(rows) == 3
    assert rows[1]["reason"] == "'=HYPERLINK(1)"
    lines = b"".join(client.get("/log/export.jsonl", {"verb": "contract_edited"}).streaming_content).decode()
    found = [json.loads(line) for line in lines.splitlines()]
    assert [row["number"] for row in found] == [2, 3]
    assert found[1]["previous_hash"] == found[0]["hash"]


def test_the_chain_is_verified_against_an_anchor_from_outside(logged: World, signed_in: object) -> None:
    client = signed_in("auditor")  # type: ignore[operator]
    assert client.get("/log/verify/").status_code == 200
    assert "Everything holds" in client.post("/log/verify/").content.decode()
    kept = anchoring.as_text(audit.anchor(now=NOON))
    file = SimpleUploadedFile("log-anchor-2026-07-08.json", kept.encode())
    assert "Everything holds" in client.post("/log/verify/", {"anchor": file}).content.decode()
    wrong = json.loads(kept)
    wrong["heads"][1]["hash"] = "0" * 64
    wrong["digest"] = digest(wrong["heads"])
    file = SimpleUploadedFile("log-anchor.json", json.dumps(wrong).encode())
    text = client.post("/log/verify/", {"anchor": file}).content.decode()
    assert "The log is not as it was written" in text
    assert "an anchor knows it with another content" in text


def test_a_file_that_is_no_anchor_is_refused_in_words(logged: World, signed_in: object) -> None:
    client = signed_in("auditor")  # type: ignore[operator]
    answer = client.post("/log/verify/", {"anchor": SimpleUploadedFile("x.json", b"{}")})
    assert answer.status_code == 422
    assert "This is not an anchor file" in answer.content.decode()
    answer = client.post("/log/verify/", {"anchor": SimpleUploadedFile("x.json", b"x" * (2 * 1024 * 1024 + 1))})
    assert "too large to be an anchor" in answer.content.decode()


def test_what_is_wrong_elsewhere_is_said_without_its_content(
    logged: World, signed_in: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = audit.Finding(logged.bodies["ebc"].pk, 1, "edited", "its content is not what was written.")
    monkeypatch.setattr("commonweal_web.audit.services.verify", lambda anchor=None: [bad])
    text = signed_in("auditor").post("/log/verify/").content.decode()  # type: ignore[operator]
    assert "a part that you do not see does not" in text
    assert "Eastholt" not in text
    text = signed_in("platform administrator").post("/log/verify/").content.decode()  # type: ignore[operator]
    assert "its content is not what was written" in text
    assert Event.objects.exists()
