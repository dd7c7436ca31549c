"""`map`: one framework laid beside others, with what can be converted, what is only related, and what is not there."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from commonweal import errors
from commonweal.cli import clock, options
from commonweal.cli.base import Command
from commonweal.cli.inputs import made_by
from commonweal.cli.show import columns, paragraph, say, write_json
from commonweal.cli.status import Status
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.mapping import Mapping, Row, mapping
from commonweal.reporting.build.mapping import TABLE, factor_words, mapping_report, summary
from commonweal.reporting.model import Report
from commonweal.reporting.output import RENDERERS
from commonweal.reporting.render_csv import flat, written
from commonweal.reporting.render_json import render_json

SUFFIXES = ("csv", "json", *RENDERERS)


class Source(click.ParamType[tuple[str, tuple[str, ...]], Any]):
    """A framework, and after a colon the codes that are wanted, with commas between."""

    name = "framework"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, tuple[str, ...]]:
        release, _, codes = value.partition(":")
        return release, tuple(code.strip() for code in codes.split(",") if code.strip())


@click.command(
    cls=Command,
    examples=[
        "commonweal map --from svm-2025 --to national-toms",
        "commonweal map --from svm-2020:PO2,PO7 --to svm-2025 --to sdg -o mapping.xlsx",
        "commonweal map --from fx-svm-2025 --to fx-2025.1 --json",
    ],
    statuses={
        Status.FINE: "everything has a counterpart in each framework",
        Status.LOOK: "something has no counterpart; it is named with its reason",
        Status.REFUSED: "a framework, code or file of links is not known or was refused",
        Status.NOT_WRITTEN: "FILE could not be written, or is there already",
    },
)
@click.option("--from", "source", metavar="FRAMEWORK[:CODES]", type=Source(), required=True, help="What to map.")
@click.option("--to", "targets", metavar="FRAMEWORK", multiple=True, required=True, help="Into what; may be repeated.")
@click.option("--on", metavar="DATE", type=options.DAY, help="Use the links in force on this day. Without it: today.")
@click.option(
    "--links", metavar="FILE", multiple=True, type=click.Path(path_type=Path), help="Links of your own; repeatable."
)
@click.option(
    "-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help=f"To a {', '.join(SUFFIXES)} file."
)
@click.option("--force", is_flag=True, help="Replace FILE if it is there already.")
@click.pass_context
def map(
    ctx: click.Context,
    source: tuple[str, tuple[str, ...]],
    targets: tuple[str, ...],
    on: dt.date | None,
    links: tuple[Path, ...],
    output: Path | None,
    force: bool,
    as_json: bool,
) -> None:
    """
    Show how far the measures of one framework can be told in the words of others.

    CODES name measures, or criteria and outcomes with all that stands under them. Frameworks are listed by
    `commonweal frameworks`; `sdg` stands for the Sustainable Development Goals. What has no counterpart is named with
    the reason; nothing is shown as zero. A written FILE has empty columns for targets and deliveries.
    """
    day = on or clock.today()
    crosswalk = load_crosswalk(extra=links)
    release, codes = source
    found = [
        mapping(crosswalk, source=release, target=target, codes=codes, on=day) for target in dict.fromkeys(targets)
    ]
    if output is not None:
        _write(mapping_report(found, as_at=day, made_by=made_by()), output, force=force)
    if as_json:
        write_json({"on": day, "mappings": [document(one) for one in found], "file": str(output) if output else None})
    else:
        say("\n\n".join(_text(one) for one in found), *([f"\nWritten to {output}"] if output else []))
    ctx.exit(int(Status.LOOK if any(one.unmapped for one in found) else Status.FINE))


def _write(report: Report, path: Path, *, force: bool) -> None:
    kind = path.suffix.lower().removeprefix(".")
    if kind not in SUFFIXES:
        raise errors.BadOutput(f"{path} has no ending that is known. Choose from {', '.join(SUFFIXES)}.")
    if path.exists() and not force:
        raise errors.BadOutput(f"{path} is there already. Give another name, or --force to replace it.")
    path.write_bytes(rendered(report, kind))


def rendered(report: Report, kind: str) -> bytes:
    """Return the mapping in one of `SUFFIXES`; a CSV holds its table alone."""
    if kind == "csv":
        return written(flat(next(table for table in report.tables() if table.name == TABLE)))
    return render_json(report) if kind == "json" else RENDERERS[kind](report)


def document(one: Mapping) -> dict[str, Any]:
    """Return a mapping for programs."""
    return {
        "from": one.source,
        "to": one.target,
        "items": len(one.fits),
        "convertible": one.convertible,
        "related": one.related,
        "unmapped": [item.id for item in one.unmapped],
        "choose_or_split": [item.id for item in one.choices],
        "summary": summary(one),
        "rows": [_row(row) for row in one.rows],
    }


def _row(row: Row) -> dict[str, Any]:
    link = row.way.link if row.way else None
    converts = bool(row.way and row.way.converts)
    return {
        "from": row.item.id,
        "to": row.target.id if row.target else None,
        "fit": row.fit,
        "by": row.way.by if row.way else None,
        "relation": link.relation if link else None,
        "factor": link.factor if link and converts else None,
        "datum": link.datum if link and converts else None,
        "weight": link.weight if link else None,
        "reason": row.reason,
        "author": link.author if link else None,
        "verified": link.verified if link else None,
    }


def _text(one: Mapping) -> str:
    """Return a mapping for the screen: the summary, the counterparts, and what has none."""
    parts = [f"{one.source} in the words of {one.target}: {summary(one)}."]
    reached = [row for row in one.rows if row.target is not None]
    if reached:
        head = ("Code", "Unit", "Relation", "Counterpart", "Its unit", "How", "Why")
        parts.append(columns([head, *(_cells(row) for row in reached)]))
    parts += _unmapped([row for row in one.rows if row.target is None])
    if one.choices:
        names = ", ".join(item.code for item in one.choices)
        parts.append(paragraph(f"Choose a counterpart, or split with shares that make 100 per cent: {names}."))
    return "\n\n".join(parts)


def _cells(row: Row) -> tuple[str, ...]:
    assert row.way is not None  # only rows with a counterpart come here
    assert row.target is not None
    relation = row.way.link.relation.value
    relation += f", by way of {row.way.by}" if row.way.inherited else ""
    how = factor_words(row) or "not convertible"
    return row.item.code, row.item.unit, relation, row.target.code, row.target.unit, how, row.reason


def _unmapped(rows: Sequence[Row]) -> list[str]:
    if not rows:
        return []
    lines = [(f"  {row.item.code}", row.item.label, row.reason) for row in rows]
    return ["No counterpart:\n" + columns(lines)]
