"""Units by id and by what people write."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonweal import errors
from commonweal.catalogue import Unit, Units, units
from commonweal.catalogue.units import load_units

FILE = """\
id: units
label: Units
licence: own-wording
checked_on: 2026-11-01
units:
  - {id: hour, label: hour, plural: hours, symbol: h, dimension: time, synonyms: [hrs]}
  - {id: house, label: house, plural: houses, symbol: "", dimension: count, synonyms: [%s]}
sources: {}
"""


@pytest.mark.parametrize(
    ("written", "unit"),
    [
        ("hrs", "hour"),
        ("FTEs", "FTE"),
        ("tonnes CO2e", "tCO2e"),
        ("tCO₂e", "tCO2e"),
        ("£", "GBP"),
        (" No. people  FTE ", "FTE-year"),
        ("m²", "m2"),
        ("Weeks", "week"),
        ("FTE-year", "FTE-year"),
        ("person-hours", "person-hour"),
        ("%", "percent"),
    ],
)
def test_what_people_write_is_known(written: str, unit: str) -> None:
    assert units().canonical(written) == unit


@pytest.mark.parametrize("written", ["tonnes of carbon", "furlong", ""])
def test_what_is_not_plainly_a_unit_is_not_guessed(written: str) -> None:
    assert units().canonical(written) is None


def test_units_are_found_by_id() -> None:
    assert units()["kWh"].unece == "KWH"
    assert "kWh" in units()
    assert "kwh " not in units()
    assert len(units()) == len(list(units()))
    with pytest.raises(errors.UnknownCode, match=r"no unit called 'hous'\. Nearest: hour"):
        units()["hous"]


def test_a_misspelt_unit_comes_with_those_that_look_like_it() -> None:
    assert units().like("hrss")[0] == "hour"
    assert units().like("tonnes CO2ee")[0] == "tCO2e"
    assert units().like("qqqq") == []


def test_value_units_are_pounds_per_unit() -> None:
    assert units().is_value_unit("GBP/hour")
    assert not units().is_value_unit("GBP/furlong")
    assert not units().is_value_unit("hour")


def test_two_units_cannot_claim_one_word(tmp_path: Path) -> None:
    path = tmp_path / "units.yaml"
    path.write_text(FILE % "home", encoding="utf-8")
    assert isinstance(load_units(path, name="units.yaml"), Units)
    path.write_text(FILE % "HRS", encoding="utf-8")
    with pytest.raises(errors.BadPack, match=r"units.yaml: hour and house both claim the word 'hrs'\. Drop one\."):
        load_units(path, name="units.yaml")


def test_a_unit_needs_no_symbol() -> None:
    known = Units({"box": Unit("box", "box", "boxes", "", "count")})
    assert known.canonical("Boxes") == "box"
