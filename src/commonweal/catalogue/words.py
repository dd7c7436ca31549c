"""What a definition says in codes, in plain words: kinds, how things add up, units, trust, days in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields

from commonweal.catalogue.models import Card, Framework, Measure, Verified
from commonweal.catalogue.units import units
from commonweal.portfolio import Aggregation, Kind

KINDS: Mapping[Kind, str] = {
    Kind.QUANTITY: "a quantity",
    Kind.MONEY: "an amount of money",
    Kind.RATIO: "a ratio of two quantities",
    Kind.YES_NO: "yes or no",
    Kind.LEVEL: "a level on a scale",
    Kind.NARRATIVE: "an account in words",
    Kind.REFERENCE: "a reference to something else",
}
OVER_TIME: Mapping[Aggregation, str] = {
    Aggregation.SUM: "Added up from period to period",
    Aggregation.AVERAGE: "Averaged over the periods, not added up",
    Aggregation.LAST: "The latest period counts, earlier ones do not",
    Aggregation.DISTINCT: "Each person or thing counts once, however many periods it is in",
    Aggregation.RECOMPUTE: "Worked out again from both quantities of all periods; ratios are never averaged",
    Aggregation.NONE: "Not added up from period to period",
}
OVER_CONTRACTS: Mapping[Aggregation, str] = {
    Aggregation.SUM: "Added up from contract to contract",
    Aggregation.AVERAGE: "Averaged over the contracts, not added up",
    Aggregation.LAST: "The latest contract counts",
    Aggregation.DISTINCT: "Each person or thing counts once, however many contracts it is in",
    Aggregation.RECOMPUTE: "Worked out again from both quantities of all contracts; ratios are never averaged",
    Aggregation.NONE: "Not added up from contract to contract",
}
OUTLINE, WORDING, DEFINITION = "Outline", "Wording", "Wording and unit"
"""
What is confirmed or not: of a release its dates, codes and the order of its parts, of a theme, outcome, criterion or
rule what it says, and of a measure what it says and its unit. A link, and a value, is confirmed for itself.
"""
CONFIRMED: Mapping[Verified, str] = {
    Verified.TRUE: "confirmed",
    Verified.SECONDARY: "from secondary sources",
    Verified.FALSE: "not confirmed",
}
_WHY: Mapping[Verified, str] = {
    Verified.TRUE: "found in a source that was read",
    Verified.SECONDARY: "they agree, and the original was not read",
    Verified.FALSE: "inferred or recalled, and found in no source that was read",
}
LINK_TRUST: Mapping[Verified, str] = {**CONFIRMED, Verified.FALSE: "proposed"}
"""How far a link may be trusted."""
FIELDS: Mapping[str, str] = {
    "label": "What it says",
    "unit": "Unit",
    "kind": "Kind",
    "over_time": "Over time",
    "over_contracts": "Over contracts",
    "counts": "What counts",
    "does_not_count": "What does not count",
    "unit_rule": "How the unit is counted",
    "numerator": "Numerator",
    "denominator": "Denominator",
    "needs": "What else must be known",
    "attribution": "Sharing with others",
    "alternative": "Other way to count",
    "cohort": "Who is meant",
    "better": "Which way is better",
    "parts": "What belongs to it",
    "evidence": "Evidence",
    "theme": "Theme",
    "outcome": "Outcome",
    "exclusive_with": "Not together with",
    "may_stack_with": "May stand beside",
    "value": "Value",
}
BETTER = {"up": "more is better", "down": "less is better", "neither": "neither more nor less is better"}
CARD = tuple(field.name for field in fields(Card))


def unit_words(unit_id: str) -> str:
    """Return a unit as a plural noun ("full-time equivalents"), or as it is written where nobody knows it."""
    return units()[unit_id].plural if unit_id in units() else unit_id


def trust(what: str, verified: Verified) -> str:
    """Return how far something may be trusted: "Wording and unit confirmed: found in a source that was read"."""
    return f"{what} {CONFIRMED[verified]}: {_WHY[verified]}"


def mark(what: str, verified: Verified) -> str:
    """Return the mark of what is not confirmed, in the words of `trust`: "wording not confirmed"; else nothing."""
    return "" if verified is Verified.TRUE else f"{what[:1].lower()}{what[1:]} {CONFIRMED[verified]}"


def wording_of(kind: str) -> str:
    """Return what is confirmed of an item of a kind ("measure", "outcome"): only a measure has a unit."""
    return DEFINITION if kind == "measure" else WORDING


def plainly(key: str) -> str:
    """Return a code made of words as words: long_term_unemployed as "long term unemployed"."""
    return key.replace("_", " ")


def said(measure: Measure, field: str) -> str:
    """Return what a measure says in one of `FIELDS`, in words; empty where it says nothing."""
    if field in CARD:
        return str(getattr(measure.card, field))
    value = getattr(measure, field)
    match field:
        case "unit":
            return unit_words(value)
        case "kind":
            return KINDS[value]
        case "over_time":
            return OVER_TIME[value]
        case "over_contracts":
            return OVER_CONTRACTS[value]
        case "better":
            return BETTER[value]
        case "cohort":
            return plainly(value)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def in_force(framework: Framework) -> str:
    """Return when a release applies: "from 1 January 2021 until 30 September 2025"; empty where nothing says so."""
    since, until = framework.applies_from, framework.applies_until
    return " ".join([*([f"from {_day(since)}"] if since else []), *([f"until {_day(until)}"] if until else [])])


def _day(day: dt.date) -> str:
    return f"{day.day} {day:%B %Y}"


def counted(framework: Framework) -> list[tuple[int, str]]:
    """Return how many themes, outcomes, criteria and measures a release has, each with its noun; none is left out."""
    groups = (
        (framework.themes, "theme", "themes"),
        (framework.outcomes, "outcome", "outcomes"),
        (framework.criteria, "award criterion", "award criteria"),
        (framework.measures, "measure", "measures"),
    )
    return [(len(items), one if len(items) == 1 else many) for items, one, many in groups if items]
