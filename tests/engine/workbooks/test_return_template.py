"""A return workbook goes out with its rules and comes back as exactly what was typed."""

from __future__ import annotations

import datetime as dt
import tempfile
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commonweal import errors
from commonweal.catalogue import Card
from commonweal.checks.problem import NOWHERE, Severity
from commonweal.performance.targets import PeriodTarget
from commonweal.periods import Period
from commonweal.portfolio import Claim, Contract, Kind, Kpi
from commonweal.workbooks.layout import Reported
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.return_layout import LAYOUT
from commonweal.workbooks.return_template import (
    ReturnTerms,
    read_return_workbook,
    return_terms,
    write_return_template,
)
from tests.engine.workbooks.filling import fill
from tests.engine.workbooks.portfolio_strategies import amounts, days, needed, text

CONTRACT = Contract("NMC-2026-014", "Grounds maintenance", start=dt.date(2026, 4, 1), end=dt.date(2030, 3, 31))
QUARTER = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
KPIS = (
    Kpi(CONTRACT.ref, "NT10", "NT10", "Apprenticeship weeks", "week", target=Decimal(208), evidence_rule="Letter"),
    Kpi(CONTRACT.ref, "NT17", "NT17", "Hours for community groups", "hour", target=Decimal(1200)),
    Kpi(CONTRACT.ref, "RLW", "RLW", "Living wage", "percent", kind=Kind.RATIO),
    Kpi(CONTRACT.ref, "PLAN", "PLAN", "Plan agreed", "yes/no", kind=Kind.YES_NO),
)
CARDS = {"NT17": Card(counts="Hours of staff", does_not_count="Free time")}
ASKED = return_terms(
    CONTRACT,
    KPIS,
    QUARTER,
    due={"NT17": (PeriodTarget(QUARTER, Decimal(75)),)},
    most={"NT10": Decimal(26)},
    cards=CARDS,
)
HEAD = {"Only this contract and this period *": "yes", "Only what the contract promises *": "yes"}
HEAD |= {"Filled in by *": "Delivery lead"}
BOTH = pytest.mark.parametrize("ending", [".xlsx", ".ods"])


def returned(tmp_path: Path, answers: list[dict[str, object]], head: dict[str, str] = HEAD, asked: ReturnTerms = ASKED):
    """Write the form, type `answers` into it as a person would, and read it back."""
    path = tmp_path / "return.xlsx"
    write_return_template(ASKED, path)
    fill(path, LAYOUT, answers, head)
    return read_return_workbook(path, asked, received=dt.date(2026, 7, 10))


def test_journey_4_comes_back_as_claims(tmp_path: Path) -> None:
    read = returned(
        tmp_path,
        [
            {"kpi": "NT10", "reported": "claim", "amount": 13},
            {"kpi": "NT17", "reported": "claim", "amount": 60, "place": "Abbeyfield"},
            {"kpi": "RLW", "reported": "claim", "amount": 184, "denominator": 184},
            {"kpi": "PLAN", "reported": "nil", "reason": "baseline survey in July"},
            {"kpi": "NT17", "amount": "15", "place": "Harbour"},
        ],
    )
    assert [str(p) for p in read.problems] == []
    assert [(c.ref, c.amount, c.denominator, c.nil, c.place) for c in read.claims] == [
        ("2026-04-01/NT10", 13, None, False, ""),
        ("2026-04-01/NT17", 60, None, False, "Abbeyfield"),
        ("2026-04-01/RLW", 184, 184, False, ""),
        ("2026-04-01/PLAN", 0, None, True, ""),
        ("2026-04-01/NT17/2", 15, None, False, "Harbour"),
    ]
    assert {(c.by, c.received, c.period) for c in read.claims} == {("Delivery lead", dt.date(2026, 7, 10), QUARTER)}
    assert read.declared == {"period_only": True, "contracted_only": True, "by": "Delivery lead"}


def test_an_empty_form_asks_for_everything(tmp_path: Path) -> None:
    read = returned(tmp_path, [], head={})
    assert read.claims == []
    assert [p.code for p in read.problems] == ["missing_value"] * 3 + ["no_answer"] * 4
    assert str(read.problems[0].where) == "return.xlsx, Return, B9"


def test_a_declaration_that_is_neither_yes_nor_no_is_named(tmp_path: Path) -> None:
    read = returned(tmp_path, [], head=HEAD | {"Only this contract and this period *": "perhaps"})
    assert (read.problems[0].code, str(read.problems[0].where)) == ("wrong_type", "return.xlsx, Return, B9")
    assert "period_only" not in read.declared


@pytest.mark.parametrize(
    ("answer", "code", "cell", "mend"),
    [
        ({"kpi": "NT10", "reported": "claim", "amount": 27}, "out_of_range", "F", "week cannot be more than 26"),
        ({"kpi": "NT10", "reported": "claim", "amount": -1}, "out_of_range", "F", "cannot be less than 0"),
        ({"kpi": "NT10", "reported": "claim", "amount": "some"}, "wrong_type", "F", "Write a number"),
        ({"kpi": "NT10", "reported": "claim"}, "missing_value", "F", "Give the amount"),
        ({"kpi": "NT10", "reason": "later"}, "missing_value", "E", "Choose claim or nil"),
        ({"kpi": "NT10", "reported": "perhaps"}, "not_in_list", "E", "claim, nil"),
        ({"kpi": "NT10", "reported": "nil"}, "nil_without_reason", "H", "Say why"),
        ({"kpi": "NT10", "reported": "nil", "reason": "x", "amount": 2}, "nil_with_amount", "F", "Choose claim"),
        ({"kpi": "RLW", "reported": "claim", "amount": 5}, "missing_value", "G", "out of how many"),
        ({"kpi": "RLW", "reported": "claim", "amount": 5, "denominator": 4}, "out_of_range", "F", "Give the part"),
        ({"kpi": "PLAN", "reported": "claim", "amount": 2}, "out_of_range", "F", "cannot be more than 1"),
    ],
)
def test_each_wrong_cell_is_named(tmp_path: Path, answer: dict[str, object], code: str, cell: str, mend: str) -> None:
    read = returned(tmp_path, [answer])
    first = next(p for p in read.problems if p.severity is Severity.ERROR)
    row = 14 + [kpi.ref for kpi in KPIS].index(str(answer["kpi"]))
    assert (first.code, str(first.where)) == (code, f"return.xlsx, Return, {cell}{row}")
    assert mend in first.mend
    assert read.claims == []


def test_a_kpi_that_was_not_asked_for_is_refused(tmp_path: Path) -> None:
    read = returned(tmp_path, [{"kpi": "NT71", "reported": "claim", "amount": 1}])
    problem = next(p for p in read.problems if p.severity is Severity.ERROR)
    assert problem.code == "unknown_reference"
    assert "NT17" in problem.mend


def test_a_given_cell_that_was_changed_is_noticed_and_not_used(tmp_path: Path) -> None:
    answers = [{"kpi": "NT10", "unit": "month", "reported": "claim", "amount": 13}]
    read = returned(tmp_path, answers)
    changed = [p for p in read.problems if p.code == "given_cell_changed"]
    assert [str(p.where) for p in changed] == ["return.xlsx, Return, C14"]
    assert "month" in changed[0].found
    assert [c.amount for c in read.claims] == [13]


def test_another_version_is_refused_with_every_difference(tmp_path: Path) -> None:
    now = replace(
        ASKED,
        kpis=(
            replace(KPIS[0], unit="month"),
            replace(KPIS[1], deliverable="Hours for schools"),
            KPIS[2],
            replace(KPIS[3], ref="NEW"),
        ),
        due={"NT17": Decimal(25)},
    )
    with pytest.raises(errors.OtherVersion) as refused:
        returned(tmp_path, [], asked=now)
    assert refused.value.differences == (
        "PLAN was taken out.",
        "NEW was added.",
        "NT10: unit was “week” and is now “month”.",
        "NT17: wording was “Hours for community groups” and is now “Hours for schools”.",
        "NT17: due was “75” and is now “25”.",
    )
    assert "Get the new form" in str(refused.value)


def test_a_return_of_another_contract_or_order_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.OtherVersion, match="Contract was “NMC-2026-014” and is now “X”"):
        returned(tmp_path, [], asked=replace(ASKED, contract=replace(CONTRACT, ref="X")))
    with pytest.raises(errors.OtherVersion, match="The order was changed"):
        returned(tmp_path, [], asked=replace(ASKED, kpis=KPIS[::-1]))


def test_a_version_sheet_changed_by_hand_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    write_return_template(ASKED, path)
    fill(path, LAYOUT, [], {}, version="0000000000000000")
    with pytest.raises(errors.OtherVersion, match="changed by hand"):
        read_return_workbook(path, ASKED)


def test_another_workbook_is_no_return(tmp_path: Path) -> None:
    path = tmp_path / "other.csv"
    path.write_text("a,b\n1,2\n")
    with pytest.raises(errors.BadFile, match="Version"):
        read_return_workbook(path, ASKED)
    with pytest.raises(errors.BadFile, match=r"\.xlsx or \.ods"):
        write_return_template(ASKED, tmp_path / "form.csv")


@BOTH
def test_the_form_shows_what_is_due_and_what_counts(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"return{ending}"
    write_return_template(ASKED, path)
    book = read_workbook(path)
    sheet = book.sheet("Return")
    assert sheet is not None
    assert sheet.rows[0][0] == "Return: Grounds maintenance, April to June 2026"
    assert list(sheet.rows[14][:4]) == ["NT17", "Hours for community groups", "hour", "75"]
    assert sheet.rows[13][3] == "not due"
    assert "Do not count: Free time" in sheet.rows[14][13]
    assert book.sheet("Guide") is not None


def test_the_xlsx_carries_its_rules(tmp_path: Path) -> None:
    path = tmp_path / "return.xlsx"
    write_return_template(ASKED, path)
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    assert "sheetProtection" in sheet
    assert '"claim,nil"' in sheet
    assert "<formula2>26</formula2>" in sheet
    assert "<formula1>$A$14:$A$17</formula1>" in sheet


claims = st.lists(
    st.builds(
        Claim,
        ref=st.just(""),
        contract=st.just(CONTRACT.ref),
        kpi=st.just("NT17"),
        period=st.just(QUARTER),
        received=st.none(),
        amount=amounts,
        reason=text,
        place=text,
        cohort=text,
        evidence=text,
        persons=st.lists(needed, max_size=2).map(tuple),
        valid_until=st.none() | days,
        role=st.just("supplier"),
    ),
    min_size=1,
    max_size=3,
)


@BOTH
@given(typed=claims)
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_exactly_what_was_typed_comes_back(ending: str, typed: list[Claim]) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"return{ending}"
        write_return_template(ASKED, path, claims=typed)
        read = read_return_workbook(path, ASKED)
    assert [replace(c, ref="", origin=NOWHERE) for c in read.claims] == typed


def test_a_nil_is_written_as_a_nil(tmp_path: Path) -> None:
    nil = Claim("n", CONTRACT.ref, "NT10", QUARTER, None, nil=True, reason="none yet")
    path = tmp_path / "return.ods"
    write_return_template(ASKED, path, claims=[nil])
    read = read_return_workbook(path, ASKED, by="Someone")
    assert [(c.nil, c.reason, c.amount, c.by) for c in read.claims] == [(True, "none yet", 0, "Someone")]
    assert Reported.NIL == "nil"


def test_further_facts_are_shown_and_are_part_of_the_version(tmp_path: Path) -> None:
    said = {"PLAN": (("value per unit", "none"),)}
    asked = replace(ASKED, about=(("Plan version", "1 (abc)"),), said=said)
    path = tmp_path / "return.xlsx"
    write_return_template(asked, path)
    sheets = {sheet.name: sheet.rows for sheet in read_workbook(path).sheets}
    assert ["Plan version", "1 (abc)"] in [row[:2] for row in sheets["Return"]]
    assert ["PLAN Plan agreed", "Value per unit: none"] in [row[:2] for row in sheets["Guide"]]
    assert asked.terms.version != ASKED.terms.version
