"""How a summary of a mapping is said in words, alike on pages and in documents."""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.catalogue.words import LINK_TRUST
from commonweal.crosswalk.express import PHRASES, in_units
from commonweal.crosswalk.models import Datum
from commonweal.crosswalk.summary import Counted, Goal, Line, Summary, Thing, Way
from commonweal.quantities import ONE, plain

MOST_NAMED = 4
CAUTION = (
    "A relation reads from left to right, from the first column to the counterpart: “broader than” says that the "
    "counterpart counts only a part of it, “narrower than” says that it counts all of it and more. What has no "
    "counterpart is named with its reason; it is not zero."
)


def sentence(summary: Summary, counted: Counted) -> str:
    """
    Return what a release covers: "6 of 8 can be converted (75.0 %), 7 of 8 related (87.5 %), 1 has no counterpart: X."
    """
    whole = counted.all
    parts = [
        f"{counted.convertible} of {whole} can be converted ({counted.convertible_percent})",
        *([_to_choose(summary, counted)] if counted.choices else []),
        f"{counted.related} of {whole} related ({counted.related_percent})",
    ]
    return f"{', '.join(parts)}, {_unmapped(summary, counted)}."


def _to_choose(summary: Summary, counted: Counted) -> str:
    """Return what could be converted to several things, so that it is not counted as converted before one is chosen."""
    number = len(counted.choices)
    said = f"{number} need{'s' if number == 1 else ''} a choice first"
    return said if number > MOST_NAMED else f"{said}: {_labels(summary, counted.choices)}"


def _labels(summary: Summary, ids: Sequence[str]) -> str:
    labels = {line.item.id: line.item.label for line in summary.lines}
    return "; ".join(labels[item_id] for item_id in ids)


def _unmapped(summary: Summary, counted: Counted) -> str:
    left = len(counted.unmapped)
    if not left:
        return "none is without a counterpart"
    said = "1 has no counterpart" if left == 1 else f"{left} have no counterpart"
    if left > MOST_NAMED:
        return f"{said}; they are named below"
    return f"{said}: {_labels(summary, counted.unmapped)}"


def relation(way: Way) -> str:
    """Return "close to (proposed)"."""
    return f"{PHRASES[way.relation]} ({LINK_TRUST[way.verified]})"


def share(weight: int | None) -> str:
    """Return basis points as "60 %", or nothing."""
    if weight is None:
        return ""
    return f"{plain(ONE * weight / 100)} %"


def conversion(item: Thing, way: Way) -> str:
    """Return how one becomes the other: "people × weeks planned for each apprentice = weeks"; nothing if it cannot."""
    if way.factor is None:
        return ""
    left = item.unit_words if way.factor == ONE else f"{item.unit_words} × {plain(way.factor)}"
    if way.datum is not None:
        left += f" {'÷' if way.datum.divide else '×'} {way.datum.label}"
    if left == way.target.unit_words:
        return f"{left}, one for one"
    return f"{left} = {way.target.unit_words}"


def asked(datum: Datum) -> str:
    """Return what to ask for, with its unit unless the words say it: "weeks planned for each apprentice"."""
    over, _, under = datum.unit.partition("/")
    if in_units(None, over) in datum.label:
        return datum.label
    each = f" for each {in_units(ONE, under).removeprefix('1 ')}" if under else ""
    return f"{datum.label} ({in_units(None, over)}{each})"


def to_ask(line: Line) -> list[str]:
    """Return every further fact that some framework needs, each once."""
    return list(dict.fromkeys(asked(way.datum) for way in line.ways if way.datum is not None))


def deliverable(thing: Thing) -> str:
    """Return what is to be delivered: what counts, or how it is worked out, or else its name."""
    return thing.counts or thing.unit_rule or thing.label


def unit(thing: Thing) -> str:
    """Return the unit in words; what is not counted says so."""
    return thing.unit_words or "not counted: answered in words"


def goals(line: Line) -> list[str]:
    """Return the goals in words, each goal once with its targets: "8 Decent work and economic growth (8.5: 60 %)"."""
    grouped: dict[str, list[Goal]] = {}
    for goal in line.goals:
        grouped.setdefault(goal.goal, []).append(goal)
    return [f"{number} {found[0].goal_name}{_targets(found)}" for number, found in grouped.items()]


def _targets(found: Sequence[Goal]) -> str:
    said = []
    for one in found:
        weight = share(one.weight)
        if one.code != one.goal:
            said.append(f"{one.code}: {weight}" if weight else one.code)
        elif weight:
            said.append(weight)
    return f" ({', '.join(said)})" if said else ""
