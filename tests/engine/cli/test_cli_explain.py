"""`explain`: the tree of one figure, every figure worked out again, and a report that was tampered with."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commonweal.cli import explain
from commonweal.cli.status import Status
from tests.engine.cli.conftest import Run, document

LINE = "NMC-2026-014/NT17/verified/pounds"


def tampered(stored: Path, folder: Path, change: Callable[[dict[str, Any]], None]) -> Path:
    file = Path(shutil.copytree(stored, folder / "tampered")) / "report.json"
    data = json.loads(file.read_text())
    change(data)
    file.write_text(json.dumps(data))
    return file


def item(data: dict[str, Any], part: str, line: str) -> dict[str, Any]:
    return next(entry for entry in data[part] if entry["id"] == line)


def test_one_figure_is_told_down_to_its_cells(run: Run, stored: Path) -> None:
    result = run("explain", stored / "report.json", LINE)
    assert result.exit_code == Status.FINE
    assert "NT17 verified, pounds: £1,050.00" in result.stdout
    assert "decisions.csv, row 5" in result.stdout
    assert "£17.50 per hour" in result.stdout
    assert result.stdout.rstrip().endswith("the same.")


def test_json_names_every_line_it_rests_on(run: Run, stored: Path) -> None:
    found = document(run("explain", stored, LINE, "--json"))
    assert found["agrees"] is True
    assert found["worked_out_again"] == "1050"
    rests = found["line"]["rests_on"]
    assert set(rests[found["line"]["id"]]["inputs"]) <= set(rests)
    assert any(line.get("origin") for line in rests.values())


def test_json_names_a_line_that_is_used_twice_once(run: Run, stored: Path) -> None:
    found = document(run("explain", stored, "portfolio/percent", "--json"))
    assert found["line"]["rests_on"]["portfolio/due/pounds"]["value"] == "83462.5"


def test_all_works_out_every_figure(run: Run, stored: Path) -> None:
    result = run("explain", stored, "--all")
    assert result.exit_code == Status.FINE
    found = document(run("explain", stored, "--all", "--json"))
    assert found["differing"] == []
    assert found["figures"] > 100
    assert f"{found['figures']:,} of {found['figures']:,} figures agree" in result.stdout


def test_a_changed_fact_is_found(run: Run, stored: Path, tmp_path: Path) -> None:
    file = tampered(stored, tmp_path, lambda d: item(d, "facts", "NMC-2026-014/D4/quantity").update(value="61"))
    result = run("explain", file, "--all")
    assert result.exit_code == Status.LOOK
    assert f"  {LINE}" in result.stdout
    assert run("explain", file, LINE).exit_code == Status.LOOK
    assert run("explain", file, "NMC-2026-014/NT10/verified/pounds").exit_code == Status.FINE


def test_a_changed_figure_is_found(run: Run, stored: Path, tmp_path: Path) -> None:
    file = tampered(stored, tmp_path, lambda d: item(d, "figures", LINE).update(value="1051.00"))
    result = run("explain", file, LINE)
    assert result.exit_code == Status.LOOK
    assert "NOT the 1051.00 that is stored" in result.stdout
    assert LINE in document(run("explain", file, "--all", "--json"))["differing"]


def first_cell(data: dict[str, Any], line: str) -> dict[str, Any]:
    pending: list[Any] = [data["sections"]]
    while pending:
        current = pending.pop(0)
        if isinstance(current, dict) and current.get("figure") == line:
            return current
        pending.extend(current.values() if isinstance(current, dict) else current if isinstance(current, list) else [])
    raise AssertionError(f"no table shows {line}")


@pytest.mark.parametrize("number", ["9999999", "a lot"])
def test_a_number_changed_in_a_table_alone_is_found(run: Run, stored: Path, tmp_path: Path, number: str) -> None:
    file = tampered(stored, tmp_path, lambda d: first_cell(d, LINE).update(value=number))
    result = run("explain", file, "--all")
    assert result.exit_code == Status.LOOK
    assert f"A table of the report shows another number than the stored one for:\n  {LINE}" in result.stdout
    found = document(run("explain", file.parent, "--all", "--json"))
    assert (found["differing"], found["shown_differently"], found["altered"]) == ([], [LINE], ["report.json"])


def test_a_file_of_the_folder_that_was_changed_or_is_gone_is_found(run: Run, stored: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(stored, tmp_path / "copy"))
    (folder / "states.csv").write_text("State,Pounds\n")
    (folder / "contracts.csv").unlink()
    result = run("explain", folder, "--all")
    assert result.exit_code == Status.LOOK
    assert "These files are not as they were written, or are gone:" in result.stdout
    assert set(document(run("explain", folder, "--all", "--json"))["altered"]) == {"contracts.csv", "states.csv"}
    assert run("explain", folder / "report.json", "--all").exit_code == Status.FINE


def test_a_line_with_an_unknown_rule_is_refused_alone_and_listed_among_all(
    run: Run, stored: Path, tmp_path: Path
) -> None:
    file = tampered(stored, tmp_path, lambda d: item(d, "figures", LINE).update(rule="magic"))
    assert run("explain", file, LINE, "--json").exit_code == Status.REFUSED
    assert run("explain", file, "--all").exit_code == Status.LOOK


def test_half_a_report_is_refused(run: Run, stored: Path, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    file.write_bytes((stored / "report.json").read_bytes()[:5000])
    result = run("explain", file, "--all")
    assert result.exit_code == Status.REFUSED
    assert "no whole JSON file" in result.stderr
    assert run("explain", tmp_path / "none.json", "--all").exit_code == Status.REFUSED


def test_lines_are_listed_and_found_by_words(run: Run, stored: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run("explain", stored, "--find", "verified nt17 pounds")
    assert result.exit_code == Status.FINE
    assert LINE in result.stdout
    assert "NT10" not in result.stdout
    everything = document(run("explain", stored, "--json"))
    assert len(everything["lines"]) > 300
    monkeypatch.setattr(explain, "MOST_LINES", 10)
    assert "more lines. Narrow them down" in run("explain", stored).stdout


def test_words_that_no_line_has_are_told(run: Run, stored: Path) -> None:
    result = run("explain", stored, "--find", "zebra")
    assert result.exit_code == Status.LOOK
    assert "'zebra'" in result.stdout
    assert run("explain", stored, "--find", "zebra", "--json").exit_code == Status.LOOK


def test_an_unknown_line_names_the_nearest(run: Run, stored: Path) -> None:
    result = run("explain", stored, "nmc-2026-014/nt17/verified/pound", "--json")
    assert result.exit_code == Status.REFUSED
    assert document(result)["error"]["nearest"][0] == LINE
    assert "--find WORDS" in run("explain", stored, "%%%").stderr


def test_two_questions_at_once_are_a_usage_error(run: Run, stored: Path) -> None:
    assert run("explain", stored, LINE, "--all").exit_code == Status.USAGE
