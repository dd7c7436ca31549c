"""`commonweal snapshot`: what each command prints, writes and ends with."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commonweal.analytics.manifest import load
from commonweal.catalogue.root import data_root
from commonweal.cli.main import main
from commonweal.cli.snapshot import region

pytest.importorskip("duckdb", reason="the optional part `analytics` is not installed")

EXAMPLE = data_root() / "examples" / "contract-workbook-exit-2027"
BODY = "Northmere City Council"


def run(*words: object) -> Result:
    return CliRunner().invoke(main, ["snapshot", *map(str, words)])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("snapshots") / "snapshot"
    done = run("build", EXAMPLE, "-o", folder, "--as-at", "2027-12-31")
    assert done.exit_code == 0, done.output
    return folder


def test_build_prints_each_state_and_writes_the_files(folder: Path, tmp_path: Path) -> None:
    done = run("build", EXAMPLE, "-o", tmp_path / "s", "--as-at", "2027-12-31")
    assert "movements of 1 body." in done.output
    assert "transferred" in done.output
    assert "Bodies written: 1; as they were: 0; dropped: 0." in done.output
    assert load(tmp_path / "s").pence == load(folder).pence
    again = run("build", EXAMPLE, "-o", tmp_path / "s", "--as-at", "2027-12-31", "--body", BODY, "--json")
    assert json.loads(again.output)["kept"] == [BODY]


def test_facts_after_the_day_are_left_out(folder: Path, tmp_path: Path) -> None:
    run("build", EXAMPLE, "-o", tmp_path / "s", "--as-at", "2026-04-01")
    assert load(tmp_path / "s").rows < load(folder).rows


def test_rows_with_errors_are_named_and_the_status_says_look(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for file in EXAMPLE.iterdir():
        (folder / file.name).write_bytes(file.read_bytes())
    returns = next(file for file in folder.iterdir() if file.name.lower().startswith("returns"))
    first = returns.read_text().splitlines()
    returns.write_text("\n".join([*first, first[1].replace("NT10", "NT99")]) + "\n")
    done = run("build", folder, "-o", tmp_path / "s", "--as-at", "2027-12-31")
    assert done.exit_code == 1, done.output
    assert run("build", folder, "-o", tmp_path / "s", "--as-at", "2027-12-31", "--json").exit_code == 1


def test_a_body_that_the_input_lacks_is_refused(tmp_path: Path) -> None:
    done = run("build", EXAMPLE, "-o", tmp_path / "s", "--body", "Nowhere", "--as-at", "2027-12-31")
    assert done.exit_code == 3
    assert BODY in done.stderr
    assert not (tmp_path / "s").exists()


def test_check_ends_with_0_where_all_agrees_and_1_where_a_file_was_touched(folder: Path, tmp_path: Path) -> None:
    done = run("check", folder)
    assert (done.exit_code, "Every file, sum and penny agrees." in done.output) == (0, True)
    run("build", EXAMPLE, "-o", tmp_path / "s", "--as-at", "2027-12-31")
    load(tmp_path / "s").paths(tmp_path / "s", "movements")[0].unlink()
    done = run("check", tmp_path / "s")
    assert (done.exit_code, "is missing" in done.output) == (1, True)
    assert json.loads(run("check", tmp_path / "s", "--json").output)["sound"] is False


def test_check_names_movements_that_differ_and_counts_the_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("build", EXAMPLE, "-o", tmp_path / "s", "--as-at", "2027-12-31")
    from commonweal.analytics.duck import DuckRollups
    from commonweal.analytics.rollups import Difference

    wrong = [Difference(1, "m1", "", 5, None), *(Difference(n, f"m{n}", "A", 5, 6) for n in range(2, 24))]
    monkeypatch.setattr(DuckRollups, "audit", lambda _: wrong)
    done = run("check", tmp_path / "s")
    assert done.exit_code == 1
    assert "Movement m1 of no named body has 5 pence; no value is in force." in done.output
    assert "Movement m2 of A has 5 pence; worked out again 6." in done.output
    assert "... and 3 more movements." in done.output


def test_query_prints_states_side_by_side(folder: Path) -> None:
    done = run("query", folder, "--rollup", "body-year")
    head, *rows = done.output.splitlines()[1:]
    assert head.split()[:2] == ["body", "year"]
    assert "written off" in head
    assert rows[0].startswith(BODY)
    assert "2026/27" in rows[0]


def test_query_writes_csv_and_json(folder: Path) -> None:
    head, first, *_ = run("query", folder, "--rollup", "outcome-quarter", "--format", "csv").output.splitlines()
    assert head.startswith("theme,outcome,year,quarter,promised,")
    assert ".00," in first
    found = json.loads(run("query", folder, "--rollup", "measure", "--format", "json").output)
    assert found["rows"][0]["pence"]["transferred"] == load(folder).pence["transferred"]


def test_where_no_pounds_are_used_none_are_shown(tmp_path: Path) -> None:
    from commonweal.analytics.build import build
    from tests.engine.analytics import samples

    facts = samples.facts(samples.row(1, pence=None, priced=0, day=None, supplier=""))
    build(tmp_path / "s", facts, stamp=samples.STAMP)
    assert "not stated" in run("query", tmp_path / "s", "--rollup", "body-year").output
    mixed = samples.facts(samples.row(1, pence=None, priced=0, supplier=""), samples.row(2, claim="R2"))
    build(tmp_path / "s", mixed, stamp=samples.STAMP)
    assert "no pounds" in run("query", tmp_path / "s", "--rollup", "supplier").output
    rows = json.loads(run("query", tmp_path / "s", "--rollup", "supplier", "--format", "json").output)["rows"]
    assert [row["pence"] is None for row in rows] == [True, False]
    lines = run("query", tmp_path / "s", "--rollup", "supplier", "--format", "csv").output.splitlines()
    assert lines[1] == "," + "," * 8 + ",0,1"


def test_a_name_that_looks_like_a_formula_stays_a_name_in_csv(tmp_path: Path) -> None:
    from commonweal.analytics.build import build
    from tests.engine.analytics import samples

    rows = samples.row(1, supplier="=1+1", day=None), samples.row(2, supplier="S", claim="R2")
    build(tmp_path / "s", samples.facts(*rows), stamp=samples.STAMP)
    lines = run("query", tmp_path / "s", "--rollup", "supplier", "--format", "csv").output.splitlines()
    assert lines[1].startswith("'=1+1,0.00,")
    dated = run("query", tmp_path / "s", "--rollup", "body-year", "--format", "csv").output.splitlines()
    assert [line.split(",")[:2] for line in dated[1:]] == [["A", ""], ["A", "2026"]]


def test_a_place_has_its_region_where_one_is_known() -> None:
    assert region("Coventry") == "West Midlands"
    assert region("Ward of Nowhere") == region("England") == ""


def test_a_folder_without_a_snapshot_is_refused(tmp_path: Path) -> None:
    for words in (["check", tmp_path], ["query", tmp_path, "--rollup", "cohort"]):
        done = run(*words)
        assert done.exit_code == 3
        assert "snapshot build" in done.stderr


def test_without_the_optional_part_the_commands_say_how_to_get_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)
    done = run("check", folder)
    assert done.exit_code == 3
    assert "pip install 'commonweal[analytics]'" in done.stderr
    assert run("--help").exit_code == 0
