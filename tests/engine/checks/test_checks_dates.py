from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from commonweal.periods import Period
from commonweal.portfolio import Note, PeriodScheme
from tests.engine.checks.cases import (
    CONTEXT,
    Q1,
    Q2,
    book,
    claim,
    contract,
    count,
    decision,
    found,
    kpi,
    receipt,
    target,
)


def date(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def span(start: str, end: str) -> Period:
    return Period(date(start), date(end))


@pytest.mark.parametrize(("end", "expected"), [("2026-03-31", 1), ("2026-04-01", 0)])
def test_a_contract_ends_on_or_after_its_first_day(end, expected):
    assert count("ends_before_start", contracts=[contract(end=date(end))]) == expected
    assert count("ends_before_start", contracts=[contract(end=None), contract(start=None)]) == 0


@pytest.mark.parametrize(("day", "expected"), [("1989-12-31", 9), ("1990-01-01", 0)])
def test_days_before_1990_are_unlikely(day, expected):
    old = date(day)
    rows = {
        "contracts": [contract(start=old, end=None, next_break=old)],
        "kpis": [kpi(value_on=old)],
        "targets": [target(period=Period(old, old))],
        "claims": [claim(period=Period(old, old), received=old)],
        "receipts": [receipt(received=old)],
        "decisions": [decision(on=old)],
        "notes": [Note("C1", "remark", on=old)],
    }
    assert count("unlikely_date", **rows) == expected


@pytest.mark.parametrize(("end", "expected"), [("2086-03-31", 0), ("2086-04-01", 1)])
def test_a_term_of_more_than_60_years_is_unlikely(end, expected):
    assert count("unlikely_date", contracts=[contract(end=date(end))]) == expected
    assert count("unlikely_date", targets=[target(period=span("2026-04-01", end))]) == expected
    assert count("unlikely_date", contracts=[contract(end=dt.date.max)]) == 1


def test_nothing_is_dated_after_the_day_of_the_report():
    late = date("2027-01-01")
    rows = {"claims": [claim(received=late)], "receipts": [receipt(received=late)], "decisions": [decision(on=late)]}
    assert [p.found for p in found("date_in_future", book(**rows))] == [
        "The claim was received on 1 January 2027, after 31 December 2026, the day of this report.",
        "The return was received on 1 January 2027, after 31 December 2026, the day of this report.",
        "The decision was taken on 1 January 2027, after 31 December 2026, the day of this report.",
    ]
    on_the_day = {"claims": [claim(received=CONTEXT.as_at)], "decisions": [decision(on=None)]}
    assert count("date_in_future", **on_the_day) == 0
    assert count("date_in_future", replace(CONTEXT, as_at=None), **rows) == 0


@pytest.mark.parametrize(
    ("start", "end", "outside", "crosses"),
    [
        ("2026-01-01", "2026-03-31", 1, 0),
        ("2026-01-01", "2026-04-01", 0, 1),
        ("2026-04-01", "2026-06-30", 0, 0),
        ("2030-01-01", "2030-03-31", 0, 0),
        ("2030-03-31", "2030-04-01", 0, 1),
        ("2030-04-01", "2030-06-30", 1, 0),
    ],
)
def test_periods_lie_inside_their_contract(start, end, outside, crosses):
    for rows in (
        {"claims": [claim(period=span(start, end))]},
        {"targets": [target(period=span(start, end))]},
        {"receipts": [receipt(period=span(start, end))]},
    ):
        assert count("period_outside_contract", **rows) == outside
        assert count("period_crosses_contract", **rows) == crosses


def test_which_edge_of_the_contract_is_named():
    early = found("period_outside_contract", book(claims=[claim(period=span("2026-01-01", "2026-03-31"))]))[0]
    assert early.found == "January to March 2026 is outside the contract, which starts on 1 April 2026."
    late = found("period_crosses_contract", book(claims=[claim(period=span("2030-01-01", "2030-06-30"))]))[0]
    assert late.found == "January to June 2030 is only partly inside the contract, which ends on 31 March 2030."
    first = found("period_crosses_contract", book(claims=[claim(period=span("2026-01-01", "2026-06-30"))]))[0]
    assert first.found.endswith("starts on 1 April 2026.")


def test_contracts_without_usable_dates_have_no_inside():
    long_ago = {"claims": [claim(period=span("1999-01-01", "1999-03-31"))]}
    for spoiled in (contract(start=None, end=None), contract(end=date("2000-01-01"))):
        assert count("period_outside_contract", **long_ago, contracts=[spoiled]) == 0
    assert count("period_outside_contract", **long_ago, contracts=[contract(ref="C2")]) == 0
    assert count("period_crosses_contract", **long_ago, contracts=[contract(start=None, end=None)]) == 0


@pytest.mark.parametrize(
    ("scheme", "start", "end", "expected"),
    [
        (PeriodScheme.CONTRACT_QUARTERS, "2026-04-01", "2026-06-30", 0),
        (PeriodScheme.CONTRACT_QUARTERS, "2026-04-01", "2026-07-01", 1),
        (PeriodScheme.CONTRACT_YEARS, "2026-04-01", "2027-03-31", 0),
        (PeriodScheme.CONTRACT_YEARS, "2026-04-01", "2027-04-01", 1),
        (PeriodScheme.FINANCIAL_QUARTERS, "2027-01-01", "2027-03-31", 0),
        (PeriodScheme.FINANCIAL_QUARTERS, "2027-03-31", "2027-04-01", 1),
        (PeriodScheme.FINANCIAL_YEARS, "2026-04-01", "2027-03-31", 0),
        (PeriodScheme.FINANCIAL_YEARS, "2027-03-31", "2027-04-01", 1),
        (PeriodScheme.MONTHS, "2026-05-01", "2026-05-31", 0),
        (PeriodScheme.MONTHS, "2026-05-31", "2026-06-01", 1),
    ],
)
def test_a_claim_stays_within_one_reporting_period(scheme, start, end, expected):
    rows = {"contracts": [contract(period_scheme=scheme)], "claims": [claim(period=span(start, end))]}
    assert count("period_crosses_scheme", **rows) == expected
    assert count("period_crosses_scheme", targets=[target(period=span(start, end))]) == 0


@pytest.mark.parametrize(("end", "expected"), [("2026-04-29", 0), ("2026-04-30", 1)])
def test_quarters_from_the_31st_begin_on_the_last_day_of_a_short_month(end, expected):
    rows = {"contracts": [contract(start=date("2026-01-31"))], "claims": [claim(period=span("2026-01-31", end))]}
    assert count("period_crosses_scheme", **rows) == expected


def test_contract_quarters_need_a_first_day():
    rows = {"contracts": [contract(start=None)], "claims": [claim(period=span("2026-04-01", "2029-03-31"))]}
    assert count("period_crosses_scheme", **rows) == 0


@pytest.mark.parametrize(("received", "expected"), [("2026-03-31", 1), ("2026-04-01", 0)])
def test_nothing_is_received_before_its_period_begins(received, expected):
    assert count("received_before_period", claims=[claim(received=date(received))]) == expected
    assert count("received_before_period", receipts=[receipt(received=date(received))]) == expected
    assert count("received_before_period", claims=[claim(received=None)], receipts=[receipt(period=Q1)]) == 0


@pytest.mark.parametrize(("on", "expected"), [("2026-07-09", 1), ("2026-07-10", 0)])
def test_a_decision_is_not_older_than_its_claim(on, expected):
    assert count("decision_before_receipt", decisions=[decision(on=date(on))]) == expected


def test_decisions_are_not_compared_with_what_is_missing():
    early = date("2026-01-01")
    assert count("decision_before_receipt", decisions=[decision(on=early, claim="R9"), decision(on=None)]) == 0
    assert count("decision_before_receipt", decisions=[decision(on=early)], claims=[claim(received=None)]) == 0
    assert count("decision_before_receipt", decisions=[decision(on=early)], claims=[claim(period=Q2)]) == 1
