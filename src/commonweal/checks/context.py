"""
What a check may use: the reference facts (`Context`) and the rows of one portfolio by contract and KPI (`Index`).

Everything in a `Context` may be empty. A check whose facts are missing says nothing: it cannot know.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Protocol, TypeVar

from commonweal import errors
from commonweal.catalogue.units import units
from commonweal.places import Gazetteer
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Portfolio, Target
from commonweal.series import ValueSeries

Key = tuple[str, str]
Value = TypeVar("Value")


class MeasureFacts(Protocol):
    """The part of a measure that the checks look at. Codes in the two groups are of the same release."""

    @property
    def unit(self) -> str: ...
    @property
    def exclusive_with(self) -> Collection[str]: ...
    @property
    def may_stack_with(self) -> Collection[str]: ...
    @property
    def localised(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class NationalPay:
    """National median gross pay of an employee, in pounds a year, with its source and the day it is of."""

    amount: Decimal
    source: str
    on: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Scheme:
    """An identifier scheme of organisations: what its numbers look like. An empty pattern accepts all."""

    code: str
    register: str
    example: str = ""
    pattern: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """
    The reference facts. `frameworks` are measures by code, by release id. `cpv` are labels by code, `licensed`
    the value packs that may not leave, with their licence.

    `as_at` is the day the report is made for: nothing can have been received after it.
    """

    frameworks: Mapping[str, Mapping[str, MeasureFacts]] = field(default_factory=dict)
    series: Collection[ValueSeries] = ()
    pay: NationalPay | None = None
    gazetteer: Gazetteer | None = None
    cpv: Mapping[str, str] = field(default_factory=dict)
    schemes: Mapping[str, Scheme] = field(default_factory=dict)
    licensed: Mapping[str, str] = field(default_factory=dict)
    as_at: dt.date | None = None
    index: Index = field(default_factory=lambda: Index(Portfolio()))

    def measure(self, kpi: Kpi) -> MeasureFacts | None:
        """Return the measure of a KPI in its contract's release, or None where either is not known."""
        contract = self.index.contracts.get(kpi.contract)
        release = self.release(contract.framework) if contract else None
        return release.get(kpi.measure) if release else None

    def release(self, name: str) -> Mapping[str, MeasureFacts] | None:
        """Return the measures of a release; its id may be written in capitals."""
        return self.frameworks.get(name) or self.frameworks.get(name.strip().casefold())

    def levels(self, place: str) -> tuple[tuple[str, str], ...]:
        """Return a place and all around it as pairs of level and code; one that no gazetteer has is a project's own."""
        try:
            return self.gazetteer.levels(place) if self.gazetteer and place else (("project", place),)
        except errors.UnknownCode:
            return (("project", place),)

    def place_name(self, code: str) -> str:
        """Return the name of a place, or the code itself where the gazetteer has none."""
        try:
            return self.gazetteer.place(code).name if self.gazetteer else code
        except errors.UnknownCode:
            return code

    def series_of(self, kpi: Kpi) -> list[ValueSeries]:
        """Return the series that a KPI was priced with, and those of the same measure in any release or pack."""
        by_id, by_measure = self.index.series_maps(self.series)
        found = by_id.get(kpi.value_series, []) if kpi.value_series else []
        return found + [s for s in by_measure.get(kpi.measure, []) if s not in found]


class Index:
    """The rows of one portfolio, found in one step by contract and KPI. Where a key stands twice, the first counts.

    `kept` is for what several checks work out alike: each keeps it under a name of its own.
    """

    def __init__(self, portfolio: Portfolio) -> None:
        self.portfolio = portfolio
        self.kept: dict[str, object] = {}
        self._series: tuple[dict[str, list[ValueSeries]], dict[str, list[ValueSeries]]] | None = None

    @cached_property
    def contracts(self) -> dict[str, Contract]:
        return _first((c.ref, c) for c in self.portfolio.contracts)

    @cached_property
    def kpis(self) -> dict[Key, Kpi]:
        return _first((k.key, k) for k in self.portfolio.kpis)

    @cached_property
    def kpis_of(self) -> dict[str, list[Kpi]]:
        return _grouped((k.contract, k) for k in self.portfolio.kpis)

    @cached_property
    def targets_of(self) -> dict[Key, list[Target]]:
        return _grouped(((t.contract, t.kpi), t) for t in self.portfolio.targets)

    @cached_property
    def claims_of(self) -> dict[Key, list[Claim]]:
        return _grouped(((c.contract, c.kpi), c) for c in self.portfolio.claims)

    @cached_property
    def claims(self) -> dict[Key, Claim]:
        """By contract and reference of the claim."""
        return _first(((c.contract, c.ref), c) for c in self.portfolio.claims if c.ref)

    @cached_property
    def decisions_of(self) -> dict[Key, list[Decision]]:
        return _grouped(((d.contract, d.kpi), d) for d in self.portfolio.decisions)

    @cached_property
    def taken_back(self) -> dict[Key, Decimal]:
        """What corrections took back, by contract and reference of the decision corrected."""
        found: dict[Key, Decimal] = defaultdict(Decimal)
        for decision in self.portfolio.decisions:
            if decision.corrects:
                found[(decision.contract, decision.corrects)] += decision.amount
        return found

    def standing(self, decision: Decision) -> Decimal:
        """Return what is left of a decision after its corrections; a correction itself stands for nothing."""
        if decision.corrects:
            return Decimal(0)
        return decision.amount - self.taken_back.get((decision.contract, decision.ref), Decimal(0))

    def series_maps(
        self, series: Collection[ValueSeries]
    ) -> tuple[dict[str, list[ValueSeries]], dict[str, list[ValueSeries]]]:
        """Return `series` by id and by measure code, made once."""
        if self._series is None:
            self._series = (_grouped((s.id, s) for s in series), _grouped((s.measure, s) for s in series if s.measure))
        return self._series


@lru_cache(maxsize=4096)
def unit_id(written: str) -> str:
    """Return the id of the unit that is meant by what somebody wrote ("hrs", "£"), or "" if nobody knows it."""
    return units().canonical(written) or ""


def exclusive(one: MeasureFacts, one_code: str, other: MeasureFacts, other_code: str) -> bool:
    """Return whether two measures stand in one exclusive group and neither allows the other on top of it."""
    apart = other_code in one.exclusive_with or one_code in other.exclusive_with
    return apart and other_code not in one.may_stack_with and one_code not in other.may_stack_with


KeyType = TypeVar("KeyType")


def _first(pairs: Iterable[tuple[KeyType, Value]]) -> dict[KeyType, Value]:
    found: dict[KeyType, Value] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def _grouped(pairs: Iterable[tuple[KeyType, Value]]) -> dict[KeyType, list[Value]]:
    found: dict[KeyType, list[Value]] = {}
    for key, value in pairs:
        found.setdefault(key, []).append(value)
    return found
