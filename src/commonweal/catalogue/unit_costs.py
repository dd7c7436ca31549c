"""
The unit cost database: fiscal, economic and social cost of one thing, kept apart, each with its own price year.

Source: Greater Manchester Combined Authority Research Team (New Economy), Unit Cost Database v1.4, March 2015.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.schema import CitationFile, Day, Text, Trust
from commonweal.catalogue.strict import Strict, load
from commonweal.catalogue.units import Units
from commonweal.catalogue.values import cited, decimal
from commonweal.series import Entry, ValueSeries, first_day_of

PARTS = ("fiscal", "economic", "social")
COLUMNS = (
    *("id", "code", "theme", "label", "per", "unit", "quality", "bearer"),
    *(name for part in PARTS for name in (part, f"{part}_year")),
    *("transfer", "note"),
)


class CollectionFile(Strict):
    """values/unit-costs/unit-costs.yaml: what holds for every row of the table beside it."""

    id: Text
    label: Text
    description: Text
    table: Text
    licence: Text
    publisher: Text
    verified: Trust
    verification: str = ""
    checked_on: Day
    definitions: dict[str, str]
    rules: tuple[Text, ...]
    quality: dict[str, str]
    source: Text
    sources: dict[str, CitationFile]
    note: str = ""


@dataclass(frozen=True, slots=True)
class CostPart:
    """One part of a unit cost, in pounds of `price_year`."""

    name: str
    value: Decimal
    price_year: str


@dataclass(frozen=True, slots=True)
class UnitCost:
    """
    One entry of the database; `code` is the publisher's, empty for the one entry that has none.

    `per` is the publisher's unit, `unit` ours. `transfer` is the share of the fiscal part that only moves money, to
    be taken off before parts are added for public value. `quality` is the publisher's mark: G, A or R.
    """

    id: str
    code: str
    theme: str
    label: str
    per: str
    unit: str
    quality: str
    bearer: str
    parts: tuple[CostPart, ...]
    transfer: Decimal | None = None
    note: str = ""

    def part(self, name: str) -> CostPart:
        """
        Return the part called `name`.

        :raises UnknownCode: if this entry does not have it
        """
        for part in self.parts:
            if part.name == name:
                return part
        names = [part.name for part in self.parts]
        raise errors.UnknownCode(f"{self.id} has no {name} part. It has: {', '.join(names)}.", names)


class UnitCosts:
    """The whole database, by id."""

    def __init__(self, head: CollectionFile, costs: Mapping[str, UnitCost]) -> None:
        self.head = head
        self.by_id = dict(costs)

    def series(self, series_id: str) -> ValueSeries:
        """
        Return one entry as a value series: "value/ucd-cr2.0" for the public value, "value/ucd-cr2.0-fiscal" for a part.

        The public value is the sum of the parts less the transfer; the entry keeps them apart in `parts`.

        :raises UnknownCode: if there is no such entry or part
        :raises MixedPacks: if the parts are in prices of different years and cannot be added
        """
        if series_id in self.by_id:
            cost = self.by_id[series_id]
            return self._series(cost, series_id, self._public(cost))
        cost_id, _, name = series_id.rpartition("-")
        if cost_id not in self.by_id:
            raise errors.UnknownCode(f"There is no unit cost called {series_id!r}. List them with `commonweal search`.")
        cost = self.by_id[cost_id]
        return self._series(cost, series_id, (cost.part(name),))

    def _public(self, cost: UnitCost) -> tuple[CostPart, ...]:
        years = {part.price_year for part in cost.parts}
        if len(years) > 1:
            parts = ", ".join(f"{part.name} in prices of {part.price_year}" for part in cost.parts)
            raise errors.MixedPacks(
                f"{cost.id} has {parts}; they cannot be added as they are. "
                f"Use one part, such as {cost.id}-{cost.parts[0].name}, and uprate it."
            )
        if cost.transfer is None:
            return cost.parts
        return (*cost.parts, CostPart("transfer", -cost.transfer, cost.parts[0].price_year))

    def _series(self, cost: UnitCost, series_id: str, parts: tuple[CostPart, ...]) -> ValueSeries:
        year = parts[0].price_year
        entry = Entry(
            start=first_day_of(year),
            value=sum((part.value for part in parts), Decimal(0)),
            source=self.head.source,
            verified=self.head.verified == "true",
            parts=tuple((part.name, part.value) for part in parts),
            note=cost.note,
        )
        return ValueSeries(
            id=series_id,
            label=cost.label,
            unit=f"GBP/{cost.unit}",
            kind="real",
            entries=(entry,),
            price_base=year,
            licence=self.head.licence,
            sources=cited(self.head.sources),
            cadence="once",
            checked_on=self.head.checked_on,
        )


def load_unit_costs(path: Path, *, units: Units, name: str = "") -> UnitCosts:
    """
    Read the database from its head file and the table that it names.

    :raises BadPack: if the head is refused, or naming the first row of the table that is wrong
    """
    head = load(path, CollectionFile, name=name)
    costs: dict[str, UnitCost] = {}
    with (path.parent / head.table).open(encoding="utf-8", newline="") as table:
        reader = csv.DictReader(table)
        if tuple(reader.fieldnames or ()) != COLUMNS:
            raise errors.BadPack(f"{head.table} line 1: the columns must be {', '.join(COLUMNS)}.")
        for row in reader:
            cost = _cost(row)
            where = f"{head.table} line {reader.line_num}: {cost.id}"
            if cost.id in costs:
                raise errors.BadPack(f"{where} stands twice. Give one of them another id.")
            if cost.unit not in units or not cost.parts:
                raise errors.BadPack(f"{where} has an unknown unit or no value. Correct the row.")
            costs[cost.id] = cost
    return UnitCosts(head, costs)


def _cost(row: Mapping[str, str]) -> UnitCost:
    values = {part: decimal(row[part]) for part in PARTS}
    return UnitCost(
        **{name: row[name] for name in ("id", "code", "theme", "label", "per", "unit", "quality", "bearer", "note")},
        parts=tuple(CostPart(part, value, row[f"{part}_year"]) for part, value in values.items() if value is not None),
        transfer=decimal(row["transfer"]),
    )
