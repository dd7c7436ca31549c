"""The definition card of a measure, ready for its page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString

from commonweal.catalogue import Catalogue, Citation, Framework, Measure
from commonweal.catalogue.words import BETTER, KINDS, OVER_CONTRACTS, OVER_TIME, plainly, unit_words
from commonweal_web.core.tables import summary_row
from commonweal_web.frameworks.catalogue.addresses import item_url, short


def points(text: str) -> list[str]:
    """Return what stands in one sentence as the points of a list: they are parted by semicolons or lines."""
    parts = (part.strip(" .\n") for part in re.split(r";|\n", text))
    return [part[:1].upper() + part[1:] for part in parts if part]


def card_rows(catalogue: Catalogue, measure: Measure) -> list[dict[str, Any]]:
    """Return how the measure is counted, line by line; what is not said is left out."""
    release = measure.framework
    rows: list[tuple[str, str | SafeString]] = [
        ("Unit", _unit(measure)),
        ("Kind", _kind(measure)),
        ("How the unit is counted", measure.card.unit_rule),
        ("Numerator", measure.card.numerator),
        ("Denominator", measure.card.denominator),
        ("Over time", OVER_TIME[measure.over_time]),
        ("Over contracts", OVER_CONTRACTS[measure.over_contracts]),
        ("What else must be known", measure.card.needs),
        ("Shared with others", measure.card.attribution),
        ("Other way to count", measure.card.alternative),
        ("Evidence", measure.evidence or "The framework asks for none in particular."),
        ("Who is meant", plainly(measure.cohort)),
        ("Broken down by", ", ".join(plainly(one) for one in measure.breakdowns)),
        ("Never together with", _names(catalogue, release, measure.exclusive_with)),
        ("May stand beside", _names(catalogue, release, measure.may_stack_with)),
        ("Place", "Its value differs from place to place." if measure.localised else ""),
        ("Expires", "The answer holds for a time and must be given again." if measure.expires else ""),
        ("Small numbers", "Hidden in public: they could point to persons." if measure.sensitive else ""),
    ]
    return [summary_row(key, value) for key, value in rows if value]


def _unit(measure: Measure) -> str:
    words = unit_words(measure.unit)
    return words[:1].upper() + words[1:]


def _kind(measure: Measure) -> str:
    words = KINDS[measure.kind]
    direction = f"; {BETTER[measure.better]}" if measure.better in BETTER else ""
    return f"{words[:1].upper()}{words[1:]}{direction}"


def history_rows(catalogue: Catalogue, measure: Measure) -> list[dict[str, Any]]:
    """Return since when there is the measure, what came before and after, and what it repeats."""
    rows: list[tuple[str, str | SafeString]] = [
        ("Since", measure.since),
        ("Replaced by", _names(catalogue, measure.framework, [measure.replaced_by])),
        ("Same as", _names(catalogue, measure.framework, [measure.same_as])),
        ("Also called", ", ".join(measure.aliases)),
        ("Repeated by", _names(catalogue, measure.framework, _repeats(catalogue, measure))),
    ]
    return [summary_row(key, value) for key, value in rows if value]


def _repeats(catalogue: Catalogue, measure: Measure) -> list[str]:
    return [other.id for other in catalogue.measures if other.same_as == measure.id]


def _names(catalogue: Catalogue, release: str, codes: Sequence[str]) -> SafeString:
    """Return measures as links, by code or by full id; of one that nobody knows the words as they stand."""
    known = {**{m.code: m for m in catalogue.framework(release).measures}, **{m.id: m for m in catalogue.measures}}
    found = SafeString("")
    for code in filter(None, codes):
        measure = known.get(code)
        part: str | SafeString = code
        if measure is not None:
            where = "" if measure.framework == release else f", {short(catalogue.framework(measure.framework))}"
            url = item_url(measure.framework, measure.code)
            part = format_html('<a class="govuk-link" href="{}">{} {}</a>{}', url, measure.code, measure.label, where)
        found = format_html("{}<br>{}", found, part) if found else format_html("{}", part)
    return found


def sources_of(framework: Framework, keys: Sequence[str]) -> Iterator[Citation]:
    """Return where something was read; a source that is not described gives its key alone."""
    for key in keys:
        yield framework.sources.get(key, Citation(key))
