"""`commonweal benchmark`: journey 14.5 from a file to the screen, JSON and CSV."""

from __future__ import annotations

import csv
import datetime as dt
import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from commonweal.cli.main import main
from commonweal.periods import Period
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Outcome, Portfolio
from commonweal.workbooks.write import write_contract_workbook

START = dt.date(2026, 4, 1)
QUARTER = Period(START, dt.date(2026, 6, 30))
DAY = dt.date(2026, 7, 10)


def facts(ref: str, category: str, hours: int, **changes: object) -> tuple[Contract, Kpi, Claim, Decision]:
    values: dict[str, object] = {
        "ref": ref,
        "title": f"Contract {ref}",
        "body": "Northmere City Council",
        "category": category,
        "value": Decimal(400000),
        "spent": Decimal(100000),
        "start": START,
        "end": dt.date(2030, 3, 31),
        "place": "Lancaster",
        "status": "live",
    }
    return (
        Contract(**{**values, **changes}),  # type: ignore[arg-type]
        Kpi(ref, "H", "H", "hours given", "hour", target=Decimal(1200), value_per_unit=Decimal("17.50")),
        Claim("1", ref, "H", QUARTER, DAY, Decimal(hours), by="Delivery lead", role="supplier", evidence="log"),
        Decision(ref, "H", Outcome.VERIFIED, Decimal(hours), DAY, claim="1", by="Verifier", role="verifier"),
    )


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = [facts(f"C{n:02}", "Cleaning", 100 * n) for n in range(1, 12)]
    rows += [facts(f"T{n}", "Arboriculture", 100 * n) for n in range(1, 6)]
    rows += [facts("GONE", "Cleaning", 9000, status="insolvency")]
    rows += [facts("CEILING", "Cleaning", 9000, framework_agreement=True)]
    rows += [facts(f"N{n}", "Cleaning", 9000, spent=None, place="Nowhere") for n in range(10)]
    contracts, kpis, claims, decisions = ([row[part] for row in rows] for part in range(4))
    portfolio = Portfolio(contracts=contracts, kpis=kpis, claims=claims, decisions=decisions)  # type: ignore[arg-type]
    path = tmp_path_factory.mktemp("benchmark") / "contracts"
    write_contract_workbook(portfolio, path)
    return path


def run(*words: str | Path, as_at: str = "2027-04-01") -> Result:
    line = ["benchmark", *(str(word) for word in words), "--as-at", as_at]
    return CliRunner().invoke(main, line, catch_exceptions=False)


def test_journey_14_5_on_the_screen(book: Path) -> None:
    result = run(book)
    assert result.exit_code == 0, result.output
    lines = [line.split() for line in result.output.splitlines()]
    assert ["Cleaning", "11", "0.06125", "0.105", "0.14875", "0.105"] in lines
    assert "Arboriculture          5  too few (minimum 8)" in result.output
    assert "Pounds verified per pound spent, by category, as at 1 April 2027" in result.output
    assert "Set aside: 12" in result.output
    assert "1 - the supplier is insolvent: GONE" in result.output
    assert "10 - what was spent is not known: N0, N1, N2, N3, N4, N5, N6, N7 and 2 more" in result.output


def test_where_one_contract_stands(book: Path) -> None:
    assert "C09 has 0.1575 and is number 3 of 11 in Cleaning; 80 % of the others have less." in (
        run(book, "--contract", "C09").output
    )
    small = run(book, "--contract", "T2")
    assert "T2 has 0.035. Its group, Arboriculture, has 5: too few (minimum 8)." in small.output
    gone = run(book, "--contract", "GONE")
    assert gone.exit_code == 1
    assert "Contract GONE was set aside: the supplier is insolvent." in gone.output


def test_a_contract_that_is_not_compared_is_refused(book: Path) -> None:
    assert run(book, "--contract", "X").exit_code == 3
    other = run(book, "--contract", "T1", "--only", "category=Cleaning")
    assert other.exit_code == 3
    assert "--only keeps" in other.output


def test_json_tells_no_contract_but_the_one_asked_for(book: Path) -> None:
    made = json.loads(run(book, "--json", "--contract", "C09").output)
    assert made["ok"] is True
    cleaning = next(group for group in made["groups"] if group["name"] == "Cleaning")
    assert cleaning["quartiles"] == {"lower": "0.06125", "median": "0.105", "upper": "0.14875"}
    assert made["contract"] == {
        "ref": "C09", "group": "Cleaning", "rate": "0.1575", "rank": 3, "of": 11, "percentile": "80",
    }  # fmt: skip
    assert "rates" not in json.dumps(made)
    gone = json.loads(run(book, "--json", "--contract", "GONE").output)
    assert gone["contract"] == {"ref": "GONE", "set_aside": "the supplier is insolvent"}
    assert "contract" not in json.loads(run(book, "--json").output)


def test_by_region_of_one_category_and_in_units(book: Path) -> None:
    result = run(book, "--by", "region", "--only", "category=Cleaning", "--measure", "H", "--minimum", "3")
    assert "Hour verified per £1m spent, by region" in result.output
    lines = [" ".join(line.split()) for line in result.output.splitlines()]
    assert "North West 11 3500 6000 8500 6000" in lines
    assert run(book, "--measure", "NT99").exit_code == 3


def test_nothing_to_compare_is_said(book: Path) -> None:
    early = run(book, as_at="2027-03-31")
    assert early.exit_code == 1
    assert "No contract can be compared." in early.output
    assert "less than a year old" in early.output


@pytest.mark.parametrize("wrong", ["colour=red", "category"])
def test_a_filter_that_is_none_is_a_wrong_word(book: Path, wrong: str) -> None:
    result = run(book, "--only", wrong)
    assert result.exit_code == 2
    assert "category=Cleaning" in result.output


def test_files_by_their_suffix(book: Path, tmp_path: Path) -> None:
    table, data = tmp_path / "b.csv", tmp_path / "b.json"
    assert f"Written to {table}" in run(book, "-o", str(table)).output
    rows = list(csv.reader(table.open(encoding="utf-8")))
    assert rows[0] == ["Category", "Contracts", "Lower quartile", "Median", "Upper quartile", "All together"]
    assert rows[1] == ["Arboriculture", "5", "too few (minimum 8)", "", "", ""]
    run(book, "-o", str(data))
    assert json.loads(data.read_text())["minimum"] == 8
    assert run(book, "-o", str(tmp_path / "b.txt")).exit_code == 4


def test_packs_that_stand_side_by_side_are_named(tmp_path: Path) -> None:
    rows = [facts(f"C{n}", "Cleaning", 100, value_pack="fx-2025.1" if n % 2 else "own") for n in range(8)]
    contracts, kpis, claims, decisions = ([row[part] for row in rows] for part in range(4))
    path = tmp_path / "contracts"
    write_contract_workbook(
        Portfolio(contracts=contracts, kpis=kpis, claims=claims, decisions=decisions),  # type: ignore[arg-type]
        path,
    )
    assert "Cleaning: values of fx-2025.1, own stand side by side." in run(path).output


def test_totals_are_exchanged_and_make_the_same_benchmark(book: Path, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours.csv", tmp_path / "theirs.csv"
    assert f"Written to {ours}" in run(book, "--totals", ours).output
    alone, directly = run(ours), run(book)
    assert alone.output == directly.output
    theirs.write_text(ours.read_text(encoding="utf-8").replace("Northmere", "Eastholt"), encoding="utf-8")
    together = json.loads(run(ours, theirs, "--by", "body", "--json").output)
    assert [group["contracts"] for group in together["groups"]] == [16, 16]
    same = run(ours, ours)
    assert same.exit_code == 3
    assert "Contract C01 of Northmere City Council stands in the inputs twice" in same.output
    twice = run(ours, theirs, "--contract", "C01")
    assert twice.exit_code == 3
    assert "of Northmere City Council, Eastholt City Council" in twice.output


def test_a_group_that_looks_like_a_formula_is_written_as_text(tmp_path: Path) -> None:
    row = facts("C", "=1+1", 100)
    path, table = tmp_path / "contracts", tmp_path / "b.csv"
    portfolio = Portfolio(contracts=[row[0]], kpis=[row[1]], claims=[row[2]], decisions=[row[3]])
    write_contract_workbook(portfolio, path)
    run(path, "-o", table)
    assert next(csv.reader(table.open().readlines()[1:]))[0] == "'=1+1"
