"""
The themes of bodies' policies, such as employment-and-skills, and which of them a measure serves.

A policy asks for measures of a theme in its own words; each framework groups its measures in others. The data package
says how the two go together. A framework that it does not list has no themes here: somebody has to name them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from commonweal import errors
from commonweal.catalogue.models import Framework, Measure
from commonweal.catalogue.policy_schema import ThemesFile
from commonweal.catalogue.root import data_root
from commonweal.catalogue.strict import load


@dataclass(frozen=True, slots=True)
class PolicyThemes:
    """The themes with their labels, and what the outcomes and measures of each family of frameworks serve."""

    labels: Mapping[str, str]
    outcomes: Mapping[tuple[str, str], frozenset[str]]
    measures: Mapping[tuple[str, str], frozenset[str]]
    families: frozenset[str]

    def of(self, measure: Measure, framework: Framework) -> frozenset[str] | None:
        """Return the themes that a measure serves; None where its framework is not listed, so that nobody knows."""
        if framework.family not in self.families:
            return None
        own = self.measures.get((framework.family, measure.code))
        return own if own is not None else self.outcomes.get((framework.family, measure.outcome), frozenset())

    def label(self, theme: str) -> str:
        """Return a theme in words; one that is not listed is read from its id."""
        return self.labels.get(theme, theme.replace("-", " ").capitalize())


@cache
def policy_themes() -> PolicyThemes:
    """Return the themes of the data package."""
    return load_themes(data_root() / "policies" / "themes.yaml", name="policies/themes.yaml")


def load_themes(path: Path, *, name: str = "") -> PolicyThemes:
    """
    Read themes from a file.

    :raises BadPack: naming file and property, or a theme that is not listed
    """
    file = load(path, ThemesFile, name=name)
    labels = {one.id: one.label for one in file.themes}
    outcomes = {(one.family, code): frozenset(to) for one in file.frameworks for code, to in one.outcomes.items()}
    measures = {(one.family, code): frozenset(to) for one in file.frameworks for code, to in one.measures.items()}
    unknown = sorted({theme for to in (*outcomes.values(), *measures.values()) for theme in to} - labels.keys())
    if unknown:
        raise errors.BadPack(f"{name or path.name}: {', '.join(unknown)} is no theme of this file. List it first.")
    return PolicyThemes(labels, outcomes, measures, frozenset(one.family for one in file.frameworks))
