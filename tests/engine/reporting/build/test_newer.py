"""Journey 9: the reported total stays at the agreed values, and a newer release stands beside it, not reported."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pytest

from commonweal import errors, packs
from commonweal.catalogue import Catalogue, Measure, load_catalogue
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Outcome, Portfolio
from commonweal.reporting.build.build import build_report
from commonweal.reporting.build.newer import newer_values
from commonweal.reporting.model import Report
from commonweal.series import ValueSeries
from tests.engine.reporting.build.journey_facts import CALENDAR, FIRST, REF, contract, kpi

AS_AT = dt.date(2026, 7, 31)


def series(measure: Measure, _: str) -> ValueSeries | None:
    return packs.load_series(measure.values) if measure.values else None


def values(*kpis: Kpi, of: Contract | None = None, on: dt.date = AS_AT) -> dict[tuple[str, str], Decimal]:
    portfolio = Portfolio(contracts=[of or contract()], kpis=list(kpis))
    return {key: newer.value for key, newer in newer_values(portfolio, load_catalogue(), series, on).items()}


def report(amount: str) -> Report:
    weeks = Claim("A", REF, "NT10", FIRST, dt.date(2026, 7, 10), Decimal(amount))
    checked = Decision(REF, "NT10", Outcome.VERIFIED, Decimal(amount), None, claim="A")
    portfolio = Portfolio(contracts=[contract()], kpis=[kpi("NT10"), kpi("NT31")], claims=[weeks], decisions=[checked])
    newer = newer_values(portfolio, load_catalogue(), series, AS_AT)
    return build_report(portfolio, as_at=AS_AT, calendars={"england-and-wales": CALENDAR}, made_by="", newer=newer)


def test_journey_9_91_weeks_at_both_values() -> None:
    made = report("91")
    table = next(t for t in made.tables() if t.name.endswith("-newer"))
    (row,) = table.rows
    assert [cell.value for cell in row.cells] == ["NT10", Decimal(91), Decimal("22750.00"), Decimal("23660.00")]
    assert table.columns[3].heading == "At fx-2026.1, not reported"
    assert made.book["portfolio/verified/pounds"].value == Decimal("22750.00")
    assert made.book.recompute(f"{REF}/NT10/newer/pounds") == Decimal("23660.00")


def test_only_values_that_differ_are_compared() -> None:
    assert values(kpi("NT10"), kpi("NT17"), kpi("NT31")) == {(REF, "NT10"): Decimal(260), (REF, "NT31"): Decimal(255)}


@pytest.mark.parametrize(
    "mine",
    [
        kpi("NT10", value_per_unit=None),
        kpi("NT10", value_licensed=True),
        kpi("NT10", measure="unknown"),
        kpi("NT10", unit="day"),
        kpi("NT10", measure="RLW"),
        kpi("NT10", contract="elsewhere"),
    ],
)
def test_nothing_is_compared_that_cannot_be(mine: Kpi) -> None:
    assert values(mine) == {}


@pytest.mark.parametrize("framework", ["fx-2026.1", "", "svm-2020"])
def test_a_contract_without_a_newer_priced_release_has_no_comparison(framework: str) -> None:
    assert values(kpi("NT10"), of=contract(framework=framework)) == {}


def test_a_release_counts_from_the_day_on_which_it_applies() -> None:
    assert values(kpi("NT10"), on=dt.date(2026, 3, 31)) == {}
    assert values(kpi("NT10"), on=dt.date(2026, 4, 1)) == {(REF, "NT10"): Decimal(260)}


def test_a_release_that_is_not_loaded_and_a_value_that_is_missing_are_passed_over() -> None:
    whole = load_catalogue()
    old = dataclasses.replace(whole.framework("fx-2025.1"), superseded_by="fx-2099")
    portfolio = Portfolio(contracts=[contract()], kpis=[kpi("NT10")])
    assert newer_values(portfolio, Catalogue([old], whole.goals), series, AS_AT) == {}

    def priced_later(measure: Measure, _: str) -> ValueSeries | None:
        raise errors.NoValueForDate("before the first entry")

    assert newer_values(portfolio, whole, priced_later, AS_AT) == {}
