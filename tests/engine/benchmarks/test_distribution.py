"""Distributions of rates: quartiles, small groups, what is set aside, and where one contract stands."""

from __future__ import annotations

import datetime as dt
import statistics
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.benchmarks import (
    Benchmark,
    By,
    ContractTotals,
    Rank,
    SetAside,
    Units,
    benchmark,
    quantile,
    rank_of,
)
from commonweal.benchmarks.distribution import BANDS, group_of

AS_AT = dt.date(2027, 4, 1)
OLD = dt.date(2025, 4, 1)
SPENT = 100_000_00


def totals(ref: str, verified: int | None = 1_000_00, **changes: object) -> ContractTotals:
    values: dict[str, object] = {
        "ref": ref,
        "body": "Northmere City Council",
        "category": "Cleaning",
        "region": "North West",
        "start": OLD,
        "value_pence": 400_000_00,
        "spent_pence": SPENT,
        "verified_pence": verified,
    }
    return ContractTotals(**{**values, **changes})  # type: ignore[arg-type]


def made(*rows: ContractTotals, **changes: object) -> Benchmark:
    return benchmark(**{"totals": rows, "by": By.CATEGORY, "as_at": AS_AT, **changes})  # type: ignore[arg-type]


def id_of(ref: str) -> tuple[str, str]:
    return ("Northmere City Council", ref)


CLEANING = [totals(f"C{n:02}", n * 1_000_00) for n in range(1, 12)]
TREES = [totals(f"T{n}", n * 2_000_00, category="Arboriculture") for n in range(1, 6)]


def test_journey_14_5_cleaning_has_quartiles_and_arboriculture_is_too_few() -> None:
    found = made(*CLEANING, *TREES)
    cleaning, trees = found.group("Cleaning"), found.group("Arboriculture")
    assert cleaning.n == 11
    assert cleaning.quartiles is not None
    quarters = (cleaning.quartiles.lower, cleaning.quartiles.median, cleaning.quartiles.upper)
    assert quarters == (Decimal("0.035"), Decimal("0.06"), Decimal("0.085"))
    assert cleaning.together == Decimal("0.06")
    assert cleaning.words == ""
    assert (trees.n, trees.quartiles, trees.together, trees.words) == (5, None, None, "too few (minimum 8)")
    assert [group.name for group in found.groups] == ["Arboriculture", "Cleaning"]
    assert found.unit == "pounds verified per pound spent"


def test_the_divisor_is_what_was_spent_and_never_the_value_of_the_contract() -> None:
    dearer = [replace(one, value_pence=9_999_999_00) for one in CLEANING]
    assert made(*dearer).groups[0].quartiles == made(*CLEANING).groups[0].quartiles
    twice = [replace(one, spent_pence=2 * SPENT) for one in CLEANING]
    quarters = made(*twice).groups[0].quartiles
    assert quarters is not None
    assert quarters.median == Decimal("0.03")


def test_the_group_together_is_all_verified_over_all_spent_and_no_average_of_rates() -> None:
    rows = [*CLEANING, totals("BIG", 0, spent_pence=100 * SPENT)]
    assert made(*rows).groups[0].together == (Decimal("66") / 11100).quantize(Decimal("0.000001"), ROUND_HALF_UP)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"is_framework_agreement": True, "status": "insolvency"}, SetAside.FRAMEWORK_AGREEMENT),
        ({"status": " Insolvency "}, SetAside.INSOLVENT),
        ({"start": None}, SetAside.NO_START),
        ({"start": dt.date(2026, 4, 2)}, SetAside.YOUNG),
        ({"spent_pence": None}, SetAside.NO_SPEND),
        ({"spent_pence": 0}, SetAside.ZERO_SPEND),
        ({"spent_pence": -5}, SetAside.ZERO_SPEND),
        ({"verified_pence": None}, SetAside.NO_POUNDS),
        ({"category": " "}, SetAside.NO_GROUP),
    ],
)
def test_what_is_not_alike_is_set_aside_named_and_leaves_the_rest_as_it_was(
    changes: dict[str, object], reason: SetAside
) -> None:
    odd = totals("ODD", 50_000_00)
    found = made(replace(odd, **changes), *CLEANING)  # type: ignore[arg-type]
    assert [(aside.reason, aside.contracts) for aside in found.aside] == [(reason, (id_of("ODD"),))]
    assert found.groups == made(*CLEANING).groups
    assert rank_of(found, id_of("ODD")) is reason


def test_a_contract_counts_from_the_day_on_which_it_is_a_year_old() -> None:
    day = dt.date(2026, 4, 1)
    assert made(totals("A", start=day)).groups[0].n == 1
    assert made(totals("A", start=day), as_at=dt.date(2027, 3, 31)).aside[0].reason is SetAside.YOUNG
    leap = totals("A", start=dt.date(2024, 2, 29))
    assert made(leap, as_at=dt.date(2025, 2, 28)).groups[0].n == 1
    assert made(leap, as_at=dt.date(2025, 2, 27)).groups == ()


def test_nothing_verified_is_a_rate_of_zero() -> None:
    rows = [totals(f"Z{n}", 0) for n in range(8)]
    quarters = made(*rows).groups[0].quartiles
    assert quarters is not None
    assert (quarters.lower, quarters.upper) == (0, 0)


def test_where_one_contract_stands_with_ties_in_order_of_reference() -> None:
    rows = [totals(ref, amount) for ref, amount in zip("hgfedcba", [9, 5, 5, 5, 4, 3, 2, 1], strict=True)]
    found = made(*rows)
    stands = {ref: rank_of(found, id_of(ref)) for ref in "abcdefgh"}
    ranks = {ref: one.rank for ref, one in stands.items() if isinstance(one, Rank)}
    assert ranks == {"h": 1, "e": 2, "f": 3, "g": 4, "d": 5, "c": 6, "b": 7, "a": 8}
    shares = [one.percentile for one in (stands["a"], stands["e"], stands["g"], stands["h"]) if isinstance(one, Rank)]
    assert shares == [Decimal("0"), Decimal("57.1"), Decimal("57.1"), Decimal("100")]
    again = made(*reversed(rows))
    assert again.groups == found.groups


def test_a_small_group_tells_no_rank() -> None:
    stands = rank_of(made(*TREES), id_of("T5"))
    assert isinstance(stands, Rank)
    assert (stands.rank, stands.percentile, stands.of, stands.rate) == (None, None, 5, Decimal("0.1"))
    assert rank_of(made(*TREES), id_of("nobody")) is None


def test_the_only_contract_of_a_group_of_one_is_at_the_top() -> None:
    stands = rank_of(made(TREES[0], minimum=1), id_of("T1"))
    assert isinstance(stands, Rank)
    assert (stands.rank, stands.percentile) == (1, 100)


def test_two_bodies_may_use_the_same_reference() -> None:
    other = totals("C01", 3_000_00, body="Eastholt Borough Council")
    found = made(*CLEANING, other)
    mine = rank_of(found, ("Eastholt Borough Council", "C01"))
    assert isinstance(mine, Rank)
    assert mine.rate == Decimal("0.03")


def test_like_for_like_keeps_only_what_is_asked_for() -> None:
    south = [replace(one, ref=f"S{one.ref}", region="South East", verified_pence=1) for one in CLEANING]
    found = made(*CLEANING, *south, *TREES, like={By.REGION: ["North West"], By.CATEGORY: ["Cleaning"]})
    assert found.groups == made(*CLEANING).groups


def test_units_are_per_million_pounds_spent_and_a_contract_without_the_measure_is_no_zero() -> None:
    weeks = [
        replace(one, units=(Units("fx-2025.1/NT10", "week", Decimal(n)),)) for n, one in enumerate(CLEANING, start=1)
    ]
    found = made(*weeks, totals("NONE"), measure="NT10")
    group = found.group("Cleaning")
    assert found.unit == "week verified per £1m spent"
    assert group.quartiles is not None
    assert group.quartiles.median == Decimal(60)
    assert found.aside[0].reason is SetAside.NO_MEASURE
    assert made(*weeks, measure="fx-2025.1/NT10").groups == found.groups
    unpriced = [replace(one, verified_pence=None) for one in weeks]
    assert made(*unpriced, measure="NT10").groups == found.groups


def test_a_measure_that_nobody_has_is_refused_with_those_that_there_are() -> None:
    row = totals("A", units=(Units("fx-2025.1/NT10", "week", Decimal(1)),))
    with pytest.raises(errors.UnknownCode, match=r"'NT99'. There are: NT10"):
        made(row, measure="NT99")
    with pytest.raises(errors.UnknownCode, match="There are: none"):
        made(totals("A"), measure="NT99")


@pytest.mark.parametrize("other", [Units("svm-2025/NT10", "week", Decimal(1)), Units("fx/NT10", "day", Decimal(1))])
def test_releases_and_units_are_never_mixed(other: Units) -> None:
    rows = [totals("A", units=(Units("fx/NT10", "week", Decimal(1)),)), totals("B", units=(other,))]
    with pytest.raises(errors.MixedPacks, match="never added"):
        made(*rows, measure="NT10")


def test_value_packs_of_a_group_are_named() -> None:
    rows = [replace(one, value_pack=pack) for one, pack in zip(CLEANING, ["b", "a", "", "a"], strict=False)]
    assert made(*rows).groups[0].value_packs == ("a", "b")


@pytest.mark.parametrize(
    ("by", "changes", "name"),
    [
        (By.CATEGORY, {"category": "77310000-6"}, "CPV 77"),
        (By.CATEGORY, {"category": "03000000"}, "CPV 03"),
        (By.CATEGORY, {"category": "773"}, "773"),
        (By.REGION, {}, "North West"),
        (By.BODY, {}, "Northmere City Council"),
        (By.YEAR, {"start": dt.date(2026, 3, 31)}, "2025/26"),
        (By.YEAR, {"start": None}, ""),
        (By.VALUE_BAND, {"value_pence": 24_999_999}, "below £250,000"),
        (By.VALUE_BAND, {"value_pence": 25_000_000}, "£250,000 to below £1m"),
        (By.VALUE_BAND, {"value_pence": 1_000_000_000}, "£10m and more"),
        (By.VALUE_BAND, {"value_pence": None}, ""),
        (By.VALUE_BAND, {"value_pence": -1}, ""),
    ],
)
def test_groups(by: By, changes: dict[str, object], name: str) -> None:
    assert group_of(totals("A", **changes), by) == name


def test_value_bands_run_from_the_lowest() -> None:
    rows = [totals(str(pence), value_pence=pence) for pence, _ in reversed(BANDS)]
    assert [group.name for group in made(*rows, by=By.VALUE_BAND).groups] == [name for _, name in BANDS]


def test_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(errors.UnknownCode, match="There are: Arboriculture"):
        made(*TREES).group("Trees")
    with pytest.raises(errors.UnknownCode, match="There are: none"):
        made().group("Trees")


fractions = st.fractions(0, 1000, max_denominator=10**9)


@given(rates=st.lists(fractions, min_size=2, max_size=40))
def test_quartiles_agree_with_the_inclusive_method_of_statistics(rates: list[Fraction]) -> None:
    ordered = sorted(rates)
    expected = statistics.quantiles(ordered, n=4, method="inclusive")
    assert [quantile(ordered, Fraction(part, 4)) for part in (1, 2, 3)] == expected


@given(verified=st.lists(st.integers(0, 10**12), min_size=8, max_size=30), spent=st.integers(1, 10**11))
def test_published_quartiles_are_the_exact_ones_rounded_once(verified: list[int], spent: int) -> None:
    rows = [totals(f"R{n}", amount, spent_pence=spent) for n, amount in enumerate(verified)]
    quarters = made(*rows).groups[0].quartiles
    assert quarters is not None
    exact = statistics.quantiles([Fraction(amount, spent) for amount in sorted(verified)], n=4, method="inclusive")
    for shown, true in zip((quarters.lower, quarters.median, quarters.upper), exact, strict=True):
        assert shown == shown.quantize(Decimal("0.000001"))
        assert Fraction(-1, 2_000_000) < Fraction(shown) - true <= Fraction(1, 2_000_000)
