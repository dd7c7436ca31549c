"""Periods: any start date, no gap, no drift; overlap, proration and words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.periods import (
    Period,
    add_months,
    contract_months,
    contract_quarters,
    contract_years,
    financial_quarters,
    financial_year_of,
    financial_years,
    label,
    months,
    months_in,
    overlap,
    period_of,
    periods_of,
    place_in_term,
    prorate,
    prorate_all,
)
from commonweal.portfolio import PeriodScheme

D = dt.date
DAYS = st.dates(D(1999, 1, 1), D(2050, 12, 31))
AMOUNTS = st.decimals(0, 10**7, places=3)


@st.composite
def terms(draw: st.DrawFn) -> Period:
    start = draw(DAYS)
    return Period(start, start + dt.timedelta(days=draw(st.integers(0, 4000))))


def test_period_refuses_an_end_before_its_start() -> None:
    with pytest.raises(errors.BadPeriod, match="cannot end on 31 March 2026, before it starts on 01 April 2026"):
        Period(D(2026, 4, 1), D(2026, 3, 31))


def test_period_counts_both_ends() -> None:
    period = Period(D(2026, 4, 1), D(2026, 6, 30))
    assert period.days == 91
    assert D(2026, 4, 1) in period
    assert D(2026, 6, 30) in period
    assert D(2026, 7, 1) not in period
    assert str(period) == "1 April 2026 to 30 June 2026"


def test_four_years_from_1_april_have_16_quarters() -> None:
    quarters = contract_quarters(D(2026, 4, 1), D(2030, 3, 31))
    assert len(quarters) == 16
    assert quarters[0] == Period(D(2026, 4, 1), D(2026, 6, 30))
    assert quarters[-1] == Period(D(2030, 1, 1), D(2030, 3, 31))


def test_months_from_the_31st_do_not_drift() -> None:
    found = contract_months(D(2026, 1, 31), D(2026, 6, 10))
    assert [p.start for p in found] == [D(2026, 1, 31), D(2026, 2, 28), D(2026, 3, 31), D(2026, 4, 30), D(2026, 5, 31)]
    assert found[-1].end == D(2026, 6, 10)


def test_years_from_29_february_return_to_it() -> None:
    starts = [p.start for p in contract_years(D(2024, 2, 29), D(2028, 3, 31))]
    assert starts == [D(2024, 2, 29), D(2025, 2, 28), D(2026, 2, 28), D(2027, 2, 28), D(2028, 2, 29)]


def test_financial_years_are_cut_off_at_both_ends() -> None:
    assert financial_years(D(2026, 3, 31), D(2027, 4, 1)) == [
        Period(D(2026, 3, 31), D(2026, 3, 31)),
        Period(D(2026, 4, 1), D(2027, 3, 31)),
        Period(D(2027, 4, 1), D(2027, 4, 1)),
    ]


def test_financial_quarters_keep_to_the_calendar() -> None:
    assert financial_quarters(D(2026, 5, 15), D(2026, 12, 31)) == [
        Period(D(2026, 5, 15), D(2026, 6, 30)),
        Period(D(2026, 7, 1), D(2026, 9, 30)),
        Period(D(2026, 10, 1), D(2026, 12, 31)),
    ]


def test_months_are_calendar_months() -> None:
    assert months(D(2026, 4, 15), D(2026, 5, 31)) == [
        Period(D(2026, 4, 15), D(2026, 4, 30)),
        Period(D(2026, 5, 1), D(2026, 5, 31)),
    ]


@pytest.mark.parametrize(
    ("day", "year"),
    [
        (D(2027, 1, 1), "2026/27"),
        (D(2027, 3, 31), "2026/27"),
        (D(2027, 4, 1), "2027/28"),
        (D(2099, 12, 31), "2099/00"),
        (D(2026, 4, 30), "2026/27"),
    ],
)
def test_financial_year_of(day: dt.date, year: str) -> None:
    assert financial_year_of(day) == year


@pytest.mark.parametrize(
    ("day", "by", "result"),
    [
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2024, 2, 29), 12, D(2025, 2, 28)),
        (D(2026, 3, 31), -1, D(2026, 2, 28)),
        (D(2026, 12, 15), 1, D(2027, 1, 15)),
        (D(2026, 1, 15), -13, D(2024, 12, 15)),
    ],
)
def test_add_months(day: dt.date, by: int, result: dt.date) -> None:
    assert add_months(day, by) == result


@given(terms(), st.sampled_from(PeriodScheme))
def test_periods_partition_the_term(term: Period, scheme: PeriodScheme) -> None:
    periods = periods_of(scheme, term)
    assert periods[0].start == term.start
    assert periods[-1].end == term.end
    assert all(one.end + dt.timedelta(days=1) == other.start for one, other in pairwise(periods))
    assert sum(period.days for period in periods) == term.days


@given(terms(), st.sampled_from(PeriodScheme))
def test_every_period_has_one_place_in_its_term(term: Period, scheme: PeriodScheme) -> None:
    places = [place_in_term(scheme, term, period) for period in periods_of(scheme, term)[:24]]
    assert len(set(places)) == len(places)


@given(terms(), st.sampled_from(PeriodScheme), st.integers(0, 4000))
def test_period_of_finds_the_period_that_holds_the_day(term: Period, scheme: PeriodScheme, after: int) -> None:
    day = term.start + dt.timedelta(days=after % term.days)
    assert day in period_of(scheme, term, day)


def test_period_of_refuses_a_day_outside() -> None:
    term = Period(D(2026, 4, 1), D(2030, 3, 31))
    with pytest.raises(errors.BadPeriod, match="31 March 2026 is outside the term"):
        period_of(PeriodScheme.CONTRACT_QUARTERS, term, D(2026, 3, 31))


def test_a_placeholder_end_has_no_periods() -> None:
    with pytest.raises(errors.BadPeriod, match="too long"):
        periods_of(PeriodScheme.MONTHS, Period(D(2020, 1, 1), D(9999, 12, 31)))


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        (D(2026, 4, 1), D(2026, 6, 30), "April to June 2026"),
        (D(2026, 4, 1), D(2026, 4, 30), "April 2026"),
        (D(2026, 4, 1), D(2027, 3, 31), "April 2026 to March 2027"),
        (D(2026, 4, 15), D(2026, 6, 30), "15 April to 30 June 2026"),
        (D(2026, 11, 29), D(2027, 2, 27), "29 November 2026 to 27 February 2027"),
        (D(2026, 4, 1), D(2026, 4, 1), "1 April 2026"),
        (D(2024, 2, 1), D(2024, 2, 28), "1 February to 28 February 2024"),
        (D(9999, 12, 1), D(9999, 12, 31), "December 9999"),
    ],
)
def test_label(start: dt.date, end: dt.date, words: str) -> None:
    assert label(Period(start, end)) == Period(start, end).label == words


@pytest.mark.parametrize(
    ("scheme", "at", "words"),
    [
        (PeriodScheme.CONTRACT_QUARTERS, 0, "Year 1, quarter 1"),
        (PeriodScheme.CONTRACT_QUARTERS, 7, "Year 2, quarter 4"),
        (PeriodScheme.CONTRACT_YEARS, 1, "Year 2"),
        (PeriodScheme.FINANCIAL_QUARTERS, 0, "2025/26, quarter 4"),
        (PeriodScheme.FINANCIAL_QUARTERS, 1, "2026/27, quarter 1"),
        (PeriodScheme.FINANCIAL_YEARS, 2, "2027/28"),
        (PeriodScheme.MONTHS, 0, "February 2026"),
    ],
)
def test_place_in_term(scheme: PeriodScheme, at: int, words: str) -> None:
    term = Period(D(2026, 2, 10), D(2030, 2, 9))
    assert place_in_term(scheme, term, periods_of(scheme, term)[at]) == words


def test_place_in_term_refuses_a_stranger() -> None:
    term = Period(D(2026, 4, 1), D(2030, 3, 31))
    with pytest.raises(errors.BadPeriod, match="is no reporting period"):
        place_in_term(PeriodScheme.CONTRACT_QUARTERS, term, Period(D(2026, 4, 1), D(2026, 6, 29)))


def test_overlap() -> None:
    spring = Period(D(2026, 4, 1), D(2026, 6, 30))
    assert overlap(spring, Period(D(2026, 6, 30), D(2026, 7, 31))) == Period(D(2026, 6, 30), D(2026, 6, 30))
    assert overlap(spring, Period(D(2026, 7, 1), D(2026, 7, 31))) is None


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [
        (D(2026, 4, 1), D(2026, 6, 30), "3"),
        (D(2026, 2, 1), D(2026, 2, 28), "1"),
        (D(2026, 1, 31), D(2026, 2, 27), "1"),
        (D(2024, 2, 29), D(2025, 2, 27), "12"),
        (D(2026, 4, 16), D(2026, 6, 30), "2.5"),
        (D(2026, 4, 1), D(2026, 4, 1), "0.033333"),
        (D(2026, 4, 1), D(2036, 3, 31), "120"),
    ],
)
def test_months_in(start: dt.date, end: dt.date, length: str) -> None:
    assert months_in(Period(start, end)) == Decimal(length)


def test_prorate_shows_its_days() -> None:
    year = Period(D(2026, 4, 1), D(2027, 3, 31))
    found = prorate(Decimal(365), year, Period(D(2026, 3, 1), D(2026, 4, 30)))
    assert (found.days, found.of_days, found.result) == (30, 365, Decimal(30))
    assert str(found) == "365 x 30 of 365 days = 30"


def test_prorate_outside_is_nothing() -> None:
    year = Period(D(2026, 4, 1), D(2027, 3, 31))
    assert prorate(Decimal(365), year, Period(D(2028, 1, 1), D(2028, 1, 2))).result == 0


@given(terms(), st.sampled_from(PeriodScheme), AMOUNTS)
def test_proration_adds_up(term: Period, scheme: PeriodScheme, amount: Decimal) -> None:
    parts = periods_of(scheme, term)
    found = prorate_all(amount, term, parts)
    assert sum(p.result for p in found) == amount
    assert sum(p.days for p in found) == term.days
    each = [prorate(amount, term, part).result for part in parts]
    assert abs(sum(each) - amount) <= Decimal("0.000001") * len(parts)
    step = Decimal("0.000001")
    assert all(abs(p.result - alone) <= step for p, alone in zip(found, each, strict=True))
    for upto in range(1, len(found)):
        days = sum(p.days for p in found[:upto])
        assert abs(sum(p.result for p in found[:upto]) - amount * days / term.days) <= step / 2


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [Period(D(2026, 4, 1), D(2026, 6, 29))],
        [Period(D(2026, 4, 2), D(2026, 6, 30))],
        [Period(D(2026, 4, 1), D(2026, 4, 30)), Period(D(2026, 5, 2), D(2026, 6, 30))],
    ],
)
def test_proration_needs_parts_that_fill_the_whole(parts: list[Period]) -> None:
    with pytest.raises(errors.BadPeriod, match="do not fill"):
        prorate_all(Decimal(1), Period(D(2026, 4, 1), D(2026, 6, 30)), parts)
