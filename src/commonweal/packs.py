"""
The data package at hand: value series, unit costs, licences, calendars and discount rates, each read when asked for.

`value/...` ids name the file that holds them: value/wellby is values/wellbeing/wellby.yaml; ids that begin with
value/ucd- are rows of the unit cost database. What was read once is kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from commonweal import errors
from commonweal.calendars import Calendar
from commonweal.catalogue import reference
from commonweal.catalogue.nearest import nearest
from commonweal.catalogue.reference import DiscountSchedule, Licence, Midpoint, Substitute
from commonweal.catalogue.root import data_root
from commonweal.catalogue.unit_costs import UnitCosts, load_unit_costs
from commonweal.catalogue.units import units
from commonweal.catalogue.values import load_value_file
from commonweal.series import ValueSeries
from commonweal.valuepack import Pack, check_pack, import_pack, load_pack

__all__ = [
    "Pack",
    "attributions",
    "calendar",
    "check_pack",
    "data_root",
    "discount_schedule",
    "import_pack",
    "licence",
    "licences",
    "load_pack",
    "load_series",
    "midpoints",
    "series_ids",
    "substitutes",
    "unit_costs",
]

UNIT_COST = "value/ucd-"
NOT_SERIES = ("discount", "additionality", "unit-costs")


def series_ids() -> tuple[str, ...]:
    """Return the id of every value series of the data package, unit costs last; nothing but their list is read."""
    return (*_value_files(), *unit_costs().by_id)


@cache
def load_series(series_id: str) -> ValueSeries:
    """
    Return a value series of the data package.

    :raises UnknownCode: with the ids that look like it
    :raises BadPack: if its file is refused
    :raises MixedPacks: for a unit cost whose parts are in prices of different years
    """
    if series_id.startswith(UNIT_COST):
        return unit_costs().series(series_id)
    files = _value_files()
    if series_id not in files:
        raise nearest("value series", series_id, files)
    path = files[series_id]
    series = load_value_file(path, units=units(), name=_name(path))
    if series.id != series_id:
        raise errors.BadPack(f"{_name(path)} holds {series.id}. Name the file after the id: {path.stem}.")
    return series


@cache
def unit_costs() -> UnitCosts:
    """Return the unit cost database: 684 entries by id."""
    path = data_root() / "values" / "unit-costs" / "unit-costs.yaml"
    return load_unit_costs(path, units=units(), name=_name(path))


@cache
def licences() -> Mapping[str, Licence]:
    """Return every licence by id, those of values that are never shipped included."""
    path = data_root() / "licences" / "licences.yaml"
    return reference.read_licences(path, name=_name(path))


def licence(licence_id: str) -> Licence:
    """
    Return one licence.

    :raises UnknownCode: with the ids that look like it
    """
    if licence_id not in licences():
        raise nearest("licence", licence_id, licences())
    return licences()[licence_id]


def attributions(series: Mapping[str, ValueSeries]) -> tuple[str, ...]:
    """Return the attribution lines that the series in use call for, each once; a user's own pack has none here."""
    used = sorted({one.licence for one in series.values() if one.licence in licences()})
    return tuple(text for text in (licences()[key].attribution for key in used) if text)


@cache
def _calendars() -> Mapping[str, Calendar]:
    path = data_root() / "calendars" / "bank-holidays.yaml"
    return reference.read_calendars(path, name=_name(path))


def calendar(division: str = "england-and-wales") -> Calendar:
    """
    Return the bank holidays of a division: england-and-wales, scotland or northern-ireland.

    :raises UnknownCode: for any other name
    """
    if division not in _calendars():
        raise nearest("division", division, _calendars())
    return _calendars()[division]


@cache
def _schedules() -> Mapping[str, DiscountSchedule]:
    path = data_root() / "values" / "discount" / "green-book.yaml"
    return reference.read_schedules(path, name=_name(path))


def discount_schedule(schedule_id: str = "standard") -> DiscountSchedule:
    """
    Return the Green Book discount rates: standard, or health for its first 30 years.

    :raises UnknownCode: for any other name
    """
    if schedule_id not in _schedules():
        raise nearest("discount schedule", schedule_id, _schedules())
    return _schedules()[schedule_id]


@cache
def midpoints() -> Mapping[str, Midpoint]:
    """Return additionality midpoints by sector; of a third party, not official."""
    path = data_root() / "values" / "additionality" / "additionality.yaml"
    return reference.read_midpoints(path, name=_name(path))


@cache
def substitutes() -> tuple[Substitute, ...]:
    """Return the open values that may stand in for licensed ones."""
    path = data_root() / "values" / "substitutes.yaml"
    return reference.read_substitutes(path, name=_name(path))


@cache
def _value_files() -> Mapping[str, Path]:
    root = data_root() / "values"
    paths = sorted(path for path in root.glob("*/*.yaml") if path.parent.name not in NOT_SERIES)
    return {f"value/{path.stem}": path for path in paths}


def _name(path: Path) -> str:
    return path.relative_to(data_root()).as_posix()
