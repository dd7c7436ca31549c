"""
One delivery in another framework's terms: what can be converted, what is only related, and what has no counterpart.

Every number is a line of the caller's book, so that a report can open it. Nothing is counted twice, and what has no
counterpart has no line, which is not the same as zero.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from commonweal.catalogue import units
from commonweal.crosswalk.crosswalk import Crosswalk, Way
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.models import WHOLE, Datum, Likeness
from commonweal.crosswalk.shares import Choices, shares
from commonweal.figures import Book
from commonweal.quantities import ONE, plain

POUNDS = "GBP"


class Status(StrEnum):
    """What becomes of a delivery in another framework."""

    CONVERTED = "converted"
    RELATED = "related, not convertible"
    UNMAPPED = "no counterpart"


@dataclass(frozen=True, slots=True)
class Delivery:
    """
    What one KPI promised or delivered, as lines of a book: "" where nothing is there, and that is not zero.

    `measure` is a full id. A ratio's `over` and `under` are its numerator and denominator. `data` is what is known
    beside the quantity, by name; `on` is the day whose links count.
    """

    ref: str
    label: str
    measure: str
    unit: str
    quantity: str = ""
    pounds: str = ""
    over: str = ""
    under: str = ""
    data: Mapping[str, Decimal] = field(default_factory=dict)
    on: dt.date | None = None
    origin: str = ""


@dataclass(frozen=True, slots=True)
class Price:
    """Pounds per unit of a target measure, and where they are from."""

    pounds: Decimal
    source: str


Pricing = Callable[[Delivery, str], Price | None]
"""Returns the price of a target measure for a delivery, or None where there is none."""


PHRASES: Mapping[Likeness, str] = {
    Likeness.SAME: "the same as",
    Likeness.CLOSE: "close to",
    Likeness.NARROWER: "narrower than",
    Likeness.BROADER: "broader than",
    Likeness.RELATED: "related to",
}
"""A likeness as a sentence has it, from source to target."""


def no_price(_: Delivery, __: str) -> None:
    """Price nothing."""
    return


@dataclass(frozen=True, slots=True)
class Part:
    """
    One way of one delivery: lines of its quantity in the target's unit, its share of the delivery's own pounds, and
    what it is worth at the target's value. `words` say what it is where it is not converted.
    """

    delivery: Delivery
    way: Way
    target: Item
    status: Status
    quantity: str = ""
    pounds: str = ""
    priced: str = ""
    missing: Datum | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class Expressed:
    """A delivery with its parts. It is converted when every part is, and unmapped when there is none."""

    delivery: Delivery
    parts: tuple[Part, ...]
    reason: str = ""

    @property
    def status(self) -> Status:
        if not self.parts:
            return Status.UNMAPPED
        return Status.CONVERTED if all(part.status is Status.CONVERTED for part in self.parts) else Status.RELATED


def express(
    *,
    book: Book,
    crosswalk: Crosswalk,
    deliveries: Sequence[Delivery],
    to: str,
    stem: str,
    choices: Choices | None = None,
    price: Pricing = no_price,
) -> list[Expressed]:
    """
    Return each delivery in the terms of the release `to`, with its working entered in `book` under `stem`.

    Quantities are converted exactly; one that is divided by a datum is rounded once, half up, to six decimals. Pounds
    are those of the delivery, divided by shares in whole pence: the last part takes what is left, so that the parts
    make the whole.

    :raises ChoiceNeeded: if a delivery could be converted to several targets, and nothing says to which
    :raises BadSplit: if a choice cannot be used
    """
    return [_Expressing(book, crosswalk, to, stem, choices or {}, price).one(delivery) for delivery in deliveries]


class _Expressing:
    def __init__(self, book: Book, crosswalk: Crosswalk, to: str, stem: str, choices: Choices, price: Pricing) -> None:
        self.book, self.crosswalk, self.to, self.stem = book, crosswalk, to, stem
        self.choices, self.price = choices, price

    def one(self, delivery: Delivery) -> Expressed:
        known = delivery.measure in self.crosswalk.items
        if not known:
            return Expressed(delivery, (), "its measure belongs to no framework that is known here")
        ways = self.crosswalk.ways(delivery.measure, self.to, on=delivery.on)
        if not ways:
            release = delivery.measure.partition("/")[0]
            return Expressed(delivery, (), self.crosswalk.reason(delivery.measure, release, self.to))
        taken = shares(delivery.measure, self.to, ways, self.choices)
        parts: list[Part] = []
        for way, share in taken:
            pounds = self._pounds(delivery, way, share, parts, last=way is taken[-1][0])
            parts.append(self._part(delivery, way, share, pounds))
        return Expressed(delivery, tuple(parts))

    def _where(self, delivery: Delivery, way: Way) -> str:
        return f"{self.stem}/{delivery.ref}/{way.link.target}"

    def _pounds(self, delivery: Delivery, way: Way, share: int | None, before: list[Part], *, last: bool) -> str:
        if not delivery.pounds or share in (None, WHOLE):
            return delivery.pounds
        label = f"{delivery.label} as {way.link.target}: its part of the pounds"
        line = f"{self._where(delivery, way)}/pounds"
        if last:
            inputs = [delivery.pounds, *(part.pounds for part in before)]
            return self.book.figure(line, label, POUNDS, "remainder", inputs).id
        inputs = [delivery.pounds, *self._share(delivery, way, share or 0)]
        return self.book.figure(line, label, POUNDS, "penny_part_down", inputs).id

    def _share(self, delivery: Delivery, way: Way, share: int) -> list[str]:
        where = self._where(delivery, way)
        if f"{where}/share" not in self.book:
            said = str(way.link.origin) if way.link.weight == share else "chosen for this report"
            label = f"{delivery.label} as {way.link.target}: share in basis points"
            self.book.fact(f"{where}/share", label, Decimal(share), "basis points", origin=said)
        whole = f"{self.stem}/whole"
        if whole not in self.book:
            self.book.fact(
                whole, "A whole delivery in basis points", Decimal(WHOLE), "basis points", origin="definition"
            )
        return [f"{where}/share", whole]

    def _part(self, delivery: Delivery, way: Way, share: int | None, pounds: str) -> Part:
        target = self.crosswalk.items[way.link.target]
        missing = self._missing(delivery, way)
        if not way.converts or missing or not self._units_fit(delivery):
            words = self._words(delivery, target, way)
            return Part(delivery, way, target, Status.RELATED, pounds=pounds, missing=missing, words=words)
        quantity = self._quantity(delivery, way, target, share) if delivery.quantity else ""
        priced = self._priced(delivery, way, target, quantity) if quantity else ""
        return Part(delivery, way, target, Status.CONVERTED, quantity, pounds, priced)

    def _units_fit(self, delivery: Delivery) -> bool:
        return delivery.unit == self.crosswalk.items[delivery.measure].unit

    def _missing(self, delivery: Delivery, way: Way) -> Datum | None:
        datum = way.link.datum if way.converts else None
        if datum is None:
            return None
        known = delivery.data.get(datum.name)
        return None if known is not None and known > 0 else datum

    def _quantity(self, delivery: Delivery, way: Way, target: Item, share: int | None) -> str:
        where, link = self._where(delivery, way), way.link
        inputs = [self._taken(delivery, way, share), self._factor(delivery, way, target)]
        label = f"{delivery.label} as {target.id}"
        if link.datum is None:
            return self.book.figure(f"{where}/quantity", label, target.unit, "converted", inputs).id
        datum, name = link.datum, f"{where}/{link.datum.name}"
        self.book.fact(
            name, f"{delivery.label}: {datum.label}", delivery.data[datum.name], datum.unit, origin=delivery.origin
        )
        rule = "converted_per" if datum.divide else "converted"
        return self.book.figure(f"{where}/quantity", label, target.unit, rule, [*inputs, name]).id

    def _taken(self, delivery: Delivery, way: Way, share: int | None) -> str:
        if share in (None, WHOLE):
            return delivery.quantity
        label = f"{delivery.label}: the part that goes to {way.link.target}"
        inputs = [delivery.quantity, *self._share(delivery, way, share or 0)]
        return self.book.figure(f"{self._where(delivery, way)}/part", label, delivery.unit, "part", inputs).id

    def _factor(self, delivery: Delivery, way: Way, target: Item) -> str:
        link, line = way.link, f"{self.stem}/factor/{way.link.source}/{way.link.target}"
        if line not in self.book:
            label = f"{target.unit} for one {delivery.unit}, {link.source} to {link.target}"
            source = f"{link.relation}: {link.reason} ({link.author}; confirmed: {link.verified})"
            unit = f"{target.unit}/{delivery.unit}"
            self.book.fact(line, label, link.factor or ONE, unit, origin=str(link.origin), source=source)
        return line

    def _priced(self, delivery: Delivery, way: Way, target: Item, quantity: str) -> str:
        price = self.price(delivery, target.id)
        if price is None:
            return ""
        where = self._where(delivery, way)
        label = f"{delivery.label} as {target.id}"
        unit = f"{POUNDS}/{target.unit}"
        value = self.book.fact(f"{where}/value", f"{label}: value", price.pounds, unit, origin=price.source)
        return self.book.figure(f"{where}/priced", f"{label}, in its pounds", POUNDS, "value", [quantity, value.id]).id

    def _words(self, delivery: Delivery, target: Item, way: Way) -> str:
        amount = in_units(self.book[delivery.quantity].value, delivery.unit) if delivery.quantity else ""
        if not way.converts:
            said = f"{PHRASES[way.link.relation]} {target.code}, not convertible"
            return f"{amount}, {said}" if amount else said
        measure = self.crosswalk.items[delivery.measure]
        if not self._units_fit(delivery):
            what = amount or in_units(None, delivery.unit)
            return f"{what}, not convertible: {measure.code} is counted in {in_units(None, measure.unit)}"
        return f"{amount or in_units(None, delivery.unit)}, not convertible to {in_units(None, target.unit)}"


def in_units(amount: Decimal | None, unit: str) -> str:
    """Return "3 people", or "people" without an amount."""
    known = next((one for one in units() if one.id == unit), None)
    word = known.plural if known else unit
    if amount is None:
        return word
    if known and unit == POUNDS:
        return f"£{amount:,.2f}"
    whole, dot, rest = plain(amount).partition(".")
    return f"{int(whole):,}{dot}{rest} {known.label if known and amount == 1 else word}"
