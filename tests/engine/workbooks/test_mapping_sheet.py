"""The workbook of a sheet goes out with what is filled in and comes back the same, each wrong cell by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from commonweal import errors
from commonweal.crosswalk.sheet import FilledSheet, kpis
from commonweal.workbooks.mapping_sheet import SheetRead, read_mapping_sheet, write_mapping_sheet
from commonweal.workbooks.raw import read_workbook
from tests.engine.crosswalk.sheets import REGIONS, SV, WEEKS, filled, parts, starts, summary, two_ways

SHEET = replace(starts(SV4={"TLG": parts("95/100", "24/25")}, SV6={"TLF": filled("0")}), data=WEEKS)
EMPTY = FilledSheet(summary(), REGIONS)
Change = Callable[[dict[str, list[list[str]]]], object]


def rewritten(tmp_path: Path, change: Change, sheet: FilledSheet = SHEET) -> SheetRead:
    """Write the workbook, change its cells as a person would, and read it."""
    path = tmp_path / "sheet.xlsx"
    write_mapping_sheet(sheet, path)
    sheets = {one.name: [list(row) for row in one.rows] for one in read_workbook(path).sheets}
    change(sheets)
    with xlsxwriter.Workbook(str(path)) as book:
        for name, cells in sheets.items():
            made = book.add_worksheet(name)
            for r, row in enumerate(cells):
                for c, cell in enumerate(row):
                    made.write_string(r, c, cell)
    return read_mapping_sheet(path, sheet)


def at(rows: list[list[str]], code: str) -> list[str]:
    return next(row for row in rows if row and row[0] == code)


def typed(code: str, column: str, text: str) -> Change:
    def change(sheets: dict[str, list[list[str]]]) -> None:
        rows = sheets["Sheet"]
        headings = next(row for row in rows if row and row[0].startswith("KPI"))
        at(rows, code)[headings.index(column)] = text

    return change


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
@pytest.mark.parametrize("sheet", [SHEET, EMPTY], ids=["filled", "empty"])
def test_it_comes_back_as_it_went(tmp_path: Path, ending: str, sheet: FilledSheet) -> None:
    path = tmp_path / f"sheet.{ending}"
    write_mapping_sheet(sheet, path)
    read = read_mapping_sheet(path, EMPTY)
    assert read.problems == []
    assert {row: places for row, places in read.amounts.items() if places} == sheet.amounts
    assert set(read.amounts) == {thing.id for thing in kpis(summary())}, "a row that was cleared clears what was there"
    assert {row: known for row, known in read.data.items() if known} == sheet.data


def test_blank_is_blank_and_nought_is_nought(tmp_path: Path) -> None:
    read = rewritten(tmp_path, typed("SV6", "West Midlands target", "0"))
    assert read.amounts[f"{SV}/SV6"] == {"TLF": filled("0"), "TLG": filled("0")}
    assert read.amounts[f"{SV}/SV8"] == {}


@pytest.mark.parametrize(
    ("text", "code", "cell", "says"),
    [
        ("12,5", "wrong_type", "H11", "such as 12.5"),
        ("-1", "out_of_range", "H11", "cannot be less than 0"),
        ("1e30", "out_of_range", "H11", "cannot be more than 1000000000000"),
        ("1000000000000000000000000000000", "out_of_range", "H11", "cannot be more than"),
        ("many", "wrong_type", "H11", "such as 12.5"),
        ("0.1234567", "decimals", "H11", "at most 6 decimals"),
        ("#REF!", "cell_error", "H11", "Mend the formula"),
    ],
)
def test_each_wrong_cell_is_named(tmp_path: Path, text: str, code: str, cell: str, says: str) -> None:
    read = rewritten(tmp_path, typed("SV2", "East Midlands target", text))
    (problem,) = read.problems
    assert (problem.code, str(problem.where)) == (code, f"sheet.xlsx, Sheet, {cell}")
    assert says in problem.mend


def test_rows_that_are_strange_or_stand_twice_are_refused(tmp_path: Path) -> None:
    def strange(sheets: dict[str, list[list[str]]]) -> None:
        sheets["Sheet"].append(["XX9", "What", "people", "yes", "5"])
        sheets["Sheet"].append(at(sheets["Sheet"], "SV2"))

    read = rewritten(tmp_path, strange)
    assert [(p.code, str(p.where)) for p in read.problems] == [
        ("unknown_kpi", "sheet.xlsx, Sheet, A18"),
        ("duplicate", "sheet.xlsx, Sheet, A19"),
    ]


def test_a_changed_given_cell_is_a_warning(tmp_path: Path) -> None:
    (problem,) = rewritten(tmp_path, typed("SV2", "Unit", "weeks")).problems
    assert (problem.code, problem.severity.value) == ("given_cell_changed", "warning")


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (["SV2", "weeks_per_apprentice", "", "", "0"], "out_of_range"),
        (["SV2", "weeks_per_apprentice", "", "", "1.1234567"], "decimals"),
        (["SV2", "shoe_size", "", "", "44"], "unknown_datum"),
        (["XX9", "weeks_per_apprentice", "", "", "44"], "unknown_kpi"),
    ],
)
def test_what_else_is_known_must_be_asked_for_and_above_zero(tmp_path: Path, row: list[str], code: str) -> None:
    def change(sheets: dict[str, list[list[str]]]) -> None:
        sheets["Also needed"][-2:] = [row]

    assert [problem.code for problem in rewritten(tmp_path, change).problems] == [code]


def test_a_blank_datum_is_taken_back_and_a_missing_page_says_nothing(tmp_path: Path) -> None:
    def blank(sheets: dict[str, list[list[str]]]) -> None:
        at(sheets["Also needed"], "SV2")[4] = ""

    assert rewritten(tmp_path, blank).data[f"{SV}/SV2"] == {}
    assert rewritten(tmp_path, lambda sheets: sheets.pop("Also needed")).data == {}


def test_the_workbook_of_another_summary_is_refused(tmp_path: Path) -> None:
    write_mapping_sheet(SHEET, tmp_path / "sheet.xlsx")
    other = replace(EMPTY, summary=two_ways())
    with pytest.raises(errors.OtherVersion) as refused:
        read_mapping_sheet(tmp_path / "sheet.xlsx", other)
    assert refused.value.differences[0].startswith("Summary was")


def test_totals_are_live_and_leave_percentages_alone(tmp_path: Path) -> None:
    write_mapping_sheet(SHEET, tmp_path / "sheet.xlsx")
    with zipfile.ZipFile(tmp_path / "sheet.xlsx") as parts:
        cells = parts.read("xl/worksheets/sheet1.xml").decode()
    assert 'IF(OR($D11="no",COUNT(E11:J11)=0),"",SUM(E11:J11))' in cells
    assert "<v>31</v>" in cells
    assert read_mapping_sheet(tmp_path / "sheet.xlsx", SHEET).amounts[f"{SV}/SV2"][""] == filled("40", "4")


def test_codes_that_two_frameworks_share_are_told_apart_by_their_ids(tmp_path: Path) -> None:
    first, second, *rest = summary().lines
    twin = replace(second, item=replace(second.item, id="other/SV1", code="SV1"))
    sheet = FilledSheet(replace(summary(), lines=(first, twin, *rest)), REGIONS, {"other/SV1": {"TLG": filled("3")}})
    write_mapping_sheet(sheet, tmp_path / "sheet.xlsx")
    read = read_mapping_sheet(tmp_path / "sheet.xlsx", sheet)
    assert (read.problems, read.amounts["other/SV1"], read.amounts[f"{SV}/SV1"]) == ([], {"TLG": filled("3")}, {})
    assert Decimal(3) == read.amounts["other/SV1"]["TLG"].target
