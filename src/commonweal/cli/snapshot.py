"""`snapshot`: ledgers as Parquet files that questions over millions of rows are asked of."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click

import commonweal_data
from commonweal import errors
from commonweal.analytics.build import Built, build, by_body, opened
from commonweal.analytics.check import Checked, check
from commonweal.analytics.contracts import contract_row
from commonweal.analytics.manifest import Manifest, Stamp, load
from commonweal.analytics.rollups import ROLLUPS, Cell, Difference
from commonweal.analytics.rows import STATES, rows_of, tariffs_of
from commonweal.benchmarks import totals_of
from commonweal.checks.problem import Severity
from commonweal.cli import clock, inputs, options
from commonweal.cli.base import Group
from commonweal.cli.problems import left_out_lines
from commonweal.cli.progress import Progress
from commonweal.cli.show import columns, jsonable, say, write_json
from commonweal.cli.status import Status
from commonweal.ledger import Account
from commonweal.posting import post
from commonweal.quantities import to_pounds
from commonweal.reporting.build.build import as_known_on
from commonweal.reporting.render_csv import guarded
from commonweal.reporting.wording import pounds

STAGES = 4
MOST_LINES = 20
NO_POUNDS = "no pounds"
folder_argument = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))


@click.group(cls=Group)
def snapshot() -> None:
    """
    Build, check and query a snapshot: ledgers as Parquet files, for questions over many bodies and years.

    Needs the optional part `analytics`: pip install 'commonweal[analytics]'.
    """


@snapshot.command(
    "build",
    examples=[
        "commonweal snapshot build contracts.xlsx -o snapshot",
        'commonweal snapshot build folder-of-csvs -o snapshot --body "Northmere City Council"',
    ],
    statuses={
        Status.FINE: "the snapshot was written, and no row of the input has an error",
        Status.LOOK: "the snapshot was written; rows with errors were left out and are named",
        Status.REFUSED: "the input was refused, or the optional part is not installed; nothing was written",
        Status.NOT_WRITTEN: "the snapshot could not be written; the former one stands",
    },
)
@click.argument("source", metavar="INPUT", type=click.Path(path_type=Path))
@click.option("-o", "--output", "folder", metavar="DIR", required=True, type=click.Path(path_type=Path), help="Where.")
@click.option("--body", "bodies", metavar="NAME", multiple=True, help="Only this body; others stay. May be repeated.")
@options.as_at_option
@options.pack_option
@options.mapping_option
@click.pass_context
def build_(
    ctx: click.Context,
    source: Path,
    folder: Path,
    bodies: tuple[str, ...],
    as_at: dt.date | None,
    packs: tuple[Path, ...],
    mapping: Path | None,
    as_json: bool,
) -> None:
    """
    Write the ledgers of an input as a snapshot, or bring the one in DIR up to date.

    There is one file for each body and financial year. Bodies whose facts have not changed keep their files. Until
    the last file is in place, the former snapshot stands whole.
    """
    day = as_at or clock.today()
    with Progress(STAGES) as progress:
        checked = inputs.read(source, as_at=day, packs=packs, mapping=mapping, progress=progress)
        progress("posting")
        portfolio = as_known_on(checked.portfolio, day)
        posted = post(portfolio)
        contracts = [contract_row(one) for one in totals_of(portfolio, region_of=region)]
        facts = by_body(rows_of(portfolio, posted, region_of=region), tariffs_of(portfolio), contracts)
        progress("writing")
        stamp = Stamp(day.isoformat(), inputs.made_by(), commonweal_data.__version__)
        built = build(folder, facts, stamp=stamp, bodies=bodies)
    problems = [*checked.problems, *posted.problems]
    if as_json:
        left_out = [{"where": str(row.where), "what": row.what} for row in checked.left_out]
        write_json({**_about(built.manifest), **_changes(built), "left_out": left_out})
    else:
        say(*_lines(built, folder), *left_out_lines(problems, checked.left_out))
    wrong = any(problem.severity is Severity.ERROR for problem in problems)
    ctx.exit(int(Status.LOOK if wrong else Status.FINE))


@cache
def region(place: str) -> str:
    """Return the name of the region that a place lies in, "" for a place that is not known or spans several."""
    try:
        return options.gazetteer().region(place).name
    except errors.UnknownCode:
        return ""


def _changes(built: Built) -> dict[str, Any]:
    return {"written": built.written, "kept": built.kept, "dropped": built.dropped}


def _about(manifest: Manifest) -> dict[str, Any]:
    return {
        "as_at": manifest.stamp.as_at,
        "data_release": manifest.stamp.data_release,
        "bodies": [body.name for body in manifest],
        "movements": manifest.rows,
        "pence": manifest.pence,
    }


def _lines(built: Built, folder: Path) -> list[str]:
    return [
        *_summary(built.manifest, folder),
        f"Bodies written: {len(built.written):,}; as they were: {len(built.kept):,}; dropped: {len(built.dropped):,}.",
        f"Check it: commonweal snapshot check {folder}",
    ]


def _summary(manifest: Manifest, folder: Path) -> list[str]:
    states = [(f"  {_name(state)}", pounds(to_pounds(manifest.pence[state.value]))) for state in STATES]
    bodies = f"{len(manifest.bodies):,} bod{'y' if len(manifest.bodies) == 1 else 'ies'}"
    return [
        f"Snapshot {folder}, as at {manifest.stamp.as_at}: {manifest.rows:,} movements of {bodies}.",
        columns(states, right=[1]),
    ]


def _name(state: Account) -> str:
    return state.value.replace("_", " ")


@snapshot.command(
    "check",
    examples=["commonweal snapshot check snapshot"],
    statuses={
        Status.FINE: "every file, sum and penny agrees",
        Status.LOOK: "something differs, and is named",
        Status.REFUSED: "there is no snapshot, or the optional part is not installed",
    },
)
@folder_argument
@click.pass_context
def check_(ctx: click.Context, folder: Path, as_json: bool) -> None:
    """
    Compare a snapshot with its manifest, and work out its pence again.

    Every file's bytes, rows and sums are compared; the pence of each movement that rests on a value are worked out
    again; no account may be overdrawn.
    """
    found = check(folder)
    if as_json:
        write_json({**_about(found.manifest), "sound": found.sound, "found": found.found, "rows": found.differing})
    else:
        say(*_summary(found.manifest, folder), *_verdict(found))
    ctx.exit(int(Status.FINE if found.sound else Status.LOOK))


def _verdict(found: Checked) -> list[str]:
    if found.sound:
        return ["Every file, sum and penny agrees."]
    rows = [_differs(one) for one in found.differing[:MOST_LINES]]
    more = len(found.differing) - len(rows)
    return [*found.found, *rows, *([f"... and {more:,} more movements."] if more > 0 else [])]


def _differs(one: Difference) -> str:
    again = "no value is in force" if one.again is None else f"worked out again {one.again}"
    return f"Movement {one.movement} of {one.body or 'no named body'} has {one.pence} pence; {again}."


@snapshot.command(
    "query",
    examples=[
        "commonweal snapshot query snapshot --rollup supplier",
        "commonweal snapshot query snapshot --rollup body-year --format csv",
    ],
    statuses={Status.REFUSED: "there is no snapshot, or the optional part is not installed"},
    json=False,
)
@folder_argument
@click.option("--rollup", "name", required=True, type=click.Choice(list(ROLLUPS)), help="What to group by.")
@click.option(
    "--format", "form", type=click.Choice(["table", "csv", "json"]), default="table", show_default=True, help="Shape."
)
def query(folder: Path, name: str, form: str) -> None:
    """
    Print the pounds of each state, grouped by body and year, measure, supplier, place, cohort or outcome and quarter.

    States stand side by side and are never added. The numbers are those of the day that the snapshot was made for,
    and small numbers are not withheld: they are not for publication as they stand.
    """
    manifest = load(folder)
    with opened(folder) as rollups:
        cells = rollups.roll_up([name])[name]
    FORMS[form](manifest, name, cells)


def _table(manifest: Manifest, name: str, cells: Sequence[Cell]) -> None:
    shown = [state for state in STATES if any(cell.of(state) for cell in cells)]
    head = [*ROLLUPS[name], *map(_name, shown), "without pounds"]
    rows = [
        [
            *map(_word, ROLLUPS[name], cell.key),
            *(_pounds(cell, cell.of(state)) for state in shown),
            f"{cell.unpriced:,}",
        ]
        for cell in cells
    ]
    say(f"As at {manifest.stamp.as_at}.", columns([head, *rows], right=range(len(ROLLUPS[name]), len(head))))


def _csv(_manifest: Manifest, name: str, cells: Sequence[Cell]) -> None:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n")
    write.writerow([*ROLLUPS[name], *(state.value for state in STATES), "with_pounds", "without_pounds"])
    for cell in cells:
        amounts = [to_pounds(pence) if cell.priced else "" for pence in cell.pence]
        write.writerow([*map(_plain, cell.key), *amounts, cell.priced, cell.unpriced])
    click.echo(text.getvalue(), nl=False)


def _plain(part: str | int | None) -> str | int:
    return guarded(part) if isinstance(part, str) else "" if part is None else part


def _json(manifest: Manifest, name: str, cells: Sequence[Cell]) -> None:
    rows = [
        {
            **dict(zip(ROLLUPS[name], cell.key, strict=True)),
            "pence": {state.value: cell.of(state) for state in STATES} if cell.priced else None,
            "with_pounds": cell.priced,
            "without_pounds": cell.unpriced,
        }
        for cell in cells
    ]
    write_json({"as_at": manifest.stamp.as_at, "rollup": name, "rows": jsonable(rows)})


FORMS: dict[str, Callable[[Manifest, str, Sequence[Cell]], None]] = {"table": _table, "csv": _csv, "json": _json}


def _word(key: str, part: str | int | None) -> str:
    if part is None or part == "":
        return "not stated"
    return f"{part}/{(int(part) + 1) % 100:02}" if key == "year" else str(part)


def _pounds(cell: Cell, pence: int) -> str:
    return pounds(to_pounds(pence)) if cell.priced else NO_POUNDS
