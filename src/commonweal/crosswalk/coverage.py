"""How much of a set of deliveries another framework covers, by count and by value, and what its targets add up to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal.crosswalk.express import POUNDS, Expressed, Part, Status
from commonweal.crosswalk.items import Item
from commonweal.figures import Book
from commonweal.portfolio import Aggregation

ADDED = (Aggregation.SUM, Aggregation.DISTINCT)


@dataclass(frozen=True, slots=True)
class Coverage:
    """
    Lines of a coverage: how many deliveries there are, are converted, are only related, and are unmapped; the same of
    their pounds; and percentages. `related_percent` counts the converted ones in. "" where there is nothing to count.
    """

    all: str
    converted: str
    related: str
    unmapped: str
    converted_percent: str
    related_percent: str
    pounds: str
    converted_pounds: str
    related_pounds: str
    unmapped_pounds: str
    converted_pounds_percent: str
    related_pounds_percent: str
    named: tuple[Expressed, ...]


@dataclass(frozen=True, slots=True)
class TargetTotal:
    """What the deliveries make of one target: lines of quantity, of their own pounds, and of pounds at its value."""

    target: Item
    parts: tuple[Part, ...]
    quantity: str
    pounds: str
    priced: str

    @property
    def told(self) -> str:
        """The line of the total, or where nothing is added up that of the only part; "" where there are several."""
        return self.quantity or (self.parts[0].quantity if len(self.parts) == 1 else "")


def coverage(book: Book, expressed: Sequence[Expressed], *, stem: str) -> Coverage:
    """
    Enter how many deliveries, and how many of their pounds, are converted, related and unmapped.

    Converted, related and unmapped always make the whole, in count and in pence.
    """
    made = _Coverage(book, stem)
    counts = {status: made.count(status, expressed) for status in Status}
    whole = made.total("all", "deliveries", "count", counts.values())
    money = made.money(expressed)
    pounds = made.total("pounds", "pounds of all deliveries", POUNDS, money.values())
    related = [counts[Status.CONVERTED], counts[Status.RELATED]]
    related_money = [money[status] for status in (Status.CONVERTED, Status.RELATED)]
    return Coverage(
        all=whole,
        converted=counts[Status.CONVERTED],
        related=counts[Status.RELATED],
        unmapped=counts[Status.UNMAPPED],
        converted_percent=made.percent("converted/percent", related[:1], whole),
        related_percent=made.percent("related/percent", related, whole),
        pounds=pounds,
        converted_pounds=money[Status.CONVERTED],
        related_pounds=money[Status.RELATED],
        unmapped_pounds=money[Status.UNMAPPED],
        converted_pounds_percent=made.percent("converted/pounds/percent", related_money[:1], pounds),
        related_pounds_percent=made.percent("related/pounds/percent", related_money, pounds),
        named=tuple(one for one in expressed if one.status is Status.UNMAPPED),
    )


class _Coverage:
    def __init__(self, book: Book, stem: str) -> None:
        self.book, self.stem = book, stem

    def count(self, status: Status, expressed: Iterable[Expressed]) -> str:
        inputs = [self._one(one) for one in expressed if one.status is status]
        return self.book.figure(f"{self.stem}/{key(status)}", f"Deliveries: {status}", "count", "sum", inputs).id

    def _one(self, one: Expressed) -> str:
        line = f"{self.stem}/counted/{one.delivery.ref}"
        self.book.fact(line, f"{one.delivery.label} counts as one", Decimal(1), "count", origin=one.delivery.origin)
        return line

    def money(self, expressed: Sequence[Expressed]) -> dict[Status, str]:
        """Enter the pounds of each status: of a delivery that is converted in part, each part with its own pounds."""
        inputs: dict[Status, list[str]] = {status: [] for status in Status}
        for one in expressed:
            shared = [part for part in one.parts if part.pounds != one.delivery.pounds]
            if shared:
                for part in shared:
                    inputs[part.status].append(part.pounds)
            elif one.delivery.pounds:
                inputs[one.status].append(one.delivery.pounds)
        return {
            status: self.total(f"{key(status)}/pounds", f"pounds: {status}", POUNDS, lines)
            for status, lines in inputs.items()
        }

    def total(self, name: str, label: str, unit: str, lines: Iterable[str]) -> str:
        return self.book.figure(f"{self.stem}/{name}", f"Coverage, {label}", unit, "sum", lines).id

    def percent(self, name: str, parts: Sequence[str], whole: str) -> str:
        if not self.book[whole].value:
            return ""
        part = parts[0]
        if len(parts) > 1:
            unit = self.book[part].unit
            part = self.total(f"{name}/of", "converted and related together", unit, parts)
        label = f"Coverage, percentage of {self.book[whole].unit}"
        return self.book.figure(f"{self.stem}/{name}", label, "percent", "percent", [part, whole]).id


def key(status: Status) -> str:
    """Return a status as a part of a line's name."""
    return status.name.lower()


def by_target(book: Book, expressed: Sequence[Expressed], *, stem: str) -> list[TargetTotal]:
    """
    Enter what the converted parts make of each target, in the order in which the targets were first reached.

    Quantities are added as the target's measure adds up over contracts: summed, or a percentage worked out again from
    numerators and denominators; where it does neither, there is no total.
    """
    groups: dict[str, list[Part]] = {}
    for part in (part for one in expressed for part in one.parts if part.status is Status.CONVERTED):
        groups.setdefault(part.target.id, []).append(part)
    return [_total(book, f"{stem}/total/{target}", parts) for target, parts in groups.items()]


def _total(book: Book, stem: str, parts: Sequence[Part]) -> TargetTotal:
    target = parts[0].target
    pounds = _sum(book, f"{stem}/pounds", f"{target.id}: pounds of the deliveries", POUNDS, [p.pounds for p in parts])
    priced = _sum(book, f"{stem}/priced", f"{target.id}: at its own value", POUNDS, [p.priced for p in parts])
    return TargetTotal(target, tuple(parts), _quantity(book, f"{stem}/quantity", target, parts), pounds, priced)


def _quantity(book: Book, line: str, target: Item, parts: Sequence[Part]) -> str:
    label = f"{target.id}: all deliveries"
    if target.ratio:
        there = [part.delivery for part in parts if part.delivery.over]
        over = _sum(book, f"{line}/over", f"{label}, numerators", "count", [delivery.over for delivery in there])
        under = _sum(book, f"{line}/under", f"{label}, denominators", "count", [delivery.under for delivery in there])
        return book.figure(line, label, target.unit, "percent", [over, under]).id if there else ""
    if target.over_contracts in ADDED or len(parts) == 1:
        return _sum(book, line, label, target.unit, [part.quantity for part in parts])
    return ""


def _sum(book: Book, line: str, label: str, unit: str, lines: Iterable[str]) -> str:
    inputs = [one for one in lines if one]
    return book.figure(line, label, unit, "sum", inputs).id if inputs else ""
