"""Exact amounts, units that never mix, pence, and splits that add up."""

from __future__ import annotations

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.quantities import Quantity, exact, plain, split, to_pence, to_pounds, total

D = Decimal


def test_quantities_of_one_unit_add_up() -> None:
    assert Quantity(D("1.5"), "hour") + Quantity(D(2), "hour") == Quantity(D("3.5"), "hour")
    assert Quantity(D(2), "hour") - Quantity(D("0.5"), "hour") == Quantity(D("1.5"), "hour")
    assert Quantity(D(2), "hour") * 3 == Quantity(D(6), "hour")
    assert -Quantity(D(2), "hour") == Quantity(D(-2), "hour")
    assert Quantity(D(1), "hour") < Quantity(D(2), "hour") <= Quantity(D(2), "hour")
    assert total([Quantity(D(1), "week"), Quantity(D(2), "week")], "week") == Quantity(D(3), "week")
    assert str(Quantity(D("12.50"), "hour")) == "12.5 hour"
    assert Quantity(3, "week").amount == D(3)  # type: ignore[arg-type]


def test_units_never_mix() -> None:
    with pytest.raises(errors.UnitMismatch, match="2 week cannot be put together with 1 hour: the units differ"):
        Quantity(D(1), "hour") + Quantity(D(2), "week")
    with pytest.raises(errors.UnitMismatch):
        total([Quantity(D(1), "week")], "hour")


@pytest.mark.parametrize("amount", [1.5, True, "about 3", D("NaN"), D("Infinity")])
def test_what_is_no_exact_number_is_refused(amount: object) -> None:
    with pytest.raises(errors.BadQuantity):
        Quantity(amount, "hour")  # type: ignore[arg-type]


def test_a_quantity_needs_a_unit() -> None:
    with pytest.raises(errors.BadQuantity, match="Name the unit"):
        Quantity(D(1), "")


def test_exact_reads_text() -> None:
    assert exact("12.5") == D("12.5")


@pytest.mark.parametrize(
    ("pounds", "pence"),
    [
        ("0.005", 1),
        ("-0.005", -1),
        ("0.0049999", 0),
        ("1.005", 101),
        ("2.675", 268),
        ("1312.5", 131250),
        ("0.00499999999999999999999999999999999999", 0),
    ],
)
def test_half_a_penny_goes_away_from_zero(pounds: str, pence: int) -> None:
    assert to_pence(D(pounds)) == pence


def test_the_callers_context_does_not_matter() -> None:
    with localcontext(prec=4):
        assert to_pence(D("123456789.125")) == 12345678913


@given(st.integers(-(10**14), 10**14))
def test_pence_and_pounds_there_and_back(pence: int) -> None:
    assert to_pence(to_pounds(pence)) == pence


@given(
    st.decimals(-(10**9), 10**9, places=4),
    st.lists(st.decimals(0, 1000, places=3), min_size=1, max_size=12).filter(lambda w: sum(w) > 0),
    st.integers(0, 8),
)
def test_splits_add_up(amount: Decimal, weights: list[Decimal], places: int) -> None:
    parts = split(amount, weights, places=places)
    assert sum(parts) == amount
    assert len(parts) == len(weights)
    whole = sum(weights)
    for part, weight in zip(parts[:-1], weights, strict=False):
        assert abs(part - amount * weight / whole) <= Decimal(1).scaleb(-places)


def test_journey_6_split_by_hours() -> None:
    assert split(D(26), [D(60), D(40)]) == [D("15.6"), D("10.4")]


@pytest.mark.parametrize("weights", [[], [D(0)], [D(2), D(-1)]])
def test_a_split_needs_weights(weights: list[Decimal]) -> None:
    with pytest.raises(errors.BadSplit):
        split(D(1), weights)


@pytest.mark.parametrize(
    ("number", "text"), [("12.50", "12.5"), ("1E+3", "1000"), ("0.00", "0"), ("-0.10", "-0.1"), ("100", "100")]
)
def test_plain(number: str, text: str) -> None:
    assert plain(D(number)) == text
