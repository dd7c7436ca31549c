"""Numbers, dates and states in words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.reporting import wording
from commonweal.reporting.model import Cell, Column, Headline, Headlines, Row, Show, State, Table


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [
        ("1234.5", None, "1,234.5"),
        ("1234.5", 2, "1,234.50"),
        ("-1234567", None, "\u22121,234,567"),
        ("0.125", 2, "0.13"),
        ("-0.005", 2, "\u22120.01"),
        ("1E+3", None, "1,000"),
    ],
)
def test_number(value: str, places: int | None, expected: str) -> None:
    assert wording.number(Decimal(value), places) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**12), max_value=10**12, places=6))
def test_a_number_in_words_reads_back_as_itself(value: Decimal) -> None:
    assert Decimal(wording.number(value).replace(",", "").replace(wording.MINUS, "-")) == value


@pytest.mark.parametrize(
    ("value", "unit", "expected"),
    [
        ("97300", "GBP", "£97,300.00"),
        ("-5", "£", "\u2212£5.00"),
        ("0.605", "£ per £", "£0.605 per £"),
        ("17.5", "GBP/hour", "£17.50 per hour"),
        ("93.75", "%", "93.75\u00a0%"),
        ("1.875", "FTE-year", "1.875 FTE-years"),
        ("1", "hour", "1 hour"),
        ("2", "person", "2 people"),
        ("2", "full-time person", "2 full-time people"),
        ("3", "tCO2e", "3 tCO2e"),
        ("3", "", "3"),
    ],
)
def test_amount_names_its_unit(value: str, unit: str, expected: str) -> None:
    assert wording.amount(Decimal(value), unit) == expected


@pytest.mark.parametrize(
    ("verified", "pending", "due", "unit", "expected"),
    [
        ("0", "75", "75", "hour", "75 of 75 hours are waiting to be checked"),
        ("1", "1", "2", "week", "1 of 2 weeks is waiting to be checked"),
        ("0", "600", "500", "GBP", "£600.00 of £500.00 are waiting to be checked"),
        ("60", "10", "75", "hour", ""),
        ("75", "10", "75", "hour", ""),
        ("0", "0", "75", "hour", ""),
    ],
)
def test_a_gap_that_waits_for_a_check_is_said(verified: str, pending: str, due: str, unit: str, expected: str) -> None:
    held = {"verified": Decimal(verified), "pending": Decimal(pending), "due": Decimal(due)}
    assert wording.waiting(**held, unit=unit) == expected


def test_pounds_without_places_never_end_in_one_decimal() -> None:
    assert [wording.pounds(Decimal(v), None) for v in ("5", "5.5", "5.505")] == ["£5", "£5.50", "£5.505"]


def test_day_has_no_leading_zero() -> None:
    assert wording.day(dt.date(2026, 11, 4)) == "4 November 2026"


def test_every_state_has_a_symbol_of_its_own() -> None:
    assert set(wording.SYMBOLS) == set(State)
    assert len(set(wording.SYMBOLS.values())) == len(State)
    assert list(wording.SYMBOLS) == list(State)


def test_a_heading_that_names_a_state_is_known_as_one() -> None:
    assert wording.state_called("Written_off ") is State.WRITTEN_OFF
    assert wording.state_called("claimed") is None


def one(cell: Cell, show: Show, unit: str = "", places: int | None = None) -> wording.Words:
    return wording.words(cell, Column("k", "K", show, unit), places)


def test_missing_nil_and_nothing_stay_apart() -> None:
    missing = one(Cell(text="no return", state=State.MISSING), Show.POUNDS)
    nil = one(Cell(Decimal(0), state=State.NIL), Show.POUNDS, places=2)
    nothing = one(Cell(), Show.POUNDS)
    assert missing.line == "▢ no return missing"
    assert nil.line == "∅ £0.00 nil declared"
    assert nothing.line == "–"
    assert (missing.empty, nil.empty, nothing.empty) == (True, False, True)


def test_a_state_is_a_word_with_a_symbol() -> None:
    assert one(Cell(state=State.PENDING), Show.STATE).line == "◔ pending"
    assert one(Cell(text="Missing since May", state=State.MISSING), Show.STATE).line == "▢ Missing since May"
    assert one(Cell(state=State.NOT_DUE), Show.QUANTITY).empty


@pytest.mark.parametrize(
    ("cell", "line", "tone"),
    [
        (Cell("green"), "▲ Green", "green"),
        (Cell("Amber", text="Amber: 80 to 95 %"), "◆ Amber: 80 to 95 %", "amber"),
        (Cell("red", text="nil, reason given"), "▼ Red: nil, reason given", "red"),
        (Cell(None, text="not due"), "not due", ""),
        (Cell("grey"), "grey", ""),
        (Cell(), "–", ""),
    ],
)
def test_a_rating_names_its_colour(cell: Cell, line: str, tone: str) -> None:
    words = one(cell, Show.RAG)
    assert (words.line, words.tone) == (line, tone)


def test_a_colour_given_as_text_with_its_symbol_keeps_its_tone() -> None:
    words = one(Cell(text="▼ red"), Show.STATE)
    assert (words.symbol, words.text, words.tone) == ("▼", "red", "red")


def test_values_by_the_way_of_their_column() -> None:
    assert one(Cell(dt.date(2026, 4, 1)), Show.DATE).text == "1 April 2026"
    assert one(Cell("plain"), Show.TEXT).text == "plain"
    assert one(Cell(Decimal("0.333333")), Show.QUANTITY).text == "0.333"
    assert one(Cell(Decimal(31250), unit="£"), Show.QUANTITY).line == "£31,250"
    assert one(Cell(Decimal(5)), Show.POUNDS, unit="£", places=2).text == "5.00"
    assert one(Cell(Decimal(2), unit="hour"), Show.COUNT).line == "2"
    assert one(Cell(Decimal(2), text="two", unit="hour"), Show.QUANTITY).line == "two"


def test_a_column_has_one_number_of_decimals_and_a_table_one_of_pence() -> None:
    columns = (Column("a", "A", Show.POUNDS), Column("b", "B", Show.POUNDS), Column("c", "C", Show.PERCENT))
    rows = (
        Row((Cell(Decimal(1)), Cell(Decimal("2.5")), Cell(Decimal("93.75")))),
        Row((Cell(Decimal(1000)), Cell(), Cell(Decimal(100)))),
    )
    shown = wording.table_words(Table("t", "T", columns, rows))
    assert [[w.text for w in row] for row in shown] == [
        ["£1.00", "£2.50", "93.75\u00a0%"],
        ["£1,000.00", "–", "100.00\u00a0%"],
    ]


def test_headlines_agree_on_pence_only_where_they_are_pounds() -> None:
    items = (
        Headline("a", Cell(Decimal("262.5")), Show.POUNDS),
        Headline("b", Cell(Decimal(97300)), Show.POUNDS),
        Headline("c", Cell(Decimal(3)), Show.COUNT),
    )
    assert [w.text for w in wording.headline_words(Headlines(items))] == ["£262.50", "£97,300.00", "3"]


def test_a_row_link_goes_on_the_first_column_of_words() -> None:
    columns = (Column("d", "D", Show.DATE), Column("t", "T"))
    assert wording.first_text_column(Table("t", "T", columns, ())) == 1
    assert wording.first_text_column(Table("t", "T", columns[:1], ())) == 0


def test_clean_takes_out_what_no_xml_may_hold() -> None:
    assert wording.clean("a\x00b\x0bc\ud800d\te\nf") == "abcd\te\nf"
