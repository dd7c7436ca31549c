"""The questions that offers raise, and how surely somebody leads: both inform the panel, neither changes a score."""

from __future__ import annotations

from decimal import Decimal

from commonweal import errors
from commonweal.figures import Book
from commonweal.quantities import ONE
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Section, Show, Table
from commonweal.reporting.wording import MINUS, NO_BREAK, number
from commonweal.scoring.flags import flags
from commonweal.scoring.result import Calculation, Evaluation
from commonweal.scoring.sensitivity import Combinations, Flip, combinations, factor_words, flips, moving

LIKELY = Decimal(10)
"""Nobody disputes a value by more than this factor: changes beyond it are shown, and said to be beyond it."""
MOST_ROWS = 64


def questions_section(evaluation: Evaluation, book: Book, stem: str) -> list[Section]:
    """Return the questions to ask bidders with the figures that raised them; none where there are none."""
    found = flags(evaluation, book)
    if not found:
        return []
    columns = (Column("bidder", "Bidder"), Column("figure", "Figure", Show.QUANTITY), Column("question", "Question"))
    rows = tuple(
        Row((Cell(f.bidder), figure_cell(book, f.figure, unit=book[f.figure].unit), Cell(f.question))) for f in found
    )
    table = Table(f"questions-{slug(evaluation.lot.ref)}", "Questions that the offers raise", columns, rows)
    prose = Prose(("These ask and never score. An offer that is unlike others may still be right.",))
    return [Section(f"{stem}-questions", "Questions to bidders", (prose, table), 2)]


def sensitivity_section(evaluation: Evaluation, stem: str) -> list[Section]:
    """Return who leads when values move, for each calculation; nothing for a lot that counts no pounds."""
    if not evaluation.lot.counts_pounds or not moving(evaluation.last.numbers):
        return []
    blocks = [block for one in reversed(evaluation.calculations) for block in _blocks(evaluation, one)]
    return [Section(f"{stem}-sensitivity", "How surely", tuple(blocks), 2)]


def _blocks(evaluation: Evaluation, calculation: Calculation) -> list[Block]:
    name = f"{slug(evaluation.lot.ref)}-{calculation.number}"
    alone = flips(calculation.numbers)
    try:
        together = combinations(calculation.numbers)
    except errors.BadScoring as refused:
        return [Prose((f"{calculation.label}: {refused.message}",)), _flip_table(name, calculation, alone)]
    words = [f"{calculation.label}: {_led(together)}", flip_words(alone)]
    blocks: list[Block] = [Prose(tuple(words)), _flip_table(name, calculation, alone)]
    if len(together.rows) <= MOST_ROWS:
        blocks.append(_combination_table(name, calculation, together))
    return blocks


def _led(together: Combinations) -> str:
    counts = together.led_by()
    percent = f"{number(together.by * 100)}{NO_BREAK}%"
    whole = f"all {len(together.rows):,} combinations of {len(together.measures)} values moved by {percent} down or up"
    if len(counts) == 1:
        return f"{_names(next(iter(counts)))} leads in {whole}."
    parts = ", ".join(f"{_names(who)} in {count:,}" for who, count in counts.items())
    return f"of {whole}, the lead is with {parts}."


def flip_words(alone: tuple[Flip, ...]) -> str:
    """Say which value alone can alter the order within a tenth and ten times its worth, and at which factor."""
    likely = [flip for flip in alone if flip.within(LIKELY)]
    if not likely:
        return f"No value alone can alter the order, were it a tenth or {LIKELY} times as much."
    parts = "; ".join(f"{f.measure}, {factor_words(f)} times its value (then {_order(f)})" for f in likely)
    only = (
        "The only value that alone can alter the order is"
        if len({f.measure for f in likely}) == 1
        else "Alone can alter the order:"
    )
    return f"{only} {parts}."


def _order(flip: Flip) -> str:
    return " before ".join(_names(group) for group in flip.order)


def _names(group: tuple[str, ...]) -> str:
    return group[0] if len(group) == 1 else f"{' and '.join(group)} (level)"


def _flip_table(name: str, calculation: Calculation, alone: tuple[Flip, ...]) -> Table:
    columns = (
        Column("measure", "Measure"),
        Column("factor", "The order changes at a factor"),
        Column("order", "It is then"),
        Column("note", "Note"),
    )
    rows = []
    labels = {measure.code: f"{measure.code} {measure.label}" for measure in calculation.numbers.lot.measures}
    for code in moving(calculation.numbers):
        mine = [flip for flip in alone if flip.measure == code]
        for flip in mine:
            note = "" if flip.within(LIKELY) else f"beyond {LIKELY} times, or below a tenth"
            rows.append(Row((Cell(labels[code]), Cell(factor_words(flip)), Cell(_order(flip)), Cell(note))))
        if not mine:
            rows.append(Row((Cell(labels[code]), Cell("none from 0 to 1,000"), Cell("as it stands"), Cell(""))))
    caption = f"One value alone: {calculation.named}"
    return Table(f"alone-{name}", caption, columns, tuple(rows))


def _combination_table(name: str, calculation: Calculation, together: Combinations) -> Table:
    columns = (
        *(Column(f"m-{slug(code)}", code) for code in together.measures),
        Column("leader", "Leads"),
        Column("score", "Its points", Show.SCORE),
    )
    rows = tuple(
        Row(
            (
                *(Cell(_moved(factor)) for factor in row.factors),
                Cell(_names(row.leaders)),
                Cell(max(row.scores)),
            )
        )
        for row in together.rows
    )
    return Table(f"together-{name}", f"Every combination: {calculation.named}", columns, rows, dense=True)


def _moved(factor: Decimal) -> str:
    sign = "+" if factor > ONE else MINUS
    return f"{sign}{number(abs(factor - ONE) * 100)}{NO_BREAK}%"
