"""
Rules as data and what they say of a contract: applies, does not apply, or unknown; never a pass by default.

A result keeps the facts that decided it, the fact that is missing where it is unknown, who holds the duty, where the
rule stands, when that was checked and whether it could be confirmed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from commonweal.catalogue.models import Citation, Verified
from commonweal.policy.conditions import WORDS, All, Compare, Condition, Judgement, Not, Step, judge
from commonweal.policy.facts import FIELDS, Facts, Sort, literal, shown
from commonweal.policy.logic import Truth

ALWAYS = All(())
"""The condition that always holds."""


class Answer(StrEnum):
    """What a rule says of a contract."""

    APPLIES = "applies"
    DOES_NOT_APPLY = "does not apply"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Weighting:
    """
    The least weight of social value, in per cent of the total score.

    With an absolute method (such as price per quality point) it is the same percentage of `absolute_basis`, where the
    rule says so. `quantitative` and `qualitative` divide it, where the rule does.
    """

    percent: Decimal
    basis: str = "total score"
    absolute_basis: str = ""
    quantitative: Decimal | None = None
    qualitative: Decimal | None = None


@dataclass(frozen=True, slots=True)
class MustHave:
    """So many measures of a theme; `waived_by` is the role whose recorded approval may set it aside."""

    theme: str
    at_least: int = 1
    waived_by: str = ""
    in_writing: bool = False


@dataclass(frozen=True, slots=True)
class MeasureLimits:
    """How many measures a tender may and must have."""

    at_most: int | None = None
    at_least: int | None = None
    must_have: tuple[MustHave, ...] = ()


@dataclass(frozen=True, slots=True)
class AverageRule:
    """The least average weight over a portfolio in per cent, over what, and what follows below it."""

    percent: Decimal
    over: str
    below: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit that begins with the day `start` (which counts as day 1): days, working days or months."""

    start: str
    days: int | None = None
    working_days: int | None = None
    months: int | None = None
    repeats: bool = False


@dataclass(frozen=True, slots=True)
class Approval:
    """Who approves what; `delegate` says that a delegate with a valid delegation may."""

    what: str
    by: str
    delegate: bool = False


@dataclass(frozen=True, slots=True)
class Effect:
    """What follows where a rule applies, as far as it can be counted."""

    minimum_kpis: int | None = None
    models: tuple[str, ...] = ()
    weighting: Weighting | None = None
    tier: str = ""
    measures: MeasureLimits | None = None
    average: AverageRule | None = None
    clock: Clock | None = None
    approvals: tuple[Approval, ...] = ()


@dataclass(frozen=True, slots=True)
class RuleException:
    """Where a rule does not apply. `only_if_stated`: it counts only where somebody relies on it and says so."""

    id: str
    provision: str
    text: str
    when: Condition
    only_if_stated: bool = False


@dataclass(frozen=True, slots=True)
class Unclear:
    """A case on which the source of a rule is silent, and in which words."""

    when: Condition
    why: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a pack, in force for procurements whose day `dated_by` is from `start` to `end`, both included."""

    id: str
    title: str
    topic: str
    summary: str
    duty_holder: str
    provision: str
    source: Citation
    verified: Verified
    checked_on: dt.date
    start: dt.date | None = None
    end: dt.date | None = None
    dated_by: str = "commenced"
    proposal: bool = False
    supersedes: str = ""
    when: Condition = ALWAYS
    exceptions: tuple[RuleException, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    effect: Effect = field(default_factory=Effect)
    note: str = ""


@dataclass(frozen=True, slots=True)
class PolicyPack:
    """A law, a policy note or a body's own policy: dated rules with their sources."""

    id: str
    name: str
    kind: str
    publisher: str
    jurisdiction: str
    version: str
    licence: str
    verified: Verified
    checked_on: dt.date
    rules: tuple[Rule, ...]
    sources: Mapping[str, Citation] = field(default_factory=dict, hash=False)
    start: dt.date | None = None
    end: dt.date | None = None
    undated: str = ""
    example: bool = False
    description: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Used:
    """A fact that a result rests on: what was known, from where, and what the rule asked of it."""

    field: str
    label: str
    value: str
    source: str
    asked: str
    held: Truth


@dataclass(frozen=True, slots=True)
class Result:
    """
    What one rule says of one contract.

    `used` are the facts that decided, `missing` the names of the facts without which it cannot be told, `not_relied_on`
    the exceptions that count only where somebody states them, and nobody did. `verified` is that of the rule, or less
    where a figure behind a fact could not be confirmed.
    """

    rule: Rule
    pack: PolicyPack
    answer: Answer
    because: str
    used: tuple[Used, ...]
    missing: tuple[str, ...] = ()
    not_relied_on: tuple[RuleException, ...] = ()
    verified: Verified = Verified.TRUE


def apply_rule(rule: Rule, pack: PolicyPack, facts: Facts, *, proposals: bool = False) -> Result:
    """
    Return what `rule` says of a contract with these facts.

    It applies where its dates, its condition and none of its exceptions hold. Where one of them cannot be told, the
    answer is unknown, unless another decides alone. A proposal is no law: it does not apply unless `proposals` is set.
    """
    if rule.proposal and not proposals:
        because = "This is a proposal, not law, and is switched off."
        return Result(rule, pack, Answer.DOES_NOT_APPLY, because, (), verified=rule.verified)
    dates = judge(_dates(rule), facts)
    silent = next((one for one in rule.unclear if judge(one.when, facts).truth is Truth.TRUE), None)
    if silent is not None and dates.truth is Truth.TRUE:
        found = judge(All((_dates(rule), silent.when)), facts)
        used, verified = _used(found, facts), _trust(rule, found, facts)
        return Result(rule, pack, Answer.UNKNOWN, silent.why, used, verified=verified)
    relied, idle = _exceptions(rule, facts)
    found = judge(All((_dates(rule), rule.when, *(Not(one.when) for one in relied))), facts)
    answer = {Truth.TRUE: Answer.APPLIES, Truth.FALSE: Answer.DOES_NOT_APPLY, Truth.UNKNOWN: Answer.UNKNOWN}
    return Result(
        rule=rule,
        pack=pack,
        answer=answer[found.truth],
        because=_because(found, facts, relied),
        used=_used(found, facts),
        missing=found.missing,
        not_relied_on=tuple(idle) if found.truth is Truth.TRUE else (),
        verified=_trust(rule, found, facts),
    )


def labels(fields: Iterable[str]) -> str:
    """Return what facts are called, in one line: "the type of buyer; whether it is a light touch contract"."""
    return "; ".join(FIELDS[name].label if name in FIELDS else name for name in fields)


def _dates(rule: Rule) -> Condition:
    parts = [Compare(rule.dated_by, "gte", rule.start)] if rule.start else []
    parts += [Compare(rule.dated_by, "lte", rule.end)] if rule.end else []
    return All(tuple(parts))


def _exceptions(rule: Rule, facts: Facts) -> tuple[list[RuleException], list[RuleException]]:
    relied: list[RuleException] = []
    idle: list[RuleException] = []
    for one in rule.exceptions:
        unstated = one.only_if_stated and judge(one.when, facts).truth is Truth.UNKNOWN
        (idle if unstated else relied).append(one)
    return relied, idle


def _used(found: Judgement, facts: Facts) -> tuple[Used, ...]:
    return tuple(_fact(step, facts) for step in found.steps)


def _fact(step: Step, facts: Facts) -> Used:
    name = step.compare.field
    fact = facts.get(name)
    value, source = ("not known", "") if fact is None else (shown(fact), fact.source)
    wanted = asked(step.compare)
    return Used(name, FIELDS[name].label, value, source, f"not {wanted}" if step.negated else wanted, step.truth)


def asked(compare: Compare) -> str:
    """Return what a comparison asks for: "more than £5,000,000", "on or after 1 January 2027"."""
    sort = FIELDS[compare.field].sort.value
    if isinstance(compare.value, frozenset):
        return " or ".join(literal(word) for word in sorted(compare.value))
    return f"{WORDS[compare.comparator][sort]} {literal(compare.value)}"


def _because(found: Judgement, facts: Facts, relied: Iterable[RuleException]) -> str:
    if found.truth is Truth.UNKNOWN:
        return f"It cannot be told without {labels(found.missing)}."
    if found.truth is Truth.FALSE:
        kept = next((one for one in relied if judge(one.when, facts).truth is Truth.TRUE), None)
        if kept is not None:
            return f"{kept.text} ({kept.provision})."
    sentence = "; ".join(dict.fromkeys(_told(used) for used in _used(found, facts)))
    return f"{sentence[0].upper()}{sentence[1:]}." if sentence else "It holds for every contract."


def _told(used: Used) -> str:
    plain = FIELDS[used.field].sort in (Sort.CHOICE, Sort.YES_NO)
    return f"{used.label}: {used.value}" if plain else f"{used.label}: {used.value} (asked: {used.asked})"


def _trust(rule: Rule, found: Judgement, facts: Facts) -> Verified:
    doubtful = any(step.compare.field in facts.doubtful for step in found.steps)
    return Verified.FALSE if doubtful else rule.verified
