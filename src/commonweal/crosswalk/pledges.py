"""
Promises and deliveries stated at two levels: by a framework agreement, and by the call-offs under it.

What a call-off states counts within what its agreement states, unless it says that it is additional; so two reports
laid together count it once. Where the call-offs within an agreement come to more than the agreement states, they
count, since a statement about the whole cannot be less than its parts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import errors
from commonweal.figures import Book
from commonweal.quantities import Quantity

NOT_PLACED = ""
"""The place of what nobody has placed."""


@dataclass(frozen=True, slots=True)
class Stated:
    """
    What one contract states of one measure: `quantity` at `place`, in all or in one place.

    `agreement` is the reference of the framework agreement that the contract is a call-off of; `body` is who states it,
    and `ref` tells several statements of one contract apart. `line` is the line of the book that holds the quantity,
    where there is one already.
    """

    contract: str
    quantity: Quantity
    body: str = ""
    agreement: str = ""
    additional: bool = False
    place: str = NOT_PLACED
    origin: str = ""
    ref: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class AtPlace:
    """The line of one place's total, and what stands within it: body or contract, and the line of its part."""

    place: str
    line: str
    within: tuple[tuple[str, str], ...]


def together(book: Book, stated: Sequence[Stated], *, unit: str, label: str, stem: str) -> str:
    """
    Enter what all of them come to, each thing once, and return its line.

    An agreement that is not among them cannot hold its call-offs: these then count by themselves.

    :raises UnitMismatch: if something is stated in another unit than `unit`
    :raises BadSplit: if a contract is a call-off of itself, or of a call-off
    """
    _check(stated, unit)
    heads = {one.contract for one in stated if not one.agreement}
    lines = []
    for head in dict.fromkeys(one.contract for one in stated if one.contract in heads):
        own = [one for one in stated if one.contract == head]
        under = [one for one in stated if one.agreement == head and not one.additional]
        lines.append(_with_call_offs(book, own, under, unit, f"{stem}/{head}", f"{label}, {head}"))
    apart = [one for one in stated if one.agreement and (one.additional or one.agreement not in heads)]
    lines += [_fact(book, one, f"{stem}/apart", label) for one in apart]
    return book.figure(f"{stem}/together", label, unit, "sum", lines).id


def by_place(book: Book, stated: Sequence[Stated], *, unit: str, label: str, stem: str) -> tuple[list[AtPlace], str]:
    """
    Enter the same by place, and the sum of the places; what is not placed is a place of its own and comes last.

    Raises as `together`.
    """
    places = sorted({one.place for one in stated}, key=lambda place: (place == NOT_PLACED, place))
    rows = []
    for place in places:
        here = [one for one in stated if one.place == place]
        where, name = f"{stem}/{place or 'not-placed'}", f"{label}, {place or 'not placed'}"
        line = together(book, here, unit=unit, label=name, stem=where)
        rows.append(AtPlace(place, line, _within(here, where)))
    return rows, book.figure(f"{stem}/places", label, unit, "sum", [row.line for row in rows]).id


def rest_of_places(book: Book, whole: str, places: str, *, label: str, stem: str) -> str:
    """
    Enter what parts the sum of the places from the whole, and return its line; nothing where they agree.

    Above zero it was delivered at no place that is told. Below zero both levels state the same thing at two places, so
    that the places have it twice.
    """
    if book[whole].value == book[places].value:
        return ""
    return book.figure(f"{stem}/rest", f"{label}, not by place", book[whole].unit, "difference", [whole, places]).id


def _within(stated: Sequence[Stated], stem: str) -> tuple[tuple[str, str], ...]:
    heads = {one.contract for one in stated if not one.agreement}
    inside = [one for one in stated if one.agreement in heads and not one.additional]
    return tuple((one.body or one.contract, _line(one, f"{stem}/{one.agreement}")) for one in inside)


def _with_call_offs(
    book: Book, own: Sequence[Stated], under: Sequence[Stated], unit: str, stem: str, label: str
) -> str:
    mine = _sum(book, [_fact(book, one, stem, label) for one in own], unit, f"{stem}/stated", label)
    if not under:
        return mine
    parts = [_fact(book, one, stem, label) for one in under]
    theirs = _sum(book, parts, unit, f"{stem}/call-offs", f"{label}: call-offs within it")
    return book.figure(f"{stem}/whole", f"{label}, its call-offs within it", unit, "largest", [mine, theirs]).id


def _sum(book: Book, lines: Iterable[str], unit: str, line: str, label: str) -> str:
    return book.figure(line, label, unit, "sum", lines).id


def _line(one: Stated, stem: str) -> str:
    return one.line or "/".join(part for part in (stem, one.contract, one.ref, one.place, "given") if part)


def _fact(book: Book, one: Stated, stem: str, label: str) -> str:
    if one.line:
        return one.line
    said = f"{label}: stated by {one.contract}{', additional' if one.additional else ''}"
    return book.fact(_line(one, stem), said, one.quantity.amount, one.quantity.unit, origin=one.origin).id


def _check(stated: Sequence[Stated], unit: str) -> None:
    sum_of = Quantity(Decimal(0), unit)
    call_offs = {one.contract for one in stated if one.agreement}
    for one in stated:
        sum_of = sum_of + one.quantity  # refuses another unit
        if one.agreement in call_offs:
            raise errors.BadSplit(
                f"{one.contract} is a call-off of {one.agreement}, which is a call-off itself. Name the agreement."
            )
