"""How much of what was promised can be told in another framework, in one sentence."""

from __future__ import annotations

from collections.abc import Sequence

from commonweal.crosswalk.express import Expressed
from commonweal.quantities import plain
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.wording import percent
from commonweal_web.reports.other_words.facts import VERIFIED
from commonweal_web.reports.other_words.telling import Telling


def sentence(told: Telling) -> str:
    """
    Return how much can be told, of what was promised and by number.

    “6 of 8 KPIs can be converted (75.0 %), 7 of 8 are converted or related (87.5 %), 1 has no counterpart: ...”
    """
    cover = told.cover.get(PROMISED) or told.cover.get(VERIFIED)
    if cover is None:
        return "Nothing is promised or verified yet that could be told."
    book = told.facts.book
    whole, converted = book[cover.all].value, book[cover.converted].value
    reached = converted + book[cover.related].value
    shares = [f"({percent(book[line].value, 1)})" for line in (cover.converted_percent, cover.related_percent)]
    named = _named(told, cover.named)
    kpis = "KPI" if whole == 1 else "KPIs"
    count = len(cover.named)
    left = (
        f"{count} {'has' if count == 1 else 'have'} no counterpart: {named}"
        if count
        else "none is without a counterpart"
    )
    if told.goals is not None:
        return f"{plain(reached)} of {plain(whole)} {kpis} serve a goal {shares[1]}, {left}."
    said = f"{plain(converted)} of {plain(whole)} {kpis} can be converted {shares[0]}"
    return f"{said}, {plain(reached)} of {plain(whole)} are converted or related {shares[1]}, {left}."


def _named(told: Telling, unmapped: Sequence[Expressed]) -> str:
    """Return what has no counterpart: a KPI by its own words, several of one measure by the measure's."""
    by_measure: dict[str, list[str]] = {}
    for one in unmapped:
        known = told.facts.known[one.delivery.ref]
        by_measure.setdefault(known.measure, []).append(known.deliverable)
    items = told.facts.frames.crosswalk.items
    return "; ".join(
        words[0] if len(words) == 1 else f"{items[measure].label if measure in items else measure} ({len(words)} KPIs)"
        for measure, words in by_measure.items()
    )
