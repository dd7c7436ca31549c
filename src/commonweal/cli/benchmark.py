"""`benchmark`: what is normal per pound spent among contracts that are alike, and where one of them stands."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from commonweal import benchmarks, errors
from commonweal.benchmarks import (
    MINIMUM,
    Aside,
    Benchmark,
    By,
    Group,
    Rank,
    SetAside,
    rank_of,
    totals_of,
)
from commonweal.cli import clock, inputs, options
from commonweal.cli.base import Command
from commonweal.cli.show import columns, jsonable, paragraph, say, write_json
from commonweal.cli.status import Status
from commonweal.quantities import plain
from commonweal.reporting import wording
from commonweal.reporting.build.build import as_known_on
from commonweal.workbooks.cells import guarded
from commonweal.workbooks.contract_totals import is_contract_totals, read_contract_totals, write_contract_totals

HEADINGS = ("Contracts", "Lower quartile", "Median", "Upper quartile", "All together")
WORTH_NAMING = 8
LEAST_MINIMUM = 3
METHOD = (
    "What is verified by what was spent, contract by contract. Quartiles are linear between neighbours "
    "(quantile_cont), to six decimals. All together is all that is verified by all that was spent."
)


class Only(click.ParamType[tuple[By, str], Any]):
    """One group that contracts must belong to: NAME=VALUE."""

    name = "group"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[By, str]:
        name, sign, wanted = str(value).partition("=")
        known = [by.value for by in By]
        if name.strip() not in known or not sign:
            self.fail(f"{value!r} is no group. Write it like category=Cleaning, with one of {', '.join(known)}.")
        return By(name.strip()), wanted.strip()


@click.command(
    cls=Command,
    examples=[
        "commonweal benchmark contracts.xlsx --as-at 2027-04-01",
        "commonweal benchmark contracts.xlsx --by value-band --only category=Cleaning --contract NMC-2026-014",
        "commonweal benchmark contracts.xlsx --measure NT10 --by region -o weeks.csv",
        "commonweal benchmark contracts.xlsx --totals northmere.csv",
        "commonweal benchmark northmere.csv eastholt.csv --by region",
    ],
    statuses={
        Status.FINE: "at least one group is large enough to be shown",
        Status.LOOK: "no group is large enough, or the contract asked for was set aside",
        Status.REFUSED: "the input was refused, or the measure or contract is not in it",
        Status.NOT_WRITTEN: "FILE could not be written",
    },
)
@click.argument("sources", metavar="INPUT...", nargs=-1, required=True, type=click.Path(path_type=Path))
@options.as_at_option
@click.option("--by", type=click.Choice([by.value for by in By]), default=By.CATEGORY.value, show_default=True)
@click.option("--measure", metavar="CODE", default="", help="Units of this measure, per £1m spent, in place of pounds.")
@click.option("--contract", "ref", metavar="REF", help="Say where this contract stands.")
@click.option("--only", metavar="NAME=VALUE", multiple=True, type=Only(), help="Like for like: only such contracts.")
@click.option(
    "--minimum",
    type=click.IntRange(min=LEAST_MINIMUM),
    default=MINIMUM,
    show_default=True,
    help="The smallest group that is shown.",
)
@options.pack_option
@options.mapping_option
@click.option("--totals", metavar="FILE", type=click.Path(path_type=Path), help="Write the row of each contract here.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path), help="A .csv or .json file to write.")
@click.pass_context
def benchmark(
    ctx: click.Context,
    sources: tuple[Path, ...],
    as_at: dt.date | None,
    by: str,
    measure: str,
    ref: str | None,
    only: tuple[tuple[By, str], ...],
    minimum: int,
    packs: tuple[Path, ...],
    mapping: Path | None,
    totals: Path | None,
    output: Path | None,
    as_json: bool,
) -> None:
    """
    Say what is normal per pound spent, among contracts that are alike.

    Only contracts with known spending that began a year ago or more are compared. Framework agreements, insolvent
    suppliers and whatever else is not alike are set aside and named. A group below --minimum shows only its number.

    An INPUT is whatever `report` takes, or contract totals that --totals wrote, of one body or of several: one row for
    each contract and no return, for bodies to exchange.
    """
    day = as_at or clock.today()
    rows = _each_once([row for source in sources for row in _rows_of(source, day, packs, mapping)])
    like = {key: [value for other, value in only if other is key] for key, _ in only}
    found = benchmarks.benchmark(
        totals=rows,
        by=By(by),
        as_at=day,
        measure=measure,
        minimum=minimum,
        like=like,
    )
    stands = _stands(rows, found, ref) if ref else None
    if totals is not None:
        totals.write_bytes(write_contract_totals(rows))
    if output is not None:
        _write(output, found, stands, ref)
    if as_json:
        write_json(document(found, stands, ref))
    else:
        say(*_lines(found, stands, ref), *[f"Written to {path}" for path in (totals, output) if path])
    shown = any(group.quartiles for group in found.groups)
    ctx.exit(int(Status.FINE if shown and not isinstance(stands, SetAside) else Status.LOOK))


def region(place: str) -> str:
    """Return the name of the region or nation of a place, "" where it is not known or lies in several."""
    try:
        return options.gazetteer().region(place).name
    except errors.UnknownCode:
        return ""


def _rows_of(
    source: Path, day: dt.date, packs: Sequence[Path], mapping: Path | None
) -> list[benchmarks.ContractTotals]:
    if is_contract_totals(source):
        return read_contract_totals(source)
    checked = inputs.read(source, as_at=day, packs=packs, mapping=mapping)
    return totals_of(as_known_on(checked.portfolio, day), region_of=region)


def _each_once(rows: list[benchmarks.ContractTotals]) -> list[benchmarks.ContractTotals]:
    seen: set[tuple[str, str]] = set()
    for row in rows:
        if row.id in seen:
            raise errors.BadFile(
                f"Contract {row.ref} of {row.body or 'no named body'} stands in the inputs twice. "
                f"Give each input once, and name the body of each contract."
            )
        seen.add(row.id)
    return rows


def _stands(rows: Sequence[benchmarks.ContractTotals], found: Benchmark, ref: str) -> Rank | SetAside:
    ids = [one.id for one in rows if one.ref == ref]
    if len(ids) > 1:
        bodies = ", ".join(body for body, _ in ids)
        raise errors.UnknownCode(f"Several contracts are called {ref}, of {bodies}. Give one input of one body.")
    stands = rank_of(found, ids[0]) if ids else None
    if stands is None:
        where = "is not among the contracts that --only keeps" if ids else "is not in the input"
        raise errors.UnknownCode(f"Contract {ref} {where}. Look for it with `commonweal report`, or write it as there.")
    return stands


def document(found: Benchmark, stands: Rank | SetAside | None, ref: str | None) -> dict[str, Any]:
    """Return a benchmark as JSON can hold it, without the rate of any contract but the one that was asked for."""
    made: dict[str, Any] = {
        "by": found.by,
        "unit": found.unit,
        "as_at": found.as_at,
        "minimum": found.minimum,
        "method": METHOD,
        "groups": [_group(group) for group in found.groups],
        "set_aside": [
            {"reason": aside.reason, "number": len(aside.contracts), "contracts": aside.contracts}
            for aside in found.aside
        ],
    }
    if isinstance(stands, SetAside):
        made["contract"] = {"ref": ref, "set_aside": stands}
    elif stands is not None:
        made["contract"] = {
            "ref": ref,
            "group": stands.group.name,
            "rate": stands.rate,
            "rank": stands.rank,
            "of": stands.of,
            "percentile": stands.percentile,
        }
    return made


def _group(group: Group) -> dict[str, Any]:
    return {
        "name": group.name,
        "contracts": group.n,
        "quartiles": group.quartiles,
        "together": group.together,
        "value_packs": group.value_packs,
        "words": group.words,
    }


def _write(path: Path, found: Benchmark, stands: Rank | SetAside | None, ref: str | None) -> None:
    match path.suffix.lower():
        case ".json":
            text = json.dumps(jsonable(document(found, stands, ref)), indent=2, ensure_ascii=False) + "\n"
        case ".csv":
            stream = io.StringIO()
            csv.writer(stream, lineterminator="\n").writerows(
                [guarded(cell) for cell in row] for row in [_head(found), *_rows(found)]
            )
            text = stream.getvalue()
        case _:
            raise errors.BadOutput(f"{path.name} ends in neither .csv nor .json. Name a file of one of these.")
    path.write_text(text, encoding="utf-8")


def _head(found: Benchmark) -> list[str]:
    return [found.by.value.replace("-", " ").capitalize(), *HEADINGS]


def _rows(found: Benchmark) -> list[list[str]]:
    return [_row(group) for group in found.groups]


def _row(group: Group) -> list[str]:
    numbers = [group.words, "", "", ""]
    if group.quartiles is not None and group.together is not None:
        quarters = group.quartiles
        numbers = [plain(n) for n in (quarters.lower, quarters.median, quarters.upper, group.together)]
    return [group.name, str(group.n), *numbers]


def _lines(found: Benchmark, stands: Rank | SetAside | None, ref: str | None) -> list[str]:
    unit = found.unit[0].upper() + found.unit[1:]
    by = found.by.value.replace("-", " ")
    lines = [f"{unit}, by {by}, as at {wording.day(found.as_at)}", "", paragraph(METHOD), ""]
    if found.groups:
        lines += [columns([_head(found), *_rows(found)], right=[1, 2, 3, 4, 5])]
    else:
        lines += ["No contract can be compared."]
    mixed = [group for group in found.groups if len(group.value_packs) > 1]
    lines += [f"{group.name}: values of {', '.join(group.value_packs)} stand side by side." for group in mixed]
    if stands is not None:
        lines += ["", paragraph(_standing(stands, ref))]
    return [*lines, *_aside_lines(found.aside)]


def _standing(stands: Rank | SetAside, ref: str | None) -> str:
    if isinstance(stands, SetAside):
        return f"Contract {ref} was set aside: {stands}."
    own = f"Contract {ref} has {plain(stands.rate)}"
    if stands.rank is None or stands.percentile is None:
        return f"{own}. Its group, {stands.group.name}, has {stands.of}: {stands.group.words}."
    return (
        f"{own} and is number {stands.rank} of {stands.of} in {stands.group.name}; {plain(stands.percentile)} % of the "
        f"others have less."
    )


def _aside_lines(aside: Sequence[Aside]) -> list[str]:
    if not aside:
        return []
    lines = ["", f"Set aside: {sum(len(one.contracts) for one in aside):,}"]
    for one in aside:
        refs = [ref for _, ref in one.contracts]
        more = f" and {len(refs) - WORTH_NAMING:,} more" if len(refs) > WORTH_NAMING else ""
        lines.append(paragraph(f"{len(refs):,} - {one.reason}: {', '.join(refs[:WORTH_NAMING])}{more}", "  "))
    return lines
