"""What one unit of a measure is worth over time, where that may be shown, or why nothing is shown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.safestring import SafeString

from commonweal.catalogue import Catalogue, Measure
from commonweal.reporting import wording
from commonweal.reporting.build.catalogue import Credit, credit, prices
from commonweal.series import WITHDRAWN, Entry, ValueSeries
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.catalogue import drawing

LICENSED = (
    "The publisher prices this measure, but under a licence that does not let the values be shown here. Whoever holds "
    "that licence can import them: they then compute in this service, and still appear on no page and in no file."
)
UNPRICED = "This framework puts no pounds on the measure. It is reported in its unit alone."
MOST_ENTRIES = 60


@dataclass(frozen=True, slots=True)
class Worth:
    """What one unit is worth: the newest value, all of them as table and drawing, or why none is shown."""

    why_not: str = ""
    newest: str = ""
    table: Table | None = None
    chart: SafeString = field(default_factory=SafeString)
    message: str = ""
    licence: Credit | None = None
    more: int = 0


def worth(catalogue: Catalogue, measure: Measure, *, today: dt.date) -> Worth:
    """Return what the measure is worth, with the values of the same measure in other releases beside its own."""
    series = selectors.shown_series(measure)
    if series is None:
        return Worth(why_not=LICENSED if measure.monetised else UNPRICED)
    rows = list(_entries(catalogue, measure, series))
    everywhere = [(start, entry.value) for start, entry, _ in rows if not entry.place and entry.status != WITHDRAWN]
    steps = [drawing.Point(start, value) for start, value in dict(everywhere).items()]
    message = _message(measure, steps)
    return Worth(
        newest=_newest(measure, series, today),
        table=_table(measure, rows[:MOST_ENTRIES]),
        chart=drawing.steps(steps, until=today, words=message),
        message=message,
        licence=credit(series.licence),
        more=max(0, len(rows) - MOST_ENTRIES),
    )


def _entries(catalogue: Catalogue, measure: Measure, series: ValueSeries) -> list[tuple[dt.date, Entry, ValueSeries]]:
    """The values of the measure and of what it is the same as, each once, in the order of their days."""
    found = {(entry.start, entry.place): (entry.start, entry, series) for entry in series.entries}
    for other in catalogue.measures:
        if other.id == measure.same_as or other.same_as == measure.id:
            theirs = selectors.shown_series(other)
            if theirs is not None and theirs.unit == series.unit:
                found = {(e.start, e.place): (e.start, e, theirs) for e in theirs.entries} | found
    return sorted(found.values(), key=lambda row: (row[0], row[1].place))


def _newest(measure: Measure, series: ValueSeries, today: dt.date) -> str:
    entries = [e for e in series.entries if e.status != WITHDRAWN and not e.place and e.start <= today]
    if not entries:
        return ""
    newest = max(entries, key=lambda entry: entry.start)
    unit = wording.unit_words(Decimal(1), measure.unit)
    return f"{wording.pounds(newest.value, None)} for one {unit}, from {wording.day(newest.start)}, {prices(series)}"


def _message(measure: Measure, steps: Sequence[drawing.Point]) -> str:
    if len(steps) < 2:
        return ""
    first, last = steps[0], steps[-1]
    verb = "rose" if last.value > first.value else "fell" if last.value < first.value else "stayed the same"
    said = f" from {wording.pounds(first.value, None)} to {wording.pounds(last.value, None)}"
    between = f"between {first.start:%B %Y} and {last.start:%B %Y}"
    return f"The value {verb}{said if verb != 'stayed the same' else ''} {between}"


def _table(measure: Measure, rows: Sequence[tuple[dt.date, Entry, ValueSeries]]) -> Table:
    places = any(entry.place for _, entry, _ in rows)
    columns = [
        Column("From"),
        *([Column("Place")] if places else []),
        Column("Pounds", numeric=True, unit=f"for one {measure.unit}"),
        Column("Prices"),
        Column("Source"),
    ]
    return Table("Values by date", columns, [_row(*row, places=places) for row in rows], hide_caption=True, stacks=True)


def _row(start: dt.date, entry: Entry, series: ValueSeries, *, places: bool) -> list[Cell]:
    source = series.sources.get(entry.source, {})
    marks = [entry.status, "" if entry.verified else "value not confirmed", entry.note]
    until = f"until {wording.day(entry.until)}" if entry.until else ""
    return [
        Cell(wording.day(start), hint=until),
        *([Cell(entry.place or "Everywhere")] if places else []),
        Cell(wording.pounds(entry.value, None), hint="; ".join(mark for mark in marks if mark)),
        Cell(prices(series)),
        Cell(str(source.get("title", entry.source)), hint=f"{series.id}, licence: {credit(series.licence).licence}"),
    ]
