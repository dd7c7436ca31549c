"""`check`: every problem of files, with the cell where it stands and how to mend it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import click

from commonweal import errors
from commonweal.checks.problem import Problem, Severity
from commonweal.cli import clock, inputs, options
from commonweal.cli.base import Command
from commonweal.cli.problems import counted_words, counts, listed
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status


@click.command(
    cls=Command,
    examples=[
        "commonweal check contracts.xlsx",
        "commonweal check contracts.xlsx spending.csv --errors-only",
        "commonweal check export.csv --json",
    ],
    statuses={
        Status.FINE: "no file has an error; warnings and notes may stand",
        Status.LOOK: "at least one file has an error",
        Status.REFUSED: "at least one file cannot be read; the others were checked",
    },
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...", type=click.Path(path_type=Path))
@options.as_at_option
@options.pack_option
@options.mapping_option
@click.option("--errors-only", is_flag=True, help="Leave warnings and notes out of the list; they are still counted.")
@click.pass_context
def check(
    ctx: click.Context,
    files: tuple[Path, ...],
    as_at: dt.date | None,
    packs: tuple[Path, ...],
    mapping: Path | None,
    errors_only: bool,
    as_json: bool,
) -> None:
    """
    List everything that is wrong or doubtful in files, cell by cell, and how to mend it.

    Takes whatever `report` takes, and lists of spending. Nothing is written, and nothing stops at the first problem.
    """
    day = as_at or clock.today()
    worst, documents = Status.FINE, []
    for file in files:
        try:
            found = inputs.problems_of(file, as_at=day, packs=packs, mapping=mapping)
        except errors.BadFile as error:
            worst = Status.REFUSED
            documents.append({"file": str(file), "refused": error.message})
            _tell(as_json, f"{file}: refused.", f"  {error.message}")
            continue
        if worst is Status.FINE and any(problem.severity is Severity.ERROR for problem in found):
            worst = Status.LOOK
        shown = [p for p in found if not errors_only or p.severity is Severity.ERROR]
        documents.append(_document(file, found, shown))
        _tell(as_json, f"{file}: {counted_words(found)}.", *listed(shown))
    if as_json:
        write_json({"files": documents})
    ctx.exit(int(worst))


def _tell(as_json: bool, *lines: str) -> None:
    if not as_json:
        say(*lines)


def _document(file: Path, found: list[Problem], shown: list[Problem]) -> dict[str, Any]:
    return {"file": str(file), "counts": counts(found), "problems": shown}
