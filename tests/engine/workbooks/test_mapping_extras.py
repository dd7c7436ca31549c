"""Percentages come back as part and whole, shares as they were chosen, and each wrong cell by its name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal.crosswalk.sheet import FilledSheet
from commonweal.workbooks.mapping_sheet import read_mapping_sheet, write_mapping_sheet
from tests.engine.crosswalk.sheets import REGIONS, SV, filled, parts, summary, two_ways
from tests.engine.workbooks.test_mapping_sheet import rewritten, typed

SV4, SV6 = f"{SV}/SV4", f"{SV}/SV6"
PAIRS = {"TLG": parts("95/100", "24/25"), "TLF": parts("", "0/4"), "": parts("9.5/10")}
RATIOS = FilledSheet(summary(), REGIONS, {SV4: PAIRS})
FIRST, SECOND = "fx-2025.1/NT17", "fx-2025.1/NT17b"
SHARED = FilledSheet(two_ways(), REGIONS, {}, {}, {(SV6, "fx-2025.1"): {FIRST: 6050, SECOND: 3950}})
Rows = list[list[str]]
Sheets = dict[str, Rows]


def row_of(rows: Rows, *cells: str) -> list[str]:
    return next(row for row in rows if all(cell in row for cell in cells))


def cell(sheet: str, column: str, text: str, *known: str) -> Callable[[Sheets], object]:
    def change(sheets: Sheets) -> None:
        headings = next(row for row in sheets[sheet] if row and row[0] == "KPI *")
        row_of(sheets[sheet], *known)[headings.index(column)] = text

    return change


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
@pytest.mark.parametrize("sheet", [RATIOS, SHARED], ids=["percentages", "shares"])
def test_they_come_back_as_they_went(tmp_path: Path, ending: str, sheet: FilledSheet) -> None:
    path = tmp_path / f"sheet.{ending}"
    write_mapping_sheet(sheet, path)
    read = read_mapping_sheet(path, sheet)
    assert read.problems == []
    assert {row: places for row, places in read.amounts.items() if places} == sheet.amounts
    chosen = {FIRST: Decimal("60.5"), SECOND: Decimal("39.5")} if sheet is SHARED else None
    assert read.shares.get(SV6) == chosen


def test_the_whole_is_worked_out_from_the_sums_and_live(tmp_path: Path) -> None:
    write_mapping_sheet(RATIOS, tmp_path / "sheet.xlsx")
    with zipfile.ZipFile(tmp_path / "sheet.xlsx") as book:
        cells = " ".join(book.read(name).decode() for name in book.namelist() if "worksheets/sheet" in name)
    assert "SUMIF($A$5:$A$16,$A5,$D$5:$D$16)/SUMIF($A$5:$A$16,$A5,$E$5:$E$16)*100" in cells
    assert "<v>82.76</v>" in cells, "24 of 29, and no average of 96 and 0"
    assert "<v>96.00</v>" in cells


def test_without_percentages_and_shares_there_are_no_such_sheets(tmp_path: Path) -> None:
    only = replace(summary(), lines=tuple(one for one in summary().lines if one.item.code == "SV6"))
    seen: list[str] = []
    read = rewritten(tmp_path, lambda sheets: seen.extend(sheets), FilledSheet(only, REGIONS))
    assert not {"Percentages", "Shares"} & set(seen)
    assert (read.problems, read.shares) == ([], {})


def test_a_sheet_that_was_taken_out_says_nothing(tmp_path: Path) -> None:
    assert SV4 not in rewritten(tmp_path, lambda sheets: sheets.pop("Percentages"), RATIOS).amounts
    assert rewritten(tmp_path, lambda sheets: sheets.pop("Shares"), SHARED).shares == {}


def test_cleared_cells_clear_what_was_there(tmp_path: Path) -> None:
    def change(sheets: Sheets) -> None:
        for known in ("West Midlands", "East Midlands", "Not placed"):
            row_of(sheets["Percentages"], "SV4", known)[3:] = [""] * 8

    assert rewritten(tmp_path, change, RATIOS).amounts[SV4] == {}

    def blank(sheets: Sheets) -> None:
        for known in (FIRST, SECOND):
            row_of(sheets["Shares"], known)[4] = ""

    read = rewritten(tmp_path, blank, SHARED)
    assert (read.problems, read.shares) == ([], {SV6: {}})


@pytest.mark.parametrize(
    ("column", "text", "code", "at"),
    [
        ("Target: of", "", "half_a_percentage", "E9"),
        ("Target: part", "", "half_a_percentage", "D9"),
        ("Delivered: of", "0", "out_of_range", "I9"),
        ("Delivered: part", "1.1234567", "decimals", "H9"),
        ("Delivered: part", "-1", "out_of_range", "H9"),
        ("Region *", "Atlantis", "unknown_percentage", "C9"),
        ("KPI *", "SV6", "unknown_percentage", "A9"),
        ("Region *", "Yorkshire", "duplicate", "C9"),
    ],
)
def test_each_wrong_cell_of_a_percentage_is_named(tmp_path: Path, column: str, text: str, code: str, at: str) -> None:
    (problem,) = rewritten(tmp_path, cell("Percentages", column, text, "SV4", "West Midlands"), RATIOS).problems
    assert (problem.code, str(problem.where)) == (code, f"sheet.xlsx, Percentages, {at}")


def test_a_percentage_on_the_main_sheet_is_sent_to_its_own(tmp_path: Path) -> None:
    (problem,) = rewritten(tmp_path, typed("SV4", "East Midlands target", "95"), RATIOS).problems
    assert (problem.code, str(problem.where)) == ("percentage", "sheet.xlsx, Sheet, H13")
    assert "on the sheet Percentages" in problem.mend


@pytest.mark.parametrize(
    ("column", "text", "code", "at"),
    [
        ("Share, per cent", "60", "shares", "E6"),
        ("Share, per cent", "60.505", "decimals", "E6"),
        ("Share, per cent", "101", "out_of_range", "E6"),
        ("Counted as *", "fx-2025.1/NT99", "unknown_share", "C6"),
        ("Counted as *", SECOND, "duplicate", "C7"),
    ],
)
def test_each_wrong_cell_of_shares_is_named(tmp_path: Path, column: str, text: str, code: str, at: str) -> None:
    found = rewritten(tmp_path, cell("Shares", column, text, FIRST), SHARED).problems
    assert (code, f"sheet.xlsx, Shares, {at}") in [(one.code, str(one.where)) for one in found]
    if code == "shares":
        assert "make 99.5 per cent" in found[0].found


def test_a_percentage_that_was_given_as_such_asks_for_its_whole(tmp_path: Path) -> None:
    old = FilledSheet(summary(), REGIONS, {SV4: {"TLG": filled("95")}})
    (problem,) = rewritten(tmp_path, lambda _: None, old).problems
    assert (problem.code, str(problem.where)) == ("half_a_percentage", "sheet.xlsx, Percentages, E9")
