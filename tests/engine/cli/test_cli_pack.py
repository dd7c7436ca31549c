"""`pack`: a value pack is checked line by line, and imported with its licence and hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from commonweal.cli.status import Status
from tests.engine.cli.conftest import Run, document


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    file = tmp_path / "ours.csv"
    file.write_text("code,value,unit,from\nNT1,100,FTE-year,2026-01-01\nNT10,5,week,2026-01-01\n")
    return file


def test_a_sound_pack_says_what_it_holds(run: Run, pack: Path) -> None:
    result = run("pack", "check", pack)
    assert result.exit_code == Status.FINE
    assert "values of 2 measures; they do not leave in exports" in result.stdout
    assert document(run("pack", "check", pack, "--json"))["usable"] is True


def test_one_measure_that_may_leave_is_told_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "open.yaml"
    file.write_text(
        "id: open-values\ntitle: Open\nlicence: CC0\nmay_export: true\nentries:\n"
        '  - {code: A, value: "1", unit: hour, from: "2026-01-01"}\n'
    )
    assert "values of 1 measure; they may leave in exports" in run("pack", "check", file).stdout


def test_a_faulty_pack_lists_its_lines(run: Run, pack: Path) -> None:
    pack.write_text(pack.read_text() + "NT17,about ten,hour,2026-01-01\n")
    result = run("pack", "check", pack)
    assert result.exit_code == Status.LOOK
    assert "ERROR ours.csv" in result.stdout
    assert document(run("pack", "check", pack, "--json"))["usable"] is False


def test_a_pack_is_imported_once_with_licence_and_hash(run: Run, pack: Path, tmp_path: Path) -> None:
    into = tmp_path / "packs"
    result = run("pack", "import", pack, "--licence", "Licence 117 of Northmere", "--into", into)
    assert result.exit_code == Status.FINE
    assert f"--pack {into / 'ours'}" in result.stdout
    assert hashlib.sha256(pack.read_bytes()).hexdigest() in (into / "ours" / "pack.yaml").read_text()
    again = run("pack", "import", pack, "--licence", "Licence 117", "--into", into)
    assert again.exit_code == Status.REFUSED
    other = document(run("pack", "import", pack, "--licence", "Licence 117", "--into", tmp_path / "more", "--json"))
    assert other["measures"] == ["NT1", "NT10"]
    assert other["may_export"] is False
    assert other["framework"] == ""
    assert [problem["code"] for problem in other["problems"]] == ["no_framework"]
    assert "names no framework" in result.stdout
    words = ("value", "ours/NT1", "2", "--unit", "FTE-year", "--on", "2026-04-01", "--pack", into / "ours")
    assert run(*words).stdout.startswith("£200.00\n")


def test_a_pack_prices_the_framework_that_it_is_imported_for(run: Run, pack: Path, tmp_path: Path) -> None:
    words = ("pack", "import", pack, "--licence", "Licence 117", "--into", tmp_path / "packs", "--framework")
    assert run(*words, "national-tom").exit_code == Status.REFUSED
    assert not (tmp_path / "packs").exists()
    result = run(*words, "national-toms")
    assert result.exit_code == Status.FINE
    assert "WARNING" not in result.stdout
    asked = ("value", "national-toms/NT1", "2", "--unit", "FTE-year", "--on", "2026-04-01")
    assert run(*asked).exit_code == Status.REFUSED
    assert run(*asked, "--pack", tmp_path / "packs" / "ours").stdout.startswith("£200.00\n")


def test_an_import_needs_a_licence(run: Run, pack: Path, tmp_path: Path) -> None:
    assert run("pack", "import", pack, "--into", tmp_path / "packs").exit_code == Status.USAGE
    result = run("pack", "import", pack, "--licence", "  ", "--into", tmp_path / "packs")
    assert result.exit_code == Status.REFUSED
    assert not (tmp_path / "packs").exists()
