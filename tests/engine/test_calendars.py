"""Working days, due dates and the ladder of journey 5."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors, packs
from commonweal.calendars import Calendar, deadline, due_date
from commonweal.periods import Period

D = dt.date
ENGLAND = Calendar(
    "england-and-wales",
    frozenset({D(2026, 1, 1), D(2026, 4, 3), D(2026, 4, 6), D(2026, 12, 25), D(2026, 12, 28), D(2027, 1, 1)}),
    2026,
    2027,
)
SUMMER = Period(D(2026, 7, 1), D(2026, 9, 30))


def test_journey_5_ladder() -> None:
    found = deadline(period=SUMMER, due_days=15, lock_days=20, calendar=ENGLAND)
    assert found.due == D(2026, 10, 15)
    assert [(rung.offset, rung.on) for rung in found.ladder] == [
        (-10, D(2026, 10, 5)),
        (-3, D(2026, 10, 12)),
        (1, D(2026, 10, 16)),
        (5, D(2026, 10, 20)),
        (10, D(2026, 10, 26)),
    ]
    assert found.lock == D(2026, 11, 4)


def test_a_period_locks_at_the_end_of_its_last_day() -> None:
    found = deadline(period=SUMMER, due_days=15, lock_days=20, calendar=ENGLAND)
    assert not found.locked(D(2026, 11, 4))
    assert found.locked(D(2026, 11, 5))


@pytest.mark.parametrize(("received", "late"), [(D(2026, 10, 15), 0), (D(2026, 10, 16), 1), (D(2026, 11, 12), 28)])
def test_days_late_count_from_the_due_date(received: dt.date, late: int) -> None:
    assert deadline(period=SUMMER, due_days=15, lock_days=20, calendar=ENGLAND).days_late(received) == late


def test_a_due_date_rolls_over_a_bank_holiday_weekend() -> None:
    # 3 April 2026 is Good Friday, 6 April Easter Monday.
    assert due_date(Period(D(2026, 1, 1), D(2026, 3, 31)), 3, ENGLAND) == D(2026, 4, 7)


@pytest.mark.parametrize(
    ("day", "count", "result"),
    [
        (D(2026, 4, 2), 1, D(2026, 4, 7)),
        (D(2026, 4, 7), -1, D(2026, 4, 2)),
        (D(2026, 4, 4), 0, D(2026, 4, 7)),
        (D(2026, 4, 2), 0, D(2026, 4, 2)),
        (D(2026, 12, 24), 3, D(2026, 12, 31)),
    ],
)
def test_add_working_days(day: dt.date, count: int, result: dt.date) -> None:
    assert ENGLAND.add_working_days(day, count) == result


def test_working_days_of_a_period() -> None:
    assert ENGLAND.working_days(Period(D(2026, 4, 1), D(2026, 4, 12))) == 6


@pytest.mark.parametrize("day", [D(2025, 12, 31), D(2028, 1, 3)])
def test_a_year_that_nobody_looked_up_is_an_error(day: dt.date) -> None:
    with pytest.raises(errors.BadPeriod, match="known for 2026 to 2027, not for"):
        ENGLAND.is_working_day(day)


@given(st.dates(D(2026, 1, 1), D(2027, 12, 20)))
def test_rolling_forward_ends_on_a_working_day_and_skips_none(day: dt.date) -> None:
    found = ENGLAND.roll_forward(day)
    assert ENGLAND.is_working_day(found)
    assert not any(ENGLAND.is_working_day(day + dt.timedelta(days=n)) for n in range((found - day).days))


@given(st.dates(D(2026, 3, 1), D(2027, 9, 1)), st.integers(1, 25))
def test_working_days_there_and_back(day: dt.date, count: int) -> None:
    start = ENGLAND.roll_forward(day)
    assert ENGLAND.add_working_days(ENGLAND.add_working_days(start, count), -count) == start


DIVISIONS = ("england-and-wales", "scotland", "northern-ireland")


def test_the_shipped_calendars_differ_by_division() -> None:
    # St Andrew's Day and 2 January are Scottish, St Patrick's Day is Northern Irish, Easter Monday is not Scottish.
    days = [D(2026, 11, 30), D(2026, 1, 2), D(2026, 3, 17), D(2026, 4, 6), D(2026, 12, 25)]
    closed = {name: [not packs.calendar(name).is_working_day(day) for day in days] for name in DIVISIONS}
    assert closed == {
        "england-and-wales": [False, False, False, True, True],
        "scotland": [True, True, False, False, True],
        "northern-ireland": [False, False, True, True, True],
    }


@pytest.mark.parametrize("division", DIVISIONS)
def test_the_shipped_calendars_have_every_year_that_they_claim(division: str) -> None:
    shipped = packs.calendar(division)
    by_year = Counter(day.year for day in shipped.holidays)
    assert set(by_year) == set(range(shipped.first_year, shipped.last_year + 1))
    assert min(by_year.values()) >= 8
    assert all(day.weekday() < 5 for day in shipped.holidays)


def test_journey_5_on_the_shipped_calendar() -> None:
    found = deadline(period=SUMMER, due_days=15, lock_days=20, calendar=packs.calendar("england-and-wales"))
    assert [found.due, *(rung.on for rung in found.ladder), found.lock] == [
        D(2026, 10, 15),
        D(2026, 10, 5),
        D(2026, 10, 12),
        D(2026, 10, 16),
        D(2026, 10, 20),
        D(2026, 10, 26),
        D(2026, 11, 4),
    ]
