"""Each way in which a contract workbook can be wrong is named with its cell, and the rest is still read."""

from __future__ import annotations

import datetime as dt
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from commonweal import errors
from commonweal.checks.problem import Severity
from commonweal.periods import Period
from commonweal.portfolio import Contract, Kpi, Outcome, PeriodScheme, Portfolio, Supplier
from commonweal.workbooks.contract_workbook import is_contract_workbook, read_contract_workbook
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.write import write_contract_workbook

CONTRACTS = "Contract reference,Title,Starts,Ends\nC1,Grounds,01/04/2026,31/03/2030\n"
KPIS = "Contract reference,KPI reference,Unit\nC1,NT17,hour\nC1,NT10,week\n"
KPI_HEAD = "Contract reference,KPI reference\n"
RETURN_HEAD = "Contract reference,What is reported,Line reference,KPI reference,Period,Amount,Reason or remark\n"
RETURNS = RETURN_HEAD + "C1,claim,R1,NT17,Y1 Q1,75,\n"
DECISION_HEAD = "Contract reference,KPI reference,Decision reference,Line reference,Decision,Amount\n"
TARGET_HEAD = "Contract reference,KPI reference,Period starts,Period ends,Amount,Version\n"


def read(tmp_path: Path, **files: str) -> Portfolio:
    folder = tmp_path / "book"
    folder.mkdir()
    for name, text in ({"contracts": CONTRACTS, "kpis": KPIS, "returns": RETURNS} | files).items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_contract_workbook(folder)


def found(portfolio: Portfolio) -> list[tuple[str, str]]:
    return [(p.code, str(p.where)) for p in portfolio.problems]


def test_the_sound_folder_has_no_problem(tmp_path: Path) -> None:
    portfolio = read(tmp_path)
    assert portfolio.problems == []
    assert portfolio.claims[0].period == Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
    assert str(portfolio.claims[0].origin) == "returns.csv, row 2"
    assert [source.name for source in portfolio.sources] == ["contracts.csv", "kpis.csv", "returns.csv"]


@pytest.mark.parametrize("name", ["Y1 Q2", "year 1, quarter 2", "Year 1 Quarter 2", "July to September 2026", "Y1Q2"])
def test_a_period_is_known_by_its_labels(tmp_path: Path, name: str) -> None:
    portfolio = read(tmp_path, returns=RETURN_HEAD + f'C1,claim,R1,NT17,"{name}",75,\n')
    assert portfolio.claims[0].period == Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))


@pytest.mark.parametrize(
    ("sheet", "text", "code", "where", "words"),
    [
        ("contracts", CONTRACTS + "C2,Other,31/02/2026,\n", "impossible_date", "contracts.csv, C3", "31/02/2026"),
        ("contracts", CONTRACTS + "C2,Other,12/05/0026,\n", "impossible_date", "contracts.csv, C3", "year"),
        ("contracts", CONTRACTS + "C2,Other,soon,\n", "wrong_type", "contracts.csv, C3", "soon"),
        ("contracts", CONTRACTS + "C2,Other,3 Foo 2026,\n", "wrong_type", "contracts.csv, C3", "3 Foo 2026"),
        ("contracts", CONTRACTS + "C2,Other,1 May 2026,1 Apr 2026\n", "impossible_dates", "contracts.csv, D3", "ends"),
        ("contracts", CONTRACTS + "C2,,,\n", "missing_value", "contracts.csv, B3", "Title is blank"),
        ("contracts", CONTRACTS + "C1,Again,,\n", "duplicate", "contracts.csv, A3", "row 2"),
        ("contracts", CONTRACTS + "C2,Other,#REF!,\n", "cell_error", "contracts.csv, C3", "#REF!"),
        ("kpis", KPIS + "C9,NT18,GBP\n", "unknown_reference", "kpis.csv, A4", "C9"),
        ("kpis", KPIS + "C1,NT17,hour\n", "duplicate", "kpis.csv, B4", "NT17"),
        ("returns", RETURN_HEAD + "C1,claim,R1,NT71,Y1 Q1,1,\n", "unknown_reference", "returns.csv, D2", "NT71"),
        ("returns", RETURNS + "C1,claim,R1,NT10,Y1 Q1,1,\n", "duplicate", "returns.csv, C3", "R1"),
        ("returns", RETURN_HEAD + "C1,claim,R1,NT17,Y9 Q9,1,\n", "unknown_reference", "returns.csv, E2", "Y9 Q9"),
        ("returns", RETURN_HEAD + "C1,claim,R1,NT17,,1,\n", "missing_value", "returns.csv, row 2", "which period"),
        ("returns", RETURN_HEAD + "C1,claim,R1,,Y1 Q1,1,\n", "missing_value", "returns.csv, D2", "KPI reference"),
        ("returns", RETURN_HEAD + "C1,claim,,NT17,Y1 Q1,1,\n", "missing_value", "returns.csv, C2", "Line reference"),
        ("returns", RETURN_HEAD + "C1,claim,R1,NT17,Y1 Q1,,\n", "missing_value", "returns.csv, F2", "no amount"),
        ("returns", RETURN_HEAD + "C1,nil,R1,NT17,Y1 Q1,3,\n", "nil_with_amount", "returns.csv, F2", "nil"),
        ("returns", RETURN_HEAD + "C1,lots,R1,NT17,Y1 Q1,3,\n", "not_in_list", "returns.csv, B2", "lots"),
        ("returns", RETURN_HEAD + "C1,claim,R1,NT17,Y1 Q1,-3,\n", "out_of_range", "returns.csv, F2", "-3"),
        ("returns", RETURN_HEAD + "C1,claim,R1,NT17,Y1 Q1,1e15,\n", "out_of_range", "returns.csv, F2", "more than"),
        ("returns", RETURN_HEAD + 'C1,claim,R1,NT17,Y1 Q1,"1,23",\n', "wrong_type", "returns.csv, F2", "1,23"),
        ("returns", RETURN_HEAD + "C1,return received,,,Y1 Q1,5,\n", "receipt_with_line", "returns.csv, F2", "line"),
        ("decisions", DECISION_HEAD + "C1,NT17,,R9,verified,1\n", "unknown_reference", "decisions.csv, D2", "R9"),
        ("decisions", DECISION_HEAD + "C1,NT10,,R1,verified,1\n", "claim_of_other_kpi", "decisions.csv, D2", "NT17"),
        ("decisions", DECISION_HEAD + "C1,NT17,,R1,relieved,1\n", "promise_with_claim", "decisions.csv, D2", "promise"),
        ("decisions", DECISION_HEAD + "C1,NT17,,,relieved,-1\n", "out_of_range", "decisions.csv, F2", "-1"),
        ("targets", TARGET_HEAD + "C1,NT17,1 Jul 2026,1 Apr 2026,1,\n", "impossible_dates", "targets.csv, D2", "ends"),
        ("targets", TARGET_HEAD + "C1,NT17,1 Jul 2026,30 Sep 2026,1,0.5\n", "wrong_type", "targets.csv, F2", "0.5"),
        (
            "targets",
            TARGET_HEAD + "C1,NT17,2025-01-01,2025-03-31,1,\n",
            "period_outside_contract",
            "targets.csv, C2",
            "2025",
        ),
        (
            "notes",
            "Contract reference,Note,KPI reference\nC1,Hello,NT99\n",
            "unknown_reference",
            "notes.csv, C2",
            "NT99",
        ),
    ],
)
def test_each_wrong_cell_is_named_and_its_row_left_out(
    tmp_path: Path, sheet: str, text: str, code: str, where: str, words: str
) -> None:
    portfolio = read(tmp_path, **{sheet: text})
    assert found(portfolio) == [(code, where)]
    problem = portfolio.problems[0]
    assert words in problem.found
    assert problem.severity is Severity.ERROR
    assert problem.mend
    held = {"contracts": 1, "kpis": 2, "returns": text.count("R1,NT17,Y1 Q1,75"), "decisions": 0, "targets": 0}
    facts = {"returns": portfolio.claims} | {name: getattr(portfolio, name) for name in held if name != "returns"}
    assert len(facts.get(sheet, portfolio.notes)) == held.get(sheet, 0)


def test_what_was_meant_is_offered(tmp_path: Path) -> None:
    portfolio = read(tmp_path, returns=RETURN_HEAD + "C1,claim,R1,NT71,Y1 Q1,1,\n")
    assert portfolio.problems[0].mend.startswith("Is “NT17” or “NT10” meant?")
    assert portfolio.problems[0].subject == "C1"


def test_a_row_that_fails_takes_what_refers_to_it_along(tmp_path: Path) -> None:
    portfolio = read(tmp_path, contracts=CONTRACTS.replace("01/04/2026", "32/04/2026"))
    assert portfolio.contracts == portfolio.kpis == portfolio.claims == []
    assert [code for code, _ in found(portfolio)] == ["impossible_date", *["unknown_reference"] * 3]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("C2,T,A;B,1;2;3,", "suppliers_differ"),
        ("C2,T,A;;B,,", "suppliers_differ"),
        ("C2,T,A,,96", "impossible_thresholds"),
    ],
)
def test_contract_rows_that_contradict_themselves(tmp_path: Path, row: str, code: str) -> None:
    head = "Contract reference,Title,Supplier,Company or charity number,Amber from (%)\n"
    portfolio = read(tmp_path, contracts=head + row + "\nC1,Grounds,,,\n", kpis=KPI_HEAD, returns=RETURN_HEAD)
    assert code in [p.code for p in portfolio.problems]
    assert [c.ref for c in portfolio.contracts] == ["C1"]


def test_suppliers_numbers_keep_their_zeros_and_order(tmp_path: Path) -> None:
    head = "Contract reference,Title,Supplier,Register of the number,Company or charity number,Further facts\n"
    row = 'C1,Grounds,"Oak Ltd; Ash CIC;",GB-COH;GB-CHC,00123456; 0299,"CPV: 77310000; Note: a: b"\n'
    contract = read(tmp_path, contracts=head + row, returns=RETURN_HEAD).contracts[0]
    assert contract.suppliers == (Supplier("Oak Ltd", "GB-COH", "00123456"), Supplier("Ash CIC", "GB-CHC", "0299"))
    assert contract.extra == (("CPV", "77310000"), ("Note", "a: b"))


def test_a_contract_without_dates_knows_no_labels(tmp_path: Path) -> None:
    contracts = "Contract reference,Title\nC1,Grounds\n"
    portfolio = read(tmp_path, contracts=contracts)
    assert found(portfolio) == [("unknown_period", "returns.csv, E2")]
    head = "Contract reference,What is reported,Period starts,Period ends,Received on,By\n"
    dated = read_again(tmp_path, returns=head + "C1,return received,2026-04-01,2026-06-30,2026-07-10,Lead\n")
    assert [(r.received, r.by) for r in dated.receipts] == [(dt.date(2026, 7, 10), "Lead")]


def read_again(tmp_path: Path, **files: str) -> Portfolio:
    for name, text in files.items():
        (tmp_path / "book" / f"{name}.csv").write_text(text, encoding="utf-8")
    return read_contract_workbook(tmp_path / "book")


def test_a_period_half_outside_the_contract_is_kept_with_a_warning(tmp_path: Path) -> None:
    portfolio = read(tmp_path, targets=TARGET_HEAD + "C1,NT17,2026-01-01,2026-06-30,1,\n")
    assert [(p.code, p.severity) for p in portfolio.problems] == [("period_outside_contract", Severity.WARNING)]
    assert len(portfolio.targets) == 1


def test_label_and_dates_must_agree(tmp_path: Path) -> None:
    head = "Contract reference,What is reported,Line reference,KPI reference,Period,Period starts,Period ends,Amount\n"
    portfolio = read(tmp_path, returns=head + "C1,claim,R1,NT17,Y1 Q1,2026-07-01,2026-09-30,1\n")
    assert found(portfolio) == [("period_differs", "returns.csv, E2")]
    assert read_again(tmp_path, returns=head + "C1,claim,R1,NT17,Y1 Q1,2026-04-01,2026-06-30,1\n").problems == []


def test_a_target_a_receipt_and_a_decision_stand_once(tmp_path: Path) -> None:
    target = "C1,NT17,2026-04-01,2026-06-30,1,0\n"
    receipt = "C1,return received,,,Y1 Q1,,\n"
    decision = "C1,NT17,D1,R1,verified,1\n"
    portfolio = read(
        tmp_path,
        targets=TARGET_HEAD + target * 2 + target.replace(",0\n", ",1\n"),
        returns=RETURNS + receipt * 2,
        decisions=DECISION_HEAD + decision * 2,
    )
    assert [code for code, _ in found(portfolio)] == ["duplicate"] * 3
    assert (len(portfolio.targets), len(portfolio.receipts), len(portfolio.decisions)) == (2, 1, 1)


def test_a_correction_names_an_earlier_decision(tmp_path: Path) -> None:
    head = DECISION_HEAD.replace("Amount", "Amount,Corrects decision,Period")
    rows = "C1,NT17,D1,R1,verified,1,,\nC1,NT17,D2,R1,verified,1,D1,\nC1,NT17,D3,R1,verified,1,D9,\n"
    portfolio = read(tmp_path, decisions=head + rows + "C1,NT17,,,varied,-5,,Y2 Q1\n")
    assert found(portfolio) == [("unknown_reference", "decisions.csv, G4")]
    assert [d.corrects for d in portfolio.decisions] == ["", "D1", ""]
    assert portfolio.decisions[-1].outcome is Outcome.VARIED
    assert portfolio.decisions[-1].period == Period(dt.date(2027, 4, 1), dt.date(2027, 6, 30))


def test_headings_that_nobody_knows_are_told(tmp_path: Path) -> None:
    contracts = "Contract reference *,Titel,Title,title,,Colour\nC1,a,Grounds,b,5,red\n,,,,,\n"
    portfolio = read(tmp_path, contracts=contracts, kpis=KPI_HEAD, returns=RETURN_HEAD)
    assert (
        found(portfolio)
        == [
            ("unknown_heading", "contracts.csv, B1"),
            ("heading_twice", "contracts.csv, D1"),
            ("unknown_heading", "contracts.csv, E1"),
            ("unknown_heading", "contracts.csv, F1"),
        ]
        or found(portfolio)[0][0] == "missing_table"
    )
    mends = {str(p.where): p.mend for p in portfolio.problems}
    assert mends["contracts.csv, B1"] == "Is “Title” meant?"
    assert "Further facts" in mends["contracts.csv, F1"]


def test_a_column_that_must_be_there_is_asked_for_once(tmp_path: Path) -> None:
    portfolio = read(tmp_path, kpis="Contract reference,Unit\nC1,hour\nC1,week\n", returns=RETURN_HEAD)
    assert found(portfolio) == [("missing_column", "kpis.csv, row 1")]
    assert "KPI reference" in portfolio.problems[0].found
    assert portfolio.kpis == []


def test_a_sheet_without_headings_is_refused(tmp_path: Path) -> None:
    portfolio = read(tmp_path, kpis="C1,NT17\nC1,NT10\n", returns=RETURN_HEAD)
    assert found(portfolio) == [("no_headings", "kpis.csv")]
    assert "Contract reference, KPI reference" in portfolio.problems[0].mend


def test_other_files_are_told_and_another_folder_refused(tmp_path: Path) -> None:
    portfolio = read(tmp_path, budget="a,b\n1,2\n")
    assert found(portfolio) == [("unknown_sheet", "budget.csv")]
    (tmp_path / "book" / "contracts.csv").unlink()
    with pytest.raises(errors.BadFile, match="no contract workbook"):
        read_contract_workbook(tmp_path / "book")
    assert not is_contract_workbook(read_workbook(tmp_path / "book"))


def test_a_sheet_that_stands_twice_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("Contracts", "contracts.", "Read me"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Contract reference", "Title"])
            sheet.write_row(1, 0, ["Title", "Ours"] if name == "Read me" else ["C1", "Grounds"])
    portfolio = read_contract_workbook(path)
    assert [c.ref for c in portfolio.contracts] == ["C1"]
    assert found(portfolio) == [("sheet_twice", "book.xlsx, contracts.")]
    assert portfolio.title == "Ours"


def test_spreadsheet_errors_are_told_once(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Contracts")
        sheet.write_row(0, 0, ["Contract reference", "Title", "Value (£)"])
        sheet.write_row(1, 0, ["C1", "Grounds"])
        sheet.write_formula(1, 2, "=1/0", None, "#DIV/0!")
    portfolio = read_contract_workbook(path)
    assert found(portfolio) == [("cell_error", "book.xlsx, Contracts, C2")]


def test_the_xlsx_carries_drop_downs_limits_and_help(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    write_contract_workbook(Portfolio(title="Ours", contracts=[Contract("C1", "Grounds")]), path)
    with zipfile.ZipFile(path) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").decode()
        assert any("comments" in name for name in parts.namelist())
    schemes = ",".join(s.value.replace("_", " ") for s in PeriodScheme)
    assert f'"{schemes}"' in sheet
    assert "<formula1>1</formula1><formula2>200</formula2>" in sheet
    assert 'state="frozen"' in sheet
    assert "Blank means 15." in sheet
    again = read_contract_workbook(path)
    assert (again.title, again.contracts[0].due_days) == ("Ours", 15)


def test_the_same_portfolio_makes_the_same_bytes(tmp_path: Path) -> None:
    portfolio = Portfolio(contracts=[Contract("C1", "Grounds", value=Decimal("0.1"))])
    for name in ("one.xlsx", "two.xlsx"):
        write_contract_workbook(portfolio, tmp_path / name)
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_a_text_that_no_cell_can_hold_is_refused(tmp_path: Path) -> None:
    kpi = Kpi("C1", "K", "", "x" * 32_768, "hour")
    with pytest.raises(errors.BadFile, match="32,768 characters"):
        write_contract_workbook(replace(Portfolio(), contracts=[Contract("C1", "T")], kpis=[kpi]), tmp_path / "b.ods")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("attribution", "wrong_type"),
        ("attribution 500%", "out_of_range"),
        ("luck 50%", "wrong_type"),
        ("attribution lots%", "wrong_type"),
    ],
)
def test_adjustments_that_cannot_be_meant(tmp_path: Path, text: str, code: str) -> None:
    head = "Contract reference,KPI reference,Adjustments,Sensitive\n"
    portfolio = read(tmp_path, kpis=head + f"C1,NT17,{text},no\n", returns=RETURN_HEAD)
    assert found(portfolio) == [(code, "kpis.csv, C2")]


@pytest.mark.parametrize(("word", "sensitive"), [("Yes", True), ("y", True), ("FALSE", False), ("0", False)])
def test_yes_and_no_in_their_usual_forms(tmp_path: Path, word: str, sensitive: bool) -> None:
    head = "Contract reference,KPI reference,Adjustments,Sensitive\n"
    portfolio = read(tmp_path, kpis=head + f"C1,NT17,attribution: 25 %;,{word}\n", returns=RETURN_HEAD)
    assert portfolio.kpis[0].sensitive is sensitive
    assert portfolio.kpis[0].adjustments == (("attribution", Decimal("0.25")),)


def test_neither_yes_nor_no_is_refused(tmp_path: Path) -> None:
    head = "Contract reference,KPI reference,Sensitive\n"
    portfolio = read(tmp_path, kpis=head + "C1,NT17,perhaps\n", returns=RETURN_HEAD)
    assert found(portfolio) == [("wrong_type", "kpis.csv, C2")]


def test_a_fact_without_its_name_is_refused(tmp_path: Path) -> None:
    head = "Contract reference,Title,Further facts\n"
    portfolio = read(tmp_path, contracts=head + "C1,Grounds,just words\n", kpis=KPI_HEAD, returns=RETURN_HEAD)
    assert ("wrong_type", "contracts.csv, C2") in found(portfolio)


def test_blank_sheets_and_short_rows_are_no_problem(tmp_path: Path) -> None:
    portfolio = read(tmp_path, kpis=",,\n,\n", returns=RETURN_HEAD, **{"read-me": "About,x\nTitle\n"})
    assert portfolio.problems == []
    assert portfolio.title == ""
    short = read_again(tmp_path, kpis="Contract reference,KPI reference,Unit\nC1,NT17\n")
    assert [kpi.unit for kpi in short.kpis] == [""]


def test_a_date_before_the_spreadsheets_calendar_is_kept(tmp_path: Path) -> None:
    old = Portfolio(contracts=[Contract("C1", "T", next_break=dt.date(1900, 1, 1), value=Decimal(12))])
    for name in ("book.ods", "book.xlsx", "folder"):
        write_contract_workbook(old, tmp_path / name)
        again = read_contract_workbook(tmp_path / name).contracts[0]
        assert (again.next_break, again.value) == (dt.date(1900, 1, 1), 12)


def test_a_column_that_is_wholly_blank_needs_no_heading(tmp_path: Path) -> None:
    contracts = "Contract reference,Title,,Ends\nC1,Grounds,,\n"
    assert read(tmp_path, contracts=contracts, returns=RETURN_HEAD).problems == []


def test_a_file_that_fits_nowhere_is_told_quickly(tmp_path: Path) -> None:
    rows = "".join(f"C1,claim,R{n},KPI-{n},Y1 Q1,1,\n" for n in range(3000))
    kpis = KPI_HEAD + "".join(f"C1,MEASURE-{n}\n" for n in range(500))
    portfolio = read(tmp_path, kpis=kpis, returns=RETURN_HEAD + rows)
    assert [p.code for p in portfolio.problems] == ["unknown_reference"] * 3000
    assert portfolio.problems[-1].mend.startswith("Correct it")
