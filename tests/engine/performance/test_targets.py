"""Targets by period, due to date, re-profiles and scaled targets: journeys 4, 8 and 9."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.performance import (
    PeriodTarget,
    against_both,
    due_to_date,
    percent,
    reprofile,
    scale_targets,
    targets_by_period,
    total_of,
)
from commonweal.periods import Period, contract_quarters, contract_years, financial_quarters
from commonweal.portfolio import Profile

D = dt.date
QUARTERS = contract_quarters(D(2026, 4, 1), D(2030, 3, 31))
YEARS = contract_years(D(2026, 4, 1), D(2030, 3, 31))


def even(total: str, periods: list[Period] = QUARTERS) -> tuple[PeriodTarget, ...]:
    return targets_by_period(total=Decimal(total), periods=periods, profile=Profile.EVEN)


@pytest.mark.parametrize(
    ("total", "each"),
    [("32", "2.0"), ("208", "13"), ("1200", "75"), ("500000", "31250"), ("10", "0.625")],
)
def test_journey_4_even_targets(total: str, each: str) -> None:
    targets = even(total)
    assert [t.amount for t in targets] == [Decimal(each)] * 16
    assert due_to_date(targets=targets, as_at=D(2026, 6, 30)).amount == Decimal(each)
    assert due_to_date(targets=targets, as_at=D(2026, 6, 29)).amount == 0


def test_what_the_first_periods_make_together_is_right_to_half_a_step() -> None:
    targets = even("10", QUARTERS[:3])
    assert [t.amount for t in targets] == [Decimal("3.333333"), Decimal("3.333334"), Decimal("3.333333")]


def test_a_period_that_is_cut_off_owes_less() -> None:
    # 16 May to 30 June is a month and a half, the quarter after it three.
    periods = financial_quarters(D(2026, 5, 16), D(2026, 9, 30))
    assert [t.amount for t in even("9", periods)] == [3, 6]


def test_a_contract_that_ends_a_day_late_owes_a_day_more() -> None:
    # Registers often give 1 April as the last day: the odd day must not count as a whole quarter.
    quarters = contract_quarters(D(2026, 4, 1), D(2030, 4, 1))
    targets = even("32", quarters)
    assert len(targets) == 17
    assert Decimal("1.99") < targets[0].amount < 2
    assert targets[-1].amount < Decimal("0.03")
    assert total_of(targets) == 32


def test_an_s_curve_over_unequal_periods_follows_time() -> None:
    periods = financial_quarters(D(2026, 5, 16), D(2026, 9, 30))
    targets = targets_by_period(total=Decimal(27), periods=periods, profile=Profile.S_CURVE)
    # A third of the time: 3/9 - 2/27 = 7/27.
    assert [t.amount for t in targets] == [7, 20]


def test_a_milestone_is_due_on_its_day() -> None:
    targets = targets_by_period(
        total=Decimal(6), periods=YEARS, profile=Profile.MILESTONES, given={YEARS[0]: Decimal(2), YEARS[3]: Decimal(4)}
    )
    assert [t.amount for t in targets] == [2, 0, 0, 4]

    def due(day: dt.date) -> Decimal:
        return due_to_date(targets=targets, as_at=day, profile=Profile.MILESTONES, pro_rata=True).amount

    assert (due(D(2027, 3, 30)), due(D(2027, 3, 31)), due(D(2030, 3, 31))) == (0, 2, 6)


def test_steps_are_taken_as_given() -> None:
    given_steps = {YEARS[0]: Decimal(1), YEARS[1]: Decimal(2), YEARS[2]: Decimal(3), YEARS[3]: Decimal(4)}
    targets = targets_by_period(total=Decimal(10), periods=YEARS, profile=Profile.STEPPED, given=given_steps)
    assert due_to_date(targets=targets, as_at=D(2028, 3, 31)).amount == 3


def test_steps_must_be_the_total() -> None:
    with pytest.raises(errors.BadSplit, match="add up to 1, the whole-life target is 10"):
        targets_by_period(total=Decimal(10), periods=YEARS, profile=Profile.STEPPED, given={YEARS[0]: Decimal(1)})
    with pytest.raises(errors.BadSplit):
        targets_by_period(total=Decimal(10), periods=YEARS, profile=Profile.MILESTONES)


def test_steps_must_use_the_contracts_periods() -> None:
    with pytest.raises(errors.BadPeriod, match="1 April 2026 to 30 June 2026 belongs to no reporting period"):
        targets_by_period(total=Decimal(1), periods=YEARS, profile=Profile.STEPPED, given={QUARTERS[0]: Decimal(1)})


def test_s_curve_follows_its_formula() -> None:
    targets = targets_by_period(total=Decimal(100), periods=YEARS, profile=Profile.S_CURVE)
    # 3x^2 - 2x^3 at a quarter, a half and three quarters: 5/32, 1/2, 27/32.
    assert [t.amount for t in targets] == [Decimal("15.625"), Decimal("34.375"), Decimal("34.375"), Decimal("15.625")]


@given(
    st.decimals(0, 10**7, places=4),
    st.integers(1, 48),
    st.sampled_from([Profile.EVEN, Profile.S_CURVE]),
)
def test_targets_add_up_exactly(total: Decimal, count: int, profile: Profile) -> None:
    periods = contract_quarters(D(2020, 1, 31), D(2050, 1, 30))[:count]
    targets = targets_by_period(total=total, periods=periods, profile=profile)
    assert total_of(targets) == total
    assert due_to_date(targets=targets, as_at=periods[-1].end, profile=profile).amount == total
    assert due_to_date(targets=targets, as_at=D(2020, 1, 30), profile=profile).amount == 0


@given(st.dates(D(2026, 3, 1), D(2030, 5, 1)), st.dates(D(2026, 3, 1), D(2030, 5, 1)))
def test_what_is_due_never_falls(one: dt.date, other: dt.date) -> None:
    targets = even("1000")
    early, late = (due_to_date(targets=targets, as_at=d, pro_rata=True).amount for d in sorted((one, other)))
    assert 0 <= early <= late <= 1000


def test_pro_rata_keeps_the_working_of_the_running_period() -> None:
    due = due_to_date(targets=even("1456"), as_at=D(2026, 7, 23), pro_rata=True)
    assert due.part is not None
    assert (due.part.days, due.part.of_days, due.part.result) == (23, 92, Decimal("22.75"))
    assert due.amount == Decimal("113.75")
    assert [t.period for t in due.counted] == QUARTERS[:1]


def test_pro_rata_on_the_last_day_counts_the_period_once() -> None:
    due = due_to_date(targets=even("1456"), as_at=D(2026, 6, 30), pro_rata=True)
    assert (due.amount, due.part) == (Decimal(91), None)


def test_journey_8_reprofile_keeps_the_sum() -> None:
    change = reprofile(targets=even("225", QUARTERS[2:5]), amounts=[Decimal(25), Decimal(100), Decimal(100)])
    assert [t.amount for t in change.original] == [75, 75, 75]
    assert [t.amount for t in change.adjusted] == [25, 100, 100]
    assert [t.period for t in change.adjusted] == QUARTERS[2:5]
    assert change.total_before == change.total_after == 225


@pytest.mark.parametrize(
    ("amounts", "message"),
    [
        ([25, 100, 101], "add up to 226, the old ones to 225.*difference of 1"),
        ([25, 200], "3 periods need 3 amounts"),
        ([-25, 125, 125], "below zero"),
    ],
)
def test_reprofile_refuses_what_is_none(amounts: list[int], message: str) -> None:
    with pytest.raises(errors.BadSplit, match=message):
        reprofile(targets=even("225", QUARTERS[:3]), amounts=[Decimal(a) for a in amounts])


def test_journey_8_forty_hours_against_both_targets() -> None:
    found = against_both(delivered=Decimal(40), adjusted=Decimal(25), original=Decimal(75))
    assert (found.of_adjusted, found.of_original) == (Decimal(160), Decimal("53.33"))
    assert against_both(delivered=Decimal(40), adjusted=Decimal(0), original=Decimal(75)).of_adjusted is None


@pytest.mark.parametrize(
    ("total", "per_year", "after", "grand"),
    [("500000", "125000", "156250", "562500"), ("32", "8", "10", "36")],
)
def test_journey_9_scaled_targets(total: str, per_year: str, after: str, grand: str) -> None:
    change = scale_targets(
        targets=even(total, YEARS), old=Decimal(600_000), new=Decimal(750_000), effective=D(2028, 4, 1)
    )
    assert [t.amount for t in change.original] == [Decimal(per_year)] * 4
    assert [t.amount for t in change.adjusted] == [Decimal(per_year)] * 2 + [Decimal(after)] * 2
    assert (change.total_before, change.total_after) == (Decimal(total), Decimal(grand))


def test_a_change_inside_a_period_scales_its_later_days_only() -> None:
    change = scale_targets(targets=even("91", QUARTERS[:1]), old=Decimal(2), new=Decimal(3), effective=D(2026, 6, 30))
    assert change.total_after == Decimal("91.5")


@pytest.mark.parametrize(("old", "new"), [(0, 1), (-1, 1), (1, -1)])
def test_scaling_needs_real_values(old: int, new: int) -> None:
    with pytest.raises(errors.BadSplit, match="cannot be scaled"):
        scale_targets(targets=even("1"), old=Decimal(old), new=Decimal(new), effective=D(2026, 6, 30))


def test_percent() -> None:
    assert percent(Decimal("1.875"), Decimal(2)) == Decimal("93.75")
    assert percent(Decimal(1), Decimal(0)) is None
    assert percent(Decimal("0.00005"), Decimal(1)) == Decimal("0.01")
