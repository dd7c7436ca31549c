"""`pack`: check and import a value pack that the user holds a licence for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commonweal import packs
from commonweal.checks.problem import Problem, Severity
from commonweal.cli.base import Group
from commonweal.cli.problems import counted_words, counts, listed
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal.valuepack import Pack

INTO = Path("value-packs")


@click.group(cls=Group)
def pack() -> None:
    """
    Check or import values that you hold a licence for, such as those of the National TOMs.

    Such values compute beside the open ones, and are never part of an export of data.
    """


@pack.command(
    "check",
    examples=["commonweal pack check our-values.csv"],
    statuses={Status.FINE: "the pack can be used", Status.LOOK: "the pack has errors and cannot be used"},
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.pass_context
def check_(ctx: click.Context, file: Path, as_json: bool) -> None:
    """
    List everything that is wrong or doubtful in a value pack, line by line.

    A pack is a CSV with the columns code, value, unit, from and, if wanted, until, place, price_base and source; or
    YAML with the same as entries.
    """
    found = packs.check_pack(file)
    wrong = any(problem.severity is Severity.ERROR for problem in found)
    if as_json:
        write_json({"file": str(file), "usable": not wrong, "counts": counts(found), "problems": found})
    else:
        say(*_lines(file, found))
        if not wrong:
            say(_about(packs.load_pack(file)))
    ctx.exit(int(Status.LOOK if wrong else Status.FINE))


def _lines(file: Path, found: list[Problem]) -> list[str]:
    return [f"{file}: {counted_words(found)}.", *listed(found)]


def _about(known: Pack) -> str:
    leave = "may leave in exports" if known.may_export else "do not leave in exports"
    number = len(known.series)
    return f"{known.title}: values of {number:,} measure{'' if number == 1 else 's'}; they {leave}."


@pack.command(
    "import",
    examples=[
        'commonweal pack import our-values.csv --framework national-toms --licence "Licence 2026/117, Northmere"',
        "commonweal report contracts.xlsx -o report --pack value-packs/our-values",
    ],
    statuses={
        Status.FINE: "the pack was copied",
        Status.REFUSED: "the pack has errors, framework or licence will not do, or a pack of this name is there",
    },
)
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--licence", metavar="TEXT", required=True, help="The licence under which you hold these values.")
@click.option("--framework", metavar="RELEASE", default="", help="The release it prices, if the file does not say.")
@click.option("--into", metavar="DIR", type=click.Path(path_type=Path), default=INTO, show_default=True, help="Folder.")
def import_(file: Path, licence: str, framework: str, into: Path, as_json: bool) -> None:
    """
    Copy a checked value pack, with its licence and the hash of its file, to where --pack can name it.

    Values price the measures of one framework. A CSV cannot name it: give it with --framework.
    """
    known = packs.import_pack(file, licence, into, framework)
    folder = into / known.id
    found = packs.check_pack(folder)
    if as_json:
        write_json(_document(known, folder, found))
    else:
        say(f"Imported into {folder}. Use it with --pack {folder}", _about(known), *listed(found))


def _document(known: Pack, folder: Path, found: list[Problem]) -> dict[str, Any]:
    return {
        "id": known.id,
        "folder": str(folder),
        "licence": known.licence,
        "framework": known.framework,
        "measures": list(known.series),
        "may_export": known.may_export,
        "sha256": known.sha256,
        "problems": found,
    }
