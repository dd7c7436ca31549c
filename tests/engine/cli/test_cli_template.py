"""`template`: what is written can be filled in and read back, and nothing is replaced unasked."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal.cli import inputs, template
from commonweal.cli.status import Status
from commonweal.periods import Period
from commonweal.workbooks.kpi_template import KpiTerms, read_kpi_workbook
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.return_template import read_return_workbook
from tests.engine.cli.conftest import Run, document

REF = "NMC-2026-014"


@pytest.mark.parametrize("name", ["contracts.xlsx", "contracts.ods", "contracts"])
def test_an_empty_contract_workbook_can_be_checked(run: Run, tmp_path: Path, name: str) -> None:
    result = run("template", "contract", "-o", tmp_path / name, "--title", "Ours")
    assert result.exit_code == Status.FINE
    assert run("check", tmp_path / name).exit_code == Status.FINE


KINDS = [("contract",), ("kpi", "fx-2025.1"), ("return", "INPUT", "--contract", REF, "--period", "2026-07-01")]


PLACES = [*((words, name) for words in KINDS for name in ("made.xlsx", "made.ods")), (KINDS[0], "made")]


@pytest.mark.parametrize(("words", "name"), PLACES, ids=[f"{words[0]}-{name}" for words, name in PLACES])
def test_missing_folders_are_made_and_a_place_that_takes_no_file_is_named(
    run: Run, first_quarter: Path, tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    asked = [first_quarter if word == "INPUT" else word for word in words]
    file = tmp_path / "new" / "folder" / name
    result = run("template", *asked, "-o", file)
    assert result.exit_code == Status.FINE, result.stderr
    assert file.is_dir() if name == "made" else file.read_bytes()[:2] == b"PK"
    (tmp_path / "taken").write_text("mine")
    result = run("template", *asked, "-o", tmp_path / "taken" / name)
    assert result.exit_code == Status.NOT_WRITTEN, result.stderr
    assert "could not be written" in result.stderr
    assert "Traceback" not in result.stderr


def test_a_file_is_not_replaced_unasked(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "contracts.xlsx"
    file.write_text("mine")
    assert run("template", "contract", "-o", file).exit_code == Status.NOT_WRITTEN
    assert file.read_text() == "mine"
    assert document(run("template", "contract", "-o", file, "--force", "--json"))["file"] == str(file)
    assert file.read_bytes()[:2] == b"PK"


def test_a_kpi_workbook_asks_for_the_measures_named(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "kpis.xlsx"
    result = run(
        *("template", "kpi", "fx-2025.1:NT10, nt17", "-o", file, "--contract", REF),
        *("--start", "2026-04-01", "--end", "2030-03-31", "--at-most", "6"),
    )
    assert result.exit_code == Status.FINE
    assert "asks for 2 measures" in result.stdout
    measures = tuple(inputs.load_catalogue().measure(code, framework="fx-2025.1") for code in ("NT10", "NT17"))
    terms = KpiTerms("fx-2025.1", measures, REF, dt.date(2026, 4, 1), dt.date(2030, 3, 31), 6)
    assert read_kpi_workbook(file, terms).kpis == []


def test_a_kpi_workbook_may_ask_for_all_measures(run: Run, tmp_path: Path) -> None:
    assert "asks for 8 measures" in run("template", "kpi", "fx-2025.1", "-o", tmp_path / "kpis.ods").stdout


def test_unknown_codes_are_refused(run: Run, tmp_path: Path) -> None:
    for asked in ("fx-2025", "fx-2025.1:NT99"):
        result = run("template", "kpi", asked, "-o", tmp_path / "kpis.xlsx")
        assert result.exit_code == Status.REFUSED
        assert not (tmp_path / "kpis.xlsx").exists()


def test_a_release_without_measures_is_refused(run: Run, tmp_path: Path) -> None:
    result = run("template", "kpi", "svm-2026", "-o", tmp_path / "kpis.xlsx")
    assert result.exit_code == Status.REFUSED
    assert "svm-2026 sets no measures" in result.stderr
    assert not (tmp_path / "kpis.xlsx").exists()


@pytest.mark.parametrize("period", ["Year 1, quarter 2", "july to september 2026", "2026-08-15", "1/7/2026"])
def test_a_return_asks_for_what_is_due(run: Run, first_quarter: Path, tmp_path: Path, period: str) -> None:
    file = tmp_path / "return.xlsx"
    result = run("template", "return", first_quarter, "--contract", REF.lower(), "--period", period, "-o", file)
    assert result.exit_code == Status.FINE
    assert "July to September 2026" in result.stdout
    portfolio = inputs.read(first_quarter, as_at=dt.date(2026, 7, 31)).portfolio
    summer = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
    terms = template.return_terms(portfolio, portfolio.contract(REF), summer, dt.date(2026, 7, 31))
    assert terms.due["NT17"] == 75
    assert terms.due["NT1"] == 2
    assert "CL" not in terms.due or terms.due["CL"] == Decimal(0)
    assert terms.cards["NT1"].counts
    assert read_return_workbook(file, terms).claims == []


def test_a_contract_or_period_that_is_not_there_is_refused(run: Run, first_quarter: Path, tmp_path: Path) -> None:
    words = ("template", "return", first_quarter, "-o", tmp_path / "return.xlsx")
    result = run(*words, "--contract", "NMC-2026-041", "--period", "2026-07-01")
    assert "Nearest: NMC-2026-014" in result.stderr
    result = run(*words, "--contract", REF, "--period", "Year 1, quarter 9")
    assert "Year 1, quarter" in result.stderr
    result = run(*words, "--contract", REF, "--period", "2036-07-01")
    assert "outside the term" in result.stderr
    assert result.exit_code == Status.REFUSED


def test_a_contract_without_dates_or_framework_is_told_apart(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "in"
    run("template", "contract", "-o", source)
    (source / "contracts.csv").write_text(
        "Contract reference,Title,Starts,Ends,Framework release\nA,No dates,,,\nB,Local,2026-04-01,2027-03-31,\n"
    )
    (source / "kpis.csv").write_text(
        "Contract reference,KPI reference,What is promised,Unit\nB,K1,Trees planted,tree\n"
    )
    words = ("template", "return", source, "-o", tmp_path / "return.xlsx", "--period", "2026-05-01")
    result = run(*words, "--contract", "A")
    assert result.exit_code == Status.REFUSED
    assert "no first and last day" in result.stderr
    result = run(*words, "--contract", "B")
    assert result.exit_code == Status.FINE, result.stderr
    assert read_workbook(tmp_path / "return.xlsx").sheets
