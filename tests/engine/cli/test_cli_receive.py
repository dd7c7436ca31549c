"""`receive`: a form that was filled in goes into a new contract workbook, all of it or nothing."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl
import pytest

from commonweal.catalogue import data_root
from commonweal.cli.status import Status
from commonweal.workbooks.contract_workbook import read_contract_workbook
from tests.engine.cli.conftest import Run, document

REF = "NMC-2026-014"
ANSWERS = {
    "Only this contract and this period": "yes",
    "Only what the contract promises": "yes",
    "Filled in by": "Delivery lead",
}


def fill(path: Path, answers: dict[str, str], rows: dict[str, dict[str, object]]) -> Path:
    """Type answers beside their labels, and the cells of rows, found by their first cell, under their headings."""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    headings: dict[str, int] = {}
    for row in sheet.iter_rows():
        first = str(row[0].value or "").removesuffix(" *")
        if first in answers:
            row[1].value = answers[first]
        if len([cell for cell in row if cell.value]) > 4 and not headings:
            headings = {str(cell.value): cell.column - 1 for cell in row if cell.value}
        for name, value in rows.get(first, {}).items():
            row[headings[name]].value = value  # type: ignore[union-attr]
    book.save(path)
    return path


@pytest.fixture
def asked(run: Run, first_quarter: Path, tmp_path: Path) -> Path:
    form = tmp_path / "return.xlsx"
    made = run("template", "return", first_quarter, "--contract", REF, "--period", "2026-07-01", "-o", form)
    assert made.exit_code == Status.FINE, made.output
    return form


def claims(amount: object) -> dict[str, dict[str, object]]:
    return {"NT17": {"What is reported": "claim", "Amount": amount, "Evidence": "Letter of the forum"}}


def test_a_return_goes_into_a_new_workbook_and_the_old_one_stays(
    run: Run, first_quarter: Path, asked: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out.xlsx"
    before = read_contract_workbook(first_quarter)
    fill(asked, ANSWERS, claims(80))
    result = run("receive", asked, "--into", first_quarter, "-o", out, "--received", "2026-10-10")
    assert result.exit_code == Status.FINE, result.output
    assert "1 lines of NMC-2026-014 for July to September 2026 are now in" in result.stdout
    after = read_contract_workbook(out)
    new = [claim for claim in after.claims if claim.period.start.month == 7]
    assert [(c.kpi, c.amount, c.by, str(c.received)) for c in new] == [("NT17", 80, "Delivery lead", "2026-10-10")]
    assert len(after.claims) == len(before.claims) + 1
    assert len({claim.ref for claim in after.claims}) == len(after.claims)
    assert [k.ref for k in after.kpis] == [k.ref for k in before.kpis]
    report = run("report", out, "-o", tmp_path / "report", "--as-at", "2026-10-31", "--formats", "csv", "--json")
    assert report.exit_code in (Status.FINE, Status.LOOK), report.output


def test_the_same_return_is_not_taken_twice(run: Run, first_quarter: Path, asked: Path, tmp_path: Path) -> None:
    fill(asked, ANSWERS, claims(80))
    once = tmp_path / "once.xlsx"
    assert run("receive", asked, "--into", first_quarter, "-o", once).exit_code == Status.FINE
    twice = run("receive", asked, "--into", once, "-o", tmp_path / "twice.xlsx")
    assert twice.exit_code == Status.REFUSED
    assert "has a return for July to September 2026 already" in twice.output
    assert not (tmp_path / "twice.xlsx").exists()


def test_a_return_with_an_error_writes_nothing(run: Run, first_quarter: Path, asked: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.xlsx"
    found = document(run("receive", asked, "--into", first_quarter, "-o", out, "--json"))
    assert found["written"] is None
    assert {p["code"] for p in found["problems"]} >= {"missing_value", "no_answer"}
    assert run("receive", asked, "--into", first_quarter, "-o", out).exit_code == Status.LOOK
    assert not out.exists()


def test_a_return_of_another_version_says_what_changed(
    run: Run, first_quarter: Path, asked: Path, tmp_path: Path
) -> None:
    changed = Path(shutil.copytree(first_quarter, tmp_path / "changed"))
    text = (changed / "kpis.csv").read_text(encoding="utf-8-sig")
    (changed / "kpis.csv").write_text(text.replace(",1200,", ",1600,"), encoding="utf-8")
    fill(asked, ANSWERS, claims(80))
    result = run("receive", asked, "--into", changed, "-o", tmp_path / "out.xlsx")
    assert result.exit_code == Status.REFUSED
    assert "NT17: due was “75” and is now “100”" in result.output.replace("\n", " ")


def test_a_file_that_is_no_form_is_refused(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    result = run("receive", first_quarter / "kpis.csv", "--into", first_quarter, "-o", tmp_path / "out.xlsx")
    assert result.exit_code == Status.REFUSED
    assert "is no return or KPI workbook" in result.output


def test_lines_get_a_reference_that_is_free(run: Run, first_quarter: Path, asked: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(first_quarter, tmp_path / "copy"))
    fill(asked, ANSWERS, claims(80))
    out = tmp_path / "out"
    assert run("receive", asked, "--into", folder, "-o", out).exit_code == Status.FINE
    ref = next(c.ref for c in read_contract_workbook(out).claims if c.period.start.month == 7)
    text = (folder / "returns.csv").read_text(encoding="utf-8-sig")
    (folder / "returns.csv").write_text(text.replace("R1-NT17", ref), encoding="utf-8")
    text = (folder / "decisions.csv").read_text(encoding="utf-8-sig")
    (folder / "decisions.csv").write_text(text.replace("R1-NT17", ref), encoding="utf-8")
    assert run("receive", asked, "--into", folder, "-o", out, "--force").exit_code == Status.FINE
    assert f"{ref}-2" in {claim.ref for claim in read_contract_workbook(out).claims}


def test_a_return_asks_for_the_changed_target(run: Run, tmp_path: Path) -> None:
    storm = data_root() / "examples" / "contract-workbook-storm-2026"
    form = tmp_path / "return.xlsx"
    run("template", "return", storm, "--contract", REF, "--period", "2026-10-01", "-o", form)
    version = openpyxl.load_workbook(form)["Version"]
    due = {row[0]: row[2] for row in version.iter_rows(values_only=True) if row[1] == "due"}
    assert due["NT17"] == "25"


@pytest.fixture
def kpi_form(run: Run, tmp_path: Path) -> Path:
    form = tmp_path / "kpis.xlsx"
    made = run(
        "template", "kpi", "fx-2025.1:TRN,NT10", "--contract", REF, "--start", "2026-04-01", "--end", "2030-03-31",
        "--at-most", "6", "-o", form,
    )  # fmt: skip
    assert made.exit_code == Status.FINE, made.output
    return form


def test_kpis_go_into_the_contract(run: Run, first_quarter: Path, kpi_form: Path, tmp_path: Path) -> None:
    promise = {"TRN": {"What is promised, in words": "Twelve trainees", "Promise for the whole contract": 12}}
    fill(kpi_form, {}, promise)
    out = tmp_path / "out.ods"
    result = run("receive", kpi_form, "--into", first_quarter, "-o", out)
    assert result.exit_code == Status.FINE, result.output
    new = [k for k in read_contract_workbook(out).kpis if k.measure == "TRN"]
    assert [(k.contract, k.target) for k in new] == [(REF, 12)]


def test_a_kpi_that_is_there_already_is_not_promised_again(
    run: Run, first_quarter: Path, kpi_form: Path, tmp_path: Path
) -> None:
    promise = {"NT10": {"What is promised, in words": "Weeks", "Promise for the whole contract": 12}}
    fill(kpi_form, {}, promise)
    result = run("receive", kpi_form, "--into", first_quarter, "-o", tmp_path / "out.xlsx")
    assert result.exit_code == Status.REFUSED
    assert "has KPIs called NT10 already" in result.output
