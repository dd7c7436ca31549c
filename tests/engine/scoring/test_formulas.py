"""Each formula by its worked example, its odd offers, and what must hold for any offers."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.scoring import against_target, banded, per_pound_of_contract, rank, relative_to_best
from tests.engine.scoring.lots import d

TEN = Decimal(10)
JOURNEY = {"Verdant": d(1_963_600), "Oakline": d(1_645_000), "Harbourside": d(1_443_400)}


def shown(points: dict[str, Decimal]) -> list[str]:
    return [f"{value:.2f}" for value in points.values()]


def test_relative_to_best_as_in_journey_3() -> None:
    assert shown(relative_to_best(amounts=JOURNEY, points=TEN)) == ["10.00", "8.38", "7.35"]


def test_against_target_gives_full_points_from_the_target_on() -> None:
    amounts = {"a": d(30), "b": d(20), "c": d(5), "none": None}
    assert shown(against_target(amounts=amounts, target=d(20), points=TEN)) == ["10.00", "10.00", "2.50", "0.00"]


def test_banded_gives_the_points_of_the_highest_band_reached() -> None:
    bands = [(d(200), d(10)), (d(100), d(5)), (d(0), d(1))]
    amounts = {"a": d(250), "b": d(200), "c": d("199.99"), "d": d(0), "none": None, "below": d(-1)}
    assert shown(banded(amounts=amounts, bands=bands, points=TEN)) == ["10.00", "10.00", "5.00", "1.00", "0.00", "0.00"]
    assert banded(amounts={"a": d(99)}, bands=[(d(100), d(5))], points=TEN) == {"a": 0}


def test_rank_shares_the_better_place_among_equals() -> None:
    amounts = {"a": d(9), "b": d(7), "c": d(7), "d": d(0), "none": None, "below": d(-1)}
    assert shown(rank(amounts=amounts, points=TEN)) == ["10.00", "7.50", "7.50", "2.50", "0.00", "0.00"]


def test_per_pound_of_contract_divides_by_the_own_price() -> None:
    points = per_pound_of_contract(
        amounts={"a": d(100), "b": d(60), "none": None}, prices={"a": d(1000), "b": d(500), "none": d(1)}, points=TEN
    )
    assert shown(points) == ["8.33", "10.00", "0.00"]


@pytest.mark.parametrize("amounts", [{"a": d(0), "b": d(0)}, {"a": d(-5), "b": d(-2)}, {"a": None}, {}])
def test_where_nobody_offers_anything_nobody_has_points(amounts: dict[str, Decimal | None]) -> None:
    assert set(relative_to_best(amounts=amounts, points=TEN).values()) <= {Decimal(0)}


def test_a_negative_or_missing_offer_has_no_points_and_changes_no_other() -> None:
    with_odd = relative_to_best(amounts={"a": d(8), "b": d(4), "odd": d(-3), "none": None}, points=TEN)
    assert with_odd == {"a": TEN, "b": d(5), "odd": 0, "none": 0}


@pytest.mark.parametrize("target", [0, -1])
def test_a_target_that_asks_for_nothing_is_refused(target: int) -> None:
    with pytest.raises(errors.BadScoring, match="asks for nothing"):
        against_target(amounts={"a": d(1)}, target=d(target), points=TEN)


@pytest.mark.parametrize(
    "bands",
    [[], [(d(1), d(2)), (d(1), d(3))], [(d(1), d(5)), (d(2), d(4))], [(d(1), d(11))], [(d(1), d(-1))]],
    ids=["none", "two from one amount", "falling", "above the points", "below zero"],
)
def test_bad_bands_are_refused(bands: list[tuple[Decimal, Decimal]]) -> None:
    with pytest.raises(errors.BadScoring, match="Bands must begin"):
        banded(amounts={"a": d(1)}, bands=bands, points=TEN)


@pytest.mark.parametrize("prices", [{}, {"a": d(0)}])
def test_a_missing_price_is_refused(prices: dict[str, Decimal]) -> None:
    with pytest.raises(errors.BadScoring, match="a has no price above zero"):
        per_pound_of_contract(amounts={"a": d(1)}, prices=prices, points=TEN)


amounts = st.decimals(0, 10**9, places=2)
offers = st.dictionaries(st.sampled_from("abcdef"), st.none() | amounts, min_size=1)
factors = st.integers(1, 1000)
BANDS = [(d(10), d(1)), (d(1000), d(4)), (d(10**6), TEN)]
FORMULAS = {
    "relative_to_best": lambda given: relative_to_best(amounts=given, points=TEN),
    "against_target": lambda given: against_target(amounts=given, target=d(5000), points=TEN),
    "banded": lambda given: banded(amounts=given, bands=BANDS, points=TEN),
    "rank": lambda given: rank(amounts=given, points=TEN),
    "per_pound_of_contract": lambda given: per_pound_of_contract(
        amounts=given, prices={name: d(100 + ord(name)) for name in given}, points=TEN
    ),
}
every_formula = pytest.mark.parametrize("name", FORMULAS)


@every_formula
@given(offered=offers, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_bidders_stand_changes_no_point(
    name: str, offered: dict[str, Decimal | None], seed: object
) -> None:
    shuffled = list(offered.items())
    seed.shuffle(shuffled)  # type: ignore[attr-defined]
    assert FORMULAS[name](dict(shuffled)) == FORMULAS[name](offered)


@every_formula
@given(offered=offers)
def test_points_run_from_zero_to_the_weight(name: str, offered: dict[str, Decimal | None]) -> None:
    assert all(0 <= points <= TEN for points in FORMULAS[name](offered).values())


@every_formula
@given(offered=offers, more=amounts)
def test_who_offers_more_never_has_fewer_points(name: str, offered: dict[str, Decimal | None], more: Decimal) -> None:
    who = min(offered)
    before = FORMULAS[name](offered)[who]
    raised = offered | {who: (offered[who] or Decimal(0)) + more}
    assert FORMULAS[name](raised)[who] >= before - Decimal("1E-20")


@pytest.mark.parametrize("name", ["relative_to_best", "rank", "per_pound_of_contract"])
@given(offered=offers, factor=factors)
def test_relative_points_do_not_change_when_all_offers_are_scaled(
    name: str, offered: dict[str, Decimal | None], factor: int
) -> None:
    scaled = {who: None if amount is None else amount * factor for who, amount in offered.items()}
    before, after = FORMULAS[name](offered), FORMULAS[name](scaled)
    assert all(abs(before[who] - after[who]) < Decimal("1E-20") for who in offered)


@given(offered=offers, weight=st.integers(1, 100))
def test_points_grow_with_the_weight(offered: dict[str, Decimal | None], weight: int) -> None:
    once = relative_to_best(amounts=offered, points=Decimal(1))
    many = relative_to_best(amounts=offered, points=Decimal(weight))
    assert all(abs(many[who] - once[who] * weight) < Decimal("1E-20") for who in offered)
