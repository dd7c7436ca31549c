"""The smaller files of the data package: licences, bank holidays, discount rates, additionality, substitutes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from pydantic import Field

from commonweal import errors
from commonweal.calendars import Calendar
from commonweal.catalogue.schema import CitationFile, Day, Text, Trust
from commonweal.catalogue.strict import Strict, load
from commonweal.catalogue.values import Amount


class LicenceFile(Strict):
    id: Text
    name: Text
    href: str = ""
    may_ship: bool
    condition: Text
    attribution: str
    verified: Trust
    applies_to: tuple[Text, ...]
    note: str = ""


class LicencesFile(Strict):
    """licences/licences.yaml"""

    id: Text
    label: Text
    checked_on: Day
    licences: tuple[LicenceFile, ...]


class HolidayFile(Strict):
    on: Day
    title: Text
    note: str = ""


class DivisionFile(Strict):
    id: Text
    holidays: tuple[HolidayFile, ...]


class CalendarFile(Strict):
    """calendars/bank-holidays.yaml"""

    id: Text
    label: Text
    publisher: Text
    licence: Text
    verified: Trust
    checked_on: Day
    first_year: int
    last_year: int
    note: str = ""
    divisions: tuple[DivisionFile, ...]
    sources: dict[str, CitationFile]


class BandFile(Strict):
    first_year: int
    last_year: int | None = None
    rate: Amount


class ScheduleFile(Strict):
    id: Text
    label: Text
    bands: tuple[BandFile, ...] = Field(min_length=1)
    source: Text
    note: str = ""


class DiscountFile(Strict):
    """values/discount/green-book.yaml"""

    id: Text
    label: Text
    publisher: Text
    licence: Text
    verified: Trust
    verification: str
    checked_on: Day
    schedules: tuple[ScheduleFile, ...]
    sources: dict[str, CitationFile]


class MidpointFile(Strict):
    sector: Text
    label: Text
    deadweight: Amount
    displacement: Amount
    leakage: Amount
    source: Text


class AdditionalityFile(Strict):
    """values/additionality/additionality.yaml"""

    id: Text
    label: Text
    publisher: Text
    licence: Text
    verified: Trust
    verification: str
    checked_on: Day
    formula: Text
    terms: dict[str, str]
    midpoints: tuple[MidpointFile, ...]
    sources: dict[str, CitationFile]


class SubstituteFile(Strict):
    activity: Text
    measures: tuple[Text, ...] = ()
    values: tuple[Text, ...]
    per: Text
    caution: str = ""


class SubstitutesFile(Strict):
    """values/substitutes.yaml"""

    id: Text
    label: Text
    licence: Text
    verified: Trust
    checked_on: Day
    note: str
    substitutes: tuple[SubstituteFile, ...]


class TableFile(Strict):
    file: Text
    label: Text
    licence: Text
    rows: int
    columns: tuple[Text, ...]
    key: tuple[Text, ...]
    verified: Trust
    note: str
    sources: tuple[Text, ...]


class TablesFile(Strict):
    """places/tables.yaml and codes/tables.yaml: what the CSV files beside them hold."""

    id: Text
    label: Text
    checked_on: Day
    tables: tuple[TableFile, ...]
    sources: dict[str, CitationFile]


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence with the attribution that a report prints; `may_ship` is false for values that are never shipped."""

    id: str
    name: str
    may_ship: bool
    condition: str
    attribution: str
    href: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Band:
    """A yearly discount rate for the steps into the years `first_year` to `last_year` (None: for ever)."""

    first_year: int
    last_year: int | None
    rate: Decimal


@dataclass(frozen=True, slots=True)
class DiscountSchedule:
    """Discount rates by years from the base year, with their source."""

    id: str
    label: str
    bands: tuple[Band, ...]
    source: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Midpoint:
    """Shares of the gross amount lost at each step, between 0 and 1. Third-party midpoints, not official figures."""

    sector: str
    label: str
    deadweight: Decimal
    displacement: Decimal
    leakage: Decimal


@dataclass(frozen=True, slots=True)
class Substitute:
    """Open value series that may stand in for a licensed value of `measures`, with the caution to print beside them."""

    activity: str
    measures: tuple[str, ...]
    values: tuple[str, ...]
    per: str
    caution: str = ""


def read_licences(path: Path, *, name: str = "") -> dict[str, Licence]:
    """Return licences by id. Raises BadPack as `load`."""
    file = load(path, LicencesFile, name=name)
    return {
        item.id: Licence(item.id, item.name, item.may_ship, item.condition, item.attribution, item.href, item.note)
        for item in file.licences
    }


def read_calendars(path: Path, *, name: str = "") -> dict[str, Calendar]:
    """
    Return the bank holidays by division.

    :raises BadPack: as `load`, or if a day stands twice or outside the years, or a year has none
    """
    file = load(path, CalendarFile, name=name)
    years = range(file.first_year, file.last_year + 1)
    found = {}
    for division in file.divisions:
        days = [holiday.on for holiday in division.holidays]
        for day in days:
            if day.year not in years or days.count(day) > 1:
                raise errors.BadPack(f"{name}: {day} of {division.id} stands twice, or outside its years. Correct it.")
        bare = sorted(set(years) - {day.year for day in days})
        if bare:
            raise errors.BadPack(f"{name}: {division.id} has no bank holiday in {bare[0]}. Add those of that year.")
        found[division.id] = Calendar(division.id, frozenset(days), file.first_year, file.last_year)
    return found


def read_holiday_names(path: Path, *, name: str = "") -> dict[str, Mapping[dt.date, str]]:
    """Return the name of each bank holiday, by division and day. Raises BadPack as `load`."""
    file = load(path, CalendarFile, name=name)
    return {division.id: {holiday.on: holiday.title for holiday in division.holidays} for division in file.divisions}


def read_schedules(path: Path, *, name: str = "") -> dict[str, DiscountSchedule]:
    """
    Return discount schedules by id.

    :raises BadPack: as `load`, or if the bands leave a gap between them
    """
    file = load(path, DiscountFile, name=name)
    found = {}
    for item in file.schedules:
        bands = tuple(Band(band.first_year, band.last_year, band.rate) for band in item.bands)
        expected: int | None = 0
        for band in bands:
            if band.first_year != expected:
                missing = "after its last year" if expected is None else f"for year {expected}"
                raise errors.BadPack(f"{name}: {item.id} has no rate {missing}. Let the bands follow on.")
            expected = None if band.last_year is None else band.last_year + 1
        found[item.id] = DiscountSchedule(item.id, item.label, bands, item.source, item.note)
    return found


def read_midpoints(path: Path, *, name: str = "") -> dict[str, Midpoint]:
    """Return additionality midpoints by sector. Raises BadPack as `load`."""
    file = load(path, AdditionalityFile, name=name)
    return {
        item.sector: Midpoint(item.sector, item.label, item.deadweight, item.displacement, item.leakage)
        for item in file.midpoints
    }


def read_substitutes(path: Path, *, name: str = "") -> tuple[Substitute, ...]:
    """Return the open substitutes for licensed values. Raises BadPack as `load`."""
    file = load(path, SubstitutesFile, name=name)
    return tuple(Substitute(i.activity, i.measures, i.values, i.per, i.caution) for i in file.substitutes)
