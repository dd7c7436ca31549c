"""A bid workbook goes out with its helpers and comes back as exactly what was typed."""

from __future__ import annotations

import csv
import datetime as dt
import shutil
import subprocess
import tempfile
import zipfile
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from commonweal import errors
from commonweal.catalogue import load_catalogue
from commonweal.periods import Period
from commonweal.scoring import Offer
from commonweal.workbooks import forms
from commonweal.workbooks.bid_helpers import ATTRIBUTION, FTE, Post, SharedInput, fte_of
from commonweal.workbooks.bid_template import (
    Bid,
    BidRead,
    BidTerms,
    migrate_bid_workbook,
    read_bid_workbook,
    write_bid_template,
)
from commonweal.workbooks.bid_terms import LAYOUT
from commonweal.workbooks.raw import read_workbook
from tests.engine.workbooks.filling import fill
from tests.engine.workbooks.portfolio_strategies import amounts, needed, text

MEASURES = tuple(load_catalogue().measure(code, framework="fx-2025.1") for code in ("NT1", "NT10", "NT17", "RLW"))
START, END = dt.date(2026, 4, 1), dt.date(2030, 3, 31)
ASKED = BidTerms("L1", "Grounds maintenance", "fx-2025.1", MEASURES, START, END, True, {"NT10": Decimal(400)})
SAYS = {"description": "what", "plan": "how"}
ROWS = {measure.code: row for row, measure in enumerate(MEASURES, start=13)}


def returned(
    tmp_path: Path, answers: list[dict[str, object]], asked: BidTerms = ASKED, bid: Bid | None = None
) -> BidRead:
    path = tmp_path / "bid.xlsx"
    write_bid_template(ASKED, path, bid=bid)
    fill(path, LAYOUT, answers, {"Name of the bidder *": "Oakline"})
    return read_bid_workbook(path, asked)


def offer(code: str, quantity: int | None = None) -> Offer:
    return Offer("", code, None if quantity is None else Decimal(quantity), "what", "how")


def test_offers_come_back_with_who_made_them(tmp_path: Path) -> None:
    read = returned(tmp_path, [{"measure": "NT10", "quantity": "208", "people": 2, **SAYS}])
    assert read.problems == []
    (found,) = read.bid.offers
    assert (found.bidder, found.measure, found.quantity, found.has_text) == ("Oakline", "NT10", 208, True)
    assert read.bid.people == {"NT10": 2}
    assert str(found.origin) == "bid.xlsx, Offer, row 14"


def test_weeks_cannot_be_more_than_people_times_contract_weeks(tmp_path: Path) -> None:
    read = returned(tmp_path, [{"measure": "NT10", "quantity": 419, "people": 2, **SAYS}])
    assert [str(p.where) for p in read.problems] == ["bid.xlsx, Offer, D14"]
    assert "weeks cannot be more than people × contract weeks, here 418" in read.problems[0].mend
    assert read.bid.offers == ()


def test_a_share_of_a_cost_is_the_accepted_input_and_keeps_its_working(tmp_path: Path) -> None:
    fair = SharedInput("NT17", "Careers fair", Decimal(1500), Decimal(1), Decimal(3))
    assert str(fair.accepted) == "500.00"
    read = returned(tmp_path, [], bid=Bid("Oakline", (offer("NT17"),), inputs=(fair,)))
    (found,) = read.bid.offers
    assert (found.quantity, found.working) == (500, "Careers fair: 1500 x 1 of 3 = 500")
    assert read.bid.inputs == (fair,)


def test_people_make_fte_years_by_the_engine(tmp_path: Path) -> None:
    posts = tuple(Post("NT1", Decimal(1), START, f"post {at}") for at in range(12))
    assert fte_of(posts, Period(START, END)) == 48
    term = Period(START, dt.date(2028, 3, 31))
    part = [Post("NT1", Decimal(1), START)] * 10 + [Post("NT1", Decimal("0.5"), START)] * 5
    assert fte_of(part, term) == 25
    read = returned(tmp_path, [], bid=Bid("Oakline", (offer("NT1"),), posts=posts))
    assert [(o.quantity, o.working) for o in read.bid.offers] == [(48, "12 rows of people make 48 FTE-years")]


def test_a_typed_quantity_and_its_helper_must_agree(tmp_path: Path) -> None:
    fair = SharedInput("NT17", "Careers fair", Decimal(1500), Decimal(1), Decimal(3))
    bid = Bid("Oakline", inputs=(fair,))
    read = returned(tmp_path, [{"measure": "NT17", "quantity": 1500, **SAYS}], bid=bid)
    assert [(p.code, str(p.where)) for p in read.problems] == [("helper_differs", "bid.xlsx, Offer, D15")]
    assert "1500, but the helper sheets add up to 500" in read.problems[0].found
    read = returned(tmp_path, [{"measure": "NT17", "quantity": 500, **SAYS}], bid=bid)
    assert (read.problems, read.bid.offers[0].quantity) == ([], 500)


@pytest.mark.parametrize(
    ("answer", "code", "cell"),
    [
        ({"measure": "NT17", "quantity": 5, "plan": "how"}, "number_without_text", "F15"),
        ({"measure": "NT17", "quantity": 5, "description": "what"}, "number_without_text", "G15"),
        ({"measure": "RLW", "quantity": 101, **SAYS}, "out_of_range", "D16"),
        ({"measure": "NT71", "quantity": 1, **SAYS}, "unknown_measure", "A17"),
        ({"measure": "NT17", "quantity": "two", **SAYS}, "wrong_type", "D15"),
        ({"measure": "NT17", "quantity": -2, **SAYS}, "out_of_range", "D15"),
    ],
)
def test_each_wrong_cell_is_named(tmp_path: Path, answer: dict[str, object], code: str, cell: str) -> None:
    read = returned(tmp_path, [answer])
    assert [(p.code, str(p.where)) for p in read.problems] == [(code, f"bid.xlsx, Offer, {cell}")]
    assert len(read.bid.offers) == (code == "number_without_text")


def test_a_measure_twice_and_a_text_alone(tmp_path: Path) -> None:
    read = returned(tmp_path, [{"measure": "NT17", "quantity": 1, **SAYS}, {"measure": "NT17", "quantity": 2, **SAYS}])
    assert [p.code for p in read.problems] == ["duplicate"]
    read = returned(tmp_path, [{"measure": "NT17", **SAYS}])
    assert (read.problems, read.bid.offers[0].quantity) == ([], None)


def test_rows_of_helpers_are_checked_too(tmp_path: Path) -> None:
    excluding = replace(MEASURES[2], exclusive_with=("NT1",))
    asked = replace(ASKED, measures=(MEASURES[0], excluding))
    posts = (
        Post("NT1", Decimal(1), START, "token"),
        Post("NT17", Decimal(1), START, "token"),
        Post("NT1", Decimal(1), dt.date(2026, 5, 1), "early", dt.date(2026, 6, 1)),
        Post("NT99", Decimal(1), START),
    )
    path = tmp_path / "bid.xlsx"
    write_bid_template(asked, path, bid=Bid("Oakline", posts=posts))
    read = read_bid_workbook(path, asked)
    assert [(p.code, str(p.where)) for p in read.problems] == [
        ("unknown_measure", "bid.xlsx, FTE, A8"),
        ("person_twice", "bid.xlsx, FTE, B6"),
        ("number_without_text", "bid.xlsx, Offer, F13"),
        ("number_without_text", "bid.xlsx, Offer, F14"),
    ]


def test_days_that_cannot_be_are_refused(tmp_path: Path) -> None:
    later = replace(ASKED, start=dt.date(2026, 7, 1))
    posts = (
        Post("NT1", Decimal(1), dt.date(2026, 5, 1), "gone", dt.date(2026, 6, 1)),
        Post("NT1", Decimal(1), dt.date(2031, 1, 1), "too late"),
    )
    write_bid_template(later, tmp_path / "bid.xlsx", bid=Bid("Oakline", posts=posts))
    read = read_bid_workbook(tmp_path / "bid.xlsx", later)
    assert [(p.code, str(p.where)) for p in read.problems] == [
        ("outside_contract", "bid.xlsx, FTE, D5"), ("outside_contract", "bid.xlsx, FTE, D6")
    ]  # fmt: skip
    assert read.bid.offers == ()
    path = typed_into_fte(tmp_path, {"start": "2026-06-01", "end": "2026-05-01"})
    assert [p.code for p in read_bid_workbook(path, ASKED).problems] == ["impossible_dates"]


def typed_into_fte(tmp_path: Path, values: dict[str, str]) -> Path:
    """A workbook in whose FTE sheet somebody typed one row."""
    path = tmp_path / "typed.xlsx"
    write_bid_template(ASKED, path, bid=Bid("Oakline"))
    layout = replace(FTE, columns=FTE.columns)
    fill(path, layout, [{"measure": "NT1", "person": "x", "share": "1", **values}], {})
    return path


def test_another_version_is_refused_with_every_difference(tmp_path: Path) -> None:
    now = replace(ASKED, measures=(MEASURES[0], replace(MEASURES[2], unit="day")), caps={}, text_needed=False)
    with pytest.raises(errors.OtherVersion) as refused:
        returned(tmp_path, [], asked=now)
    assert refused.value.differences == (
        "Number and text was “A quantity without description and plan is disregarded.” and is now "
        "“A quantity counts without a text.”.",
        "NT10 was taken out.",
        "RLW was taken out.",
        "NT17: unit was “hour” and is now “day”.",
    )


def test_a_migration_keeps_the_answers_that_the_change_does_not_touch(tmp_path: Path) -> None:
    typed = Bid(
        "Oakline",
        (offer("NT1"), offer("NT10", 208), offer("NT17"), offer("RLW", 100)),
        {"NT10": 2},
        (SharedInput("NT17", "Fair", Decimal(30), Decimal(1), Decimal(3)),),
        (Post("NT1", Decimal(1), START, "a"), Post("NT1", Decimal(1), dt.date(2029, 5, 1), "late")),
    )
    old, new = tmp_path / "old.xlsx", tmp_path / "new.xlsx"
    write_bid_template(ASKED, old, bid=typed)
    changed = replace(MEASURES[2], label="Hours of staff given to groups")
    now = replace(ASKED, measures=(MEASURES[0], MEASURES[1], changed), end=dt.date(2028, 3, 31))
    moved = migrate_bid_workbook(old, now, new)
    assert moved.kept == ("NT1", "NT10")
    assert moved.dropped[:2] == (("NT17", "it was changed"), ("RLW", "it was taken out"))
    assert [where for where, _ in moved.dropped[2:]] == ["old.xlsx, FTE, D6"]
    assert "Last day was “2030-03-31” and is now “2028-03-31”." in moved.differences
    read = read_bid_workbook(new, now)
    assert read.problems == []
    assert [(o.bidder, o.measure, o.quantity) for o in read.bid.offers] == [
        ("Oakline", "NT1", 2),
        ("Oakline", "NT10", 208),
    ]
    assert (read.bid.people, read.bid.inputs, len(read.bid.posts)) == ({"NT10": 2}, (), 1)


def test_a_workbook_without_its_helper_sheets_still_reads(tmp_path: Path) -> None:
    path = tmp_path / "bid.ods"
    write_bid_template(ASKED, path, bid=Bid("Oakline", (offer("NT17", 5),)))
    form_only = tmp_path / "less.xlsx"
    import xlsxwriter

    from commonweal.workbooks.raw import read_workbook

    with xlsxwriter.Workbook(str(form_only)) as book:
        for sheet in read_workbook(path).sheets:
            if sheet.name not in (ATTRIBUTION.name, FTE.name):
                page = book.add_worksheet(sheet.name)
                for r, row in enumerate(sheet.rows):
                    for c, cell in enumerate(row):
                        page.write_string(r, c, cell)
    read = read_bid_workbook(form_only, ASKED)
    assert [(o.measure, o.quantity) for o in read.bid.offers] == [("NT17", 5)]


def test_the_xlsx_carries_rules_and_live_formulas(tmp_path: Path) -> None:
    write_bid_template(ASKED, tmp_path / "bid.xlsx")
    with zipfile.ZipFile(tmp_path / "bid.xlsx") as parts:
        offer_sheet, shared, people = (parts.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2, 3))
    assert "sheetProtection" in people
    assert "SUMIF(Attribution!" in offer_sheet
    assert "ROUND(C5*D5/E5,2)" in shared
    assert "SUMPRODUCT(" in people
    assert '"NT1,NT10,NT17,RLW"' in people


soffice = pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
ALWAYS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry"><item oor:path="/org.openoffice.Office.Calc/Formula/Load">
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item></oor:items>"""


@soffice
def test_the_live_formulas_say_what_the_engine_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    posts = (
        Post("NT1", Decimal(1), START, "whole"),
        Post("NT1", Decimal("0.5"), dt.date(2027, 5, 7), "part", dt.date(2030, 5, 31)),
        Post("NT1", Decimal("0.3"), dt.date(2020, 1, 1), "before", dt.date(2026, 4, 1)),
    )
    asked = replace(ASKED, end=dt.date(2030, 6, 30))
    fair = SharedInput("NT17", "Fair", Decimal(1500), Decimal(1), Decimal(3))
    stored = forms._write_formula

    def without_result(sheet: Any, row: int, index: int, formula: str, _: Any, formats: Any) -> None:
        stored(sheet, row, index, formula, 0, formats)

    monkeypatch.setattr(forms, "_write_formula", without_result)
    write_bid_template(asked, tmp_path / "bid.xlsx", bid=Bid("Oakline", (), {}, (fair,), posts))
    (tmp_path / "profile" / "user").mkdir(parents=True)
    (tmp_path / "profile" / "user" / "registrymodifications.xcu").write_text(ALWAYS)
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless", "--norestore"]
    to_csv = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,1"
    subprocess.run([*command, "--convert-to", to_csv, "--outdir", str(tmp_path), str(tmp_path / "bid.xlsx")],
                   check=True, capture_output=True, timeout=300)  # fmt: skip
    result = next(path for path in tmp_path.glob("*.csv"))
    rows = list(csv.reader(result.open(encoding="utf-8")))
    helped = {row[0]: Decimal(row[7]) for row in rows if row and row[0] in ROWS}
    assert helped["NT1"] == fte_of(posts, asked.term)
    assert helped["NT17"] == Decimal(500)


days = st.dates(START, END)
small = st.decimals(Decimal("0.01"), 1000, places=2)
typed_bids = st.builds(
    Bid,
    bidder=needed,
    offers=st.lists(
        st.builds(
            Offer,
            bidder=st.just(""),
            measure=st.sampled_from(["NT10", "NT17", "RLW"]),
            quantity=st.none() | amounts.filter(lambda a: a <= 100),
            description=text,
            plan=text,
        ).filter(lambda o: o.quantity is not None or o.description or o.plan),
        unique_by=lambda o: o.measure,
        max_size=3,
    ).map(tuple),
    people=st.just({}),
    inputs=st.lists(st.builds(SharedInput, st.just("NT1"), needed, small, small, small), max_size=3).map(tuple),
    posts=st.lists(
        st.builds(
            lambda share, two, person, ends: Post("NT1", share, min(two), person, max(two) if ends else None),
            st.integers(1, 100).map(lambda n: Decimal(n) / 100),
            st.tuples(days, days),
            text,
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
)


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
@given(typed=typed_bids)
@settings(
    max_examples=10, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_exactly_what_was_typed_comes_back(ending: str, typed: Bid) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / f"bid{ending}"
        write_bid_template(ASKED, path, bid=typed)
        read = read_bid_workbook(path, ASKED)
    assert {p.code for p in read.problems} <= {"number_without_text"}
    assert (read.bid.bidder, read.bid.inputs, read.bid.posts) == (typed.bidder, typed.inputs, typed.posts)
    mine = {o.measure: (o.quantity, o.description, o.plan) for o in typed.offers}
    assert {o.measure: (o.quantity, o.description, o.plan) for o in read.bid.offers if o.measure != "NT1"} == mine


@pytest.mark.parametrize("ending", [".xlsx", ".ods"])
def test_further_facts_are_shown_and_are_part_of_the_version(tmp_path: Path, ending: str) -> None:
    said = {"NT10": (("value per unit", "£250.00 per week"), ("expected", ""))}
    asked = replace(ASKED, about=(("Plan version", "1 (abc)"),), said=said)
    path = tmp_path / f"bid{ending}"
    write_bid_template(asked, path)
    sheets = {sheet.name: sheet.rows for sheet in read_workbook(path).sheets}
    assert ["Plan version", "1 (abc)"] in [row[:2] for row in sheets["Offer"]]
    card = next(row[-1] for row in sheets["Offer"] if row and row[0] == "NT10")
    assert card.endswith("\nValue per unit: £250.00 per week")
    assert card in [row[1] for row in sheets["Guide"]]
    assert ["NT10", "value per unit", "£250.00 per week"] in [row[:3] for row in sheets["Version"]]
    with pytest.raises(errors.OtherVersion) as other:
        read_bid_workbook(path, ASKED)
    assert any("£250.00 per week" in words for words in other.value.differences)
