"""`score`: from a tender and its bids to the evaluation, a debrief for each bidder, and the awarded contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from commonweal import errors
from commonweal.cli import clock, inputs, options
from commonweal.cli.base import Command
from commonweal.cli.problems import listed
from commonweal.cli.progress import Progress
from commonweal.cli.report import Formats, file_step, where
from commonweal.cli.show import columns, say, write_json
from commonweal.cli.status import Status
from commonweal.cli.tender_input import TenderInput, load_tender, lot_called
from commonweal.figures import Book
from commonweal.reporting import wording
from commonweal.reporting.output import FORMATS, RENDERERS, write_report
from commonweal.reporting.scoring.debrief import debrief, folder_name
from commonweal.reporting.scoring.questions import flip_words
from commonweal.reporting.scoring.report import scoring_report
from commonweal.scoring.award import award
from commonweal.scoring.evaluate import evaluate
from commonweal.scoring.points import place_of
from commonweal.scoring.result import TOTAL, Calculation, Evaluation
from commonweal.scoring.sensitivity import flips
from commonweal.workbooks.write import write_contract_workbook

EVALUATION, DEBRIEFS, CONTRACT = "evaluation", "debriefs", "contract"


@dataclass(frozen=True, slots=True)
class Scored:
    """The lots of a tender scored in one book, and who was awarded which."""

    read: TenderInput
    book: Book
    evaluations: tuple[Evaluation, ...]
    awarded: dict[str, str]


@click.command(
    cls=Command,
    examples=[
        "commonweal score bids -o scored",
        "commonweal score bids.xlsx -o scored --pack our-values.yaml --formats html,pdf",
        'commonweal score bids -o scored --award "Harbourside Gardens CIC"',
    ],
    statuses={
        Status.FINE: "the evaluation and the debriefs were written",
        Status.REFUSED: "the tender has an error, so nothing was scored or written",
        Status.NOT_WRITTEN: "a report could not be written",
    },
)
@click.argument("source", metavar="BIDS", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where to."
)
@click.option("--as-at", metavar="DATE", type=options.DAY, help="The day that the reports carry. Without it: today.")
@options.pack_option
@click.option("--formats", type=Formats(), default=",".join(FORMATS), show_default=True, help="Which files to make.")
@click.option("--award", "winner", metavar="BIDDER", help="Write the contract and KPIs of an award to this bidder.")
@click.option("--lot", metavar="REF", help="The lot that is awarded, where there are several.")
def score(
    source: Path,
    folder: Path,
    as_at: dt.date | None,
    packs: tuple[Path, ...],
    formats: tuple[str, ...],
    winner: str | None,
    lot: str | None,
    as_json: bool,
) -> None:
    """
    Score the bids of a tender, and write the evaluation for the panel and a debrief for each bidder.

    BIDS is a workbook or a folder of CSV files with lots, criteria, measures, bidders, offers, marks and decisions;
    bid workbooks that it names lie beside it. Every lot is scored as offered and again after each decision. Nothing
    is scored while the input has an error.
    """
    if lot is not None and winner is None:
        raise click.UsageError("--lot says which lot is awarded; give --award BIDDER with it.")
    scored = _scored(source, packs, winner, lot)
    day = as_at or clock.today()
    evaluation, others = _write(scored, folder, day, formats)
    if as_json:
        write_json(
            {
                "lots": [_document(scored, one) for one in scored.evaluations],
                "files": [str(file) for file in (*evaluation, *others)],
            }
        )
    else:
        say(*(line for one in scored.evaluations for line in _lines(scored, one)))
        say(f"Debriefs are in {folder / DEBRIEFS}.", *where(folder / EVALUATION, evaluation))


def _scored(source: Path, packs: Sequence[Path], winner: str | None, lot: str | None) -> Scored:
    read, book = load_tender(source, value_packs=packs), Book()
    awarded = {lot_called(read.tender, lot).ref: winner} if winner is not None else {}
    evaluations = tuple(evaluate(one, book) for one in read.tender.lots)
    for one in evaluations:
        if one.lot.ref in awarded:
            award(one, bidder=awarded[one.lot.ref])
    return Scored(read, book, evaluations, awarded)


def _write(scored: Scored, folder: Path, day: dt.date, formats: tuple[str, ...]) -> tuple[list[Path], list[Path]]:
    """Write the evaluation, then the debriefs and the contract; return the files of both."""
    made_by, attributions = inputs.made_by(), scored.read.attributions()
    _refuse_strangers(scored, folder / DEBRIEFS)
    report = scoring_report(
        scored.read.tender, scored.evaluations, scored.book, as_at=day, made_by=made_by, attributions=attributions
    )
    report.notes.extend(scored.read.licence_notes())
    bidders = [(one, name) for one in scored.evaluations for name in one.lot.names]
    with Progress((1 + len(bidders)) * len([name for name in formats if name in RENDERERS])) as progress:
        evaluation = write_report(report, folder / EVALUATION, formats=formats, progress=file_step(progress))
        others: list[Path] = []
        for one, name in bidders:
            own = debrief(
                one,
                scored.book,
                bidder=name,
                as_at=day,
                made_by=made_by,
                winner=scored.awarded.get(one.lot.ref, ""),
                attributions=attributions,
            )
            at = folder / DEBRIEFS / folder_name(one, name)
            others += write_report(own, at, formats=formats, progress=file_step(progress))
    for one in scored.evaluations:
        if one.lot.ref in scored.awarded:
            path = folder / f"{CONTRACT}.xlsx"
            write_contract_workbook(award(one, bidder=scored.awarded[one.lot.ref]).portfolio(), path)
            others.append(path)
    return evaluation, others


def _refuse_strangers(scored: Scored, folder: Path) -> None:
    """
    :raises BadOutput: if the folder holds a debrief of somebody who is no bidder here: it would be sent by mistake
    """
    ours = {folder_name(one, name) for one in scored.evaluations for name in one.lot.names}
    others = sorted(entry.name for entry in folder.iterdir() if entry.name not in ours) if folder.is_dir() else []
    if others:
        raise errors.BadOutput(
            f"{folder} holds {others[0]}, which is no debrief of this tender, so nothing was written. "
            f"Give a new folder, or move it elsewhere."
        )


def _lines(scored: Scored, evaluation: Evaluation) -> list[str]:
    lot = evaluation.lot
    lines = [f"{lot.title} ({lot.ref})", ""]
    for calculation in evaluation.calculations:
        lines += [f"{calculation.label}:", columns(_rows(scored.book, lot.names, calculation), right=[1, 2]), ""]
    leaders = evaluation.last.leaders
    tie = len(leaders) > 1
    lines.append(f"{' and '.join(leaders)} share the first place." if tie else f"{leaders[0]} leads on social value.")
    if lot.counts_pounds:
        lines.append(flip_words(flips(evaluation.last.numbers)))
    if evaluation.problems:
        lines += ["", *listed(evaluation.problems)]
    return [*lines, ""]


def _rows(book: Book, names: Sequence[str], calculation: Calculation) -> list[tuple[str, str, str]]:
    ordered = sorted(names, key=lambda name: place_of(name, calculation.order))
    return [
        (
            f"  {place_of(name, calculation.order)}. {name}",
            wording.pounds(book[calculation.pounds[name]].value) if calculation.pounds else "",
            wording.number(book[calculation.shown[name, TOTAL]].value, 2),
        )
        for name in ordered
    ]


def _document(scored: Scored, evaluation: Evaluation) -> dict[str, Any]:
    return {
        "lot": evaluation.lot.ref,
        "title": evaluation.lot.title,
        "calculations": [_calculation(scored.book, evaluation, one) for one in evaluation.calculations],
        "leaders": evaluation.last.leaders,
        "problems": [str(problem) for problem in evaluation.problems],
    }


def _calculation(book: Book, evaluation: Evaluation, calculation: Calculation) -> dict[str, Any]:
    rows = []
    for name in evaluation.lot.names:
        row: dict[str, Any] = {"bidder": name, "place": place_of(name, calculation.order)}
        if calculation.pounds:
            row["pounds"] = book[calculation.pounds[name]].value
        row["scores"] = {c.code: str(book[calculation.shown[name, c.code]].value) for c in evaluation.lot.criteria}
        row["total"] = str(book[calculation.shown[name, TOTAL]].value)
        rows.append(row)
    return {"label": calculation.label, "until": calculation.until, "bidders": rows}
