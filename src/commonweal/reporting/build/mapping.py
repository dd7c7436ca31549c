"""A mapping as a report: one framework beside others, with empty columns for what is wanted and what is delivered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from commonweal.catalogue.words import LINK_TRUST
from commonweal.crosswalk.mapping import CONVERTIBLE, Fit, Mapping
from commonweal.crosswalk.mapping import Row as Mapped
from commonweal.figures import Book
from commonweal.quantities import plain
from commonweal.reporting.build.mapping_words import CAUTION
from commonweal.reporting.model import Cell, Column, Prose, Report, Row, Section, Show, Table

TABLE = "mapping"
COLUMNS = (
    Column("framework", "In the words of"),
    Column("code", "Code"),
    Column("label", "What it says"),
    Column("unit", "Unit"),
    Column("fit", "How far"),
    Column("relation", "Relation"),
    Column("to_code", "Counterpart"),
    Column("to_label", "What the counterpart says"),
    Column("to_unit", "Its unit"),
    Column("factor", "One makes", Show.QUANTITY),
    Column("datum", "What must be known"),
    Column("weight", "Weight", Show.PERCENT),
    Column("reason", "Why"),
    Column("by", "Author"),
    Column("wanted", "Target"),
    Column("delivered", "Delivered"),
)
LINKS = "Links are proposals of their author unless marked as confirmed."


def mapping_report(mappings: Sequence[Mapping], *, as_at: dt.date, made_by: str) -> Report:
    """Return the mappings of one framework to several others in one table, with their coverage before it."""
    book = Book()
    rows = tuple(_row(one.target, row) for one in mappings for row in one.rows)
    words = " ".join(f"{one.target}: {summary(one)}." for one in mappings)
    table = Table(TABLE, "Each item and its counterparts", COLUMNS, rows, note=words, dense=True)
    sections = [
        Section("coverage", "Coverage", (Prose((f"{CAUTION} {LINKS}",)), _coverage(book, mappings))),
        Section(TABLE, "Mapping", (table,)),
    ]
    source = mappings[0].source
    title = f"{source} in other frameworks"
    return Report(title, f"As at {as_at:%-d %B %Y}", as_at, sections, book, made_by=made_by)


def summary(one: Mapping) -> str:
    """Return the sentence that says how much can be told: "6 of 8 convertible (75.0 %), 7 of 8 related (87.5 %)"."""
    whole = len(one.fits)
    words = [
        f"{number} of {whole} {word} ({percent(number, whole)})"
        for number, word in ((one.convertible, "convertible"), (one.related, "related"))
    ]
    choose = ", ".join(item.code for item in one.choices)
    if choose:
        words.insert(1, f"{len(one.choices)} of {whole} to be chosen for first ({choose})")
    return f"{', '.join(words)}, {len(one.unmapped)} unmapped"


def percent(part: int, whole: int) -> str:
    """Return a percentage to one decimal, half up; a dash of nothing."""
    if not whole:
        return "–"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10} %"


def _coverage(book: Book, mappings: Sequence[Mapping]) -> Table:
    columns = (
        Column("framework", "In the words of"),
        *(Column(fit.name.lower(), fit.value.capitalize(), Show.COUNT) for fit in Fit),
        Column("all", "All", Show.COUNT),
        Column("convertible_percent", "Convertible", Show.PERCENT),
        Column("related_percent", "Related or convertible", Show.PERCENT),
    )
    return Table("coverage", "How much can be told in each", columns, tuple(_covered(book, one) for one in mappings))


def _covered(book: Book, one: Mapping) -> Row:
    counts = {}
    for fit in Fit:
        line = f"{one.target}/{fit.name.lower()}"
        number = Decimal(one.count(fit))
        counts[fit] = book.fact(line, f"{one.source} in {one.target}: {fit}", number, "count", origin="crosswalk").id
    whole = book.figure(f"{one.target}/all", f"{one.source} in {one.target}", "count", "sum", counts.values()).id
    shares = [
        _share(book, one, name, [counts[fit] for fit in fits], whole)
        for name, fits in (("convertible", CONVERTIBLE), ("related", (*CONVERTIBLE, Fit.CHOICE, Fit.RELATED)))
    ]
    cells = [Cell(book[line].value, figure=line) for line in (*counts.values(), whole)]
    return Row((Cell(one.target), *cells, *shares))


def _share(book: Book, one: Mapping, name: str, lines: Sequence[str], whole: str) -> Cell:
    if not one.fits:
        return Cell(text="–")
    label = f"{one.source} in {one.target}: {name}"
    part = book.figure(f"{one.target}/percent/{name}/part", label, "count", "sum", lines).id
    made = book.figure(f"{one.target}/percent/{name}", f"{label}, of all", "percent", "percent", [part, whole])
    return Cell(made.value, figure=made.id)


def _row(framework: str, one: Mapped) -> Row:
    item, way = one.item, one.way
    head = (Cell(framework), Cell(item.code), Cell(item.label), Cell(item.unit), Cell(one.fit.value))
    if way is None or one.target is None:
        return Row((*head, *(Cell(text="–") for _ in range(7)), Cell(one.reason), Cell(), Cell(), Cell()))
    link = way.link
    relation = f"{link.relation} (by way of {way.by})" if way.inherited else link.relation.value
    return Row(
        (
            *head,
            Cell(relation),
            Cell(one.target.code),
            Cell(one.target.label),
            Cell(one.target.unit),
            Cell(link.factor) if way.converts else Cell(text="–"),
            Cell(f"{link.datum.label} ({link.datum.unit})" if link.datum and way.converts else ""),
            Cell(Decimal(link.weight) / 100) if link.weight is not None else Cell(text="–"),
            Cell(one.reason),
            Cell(f"{link.author}, {LINK_TRUST[link.verified]}" if link.author else LINK_TRUST[link.verified]),
            Cell(),
            Cell(),
        )
    )


def factor_words(one: Mapped) -> str:
    """Return how one becomes the other, in short: "x 1", "x 1 x weeks planned for each apprentice"."""
    if one.way is None or not one.way.converts or one.way.link.factor is None:
        return ""
    datum = one.way.link.datum
    sign = "÷" if datum and datum.divide else "×"
    return f"× {plain(one.way.link.factor)}" + (f" {sign} {datum.label}" if datum else "")
