"""The command `policy`: one contract, a whole register, files by their suffix, and words that are refused."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from python_calamine import CalamineWorkbook

from commonweal.cli.main import main as program
from commonweal.cli.policy import Days
from commonweal.cli.policy_output import _first
from commonweal.policy import bodies
from commonweal.policy.coverage import cover
from commonweal.policy.facts import Facts
from commonweal.portfolio import Contract

COUNCIL = ("--buyer", "council", "--commenced", "2026-04-01", "--kind", "contract,services")
CENTRAL = ("--buyer", "central", "--kind", "contract", "--kind", "services")
HEADINGS = "notice_id,buyer,title,status,notice_type,published_date,deadline_date,awarded_date,awarded_value,cpv_codes"
REGISTER = f"""{HEADINGS}
N1,Northmere,Grounds,awarded,Contract,2026-05-01,2026-03-01,2026-04-01,300000,77310000
N2,Northmere,Pens,awarded,Contract,2026-05-01,2026-03-01,2026-04-01,24000,30192000
N3,Northmere,Roads,awarded,Contract,2026-05-01,2026-03-01,2026-04-01,9000000,45233000
N4,Northmere,Later,open,Contract,2026-05-01,2026-08-01,,,77310000
N4,Northmere,Later,open,Contract,2026-05-01,2026-08-01,,,77310000
"""


def run(*words: str) -> Result:
    return CliRunner().invoke(program, ["policy", *words])


@pytest.fixture
def register(tmp_path: Path) -> Path:
    path = tmp_path / "notices.csv"
    path.write_text(REGISTER, encoding="utf-8")
    return path


class TestOneContract:
    def test_a_plan_of_journey_1(self) -> None:
        result = run(*COUNCIL, "--value", "2400000", "--policy", "northmere", "--entered", "2026-04-01")
        assert result.exit_code == 0
        assert "Social Value Model: none is mandatory." in result.output
        assert (
            "Least weight of social value: 20 % of the total score (10 quantitative + 10 qualitative)." in result.output
        )
        assert "Tier     major" in result.output
        assert "policy of Northmere City Council (2025.1, from 1 April 2025), section 5" in " ".join(
            result.output.split()
        )
        assert "By       30 April 2026" in result.output
        assert result.output.index("Applies:") < result.output.index("Does not apply:")

    def test_central_government_across_the_new_year(self) -> None:
        before = run(*CENTRAL, "--commenced", "2026-12-31", "--value", "8,000,000")
        assert "Social Value Model: svm-2025." in before.output
        assert "10 % of the total score; with an absolute method, of the non-price criteria." in before.output
        after = run(*CENTRAL, "--commenced", "2027-01-01", "--value", "8000000")
        assert "Social Value Model: svm-2026." in after.output
        assert "Least weight of social value: 20 % of the total score." in after.output
        assert "Verified  false: Third-hand" in after.output

    def test_without_a_day_it_cannot_be_told(self) -> None:
        result = run(*CENTRAL, "--value", "8000000")
        assert result.exit_code == 1
        assert "Social Value Model: cannot be told. It cannot be told without the day on which" in result.output
        assert "Least weight of social value: cannot be told without the day on which" in result.output
        assert "Cannot be told:" in result.output

    def test_limits_of_days_and_a_model_of_its_own_accord(self) -> None:
        result = run("--buyer", "council", "--commenced", "2026-04-01..2026-06-30", "--model", "svm-2025", "--json")
        document = json.loads(result.output)
        assert document["model"]["models"] == ["svm-2025"]
        assert document["facts"][1]["value"] == "from 1 April 2026 to 30 June 2026"
        shown = run("--buyer", "council", "--commenced", "..2026-06-30", "--model", "svm-2025")
        assert "Social Value Model: svm-2025, of its own accord." in shown.output
        assert run("--commenced", "2026-04-01..", "--json").exit_code == 1

    def test_json_holds_all_that_stands_behind_an_answer(self) -> None:
        result = run(*COUNCIL, "--value", "5000001", "--entered", "2026-04-01", "--json")
        rules = {rule["rule"]: rule for rule in json.loads(result.output)["rules"]}
        kpis = rules["pa23-s52"]
        assert (kpis["answer"], kpis["effect"]["minimum_kpis"]) == ("applies", 3)
        assert kpis["source"]["href"] == "https://www.legislation.gov.uk/ukpga/2023/54"
        assert rules["pa23-s53-copy"]["last_day"] == "2026-06-29"
        assert rules["pa23-s53-copy-light-touch"]["last_day"] is None
        assert rules["pa23-s51"]["last_day"] is None
        five = json.loads(run(*COUNCIL, "--value", "5000000", "--json").output)["rules"]
        assert next(rule for rule in five if rule["rule"] == "pa23-s52")["answer"] == "does not apply"

    def test_a_higher_weight_that_cannot_be_told_is_named(self, tmp_path: Path) -> None:
        result = run(
            *CENTRAL, "--commenced", "2027-01-01", "--value", "4500000", "--vat", "unknown", "--policy", "rotherham"
        )
        assert "20 % of the total score (10 quantitative" in result.output
        low = run(*CENTRAL, "--commenced", "2027-01-01", "--value", "4500000", "--vat", "unknown")
        assert "cannot be told without the estimated value including VAT" in low.output

    def test_stated_facts_and_proposals(self) -> None:
        stated = ("--stated", "kpis-not-appropriate", "--stated", "reason-published")
        result = run(*COUNCIL, "--value", "9000000", *stated, "--json")
        rules = {rule["rule"]: rule["answer"] for rule in json.loads(result.output)["rules"]}
        assert rules["pa23-s52"] == "does not apply"
        on = run(*COUNCIL, "--value", "9000000", "--proposals", "--json")
        rules = {rule["rule"]: rule["answer"] for rule in json.loads(on.output)["rules"]}
        assert rules["proposal-sv-kpi"] == "applies"

    @pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
    def test_to_a_file(self, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"rules.{suffix}"
        assert run(*COUNCIL, "--value", "9000000", "-o", str(path)).exit_code == 0
        text = path.read_bytes()
        if suffix == "csv":
            rows = list(csv.DictReader(io.StringIO(text.decode("utf-8-sig"))))
            assert {row["Answer"] for row in rows} == {"applies", "does not apply"}
        if suffix == "json":
            assert json.loads(text)["rules"]
        if suffix == "xlsx":
            assert "What each rule says" in CalamineWorkbook.from_path(path).sheet_names


class TestRegister:
    def test_counts_reconcile_and_the_missing_fact_is_named(self, register: Path) -> None:
        result = run("--buyer", "council", "--register", str(register), "--policy", "bradford")
        assert result.exit_code == 1
        assert "notices.csv: 4 contracts under scotland, social-value-act-2012" in result.output
        assert "Measures                 2           1               1          4" in result.output
        assert "Left out when the register was read: 1 row; see `commonweal check`." in result.output
        assert "1 contract: the contract value as the body counts it" in result.output
        assert "Measures: cannot be told; missing: the contract value" in " ".join(result.output.split())

    def test_it_can_be_told_where_the_facts_are_given(self, register: Path, tmp_path: Path) -> None:
        whole = tmp_path / "whole.csv"
        whole.write_text("\n".join(REGISTER.splitlines()[:4]) + "\n", encoding="utf-8")
        words = (*COUNCIL, "--register", str(whole), "--vat", "included", "--policy", "northmere")
        result = run("--buyer", "council", "--commenced", "2026-04-01", "--kind", "contract", *words[6:])
        assert result.exit_code == 0
        assert "cannot be told" not in result.output.split("Contracts", 1)[1]

    @pytest.mark.parametrize("suffix", ["csv", "xlsx", "json"])
    def test_to_a_file(self, register: Path, tmp_path: Path, suffix: str) -> None:
        path = tmp_path / f"coverage.{suffix}"
        result = run("--buyer", "council", "--register", str(register), "--policy", "northmere", "-o", str(path))
        assert f"Written to {path}." in result.output
        if suffix == "csv":
            rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode("utf-8-sig"))))
            assert [row["Contract"] for row in rows] == ["N1", "N2", "N3", "N4"]
            assert rows[3]["Value in the register (£)"] == "not stated"
            assert rows[3]["Delivery plan"] == "cannot be told"
        if suffix == "json":
            document = json.loads(path.read_text(encoding="utf-8"))
            assert (document["contracts"], document["rows_left_out"]) == (4, 1)
            assert all(sum(counts.values()) == 4 for counts in document["counts"].values())
        if suffix == "xlsx":
            sheet = CalamineWorkbook.from_path(path).get_sheet_by_name("How many contracts need what")
            assert [row[0] for row in sheet.to_python() if row[-1] == 4][:4] == [
                "Consideration",
                "Measures",
                "Delivery plan",
                "KPIs",
            ]

    def test_json_and_a_saved_mapping(self, register: Path, tmp_path: Path) -> None:
        result = run("--buyer", "council", "--register", str(register), "--json")
        assert json.loads(result.output)["register"] == "notices.csv"
        mapping = tmp_path / "mapping.json"
        mapping.write_text('{"layout": "notices"}', encoding="utf-8")
        assert run("--register", str(register), "--mapping", str(mapping)).exit_code in (1, 3)

    def test_many_are_named_in_short(self) -> None:
        many = [Contract(f"C{number}", "x") for number in range(14)]
        lines = _first(cover(many, [bodies()["northmere"]], given=Facts()))
        assert lines[-1] == "... and 2 more; write all of them to a file with -o."


def test_no_facts_and_all_proposals_leave_everything_open() -> None:
    result = run("--proposals")
    assert result.exit_code == 1
    assert "Applies:" not in result.output
    assert "Does not apply:" not in result.output


def test_limits_that_were_read_are_kept() -> None:
    assert Days().convert((None, None), None, None) == (None, None)


class TestRefused:
    @pytest.mark.parametrize(
        ("words", "status", "message"),
        [
            (("--buyer", "parish"), 3, "'parish' does not say the type of buyer"),
            (("--kind", "barter"), 3, "'barter' is no kind of contract"),
            (("--kind", "goods,works"), 3, "not both goods and works"),
            (("--policy", "bradfrd"), 3, "Nearest: bradford"),
            (("--model", "svm-2030"), 3, "Choose from svm-2020, svm-2025, svm-2026, none"),
            (("--commenced", "soon"), 2, "'soon' is no date"),
            (("--commenced", "2026-06-01..2026-05-01"), 2, "ends before it begins"),
            (("--value", "much"), 2, "'much' is no number"),
            (("--value", "1", "--register", "x.csv"), 2, "Give --value or --register, not both"),
            (("--register", "nowhere.csv"), 3, "nowhere.csv"),
            (("-o", "rules.doc"), 4, "rules.doc ends in none of .csv, .xlsx, .json"),
        ],
    )
    def test_with_the_reason(self, words: tuple[str, ...], status: int, message: str) -> None:
        result = run(*words)
        assert result.exit_code == status
        assert message in " ".join(result.output.split())

    def test_a_bad_policy_file(self, tmp_path: Path) -> None:
        path = tmp_path / "ours.yaml"
        path.write_text("id: ours\n", encoding="utf-8")
        result = run("--policy", str(path))
        assert result.exit_code == 3
        assert 'ours.yaml line 1: property "name" is missing' in result.output
