"""The marking scheme: what an evaluator does, the questions with what is looked for, the scale and the points."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from commonweal.figures import Book
from commonweal.reporting import wording
from commonweal.reporting.model import Block, Cell, Column, Prose, Report, Row, Section, Show, Table
from commonweal.scoring import Lot
from commonweal_web.planning.pack import example as examples
from commonweal_web.planning.pack import texts
from commonweal_web.planning.pack.content import Asked
from commonweal_web.planning.pack.document import made_from, report_of
from commonweal_web.planning.pack.objects import lot_of
from commonweal_web.planning.pack.scoring import has_questions, scoring_blocks


def marking_scheme(asked: Asked) -> Report:
    """Return the marking scheme of a version, for its evaluators."""
    book = Book()
    lot = lot_of(asked, asked.measures)
    sections = [
        Section("evaluators", "What you do", (Prose(texts.EVALUATORS, bullets=True), Prose(made_from(asked)))),
        Section("scoring", "What is scored, and how", tuple(scoring_blocks(asked))),
    ]
    if has_questions(lot):
        sections += [_question(asked, lot, one) for one in texts.QUESTIONS]
        sections.append(Section("sheet", "Your marks", (_sheet(),)))
    made = examples.example_of(asked, book)
    if made is not None:
        sections.append(
            Section("example", "Worked example", tuple(examples.blocks_of(made, book)), caption=made.lot.ref)
        )
    return report_of(asked, f"Marking scheme: {asked.title}", sections, book)


def _question(asked: Asked, lot: Lot, one: texts.Question) -> Section:
    points = next(criterion.weight for criterion in lot.criteria if criterion.code == one.code)
    blocks: list[Block] = [
        Prose((one.words,)),
        Prose(tuple(_looks_for(asked, one)), bullets=True),
        _worth(one, points),
    ]
    return Section(f"question-{one.code.lower()}", f"{one.code} {one.short}", tuple(blocks), level=2)


def _looks_for(asked: Asked, one: texts.Question) -> Iterator[str]:
    yield from one.looks_for
    if one.code == "Q1" and asked.measures:
        yield f"that every measure that is offered is spoken of: {', '.join(m.ref for m in asked.measures)}"
    if one.code == "Q2" and asked.needs:
        yield f"the needs: {'; '.join(str(need.get('title', '')) for need in asked.needs)}"


def _worth(one: texts.Question, points: Decimal) -> Table:
    """Return the points that each mark brings."""
    columns = (Column("mark", "Mark"), Column("name", "In a word"), Column("points", "Points", Show.SCORE))
    rows = tuple(
        Row((Cell(str(mark)), Cell(name), Cell(points * mark / texts.HIGHEST))) for mark, name, _ in texts.SCALE
    )
    caption = f"{one.code}: what each mark brings, of {wording.number(points)} points"
    return Table(f"worth-{one.code.lower()}", caption, columns, rows)


def _sheet() -> Table:
    """Return the table in which an evaluator writes the marks of one bid."""
    columns = (Column("question", "Question"), Column("mark", "Mark, 0 to 5"), Column("reason", "Reason"))
    rows = tuple(Row((Cell(f"{one.code} {one.short}"), Cell(""), Cell(""))) for one in texts.QUESTIONS)
    note = "One sheet for each bid: name of the bidder, your name, the day of your declaration, the day of your marks."
    return Table("sheet", "Marks of one bid", columns, rows, note=note)
