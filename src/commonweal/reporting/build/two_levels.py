"""Framework agreements and their call-offs: what was promised and delivered at both levels, each thing once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from commonweal.crosswalk.pledges import NOT_PLACED, AtPlace, Stated, by_place, rest_of_places, together
from commonweal.figures import Book
from commonweal.ledger import Account, Slot
from commonweal.portfolio import Aggregation, Kind
from commonweal.quantities import Quantity, plain
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.standing import Standing
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Section, Show, Table

STEM = "levels"
VERIFIED = Account.VERIFIED.value
ADDED = (Aggregation.SUM, Aggregation.DISTINCT)
WORDS = (
    "What a call-off promises or delivers counts within what its framework agreement states, unless the contract says "
    "that it is additional. Here, and in every total of this report, each thing counts once; the table of contracts "
    "shows both levels.",
)

NOT_SAID = "not placed"
NOT_TOLD = "not told by place"
TWICE = "less what both levels state at two places"
"""Rows of a table by place: what nobody has placed, and what parts the places from the whole."""

Group = tuple[str, str]


def two_levels_sections(assembly: Assembly) -> list[Section]:
    """Return the section on agreements and call-offs, or nothing where no contract with KPIs is a call-off."""
    groups = _groups(assembly.standings)
    if not groups:
        return []
    places: list[Row] = []
    rows = []
    for group, members in groups.items():
        rows.append(_row(assembly, group, members))
        places += _places(assembly, group, members)
    columns = (
        Column("measure", "Measure"),
        Column("unit", "Unit"),
        Column("contracts", "Agreements and call-offs"),
        Column(PROMISED, "Promised together", Show.QUANTITY),
        Column(VERIFIED, "Verified together", Show.QUANTITY),
    )
    blocks: list[Block] = [
        Prose(WORDS),
        Table("two-levels", "Both levels together, each thing once", columns, tuple(rows)),
    ]
    tables = [Table("two-levels-places", "Verified by place", PLACES, tuple(places))] if places else []
    return [Section("two-levels", "Framework agreements and their call-offs", (*blocks, *tables), page_break=True)]


PLACES = (
    Column("measure", "Measure"),
    Column("place", "Place"),
    Column(VERIFIED, "Verified together", Show.QUANTITY),
    Column("within", "Of which stated by call-offs within"),
)


def _groups(standings: Sequence[Standing]) -> dict[Group, list[Standing]]:
    """Return the KPIs of agreements and call-offs by measure and unit, where they add up over contracts."""
    agreements = {standing.contract.call_off_of for standing in standings} - {""}
    found: dict[Group, list[Standing]] = {}
    for standing in standings:
        contract, kpi = standing.contract, standing.kpi
        takes_part = contract.call_off_of or contract.ref in agreements
        if takes_part and kpi.over_contracts in ADDED and kpi.kind is not Kind.RATIO:
            found.setdefault((kpi.measure or kpi.ref, kpi.unit), []).append(standing)
    return found


def _row(assembly: Assembly, group: Group, members: Sequence[Standing]) -> Row:
    measure, unit = group
    book = assembly.book
    cells = []
    for state in (PROMISED, VERIFIED):
        stated = [_stated(book, one, one.quantity[state]) for one in members if state in one.quantity]
        stem = f"{STEM}/{slug(f'{measure} {unit}')}/{state}"
        line = together(book, stated, unit=unit, label=f"{measure} {state}", stem=stem) if stated else ""
        cells.append(figure_cell(book, line, unit=unit))
    names = ", ".join(dict.fromkeys(one.contract.ref for one in members))
    return Row((Cell(measure), Cell(unit), Cell(names), *cells))


def _stated(book: Book, one: Standing, line: str, place: str = NOT_PLACED) -> Stated:
    contract, kpi = one.contract, one.kpi
    return Stated(
        contract=contract.ref,
        quantity=Quantity(book[line].value, kpi.unit),
        body=contract.body,
        agreement=contract.call_off_of,
        additional=contract.additional,
        place=place,
        ref=kpi.ref,
        line=line,
    )


def _places(assembly: Assembly, group: Group, members: Sequence[Standing]) -> list[Row]:
    """Return a row for each place of what is verified, and their sum; nothing where nobody named a place."""
    measure, unit = group
    stated = [one for member in members for one in _placed(assembly, member)]
    if not any(one.place for one in stated):
        return []
    stem = f"{STEM}/{slug(f'{measure} {unit}')}"
    label, whole = f"{measure} verified", f"{stem}/{VERIFIED}/together"
    return place_rows(assembly.book, Cell(measure), stated, whole=whole, unit=unit, label=label, stem=f"{stem}/places")


def place_rows(
    book: Book,
    measure: Cell,
    stated: Sequence[Stated],
    *,
    whole: str,
    unit: str,
    label: str,
    stem: str,
    every: str = "All places",
) -> list[Row]:
    """
    Return a row for each place with what stands within it, and the rows that make them up to `whole`, the last.

    `every` names what the places are together: "All regions".
    """
    found, places = by_place(book, stated, unit=unit, label=label, stem=stem)
    rest = rest_of_places(book, whole, places, label=label, stem=stem)
    lines = [(one.place or NOT_SAID, one.line, _inside(book, [one])) for one in found]
    if rest:
        lines.append((NOT_TOLD if book[rest].value > 0 else TWICE, rest, ""))
    rows = [
        Row((measure, Cell(name), figure_cell(book, line, unit=unit), Cell(inside or "–")))
        for name, line, inside in lines
    ]
    all_of_it = f"{every} and not placed" if found[-1].place == NOT_PLACED else every
    total = (measure, Cell(all_of_it), figure_cell(book, whole, unit=unit), Cell(_inside(book, found) or "–"))
    return [*rows, Row(total, emphasis="subtotal")]


def _inside(book: Book, places: Sequence[AtPlace]) -> str:
    """Return what call-offs within state at some places: "Northmere City Council 2"."""
    found: dict[str, Decimal] = {}
    for body, line in (one for place in places for one in place.within):
        found[body] = found.get(body, Decimal(0)) + book[line].value
    return "; ".join(f"{body} {plain(amount)}" for body, amount in found.items())


def _placed(assembly: Assembly, one: Standing) -> list[Stated]:
    places = {movement.slot.place for movement in assembly.flows.movements(one.kpi)}
    found = []
    for place in sorted(places):

        def here(slot: Slot, place: str = place) -> bool:
            return slot.place == place

        name = f"{one.stem}/verified/at/{slug(place) if place else 'not-placed'}"
        label = f"{one.kpi.ref} verified, {place or 'not placed'}"
        line = assembly.flows.quantity(one.kpi, name, label, Account.VERIFIED, here)
        if line:
            found.append(_stated(assembly.book, one, line, place))
    return found
