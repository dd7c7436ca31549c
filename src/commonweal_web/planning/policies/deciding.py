"""
What the body's policy and the law say of a plan: which rules apply, and what follows for its weight and measures.

    decided = decide_plan(plan, today)
    decided.tier, decided.least_weight.weighting, decided.limits, decided.delivery_plan, decided.consider

Everything is worked out by the engine; here the plan's own fields and its answered facts become the engine's facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.policy import decide, law
from commonweal.policy.coverage import subject_facts
from commonweal.policy.facts import FIELDS, Fact, Facts, Sort, between, exactly, facts_of, one_of, value_facts
from commonweal.policy.models import LeastWeight, ModelChoice, choose_model, least_weight
from commonweal.policy.rules import Answer, Approval, AverageRule, MeasureLimits, Result
from commonweal_web.frameworks import cpv
from commonweal_web.planning.base import BEFORE_PANEL
from commonweal_web.planning.models import Plan, Policy
from commonweal_web.planning.policies.selectors import pack_of, policy_on

VALUE = "the whole-life value of the plan"
NOT_BEGUN = "the plan names no day, so not before the day on which this was worked out"
FROM_PLAN = frozenset({"contract_value", "value_including_vat", "value_excluding_vat", "commenced", "subject"})
"""The facts that a plan's own fields give where they are filled in; the others are answered one by one."""


@dataclass(frozen=True, slots=True)
class Decided:
    """
    What was worked out for a plan on a day.

    `policy` is the version that was asked, None where the body has none in force; `results` hold one answer for each
    of its rules and then for each of the law's. `tier` is empty where no rule gives one. `limits` joins the limits on
    measures of every rule that applies: the fewest as the most, the most as the fewest, all must-haves.
    """

    on: dt.date
    policy: Policy | None
    facts: Facts
    results: tuple[Result, ...]
    tier: str
    least_weight: LeastWeight
    limits: MeasureLimits | None
    model: ModelChoice
    delivery_plan: bool
    tracker: bool
    consider: str
    average: AverageRule | None
    approvals: tuple[Approval, ...]

    @property
    def own(self) -> tuple[Result, ...]:
        """What the body's own policy says."""
        return tuple(one for one in self.results if one.pack.kind == "body")

    @property
    def law(self) -> tuple[Result, ...]:
        """What law and policy notes say."""
        return tuple(one for one in self.results if one.pack.kind != "body")

    @property
    def applying(self) -> tuple[Result, ...]:
        """The rules that apply."""
        return _applying(self.results)

    @property
    def unknown(self) -> tuple[Result, ...]:
        """The rules of which it cannot be told."""
        return tuple(one for one in self.results if one.answer is Answer.UNKNOWN)

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts without which some rule cannot be told, by the engine's names."""
        return tuple(dict.fromkeys(name for one in self.unknown for name in one.missing))

    @property
    def floor(self) -> Decimal | None:
        """The least weight in per cent of the total score, None where no rule sets one."""
        found = self.least_weight.weighting
        return None if found is None else found.percent

    @property
    def version(self) -> str:
        """The policy's version and first day in words: "policy 2025.1, in force from 1 April 2025"."""
        if self.policy is None:
            return "no policy of its own in force"
        starts = self.policy.starts
        return f"policy {self.policy.label}, in force from {starts.day} {starts:%B %Y}"

    def about(self, *topics: str) -> tuple[Result, ...]:
        """Return the rules of these topics that apply: each holds its reason, provision and pack."""
        return tuple(one for one in self.applying if one.rule.topic in topics)


def decide_plan(plan: Plan, on: dt.date) -> Decided:
    """Return what the policy in force on `on`, and the law, say of a plan; a plan that is closed keeps its policy."""
    return decide_facts(facts_of_plan(plan, on), policy_for(plan, on), on)


def results_for(plan: Plan, day: dt.date) -> tuple[Result, ...]:
    """Return what each rule of the body's policy and of the law says of a plan."""
    return decide_plan(plan, day).results


def decide_facts(facts: Facts, policy: Policy | None, on: dt.date) -> Decided:
    """Return what a version of a policy, and the law, say of these facts."""
    own = () if policy is None else (pack_of(policy),)
    results = decide([*own, *law().values()], facts)
    applying = _applying(results)
    mine = [one for one in applying if one.pack.kind == "body"]
    return Decided(
        on=on,
        policy=policy,
        facts=facts,
        results=results,
        tier=next((one.rule.effect.tier for one in mine if one.rule.effect.tier), ""),
        least_weight=least_weight(results),
        limits=_limits(applying),
        model=choose_model(results, facts),
        delivery_plan=any(one.rule.topic == "plan" for one in mine),
        tracker=any(one.rule.topic == "tracker" for one in mine),
        consider=_consider(results),
        average=next((one.rule.effect.average for one in mine if one.rule.effect.average), None),
        approvals=tuple(one for result in mine for one in result.rule.effect.approvals),
    )


def policy_for(plan: Plan, on: dt.date) -> Policy | None:
    """Return the version on which a plan rests: while it is written, the one in force on the day."""
    return plan.policy if keeps_policy(plan) else policy_on(plan.authority, on)


def keeps_policy(plan: Plan) -> bool:
    """Return whether a plan stays on the version on which it rests, since nobody writes it any more."""
    return plan.policy is not None and plan.state not in BEFORE_PANEL


def facts_of_plan(plan: Plan, on: dt.date) -> Facts:
    """Return what a plan says of itself, and what was answered for it with a source."""
    pounds = Decimal(plan.value_pence) / 100
    own = [*value_facts(pounds, vat="unknown", source=VALUE), *subject_facts(cpv.normal(plan.category))]
    if plan.commences is not None:
        own.append(exactly("commenced", plan.commences, "the plan"))
    else:
        own.append(between("commenced", on, None, NOT_BEGUN))
    return facts_of(own).plus(_answered(plan.facts))


def fact_of(name: str, value: str, source: str) -> Fact:
    """
    Return an answer that somebody gave, as a fact: pounds and days as people type them are not read here.

    :param value: "8000000.00", "2026-05-01", or one of the field's words
    :raises UnknownCode: for a field or a word that is not known
    :raises ValueError: for an amount or a day that is none
    """
    field = FIELDS.get(name)
    if field is not None and field.sort is Sort.MONEY:
        return exactly(name, _amount(value), source)
    if field is not None and field.sort is Sort.DATE:
        return exactly(name, dt.date.fromisoformat(value), source)
    return one_of(name, (value,), source)


def _amount(value: str) -> Decimal:
    try:
        return Decimal(value)
    except ArithmeticError:
        raise ValueError(f"{value!r} is no amount of pounds.") from None


def _answered(answers: Mapping[str, Any]) -> list[Fact]:
    return [fact_of(name, str(one["value"]), str(one.get("source", ""))) for name, one in answers.items()]


def _applying(results: Iterable[Result]) -> tuple[Result, ...]:
    return tuple(one for one in results if one.answer is Answer.APPLIES)


def _limits(applying: Iterable[Result]) -> MeasureLimits | None:
    found = [one.rule.effect.measures for one in applying if one.rule.effect.measures is not None]
    if not found:
        return None
    return MeasureLimits(
        at_most=min((one.at_most for one in found if one.at_most is not None), default=None),
        at_least=max((one.at_least for one in found if one.at_least is not None), default=None),
        must_have=tuple(must for one in found for must in one.must_have),
    )


def _consider(results: Iterable[Result]) -> str:
    """The policy's answer in words: what must be considered by policy or law, or is encouraged, or is not asked."""
    asked = [one for one in results if one.rule.topic in ("consider", "encourage")]
    topics = {one.rule.topic for one in asked if one.answer is Answer.APPLIES}
    if "consider" in topics:
        return "must be considered"
    if "encourage" in topics:
        return "encouraged, not required"
    return "cannot be told yet" if any(one.answer is Answer.UNKNOWN for one in asked) else "not asked for"
