"""
The worked example of a pack: three invented bidders, scored by the engine under the pack's own rules.

Their quantities are whole multiples of what is expected, so that anybody can follow them; no real bid is in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from commonweal.catalogue import Card
from commonweal.checks.problem import Origin
from commonweal.figures import Book
from commonweal.portfolio import Aggregation, Kind, Profile, Supplier
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Show, Table
from commonweal.reporting.scoring.report import less_table, score_table
from commonweal.scoring import Bidder, Declaration, Disregard, Evaluation, Lot, Mark, Offer, evaluate
from commonweal_web.planning.pack.content import Asked, AskedMeasure
from commonweal_web.planning.pack.objects import lot_of
from commonweal_web.planning.pack.texts import QUESTIONS

TIMES = {"Bidder A": 3, "Bidder B": 2, "Bidder C": 1}
"""How many times what is expected each of them offers."""
MARKS = {"Bidder A": (2, 3, 2, 1), "Bidder B": (4, 4, 3, 4), "Bidder C": (5, 4, 5, 5)}
"""The mark of each of them for each question, by every evaluator alike."""
EXPECTED = Decimal(10)
"""What the example takes where the plan expects no figure."""
SHARE = Decimal(30)
INVENTED = Origin("the invented example")
OWN_VALUE = Decimal(10)


@dataclass(frozen=True, slots=True)
class Example:
    """An example that was scored, with whether its measure is invented because no value may be shown."""

    evaluation: Evaluation
    invented: bool
    left_out: tuple[str, ...]

    @property
    def lot(self) -> Lot:
        return self.evaluation.lot


def example_of(asked: Asked, book: Book) -> Example | None:
    """Return the example, scored into `book`; None where nothing of the version is scored."""
    measures, invented = _measures(asked)
    lot = lot_of(asked, measures)
    if not lot.criteria:
        return None
    filled = replace(
        lot,
        ref="example",
        title="Worked example",
        bidders=tuple(Bidder(Supplier(name), origin=INVENTED) for name in TIMES),
        offers=tuple(_offers(measures)),
        declarations=(Declaration("Evaluator 1", asked.approved_on), Declaration("Evaluator 2", asked.approved_on)),
        marks=tuple(_marks(asked)),
        decisions=tuple(_decisions(asked, measures)),
    )
    kept = {one.ref for one in measures}
    left = () if invented else tuple(one.ref for one in asked.measures if one.ref not in kept)
    return Example(evaluate(filled, book), invented, left)


def _measures(asked: Asked) -> tuple[tuple[AskedMeasure, ...], bool]:
    """Return the measures that the example counts, and whether it had to invent one."""
    if not asked.quantitative:
        return (), False
    if not asked.counts_pounds:
        return asked.counted, False
    found = tuple(one for one in asked.counted if one.open_value is not None)
    return (found, False) if found else ((_own(),), True)


def _own() -> AskedMeasure:
    """An invented measure with an invented value, for a version whose values are all licensed."""
    return AskedMeasure(
        ref="X", code="", label="An invented measure", unit="unit", kind=Kind.QUANTITY, expected=EXPECTED,
        value=OWN_VALUE, series="", source="invented", licensed=False, evidence="", place="", cohort="", theme="",
        profile=Profile.EVEN, over_time=Aggregation.SUM, over_contracts=Aggregation.SUM, better="up", card=Card(),
    )  # fmt: skip


def base_of(one: AskedMeasure) -> Decimal:
    """Return the quantity that the bidders offer multiples of; a share stays below a hundred per cent."""
    if one.kind is Kind.RATIO:
        return SHARE
    return one.expected or EXPECTED


def _offers(measures: Sequence[AskedMeasure]) -> list[Offer]:
    """Everybody offers everything; the last bidder gives no text for the second measure."""
    return [
        Offer(
            who, one.ref, base_of(one) * times,
            description="" if _lacks_text(who, at) else "invented", plan="" if _lacks_text(who, at) else "invented",
            origin=INVENTED,
        )
        for who, times in TIMES.items()
        for at, one in enumerate(measures)
    ]  # fmt: skip


def _lacks_text(who: str, at: int) -> bool:
    return who == "Bidder C" and at == 1


def _marks(asked: Asked) -> list[Mark]:
    if not asked.qualitative:
        return []
    return [
        Mark(who, question.code, evaluator, Decimal(mark), "invented", INVENTED)
        for who, marks in MARKS.items()
        for question, mark in zip(QUESTIONS, marks, strict=True)
        for evaluator in ("Evaluator 1", "Evaluator 2")
    ]


def _decisions(asked: Asked, measures: Sequence[AskedMeasure]) -> list[Disregard]:
    """A third of what the first bidder offers under the first measure is not supported."""
    return [
        Disregard(
            "Bidder A", one.ref, base_of(one), asked.approved_on, "the invented panel",
            "a third of it has nothing to do with this contract", INVENTED,
        )
        for one in measures[:1]
    ]  # fmt: skip


def blocks_of(example: Example, book: Book) -> list[Block]:
    """Return the example as it stands in a pack: inputs, rules that took something away, and the scores."""
    lot, last = example.lot, example.evaluation.last
    blocks: list[Block] = [Prose(_words(example))]
    if lot.offers:
        blocks.append(_inputs(example.evaluation, book))
        blocks.append(less_table(example.evaluation, lot.names))
    if lot.marks:
        blocks.append(_marks_table(lot))
    if len(example.evaluation.calculations) > 1:
        blocks.append(score_table(example.evaluation, example.evaluation.calculations[0], book))
    return [*blocks, score_table(example.evaluation, last, book)]


def _words(example: Example) -> tuple[str, ...]:
    said = [
        "The bidders, their quantities and their marks are invented. The scores are worked out as real ones will be."
    ]
    if example.invented:
        said.append("All values of this plan are licensed, so the example uses an invented measure of £10 per unit.")
    elif example.left_out:
        said.append(f"Not in the example, because no open value goes with it: {', '.join(example.left_out)}.")
    return tuple(said)


def _inputs(evaluation: Evaluation, book: Book) -> Table:
    """Return what each of them offers, and its pounds where pounds are counted."""
    lot, last = evaluation.lot, evaluation.last
    columns = [Column("measure", "Measure")]
    if lot.counts_pounds:
        columns.append(Column("value", "Pounds per unit", Show.QUANTITY))
    columns += [Column(f"o-{at}", f"{who} offers", Show.QUANTITY) for at, who in enumerate(lot.names)]
    rows = []
    for measure in lot.measures:
        cells = [Cell(f"{measure.code} {measure.label}")]
        if lot.counts_pounds:
            cells.append(Cell(measure.value_per_unit))
        cells += [Cell(last.taken[who, measure.code].offered, unit=measure.unit) for who in lot.names]
        rows.append(Row(tuple(cells)))
    if lot.counts_pounds:
        pounds = [figure_cell(book, last.pounds[who]) for who in lot.names]
        rows.append(Row((Cell("Pounds that count"), Cell(text="–"), *pounds), emphasis="total"))
    return Table("example-offers", "What the invented bidders offer", tuple(columns), tuple(rows))


def _marks_table(lot: Lot) -> Table:
    columns = (Column("question", "Question"), *(Column(f"m-{at}", f"Mark of {w}") for at, w in enumerate(lot.names)))
    rows = tuple(
        Row((Cell(f"{one.code} {one.short}"), *(Cell(str(MARKS[who][at])) for who in lot.names)))
        for at, one in enumerate(QUESTIONS)
    )
    return Table("example-marks", "Their marks", columns, rows)
