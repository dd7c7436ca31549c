"""Expected, received and on time: journey 5 as a count, and returns found in a portfolio."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.calendars import Calendar, deadline
from commonweal.periods import Period
from commonweal.portfolio import Claim, Contract, PeriodScheme, Receipt
from commonweal.timeliness import ExpectedReturn, returns_of, timeliness

D = dt.date
CALENDAR = Calendar("england-and-wales", frozenset({D(2026, 12, 25), D(2026, 12, 28)}), 2026, 2027)
SUMMER = Period(D(2026, 7, 1), D(2026, 9, 30))
DUE = deadline(period=SUMMER, due_days=15, lock_days=20, calendar=CALENDAR)
IN_TIME = [ExpectedReturn(f"C{n}", SUMMER, DUE, True, D(2026, 10, 1) + dt.timedelta(days=n % 15)) for n in range(47)]


def test_journey_5_before_and_after_reopening() -> None:
    missing = ExpectedReturn("NMC-2025-088", SUMMER, DUE)
    before = timeliness(returns=[*IN_TIME, missing], as_at=D(2026, 11, 12))
    assert (before.expected, before.received, before.on_time) == (48, 47, 47)
    assert before.received_percent == Decimal("97.92")
    assert before.received_percent.quantize(Decimal("0.1")) == Decimal("97.9")
    assert before.overdue == before.locked == (missing,)
    assert missing.days_overdue(D(2026, 11, 12)) == 28
    assert missing.days_late is None

    late = ExpectedReturn("NMC-2025-088", SUMMER, DUE, True, D(2026, 11, 12))
    after = timeliness(returns=[*IN_TIME, late], as_at=D(2026, 11, 19))
    assert (after.expected, after.received, after.on_time) == (48, 48, 47)
    assert (after.received_percent, after.on_time_percent) == (Decimal(100), Decimal("97.92"))
    assert after.late == (late,)
    assert late.days_late == 28
    assert after.overdue == after.locked == ()


def test_a_return_is_expected_once_its_due_date_has_passed() -> None:
    one = ExpectedReturn("C1", SUMMER, DUE)
    assert timeliness(returns=[one], as_at=D(2026, 10, 15)).expected == 0
    assert one.days_overdue(D(2026, 10, 15)) == 0
    found = timeliness(returns=[one], as_at=D(2026, 10, 16))
    assert (found.expected, found.overdue, found.locked) == (1, (one,), ())


def test_nothing_expected_has_no_percentage() -> None:
    found = timeliness(returns=[], as_at=D(2026, 10, 16))
    assert (found.expected, found.received_percent, found.on_time_percent) == (0, None, None)


def test_as_at_an_earlier_day_a_later_return_is_not_there() -> None:
    late = ExpectedReturn("C1", SUMMER, DUE, True, D(2026, 11, 2))
    assert timeliness(returns=[late], as_at=D(2026, 11, 1)).overdue == (late,)
    assert timeliness(returns=[late], as_at=D(2026, 11, 2)).late == (late,)


def test_an_unknown_day_of_receipt_is_neither_on_time_nor_late() -> None:
    found = timeliness(returns=[ExpectedReturn("C1", SUMMER, DUE, True, None)], as_at=D(2026, 11, 1))
    assert (found.received, found.on_time, found.undated, found.late) == (1, 0, 1, ())


CONTRACT = Contract(ref="C1", title="Grounds", start=D(2026, 4, 1), end=D(2030, 3, 31))
QUARTERS = [
    Period(D(2026, 4, 1), D(2026, 6, 30)),
    SUMMER,
    Period(D(2026, 10, 1), D(2026, 12, 31)),
]


def claim(period: Period, received: dt.date | None, contract: str = "C1") -> Claim:
    return Claim(ref="1", contract=contract, kpi="NT1", period=period, received=received)


def test_returns_of_finds_the_first_sign_of_each() -> None:
    owed = returns_of(
        contract=CONTRACT,
        receipts=[
            Receipt("C1", QUARTERS[0], D(2026, 7, 10)),
            Receipt("C2", SUMMER, D(2026, 10, 1)),
            Receipt("C1", Period(D(2020, 1, 1), D(2020, 3, 31)), D(2020, 4, 1)),
        ],
        claims=[
            claim(QUARTERS[0], D(2026, 7, 8)),
            claim(QUARTERS[0], None),
            claim(Period(D(2026, 10, 1), D(2026, 10, 31)), None),
            claim(SUMMER, D(2026, 10, 1), "C2"),
        ],
        calendar=CALENDAR,
        begun_by=D(2026, 10, 1),
    )
    assert [(r.period, r.came, r.received) for r in owed.returns] == [
        (QUARTERS[0], True, D(2026, 7, 8)),
        (SUMMER, False, None),
        (QUARTERS[2], True, None),
    ]
    assert owed.returns[1].deadline.due == D(2026, 10, 15)
    assert owed.unknown == ()


def test_a_contract_without_dates_owes_nothing_countable() -> None:
    bare = Contract(ref="C1", title="Grounds")
    owed = returns_of(contract=bare, receipts=[], claims=[], calendar=CALENDAR, begun_by=D(2026, 10, 1))
    assert (owed.returns, owed.unknown) == ((), ())


def test_due_dates_without_known_holidays_are_unknown() -> None:
    old = Contract(
        ref="C1", title="Housing", start=D(2024, 4, 1), end=D(2033, 3, 31), period_scheme=PeriodScheme.CONTRACT_YEARS
    )
    owed = returns_of(contract=old, receipts=[], claims=[], calendar=CALENDAR, begun_by=D(2026, 3, 31))
    assert owed.unknown == (Period(D(2024, 4, 1), D(2025, 3, 31)),)
    assert [r.deadline.due for r in owed.returns] == [D(2026, 4, 15)]


def test_a_placeholder_term_is_refused() -> None:
    forever = Contract(ref="C1", title="Grounds", start=D(2024, 4, 1), end=D(9999, 12, 31))
    with pytest.raises(errors.BadPeriod, match="too long"):
        returns_of(contract=forever, receipts=[], claims=[], calendar=CALENDAR, begun_by=D(2026, 3, 31))
