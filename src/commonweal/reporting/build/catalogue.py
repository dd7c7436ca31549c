"""
Pages of the catalogue as reports: a release with all that it holds, the values of a measure, two releases side by side.

Each names licence and attribution. `credits` puts both into every row as well, for a file that holds one table and
nothing else. Values come from `series_of`, which gives those alone that may be shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import packs
from commonweal.catalogue import Catalogue, Citation, Criterion, Framework, Measure, Outcome, Theme, Verified
from commonweal.catalogue.words import OUTLINE, in_force, plainly, said, trust, unit_words
from commonweal.crosswalk.compare import Change, Comparison, Difference, Pair
from commonweal.figures import Book
from commonweal.reporting.model import Cell, Column, Facts, Prose, Report, Row, Section, Show, Table
from commonweal.series import Entry, ValueSeries

SeriesOf = Callable[[Measure], ValueSeries | None]
ITEMS, VALUES, CHANGES = "items", "values", "changes"
DEFINITION = (
    "unit", "kind", "over_time", "over_contracts", "counts", "does_not_count", "unit_rule", "numerator", "denominator",
    "needs", "attribution", "evidence", "exclusive_with", "may_stack_with",
)  # fmt: skip
HEADINGS = (
    "Unit", "Kind", "Over time", "Over contracts", "What counts", "What does not count", "How the unit is counted",
    "Numerator", "Denominator", "What else must be known", "Sharing with others", "Evidence", "Not together with",
    "May stand beside",
)  # fmt: skip
CREDITS = (
    Column("framework", "Framework"),
    Column("publisher", "Publisher"),
    Column("licence", "Licence"),
    Column("credit", "Attribution"),
)


@dataclass(frozen=True, slots=True)
class Credit:
    """Under which licence something is given, with its address, and the line that goes wherever it goes."""

    licence: str
    href: str
    attribution: str


def credit(licence: str, publisher: str = "") -> Credit:
    """Return the licence called `licence` with its attribution; of one that we do not know, the words as they stand."""
    known = packs.licences().get(licence)
    if known is None:
        return Credit(licence or "not stated", "", publisher)
    return Credit(known.name, known.href, known.attribution)


def release_report(
    catalogue: Catalogue,
    framework: Framework,
    *,
    series_of: SeriesOf,
    as_at: dt.date,
    made_by: str,
    credits: bool = False,
) -> Report:
    """Return a release with its themes, outcomes, criteria and measures in one table, its rules, values and sources."""
    mine = credit(framework.licence, framework.publisher)
    valued = [(measure, series) for measure in framework.measures if (series := series_of(measure)) is not None]
    sections = [
        Section("about", framework.name, (_about(framework, mine), Prose((framework.description, *framework.notes)))),
        Section(ITEMS, "Themes, outcomes, criteria and measures", (_items(catalogue, framework, credits),)),
        *([Section("rules", "Rules", (_rules(framework),))] if framework.rules else []),
        *([Section(VALUES, "Values", (_values(valued, credits),))] if valued else []),
        *([Section("sources", "Sources", (_sources(framework.sources.values()),))] if framework.sources else []),
    ]
    lines = dict.fromkeys([mine.attribution, *(credit(series.licence).attribution for _, series in valued)])
    return _report(framework.name, f"{framework.id}, {framework.publisher}", sections, as_at, made_by, lines)


def values_report(measure: Measure, series: ValueSeries, *, as_at: dt.date, made_by: str) -> Report:
    """Return what a measure is worth by date and place, each value with its source."""
    lines = [credit(series.licence).attribution]
    section = Section(VALUES, f"Values of {measure.code}", (_values([(measure, series)], credits=True),))
    return _report(measure.label, measure.id, [section], as_at, made_by, lines)


def comparison_report(comparison: Comparison, *, as_at: dt.date, made_by: str) -> Report:
    """Return two releases side by side: how many of each change, and every difference in a row of its own."""
    one, other = comparison.one, comparison.other
    title = f"{one.short_name or one.name} and {other.short_name or other.name} side by side"
    counts = Table(
        "counts",
        "What changed",
        (Column("change", "Change"), Column("items", "Items", Show.COUNT)),
        tuple(Row((Cell(change.value), Cell(Decimal(count)))) for change, count in comparison.counts().items()),
    )
    lines = dict.fromkeys(credit(each.licence, each.publisher).attribution for each in (one, other))
    sections = [Section("counts", "What changed", (counts,)), Section(CHANGES, "Changes", (_changes(comparison),))]
    return _report(title, f"{one.id} and {other.id}", sections, as_at, made_by, lines)


def _report(
    title: str, subtitle: str, sections: list[Section], as_at: dt.date, made_by: str, lines: Iterable[str]
) -> Report:
    report = Report(title, subtitle, as_at, sections, Book(), made_by=made_by)
    report.attributions = [line for line in lines if line]
    return report


def _about(framework: Framework, mine: Credit) -> Facts:
    facts = (
        ("Release", framework.id),
        ("Publisher", framework.publisher),
        ("Released", framework.released),
        ("In force", in_force(framework)),
        ("Replaces", framework.replaces),
        ("Superseded by", framework.superseded_by),
        ("Trust", trust(OUTLINE, framework.verified)),
        ("Licence", mine.licence),
        ("Licence text", mine.href),
        ("Attribution", mine.attribution),
    )
    return Facts(tuple(fact for fact in facts if fact[1]))


def _items(catalogue: Catalogue, framework: Framework, credits: bool) -> Table:
    columns = (
        Column("sort", "Item"), Column("code", "Code"), Column("label", "Label"), Column("theme", "Theme"),
        Column("outcome", "Outcome"), Column("criteria", "Criteria"),
        *(Column(field, heading) for field, heading in zip(DEFINITION, HEADINGS, strict=True)),
        Column("goals", "Goals"), Column("priced", "Priced by its publisher"), Column("since", "Since"),
        Column("replaced_by", "Replaced by"), Column("same_as", "Same as"), Column("trust", "Wording confirmed"),
        Column("sources", "Sources"), Column("note", "Note"), *(CREDITS if credits else ()),
    )  # fmt: skip
    mine = credit(framework.licence, framework.publisher)
    ends = (framework.id, framework.publisher, mine.licence, mine.attribution) if credits else ()
    lines = (*(_part(framework, part) for part in _parts(framework)), *_measures(catalogue, framework))
    rows = tuple(Row(tuple(Cell(text) for text in (*line, *ends))) for line in lines)
    return Table(ITEMS, "Themes, outcomes, criteria and measures", columns, rows, dense=True)


def _parts(framework: Framework) -> tuple[Theme | Outcome | Criterion, ...]:
    return (*framework.themes, *framework.outcomes, *framework.criteria)


def _part(framework: Framework, part: Theme | Outcome | Criterion) -> tuple[str, ...]:
    theme, outcome = getattr(part, "theme", ""), getattr(part, "outcome", "")
    goals = ", ".join(link.code for link in getattr(part, "goals", ()))
    middle = tuple("" for _ in DEFINITION)
    sort = type(part).__name__.lower()
    note = " ".join(filter(None, ("; ".join(getattr(part, "parts", ())), part.note)))
    head = (sort, part.code, part.label, theme, outcome, "", *middle, goals, "", "", "", "")
    return (*head, part.verified.value, _titles(framework, part.sources), note)


def _measures(catalogue: Catalogue, framework: Framework) -> Iterable[tuple[str, ...]]:
    for measure in framework.measures:
        yield (
            "measure", measure.code, measure.label, measure.theme, measure.outcome, ", ".join(measure.criteria),
            *(said(measure, field) for field in DEFINITION),
            ", ".join(link.code for link in catalogue.goal_links(measure)), "yes" if measure.monetised else "no",
            measure.since, measure.replaced_by, measure.same_as, measure.verified.value,
            _titles(framework, measure.sources), measure.note,
        )  # fmt: skip


def _titles(framework: Framework, keys: Iterable[str]) -> str:
    return "; ".join(framework.sources[key].title or key for key in keys if key in framework.sources)


def _rules(framework: Framework) -> Table:
    columns = (Column("id", "Rule"), Column("text", "What it says"), Column("trust", "Wording confirmed"))
    rows = tuple(Row((Cell(plainly(r.id)), Cell(r.text), Cell(r.verified.value))) for r in framework.rules)
    return Table("rules", "Rules of the framework", columns, rows)


def _sources(sources: Iterable[Citation]) -> Table:
    names = ("key", "title", "href", "date", "note")
    columns = tuple(Column(name, {"key": "Source", "href": "Address"}.get(name, name.capitalize())) for name in names)
    rows = tuple(Row(tuple(Cell(getattr(one, name)) for name in names)) for one in sources)
    return Table("sources", "Sources", columns, rows)


def _values(valued: Sequence[tuple[Measure, ValueSeries]], credits: bool) -> Table:
    columns = (
        Column("code", "Code"), Column("label", "Label"), Column("from", "From", Show.DATE),
        Column("until", "Until", Show.DATE), Column("place", "Place"), Column("value", "Pounds", Show.QUANTITY),
        Column("unit", "For each"), Column("prices", "Prices"), Column("source", "Source"), Column("href", "Address"),
        Column("trust", "Value confirmed"), Column("note", "Note"), Column("series", "Series"),
        *(CREDITS if credits else ()),
    )  # fmt: skip
    rows = tuple(_value(m, series, entry, credits) for m, series in valued for entry in series.entries)
    return Table(VALUES, "Pounds for one unit, by date and place", columns, rows, dense=True)


def _value(measure: Measure, series: ValueSeries, entry: Entry, credits: bool) -> Row:
    mine, about = credit(series.licence), series.sources.get(entry.source, {})
    trust = Verified.TRUE if entry.verified else Verified.FALSE
    note = "; ".join(filter(None, (entry.status, entry.note)))
    texts = (
        prices(series), str(about.get("title", entry.source)), str(about.get("href", "")), trust.value, note, series.id,
        *((measure.framework, series.pack, mine.licence, mine.attribution) if credits else ()),
    )  # fmt: skip
    head = (Cell(measure.code), Cell(measure.label), Cell(entry.start), Cell(entry.until), Cell(entry.place))
    return Row((*head, Cell(entry.value), Cell(unit_words(measure.unit)), *(Cell(text) for text in texts)))


def prices(series: ValueSeries) -> str:
    """Return in whose money a series is: of the day, or of its price base."""
    return f"prices of {series.price_base}" if series.kind == "real" else "money of the day"


def _changes(comparison: Comparison) -> Table:
    columns = (
        Column("change", "Change"), Column("sort", "Item"), Column("one", f"Code in {comparison.one.id}"),
        Column("one_label", f"Label in {comparison.one.id}"), Column("other", f"Code in {comparison.other.id}"),
        Column("other_label", f"Label in {comparison.other.id}"), Column("by", "Belong together by"),
        Column("field", "What differs"), Column("one_says", f"{comparison.one.id} says"),
        Column("other_says", f"{comparison.other.id} says"), Column("licence", "Licence"),
        Column("credit", "Attribution"),
    )  # fmt: skip
    both = [credit(each.licence, each.publisher) for each in (comparison.one, comparison.other)]
    ends = ("; ".join(dict.fromkeys(c.licence for c in both)), "; ".join(dict.fromkeys(c.attribution for c in both)))
    rows = [
        Row(tuple(Cell(text) for text in (*_sides(pair), *_said(difference), *ends)))
        for change in Change
        for pair in comparison.of(change)
        for difference in (pair.differences or (None,))
    ]
    return Table(CHANGES, "Every difference in a row of its own", columns, tuple(rows), dense=True)


def _sides(pair: Pair) -> tuple[str, ...]:
    one = (pair.one.code, pair.one.label) if pair.one else ("", "")
    other = (pair.other.code, pair.other.label) if pair.other else ("", "")
    return (pair.change.value, pair.kind, *one, *other, pair.by)


def _said(difference: Difference | None) -> tuple[str, str, str]:
    return (difference.name, difference.one, difference.other) if difference else ("", "", "")
