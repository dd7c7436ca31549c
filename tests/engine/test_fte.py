"""Full-time equivalents: people, shares, hours, caps and the first twelve months."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.fte import Employment, fte_years, fte_years_of, session_hours, years_in
from commonweal.periods import Period, contract_quarters
from commonweal.quantities import Quantity

D = dt.date
ONE, HALF = Decimal(1), Decimal("0.5")
START = D(2026, 4, 1)
YEAR = Period(D(2026, 4, 1), D(2027, 3, 31))
SPRING = Period(D(2026, 4, 1), D(2026, 6, 30))


def job(person: str = "p", start: dt.date = START, share: Decimal = ONE, **more: object) -> Employment:
    return Employment(person, start, share=share, **more)  # type: ignore[arg-type]


def test_published_example_10_full_and_5_half_time_for_two_years() -> None:
    assert fte_years(full_time=10, part_time=[HALF] * 5, years=Decimal(2)) == Quantity(Decimal(25), "FTE-year")


def test_journey_2_twelve_people_for_four_years() -> None:
    assert fte_years(full_time=12, years=Decimal(4)) == Quantity(Decimal(48), "FTE-year")


def test_the_same_example_built_from_people() -> None:
    people = [job(f"full{n}") for n in range(10)] + [job(f"half{n}", share=HALF) for n in range(5)]
    found = fte_years_of(employments=people, period=Period(D(2026, 4, 1), D(2028, 3, 31)))
    assert found.total == Quantity(Decimal(25), "FTE-year")
    assert len(found.lines) == 30


def test_journey_4_eight_fte_in_a_quarter_are_two_fte_years() -> None:
    people = [job(f"p{n}") for n in range(8)]
    assert fte_years_of(employments=people, period=SPRING).total.amount == 2
    people[7] = job("p7", share=HALF)
    assert fte_years_of(employments=people, period=SPRING).total.amount == Decimal("1.875")


def test_thirty_five_hours_are_full_time_and_more_is_no_more() -> None:
    assert Employment("p", D(2026, 4, 1), weekly_hours=Decimal("17.5")).fte == HALF
    assert Employment("p", D(2026, 4, 1), weekly_hours=Decimal(35)).fte == 1
    assert Employment("p", D(2026, 4, 1), weekly_hours=Decimal(48)).fte == 1


def test_a_person_counts_once_however_many_jobs() -> None:
    found = fte_years_of(employments=[job(share=Decimal("0.7")), job(share=Decimal("0.7"))], period=YEAR)
    assert found.total.amount == 1
    assert [(line.capped, line.share_days) for line in found.lines] == [(True, Decimal("511.0"))]


def test_the_cap_holds_in_each_year_of_a_longer_period() -> None:
    jobs = [job(end=D(2027, 3, 31)), job(end=D(2027, 3, 31)), job(start=D(2027, 4, 1), share=HALF)]
    found = fte_years_of(employments=jobs, period=Period(D(2026, 4, 1), D(2028, 3, 31)))
    assert [(line.fte_years, line.capped) for line in found.lines] == [(1, True), (HALF, False)]


def test_people_without_a_token_are_counted_each() -> None:
    assert fte_years_of(employments=[job(""), job("")], period=YEAR).total.amount == 2


def test_only_days_inside_the_period_count() -> None:
    found = fte_years_of(employments=[job(start=D(2026, 6, 30)), job("q", end=D(2026, 4, 1))], period=SPRING)
    assert [(line.person, line.share_days, line.of_days) for line in found.lines] == [("p", 1, 91), ("q", 1, 91)]
    assert found.lines[0].fte_years == Decimal("0.002747")


def test_nobody_there_is_no_line() -> None:
    found = fte_years_of(employments=[job(start=D(2026, 7, 1))], period=SPRING)
    assert (found.total.amount, found.lines) == (0, ())


def test_only_the_first_twelve_months_count() -> None:
    jobs = [job(start=D(2025, 10, 1))]
    assert fte_years_of(employments=jobs, period=YEAR).total.amount == 1
    found = fte_years_of(employments=jobs, period=YEAR, first_months_only=12)
    assert found.lines[0].share_days == 183


def test_a_second_job_does_not_start_the_twelve_months_again() -> None:
    jobs = [job(start=D(2025, 4, 1), end=D(2026, 3, 31)), job(start=D(2026, 4, 1))]
    assert fte_years_of(employments=jobs, period=YEAR, first_months_only=12).lines == ()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"share": ONE, "weekly_hours": Decimal(35)},
        {"share": Decimal("1.1")},
        {"share": Decimal(0)},
        {"weekly_hours": Decimal(0)},
    ],
)
def test_impossible_jobs_are_refused(more: dict[str, Decimal]) -> None:
    with pytest.raises(errors.BadQuantity):
        Employment("p", D(2026, 4, 1), **more)  # type: ignore[arg-type]


def test_a_job_cannot_end_before_it_starts() -> None:
    with pytest.raises(errors.BadPeriod):
        job(end=D(2026, 3, 31))


@pytest.mark.parametrize(
    ("full_time", "part_time", "years"),
    [(-1, [], "1"), (1, [Decimal("1.5")], "1"), (1, [Decimal(0)], "1"), (1, [], "-1")],
)
def test_impossible_numbers_of_people_are_refused(full_time: int, part_time: list[Decimal], years: str) -> None:
    with pytest.raises(errors.BadQuantity):
        fte_years(full_time=full_time, part_time=part_time, years=Decimal(years))


def test_session_hours() -> None:
    assert session_hours(hours=Decimal("1.5"), attendees=20, sessions=3) == Quantity(Decimal(90), "hour")
    with pytest.raises(errors.BadQuantity):
        session_hours(hours=Decimal(1), attendees=-1)


@pytest.mark.parametrize(
    ("start", "end", "years"),
    [
        (D(2026, 4, 1), D(2026, 6, 30), "0.25"),
        (D(2026, 4, 1), D(2027, 3, 31), "1"),
        (D(2024, 2, 29), D(2025, 2, 27), "1"),
        (D(2026, 4, 16), D(2026, 7, 15), "0.25"),
        (D(2026, 4, 1), D(2026, 4, 15), "0.04166666666666666666666666667"),
        (D(2026, 4, 16), D(2026, 6, 30), "0.2083333333333333333333333333"),
    ],
)
def test_years_in(start: dt.date, end: dt.date, years: str) -> None:
    assert years_in(Period(start, end)) == Decimal(years)


@given(
    st.lists(
        st.builds(
            Employment,
            person=st.sampled_from("abc"),
            start=st.dates(D(2024, 1, 1), D(2029, 1, 1)),
            share=st.decimals("0.1", 1, places=2),
        ),
        max_size=8,
    ),
    st.dates(D(2025, 1, 1), D(2027, 1, 1)),
)
def test_nobody_counts_for_more_than_one_a_year(jobs: list[Employment], start: dt.date) -> None:
    period = contract_quarters(start, D(2030, 1, 1))[0]
    found = fte_years_of(employments=jobs, period=period)
    people = {employment.person for employment in jobs}
    assert found.total.amount <= len(people) * years_in(period) + Decimal("0.000001") * len(people)
    assert found.total.amount == sum(line.fte_years for line in found.lines)
