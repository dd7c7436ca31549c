"""
A mapping as it was on one day, whole in itself: what was chosen, what it becomes in each framework, and what is lost.

It holds copies of all that it shows, so that it reads the same when the catalogue and the links have moved on.
`to_text` gives its one canonical text, `from_text` reads it back.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from commonweal import errors
from commonweal.catalogue import Verified
from commonweal.crosswalk.mapping import Fit
from commonweal.crosswalk.models import Datum, Likeness
from commonweal.portfolio import Aggregation
from commonweal.quantities import plain

FORMAT = "mapping/1"


@dataclass(frozen=True, slots=True)
class Release:
    """
    A release of a framework as it stood: `sha256` is that of its content, `attribution` what every copy must print.

    `links_sha256` is that of the links from the source to it; empty for the source itself.
    """

    id: str
    family: str
    name: str
    short_name: str
    publisher: str
    licence: str
    attribution: tuple[str, ...]
    released: str
    superseded_by: str
    example: bool
    verified: Verified
    sha256: str
    links_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Thing:
    """
    A measure, criterion, outcome, theme, goal or target of a goal, with the words of its card.

    `unit` is an id and empty for what is not counted; `unit_words` is it in words. `theme`, `outcome` and `criterion`
    are words ("MAC 2.1: Jobs for people ..."), empty where the framework has none.
    """

    id: str
    code: str
    label: str
    kind: str
    unit: str = ""
    unit_words: str = ""
    ratio: bool = False
    over_contracts: Aggregation = Aggregation.NONE
    theme: str = ""
    outcome: str = ""
    criterion: str = ""
    counts: str = ""
    does_not_count: str = ""
    unit_rule: str = ""
    needs: str = ""
    evidence: str = ""
    verified: Verified = Verified.FALSE


@dataclass(frozen=True, slots=True)
class Goal:
    """
    A goal ("8") or target ("8.5") that an item serves; `goal` and `goal_name` are the goal of a target, too.

    `weight` is in basis points. `by` is the id of the criterion, outcome or counterpart through which the goal is
    reached, with its code, and both are empty for the item's own link.
    """

    code: str
    name: str
    goal: str
    goal_name: str
    weight: int | None
    reason: str
    relation: Likeness
    author: str
    verified: Verified
    by: str = ""
    by_code: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """
    One counterpart of an item in the release `to`.

    `factor` is what one source unit makes in the target's unit, before `datum`; both are None unless a quantity can be
    converted this way. `weight` is in basis points. `by` is the id of the criterion or outcome whose link it is, with
    `by_words`, and both are empty for the item's own link.
    """

    to: str
    fit: Fit
    relation: Likeness
    target: Thing
    factor: Decimal | None
    datum: Datum | None
    weight: int | None
    reason: str
    author: str
    verified: Verified
    by: str = ""
    by_words: str = ""

    @property
    def converts(self) -> bool:
        return self.factor is not None


@dataclass(frozen=True, slots=True)
class Gap:
    """The release in which an item has no counterpart, and why."""

    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """One item of the source framework with all that is known of it elsewhere."""

    item: Thing
    goals: tuple[Goal, ...] = ()
    ways: tuple[Way, ...] = ()
    gaps: tuple[Gap, ...] = ()

    def ways_to(self, release: str) -> tuple[Way, ...]:
        return tuple(way for way in self.ways if way.to == release)

    def fit(self, release: str) -> Fit:
        """Return the best way in which the item can be told in a release."""
        return min((way.fit for way in self.ways_to(release)), key=list(Fit).index, default=Fit.UNMAPPED)

    def gap(self, release: str) -> str:
        """Return why there is no counterpart, or nothing where there is one."""
        return next((gap.reason for gap in self.gaps if gap.to == release), "")

    def must_choose(self, release: str) -> bool:
        """Whether it could be converted to several targets, so that one has to be chosen or shares be given."""
        converting = [way for way in self.ways_to(release) if way.converts]
        return len(converting) > 1 and all(way.weight is None for way in converting)


@dataclass(frozen=True, slots=True)
class Counted:
    """Coverage of one release by count: `convertible` and `related` as numbers and as they are shown ("75.0 %")."""

    to: str
    all: int
    convertible: int
    related: int
    convertible_percent: str
    related_percent: str
    unmapped: tuple[str, ...]
    choices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """
    The whole. `codes` are what was asked for, in its order; none stand for the whole release.

    `lines` hold each item once in the order of the source; `targets` and `coverage` are in the order that was asked.
    `groups` are the themes, outcomes and criteria above the items that are linked themselves: they are not counted.
    """

    format: str
    made_on: dt.date
    engine: str
    data: str
    source: Release
    codes: tuple[str, ...]
    targets: tuple[Release, ...]
    lines: tuple[Line, ...]
    coverage: tuple[Counted, ...]
    groups: tuple[Line, ...] = ()

    @property
    def releases(self) -> tuple[Release, ...]:
        return (self.source, *self.targets)

    def line(self, item_id: str) -> Line | None:
        """Return the line of an item by its full id."""
        return next((line for line in self.lines if line.item.id == item_id), None)

    def target(self, release: str) -> Release:
        return next(one for one in self.targets if one.id == release)

    def counted(self, release: str) -> Counted:
        return next(one for one in self.coverage if one.to == release)


def to_text(summary: Summary) -> str:
    """Return the one canonical JSON text: keys in order, no spaces, numbers with a fraction as text."""
    return _canonical(summary)


def sha256_of(content: object) -> str:
    """Return the SHA-256 of anything made of dataclasses, mappings, lists, texts, numbers and dates."""
    return hashlib.sha256(_canonical(content).encode()).hexdigest()


def _canonical(value: object) -> str:
    return json.dumps(_plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def from_text(text: str) -> Summary:
    """
    Return the summary that `to_text` wrote.

    :raises BadReport: for anything else
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise errors.BadReport(f"This summary is of the format {data['format']!r}; {FORMAT} can be read.")
        return _read(Summary, data)
    except (ValueError, KeyError, TypeError, ArithmeticError):
        raise errors.BadReport("This is no summary of a mapping, or it was not copied whole.") from None


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Decimal):
        return plain(value)
    return value.isoformat() if isinstance(value, dt.date) else value


Kind = TypeVar("Kind")


def _read(kind: type[Kind], data: dict[str, Any]) -> Kind:
    return kind(**dict(_values(kind, data)))


def _values(kind: type, data: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    hints = _hints(kind)
    for name, value in data.items():
        yield name, _value(hints[name], value)


def _value(hint: Any, value: Any) -> Any:
    if get_origin(hint) is types.UnionType:
        return None if value is None else _value(get_args(hint)[0], value)
    if get_origin(hint) is tuple:
        return tuple(_value(get_args(hint)[0], one) for one in value)
    if isinstance(hint, type) and is_dataclass(hint):
        return _read(hint, value)
    if hint is dt.date:
        return dt.date.fromisoformat(value)
    return hint(value)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
