"""Time limits to the day, and a body's own limits on measures and weights."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors, packs
from commonweal.periods import DAY
from commonweal.policy import bodies, law
from commonweal.policy.clocks import last_day, repeated
from commonweal.policy.measures import Chosen, Waiver, average_weighting, check_measures
from commonweal.policy.rules import AverageRule, Clock, MeasureLimits, MustHave, PolicyPack, Rule

DIVISIONS = ("england-and-wales", "scotland", "northern-ireland")
days = st.dates(dt.date(2024, 1, 1), dt.date(2035, 12, 31))


def rule(pack: PolicyPack, name: str) -> Rule:
    return next(one for one in pack.rules if one.id == name)


def clock(name: str) -> Clock:
    found = rule(law()["uk-procurement-act-2023"], name).effect.clock
    assert found is not None
    return found


class TestClocks:
    @pytest.mark.parametrize(
        ("name", "last"),
        [
            ("pa23-s53-notice", dt.date(2026, 4, 30)),
            ("pa23-s53-copy", dt.date(2026, 6, 29)),
            ("pa23-s53-notice-light-touch", dt.date(2026, 7, 29)),
            ("pa23-s53-copy-light-touch", dt.date(2026, 9, 27)),
            ("pa23-s71-breach", dt.date(2026, 4, 30)),
            ("pa23-s71-kpi", dt.date(2027, 3, 31)),
        ],
    )
    def test_the_first_day_counts(self, name: str, last: dt.date) -> None:
        assert last_day(clock(name), dt.date(2026, 4, 1)) == last

    def test_days_end_on_a_bank_holiday_too(self) -> None:
        # 30 days from 26 November 2026 end on Christmas Day: the law says days, so nothing rolls.
        assert last_day(clock("pa23-s53-notice"), dt.date(2026, 11, 26)) == dt.date(2026, 12, 25)

    def test_the_standstill_counts_working_days_of_the_whole_united_kingdom(self) -> None:
        calendars = [packs.calendar(division) for division in DIVISIONS]
        # 30 November 2026 (St Andrew's Day) is a bank holiday in Scotland alone, and still no working day.
        start = dt.date(2026, 11, 25)
        assert last_day(clock("pa23-s51"), start, calendars=calendars) == dt.date(2026, 12, 7)
        assert last_day(clock("pa23-s51"), start, calendars=calendars[:1]) == dt.date(2026, 12, 4)
        # Published on a Saturday: Monday is the first of the eight.
        assert last_day(clock("pa23-s51"), dt.date(2026, 9, 5), calendars=calendars) == dt.date(2026, 9, 16)

    def test_working_days_need_a_calendar(self) -> None:
        with pytest.raises(errors.BadPeriod, match="Give the calendars"):
            last_day(clock("pa23-s51"), dt.date(2026, 6, 6))

    @pytest.mark.parametrize(
        ("first", "last"),
        [
            (dt.date(2026, 4, 1), dt.date(2027, 3, 31)),
            (dt.date(2026, 3, 1), dt.date(2027, 2, 28)),
            (dt.date(2028, 2, 29), dt.date(2029, 2, 28)),
            (dt.date(2027, 2, 28), dt.date(2028, 2, 27)),
        ],
    )
    def test_twelve_months(self, first: dt.date, last: dt.date) -> None:
        assert last_day(Clock("x", months=12), first) == last

    @given(days, st.integers(1, 400))
    def test_a_period_of_days_holds_that_many(self, first: dt.date, count: int) -> None:
        assert (last_day(Clock("x", days=count), first) - first).days + 1 == count
        later = last_day(Clock("x", days=count), first + DAY)
        assert later == last_day(Clock("x", days=count), first) + DAY

    @given(days, st.integers(0, 4000))
    def test_years_follow_each_other_without_gap(self, first: dt.date, length: int) -> None:
        until = first + DAY * length
        found = repeated(clock("pa23-s71-kpi"), first, until)
        assert (found[0].start, found[-1].end) == (first, until)
        assert all(one.end + DAY == other.start for one, other in pairwise(found))
        assert all(365 <= one.days <= 366 for one in found[:-1])
        assert found[-1].days <= 366

    def test_a_limit_of_days_does_not_begin_anew(self) -> None:
        with pytest.raises(errors.BadPeriod, match="Only a time limit in months"):
            repeated(Clock("x", days=30), dt.date(2026, 4, 1), dt.date(2027, 4, 1))


def limits() -> MeasureLimits:
    found = rule(bodies()["northmere"], "nmc-measures").effect.measures
    assert found is not None
    return found


def chosen(*themes: str) -> list[Chosen]:
    return [Chosen(f"M{number}", frozenset({theme})) for number, theme in enumerate(themes)]


JOBS = "employment-and-skills"


class TestMeasures:
    def test_six_are_fine_and_seven_are_too_many(self) -> None:
        assert check_measures(chosen(JOBS, *["x"] * 5), limits()) == []
        (found,) = check_measures(chosen(JOBS, *["x"] * 6), limits())
        assert found.found == "7 measures are chosen; the limit is 6."
        assert found.mend == "Remove 1."

    def test_without_employment_and_skills_only_the_head_of_procurement_may_approve(self) -> None:
        without = chosen("x", "y")
        (found,) = check_measures(without, limits())
        assert found.code == "must_have_missing"
        assert "record the approval of the head of procurement" in found.mend
        assert check_measures(without, limits(), waivers=[Waiver(JOBS, "head of procurement", "too short")]) == []
        (other,) = check_measures(without, limits(), waivers=[Waiver(JOBS, "commissioner", "too short")])
        assert "by commissioner, does not set this aside" in other.found
        assert check_measures(without, limits(), waivers=[Waiver(JOBS, "head of procurement", " ")])
        assert check_measures(without, limits(), waivers=[Waiver("green", "head of procurement", "no")])

    def test_bradford_wants_it_in_writing(self) -> None:
        found = rule(bodies()["bradford"], "bradford-employment-and-skills").effect.measures
        assert found is not None
        assert "approval of the head of procurement in writing" in check_measures(chosen("x"), found)[0].mend

    def test_too_few_twice_and_a_must_have_that_nobody_may_waive(self) -> None:
        two = MeasureLimits(at_least=3)
        (few,) = check_measures(chosen("x", "y"), two)
        assert few.mend == "Add 1."
        (twice,) = check_measures([Chosen("A"), Chosen("A")], MeasureLimits())
        assert twice.found == "A is chosen twice."
        (bare,) = check_measures([], MeasureLimits(must_have=(MustHave("green"),)), waivers=[Waiver("green", "", "x")])
        assert bare.mend == "Add one of green."


def average() -> AverageRule:
    found = rule(bodies()["northmere"], "alder-average").effect.average
    assert found is not None
    return found


class TestAverage:
    def test_three_meet_it_and_a_fourth_takes_it_below(self) -> None:
        three = average_weighting([Decimal(15), Decimal(20), Decimal(25)], average())
        assert (three.shown, three.words, three.met, three.follows) == ("20.0%", "met", True, ())
        four = average_weighting([Decimal(15), Decimal(20), Decimal(25), Decimal(10)], average())
        assert (four.shown, four.words, four.met) == ("17.5%", "below 20%", False)
        assert four.follows == ("the officer gives a reason", "the item goes on the panel's list")

    def test_it_is_compared_unrounded(self) -> None:
        just_below = average_weighting([Decimal("19.99"), Decimal(20)], average())
        assert (just_below.shown, just_below.met) == ("20.0%", False)
        assert average_weighting([Decimal(10), Decimal(20), Decimal(30)], average()).met

    def test_nothing_and_nonsense_are_refused(self) -> None:
        with pytest.raises(errors.BadQuantity, match="no procurement to average"):
            average_weighting([], average())
        with pytest.raises(errors.BadQuantity, match="101% is not from 0 to 100"):
            average_weighting([Decimal(101)], average())

    @given(st.lists(st.decimals(0, 100, places=2), min_size=1, max_size=8))
    def test_it_lies_between_least_and_most(self, weights: list[Decimal]) -> None:
        found = average_weighting(weights, average())
        assert min(weights) - Decimal("0.000001") <= found.value <= max(weights) + Decimal("0.000001")
        assert found.met == (sum(weights) >= 20 * len(weights))
