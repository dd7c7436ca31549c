"""What a quantity is worth: published example, units, parts, packs that do not mix, and pennies."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors, packs
from commonweal.adjustments import keep, lose
from commonweal.quantities import Quantity
from commonweal.series import Entry, ValueSeries
from commonweal.valuation import Valuation, add_valuations, financial_case, pence, public_value, value_quantity

D = Decimal
DAY = dt.date(2026, 6, 30)
HOURS = ValueSeries(
    id="value/community-hour",
    label="Hour given to a community group",
    unit="GBP/hour",
    kind="nominal",
    entries=(
        Entry(dt.date(2025, 4, 1), D("17.50"), "test"),
        Entry(dt.date(2026, 4, 1), D("18.25"), "test"),
        Entry(dt.date(2025, 4, 1), D("16.00"), "test", place="E08000026", level="authority"),
    ),
    pack="fx",
    framework="fx/2025.1",
)
WELLBY = ValueSeries(
    id="value/wellby",
    label="Wellbeing-adjusted life year",
    unit="GBP/WELLBY",
    kind="real",
    price_base="2019",
    entries=(Entry(dt.date(2021, 7, 26), D(13000), "hmt-wellbeing-2021"),),
)


def worth(amount: str, series: ValueSeries = HOURS, on: dt.date = DAY, **more: object) -> Valuation:
    unit = series.unit.removeprefix("GBP/")
    return value_quantity(quantity=Quantity(D(amount), unit), series=series, on=on, **more)  # type: ignore[arg-type]


def test_value_quantity_matches_the_published_wellby_example() -> None:
    found = worth("0.2", WELLBY, dt.date(2021, 9, 1))
    assert (found.pounds, found.pence) == (D("2600.00"), 260_000)
    assert found.entry.source == "hmt-wellbeing-2021"
    assert found.basis == ("open", "", "2019")


@pytest.mark.parametrize(("on", "pounds"), [(dt.date(2026, 3, 31), "1312.50"), (dt.date(2026, 4, 1), "1368.75")])
def test_the_value_in_force_on_the_day_counts(on: dt.date, pounds: str) -> None:
    assert worth("75", on=on).pounds == D(pounds)


def test_the_valuation_says_which_level_answered() -> None:
    found = worth("75", places=[("authority", "E08000026"), ("region", "E12000005")])
    assert (found.answer.level, found.answer.place, found.pounds) == ("authority", "E08000026", D("1200.00"))


def test_other_units_are_refused() -> None:
    with pytest.raises(errors.UnitMismatch, match="priced per hour, but the quantity is in week"):
        value_quantity(quantity=Quantity(D(1), "week"), series=HOURS, on=DAY)


def test_before_the_first_entry_is_an_error_and_never_zero() -> None:
    with pytest.raises(errors.NoValueForDate):
        worth("1", on=dt.date(2025, 3, 31))


def test_gross_and_net_are_both_kept() -> None:
    found = worth("75", steps=[keep("attribution", D("0.5")), lose("deadweight", D("0.1"))])
    assert (found.gross_pence, found.pence) == (136_875, 61_594)
    assert [line.step.name for line in found.adjusted.lines] == ["attribution", "deadweight"]


CLAIMANT = packs.load_series("value/ucd-ee1.0")


def test_fiscal_economic_and_social_stay_apart() -> None:
    found = worth("2", CLAIMANT)
    assert [(part.name, part.pounds) for part in found.parts] == [
        ("fiscal", D("19600.00")),
        ("economic", D("28088.00")),
        ("transfer", D("-18468.00")),
    ]
    assert financial_case(found) == 1_960_000
    # The benefit that is no longer paid is taken off again: 9,800 + 14,044 - 9,234 a person.
    assert public_value(found) == found.pence == 2_922_000


def test_parts_are_adjusted_like_the_whole() -> None:
    found = worth("2", CLAIMANT, steps=[keep("attribution", D("0.25"))])
    assert (found.pence, [part.pence for part in found.parts]) == (730_500, [490_000, 702_200, -461_700])


def parted(*parts: tuple[str, str], value: str) -> ValueSeries:
    known = tuple((name, D(amount)) for name, amount in parts)
    return replace(HOURS, entries=(Entry(dt.date(2025, 4, 1), D(value), "test", parts=known),))


@given(st.decimals(0, 10**6, places=3))
def test_parts_that_are_the_whole_add_up_to_the_penny(amount: Decimal) -> None:
    series = parted(("fiscal", "1.111111"), ("economic", "2.222222"), ("social", "0.166667"), value="3.5")
    found = worth(str(amount), series)
    assert sum(part.pence for part in found.parts) == found.pence == public_value(found)


def test_parts_that_are_not_the_whole_stand_beside_it() -> None:
    found = worth("1", parted(("fiscal", "3"), ("wages", "2"), value="3"))
    assert (found.pence, [part.pence for part in found.parts], public_value(found)) == (300, [300, 200], 300)


def test_a_missing_part_is_an_error() -> None:
    with pytest.raises(errors.NoValueForDate, match="has no fiscal part"):
        financial_case(worth("1"))
    with pytest.raises(errors.NoValueForDate, match="has no fiscal, economic or social part"):
        public_value(worth("1"))
    with pytest.raises(errors.NoValueForDate, match="has no fiscal, economic or social part"):
        public_value(worth("1", parted(("transfer", "-3"), value="-3")))


def test_journey_9_a_newer_release_beside_the_frozen_one() -> None:
    # 91 verified weeks stay at the value frozen at award; the newer one is a comparison and no restatement.
    frozen, newer = (packs.load_series(f"value/fx-{year}.1-nt10") for year in (2025, 2026))
    assert worth("91", frozen).pounds == D("22750.00")
    assert worth("91", newer).pounds == D("23660.00")
    with pytest.raises(errors.NoValueForDate):
        worth("91", newer, dt.date(2026, 3, 31))


def test_values_of_one_basis_add_up() -> None:
    found = add_valuations([worth("1"), worth("2", steps=[keep("attribution", D("0.5"))])])
    assert (found.pence, found.gross_pence, found.pounds, found.may_export) == (3650, 5475, D("36.50"), True)
    assert found.bases == (("fx", "fx/2025.1", "nominal"),)


@pytest.mark.parametrize(
    "other",
    [
        replace(HOURS, pack="licensed"),
        replace(HOURS, framework="fx/2026.1"),
        replace(HOURS, kind="real", price_base="2020"),
    ],
)
def test_values_of_another_basis_are_not_added_without_a_label(other: ValueSeries) -> None:
    both = [worth("1"), worth("1", other)]
    with pytest.raises(errors.MixedPacks, match="different bases"):
        add_valuations(both)
    found = add_valuations(both, label="two releases together, for scale only")
    assert (found.pence, len(found.bases), found.label) == (3650, 2, "two releases together, for scale only")


def test_a_total_with_a_licensed_value_stays_here() -> None:
    licensed = replace(HOURS, may_export=False, licence="CC BY-NC-ND 4.0")
    assert add_valuations([worth("1", licensed), worth("1", licensed)]).may_export is False


def test_nothing_added_up_is_nothing() -> None:
    assert add_valuations([]).pence == 0


AMOUNTS = st.decimals(-(10**6), 10**6, places=3)
VALUES = st.decimals(0, 10**6, places=6)


@given(AMOUNTS, VALUES, st.decimals(0, 1, places=6))
def test_pence_is_the_plain_sum_rounded_once(amount: Decimal, value: Decimal, kept: Decimal) -> None:
    with localcontext(prec=60):
        expected = int((amount * value * kept * 100).quantize(D(1), ROUND_HALF_UP))
    with localcontext(prec=5):
        assert pence(amount, value, kept) == expected
    assert pence(-amount, value, kept) == -expected


@given(AMOUNTS, AMOUNTS, VALUES)
def test_parts_and_whole_differ_by_a_penny_at_most(a: Decimal, b: Decimal, value: Decimal) -> None:
    assert abs(pence(a, value) + pence(b, value) - pence(a + b, value)) <= 1


@given(st.decimals(0, 10**6, places=3), st.decimals(0, 1, places=3))
def test_value_quantity_and_the_fast_path_agree(amount: Decimal, kept: Decimal) -> None:
    found = worth(str(amount), steps=[keep("attribution", kept)])
    assert found.pence == pence(amount, D("18.25"), kept)
