"""The data package at hand: series, unit costs, licences, calendars, discount rates."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import holidays
import pytest

from commonweal import errors, packs
from commonweal.catalogue import reference
from commonweal.catalogue.root import data_root

DIVISIONS = {"england-and-wales": "ENG", "scotland": "SCT", "northern-ireland": "NIR"}


def test_every_series_can_be_had_by_its_id() -> None:
    ids = packs.series_ids()
    assert len(ids) == len(set(ids)) > 700
    mixed = []
    for series_id in ids:
        try:
            assert packs.load_series(series_id).id == series_id
        except errors.MixedPacks:
            mixed.append(series_id)
    assert mixed == ["value/ucd-ss16.0"]


def test_a_series_is_read_once() -> None:
    assert packs.load_series("value/wellby") is packs.load_series("value/wellby")


def test_an_unknown_series_comes_with_those_that_look_like_it() -> None:
    with pytest.raises(errors.UnknownCode, match="Nearest: value/wellby") as caught:
        packs.load_series("value/welby")
    assert caught.value.nearest[0] == "value/wellby"


def test_a_file_must_be_called_after_its_id(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = data_root() / "values" / "wellbeing" / "wellby.yaml"
    path = tmp_path / "other.yaml"
    path.write_text(source.read_text(encoding="utf-8"), encoding="utf-8")
    monkeypatch.setattr(packs, "_value_files", lambda: {"value/other": path})
    monkeypatch.setattr(packs, "data_root", lambda: tmp_path)
    with pytest.raises(errors.BadPack, match=r"other.yaml holds value/wellby\. Name the file after the id: other"):
        packs.load_series("value/other")


@pytest.mark.parametrize(
    ("series_id", "on", "value"),
    [
        ("value/fx-2025.1-nt1", dt.date(2026, 6, 30), "30000"),
        ("value/fx-2026.1-nt1", dt.date(2026, 6, 30), "31000"),
        ("value/fx-2025.1-nt10", dt.date(2025, 4, 1), "250"),
        ("value/fx-2026.1-nt10", dt.date(2026, 4, 1), "260"),
        ("value/fx-2025.1-nt17", dt.date(2026, 4, 1), "17.50"),
        ("value/fx-2025.1-nt18", dt.date(2026, 4, 1), "0.60"),
        ("value/fx-2025.1-nt31", dt.date(2026, 4, 1), "240"),
        ("value/fx-2026.1-nt31", dt.date(2026, 4, 1), "255"),
        ("value/fx-2025.1-cl", dt.date(2026, 4, 1), "18000"),
        ("value/fx-2025.1-trn", dt.date(2026, 4, 1), "4000"),
        ("value/wellby", dt.date(2021, 9, 1), "13000"),
        ("value/carbon-2022-prices", dt.date(2026, 12, 31), "277.22"),
        ("value/carbon-2022-prices", dt.date(2027, 1, 1), "281.44"),
        ("value/carbon-2020-prices", dt.date(2021, 5, 1), "245"),
        ("value/minimum-wage-21-plus", dt.date(2026, 3, 31), "12.21"),
        ("value/minimum-wage-21-plus", dt.date(2026, 4, 1), "12.71"),
        ("value/casualty-fatal", dt.date(2026, 4, 1), "2652796"),
        ("value/crime-homicide", dt.date(2026, 4, 1), "3346680"),
        ("value/ucd-cr8.0-police", dt.date(2026, 4, 1), "227.92"),
    ],
)
def test_published_values(series_id: str, on: dt.date, value: str) -> None:
    assert packs.load_series(series_id).on(on).entry.value == Decimal(value)


@pytest.mark.parametrize(
    ("series_id", "on"),
    [
        ("value/wellby", dt.date(2020, 4, 1)),
        ("value/carbon-2022-prices", dt.date(2051, 1, 1)),
        ("value/carbon-2018-prices-legacy", dt.date(2031, 1, 1)),
        ("value/minimum-wage-apprentice", dt.date(2025, 4, 1)),
    ],
)
def test_outside_its_years_a_series_has_no_value(series_id: str, on: dt.date) -> None:
    with pytest.raises(errors.NoValueForDate):
        packs.load_series(series_id).on(on)


def test_local_earnings_answer_by_authority() -> None:
    series = packs.load_series("value/earnings-year-authority")
    assert series.on(dt.date(2026, 4, 1), [("authority", "E08000026")]).entry.value == Decimal(33063)
    assert series.on(dt.date(2026, 4, 1), [("authority", "E08000038")]).entry.note.endswith("E08000016")
    with pytest.raises(errors.NoValueForPlace):
        series.on(dt.date(2026, 4, 1), [("authority", "N09000003")])


def test_attributions_are_those_of_what_is_used() -> None:
    used = {key: packs.load_series(key) for key in ("value/wellby", "value/ucd-cr1.0", "value/carbon-2022-prices")}
    lines = packs.attributions(used)
    assert len(lines) == 2
    assert any("Unit Cost Database v1.4" in line for line in lines)
    assert any("Open Government Licence v3.0" in line for line in lines)
    assert packs.attributions({}) == ()


def test_licences_are_found_by_id() -> None:
    assert packs.licence("OGL-UK-3.0-ONS").attribution.startswith("Source: Office for National Statistics")
    assert not packs.licence("hact-values").may_ship
    with pytest.raises(errors.UnknownCode, match="no licence called 'OGL'"):
        packs.licence("OGL")


@pytest.mark.parametrize("division", DIVISIONS)
def test_bank_holidays_agree_with_an_independent_list(division: str) -> None:
    calendar = packs.calendar(division)
    assert (calendar.first_year, calendar.last_year) == (2015, 2028)
    independent = holidays.country_holidays("GB", subdiv=DIVISIONS[division], years=range(2015, 2029))
    weekdays = {day for day in independent if day.weekday() < 5}
    assert {day for day in calendar.holidays if day.weekday() < 5} == weekdays
    assert all(day.weekday() < 5 for day in calendar.holidays)


@pytest.mark.parametrize(
    ("division", "day", "title"),
    [
        ("england-and-wales", dt.date(2020, 5, 8), "Early May bank holiday"),
        ("england-and-wales", dt.date(2022, 6, 3), "Platinum Jubilee"),
        ("scotland", dt.date(2022, 9, 19), "State Funeral of Queen Elizabeth II"),
        ("northern-ireland", dt.date(2023, 5, 8), "Coronation of King Charles III"),
        ("scotland", dt.date(2026, 6, 15), "World Cup bank holiday"),
        ("northern-ireland", dt.date(2026, 7, 13), "Battle of the Boyne (Orangemen's Day)"),
    ],
)
def test_one_off_and_moved_days_are_there(division: str, day: dt.date, title: str) -> None:
    names = reference.read_holiday_names(data_root() / "calendars" / "bank-holidays.yaml")
    assert names[division][day] == title


def test_a_calendar_with_a_doubtful_day_or_an_empty_year_is_refused(tmp_path: Path) -> None:
    text = (data_root() / "calendars" / "bank-holidays.yaml").read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    for old, new in (('{"on": 2015-04-03', '{"on": 2015-01-01'), ('{"on": 2015-04-03', '{"on": 2014-04-03')):
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(errors.BadPack, match=r"of england-and-wales stands twice, or outside its years"):
            reference.read_calendars(path, name="x.yaml")
    path.write_text(text.replace("last_year: 2028", "last_year: 2029"), encoding="utf-8")
    with pytest.raises(errors.BadPack, match=r"x.yaml: england-and-wales has no bank holiday in 2029"):
        reference.read_calendars(path, name="x.yaml")


def test_an_unknown_division_is_refused() -> None:
    with pytest.raises(errors.UnknownCode, match="Nearest: england-and-wales"):
        packs.calendar("england")


def test_the_green_book_rates_follow_on_without_a_gap() -> None:
    schedule = packs.discount_schedule()
    assert [(b.first_year, b.last_year, b.rate) for b in schedule.bands] == [
        (0, 30, Decimal("0.035")),
        (31, 75, Decimal("0.03")),
        (76, 125, Decimal("0.025")),
        (126, 200, Decimal("0.02")),
        (201, 300, Decimal("0.015")),
        (301, None, Decimal("0.01")),
    ]
    assert packs.discount_schedule("health").bands[0].rate == Decimal("0.015")
    with pytest.raises(errors.UnknownCode, match="no discount schedule called 'steep'"):
        packs.discount_schedule("steep")


def test_a_schedule_with_a_gap_is_refused(tmp_path: Path) -> None:
    text = (data_root() / "values" / "discount" / "green-book.yaml").read_text(encoding="utf-8")
    path = tmp_path / "x.yaml"
    path.write_text(text.replace("first_year: 31", "first_year: 32"), encoding="utf-8")
    with pytest.raises(errors.BadPack, match=r"x.yaml: standard has no rate for year 31\."):
        reference.read_schedules(path, name="x.yaml")
    path.write_text(text.replace("first_year: 0, last_year: 30", "first_year: 0"), encoding="utf-8")
    with pytest.raises(errors.BadPack, match=r"standard has no rate after its last year\."):
        reference.read_schedules(path, name="x.yaml")


def test_midpoints_and_substitutes() -> None:
    assert packs.midpoints()["employment_and_skills"].deadweight == Decimal("0.2")
    assert len(packs.substitutes()) == 15
    carbon = next(s for s in packs.substitutes() if "value/carbon-2022-prices" in s.values)
    assert carbon.measures == ("national-toms/NT31", "national-toms/NT82")
