"""`report`: from the files that people have to a performance report, with its totals on the screen."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from commonweal.checks.problem import Problem, Severity
from commonweal.cli import clock, inputs, options
from commonweal.cli.also import Division, also_option, other_words, split_option
from commonweal.cli.base import Command
from commonweal.cli.problems import counts, left_out_lines
from commonweal.cli.progress import Progress
from commonweal.cli.show import columns, say, write_json
from commonweal.cli.status import Status
from commonweal.portfolio import Portfolio
from commonweal.reporting import wording
from commonweal.reporting.model import Headlines, Report, Table
from commonweal.reporting.output import FORMATS, RENDERERS, write_report

STATES = "states"
STAGES = 7


class Formats(click.ParamType[tuple[str, ...], Any]):
    """Names of formats with commas between."""

    name = "formats"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, ...]:
        chosen = tuple(word.strip().lower() for word in str(value).split(","))
        unknown = [word for word in chosen if word not in FORMATS]
        if unknown:
            self.fail(f"{unknown[0]!r} is no format. Choose from {', '.join(FORMATS)}.", param, ctx)
        return chosen


@click.command(
    cls=Command,
    examples=[
        "commonweal report contracts.xlsx -o report",
        "commonweal report folder-of-csvs -o report --as-at 2026-07-31 --formats html,pdf",
        "commonweal report export.csv -o report --save-mapping mapping.json",
        "commonweal report export.csv -o report --mapping mapping.json --pack our-values.yaml",
        "commonweal report contracts.xlsx -o report --also sdg --also coventry-indicators",
    ],
    statuses={
        Status.FINE: "the report was written, and no row of the input has an error",
        Status.LOOK: "the report was written; rows with errors were left out and are named",
        Status.REFUSED: "the input, a pack or the mapping was refused; nothing was written",
        Status.NOT_WRITTEN: "the report could not be written to DIR; what stood there is unchanged",
    },
)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option(
    "-o", "--output", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where to."
)
@options.as_at_option
@options.pack_option
@options.mapping_option
@click.option("--save-mapping", metavar="FILE", type=click.Path(path_type=Path), help="Save how headings were read.")
@click.option("--formats", type=Formats(), default=",".join(FORMATS), show_default=True, help="Which files to make.")
@click.option("--title", help="Title of the report; otherwise that of the input.")
@also_option
@split_option
@click.pass_context
def report(
    ctx: click.Context,
    source: Path,
    folder: Path,
    as_at: dt.date | None,
    packs: tuple[Path, ...],
    mapping: Path | None,
    save_mapping: Path | None,
    formats: tuple[str, ...],
    title: str | None,
    also: tuple[str, ...],
    splits: tuple[Division, ...],
    as_json: bool,
) -> None:
    """
    Make a performance report from a contract workbook, a folder of CSVs, a portal export, a register or OCDS JSON.

    Rows with errors are left out, and each is named on the screen and in the report. report.json, datapackage.json
    and the files of --formats are written to DIR, which is new, empty, or holds a former report.
    """
    day = as_at or clock.today()
    other = other_words(also, splits)
    with Progress(STAGES + len([name for name in formats if name in RENDERERS])) as progress:
        made = inputs.make_report(
            source, as_at=day, packs=packs, mapping=mapping, title=title, other=other, progress=progress
        )
        if save_mapping is not None:
            _save(save_mapping, made.mapping)
        files = write_report(made.report, folder, formats=formats, progress=file_step(progress))
    if as_json:
        write_json({**summary(made), "mapping": made.mapping, "files": files})
    else:
        say(*_lines(made, folder, files))
    ctx.exit(int(Status.LOOK if _errors(made.report.problems) else Status.FINE))


def file_step(progress: Progress) -> Callable[[str, int, int], None]:
    """Return what tells `progress` of each large file, as the writer of a report begins it."""

    def step(name: str, _done: int, _all: int) -> None:
        if name.startswith("report.") and name != "report.json":
            progress(name)

    return step


def _save(path: Path, mapping: dict[str, str]) -> None:
    path.write_text(json.dumps({"headings": mapping}, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def _errors(problems: list[Problem]) -> int:
    return sum(problem.severity is Severity.ERROR for problem in problems)


def totals(report: Report) -> list[tuple[str, str, str]]:
    """Return the big numbers of the first page: what, how much, in which measure."""
    found = []
    for section in report.sections:
        for block in section.blocks:
            if isinstance(block, Headlines):
                words = wording.headline_words(block)
                found += [(i.label, word.line, i.context) for i, word in zip(block.items, words, strict=True)]
    return found


def states(report: Report) -> list[tuple[str, str]]:
    """Return the pounds of each state of promise and delivery, as the report shows them."""
    table = next((table for table in report.tables() if table.name == STATES), None)
    return _two_columns(table) if table else []


def _two_columns(table: Table) -> list[tuple[str, str]]:
    found = []
    for row in table.rows:
        name, amount = row.cells[0], row.cells[1]
        if amount.figure and amount.value is not None:
            found.append((str(name.value), wording.amount(amount.value, "GBP")))  # type: ignore[arg-type]  # pounds
    return found


def summary(made: inputs.Made) -> dict[str, Any]:
    """Return the totals, the problems and what was left out, for programs."""
    report = made.report
    return {
        "title": report.title,
        "as_at": report.as_at,
        "totals": {entry.id: entry.value for entry in report.book if entry.id.startswith("portfolio/")},
        "headlines": [{"label": label, "text": text, "context": context} for label, text, context in totals(report)],
        "problems": {**counts(report.problems), "list": [_problem(problem) for problem in report.problems]},
        "left_out": [{"where": str(row.where), "what": row.what, "because": row.because} for row in made.left_out],
    }


def _problem(problem: Problem) -> dict[str, str]:
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "where": str(problem.where),
        "found": problem.found,
        "mend": problem.mend,
    }


def summary_lines(made: inputs.Made) -> list[str]:
    """Return title, big numbers and the pounds of each state as lines for the screen."""
    report = made.report
    lines = [f"{report.title}, as at {wording.day(report.as_at)}", _holds(made.portfolio), ""]
    found = totals(report)
    if found:
        lines += [columns(found, right=[1]), ""]
    by_state = states(report)
    if by_state:
        lines += ["State by state:", columns([(f"  {name}", amount) for name, amount in by_state], right=[1]), ""]
    return lines


def _holds(portfolio: Portfolio) -> str:
    """Return how many contracts there are and how many have KPIs, with the value of all contracts."""
    with_kpis = {kpi.contract for kpi in portfolio.kpis}
    contracts = portfolio.contracts
    value = sum((contract.value for contract in contracts if contract.value is not None), Decimal(0))
    number = sum(contract.ref in with_kpis for contract in contracts)
    plural = "" if len(contracts) == 1 else "s"
    return f"{len(contracts):,} contract{plural} worth {wording.pounds(value)}; {number:,} with KPIs."


def _lines(made: inputs.Made, folder: Path, files: list[Path]) -> list[str]:
    lines = summary_lines(made)
    used = [f"{heading} = {field}" for heading, field in made.mapping.items() if field]
    unused = [heading for heading, field in made.mapping.items() if not field]
    if used:
        lines.append(f"Headings read as: {'; '.join(used)}.")
    if unused:
        lines.append(f"Headings not used: {', '.join(unused)}.")
    return [*lines, *left_out_lines(made.report.problems, made.left_out), "", *where(folder, files)]


def where(folder: Path, files: list[Path]) -> list[str]:
    """Return where the report is, which file to open first, and how to check it."""
    names = {file.name for file in files}
    first = next((name for name in ("report.html", "report.pdf", "report.xlsx") if name in names), "report.json")
    return [
        f"The report is in {folder} ({len(files)} files). Open {folder / first}",
        f"Check every figure of it: commonweal explain {folder / 'report.json'} --all",
    ]
