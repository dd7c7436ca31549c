"""What `show` shows: one thing of the catalogue or the data package, found by its id, as a card of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from commonweal import errors
from commonweal.catalogue import Catalogue, Criterion, Framework, Goal, Measure, Outcome, Target, Theme, Unit, units
from commonweal.catalogue.words import DEFINITION, OUTLINE, WORDING, trust
from commonweal.cli import options
from commonweal.cli.show import columns, facts, paragraph
from commonweal.places import Place
from commonweal.quantities import plain
from commonweal.reporting import wording
from commonweal.series import Entry, ValueSeries

MOST_ENTRIES = 30
GOALS = ("sdg/", "goal/")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing with its kind; `text` writes its card."""

    kind: str
    thing: Any
    text: Callable[[], str]


def find(code: str, catalogue: Catalogue, values: options.Values) -> Found:
    """
    Return what `code` names: looked for among value series, frameworks, their parts, goals, units and places.

    :raises UnknownCode: with what looks like it, or with all that it could mean
    """
    wanted = code.strip()
    if wanted.casefold().startswith("value/") or any(series.id == wanted for series in values.own):
        series = values.get(wanted)
        return Found("series", series, partial(series_card, series))
    for look in (_framework, _part, _measure, _goal, _unit, _place):
        found = look(wanted, catalogue)
        if found:
            return found
    raise _unknown(wanted, catalogue)


def _framework(code: str, catalogue: Catalogue) -> Found | None:
    framework = next((f for f in catalogue.frameworks if f.id == code.casefold()), None)
    return Found("framework", framework, partial(framework_card, framework)) if framework else None


def _part(code: str, catalogue: Catalogue) -> Found | None:
    for framework in catalogue.frameworks:
        for kind, parts in _parts(framework):
            for part in parts:
                if code.casefold() in (part.id.casefold(), f"{framework.id}/{part.code}".casefold()):
                    return Found(kind, part, partial(part_card, kind, part, framework))
    return None


def _parts(framework: Framework) -> list[tuple[str, Iterable[Theme | Outcome | Criterion]]]:
    return [("theme", framework.themes), ("outcome", framework.outcomes), ("criterion", framework.criteria)]


def _measure(code: str, catalogue: Catalogue) -> Found | None:
    try:
        measure = catalogue.measure(code)
    except errors.UnknownCode as error:
        if "several frameworks" in error.message:
            raise
        return None
    return Found("measure", measure, partial(measure_card, measure, catalogue))


def _goal(code: str, catalogue: Catalogue) -> Found | None:
    bare = code.casefold()
    for start in GOALS:
        bare = bare.removeprefix(start)
    for goal in catalogue.goals:
        if goal.code == bare:
            return Found("goal", goal, partial(goal_card, goal))
        for target in goal.targets:
            if target.code.casefold() == bare:
                return Found("target", target, partial(target_card, target, goal))
    return None


def _unit(code: str, catalogue: Catalogue) -> Found | None:
    known = units().canonical(code)
    return Found("unit", units()[known], partial(unit_card, units()[known])) if known else None


def _place(code: str, catalogue: Catalogue) -> Found | None:
    try:
        place = options.gazetteer().place(code)
    except errors.UnknownCode as error:
        if "could be" in error.message:
            raise
        return None
    return Found("place", place, partial(place_card, place))


def _unknown(code: str, catalogue: Catalogue) -> errors.UnknownCode:
    near: list[str] = []
    for ask in (catalogue.framework, catalogue.measure, options.gazetteer().place):
        try:
            ask(code)
        except errors.UnknownCode as error:
            near += error.nearest
    near = list(dict.fromkeys(near))[:6]
    hint = f"Nearest: {', '.join(near)}." if near else "Look for it with `commonweal search WORDS`."
    return errors.UnknownCode(f"Nothing here is called {code!r}. {hint}", near)


def framework_card(framework: Framework) -> str:
    """Return a framework with its themes, outcomes, criteria and measures."""
    head = facts(
        [
            ("Release", framework.id),
            ("Name", framework.name),
            ("Publisher", framework.publisher),
            ("Released", framework.released),
            ("Applies", _applies(framework)),
            ("Licence", framework.licence),
            ("Trust", trust(OUTLINE, framework.verified)),
            ("Replaces", framework.replaces),
            ("Superseded by", framework.superseded_by),
            ("About", framework.description),
            ("Note", " ".join(framework.notes)),
        ]
    )
    parts = [head]
    for heading, items in _lists(framework):
        if items:
            parts.append(f"{heading}:\n" + columns([(f"  {code}", label, unit) for code, label, unit in items]))
    return "\n\n".join(parts)


def _applies(framework: Framework) -> str:
    since, until = framework.applies_from, framework.applies_until
    words = [f"from {wording.day(since)}" if since else "", f"until {wording.day(until)}" if until else ""]
    return " ".join(word for word in words if word)


def _lists(framework: Framework) -> list[tuple[str, list[tuple[str, str, str]]]]:
    return [
        ("Themes", [(item.code, item.label, "") for item in framework.themes]),
        ("Outcomes", [(item.code, item.label, "") for item in framework.outcomes]),
        ("Criteria", [(item.code, item.label, "") for item in framework.criteria]),
        ("Measures", [(item.code, item.label, item.unit) for item in framework.measures]),
    ]


def part_card(kind: str, part: Theme | Outcome | Criterion, framework: Framework) -> str:
    """Return a theme, outcome or criterion with what stands under it."""
    below: list[Outcome | Criterion | Measure] = [*framework.outcomes, *framework.criteria, *framework.measures]
    under = [
        (f"  {item.id}", item.label)
        for item in below
        if item is not part and part.code in (getattr(item, "theme", ""), getattr(item, "outcome", ""))
    ]
    head = facts(
        [
            (kind.capitalize(), part.id),
            ("Label", part.label),
            ("Framework", framework.name),
            ("Trust", trust(WORDING, part.verified)),
            ("Sources", _sources(part.sources, framework)),
            ("Note", part.note),
        ]
    )
    return f"{head}\n\nUnder it:\n{columns(under)}" if under else head


def measure_card(measure: Measure, catalogue: Catalogue) -> str:
    """Return the definition card of a measure."""
    framework = catalogue.framework(measure.framework)
    outcome = catalogue.outcome(measure)
    links = ", ".join(f"{link.code} ({link.by})" for link in catalogue.goal_links(measure))
    return facts(
        [
            ("Measure", measure.id),
            ("Label", measure.label),
            ("Framework", framework.name),
            ("Outcome", f"{outcome.code} {outcome.label}" if outcome else ""),
            ("Kind", measure.kind.value.replace("_", " ")),
            ("Unit", measure.unit),
            ("Counts", measure.card.counts),
            ("Does not count", measure.card.does_not_count),
            ("How to count", measure.card.unit_rule),
            ("Numerator", measure.card.numerator),
            ("Denominator", measure.card.denominator),
            ("Needs", measure.card.needs),
            ("Attribution", measure.card.attribution),
            ("Evidence", measure.evidence),
            ("Over time", measure.over_time.value),
            ("Over contracts", measure.over_contracts.value),
            ("Excludes", ", ".join(measure.exclusive_with)),
            ("May stack with", ", ".join(measure.may_stack_with)),
            ("Value series", measure.values or ("none shipped; the publisher prices it" if measure.monetised else "")),
            ("Goals", links),
            ("Same as", measure.same_as),
            ("Related", "; ".join(f"{r.relation} {r.to}" for r in measure.relations)),
            ("Small numbers", "hidden in public" if measure.sensitive else ""),
            ("Trust", trust(DEFINITION, measure.verified)),
            ("Sources", _sources(measure.sources, framework)),
            ("Note", measure.note),
        ]
    )


def _sources(keys: Iterable[str], framework: Framework) -> str:
    titles = [framework.sources[key].title or key for key in keys if key in framework.sources]
    return "; ".join(titles)


def goal_card(goal: Goal) -> str:
    """Return a goal with its targets."""
    targets = "\n".join(paragraph(f"{target.code}  {target.label}", "  ") for target in goal.targets)
    return facts([("Goal", goal.code), ("Name", goal.name), ("Text", goal.label)]) + f"\n\nTargets:\n{targets}"


def target_card(target: Target, goal: Goal) -> str:
    """Return a target and its goal."""
    pairs = [
        ("Target", target.code),
        ("Text", target.label),
        ("Kind", target.kind),
        ("Goal", f"{goal.code} {goal.name}"),
    ]
    return facts(pairs)


def unit_card(unit: Unit) -> str:
    """Return a unit with the words that people write for it."""
    return facts(
        [
            ("Unit", unit.id),
            ("Label", f"{unit.label}, {unit.plural}"),
            ("Symbol", unit.symbol),
            ("Measures", unit.dimension),
            ("UN/ECE code", unit.unece),
            ("Also written", ", ".join(unit.synonyms)),
            ("Note", unit.note),
        ]
    )


def place_card(place: Place) -> str:
    """Return a place with what lies around it."""
    around = options.gazetteer().chain(place.code)[1:]
    return facts(
        [
            ("Place", place.code),
            ("Name", place.name),
            ("Name in Welsh", place.name_cy),
            ("Type", place.type.replace("_", " ")),
            ("Lies in", ", ".join(f"{other.name} ({other.code})" for other in around)),
            ("Former codes", ", ".join(place.former_codes)),
            ("Until", place.valid_to if not place.current else ""),
            ("Replaced by", ", ".join(place.replaced_by)),
            ("NUTS 2021", ", ".join(filter(None, (place.nuts1, *place.nuts3)))),
            ("People", f"{place.population:,} (2020)" if place.population is not None else ""),
        ]
    )


def series_card(series: ValueSeries) -> str:
    """Return a value series with its entries and their sources."""
    head = facts(
        [
            ("Series", series.id),
            ("Label", series.label),
            ("Unit", series.unit),
            ("Prices", f"real, of {series.price_base}" if series.kind == "real" else "money of the day"),
            ("Pack", series.pack),
            ("Licence", series.licence),
            ("May leave", "" if series.may_export else "no: for use under your own licence"),
            ("Checked on", wording.day(series.checked_on) if series.checked_on else ""),
        ]
    )
    shown = series.entries[:MOST_ENTRIES]
    rows = [("From", "Place", "Value", "Source", "")]
    rows += [_entry(entry, series) for entry in shown]
    more = len(series.entries) - len(shown)
    rest = f"\n... and {more:,} more entries; --json writes all." if more else ""
    return f"{head}\n\n{columns(rows, right=[2])}{rest}\n\n{_citations(series)}"


def _entry(entry: Entry, series: ValueSeries) -> tuple[str, str, str, str, str]:
    marks = [entry.status, "" if entry.verified else "value not confirmed", entry.note]
    parts = ", ".join(f"{name} {plain(value)}" for name, value in entry.parts)
    remarks = "; ".join(mark for mark in (*marks, parts) if mark)
    return (entry.start.isoformat(), entry.place or "everywhere", plain(entry.value), entry.source, remarks)


def _citations(series: ValueSeries) -> str:
    lines = []
    for key, source in series.sources.items():
        about = ", ".join(str(source[name]) for name in ("title", "date", "href") if name in source)
        lines.append(paragraph(f"{key}: {about}", "  "))
    return "Sources:\n" + "\n".join(lines)
