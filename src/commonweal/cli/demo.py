"""`demo`: reports on the invented portfolio that comes with Commonweal, and on an invented register of notices."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from commonweal import packs
from commonweal.cli import inputs
from commonweal.cli.base import Command
from commonweal.cli.demo_register import write_register
from commonweal.cli.problems import left_out_lines
from commonweal.cli.progress import Progress
from commonweal.cli.report import STAGES, file_step, summary, summary_lines
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal.reporting.output import RENDERERS, write_report

FOLDER = Path("out") / "demo"
REGISTER = "notices.csv"


@dataclass(frozen=True, slots=True)
class Example:
    """One report of the demonstration; `source` is a folder of the data package's examples, empty for the register."""

    folder: str
    about: str
    as_at: dt.date
    source: str = ""
    title: str | None = None


EXAMPLES = (
    Example("first-quarter", "One contract after its first quarter", dt.date(2026, 7, 31), "contract-workbook-q1-2026"),
    Example("council", "All contracts of one council", dt.date(2026, 10, 31), "contract-workbook"),
    Example(
        "register",
        "A register of notices, none of which has KPIs yet",
        dt.date(2026, 10, 31),
        title="Notices of three councils (invented)",
    ),
)


@click.command(
    cls=Command,
    examples=["commonweal demo", "commonweal demo -o somewhere-else"],
    statuses={Status.FINE: "all reports were written", Status.NOT_WRITTEN: "a report could not be written"},
)
@click.option(
    "-o", "--output", "folder", metavar="DIR", type=click.Path(path_type=Path), default=FOLDER, show_default=True,
    help="Where to.",
)  # fmt: skip
def demo(folder: Path, as_json: bool) -> None:
    """
    Make example reports from invented data, and print their totals and where they are.

    Two are on the portfolio of an invented council, one on a register of notices in the shape of real ones.
    """
    register = folder / REGISTER
    write_register(register)
    made = []
    with Progress(len(EXAMPLES) * (STAGES + len(RENDERERS))) as progress:
        for example in EXAMPLES:
            source = packs.data_root() / "examples" / example.source if example.source else register
            result = inputs.make_report(source, as_at=example.as_at, title=example.title, progress=progress)
            write_report(result.report, folder / example.folder, progress=file_step(progress))
            made.append((example, result))
    if as_json:
        write_json({"reports": [_document(folder, example, result) for example, result in made]})
    else:
        say(*(line for example, result in made for line in _lines(folder, example, result)))
        say(f"Check any figure: commonweal explain {folder / EXAMPLES[0].folder} --all")


def _document(folder: Path, example: Example, made: inputs.Made) -> dict[str, Any]:
    return {"about": example.about, "folder": str(folder / example.folder), **summary(made)}


def _lines(folder: Path, example: Example, made: inputs.Made) -> list[str]:
    words = example.about
    return [
        words,
        "=" * len(words),
        *summary_lines(made),
        *left_out_lines(made.report.problems, made.left_out),
        f"Open {folder / example.folder / 'report.html'}",
        "",
    ]
