"""A release as its page shows it: themes, outcomes below them, criteria and measures below those, kept to a filter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from commonweal.catalogue import Criterion, Framework, Measure, Outcome, Theme, Verified
from commonweal.catalogue.words import DEFINITION, WORDING, mark, unit_words
from commonweal_web.frameworks.catalogue.addresses import anchor, item_url

PAGE = 250
"""Measures on one page of a release."""
ADDS_UP = {
    "sum": "added up",
    "average": "averaged over time",
    "last": "the latest counts",
    "distinct": "each counted once",
    "recompute": "worked out again",
    "none": "not added up",
}
KINDS = {
    "quantity": "Quantities",
    "money": "Money",
    "ratio": "Ratios",
    "yes_no": "Yes or no",
    "level": "Levels",
    "narrative": "Accounts in words",
    "reference": "References",
}


@dataclass(frozen=True, slots=True)
class Line:
    """A measure in the list: what it is counted in and how it adds up, and what one should know of it."""

    code: str
    label: str
    href: str
    unit: str
    adds_up: str
    valued: bool
    doubtful: str
    criteria: tuple[str, ...] = ()


@dataclass(slots=True)
class Group:
    """An outcome with its criteria and measures; `outcome` is None for measures that have none."""

    outcome: Outcome | None
    criteria: Sequence[Criterion] = ()
    lines: list[Line] = field(default_factory=list)
    href: str = ""
    anchor: str = ""
    doubtful: str = ""


@dataclass(slots=True)
class Chapter:
    """A theme with its outcomes; `theme` is None for what stands under none."""

    theme: Theme | None
    groups: list[Group] = field(default_factory=list)
    anchor: str = ""
    doubtful: str = ""

    @property
    def count(self) -> int:
        return sum(len(group.lines) for group in self.groups)


def chosen(
    framework: Framework, *, unit: str = "", kind: str = "", theme: str = "", doubtful: bool = False
) -> list[Measure]:
    """Return the measures that fit a filter; an empty word lets every measure through."""
    return [
        measure
        for measure in framework.measures
        if unit in ("", measure.unit)
        and kind in ("", measure.kind.value)
        and theme in ("", measure.theme)
        and not (doubtful and measure.verified is Verified.TRUE)
    ]


def outline(framework: Framework, measures: Sequence[Measure], *, whole: bool) -> list[Chapter]:
    """Return the chapters that hold `measures`; of the whole release also those that hold none."""
    by_outcome: dict[tuple[str, str], list[Measure]] = {}
    for measure in measures:
        by_outcome.setdefault((measure.theme, measure.outcome), []).append(measure)
    chapters = [_chapter(framework, theme, by_outcome, whole) for theme in (*framework.themes, None)]
    return [chapter for chapter in chapters if chapter.groups]


def _chapter(
    framework: Framework, theme: Theme | None, measures: Mapping[tuple[str, str], list[Measure]], whole: bool
) -> Chapter:
    code = theme.code if theme else ""
    groups = [
        _group(framework, outcome, measures.get((code, outcome.code), []))
        for outcome in framework.outcomes
        if outcome.theme == code and (whole or (code, outcome.code) in measures)
    ]
    if (code, "") in measures:
        groups.append(_group(framework, None, measures[(code, "")]))
    found = Chapter(theme, groups)
    if theme:
        found.anchor, found.doubtful = anchor("theme", theme.code), mark(WORDING, theme.verified)
    return found


def _group(framework: Framework, outcome: Outcome | None, measures: Sequence[Measure]) -> Group:
    found = lines(measures)
    if outcome is None:
        return Group(None, lines=found)
    return Group(
        outcome,
        [criterion for criterion in framework.criteria if criterion.outcome == outcome.code],
        found,
        item_url(framework.id, outcome.code),
        anchor("outcome", outcome.code),
        mark(WORDING, outcome.verified),
    )


def lines(measures: Sequence[Measure]) -> list[Line]:
    """Return measures as lines of a list."""
    return [
        Line(
            code=measure.code,
            label=measure.label,
            href=item_url(measure.framework, measure.code),
            unit=unit_words(measure.unit),
            adds_up=ADDS_UP[measure.over_time.value],
            valued=measure.monetised,
            doubtful=mark(DEFINITION, measure.verified),
            criteria=measure.criteria,
        )
        for measure in measures
    ]
