"""What cells mean: money, numbers, dates, identifiers."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.checks.problem import Origin, Severity
from commonweal.workbooks import readings


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("£1,234.50", "1234.50"),
        ("(1,234.50)", "-1234.50"),
        ("£(12)", "-12"),
        ("1,234.50-", "-1234.50"),
        ("-12.5", "-12.5"),
        ("−12.5", "-12.5"),
        ("GBP 5", "5"),
        ("5 gbp", "5"),
        ("1 234 567", "1234567"),
        ("1,234,567", "1234567"),
        ("1,234", "1234"),
        (".5", "0.5"),
        ("7.", "7"),
    ],
)
def test_money_is_read(cell: str, value: str) -> None:
    assert readings.money(cell) == (Decimal(value), None)


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("1.234,50", "1234.50", "comma_decimal"),
        ("12,5", "12.5", "comma_decimal"),
        ("1.5E+05", "150000", "exponent"),
        ("-2e3", "-2000", "exponent"),
        ("5k", None, "short_number"),
        ("£1.2m", None, "short_number"),
        ("n/a", None, "no_number"),
        ("-", None, "no_number"),
        ("#VALUE!", None, "error_value"),
        ("€5", None, "other_currency"),
        ("5 USD", None, "other_currency"),
        ("twelve", None, "not_a_number"),
        ("1,23,45", None, "not_a_number"),
        ("1.2.3", None, "not_a_number"),
    ],
)
def test_doubtful_money_says_why(cell: str, value: str | None, code: str) -> None:
    found, doubt = readings.money(cell)
    assert found == (None if value is None else Decimal(value))
    assert doubt is not None
    assert doubt.code == code


def test_a_column_with_decimal_commas_is_read_as_one() -> None:
    assert readings.uses_decimal_commas(["12,5", "1,234"])
    assert not readings.uses_decimal_commas(["12,5", "12.5"])
    assert not readings.uses_decimal_commas(["1,234", "12"])
    assert not readings.uses_decimal_commas(["1234", "12.5"])
    value, doubt = readings.number("1,234", comma_decimal=True)
    assert value == Decimal("1.234")
    assert doubt is not None
    assert doubt.code == "ambiguous_number"
    assert readings.number("1.234", comma_decimal=True)[0] == Decimal(1234)
    assert readings.number("1.234,5", comma_decimal=True) == (Decimal("1234.5"), None)
    assert readings.number("12.50", comma_decimal=True) == (Decimal("12.50"), None)
    assert readings.number("x,1", comma_decimal=True)[0] is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**9), max_value=10**9))
def test_every_way_of_writing_one_amount_is_that_amount(amount: Decimal) -> None:
    shown = f"{abs(amount):,.2f}"
    minus = amount < 0
    for cell in (f"£{shown}", f"GBP {shown}", shown.replace(",", " "), f" {shown} "):
        assert readings.money(f"({cell})" if minus else cell) == (amount, None)
    assert readings.money(f"{'-' if minus else ''}{shown}") == (amount, None)
    swapped = shown.translate(str.maketrans(",.", ".,"))
    assert readings.money(f"{'-' if minus else ''}{swapped}")[0] == amount


@given(st.text(max_size=30))
def test_no_text_makes_a_reading_raise(cell: str) -> None:
    for read in (
        readings.money, readings.number, readings.percentage, readings.date, readings.yes_no, readings.text,
        readings.company_number, readings.charity_number,
    ):  # fmt: skip
        _, doubt = read(cell)
        assert doubt is None or (doubt.found and doubt.mend)
    readings.uses_decimal_commas([cell])


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("03/05/2017", dt.date(2017, 5, 3)),
        ("3.5.2017", dt.date(2017, 5, 3)),
        ("07/09/23", dt.date(2023, 9, 7)),
        ("04-Nov-20", dt.date(2020, 11, 4)),
        ("3 Apr 2023", dt.date(2023, 4, 3)),
        ("21st September, 2023", dt.date(2023, 9, 21)),
        ("2026-04-01", dt.date(2026, 4, 1)),
        ("2025-04-01T01:00:00", dt.date(2025, 4, 1)),
        ("2025-01-23T22:10:19Z", dt.date(2025, 1, 23)),
        ("2025-08-04T23:59:59+01:00", dt.date(2025, 8, 4)),
        ("01/04/2026 00:00", dt.date(2026, 4, 1)),
    ],
)
def test_dates_are_read(cell: str, day: dt.date) -> None:
    assert readings.date(cell) == (day, None)


@pytest.mark.parametrize(
    ("cell", "day", "code"),
    [
        ("31/02/2024", None, "impossible_date"),
        ("05/13/2024", None, "impossible_date"),
        ("soon", None, "not_a_date"),
        ("3 Foo 2023", None, "not_a_date"),
        ("2025-01-23 noon", None, "not_a_date"),
        ("45748", dt.date(2025, 4, 1), "serial_date"),
        ("03/05/1917", dt.date(1917, 5, 3), "odd_year"),
        ("2025-06-30T23:00:00Z", dt.date(2025, 6, 30), "shifted_date"),
        ("#N/A", None, "error_value"),
        ("tbc", None, "no_date"),
    ],
)
def test_doubtful_dates_say_why(cell: str, day: dt.date | None, code: str) -> None:
    found, doubt = readings.date(cell)
    assert found == day
    assert doubt is not None
    assert doubt.code == code


def test_a_swapped_date_is_told_from_a_day_that_does_not_exist() -> None:
    assert "swapped" in readings.date("05/13/2024")[1].found  # type: ignore[union-attr]
    assert "swapped" not in readings.date("31/02/2024")[1].found  # type: ignore[union-attr]


def test_the_order_of_day_and_month() -> None:
    assert readings.is_unsure_of_order("03/05/2017")
    assert not readings.is_unsure_of_order("05/05/2017")
    assert not readings.is_unsure_of_order("2017-05-03")
    assert readings.shows_day_first("25/05/2017")
    assert not readings.shows_day_first("x")


def test_blanks_are_no_doubt() -> None:
    for read in (readings.money, readings.number, readings.date, readings.yes_no, readings.percentage):
        assert read(" ") == (None, None)
    assert readings.company_number("") == ("", None)
    assert readings.charity_number("n/a") == ("", None)


def test_percentages() -> None:
    assert readings.percentage("15 %") == (Decimal(15), None)
    assert readings.percentage("15") == (Decimal(15), None)
    value, doubt = readings.percentage("0.15")
    assert value == Decimal(15)
    assert doubt is not None
    assert doubt.code == "fraction"


def test_yes_and_no() -> None:
    assert readings.yes_no("Yes") == (True, None)
    assert readings.yes_no("FALSE") == (False, None)
    assert readings.yes_no("perhaps")[1].code == "not_yes_no"  # type: ignore[union-attr]


def test_company_numbers_keep_or_regain_their_zeros() -> None:
    assert readings.company_number("09442333") == ("09442333", None)
    assert readings.company_number("sc 123456") == ("SC123456", None)
    number, doubt = readings.company_number("9442333")
    assert number == "09442333"
    assert doubt is not None
    assert doubt.code == "lost_zeros"
    assert doubt.severity is Severity.WARNING
    assert readings.company_number("458577871")[1].code == "odd_company_number"  # type: ignore[union-attr]


def test_charity_numbers() -> None:
    assert readings.charity_number("1090095") == ("1090095", None)
    assert readings.charity_number("SC042386") == ("SC042386", None)
    assert readings.charity_number("12")[1].code == "odd_charity_number"  # type: ignore[union-attr]


def test_text_loses_web_codes_and_runs_of_spaces() -> None:
    assert readings.text(" Turner &amp;  Townsend\n") == ("Turner & Townsend", None)
    assert readings.text("#REF!")[1].code == "error_value"  # type: ignore[union-attr]
    assert readings.text("#1 Cleaning") == ("#1 Cleaning", None)


def test_a_doubt_becomes_a_problem_at_its_place() -> None:
    doubt = readings.date("soon")[1]
    assert doubt is not None
    problem = doubt.at(Origin("a.csv", "", 3, "B"), "C1")
    assert (problem.where.row, problem.subject, problem.code) == (3, "C1", "not_a_date")
