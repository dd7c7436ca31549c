"""`frameworks`, `show` and `search`: what the catalogue and the data package hold."""

from __future__ import annotations

from pathlib import Path

import click

from commonweal.catalogue import Catalogue, Framework, Hit, load_catalogue
from commonweal.cli import cards, options
from commonweal.cli.base import Command
from commonweal.cli.show import columns, paragraph, say, write_json
from commonweal.cli.status import Status

MOST_HITS = 20
UNKNOWN = "no framework, measure, value, place or unit has this code, or a pack was refused"


@click.command(
    cls=Command,
    examples=["commonweal frameworks", "commonweal frameworks --json"],
    statuses={Status.FINE: "the list was written"},
)
def frameworks(as_json: bool) -> None:
    """List the measurement frameworks that are known, by release."""
    known = load_catalogue().frameworks
    if as_json:
        write_json({"frameworks": [_head(framework) for framework in known]})
        return
    rows = [("Release", "Name", "Publisher", "Measures")]
    rows += [(f.id, f.name, f.publisher, str(len(f.measures))) for f in known]
    say(columns(rows, right=[3]), "", "See one with `commonweal show RELEASE`.")


def _head(framework: Framework) -> dict[str, object]:
    names = ("id", "family", "name", "publisher", "licence", "verified", "released", "applies_from", "applies_until")
    counts = {name: len(getattr(framework, name)) for name in ("themes", "outcomes", "criteria", "measures")}
    return {**{name: getattr(framework, name) for name in names}, "counts": counts}


@click.command(
    cls=Command,
    examples=[
        "commonweal show svm-2025              a framework and all that is in it",
        "commonweal show national-toms/NT1     a measure; also an outcome, a theme, a criterion",
        "commonweal show 8.5                   a target of the Sustainable Development Goals; 8 is the goal",
        "commonweal show value/wellby          a value series with its entries and sources",
        "commonweal show E08000026             a place",
        "commonweal show hour                  a unit",
    ],
    statuses={Status.FINE: "found", Status.REFUSED: UNKNOWN},
)
@click.argument("code", metavar="ID")
@options.pack_option
def show(code: str, packs: tuple[Path, ...], as_json: bool) -> None:
    """Show one framework, theme, outcome, criterion, measure, goal, value series, place or unit."""
    found = cards.find(code, load_catalogue(), options.load_values(packs))
    if as_json:
        write_json({"kind": found.kind, found.kind: found.thing})
        return
    say(found.text())


@click.command(
    cls=Command,
    examples=["commonweal search apprentice weeks", 'commonweal search "tonnes of carbon" --limit 5'],
    statuses={Status.FINE: "something was found", Status.LOOK: "nothing was found"},
)
@click.argument("words", nargs=-1, required=True)
@click.option("--limit", type=click.IntRange(1, 500), default=MOST_HITS, show_default=True, help="At most so many.")
@options.pack_option
@click.pass_context
def search(ctx: click.Context, words: tuple[str, ...], limit: int, packs: tuple[Path, ...], as_json: bool) -> None:
    """
    Find measures and value series by everyday words.

    Spelling is forgiven, and words that mean the same are known.
    """
    asked = " ".join(words)
    catalogue = load_catalogue()
    hits = catalogue.search(asked, limit=limit)
    series = options.load_values(packs).search(asked, limit=limit)
    if as_json:
        write_json({"words": asked, "measures": [h.measure for h in hits], "series": [_series(s) for s in series]})
    else:
        say(*_found(asked, catalogue, hits, series))
    if not hits and not series:
        ctx.exit(int(Status.LOOK))


def _series(hit: tuple[str, str, str]) -> dict[str, str]:
    return dict(zip(("id", "label", "unit"), hit, strict=True))


def _found(asked: str, catalogue: Catalogue, hits: list[Hit], series: list[tuple[str, str, str]]) -> list[str]:
    if not hits and not series:
        return [f"Nothing fits {asked!r}. Try fewer or other words, or list frameworks with `commonweal frameworks`."]
    lines = []
    if hits:
        rows = [("Measure", "What it counts", "Unit", "")]
        rows += [(h.measure.id, h.measure.label, h.measure.unit, _mark(catalogue, h)) for h in hits]
        lines += [columns(rows), ""]
    if series:
        lines += [columns([("Value series", "What it prices", "Unit"), *series]), ""]
    return [*lines, paragraph("See one with `commonweal show ID`.")]


def _mark(catalogue: Catalogue, hit: Hit) -> str:
    return "example" if catalogue.framework(hit.measure.framework).example else ""
