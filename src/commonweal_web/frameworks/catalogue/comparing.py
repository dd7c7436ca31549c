"""Two releases side by side, as tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from commonweal.catalogue import Framework, Measure
from commonweal.crosswalk.compare import BY_CODE, Change, Comparison, Difference, Pair, Thing
from commonweal.crosswalk.compare import compare as compared
from commonweal.reporting import wording
from commonweal.series import WITHDRAWN
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.catalogue.addresses import item_url, short

BOTH = (Change.UNIT, Change.MEANING, Change.VALUE, Change.WORDING, Change.AROUND)
EMPTY = {
    Change.UNIT: "No unit changed.",
    Change.MEANING: "No meaning changed.",
    Change.REMOVED: "Nothing was removed.",
    Change.ADDED: "Nothing was added.",
}
"""Changes that one looks for: the page says so where there are none."""
BECOMES = (
    '<li><strong>{}</strong><br>{} <span aria-hidden="true">→</span>'
    '<span class="govuk-visually-hidden">becomes</span> {}</li>'
)


def comparison(one: Framework, other: Framework) -> Comparison:
    """Return two releases side by side, with the values that may be shown."""
    return compared(selectors.public_crosswalk(), one, other, worth=_worth)


def _worth(measure: Measure) -> str:
    series = selectors.shown_series(measure)
    entries = [e for e in series.entries if e.status != WITHDRAWN and not e.place] if series else []
    return wording.pounds(max(entries, key=lambda entry: entry.start).value, None) if entries else ""


@dataclass(frozen=True, slots=True)
class Line:
    """An item that only one release has."""

    code: str
    label: str
    href: str
    kind: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One kind of change: as a table where both releases have the item, as a list where only one has it."""

    heading: str
    table: Table | None = None
    lines: Sequence[Line] = ()
    empty: str = ""


def shown(found: Comparison) -> list[Shown]:
    """Return every change that there is, and those that one looks for, what matters most first."""
    made = [_shown(found, change) for change in Change if change is not Change.NONE]
    return [one for one in made if one.lines or one.empty or (one.table and one.table.rows)]


def _shown(found: Comparison, change: Change) -> Shown:
    pairs = found.of(change)
    heading, empty = f"{change.value.capitalize()} ({len(pairs)})", EMPTY.get(change, "")
    if change not in BOTH:
        return Shown(heading, lines=[_line(pair) for pair in pairs], empty=empty)
    columns = [Column(f"In {short(found.one)}"), Column(f"In {short(found.other)}"), Column("What differs")]
    return Shown(
        heading, Table(heading, columns, [_both(pair) for pair in pairs], empty=empty, stacks=True), empty=empty
    )


def _line(pair: Pair) -> Line:
    thing = pair.one or pair.other
    assert thing is not None  # a pair has at least one side
    return Line(thing.code, thing.label, item_url(thing.framework, thing.code), pair.kind.capitalize())


def _both(pair: Pair) -> list[Cell]:
    by = "" if pair.by == BY_CODE else f", {pair.by}"
    return [_cell(pair.one, f"{pair.kind} ", by), _cell(pair.other), Cell(html=_differences(pair.differences))]


def _cell(thing: Thing | None, before: str = "", after: str = "") -> Cell:
    if thing is None:
        return Cell("–")
    words = f"{before}{thing.code}{after}"
    return Cell(thing.label, href=item_url(thing.framework, thing.code), hint=words[:1].upper() + words[1:])


def _differences(differences: Sequence[Difference]) -> SafeString:
    """What differs, from one to the other; the label stands in the columns before already."""
    rows = ((d.name, d.one or "nothing said", d.other or "nothing said") for d in differences if d.field != "label")
    items = format_html_join("", BECOMES, rows)
    if any(difference.field == "label" for difference in differences):
        items = format_html("{}<li>{}</li>", items, "Said in other words")
    return format_html('<ul class="govuk-list govuk-!-margin-bottom-0">{}</ul>', items)
