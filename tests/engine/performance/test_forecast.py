"""Forecasts are ranges, and say what rate would still keep the promise."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.performance import forecast, run_rate_needed

D = Decimal


def test_a_forecast_is_a_range() -> None:
    found = forecast(verified=D(180), target=D(1200), observed=[D(60), D(75), D(45)], periods_left=13)
    assert (found.low, found.central, found.high) == (D(765), D(960), D(1155))
    assert found.rate_needed == D("78.461538")
    assert (found.observed, found.periods_left) == ((D(60), D(75), D(45)), 13)
    assert found.method == "slowest, average and fastest observed period, carried on to the end"


def test_one_period_gives_no_range() -> None:
    found = forecast(verified=D(60), target=D(1200), observed=[D(60)], periods_left=15)
    assert (found.low, found.central, found.high) == (None, D(960), None)
    assert found.method == "one period observed: no range"


def test_nothing_observed_gives_no_forecast() -> None:
    found = forecast(verified=D(0), target=D(1200), observed=[], periods_left=16)
    assert (found.low, found.central, found.high) == (None, None, None)
    assert (found.rate_needed, found.method) == (D(75), "no period observed yet")


@pytest.mark.parametrize(
    ("verified", "target", "left", "needed"),
    [("5", "24", 1, "19"), ("30", "24", 1, "0"), ("5", "24", 0, None), ("0", "10", 3, "3.333333")],
)
def test_the_rate_that_is_still_needed(verified: str, target: str, left: int, needed: str | None) -> None:
    # 5 of 12 trainees in year 1 and 12 more promised for year 2: 7 behind and 12 to come are 19.
    found = run_rate_needed(verified=D(verified), target=D(target), periods_left=left)
    assert found == (None if needed is None else D(needed))


@given(st.lists(st.decimals(0, 10**6, places=3), min_size=2, max_size=20), st.integers(0, 40))
def test_low_central_and_high_are_in_order(observed: list[Decimal], left: int) -> None:
    found = forecast(verified=sum(observed, D(0)), target=D(10**6), observed=observed, periods_left=left)
    assert found.low is not None
    assert found.central is not None
    assert found.high is not None
    step = D("0.000001")
    assert found.low - step <= found.central <= found.high + step
