"""Gross to net in named steps, and present values."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors, packs
from commonweal.adjustments import (
    NAMES,
    Step,
    adjust,
    factor_of,
    keep,
    lose,
    present_value,
    rate_of,
)
from commonweal.catalogue.reference import Band, DiscountSchedule

D = Decimal
STPR = packs.discount_schedule("standard")
SHORT = DiscountSchedule("short", "Short", (Band(0, 2, D("0.035")), Band(3, 5, D("0.03"))), "test")


def test_journey_2_a_third_of_a_careers_fair() -> None:
    found = adjust(gross=D(1500), steps=[keep("attribution", D(1) / 3, source="three sites")])
    assert (found.gross, found.net) == (D("1500.00"), D("500.00"))
    assert (found.gross_pence, found.net_pence) == (150_000, 50_000)


def test_steps_keep_their_order_and_working() -> None:
    steps = [keep("attribution", D("0.5")), lose("deadweight", D("0.2")), lose("leakage", D("0.1"))]
    found = adjust(gross=D(1000), steps=steps)
    assert [(line.step.name, line.before, line.after) for line in found.lines] == [
        ("attribution", 1000, 500),
        ("deadweight", 500, 400),
        ("leakage", 400, 360),
    ]
    assert (found.factor, found.net) == (D("0.36"), D("360.00"))
    assert [str(step) for step in steps] == ["attribution: 50% kept", "deadweight: 20% lost", "leakage: 10% lost"]
    assert steps[1].lost == D("0.2")


def test_pounds_are_rounded_once() -> None:
    # Rounded after each step this would be 0.03; once, it is 0.02.
    found = adjust(gross=D("0.09"), steps=[keep("attribution", D("0.5")), keep("displacement", D("0.5"))])
    assert found.net == D("0.02")


def test_without_steps_net_is_gross() -> None:
    found = adjust(gross=D("12.345"), steps=[])
    assert (found.gross, found.net, found.factor) == (D("12.35"), D("12.35"), 1)


def test_an_adjustment_stands_once() -> None:
    with pytest.raises(errors.BadQuantity, match="deadweight is taken off twice"):
        adjust(gross=D(1), steps=[lose("deadweight", D("0.1")), lose("deadweight", D("0.1"))])


def test_unknown_adjustments_are_refused_with_the_nearest() -> None:
    with pytest.raises(errors.UnknownCode, match="'deadwait' is no adjustment") as caught:
        lose("deadwait", D("0.1"))
    assert caught.value.nearest == ("deadweight",)


@pytest.mark.parametrize("share", ["-0.1", "1.01", "25"])
def test_a_share_is_from_nothing_to_all(share: str) -> None:
    with pytest.raises(errors.BadQuantity, match="must be from 0 to 1"):
        keep("leakage", D(share))


STEPS = st.lists(
    st.builds(Step, st.sampled_from(NAMES), st.decimals(0, 1, places=4)), max_size=5, unique_by=lambda s: s.name
)


@given(st.decimals(0, 10**7, places=2), STEPS)
def test_net_is_never_above_gross_and_order_does_not_change_it(gross: Decimal, steps: list[Step]) -> None:
    found = adjust(gross=gross, steps=steps)
    assert 0 <= found.net_pence <= found.gross_pence
    assert adjust(gross=gross, steps=steps[::-1]).net_pence == found.net_pence
    assert found.factor == factor_of(steps)


@pytest.mark.parametrize(
    ("year", "factor"), [(0, "1.0000"), (1, "0.9662"), (10, "0.7089"), (30, "0.3563"), (31, "0.3459"), (76, "0.0919")]
)
def test_discount_factors_change_rate_at_the_right_year(year: int, factor: str) -> None:
    stream = [D(0)] * year + [D(1)]
    found = present_value(stream=stream, schedule=STPR)
    assert found.years[year].factor.quantize(D("0.0001")) == D(factor)
    assert found.schedule == "standard"


def test_present_value_of_a_level_stream() -> None:
    found = present_value(stream=[D(1000)] * 3, schedule=STPR)
    assert [year.value for year in found.years] == [D(1000), D("966.183575"), D("933.510700")]
    assert found.pounds == D("2899.69")


def test_a_stream_beyond_the_schedule_is_refused() -> None:
    with pytest.raises(errors.NoValueForDate, match="short schedule has no rate for year 6: it covers years 1 to 5"):
        present_value(stream=[D(1)] * 7, schedule=SHORT)
    with pytest.raises(errors.NoValueForDate, match="covers years from 1 on"):
        rate_of(STPR, 0)


def test_the_last_rate_may_hold_for_ever() -> None:
    assert [rate_of(SHORT, year) for year in (1, 2, 3, 5)] == [D("0.035"), D("0.035"), D("0.03"), D("0.03")]
    assert (rate_of(STPR, 300), rate_of(STPR, 1000)) == (D("0.015"), D("0.01"))
