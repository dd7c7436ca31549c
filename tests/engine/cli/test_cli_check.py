"""`check`: every file is looked at, everything is listed with its cell, and the worst decides the status."""

from __future__ import annotations

from pathlib import Path

from commonweal.catalogue import data_root
from commonweal.cli.status import Status
from tests.engine.cli.conftest import Run, document

ON = ("--as-at", "2026-07-31")


def test_warnings_alone_are_fine(run: Run, first_quarter: Path) -> None:
    result = run("check", first_quarter, *ON)
    assert result.exit_code == Status.FINE
    assert "0 errors, 1 warning, 0 notes." in result.stdout
    assert "contracts.csv, row 2 (social_value_above_half)" in result.stdout
    assert "60.1 %" in result.stdout


def test_errors_decide_and_a_refusal_more_so(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    folder = tmp_path / "spoilt"
    folder.mkdir()
    for file in first_quarter.iterdir():
        text = file.read_text(encoding="utf-8-sig")
        (folder / file.name).write_text(text.replace("2026-03-31", "2026-31-03").replace(",75,", ",seventy,"))
    result = run("check", first_quarter, folder, *ON, "--errors-only")
    assert result.exit_code == Status.LOOK
    assert "ERROR returns.csv" in result.stdout
    assert "WARNING" not in result.stdout
    noise = tmp_path / "noise.xls"
    noise.write_bytes(b"\x00\x01" * 500)
    result = run("check", noise, folder, first_quarter, *ON, "--json")
    assert result.exit_code == Status.REFUSED
    files = document(result)["files"]
    assert "noise.xls" in files[0]["refused"]
    assert files[1]["counts"]["error"] >= 1
    assert files[2]["counts"]["error"] == 0
    assert f"{noise}: refused." in run("check", noise, first_quarter).stdout


def test_a_list_of_spending_is_read_though_no_report_can_be_made_of_it(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "spend.csv"
    file.write_text(
        "Supplier Name,Payment Date,Net Amount,Description\nOakline Grounds Ltd,01/04/2026,120.50,Mowing\n"
        "Oakline Grounds Ltd,02/04/2026,twelve,Mowing\n"
    )
    result = run("check", file)
    assert "refused" not in result.stdout
    assert "C3" in result.stdout
    assert "twelve" in result.stdout
    assert run("report", file, "-o", tmp_path / "out").exit_code == Status.REFUSED


def test_a_mapping_is_used(run: Run, tmp_path: Path) -> None:
    mapping, file = tmp_path / "mapping.yaml", tmp_path / "export.csv"
    mapping.write_text(
        "headings: {Kennzahl: measure, Einheit: unit, Ziel: target_quantity, Stand: delivered_quantity, Ort: project}\n"
    )
    file.write_text("Kennzahl,Einheit,Ziel,Stand,Ort\nNT10,week,104,26,Depot\n")
    assert "refused" in run("check", file).stdout
    result = run("check", file, "--mapping", mapping)
    assert result.exit_code == Status.FINE, result.stdout


def test_every_example_of_the_data_package_is_free_of_errors(run: Run) -> None:
    folders = sorted((data_root() / "examples").glob("contract-workbook*"))
    assert len(folders) >= 6
    result = run("check", *folders, "--as-at", "2030-03-31")
    assert result.exit_code == Status.FINE, result.stdout
