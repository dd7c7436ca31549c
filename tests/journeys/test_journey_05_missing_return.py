"""Journey 5: a return that is missing is not nil; the ladder of messages, the lock, and what came after it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from commonweal import packs
from commonweal.calendars import deadline
from commonweal.cli import inputs
from commonweal.periods import Period
from commonweal.portfolio import Receipt
from commonweal.reporting.build.build import build_report
from tests.journeys.conftest import Make, value

SUMMER = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
COUNTS = "returns/2026-07-01/2026-09-30"


def test_messages_roll_over_the_weekend_and_the_period_locks_on_4_november() -> None:
    found = deadline(period=SUMMER, due_days=15, lock_days=20, calendar=packs.calendar())
    assert found.due == dt.date(2026, 10, 15)
    assert [rung.on.day for rung in found.ladder] == [5, 12, 16, 20, 26]
    assert {rung.on.month for rung in found.ladder} == {10}
    assert found.lock == dt.date(2026, 11, 4)
    assert not found.locked(dt.date(2026, 11, 4))
    assert found.locked(dt.date(2026, 11, 5))


def test_one_of_48_is_missing(make: Make) -> None:
    made = make("", "2026-10-31")
    assert value(made, f"{COUNTS}/expected") == 48
    assert value(made, f"{COUNTS}/received") == 47
    assert value(made, f"{COUNTS}/on-time") == 47
    assert value(made, f"{COUNTS}/received/share").quantize(Decimal("0.1")) == Decimal("97.9")


def test_a_missing_return_changes_no_verified_total(make: Make) -> None:
    made = make("", "2026-10-31")
    other = [k for k in made.portfolio.kpis if k.contract == "NMC-2025-088" and k.value_per_unit is not None]
    summer = [
        line.id for line in made.report.book if "NMC-2025-088" in line.id and "/verified/in/2026-07-01" in line.id
    ]
    assert other
    assert summer == []


def test_after_reopening_it_is_received_and_still_late(make: Make) -> None:
    before = make("", "2026-10-31").portfolio
    late = Receipt("NMC-2025-088", SUMMER, dt.date(2026, 11, 12), "Account manager")
    report = build_report(
        replace(before, receipts=[*before.receipts, late]),
        as_at=dt.date(2026, 11, 30),
        calendars=inputs.calendars(),
        made_by="a test",
    )
    assert report.book[f"{COUNTS}/expected"].value == 48
    assert report.book[f"{COUNTS}/received"].value == 48
    assert report.book[f"{COUNTS}/on-time"].value == 47
    line = deadline(period=SUMMER, due_days=15, lock_days=20, calendar=packs.calendar())
    assert line.days_late(dt.date(2026, 11, 12)) == 28
