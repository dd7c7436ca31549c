"""Targets by period where some stand in the input and the rest fall due by the profile."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

from commonweal.periods import Period
from commonweal.portfolio import Decision, Outcome, Portfolio, Target
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.build import assemble, build_report
from tests.engine.reporting.build.journey_facts import CALENDAR, REF

AUTUMN = Period(dt.date(2026, 10, 1), dt.date(2026, 12, 31))
WINTER = Period(dt.date(2027, 1, 1), dt.date(2027, 3, 31))
AGREED = dt.date(2026, 11, 16)


def at(portfolio: Portfolio, day: dt.date) -> Assembly:
    return assemble(portfolio, as_at=day, calendars={"england-and-wales": CALENDAR})


def owed(assembly: Assembly, kpi: str) -> dict[Period, Decimal]:
    standing = next(s for s in assembly.standings if s.kpi.ref == kpi)
    return {period: assembly.book[now].value for period, _, now in standing.targets}


def changed(portfolio: Portfolio, *targets: tuple[str, Period, str]) -> Portfolio:
    rows = [Target(REF, kpi, period, Decimal(amount), 1, "agreed", AGREED) for kpi, period, amount in targets]
    return replace(portfolio, targets=[*portfolio.targets, *rows])


def test_a_changed_period_leaves_the_others_as_the_profile_has_them(journey_4: Portfolio) -> None:
    portfolio = changed(journey_4, ("NT17", AUTUMN, "25"), ("NT17", WINTER, "125"))
    assembly = at(portfolio, dt.date(2026, 12, 31))
    found = owed(assembly, "NT17")
    assert found[AUTUMN] == 25
    assert found[WINTER] == 125
    assert len(found) == 16
    assert sum(found.values()) == 1200
    assert list(found) == sorted(found)
    assert assembly.book[f"{REF}/NT17/due/quantity"].value == 75 + 75 + 25
    assert assembly.book[f"{REF}/NT17/due-first/quantity"].value == 225


def test_periods_before_a_larger_promise_do_not_change(journey_4: Portfolio) -> None:
    more = Decision(REF, "NT17", Outcome.VARIED, Decimal(50), AGREED, ref="V1", reason="more wards")
    portfolio = changed(replace(journey_4, decisions=[*journey_4.decisions, more]), ("NT17", WINTER, "125"))
    found = owed(at(portfolio, dt.date(2026, 12, 31)), "NT17")
    assert found[AUTUMN] == 75
    assert sum(found.values()) == 1250


def test_a_target_over_several_periods_takes_the_place_of_all_of_them(journey_4: Portfolio) -> None:
    half_year = Period(AUTUMN.start, WINTER.end)
    found = owed(at(changed(journey_4, ("NT17", half_year, "150")), dt.date(2026, 12, 31)), "NT17")
    assert half_year in found
    assert AUTUMN not in found
    assert WINTER not in found
    assert sum(found.values()) == 1200


def test_what_was_let_go_is_no_longer_to_be_delivered(journey_4: Portfolio) -> None:
    gone = Decision(REF, "NT10", Outcome.WRITTEN_OFF, Decimal(100), dt.date(2026, 7, 30), ref="W1", reason="fewer")
    portfolio = replace(journey_4, decisions=[*journey_4.decisions, gone])
    report = build_report(
        portfolio, as_at=dt.date(2026, 7, 31), calendars={"england-and-wales": CALENDAR}, made_by="a test"
    )
    assert report.book[f"{REF}/NT10/forecast/still"].value == 208 - 100 - 13
