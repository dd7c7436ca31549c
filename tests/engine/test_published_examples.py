"""Published examples, kept as data in commonweal_data/examples: one test over every case."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from importlib import resources
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml

from commonweal import packs
from commonweal.fte import fte_years
from commonweal.quantities import Quantity, to_pounds
from commonweal.series import uprate
from commonweal.valuation import value_quantity

DATA = Path(str(resources.files("commonweal_data")))
FILES = sorted((DATA / "examples").glob("*.yaml"))
FIELDS = {"id", "computes", "series", "deflator", "to_year", "unit", "tolerance", "source", "cases"}
Case = dict[str, Any]


@cache
def read(path: Path) -> Case:
    return dict(yaml.load(path.read_text("utf-8"), Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))


def valued(book: Case, case: Case) -> dict[str, Decimal]:
    quantity = Quantity(Decimal(case["inputs"]["amount"]), book["unit"])
    found = value_quantity(quantity=quantity, series=packs.load_series(book["series"]), on=case["on"])
    results = {"expected": found.pounds}
    if found.low_pence is not None and found.high_pence is not None:
        results |= {"low": to_pounds(found.low_pence), "high": to_pounds(found.high_pence)}
    return results


def full_time(book: Case, case: Case) -> dict[str, Decimal]:
    inputs = case["inputs"]
    shares = [Decimal(share) for share in inputs["part_time"]]
    found = fte_years(full_time=inputs["full_time"], part_time=shares, years=Decimal(inputs["years"]))
    assert found.unit == book["unit"]
    return {"expected": found.amount}


def uprated(book: Case, case: Case) -> dict[str, Decimal]:
    inputs = case["inputs"]
    found = uprate(
        amount=Decimal(inputs["amount"]),
        from_year=inputs["from_year"],
        to_year=book["to_year"],
        deflator=packs.load_series(book["deflator"]),
    )
    return {"expected": found.value}


COMPUTES: dict[str, Callable[[Case, Case], dict[str, Decimal]]] = {
    "value_quantity": valued,
    "fte_years": full_time,
    "uprate": uprated,
}


def cases() -> Iterator[Any]:
    for path in FILES:
        for case in read(path)["cases"]:
            yield pytest.param(path, case, id=f"{path.stem}: {case['name']}")


@pytest.mark.parametrize(("path", "case"), list(cases()))
def test_published_example(path: Path, case: Case) -> None:
    book = read(path)
    found = COMPUTES[book["computes"]](book, case)
    for name in ("expected", "low", "high"):
        if name in case:
            assert abs(found[name] - Decimal(case[name])) <= Decimal(book["tolerance"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_of_examples_is_whole(path: Path) -> None:
    book = read(path)
    assert set(book) <= FIELDS
    assert book["id"] == f"example/{path.stem}"
    assert book["source"]
    assert Decimal(book["tolerance"]) >= 0
    names = [case["name"] for case in book["cases"]]
    assert len(set(names)) == len(names) > 0
    for case in book["cases"]:
        assert set(case) <= {"name", "on", "inputs", "expected", "low", "high"}
        assert type(case["on"]) is dt.date
        assert isinstance(case["expected"], str), "quote numbers, or YAML makes them floats"


def test_every_value_of_the_unit_cost_database_is_an_example() -> None:
    lines = (DATA / "values" / "unit-costs" / "unit-costs.csv").read_text("utf-8").splitlines()
    assert len(lines) - 1 == 684
    named = {case["name"].split(" ")[0] for case in read(DATA / "examples" / "unit-costs-2015-16.yaml")["cases"]}
    assert named == {line.split(",")[0] for line in lines[1:]}


def test_the_index_of_the_unit_cost_database_agrees_with_its_yearly_changes() -> None:
    # The workbook prints both: the index, and the change on the year before from which it was chained.
    entries = read(DATA / "values" / "deflators" / "gdp-deflator-budget-2015.yaml")["entries"]
    for before, entry in pairwise(entries):
        change = Decimal(entry["note"].split("; ")[1].split(" ")[0])
        grown = Decimal(before["value"]) * (1 + change / 100)
        assert abs(grown - Decimal(entry["value"])) <= Decimal("0.00001"), entry["note"]
