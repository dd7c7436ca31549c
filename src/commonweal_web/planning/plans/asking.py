"""The facts that law and policy ask of a plan and that the plan does not give: what to ask, and what was answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.policy.facts import FIELDS, Field, Sort, literal
from commonweal.policy.rules import Result
from commonweal_web.planning.models import Plan
from commonweal_web.planning.policies.deciding import Decided

GIVEN = frozenset({"contract_value", "commenced"})
"""Facts that are changed among the plan's own, and nowhere else."""
NAMES = {"nhs": "NHS", "northern": "Northern", "ireland": "Ireland", "welsh": "Welsh", "scottish": "Scottish"}
"""Words of choices that keep their capitals."""


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask: `value` and `source` are what was answered, empty where nobody did; `rules` turn on it."""

    field: Field
    value: str
    source: str
    rules: tuple[str, ...]

    @property
    def words(self) -> str:
        """The question as a heading: "Whether it is a light touch contract"."""
        return f"{self.field.label[:1].upper()}{self.field.label[1:]}"

    @property
    def said(self) -> str:
        """The answer as people read it, empty where there is none."""
        return said(self.field, self.value)


def questions_of(plan: Plan, decided: Decided) -> list[Question]:
    """Return what was answered for a plan, and what is still missing for some rule, in the engine's order."""
    wanted = {*decided.missing, *plan.facts} - GIVEN
    return [
        Question(field, _of(plan, name, "value"), _of(plan, name, "source"), tuple(_rules(decided.results, name)))
        for name, field in FIELDS.items()
        if name in wanted
    ]


def open_for(results: Iterable[Result]) -> tuple[str, ...]:
    """Return the facts without which some of these rules cannot be told."""
    return tuple(dict.fromkeys(name for one in results for name in one.missing))


def said(field: Field, value: str) -> str:
    """Return an answer as people read it: "£8,000,000", "1 May 2026", "central government"."""
    if not value:
        return ""
    match field.sort:
        case Sort.MONEY:
            return literal(Decimal(value))
        case Sort.DATE:
            return literal(dt.date.fromisoformat(value))
    return said_word(value)


def said_word(word: str) -> str:
    """Return a word of a choice as people write it: "central government", "NHS", "Northern Ireland authority"."""
    return " ".join(NAMES.get(part, part) for part in literal(word).split(" "))


def _of(plan: Plan, name: str, part: str) -> str:
    found: Any = plan.facts.get(name, {})
    return str(found.get(part, ""))


def _rules(results: Iterable[Result], name: str) -> Iterable[str]:
    """The rules that cannot be told without a fact, or were told with it."""
    for one in results:
        if name in one.missing or any(used.field == name for used in one.used):
            yield one.rule.title
