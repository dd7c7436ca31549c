"""The page of a theme, outcome or award criterion: what stands above and below it, and what it is linked to."""

from __future__ import annotations

from dataclasses import dataclass

from commonweal.catalogue import Criterion, Framework, Measure, Outcome, Theme
from commonweal_web.frameworks.catalogue.addresses import item_url
from commonweal_web.frameworks.catalogue.outline import Line, lines

Part = Theme | Outcome | Criterion
WORDS = {Theme: "Theme", Outcome: "Outcome", Criterion: "Award criterion"}


@dataclass(frozen=True, slots=True)
class Below:
    """What stands below a part: a heading with links, code and label each."""

    heading: str
    items: list[tuple[str, str, str]]


def find(framework: Framework, code: str) -> Part | None:
    """Return the theme, outcome or criterion with a code, whatever its case."""
    everything: tuple[Part, ...] = (*framework.outcomes, *framework.criteria, *framework.themes)
    return next((part for part in everything if part.code.casefold() == code.strip().casefold()), None)


def above(framework: Framework, part: Part | Measure) -> list[tuple[str, str]]:
    """Return what a part or measure belongs to, widest first, as words and address."""
    outcome = next((o for o in framework.outcomes if o.code == getattr(part, "outcome", "")), None)
    code = outcome.theme if outcome else getattr(part, "theme", "")
    theme = next((t for t in framework.themes if t.code == code), None)
    found: list[Part] = [one for one in (theme, outcome) if one is not None]
    found += [c for c in framework.criteria if c.code in getattr(part, "criteria", ())]
    return [(f"{WORDS[type(one)]} {one.code}: {one.label}", item_url(framework.id, one.code)) for one in found]


def below(framework: Framework, part: Part) -> list[Below]:
    """Return the outcomes of a theme, or the criteria of an outcome."""
    found: list[tuple[str, list[Outcome] | list[Criterion]]] = []
    if isinstance(part, Theme):
        found.append(("Outcomes", [o for o in framework.outcomes if o.theme == part.code]))
    if isinstance(part, Outcome):
        found.append(("Award criteria", [c for c in framework.criteria if c.outcome == part.code]))
    return [
        Below(heading, [(item_url(framework.id, one.code), one.code, one.label) for one in items])
        for heading, items in found
        if items
    ]


def measures(framework: Framework, part: Part) -> list[Line]:
    """Return the measures that belong to a theme, outcome or criterion."""
    name = {Theme: "theme", Outcome: "outcome", Criterion: "criteria"}[type(part)]
    return lines([m for m in framework.measures if part.code in _codes(getattr(m, name))])


def _codes(held: str | tuple[str, ...]) -> tuple[str, ...]:
    return (held,) if isinstance(held, str) else held
