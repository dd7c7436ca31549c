"""The tender pack: what is expected, of which measures, by which values, and how it will be scored."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from commonweal.figures import Book
from commonweal.portfolio import Aggregation, Kind
from commonweal.reporting import wording
from commonweal.reporting.build.names import slug
from commonweal.reporting.model import Block, Cell, Column, Facts, Prose, Report, Row, Section, Show, Table
from commonweal_web.frameworks import cpv
from commonweal_web.planning.pack import example as examples
from commonweal_web.planning.pack import texts
from commonweal_web.planning.pack.content import Asked, AskedMeasure, place_words
from commonweal_web.planning.pack.document import made_from, report_of
from commonweal_web.planning.pack.objects import expected_words, value_words
from commonweal_web.planning.pack.scoring import scoring_blocks

ADDS_UP = {
    Aggregation.SUM: "added up",
    Aggregation.AVERAGE: "averaged",
    Aggregation.LAST: "the last figure counts",
    Aggregation.DISTINCT: "each person counts once",
    Aggregation.RECOMPUTE: "worked out again from part and whole",
    Aggregation.NONE: "not added up",
}


def tender_pack(asked: Asked) -> Report:
    """Return the tender pack of a version: the same version always gives the same document."""
    book = Book()
    sections = [
        Section("procurement", "What is bought", (_facts(asked), Prose(made_from(asked)))),
        Section("expected", "What is expected", tuple(_expected(asked))),
        *_needs(asked),
        Section("place", "What counts as local", (Prose(_place(asked)),)),
        Section("measures", "Measures", tuple(_measures(asked))),
        *(_card(asked, one) for one in asked.measures),
        Section("questions", "Questions to answer in words", tuple(_questions())),
        Section("scoring", "How it is scored", tuple(scoring_blocks(asked)), page_break=True),
        *_example(asked, book),
        Section("bid", "How to bid", (Prose(_how(), bullets=True),)),
    ]
    return report_of(asked, f"Tender pack: {asked.title}", sections, book)


def _facts(asked: Asked) -> Facts:
    rows = (
        ("Public body", asked.body),
        ("Reference", asked.reference),
        ("Category", f"{asked.category} {cpv.label_of(asked.category)}".strip() if asked.category else ""),
        ("Contract", f"{wording.day(asked.starts)} to {wording.day(asked.ends)}"),
        ("Measurement framework", asked.framework),
        ("Weight of social value", wording.percent(asked.weight) if asked.weight else "not scored"),
    )
    return Facts(tuple((name, text) for name, text in rows if text))


def _expected(asked: Asked) -> Iterator[Block]:
    yield Prose((texts.EXPECTED.get(asked.requirement, texts.EXPECTED["offer"]),))
    yield Prose((texts.BINDING,))


def _needs(asked: Asked) -> list[Section]:
    """Return the needs that the procurement answers; with an amount where a group posted one."""
    if not asked.needs:
        return []
    columns = (
        Column("need", "Need"),
        Column("place", "Where"),
        Column("source", "Who says so"),
        Column("amount", "How much"),
    )
    rows = tuple(
        Row(
            (
                Cell(str(one.get("title", ""))),
                Cell(str(one.get("place") or "the whole area")),
                Cell(", ".join(str(one[name]) for name in ("source", "source_date", "group") if one.get(name))),
                Cell(_amount(one.get("quantity"), str(one.get("unit", "")))),
            )
        )
        for one in asked.needs
    )
    return [Section("needs", "Needs of the place", (Table("needs", "Needs that this answers", columns, rows),))]


def _amount(quantity: object, unit: str) -> str:
    return wording.amount(Decimal(str(quantity)), unit) if quantity not in (None, "") else wording.NOTHING


def _place(asked: Asked) -> tuple[str, ...]:
    if not asked.place:
        return (f"The plan names no place, so local means the area of {asked.body}, on the day of the delivery.",)
    return (
        f"Local means {place_words(asked.place)}, by its boundary on the day of the delivery. A measure that names "
        "a place of its own counts there.",
    )


def _measures(asked: Asked) -> Iterator[Block]:
    if not asked.measures:
        yield Prose(("No measure is asked for.",))
        return
    columns = [
        Column("measure", "Measure"),
        Column("unit", "Unit"),
        Column("expected", "Expected over the whole contract", Show.QUANTITY),
    ]
    if not asked.counts_pounds:
        rows = tuple(Row(_counted(one)) for one in asked.measures)
        yield Table("measures", "Measures that are asked for", tuple(columns), rows)
        return
    columns += [Column("value", "Pounds per unit", Show.POUNDS), Column("source", "Source of the value")]
    rows = tuple(Row((*_counted(one), *_valued(one))) for one in asked.measures)
    note = "Values are frozen: no newer release of a framework or of values changes them for this tender."
    yield Table("measures", "Measures that are asked for", tuple(columns), rows, note=note)


def _counted(one: AskedMeasure) -> tuple[Cell, ...]:
    expected = Cell(one.expected, unit=one.unit) if one.expected is not None else Cell(text="no figure")
    return Cell(f"{one.ref} {one.label}"), Cell(one.unit), expected


def _valued(one: AskedMeasure) -> tuple[Cell, ...]:
    if one.open_value is None:
        return Cell(text=value_words(one)), Cell(text=wording.NOTHING)
    return Cell(one.open_value), Cell(one.source or one.series)


def _card(asked: Asked, one: AskedMeasure) -> Section:
    card = one.card
    rows = (
        ("Unit", one.unit if one.kind is not Kind.YES_NO else "yes or no"),
        ("How the unit is counted", card.unit_rule),
        ("What counts", card.counts),
        ("What does not count", card.does_not_count),
        ("Part", card.numerator),
        ("Whole", card.denominator),
        ("Also give", card.needs),
        ("Evidence", one.evidence),
        ("Place", place_words(one.place) if one.place else ""),
        ("For", one.cohort),
        ("Over time", ADDS_UP[one.over_time]),
        ("A unit is worth", value_words(one) if asked.counts_pounds else ""),
        ("Source of the value", one.source if one.open_value is not None else ""),
        ("Expected over the whole contract", expected_words(one)),
    )
    facts = Facts(tuple((name, text) for name, text in rows if text))
    return Section(f"measure-{slug(one.ref)}", f"{one.ref} {one.label}", (facts,), level=2)


def _questions() -> Iterator[Block]:
    yield Prose(("Each answer is marked from 0 to 5 by the scale below. The last question is scored like any other.",))
    columns = (Column("question", "Question"), Column("words", "What is asked"), Column("looks", "What we look for"))
    rows = tuple(
        Row((Cell(f"{one.code} {one.short}"), Cell(one.words), Cell("; ".join(one.looks_for))))
        for one in texts.QUESTIONS
    )
    yield Table("questions", "Questions", columns, rows)


def _example(asked: Asked, book: Book) -> list[Section]:
    made = examples.example_of(asked, book)
    if made is None:
        return []
    return [Section("example", "Worked example", tuple(examples.blocks_of(made, book)), caption=made.lot.ref)]


def _how() -> tuple[str, ...]:
    return (
        "Fill in the bid workbook of this version. It names the plan, the version and its hash; a workbook of another "
        "version is refused with what changed.",
        "Give a number and a text for each measure that you offer. Leave a measure blank that you do not offer.",
        "The return template shows what the winner will be asked each quarter.",
        "It costs nothing to bid, and no account is needed to read this pack.",
    )
