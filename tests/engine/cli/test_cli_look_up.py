"""`frameworks`, `show` and `search`: every sort of thing by its id, and the nearest ones where there is none."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonweal.cli import cards
from commonweal.cli.status import Status
from tests.engine.cli.conftest import Run, document


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "ours.csv"
    file.write_text("code,value,unit,from\nZebra crossings,12,event,2026-01-01\n")
    return file


def test_frameworks_lists_every_release(run: Run) -> None:
    result = run("frameworks")
    assert result.exit_code == Status.FINE
    found = document(run("frameworks", "--json"))["frameworks"]
    assert {"svm-2020", "svm-2025", "svm-2026", "national-toms", "fx-2025.1"} <= {f["id"] for f in found}
    assert all(f["id"] in result.stdout for f in found)
    assert next(f for f in found if f["id"] == "fx-2025.1")["counts"]["measures"] == 8


@pytest.mark.parametrize(
    ("code", "kind", "shown"),
    [
        ("SVM-2025", "framework", "Cabinet Office"),
        ("svm-2020", "framework", "until"),
        ("essex-ecc", "framework", "Measures:"),
        ("svm-2025.mission-1", "theme", "Under it:"),
        ("svm-2025.outcome-1", "outcome", "svm-2025/CW25-1-01"),
        ("svm-2025/1a", "criterion", "Framework"),
        ("fx-2025.1/NT1", "measure", "FTE-year"),
        ("national-toms/NT1", "measure", "the publisher prices it"),
        ("8", "goal", "Decent work"),
        ("sdg/8.10", "target", "8 Decent work"),
        ("value/wellby", "series", "real, of 2019"),
        ("value/earnings-year-authority", "series", "more entries"),
        ("value/minimum-wage-apprentice", "series", "money of the day"),
        ("value/ucd-cr2.0", "series", "GBP/incident"),
        ("hours", "unit", "HUR"),
        ("E08000026", "place", "Coventry"),
        ("Northamptonshire", "place", "Northamptonshire"),
    ],
)
def test_show_finds_each_sort_of_thing(run: Run, code: str, kind: str, shown: str) -> None:
    found = document(run("show", code, "--json"))
    assert found["kind"] == kind
    assert found[kind]
    assert shown in run("show", code).stdout


def test_a_code_of_two_frameworks_asks_which(run: Run) -> None:
    result = run("show", "NT10", "--json")
    assert result.exit_code == Status.REFUSED
    assert "fx-2025.1/NT10" in document(result)["error"]["nearest"]


def test_a_name_of_several_places_asks_which(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def unsure(_: str) -> None:
        raise cards.errors.UnknownCode("'Newport' could be W1 (Newport), E2 (Newport). Give the code.", ["W1", "E2"])

    monkeypatch.setattr(type(cards.options.gazetteer()), "place", lambda _, code: unsure(code))
    result = run("show", "Newport", "--json")
    assert document(result)["error"]["nearest"] == ["W1", "E2"]


def test_an_unknown_id_names_the_nearest_of_every_sort(run: Run) -> None:
    result = run("show", "svm-2052", "--json")
    assert result.exit_code == Status.REFUSED
    assert "svm-2025" in document(result)["error"]["nearest"]
    assert "commonweal search" in run("show", "%%%%").stderr
    assert run("show", "value/welby").exit_code == Status.REFUSED


def test_a_series_of_an_own_pack_is_shown_with_its_licence(run: Run, pack: Path) -> None:
    result = run("show", "ours/Zebra crossings", "--pack", pack)
    assert result.exit_code == Status.FINE
    assert "no: for use under your own licence" in result.stdout


def test_an_entry_that_is_not_verified_says_so(run: Run) -> None:
    entry = document(run("show", "value/earnings-year-england", "--json"))["series"]["entries"][0]
    assert entry["verified"] is False
    assert "value not confirmed" in run("show", "value/earnings-year-england").stdout


def test_search_finds_measures_and_values(run: Run, pack: Path) -> None:
    result = run("search", "apprentice", "weeks")
    assert result.exit_code == Status.FINE
    assert "national-toms/NT10" in result.stdout
    assert "example" in result.stdout
    values = run("search", "robbery", "police")
    assert "value/ucd-cr8.6.1" in values.stdout
    assert "What it counts" not in run("search", "zebra", "--pack", pack).stdout
    own = document(run("search", "zebra", "--pack", pack, "--json"))
    assert own["series"] == [{"id": "ours/Zebra crossings", "label": "Zebra crossings (ours)", "unit": "GBP/event"}]


def test_search_keeps_to_its_limit(run: Run) -> None:
    found = document(run("search", "robbery", "--limit", "2", "--json"))
    assert len(found["series"]) == 2


def test_nothing_found_has_its_own_status(run: Run) -> None:
    result = run("search", "qqqqqq")
    assert result.exit_code == Status.LOOK
    assert "Nothing fits 'qqqqqq'" in result.stdout
