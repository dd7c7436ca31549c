"""How an offer is scored, in words and tables: the same in the tender pack and in the marking scheme."""

from __future__ import annotations

from collections.abc import Iterator

from commonweal.reporting import wording
from commonweal.reporting.model import Block, Cell, Column, Prose, Row, Show, Table
from commonweal.scoring import Criterion, Lot
from commonweal_web.planning.pack import texts
from commonweal_web.planning.pack.content import Asked
from commonweal_web.planning.pack.objects import QUALITY, can_be_counted, lot_of


def scoring_blocks(asked: Asked) -> Iterator[Block]:
    """Yield weight, criteria with their formulas, the scale of marks, and the rules."""
    lot = lot_of(asked, asked.measures)
    if not lot.criteria:
        yield Prose(("Social value has no weight in this procurement, so nothing is scored.",))
        return
    yield Prose(tuple(_weight(asked)))
    yield criteria_table(lot)
    if asked.quantitative:
        yield Prose(tuple(_counted(asked)))
    if asked.qualitative:
        yield scale_table()
    yield Prose((texts.NUMBER_AND_TEXT, texts.UNSUPPORTED_RULE, texts.QUESTIONS_CHANGE_NOTHING, texts.TIES), True)


def _weight(asked: Asked) -> Iterator[str]:
    yield (
        f"Social value is {wording.percent(asked.weight)} of the total score: {wording.percent(asked.quantitative)} "
        f"for the quantities that are offered, {wording.percent(asked.qualitative)} for the answers in words. "
        "One point is one per cent of the total score."
    )
    if not can_be_counted(asked):
        yield (
            f"No measure of this version can be counted, so the {wording.percent(asked.quantitative)} for quantities "
            "cannot be scored. Weigh it otherwise in a new version before this pack is used."
        )


def criteria_table(lot: Lot) -> Table:
    """Return what is scored, with its points and its formula."""
    columns = (Column("criterion", "Criterion"), Column("points", "Points", Show.QUANTITY), Column("how", "How"))
    rows = tuple(
        Row((Cell(f"{one.code} {one.label}"), Cell(one.weight), Cell(_how(lot, one))), level=1 if one.parent else 0)
        for one in lot.criteria
    )
    return Table("criteria", "What is scored", columns, rows)


def _how(lot: Lot, one: Criterion) -> str:
    if one.formula is not None:
        return f"The quantity of {one.measure}. {texts.BEST}" if one.measure else f"The pounds of all. {texts.BEST}"
    return "The sum of the lines below." if lot.below(one.code) else texts.MARKED


def _counted(asked: Asked) -> Iterator[str]:
    if asked.counts_pounds:
        yield (
            "An offer in pounds is the sum, over the measures with a value, of the quantity that counts times the "
            "value per unit, as they stand in this pack."
        )
    else:
        yield "No measure has a value in pounds, so the quantity of each is scored alone, and all have the same points."
    left = [one.ref for one in asked.measures if one not in asked.counted]
    if left:
        yield (
            f"Not scored as a quantity: {', '.join(left)}. What is offered under it is looked at in the answers in "
            "words, and becomes a KPI all the same."
        )
    if any(one.licensed for one in asked.measures):
        yield f"Some values are {texts.LICENSED}: they are used for the score, and are in no file."


def scale_table() -> Table:
    """Return the scale of marks."""
    columns = (Column("mark", "Mark"), Column("name", "In a word"), Column("means", "What it means"))
    rows = tuple(Row((Cell(str(mark)), Cell(name), Cell(means))) for mark, name, means in texts.SCALE)
    return Table("scale", "Scale of marks", columns, rows)


def has_questions(lot: Lot) -> bool:
    """Whether answers in words are marked."""
    return any(one.parent == QUALITY for one in lot.criteria)
