"""
What a catalogue holds: measurement frameworks by release, with their themes, outcomes, criteria and measures.

Codes are strings: 8.10 is not 8.1. An id never changes and is never used for anything else. Nothing here computes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from commonweal.portfolio import Aggregation, Kind


class Verified(StrEnum):
    """
    How far an item may be trusted.

    `true` was found in a source read for the pack, `secondary` rests on secondary sources that agree, `false` was
    inferred or could not be confirmed, and is marked so wherever it is shown.
    """

    TRUE = "true"
    SECONDARY = "secondary"
    FALSE = "false"


@dataclass(frozen=True, slots=True)
class Citation:
    """A source: where a fact was read. `href` is empty where the source has no address."""

    key: str
    title: str = ""
    href: str = ""
    date: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class GoalLink:
    """A link to a Sustainable Development Goal ("8") or target ("8.5"), made by the `publisher` or `proposed` by us."""

    code: str
    by: str = "proposed"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Relation:
    """A stated likeness to an item of another release: same, close, related, narrower or broader."""

    to: str
    relation: str
    reason: str = ""
    verified: Verified = Verified.FALSE


@dataclass(frozen=True, slots=True)
class Card:
    """The definition card: what counts, what does not, how the unit is counted, what else must be known."""

    counts: str = ""
    does_not_count: str = ""
    unit_rule: str = ""
    numerator: str = ""
    denominator: str = ""
    needs: str = ""
    attribution: str = ""
    alternative: str = ""


@dataclass(frozen=True, slots=True)
class Theme:
    """The widest grouping of a framework; the 2025 model calls it a mission."""

    id: str
    framework: str
    code: str
    label: str
    verified: Verified = Verified.TRUE
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a framework wants to come about; `theme` is the code of its theme."""

    id: str
    framework: str
    code: str
    label: str
    theme: str = ""
    goals: tuple[GoalLink, ...] = ()
    goals_complete: bool = True
    verified: Verified = Verified.TRUE
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Criterion:
    """An award criterion of an outcome; `code_verified` is false where the code was matched by us to the words."""

    id: str
    framework: str
    code: str
    label: str
    outcome: str
    parts: tuple[str, ...] = ()
    verified: Verified = Verified.TRUE
    code_verified: bool = True
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """
    Something countable, with one unit and one definition.

    `unit` is an id of the pack's units. `values` is the id of a value series, or None where pounds are not shipped
    or not wanted; `monetised` says whether the publisher prices it. `exclusive_with` and `may_stack_with` are codes
    of the same release. `same_as` is the full id of the measure that this one repeats.
    """

    id: str
    framework: str
    code: str
    label: str
    unit: str
    kind: Kind
    over_time: Aggregation
    over_contracts: Aggregation
    theme: str = ""
    outcome: str = ""
    criteria: tuple[str, ...] = ()
    card: Card = field(default_factory=Card)
    evidence: str = ""
    exclusive_with: tuple[str, ...] = ()
    may_stack_with: tuple[str, ...] = ()
    sensitive: bool = False
    cohort: str = ""
    expires: bool = False
    better: str = "up"
    breakdowns: tuple[str, ...] = ()
    localised: bool = False
    monetised: bool = False
    values: str | None = None
    goals: tuple[GoalLink, ...] = ()
    relations: tuple[Relation, ...] = ()
    aliases: tuple[str, ...] = ()
    same_as: str = ""
    since: str = ""
    replaced_by: str = ""
    official: bool = True
    verified: Verified = Verified.TRUE
    sources: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that the framework sets for its users, in our words."""

    id: str
    text: str
    verified: Verified = Verified.TRUE
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Framework:
    """One release of a measurement framework. It never changes once published; a correction is a new release."""

    id: str
    family: str
    name: str
    short_name: str
    publisher: str
    licence: str
    verified: Verified
    released: str = ""
    applies_from: dt.date | None = None
    applies_until: dt.date | None = None
    replaces: str = ""
    superseded_by: str = ""
    example: bool = False
    description: str = ""
    notes: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()
    dimensions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    themes: tuple[Theme, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    measures: tuple[Measure, ...] = ()
    sources: Mapping[str, Citation] = field(default_factory=dict)
    checked_on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A target of the 2030 Agenda; kind is outcome, or means for the lettered ones."""

    code: str
    label: str
    goal: str
    kind: str


@dataclass(frozen=True, slots=True)
class Goal:
    """One of the Sustainable Development Goals, by the short name of the United Nations."""

    code: str
    name: str
    label: str
    targets: tuple[Target, ...]
