"""A mapping sheet as lines of a book: amounts, totals over regions, pounds; and no line for what is blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commonweal.crosswalk.express import POUNDS, Delivery
from commonweal.crosswalk.sheet import NOT_ADDED, FilledSheet, adds_up, kpis
from commonweal.crosswalk.summary import Thing
from commonweal.figures import Book
from commonweal.reporting.build.tables import sum_line
from commonweal.reporting.model import Cell

TARGET, DELIVERED = "target", "delivered"
STATES = ((TARGET, "Target"), (DELIVERED, "Delivered"))
PLACED_NOWHERE = "not-placed"
UNKNOWN = "unknown"
"""The unit of a measure whose publisher names none."""

Where = tuple[str, str, str]
"""Item, state, region."""


@dataclass(frozen=True, slots=True)
class Total:
    """
    The line of a KPI's total and of its pounds, "" where there is none; `why` says why amounts make no total.

    `over` and `under` are part and whole of a percentage that was worked out from their sums.
    """

    line: str = ""
    pounds: str = ""
    why: str = ""
    over: str = ""
    under: str = ""


class RegionalFigures:
    """Enters a sheet into a book, each number once."""

    def __init__(self, sheet: FilledSheet, book: Book) -> None:
        self.sheet, self.book = sheet, book
        self.kpis = kpis(sheet.summary)
        self.lines: dict[Where, str] = {}
        self.pounds: dict[Where, str] = {}
        self.totals: dict[tuple[str, str], Total] = {}
        for thing in self.kpis:
            for state, word in STATES:
                self._enter(thing, state, word)

    @property
    def filled(self) -> tuple[Thing, ...]:
        """The KPIs of which anything is said."""
        return tuple(thing for thing in self.kpis if self.says(thing.id))

    def says(self, item_id: str) -> bool:
        """Whether anything is said of a KPI."""
        return any((item_id, state, region) in self.lines for state, _ in STATES for region, _ in self.sheet.places)

    def places_of(self, thing: Thing, state: str) -> list[str]:
        """Return the regions for which something is said, in their order."""
        return [region for region, _ in self.sheet.places if (thing.id, state, region) in self.lines]

    def total(self, thing: Thing, state: str) -> Total:
        return self.totals[(thing.id, state)]

    def cell(self, thing: Thing, state: str, region: str) -> Cell:
        """Return the cell of one amount; a dash where nothing is said."""
        return self._shown(self.lines.get((thing.id, state, region), ""), thing.unit)

    def total_cell(self, item_id: str, state: str) -> Cell:
        """Return the cell of a KPI's total, or why there is none."""
        found = self.totals[(item_id, state)]
        if found.why or not found.line:
            return Cell(text=found.why or "–")
        return self._shown(found.line, self.book[found.line].unit)

    def deliveries(self, state: str) -> list[Delivery]:
        """Return every KPI as it is told in other frameworks, also those of which nothing is said yet."""
        return [self._delivery(thing, state) for thing in self.kpis]

    def _shown(self, line: str, unit: str) -> Cell:
        shown = "%" if unit == "percent" else unit
        return Cell(self.book[line].value, figure=line, unit=shown) if line else Cell(text="–")

    def _delivery(self, thing: Thing, state: str) -> Delivery:
        total = self.total(thing, state)
        return Delivery(
            ref=thing.id,
            label=thing.code,
            measure=thing.id,
            unit=thing.unit,
            quantity=total.line,
            pounds=total.pounds,
            over=total.over,
            under=total.under,
            data=self.sheet.data.get(thing.id, {}),
            origin="the sheet",
        )

    def _enter(self, thing: Thing, state: str, word: str) -> None:
        for region, name in self.sheet.places:
            amount = getattr(self.sheet.amount(thing.id, region), state)
            if amount is not None:
                self._amount((thing.id, state, region), thing, f"{thing.code}, {word.lower()}, {name}", amount)
        self.totals[(thing.id, state)] = self._total(thing, state, word)

    def _amount(self, where: Where, thing: Thing, label: str, amount: Decimal) -> None:
        line = "/".join((where[0], where[1], where[2] or PLACED_NOWHERE))
        self.lines[where] = (
            self._made_up(line, label, where, thing.unit)
            or self._divided(line, label, where, thing)
            or self.book.fact(line, label, amount, thing.unit, origin="the sheet").id
        )
        price = self.sheet.prices.get(thing.id)
        if price is None:
            return
        value = f"{thing.id}/value"
        if value not in self.book:
            words = f"{thing.code}: pounds for one {thing.unit_words or thing.unit}"
            self.book.fact(value, words, price.pounds, f"{POUNDS}/{thing.unit}", origin=price.source)
        self.pounds[where] = self.book.figure(
            f"{line}/pounds", f"{label}, in pounds", POUNDS, "value", [line, value]
        ).id

    def _made_up(self, line: str, label: str, where: Where, unit: str) -> str:
        """Enter the records that an amount is made up of, and their sum; "" where it was filled in as it is."""
        words = label.partition(", ")[2]
        parts = [
            self.book.fact(f"{line}/{n}", f"{one.label}, {words}", one.amount, unit, origin=one.origin).id
            for n, one in enumerate(self.sheet.given.get(where, ()), start=1)
        ]
        return self.book.figure(line, label, unit, "sum", parts).id if parts else ""

    def _divided(self, line: str, label: str, where: Where, thing: Thing) -> str:
        """Enter part and whole of a percentage, and what they make; "" for what is none or was given without both."""
        amount = self.sheet.amount(where[0], where[2])
        part, of = getattr(amount, where[1]), amount.of(where[1])
        if not thing.ratio or not of:
            return ""
        facts = [
            self.book.fact(f"{line}/{name}", f"{label}: {name}", value, "count", origin="the sheet").id
            for name, value in (("part", part), ("whole", of))
        ]
        return self.book.figure(line, label, thing.unit, "percent", facts).id

    def _recomputed(self, stem: str, label: str, lines: Sequence[str], unit: str) -> Total:
        """Work the percentage of several regions out again from the sums of their parts and wholes."""
        sums = [
            self.book.figure(
                f"{stem}/{name}", f"{label}: {name}", "count", "sum", [f"{one}/{name}" for one in lines]
            ).id
            for name in ("part", "whole")
        ]
        return Total(self.book.figure(stem, label, unit, "percent", sums).id, over=sums[0], under=sums[1])

    def _total(self, thing: Thing, state: str, word: str) -> Total:
        places = self.places_of(thing, state)
        if not places:
            return Total()
        label, stem = f"{thing.code}, {word.lower()}, all regions", f"{thing.id}/{state}/all"
        pounds = sum_line(
            self.book,
            f"{stem}/pounds",
            f"{label}, in pounds",
            [self.pounds.get((thing.id, state, region), "") for region in places],
        )
        lines = [self.lines[(thing.id, state, region)] for region in places]
        if adds_up(thing):
            return Total(sum_line(self.book, stem, label, lines, thing.unit), pounds)
        if thing.ratio and all(f"{line}/whole" in self.book for line in lines):
            return replace(self._recomputed(stem, label, lines, thing.unit), pounds=pounds)
        if len(lines) == 1:
            return Total(lines[0], pounds)
        return Total(why=NOT_ADDED)

    def sum_pounds(self, line: str, label: str, lines: Sequence[str]) -> str:
        """Enter the sum of pounds of several KPIs; "" where there are none."""
        return sum_line(self.book, line, f"{label}, in pounds, of all KPIs with a value", lines)

    def unit_total(self, unit: str, state: str, region: str | None) -> str:
        """Enter the sum of the KPIs of a unit that add up, in one region or (None) in all; "" where nothing is said."""
        where = "all" if region is None else region or PLACED_NOWHERE
        label = f"All KPIs in {unit}, {state}, {'all regions' if region is None else where}"
        lines = [self._of(thing, state, region) for thing in self._members(unit)]
        return sum_line(self.book, f"unit/{unit}/{state}/{where}", label, lines, unit)

    def members(self, unit: str, region: str | None) -> int:
        """Return of how many KPIs of a unit anything is said in a region, or in any."""
        return sum(any(self._of(thing, state, region) for state, _ in STATES) for thing in self._members(unit))

    def units(self) -> tuple[Thing, ...]:
        """Return the first filled KPI of each unit in which amounts add up."""
        found: dict[str, Thing] = {}
        for thing in self.filled:
            if adds_up(thing) and thing.unit != UNKNOWN:
                found.setdefault(thing.unit, thing)
        return tuple(found.values())

    def _members(self, unit: str) -> list[Thing]:
        return [thing for thing in self.kpis if thing.unit == unit and adds_up(thing)]

    def _of(self, thing: Thing, state: str, region: str | None) -> str:
        if region is None:
            return self.total(thing, state).line
        return self.lines.get((thing.id, state, region), "")
