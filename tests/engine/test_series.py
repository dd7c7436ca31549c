"""Values by date and place, and uprating."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.series import Entry, ValueSeries, first_day_of, uprate

D = dt.date
CITY = [("authority", "E08000026"), ("region", "E12000005"), ("nation", "E92000001")]


def entry(start: dt.date, value: str, **more: object) -> Entry:
    return Entry(start, Decimal(value), "any", **more)  # type: ignore[arg-type]


def series(*entries: Entry, **more: object) -> ValueSeries:
    kind = {"kind": "nominal", **more}
    return ValueSeries(id="value/any", label="Any", unit="GBP/hour", entries=entries, **kind)  # type: ignore[arg-type]


YEARS = series(entry(D(2025, 4, 1), "7.55"), entry(D(2024, 4, 1), "6.40"), entry(D(2026, 4, 1), "8.00"))


@pytest.mark.parametrize(
    ("day", "value"),
    [
        (D(2024, 4, 1), "6.40"),
        (D(2025, 3, 31), "6.40"),
        (D(2025, 4, 1), "7.55"),
        (D(2026, 3, 31), "7.55"),
        (D(2026, 4, 1), "8.00"),
        (D(2031, 1, 1), "8.00"),
    ],
)
def test_a_value_holds_until_the_next(day: dt.date, value: str) -> None:
    assert YEARS.on(day).entry.value == Decimal(value)


def test_before_the_first_entry_is_an_error() -> None:
    with pytest.raises(errors.NoValueForDate) as caught:
        YEARS.on(D(2024, 3, 31))
    assert str(caught.value) == (
        "value/any has no value on 2024-03-31: its first entry starts on 2024-04-01. "
        "Use a later date, or add the earlier entry with its source."
    )


def test_an_entry_that_ended_does_not_answer() -> None:
    found = series(entry(D(2024, 4, 1), "6", until=D(2025, 4, 1)))
    assert found.on(D(2025, 3, 31)).entry.value == 6
    with pytest.raises(errors.NoValueForDate, match="held until 2025-04-01"):
        found.on(D(2025, 4, 1))


def test_half_open_days() -> None:
    one = entry(D(2024, 4, 1), "6", until=D(2025, 4, 1))
    days = [D(2024, 3, 31), D(2024, 4, 1), D(2025, 3, 31), D(2025, 4, 1)]
    assert [one.in_force(day) for day in days] == [False, True, True, False]
    assert entry(D(2024, 4, 1), "6").in_force(D(2099, 1, 1))


def test_a_withdrawn_entry_never_answers() -> None:
    withdrawn = entry(D(2025, 4, 1), "99", status="withdrawn")
    assert series(entry(D(2024, 4, 1), "6"), withdrawn).on(D(2026, 1, 1)).entry.value == 6
    assert series(withdrawn, entry(D(2025, 4, 1), "7")).on(D(2026, 1, 1)).entry.value == 7
    with pytest.raises(errors.NoValueForPlace):
        series(withdrawn).on(D(2026, 1, 1))


PLACED = series(
    entry(D(2020, 1, 1), "10"),
    entry(D(2025, 1, 1), "11", place="E92000001", level="nation"),
    entry(D(2026, 1, 1), "12", place="E12000005", level="region"),
    entry(D(2024, 1, 1), "13", place="E08000026", level="authority"),
)


@pytest.mark.parametrize(
    ("day", "places", "value", "level", "place"),
    [
        (D(2026, 6, 1), CITY, "13", "authority", "E08000026"),
        (D(2026, 6, 1), CITY[::-1], "13", "authority", "E08000026"),
        (D(2026, 6, 1), [("project", "P1"), ("district", "D1"), *CITY], "13", "authority", "E08000026"),
        (D(2026, 6, 1), [("authority", "E08000025"), *CITY[1:]], "12", "region", "E12000005"),
        (D(2025, 6, 1), [("authority", "E08000025"), *CITY[1:]], "11", "nation", "E92000001"),
        (D(2023, 6, 1), CITY, "10", "nation", ""),
        (D(2026, 6, 1), [], "10", "nation", ""),
        (D(2026, 6, 1), [("authority", ""), ("region", "E12000005")], "12", "region", "E12000005"),
    ],
)
def test_the_narrowest_place_in_force_answers(
    day: dt.date, places: list[tuple[str, str]], value: str, level: str, place: str
) -> None:
    # The region's entry is newer than the authority's: each level is decided on its own dates.
    found = PLACED.on(day, places)
    assert (found.entry.value, found.level, found.place) == (Decimal(value), level, place)


def test_an_unknown_place_is_an_error() -> None:
    local = series(entry(D(2024, 1, 1), "13", place="E08000026"))
    with pytest.raises(errors.NoValueForPlace, match=r"no value for district X1.*has values for E08000026"):
        local.on(D(2026, 1, 1), [("district", "X1")])
    with pytest.raises(errors.NoValueForPlace, match="no value that holds everywhere"):
        local.on(D(2026, 1, 1))
    with pytest.raises(errors.NoValueForDate, match="starts on 2024-01-01"):
        local.on(D(2023, 1, 1), CITY)


def test_an_unknown_level_is_an_error() -> None:
    with pytest.raises(errors.UnknownCode, match="'parish'"):
        PLACED.on(D(2026, 1, 1), [("parish", "X1")])


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"kind": "roughly"}, "Write nominal or real"),
        ({"kind": "real"}, "no price base"),
    ],
)
def test_a_series_without_a_clear_basis_is_refused(more: dict[str, object], message: str) -> None:
    with pytest.raises(errors.BadPack, match=message):
        series(entry(D(2024, 1, 1), "1"), **more)


@pytest.mark.parametrize(("place", "words"), [("", "two values from 2024-01-01. Keep"), ("X1", "2024-01-01 for X1")])
def test_two_values_for_one_day_are_refused(place: str, words: str) -> None:
    with pytest.raises(errors.BadPack, match=words):
        series(entry(D(2024, 1, 1), "1", place=place), entry(D(2024, 1, 1), "2", place=place))


def test_an_entry_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(errors.BadPack, match="ends on 2024-01-01"):
        series(entry(D(2024, 1, 1), "1", until=D(2024, 1, 1)))


def test_series_can_be_keys() -> None:
    assert len({YEARS, replace(YEARS), replace(YEARS, pack="other")}) == 2


@given(st.permutations(list(YEARS.entries)), st.dates(D(2024, 4, 1), D(2030, 1, 1)))
def test_the_order_of_entries_does_not_matter(entries: list[Entry], day: dt.date) -> None:
    assert series(*entries).on(day) == YEARS.on(day)


# Different growth in each year, so that a neighbour's index would give another result.
DEFLATOR = ValueSeries(
    id="value/gdp-deflator",
    label="GDP deflator",
    unit="index",
    kind="nominal",
    entries=(
        entry(D(2012, 4, 1), "100"),
        entry(D(2013, 4, 1), "102"),
        entry(D(2014, 4, 1), "105"),
        entry(D(2015, 4, 1), "999", status="withdrawn"),
    ),
)


def test_uprate_keeps_its_working() -> None:
    found = uprate(amount=Decimal(200), from_year="2013/14", to_year="2014/15", deflator=DEFLATOR)
    assert found.value == Decimal("205.882353")
    assert (found.from_index, found.to_index, found.deflator) == (102, 105, "value/gdp-deflator")


def test_uprate_by_a_plain_table_of_calendar_years() -> None:
    table = {"2019": Decimal(80), "2024": Decimal(100)}
    found = uprate(amount=Decimal(13000), from_year="2019", to_year="2024", deflator=table, name="deflator/calendar")
    assert (found.value, found.deflator) == (Decimal(16250), "deflator/calendar")
    assert uprate(amount=Decimal(1), from_year="2024", to_year="2019", deflator=table).deflator == "the deflator"


@pytest.mark.parametrize("year", ["2011/12", "2015/16"])
def test_a_deflator_is_never_extended(year: str) -> None:
    with pytest.raises(errors.NoValueForDate, match=f"no index for {year}"):
        uprate(amount=Decimal(1), from_year="2012/13", to_year=year, deflator=DEFLATOR)


def test_years_of_two_sorts_are_refused() -> None:
    with pytest.raises(errors.BadPeriod, match="a financial and a calendar year"):
        uprate(amount=Decimal(1), from_year="2012/13", to_year="2014", deflator=DEFLATOR)


@pytest.mark.parametrize(
    ("year", "day"), [("2015", D(2015, 1, 1)), ("2015/16", D(2015, 4, 1)), ("1999/00", D(1999, 4, 1))]
)
def test_first_day_of(year: str, day: dt.date) -> None:
    assert first_day_of(year) == day


@pytest.mark.parametrize("year", ["15/16", "2015/17", "2015-16", "UNVERIFIED", ""])
def test_what_is_no_year_is_refused(year: str) -> None:
    with pytest.raises(errors.BadPeriod, match="is not a year"):
        first_day_of(year)
