"""
An approved version as it was locked, read once: nothing here, and nothing made from it, looks at the plan's rows.

The content is what `plans.content.content_of` made. A licensed value is read to compute and leaves in no file.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal import errors
from commonweal.catalogue import Card, Measure
from commonweal.portfolio import Aggregation, Kind, Profile
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import Refused
from commonweal_web.delivery.place_tests import gazetteer
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.planning.models import PlanVersion

Content = Mapping[str, Any]
COUNTED = frozenset({Kind.QUANTITY, Kind.MONEY, Kind.RATIO})
"""The kinds of which more or less can be offered."""


@dataclass(frozen=True, slots=True)
class AskedMeasure:
    """A measure that the version asks for. `expected` is guidance over the whole life; `value` in pounds per unit."""

    ref: str
    code: str
    label: str
    unit: str
    kind: Kind
    expected: Decimal | None
    value: Decimal | None
    series: str
    source: str
    licensed: bool
    evidence: str
    place: str
    cohort: str
    theme: str
    profile: Profile
    over_time: Aggregation
    over_contracts: Aggregation
    better: str
    card: Card

    @property
    def open_value(self) -> Decimal | None:
        """The value where everybody may see it."""
        return None if self.licensed else self.value

    @property
    def is_counted(self) -> bool:
        """Whether more of it is better, and can be offered as a quantity."""
        return self.kind in COUNTED and self.better == "up"

    @property
    def as_measure(self) -> Measure:
        """The measure in the catalogue's shape, worded as in the version."""
        return Measure(
            id=self.code or self.ref, framework="", code=self.ref, label=self.label, unit=self.unit, kind=self.kind,
            over_time=self.over_time, over_contracts=self.over_contracts, card=self.card, evidence=self.evidence,
            better=self.better,
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What an approved version asks of bidders, and how it will be scored. Weights are in per cent of the total."""

    number: int
    sha256: str
    approved_at: dt.datetime
    plan_id: int
    reference: str
    title: str
    body: str
    category: str
    starts: dt.date
    ends: dt.date
    place: str
    division: str
    framework: str
    value_pack: str
    requirement: str
    weight: Decimal
    quantitative: Decimal
    qualitative: Decimal
    needs: tuple[Content, ...]
    measures: tuple[AskedMeasure, ...]

    @property
    def approved_on(self) -> dt.date:
        """The London day of the approval: every document is as at this day."""
        return self.approved_at.astimezone(LONDON).date()

    @property
    def named(self) -> str:
        """The plan and the version in words: `NMC-2026-014, version 1`."""
        return f"{self.reference}, version {self.number}"

    @property
    def counts_pounds(self) -> bool:
        """Whether quantities are scored by what they are worth."""
        return any(one.value is not None for one in self.measures)

    @property
    def counted(self) -> tuple[AskedMeasure, ...]:
        """The measures whose quantity is scored: those with a value, or where none has one, all that can be counted."""
        if self.counts_pounds:
            return tuple(one for one in self.measures if one.value is not None)
        return tuple(one for one in self.measures if one.is_counted)


def asked_of(version: PlanVersion) -> Asked:
    """
    Return what a version asks.

    :raises Refused: if its content is none that a pack can be made from
    """
    content = version.content
    plan = content.get("plan") or {}
    if not plan.get("starts") or not plan.get("ends"):
        raise Refused(
            f"Version {version.number} holds no plan with a first and a last day, so no pack can be made from it. "
            "Make a new version.",
            code="no_content",
        )
    weight = content.get("weight") or {}
    whole, quantitative, qualitative = _weights(weight)
    release = str(plan.get("framework", ""))
    return Asked(
        number=version.number,
        sha256=version.sha256,
        approved_at=version.approved_at,
        plan_id=int(plan.get("id") or version.plan_id),
        reference=_text(plan, "reference"),
        title=_text(plan, "title"),
        body=_text(plan, "body"),
        category=_text(plan, "category"),
        starts=dt.date.fromisoformat(plan["starts"]),
        ends=dt.date.fromisoformat(plan["ends"]),
        place=_text(plan, "place"),
        division=_text(plan, "division") or "england-and-wales",
        framework=release,
        value_pack=_text(plan, "value_pack"),
        requirement=_text(plan, "requirement"),
        weight=whole,
        quantitative=quantitative,
        qualitative=qualitative,
        needs=tuple(content.get("needs") or ()),
        measures=tuple(_measure(one, release) for one in content.get("measures") or ()),
    )


def _weights(weight: Content) -> tuple[Decimal, Decimal, Decimal]:
    """Return the weight and its two parts; a part that the plan does not name is what the other leaves."""
    whole = _number(weight, "weight") or Decimal(0)
    quantitative, qualitative = _number(weight, "quantitative"), _number(weight, "qualitative")
    if qualitative is None:
        qualitative = whole - (quantitative or Decimal(0))
    return whole, whole - qualitative if quantitative is None else quantitative, qualitative


def _measure(row: Content, release: str) -> AskedMeasure:
    code = _text(row, "measure")
    found = frameworks.measure_or_none(release, _code(code, release))
    return AskedMeasure(
        ref=_text(row, "ref"),
        code=code,
        label=_text(row, "deliverable"),
        unit=_text(row, "unit"),
        kind=Kind(row.get("kind") or Kind.QUANTITY),
        expected=_number(row, "target"),
        value=_number(row, "value_per_unit"),
        series=_text(row, "value_series"),
        source=_text(row, "value_source"),
        licensed=bool(row.get("value_licensed")),
        evidence=_text(row, "evidence_rule") or (found.evidence if found else ""),
        place=_text(row, "place"),
        cohort=_text(row, "cohort"),
        theme=_text(row, "theme"),
        profile=Profile(row.get("profile") or Profile.EVEN),
        over_time=Aggregation(row.get("over_time") or Aggregation.SUM),
        over_contracts=Aggregation(row.get("over_contracts") or Aggregation.SUM),
        better=_text(row, "better") or "up",
        card=found.card if found else Card(),
    )


def _code(measure: str, release: str) -> str:
    """Return the code of a measure that is named by its id (fx-2025.1/NT10) or by its code alone."""
    return measure.removeprefix(f"{release}/") if release else measure


def _text(row: Content, name: str) -> str:
    return str(row.get(name) or "")


def _number(row: Content, name: str) -> Decimal | None:
    value = row.get(name)
    return None if value in (None, "") else Decimal(str(value))


def place_words(code: str) -> str:
    """Return a place by its name with its code, or as it was written where nobody knows it."""
    try:
        found = gazetteer().place(code)
    except errors.UnknownCode:
        return code
    return f"{found.name} ({found.code})"
