"""Adding up along one axis, as the measure declares."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.performance import Item, aggregate
from commonweal.periods import Period, contract_quarters
from commonweal.portfolio import Aggregation

D = Decimal
QUARTERS = contract_quarters(dt.date(2026, 4, 1), dt.date(2027, 3, 31))


def item(at: int, amount: str, denominator: str | None = None, *persons: str) -> Item:
    bottom = None if denominator is None else D(denominator)
    return Item(QUARTERS[at], D(amount), bottom, frozenset(persons))


def test_sum() -> None:
    found = aggregate(rule=Aggregation.SUM, items=[item(0, "13"), item(1, "10"), item(1, "3")])
    assert (found.value, found.groups) == (D(26), 2)


def test_fte_is_averaged_in_time_after_places_are_summed() -> None:
    found = aggregate(rule=Aggregation.AVERAGE, items=[item(0, "5"), item(0, "3"), item(1, "9")])
    assert (found.value, found.groups) == (D("8.5"), 2)


def test_last_takes_the_latest_period_whatever_the_order() -> None:
    found = aggregate(rule=Aggregation.LAST, items=[item(2, "40"), item(3, "44"), item(0, "90"), item(3, "1")])
    assert found.value == D(45)


def test_last_means_nothing_over_contracts() -> None:
    found = aggregate(rule=Aggregation.LAST, items=[Item("C1", D(1)), Item("C2", D(2))])
    assert found.value is None
    assert "over contracts" in found.caveat


def test_distinct_people_by_token() -> None:
    items = [item(0, "2", None, "a", "b"), item(1, "2", None, "b", "c")]
    found = aggregate(rule=Aggregation.DISTINCT, items=items)
    assert (found.value, found.caveat) == (D(3), "")


def test_people_without_tokens_are_summed_with_a_caveat() -> None:
    found = aggregate(rule=Aggregation.DISTINCT, items=[item(0, "2"), item(1, "3", None, "a")])
    assert found.value == D(5)
    assert "may be counted more than once" in found.caveat


def test_more_tokens_than_people_verified_count_as_verified() -> None:
    found = aggregate(rule=Aggregation.DISTINCT, items=[item(0, "1", None, "a", "b")])
    assert found.value == D(1)


def test_a_ratio_is_recomputed_and_never_averaged() -> None:
    found = aggregate(rule=Aggregation.RECOMPUTE, items=[item(0, "184", "184"), item(1, "1", "16")])
    assert (found.value, found.numerator, found.denominator) == (D("92.50"), D(185), D(200))


def test_a_ratio_needs_its_denominators() -> None:
    missing = aggregate(rule=Aggregation.RECOMPUTE, items=[item(0, "184", "184"), item(1, "1")])
    assert (missing.value, missing.caveat) == (None, "a denominator is missing")
    empty = aggregate(rule=Aggregation.RECOMPUTE, items=[item(0, "0", "0")])
    assert (empty.value, empty.caveat) == (None, "nothing to divide by")


def test_none_is_not_added_up() -> None:
    two = aggregate(rule=Aggregation.NONE, items=[item(0, "4"), item(1, "5")])
    assert (two.value, two.caveat) == (None, "this measure is not added up")
    assert aggregate(rule=Aggregation.NONE, items=[item(0, "4")]).value == 4


@pytest.mark.parametrize("rule", list(Aggregation))
def test_no_items_are_not_zero(rule: Aggregation) -> None:
    found = aggregate(rule=rule, items=[])
    assert (found.value, found.groups, found.caveat) == (None, 0, "nothing to add up")


ITEMS = st.lists(
    st.builds(
        Item,
        key=st.sampled_from(QUARTERS),
        amount=st.decimals(0, 10**6, places=3),
        denominator=st.decimals(0, 10**6, places=3),
        persons=st.frozensets(st.sampled_from("abcdef"), max_size=4),
    ),
    min_size=1,
    max_size=12,
)


@given(ITEMS, st.sampled_from(Aggregation), st.randoms(use_true_random=False))
def test_the_order_of_items_does_not_matter(items: list[Item], rule: Aggregation, random: object) -> None:
    shuffled = sorted(items, key=lambda _: random.random())  # type: ignore[attr-defined]
    assert aggregate(rule=rule, items=items) == aggregate(rule=rule, items=shuffled)


@given(ITEMS)
def test_sums_of_parts_are_the_sum_of_the_whole(items: list[Item]) -> None:
    by_period: dict[Period, list[Item]] = {}
    for one in items:
        assert isinstance(one.key, Period)
        by_period.setdefault(one.key, []).append(one)
    parts = [aggregate(rule=Aggregation.SUM, items=group).value for group in by_period.values()]
    assert sum(part for part in parts if part is not None) == aggregate(rule=Aggregation.SUM, items=items).value
