"""The spreadsheets, the CSV files and the data package."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import hashlib
import io
import json
import zipfile
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from python_calamine import CalamineWorkbook

from commonweal.figures import Book
from commonweal.reporting import render_xlsx as xlsx_module
from commonweal.reporting.datapackage import render_datapackage
from commonweal.reporting.model import (
    Cell,
    Column,
    Headline,
    Headlines,
    Prose,
    Report,
    Row,
    Section,
    Show,
    State,
    Table,
)
from commonweal.reporting.render_csv import flat, flats, render_csv, written
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_xlsx import render_xlsx, sheet_names, working_row, working_sheet
from tests.engine.reporting.report_sample import CARE, GROUNDS, sample_report


@pytest.fixture(scope="module")
def xlsx(report: Report) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_xlsx_has_summary_first_a_sheet_for_each_contract_and_working_last(xlsx: openpyxl.Workbook) -> None:
    assert xlsx.sheetnames == ["Summary", "Summary 2", "All contracts", GROUNDS, CARE, "Working"]
    captions = [row[0].value for row in xlsx[GROUNDS].iter_rows()]
    assert "KPIs against what was due to 30 June 2026" in captions
    assert "What became of each claim, April to June 2026" in captions


def test_xlsx_numbers_are_numbers_that_link_to_their_working(xlsx: openpyxl.Workbook) -> None:
    sheet = xlsx[GROUNDS]
    total = next(row for row in sheet.iter_rows() if row[0].value == "Total")
    assert [cell.value for cell in total[1:5]] == [101312.5, 97300, 262.5, 3750]
    assert total[1].number_format == "£#,##0.00"
    place = total[1].hyperlink.location.split("!")[1]
    assert xlsx["Working"][place].value == f"{GROUNDS}/claimed-pounds"


def test_xlsx_says_nil_and_missing_and_never_zero_for_nothing(xlsx: openpyxl.Workbook) -> None:
    nil = next(row for row in xlsx[GROUNDS].iter_rows() if str(row[0].value).startswith("NT31 "))
    assert (nil[1].value, nil[1].number_format) == (0, '£#,##0.00" nil declared"')
    cleaning = next(row for row in xlsx["All contracts"].iter_rows() if row[0].value == "Corporate Cleaning")
    assert cleaning[3].value == "▢ no return missing"
    assert cleaning[4].value == "–"


def test_xlsx_dates_are_dates_and_panes_are_frozen(xlsx: openpyxl.Workbook) -> None:
    sheet = xlsx["Summary 2"]
    assert sheet["A5"].value.date() == dt.date(2026, 7, 15)
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("B5", "$4:$4")
    assert (xlsx[GROUNDS].freeze_panes, xlsx[GROUNDS].print_title_rows) == ("B2", "$1:$1")
    assert sheet.page_setup.paperSize == 9


def test_xlsx_working_has_every_line(xlsx: openpyxl.Workbook, report: Report) -> None:
    rows = list(xlsx["Working"].iter_rows(min_row=2, values_only=True))
    assert [row[0] for row in rows] == [entry.id for entry in report.book]
    by_id = {row[0]: row for row in rows}
    assert by_id[f"{GROUNDS}/NT17/verified-pounds"][4] == "value"
    assert by_id[f"{GROUNDS}/NT17/verified-pounds"][6] == f"{GROUNDS}/NT17/verified {GROUNDS}/NT17/value"
    assert by_id[f"{GROUNDS}/NT17/claimed"][7] == "northmere-contracts.xlsx, Returns, row 4, F4"


def nasty() -> Report:
    sample = sample_report()
    texts = ("=1+1", "+1", "-1", "@x", "\tx", "\rx", "a\x01b", "x" * 40_000, "{=SUM(A1)}", "https://example.org")
    rows = tuple(Row((Cell(text), Cell(Decimal(-5)))) for text in texts)
    table = Table("a/b: [c]", "=cap", (Column("k", "=head"), Column("n", "=head", Show.QUANTITY)), rows)
    twin = Table("A/B: {c}", "", (Column("k", "K"),), ())
    sections = [Section("s", "=title", (table, twin, Prose(("=prose",)), Prose(("p",), bullets=True)))]
    return dataclasses.replace(sample, title="=t", sections=sections, book=Book())


def test_nothing_becomes_a_formula_or_an_address() -> None:
    report = nasty()
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                assert not (cell.hyperlink and cell.hyperlink.target)
    ods = zipfile.ZipFile(io.BytesIO(render_ods(report))).read("content.xml").decode()
    assert "table:formula" not in ods
    first = [row["'=head"] for row in rows_of(render_csv(report)["a-b-c.csv"])]
    assert first[:6] == ["'=1+1", "'+1", "'-1", "'@x", "'\tx", "'\rx"]
    assert first[6:7] == ["ab"]


def test_csv_numbers_below_zero_are_numbers() -> None:
    rows = rows_of(render_csv(nasty())["a-b-c.csv"])
    assert {row["'=head 2"] for row in rows} == {"-5"}


def test_names_of_sheets_and_files_are_valid_and_different() -> None:
    columns = (Column("k", "K"),)
    titles = ("summary", "x" * 40, "x" * 39 + "y", "a/b", "ab", "History", "::", "'q'", "t\tu")
    named = [Table(title, "", columns, ()) for title in titles]
    report = dataclasses.replace(sample_report(), sections=[Section(t.name, t.name, (t,)) for t in named])
    names = list(sheet_names(report).values())
    assert len({name.lower() for name in names}) == len(named)
    assert all(1 <= len(name) <= 31 and not set("[]:*?/\\\t") & set(name) for name in names)
    assert names[0] == "summary 2"
    openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))
    report.sections[:] = [
        Section("s", "S", (*named, Table("workings", "", columns, ()), Table("A b", "", columns, ())))
    ]
    files = [f.name for f in flats(report)]
    assert len(set(files)) == len(files)
    assert files[-3:] == ["workings-2", "a-b-2", "workings"]


def test_a_book_beyond_one_sheet_goes_on_on_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(xlsx_module, "MOST_ROWS", 50)
    monkeypatch.setattr(xlsx_module, "MOST_LINKS", 3)
    book = openpyxl.load_workbook(io.BytesIO(render_xlsx(sample_report())))
    assert book.sheetnames[-2:] == ["Working", "Working 2"]
    assert book["Working 2"].max_row == 28
    links = [c for row in book[GROUNDS].iter_rows() for c in row if c.hyperlink]
    assert len(links) == 3
    assert (working_sheet(51), working_row(51)) == ("Working 2", 1)


def test_levels_and_units_are_kept(xlsx: openpyxl.Workbook) -> None:
    columns = (Column("k", "K"), Column("q", "Q", Show.QUANTITY))
    rows = (Row((Cell("a"), Cell(Decimal("1.5"), unit="hour")), level=1), Row((Cell("b"), Cell(Decimal(2), unit="£"))))
    report = dataclasses.replace(sample_report(), sections=[Section("s", "S", (Table("t", "", columns, rows),))])
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))["S"]
    assert sheet["A5"].alignment.indent == 1
    assert [sheet["B5"].number_format, sheet["C5"].value] == ["#,##0.0", "hour"]
    assert sheet["B6"].number_format == "£#,##0.00"
    assert xlsx[GROUNDS]["G5"].number_format == '0.00" %"'


def test_ods_reads_back_as_numbers_and_dates(report: Report) -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(render_ods(report)))
    assert book.sheet_names[0] == "Summary"
    rows = book.get_sheet_by_name(GROUNDS).to_python()
    total = next(row for row in rows if row[0] == "Total")
    assert total[1] == 101312.5
    assert book.get_sheet_by_name("Summary 2").to_python()[4][0] == dt.date(2026, 7, 15)
    assert len(book.get_sheet_by_name("Working").to_python()) == len(report.book) + 2


def test_a_report_without_findings_says_nothing_of_them() -> None:
    report = dataclasses.replace(sample_report(), problems=[], sources=[])
    rows = CalamineWorkbook.from_filelike(io.BytesIO(render_ods(report))).get_sheet_by_name("Summary").to_python()
    assert not any("found in the input" in str(row[0]) for row in rows)
    summary = openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))["Summary"]
    assert not any("found in the input" in str(row[0].value) for row in summary.iter_rows())


def test_csv_holds_plain_numbers_lines_states_units_and_marks_totals(report: Report) -> None:
    rows = rows_of(render_csv(report)["grounds-states.csv"])
    assert rows[-1]["Claimed"] == "101312.5"
    assert rows[-1]["row"] == "total"
    assert rows[-1]["Claimed: line"] == f"{GROUNDS}/claimed-pounds"
    assert rows[4]["Claimed: state"] == "nil declared"
    assert rows[4]["Verified"] == ""
    kpis = rows_of(render_csv(report)["grounds-kpis.csv"])
    assert (kpis[0]["Due to date"], kpis[0]["Due to date: unit"]) == ("2", "FTE-year")
    assert rows_of(render_csv(report)["attention.csv"])[0]["By"] == "2026-07-15"


def test_tables_of_many_contracts_share_a_file() -> None:
    columns = (Column("k", "KPI"), Column("v", "Verified", Show.QUANTITY))
    more = (*columns, Column("p", "Pending", Show.QUANTITY))
    first = (Row((Cell("NT1"), Cell(Decimal(2), unit="hour", figure="x"))),)
    second = (Row((Cell("NT2"), Cell(Decimal(3)), Cell(text="no return"))), Row((Cell("All"), Cell(), Cell()), "total"))
    tables = (
        Table("c1-kpis", "KPIs", columns, first, file="kpis", subject="C1"),
        Table("kpis", "Other", columns, ()),
        Table("c2-kpis", "KPIs", more, second, file="kpis", subject="C2"),
    )
    report = dataclasses.replace(sample_report(), sections=[Section("s", "S", tables)])
    files = render_csv(report)
    assert list(files) == ["kpis.csv", "kpis-2.csv", "workings.csv"]
    heads = ["Contract", "KPI", "Verified", "Verified: unit", "Pending", "Verified: line", "row"]
    expected = [
        ["C1", "NT1", "2", "hour", "", "x", ""],
        ["C2", "NT2", "3", "", "no return", "", ""],
        ["C2", "All", "", "", "", "", "total"],
    ]
    assert [list(row.values()) for row in rows_of(files["kpis.csv"])] == expected
    assert list(rows_of(files["kpis.csv"])[0]) == heads


def test_csv_workings_hold_the_whole_book(report: Report) -> None:
    rows = rows_of(render_csv(report)["workings.csv"])
    assert [row["line"] for row in rows] == [entry.id for entry in report.book]
    assert {row["rule"] for row in rows} == {"", "value", "percent", "sum", "shortfall"}


def test_csv_begins_with_the_mark_that_spreadsheets_need(report: Report) -> None:
    assert all(data.startswith(b"\xef\xbb\xbf") for data in render_csv(report).values())
    assert b"\r\n" in written(flat(report.tables()[0]))


@pytest.mark.parametrize("render", [render_xlsx, render_ods, render_csv])
def test_the_same_report_gives_the_same_bytes(render: Any, report: Report) -> None:
    assert render(report) == render(sample_report())


def test_datapackage_describes_each_csv_and_hashes_each_file(report: Report) -> None:
    files = {**render_csv(report), "report.json": b"{}"}
    package = json.loads(render_datapackage(report, files))
    by_path = {resource["path"]: resource for resource in package["resources"]}
    assert set(by_path) == set(files) - {"report.json"}
    states = by_path["grounds-states.csv"]["schema"]
    assert states["fields"][1] == {"name": "Claimed", "type": "number"}
    assert "no return missing" in by_path["portfolio.csv"]["schema"]["missingValues"]
    assert "no date" in by_path["attention.csv"]["schema"]["missingValues"]
    assert {entry["path"]: entry["hash"] for entry in package["files"]} == {
        name: f"sha256:{hashlib.sha256(data).hexdigest()}" for name, data in files.items()
    }
    assert package["sources"][0]["hash"] == f"sha256:{'ab' * 32}"
    heads = rows_of(files["grounds-states.csv"])[0].keys()
    assert [field["name"] for field in states["fields"]] == list(heads)


def test_headlines_of_every_kind_reach_the_summaries() -> None:
    items = (
        Headline("Verified", Cell(Decimal("1.5"), unit="hour"), Show.QUANTITY),
        Headline("None", Cell(text="no return"), Show.POUNDS, "why", State.MISSING),
    )
    report = dataclasses.replace(sample_report(), sections=[Section("s", "S", (Headlines(items),), 2)])
    sheet = openpyxl.load_workbook(io.BytesIO(render_xlsx(report)))["Summary"]
    assert [cell.value for cell in sheet[6]][:2] == ["Verified", 1.5]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(render_ods(report))).get_sheet_by_name("Summary").to_python()
    assert ["None", "", "no return", "why"] in [row[:4] for row in rows]
