"""Value files and the unit cost database: what is refused, what comes through."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.catalogue import units
from commonweal.catalogue.unit_costs import COLUMNS, load_unit_costs
from commonweal.catalogue.values import decimal, load_value_file

SERIES = """\
id: value/x
label: X
description: Test.
unit: GBP/hour
kind: nominal
cadence: yearly
verified: secondary
checked_on: 2026-11-01
licence: OGL-UK-3.0
entries:
  - {from: 2024-04-01, value: "6.40", source: a}
  - {from: 2025-04-01, value: "7.55", source: a, verified: true, low: "7", high: "8", parts: {fiscal: "7.55"}}
  - {from: 2024-04-01, place: E08000026, value: "9", source: a, status: withdrawn, note: Wrong}
sources:
  a: {title: A}
"""

HEAD = """\
id: unit-costs
label: Costs
description: Test.
table: costs.csv
licence: CC-BY-4.0-GMCA
publisher: P
verified: true
checked_on: 2026-11-01
definitions: {fiscal: f}
rules: [r]
quality: {G: good}
source: a
sources:
  a: {title: A}
"""
ROW = "value/ucd-a1.0,A1.0,crime,Cost,Per hour,hour,G,Police,10,2010/11,20,2010/11,30,2010/11,4,"


def refused(folder: Path, text: str) -> str:
    path = folder / "x.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(errors.BadPack) as caught:
        load_value_file(path, units=units())
    return str(caught.value)


def test_a_value_file_becomes_a_series(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(SERIES, encoding="utf-8")
    series = load_value_file(path, units=units(), name="x.yaml")
    first, second, third = series.entries
    assert (first.start, first.value, first.verified) == (dt.date(2024, 4, 1), Decimal("6.40"), False)
    assert (second.low, second.high, second.verified) == (Decimal(7), Decimal(8), True)
    assert second.parts == (("fiscal", Decimal("7.55")),)
    assert (third.place, third.status, third.note) == ("E08000026", "withdrawn", "Wrong")
    assert (series.pack, series.sources) == ("open", {"a": {"title": "A"}})
    assert series.on(dt.date(2025, 1, 1)).entry is first


def test_an_example_series_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(SERIES + "example: true\n", encoding="utf-8")
    assert load_value_file(path, units=units()).pack == "example"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"6.40"', "6.40", "x.yaml line 11: 6.40 is read by YAML as a float. Put it in quotes"),
        ('"6.40"', "6", "x.yaml line 11: entries.0.value in value/x: write the number in quotes"),
        ('"6.40"', '"6,400"', "x.yaml line 11: entries.0.value in value/x: write the number in quotes"),
        ('value: "6.40"', 'vaule: "6.40"', 'x.yaml line 11: property "value" is missing in value/x. Add it.'),
        ("unit: GBP/hour", "unit: GBP/furlong", "x.yaml line 4: GBP/furlong is no pounds per known unit."),
        ("kind: nominal", "kind: real", "x.yaml line 5: a real series has no price_base. Add the year of its prices."),
        ("source: a}", "source: b}", 'x.yaml line 11: entry 2024-04-01 cites the source "b", which is not listed.'),
        ("2025-04-01", "2023-04-01", "x.yaml line 12: 2023-04-01 does not come after 2024-04-01."),
        ("2025-04-01", "2026-04-01", "x.yaml line 12: there is no entry between 2024-04-01 and 2026-04-01."),
        ("id: value/x", "id: x", "x.yaml line 1: id in x: String should match pattern"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert message in refused(tmp_path, SERIES.replace(old, new, 1))


def test_a_gap_is_only_a_gap_in_a_yearly_series(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(SERIES.replace("2025-04-01", "2027-04-01").replace("yearly", "release"), encoding="utf-8")
    assert len(load_value_file(path, units=units()).entries) == 3


def test_cells_of_tables() -> None:
    assert (decimal("1.5"), decimal("")) == (Decimal("1.5"), None)
    with pytest.raises(errors.BadPack, match="'x' is not a number"):
        decimal("x")


def costs(folder: Path, *rows: str, columns: str = ",".join(COLUMNS)) -> Path:
    (folder / "costs.yaml").write_text(HEAD, encoding="utf-8")
    (folder / "costs.csv").write_text("\n".join([columns, *rows]) + "\n", encoding="utf-8")
    return folder / "costs.yaml"


def test_a_unit_cost_keeps_its_parts_apart(tmp_path: Path) -> None:
    found = load_unit_costs(costs(tmp_path, ROW), units=units())
    public = found.series("value/ucd-a1.0")
    assert (public.unit, public.kind, public.price_base) == ("GBP/hour", "real", "2010/11")
    (entry,) = public.entries
    assert entry.value == Decimal(56)
    assert entry.parts == (
        ("fiscal", Decimal(10)),
        ("economic", Decimal(20)),
        ("social", Decimal(30)),
        ("transfer", Decimal(-4)),
    )
    assert entry.start == dt.date(2010, 4, 1)
    assert found.series("value/ucd-a1.0-economic").entries[0].value == Decimal(20)
    assert found.by_id["value/ucd-a1.0"].part("social").price_year == "2010/11"


def test_parts_of_different_price_years_are_not_added(tmp_path: Path) -> None:
    row = ROW.replace("20,2010/11", "20,2008/09").replace(",4,", ",,")
    found = load_unit_costs(costs(tmp_path, row), units=units())
    with pytest.raises(errors.MixedPacks, match="fiscal in prices of 2010/11, economic in prices of 2008/09"):
        found.series("value/ucd-a1.0")
    assert found.series("value/ucd-a1.0-economic").price_base == "2008/09"


def test_without_a_transfer_the_parts_are_just_added(tmp_path: Path) -> None:
    found = load_unit_costs(costs(tmp_path, ROW.replace(",4,", ",,")), units=units())
    assert found.series("value/ucd-a1.0").entries[0].value == Decimal(60)


def test_unknown_unit_costs_and_parts(tmp_path: Path) -> None:
    found = load_unit_costs(costs(tmp_path, ROW.replace("30,2010/11", ",")), units=units())
    with pytest.raises(errors.UnknownCode, match="no unit cost called 'value/ucd-b'"):
        found.series("value/ucd-b")
    with pytest.raises(errors.UnknownCode, match=r"has no social part\. It has: fiscal, economic\."):
        found.series("value/ucd-a1.0-social")


def test_a_table_that_is_wrong_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.BadPack, match=r"costs.csv line 1: the columns must be id, code"):
        load_unit_costs(costs(tmp_path, ROW, columns="id,code"), units=units())
    with pytest.raises(errors.BadPack, match=r"costs.csv line 3: value/ucd-a1.0 stands twice"):
        load_unit_costs(costs(tmp_path, ROW, ROW), units=units())
    with pytest.raises(errors.BadPack, match=r"costs.csv line 2: value/ucd-a1.0 has an unknown unit or no value"):
        load_unit_costs(costs(tmp_path, ROW.replace(",hour,", ",furlong,")), units=units())
    with pytest.raises(errors.BadPack, match="has an unknown unit or no value"):
        load_unit_costs(costs(tmp_path, "value/ucd-a1.0,A1.0,crime,Cost,Per hour,hour,G,Police,,,,,,,,"), units=units())
