"""What a search found, in words: each result with why it was found."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from commonweal.catalogue import Catalogue, Criterion, Goal, Outcome, PartHit, Reason, Target
from commonweal.catalogue.search import How, Place
from commonweal.catalogue.words import DEFINITION, mark, unit_words
from commonweal.crosswalk.models import GOALS
from commonweal_web.frameworks.catalogue.addresses import goal_url, item_url, short

MOST, MOST_PARTS = 50, 12
WHERE = {
    Place.CODE: "in its code",
    Place.LABEL: "in its name",
    Place.AROUND: "in the outcome or theme above it",
    Place.CARD: "in its definition",
}
WHAT = {Outcome: "Outcome", Criterion: "Award criterion", Goal: "Goal", Target: "Target of a goal"}


@dataclass(frozen=True, slots=True)
class Result:
    """One thing found."""

    href: str
    code: str
    label: str
    where: str
    unit: str
    why: str
    doubtful: str = ""
    example: bool = False
    exact: bool = False


def measures(catalogue: Catalogue, words: str, release: str) -> list[Result]:
    """Return the measures that fit, best first."""
    hits = catalogue.search(words, limit=MOST, releases=(release,) if release else ())
    frameworks = {framework.id: framework for framework in catalogue.frameworks}
    return [
        Result(
            href=item_url(hit.measure.framework, hit.measure.code),
            code=hit.measure.code,
            label=hit.measure.label,
            where=short(frameworks[hit.measure.framework]),
            unit=unit_words(hit.measure.unit),
            why=_why(hit.why),
            doubtful=mark(DEFINITION, hit.measure.verified),
            example=frameworks[hit.measure.framework].example,
            exact=hit.exact,
        )
        for hit in hits
    ]


def parts(catalogue: Catalogue, words: str, release: str) -> list[Result]:
    """Return the outcomes, criteria, themes, goals and targets that fit, best first."""
    hits = catalogue.search_parts(words, limit=MOST_PARTS, releases=(release,) if release else ())
    names = {framework.id: short(framework) for framework in catalogue.frameworks} | {GOALS: "SDGs"}
    return [
        Result(
            href=_url(hit),
            code=hit.part.code,
            label=hit.part.name if isinstance(hit.part, Goal) else hit.part.label,
            where=f"{WHAT.get(type(hit.part), 'Theme')}, {names[hit.release]}",
            unit="",
            why=_why(hit.why),
            exact=hit.exact,
        )
        for hit in hits
    ]


def parts_first(measures: Sequence[Result], parts: Sequence[Result]) -> bool:
    """Say whether an outcome, criterion, theme or goal is called so, or has the code, and no measure is or has."""
    return any(one.exact for one in parts[:1]) and not any(one.exact for one in measures[:1])


def _url(hit: PartHit) -> str:
    return goal_url(hit.part.code) if hit.release == GOALS else item_url(hit.release, hit.part.code)


def _why(reasons: Sequence[Reason]) -> str:
    return "; ".join(_said(reason) for reason in reasons)


def _said(reason: Reason) -> str:
    where = WHERE[reason.place]
    match reason.how:
        case How.SAME:
            return f"“{reason.found}” is {where}"
        case How.MEANT:
            return f"“{reason.found}” {where} means the same as “{reason.read}”"
    return f"“{reason.asked}” was read as “{reason.found}”, which is {where}"
