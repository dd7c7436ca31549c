"""The panel's report on a tender: scores with every calculation, what did not count, marks, questions, sensitivity."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from commonweal.figures import Book
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import (
    Block,
    Cell,
    Column,
    Facts,
    Headline,
    Headlines,
    Prose,
    Report,
    Row,
    Section,
    Show,
    Table,
)
from commonweal.reporting.scoring.questions import questions_section, sensitivity_section
from commonweal.reporting.wording import pounds
from commonweal.scoring.models import Criterion, Lot, Tender
from commonweal.scoring.points import place_of
from commonweal.scoring.result import TOTAL, Calculation, Evaluation

METHOD = (
    "Points are worked out exactly and shown with two decimals, half up; the sum of shown points may therefore differ "
    "from the shown total by a hundredth.",
    "Bidders whose points are equal share a place; a tie is never broken here.",
    "Questions ask about an offer and change no score.",
)


def scoring_report(
    tender: Tender,
    evaluations: Sequence[Evaluation],
    book: Book,
    *,
    as_at: dt.date,
    made_by: str,
    attributions: Sequence[str] = (),
) -> Report:
    """Return the report for the panel on every lot of a tender; `book` is the one that the lots were scored in."""
    sections = [section for evaluation in evaluations for section in lot_sections(evaluation, book)]
    sections.append(Section("method", "How it was scored", (Prose(METHOD, bullets=True),)))
    return Report(
        title=tender.title or "Social value evaluation",
        subtitle=f"Evaluation of bids, {as_at:%-d %B %Y}",
        as_at=as_at,
        sections=sections,
        book=book,
        problems=[*tender.problems, *(problem for one in evaluations for problem in one.problems)],
        sources=list(tender.sources),
        attributions=list(attributions),
        made_by=made_by,
    )


def lot_sections(evaluation: Evaluation, book: Book) -> list[Section]:
    """Return the chapter of one lot: scores, offers, marks, questions, sensitivity."""
    lot, stem = evaluation.lot, f"lot-{slug(evaluation.lot.ref)}"
    blocks: list[Block] = [_head(lot), _headlines(evaluation, book)]
    blocks += [Prose((_words(one),)) for one in evaluation.calculations[-1:]]
    blocks += [score_table(evaluation, one, book) for one in reversed(evaluation.calculations)]
    sections = [Section(stem, lot.title, tuple(blocks), caption=lot.ref, page_break=True)]
    sections.append(Section(f"{stem}-offers", "What was offered, and what counts", tuple(_offers(evaluation, book)), 2))
    if evaluation.marks:
        sections.append(Section(f"{stem}-marks", "Marks", (marks_table(evaluation),), 2))
    return [*sections, *questions_section(evaluation, book, stem), *sensitivity_section(evaluation, stem)]


def _head(lot: Lot) -> Facts:
    items = [("Lot", lot.ref), ("Public body", lot.body)]
    if lot.counts_pounds and lot.contract_value is not None:
        items.append(("Contract value", pounds(lot.contract_value)))
    if lot.start and lot.end:
        items.append(("Term", f"{lot.start:%-d %B %Y} to {lot.end:%-d %B %Y}"))
    items.append(("Social value weight", f"{lot.weight:f} points"))
    items += [("Scored by", "; ".join(_how(criterion) for criterion in lot.leaves))]
    if lot.text_needed:
        items.append(("Number and text", "A quantity without description and plan is disregarded."))
    if lot.unsupported_rule:
        items.append(("Published rule", f"“{lot.unsupported_rule}”"))
    return Facts(tuple((name, text) for name, text in items if text))


def _how(criterion: Criterion) -> str:
    how = "marks" if criterion.formula is None else criterion.formula.replace("_", " ")
    return f"{criterion.label} ({criterion.weight:f} points, {how})"


def _headlines(evaluation: Evaluation, book: Book) -> Headlines:
    last = evaluation.last
    items = []
    for group in last.order[:3]:
        for who in group:
            place = place_of(who, last.order)
            label = f"{place}. {who}" + (" (shared)" if len(group) > 1 else "")
            items.append(Headline(label, figure_cell(book, last.shown[who, TOTAL]), Show.SCORE, "points"))
    return Headlines(tuple(items[:4]))


def _words(calculation: Calculation) -> str:
    """Say who leads, and a tie as a tie."""
    if len(calculation.leaders) > 1:
        return f"{' and '.join(calculation.leaders)} share the first place on social value. The tie is not broken here."
    return f"{calculation.leaders[0]} leads on social value."


def score_table(evaluation: Evaluation, calculation: Calculation, book: Book) -> Table:
    """Return the points of each bidder under each criterion, in order of place."""
    lot = evaluation.lot
    columns = [Column("bidder", "Bidder")]
    if calculation.pounds:
        columns.append(Column("pounds", "Offered", Show.POUNDS, "£"))
    columns += [Column(f"c-{slug(c.code)}", c.label, Show.SCORE) for c in lot.criteria]
    columns += [Column("total", "Social value", Show.SCORE), Column("place", "Place")]
    rows = []
    for group in calculation.order:
        for who in group:
            cells = [Cell(who)]
            if calculation.pounds:
                cells.append(figure_cell(book, calculation.pounds[who]))
            cells += [figure_cell(book, calculation.shown[who, c.code]) for c in lot.criteria]
            place = str(place_of(who, calculation.order))
            cells += [
                figure_cell(book, calculation.shown[who, TOTAL]),
                Cell(f"{place}, shared" if len(group) > 1 else place),
            ]
            rows.append(Row(tuple(cells)))
    name = f"scores-{slug(lot.ref)}-{calculation.number}"
    return Table(name, f"Scores in points: {calculation.named}", tuple(columns), tuple(rows))


def _offers(evaluation: Evaluation, book: Book) -> list[Block]:
    lot = evaluation.lot
    blocks: list[Block] = [offer_table(evaluation, evaluation.last, book, lot.names)]
    less = less_table(evaluation, lot.names)
    missing = [
        f"{who} offers nothing under {', '.join(codes)}."
        for who in lot.names
        if (codes := [m.code for m in lot.measures if (who, m.code) not in evaluation.last.taken])
    ]
    blocks.append(less if less.rows else Prose(("Everything that was offered counts.",)))
    return [*blocks, Prose(tuple(missing), bullets=True)] if missing else blocks


def offer_table(evaluation: Evaluation, calculation: Calculation, book: Book, names: Sequence[str]) -> Table:
    """Return each offer of `names`, what counts of it, and its pounds where the lot counts any."""
    lot = evaluation.lot
    columns = [
        Column("bidder", "Bidder"),
        Column("measure", "Measure"),
        Column("offered", "Offered", Show.QUANTITY),
        Column("counts", "Counts", Show.QUANTITY),
    ]
    if calculation.pounds:
        columns.append(Column("pounds", "Pounds", Show.POUNDS, "£"))
    rows = []
    for who in names:
        for measure in lot.measures:
            one = calculation.taken.get((who, measure.code))
            if one is None:
                continue
            counts = figure_cell(book, calculation.quantities[who, measure.code], unit=measure.unit)
            cells = [Cell(who), Cell(f"{measure.code} {measure.label}"), Cell(one.offered, unit=measure.unit), counts]
            if calculation.pounds:
                cells.append(figure_cell(book, calculation.by_measure.get((who, measure.code), ""), text=""))
            rows.append(Row(tuple(cells)))
        if calculation.pounds:
            blank = (Cell(""), Cell(text="–"), Cell(text="–"))
            rows.append(Row((Cell(f"{who}: total"), *blank, figure_cell(book, calculation.pounds[who])), "subtotal"))
    name = f"offers-{slug(lot.ref)}"
    return Table(name, f"Offers: {calculation.named}", tuple(columns), tuple(rows), dense=True)


def less_table(evaluation: Evaluation, names: Sequence[str]) -> Table:
    """Return everything of the offers of `names` that does not count, with the rule, the reason and who decided."""
    columns = (
        Column("bidder", "Bidder"),
        Column("measure", "Measure"),
        Column("quantity", "Does not count", Show.QUANTITY),
        Column("rule", "Under the rule"),
        Column("reason", "Reason"),
        Column("on", "Decided on", Show.DATE),
        Column("by", "By"),
    )
    rows = [
        Row(
            (
                Cell(who),
                Cell(measure),
                Cell(part.quantity, unit=one.measure.unit),
                Cell(part.rule),
                Cell(part.reason),
                Cell(part.on, text="" if part.on else "by the rule alone"),
                Cell(part.by),
            )
        )
        for (who, measure), one in evaluation.last.taken.items()
        for part in one.less
        if who in names
    ]
    return Table(f"less-{slug(evaluation.lot.ref)}", "What does not count", columns, tuple(rows), dense=True)


def marks_table(evaluation: Evaluation) -> Table:
    """Return every evaluator's own mark, and the mark that counts with its reason."""
    columns = (
        Column("bidder", "Bidder"),
        Column("criterion", "Criterion"),
        Column("who", "By"),
        Column("mark", "Mark", Show.QUANTITY),
        Column("reason", "Reason"),
    )
    rows = []
    for (bidder, code), one in evaluation.marks.items():
        moderated = one.is_moderated
        for own in one.own:
            rows.append(Row((Cell(bidder), Cell(code), Cell(own.evaluator), Cell(own.mark), Cell(own.reason)), level=1))
        who = "Consensus" if moderated else "Agreed by all"
        reason = one.reason if moderated else "–"
        rows.append(Row((Cell(bidder), Cell(code), Cell(who), Cell(one.mark), Cell(reason)), "subtotal"))
    return Table(f"marks-{slug(evaluation.lot.ref)}", "Marks and moderation", columns, tuple(rows), dense=True)
