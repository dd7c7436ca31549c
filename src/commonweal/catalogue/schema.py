"""File schemas of the catalogue: what a framework, the goals and the synonym list may hold."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, StringConstraints, WithJsonSchema
from pydantic.types import Strict as StrictType
from pydantic_core import PydanticCustomError

from commonweal.catalogue.models import Verified
from commonweal.catalogue.strict import Strict
from commonweal.portfolio import Aggregation, Kind

Text = Annotated[str, StringConstraints(min_length=1)]
Day = Annotated[dt.date, StrictType()]


def _trust(value: object) -> object:
    if isinstance(value, bool):
        return Verified.TRUE if value else Verified.FALSE
    if value == "secondary":
        return Verified.SECONDARY
    raise PydanticCustomError("verified", "write true, secondary or false")


Trust = Annotated[
    Verified,
    BeforeValidator(_trust),
    WithJsonSchema({"enum": [True, False, "secondary"]}),
]


class CitationFile(Strict):
    title: Text
    href: str = ""
    date: str = ""
    note: str = ""


class GoalLinkFile(Strict):
    code: Text
    by: Literal["publisher", "proposed"] = "proposed"
    reason: str = ""


class RelationFile(Strict):
    to: Text
    relation: Literal["same", "close", "related", "narrower", "broader", "none"]
    reason: str = ""
    verified: Trust = Verified.FALSE


class ItemFile(Strict):
    code: Text
    label: Text
    verified: Trust
    sources: tuple[str, ...] = ()
    note: str = ""


class ThemeFile(ItemFile):
    id: str = ""


class OutcomeFile(ItemFile):
    id: str = ""
    theme: str = ""
    goals: tuple[GoalLinkFile, ...] = ()
    goals_complete: bool = True


class CriterionFile(ItemFile):
    id: str = ""
    outcome: Text
    parts: tuple[str, ...] = ()
    code_verified: bool = True


class MeasureFile(Strict):
    code: Text
    label: str = ""
    unit: str = ""
    kind: Kind | None = None
    over_time: Aggregation | None = None
    over_contracts: Aggregation | None = None
    outcome: str = ""
    criteria: tuple[str, ...] = ()
    counts: str = ""
    does_not_count: str = ""
    unit_rule: str = ""
    numerator: str = ""
    denominator: str = ""
    needs: str = ""
    attribution: str = ""
    alternative: str = ""
    evidence: str = ""
    exclusive_with: tuple[str, ...] = ()
    may_stack_with: tuple[str, ...] = ()
    sensitive: bool = False
    cohort: str = ""
    expires: bool = False
    better: Literal["up", "down", "neither"] = "up"
    breakdowns: tuple[str, ...] = ()
    localised: bool = False
    monetised: bool = False
    values: str | None = None
    goals: tuple[GoalLinkFile, ...] = ()
    relations: tuple[RelationFile, ...] = ()
    aliases: tuple[str, ...] = ()
    same_as: str = ""
    since: str = ""
    replaced_by: str = ""
    official: bool = True
    verified: Trust = Verified.TRUE
    sources: tuple[str, ...] = ()
    note: str = ""


class RuleFile(Strict):
    id: Text
    text: Text
    verified: Trust = Verified.TRUE
    sources: tuple[str, ...] = ()


class FrameworkFile(Strict):
    """frameworks/<family>/<release>/framework.yaml"""

    id: Text
    family: Text
    name: Text
    short_name: Text
    publisher: Text
    licence: Text
    verified: Trust
    checked_on: Day
    released: str = ""
    applies_from: Day | None = None
    applies_until: Day | None = None
    replaces: str = ""
    superseded_by: str = ""
    example: bool = False
    description: str = ""
    notes: tuple[str, ...] = ()
    facts: dict[str, str] = Field(default_factory=dict)
    rules: tuple[RuleFile, ...] = ()
    dimensions: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    themes: tuple[ThemeFile, ...] = ()
    outcomes: tuple[OutcomeFile, ...] = ()
    criteria: tuple[CriterionFile, ...] = ()
    measures: tuple[MeasureFile, ...] = ()
    sources: dict[str, CitationFile] = Field(default_factory=dict)


class TargetFile(Strict):
    code: Text
    label: Text
    kind: Literal["outcome", "means"]


class GoalFile(Strict):
    code: Text
    name: Text
    label: Text
    targets: tuple[TargetFile, ...]


class GoalsFile(Strict):
    """goals/sdg.yaml"""

    id: Text
    label: Text
    publisher: Text
    licence: Text
    adopted: Day
    verified: Trust
    checked_on: Day
    note: str = ""
    goals: tuple[GoalFile, ...]
    sources: dict[str, CitationFile]


class SynonymFile(Strict):
    words: tuple[Text, ...]
    means: tuple[Text, ...]


class SynonymsFile(Strict):
    """catalogue/synonyms.yaml: everyday words and the words that measures use for them."""

    id: Text
    label: Text
    groups: tuple[SynonymFile, ...]


class UnitFile(Strict):
    id: Text
    label: Text
    plural: Text
    symbol: str
    dimension: Text
    unece: str = ""
    synonyms: tuple[Text, ...] = ()
    note: str = ""


class UnitsFile(Strict):
    """units/units.yaml"""

    id: Text
    label: Text
    licence: Text
    checked_on: Day
    units: tuple[UnitFile, ...]
    sources: dict[str, CitationFile]


def fields(item: Strict, *names: str) -> dict[str, Any]:
    """Return the named properties of a file item, to be handed on as they are."""
    return {name: getattr(item, name) for name in names}
