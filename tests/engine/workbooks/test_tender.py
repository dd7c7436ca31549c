"""A tender is read with every wrong cell named, and completed from framework, values and bid workbooks."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
import xlsxwriter

from commonweal import errors
from commonweal.catalogue import data_root, load_catalogue, units
from commonweal.packs import load_series
from commonweal.scoring import Formula, Offer, Tender
from commonweal.workbooks.bid_template import Bid, write_bid_template
from commonweal.workbooks.complete import series_lookup
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.tender import read_tender
from commonweal.workbooks.tender_complete import add_bids, bid_terms, complete_tender

GROUNDS = data_root() / "examples" / "bids-grounds-2026"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(GROUNDS, tmp_path / "bids"))


def change(folder: Path, sheet: str, row: int, heading: str, value: str) -> None:
    """Type into one cell of a CSV file; rows are counted as in a spreadsheet."""
    path = folder / f"{sheet}.csv"
    rows = list(csv.reader(path.open(encoding="utf-8")))
    if heading not in rows[0]:
        rows[0].append(heading)
    for line in rows[1:]:
        line.extend([""] * (len(rows[0]) - len(line)))
    rows[row - 1][rows[0].index(heading)] = value
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)


def add(folder: Path, sheet: str, *cells: str) -> None:
    with (folder / f"{sheet}.csv").open("a", encoding="utf-8", newline="") as file:
        csv.writer(file).writerow(cells)


def completed(tender: Tender) -> Tender:
    return complete_tender(tender, catalogue=load_catalogue(), series=series_lookup(load=load_series), units=units())


def found(folder: Path) -> list[tuple[str, str]]:
    return [(p.code, str(p.where)) for p in read_tender(folder).problems]


def test_the_example_is_read_whole() -> None:
    tender = read_tender(GROUNDS)
    (lot,) = tender.lots
    assert tender.problems == []
    assert tender.title == "Grounds maintenance and street trees: three bids"
    assert (lot.weight, lot.text_needed, lot.unsupported_rule) == (20, True, "unsupported quantity is disregarded")
    assert lot.criteria[0].formula is Formula.RELATIVE_TO_BEST
    assert [len(part) for part in (lot.criteria, lot.measures, lot.bidders, lot.offers)] == [2, 6, 3, 18]
    assert [len(part) for part in (lot.marks, lot.consensus, lot.decisions, lot.peers)] == [6, 1, 1, 14]
    assert (lot.asking.share, lot.asking.times_peers) == (75, 2)


def test_a_workbook_of_the_same_sheets_is_the_same_tender(tmp_path: Path) -> None:
    path = tmp_path / "bids.xlsx"
    names = {"like-contracts": "Like contracts", "read-me": "Read me"}
    with xlsxwriter.Workbook(str(path)) as book:
        for sheet in read_workbook(GROUNDS).sheets:
            page = book.add_worksheet(names.get(sheet.name, sheet.name.capitalize()))
            for r, row in enumerate(sheet.rows):
                for c, cell in enumerate(row):
                    page.write_string(r, c, cell)
    same = read_tender(read_workbook(path))
    assert same.problems == []
    plain = [replace(o, origin=None) for o in read_tender(GROUNDS).lots[0].offers]  # type: ignore[arg-type]
    assert [replace(o, origin=None) for o in same.lots[0].offers] == plain  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("sheet", "row", "heading", "value", "code"),
    [
        ("offers", 2, "Bidder", "Verdent Facilities plc", "unknown_reference"),
        ("offers", 2, "Measure code", "NT11", "unknown_reference"),
        ("offers", 3, "Measure code", "NT1", "duplicate"),
        ("offers", 2, "Quantity offered", "many", "wrong_type"),
        ("marks", 2, "Criterion", "QUALITY", "unknown_reference"),
        ("decisions", 2, "Measure code", "NT99", "unknown_reference"),
        ("criteria", 2, "Formula", "best guess", "not_in_list"),
        ("criteria", 2, "Bands", "much: 5", "wrong_type"),
        ("criteria", 2, "Below criterion", "TOP", "unknown_reference"),
        ("criteria", 3, "Criterion", "QUANT", "duplicate"),
        ("like-contracts", 11, "Measure code", "NT99", "unknown_reference"),
        ("lots", 2, "Number and text both", "perhaps", "wrong_type"),
        ("bidders", 2, "Lot", "NMC-2026-015", "unknown_reference"),
    ],
)
def test_each_wrong_cell_is_named(folder: Path, sheet: str, row: int, heading: str, value: str, code: str) -> None:
    change(folder, sheet, row, heading, value)
    assert code in {c for c, where in found(folder) if where.startswith(f"{sheet}.csv, ")}


def test_bands_are_read_as_numbers(folder: Path) -> None:
    change(folder, "criteria", 2, "Bands", "100: 2; 200.5: 5")
    assert read_tender(folder).lots[0].criteria[0].bands == (
        (Decimal(100), Decimal(2)), (Decimal("200.5"), Decimal(5))
    )  # fmt: skip


def test_rows_of_several_lots_must_say_which(folder: Path) -> None:
    row = next(csv.reader((folder / "lots.csv").read_text().splitlines()[1:]))
    add(folder, "lots", "LOT-2", *row[1:])
    codes = found(folder)
    assert ("unknown_reference", "offers.csv, row 2") in codes
    assert len(read_tender(folder).lots) == 2
    add(folder, "lots", *row)
    assert "duplicate" in {code for code, _ in found(folder)}


def test_a_sheet_that_is_none_and_a_file_that_is_no_tender(folder: Path, tmp_path: Path) -> None:
    (folder / "extra.csv").write_text("a,b\n1,2\n")
    assert ("unknown_sheet", "extra.csv") in found(folder)
    (folder / "lots.csv").unlink()
    with pytest.raises(errors.BadFile, match="no sheet or file called Lots"):
        read_tender(folder)
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "lots.csv").write_text("Lot,Title\n")
    codes = {p.code for p in read_tender(tmp_path / "empty").problems}
    assert "nothing_to_score" in codes


def test_values_are_frozen_with_source_and_day() -> None:
    measures = {m.code: m for m in completed(read_tender(GROUNDS)).lots[0].measures}
    nt18 = measures["NT18"]
    assert (nt18.value_per_unit, nt18.unit, nt18.value_on) == (Decimal("0.60"), "GBP", dt.date(2025, 12, 1))
    assert (nt18.value_series, bool(nt18.value_source)) == ("value/fx-2025.1-nt18", True)


def test_a_value_that_is_missing_on_its_day_is_an_error(folder: Path) -> None:
    change(folder, "lots", 2, "Values as on", "01/01/2020")
    assert {p.code for p in completed(read_tender(folder)).problems} == {"no_value_for_date"}


def test_a_buyers_own_measure_stands_beside_the_frameworks(folder: Path) -> None:
    add(folder, "measures", "OWN1", "Care leavers offered interviews")
    change(folder, "measures", 8, "Unit", "person")
    change(folder, "measures", 8, "Value per unit (£)", "50")
    change(folder, "measures", 8, "Source of the value", "Our own schedule")
    change(folder, "measures", 8, "Cap on the quantity", "20")
    tender = completed(read_tender(folder))
    assert tender.problems == []
    own = tender.lots[0].measures[-1]
    assert (own.unit, own.value_per_unit, own.value_source) == ("person", 50, "Our own schedule")
    terms = bid_terms(tender.lots[0], catalogue=load_catalogue())
    assert (terms.measures[-1].code, terms.caps) == ("OWN1", {"OWN1": 20})
    bare = replace(tender.lots[0], framework="")
    assert bid_terms(bare, catalogue=load_catalogue()).measures[0].label == "Local people employed"


def test_a_lot_without_dates_has_no_bid_workbook() -> None:
    lot = replace(completed(read_tender(GROUNDS)).lots[0], end=None)
    with pytest.raises(errors.BadScoring, match="limit weeks and FTE"):
        bid_terms(lot, catalogue=load_catalogue())


def test_a_lot_without_pounds_loses_every_value(tmp_path: Path) -> None:
    folder = Path(shutil.copytree(data_root() / "examples" / "bids-home-care-2026", tmp_path / "bids"))
    change(folder, "measures", 2, "Value per unit (£)", "4000")
    (lot,) = completed(read_tender(folder)).lots
    assert [(m.value_per_unit, m.value_source, m.value_on) for m in lot.measures] == [(None, "", None)] * 2


def with_workbook(folder: Path, name: str = "oakline.xlsx") -> Tender:
    """The tender whose Oakline bids by a workbook instead of rows."""
    rows = list(csv.reader((folder / "offers.csv").open(encoding="utf-8")))
    with (folder / "offers.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(row for row in rows if not row[0].startswith("Oakline"))
    change(folder, "bidders", 3, "Bid workbook", name)
    return completed(read_tender(folder))


def test_a_bid_workbook_beside_the_tender_is_its_bidders_offer(folder: Path) -> None:
    tender = with_workbook(folder, "elsewhere/oakline.xlsx")
    bid = Bid("Oakline, as we say", (Offer("", "NT10", Decimal(312), "weeks", "with the college"),))
    write_bid_template(bid_terms(tender.lots[0], catalogue=load_catalogue()), folder / "oakline.xlsx", bid=bid)
    whole = add_bids(tender, folder, catalogue=load_catalogue())
    assert whole.problems == []
    offer = whole.lots[0].offer("Oakline Grounds Ltd", "NT10")
    assert offer is not None
    assert (offer.quantity, str(offer.origin)) == (312, "oakline.xlsx, Offer, row 14")


def test_a_bid_workbook_that_cannot_be_taken_is_an_error_at_its_bidder(folder: Path) -> None:
    tender = with_workbook(folder)
    (problem,) = add_bids(tender, folder, catalogue=load_catalogue()).problems
    assert (problem.code, str(problem.where)) == ("bad_file", "bidders.csv, row 3")
    terms = bid_terms(tender.lots[0], catalogue=load_catalogue())
    write_bid_template(replace(terms, end=dt.date(2031, 3, 31)), folder / "oakline.xlsx")
    (problem,) = add_bids(tender, folder, catalogue=load_catalogue()).problems
    assert problem.code == "other_version"


def test_rows_and_a_workbook_of_one_bidder_are_refused(folder: Path) -> None:
    change(folder, "bidders", 3, "Bid workbook", "oakline.xlsx")
    (problem,) = add_bids(completed(read_tender(folder)), folder, catalogue=load_catalogue()).problems
    assert (problem.code, str(problem.where)) == ("offer_twice", "offers.csv, row 8")
