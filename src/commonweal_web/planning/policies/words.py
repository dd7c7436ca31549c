"""A policy in plain words: from which value a rule holds, what follows, and what one version changes of another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from commonweal.policy.conditions import All, AnyOf, Compare, Condition, Not
from commonweal.policy.facts import FIELDS
from commonweal.policy.rules import Effect, MeasureLimits, PolicyPack, Rule, Weighting, asked
from commonweal.quantities import plain

TOPICS = {
    "encourage": "Encouragement",
    "consider": "Consideration",
    "measures": "Measures",
    "weighting": "Weight",
    "average": "Average weight",
    "tracker": "Milestone tracker",
    "plan": "Delivery plan",
    "tier": "Tier",
    "approval": "Approval",
    "model": "Social Value Model",
    "kpis": "KPIs",
    "assess": "Assessment of performance",
    "notice": "Notice",
    "breach": "Breach",
    "change": "Change of contract",
    "pay": "Payment",
    "report": "Report",
    "clauses": "Clauses",
    "objectives": "Objectives",
    "standstill": "Standstill",
}
"""How the topics of rules read, in the order of a policy."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What two versions say on a topic, where they do not say the same; nothing said is an empty tuple."""

    topic: str
    before: tuple[str, ...]
    now: tuple[str, ...]


def when_words(condition: Condition) -> str:
    """Return a condition in words: "the contract value as the body counts it: at least £25,000"."""
    match condition:
        case Compare():
            return f"{FIELDS[condition.field].label}: {asked(condition)}"
        case Not():
            return f"not ({when_words(condition.part)})"
        case All() if not condition.parts:
            return "every contract"
        case All():
            return "; ".join(when_words(part) for part in condition.parts)
        case AnyOf():
            return " or ".join(f"({when_words(part)})" for part in condition.parts)


def value_words(rule: Rule) -> str:
    """Return from which value a rule holds; a rule that turns on the value alone says the amounts and no more."""
    label = f"{FIELDS['contract_value'].label}: "
    words = when_words(rule.when).replace(label, "")
    return f"{words[:1].upper()}{words[1:]}"


def effect_words(effect: Effect) -> list[str]:
    """Return what follows of a rule, as far as it can be counted."""
    found = [f"Tier {effect.tier}"] if effect.tier else []
    if effect.weighting is not None:
        found.append(_weighting(effect.weighting))
    if effect.measures is not None:
        found += _limits(effect.measures)
    if effect.average is not None:
        found.append(f"{plain(effect.average.percent)} % or more on average over the {effect.average.over}")
        found += [f"Below it: {one}" for one in effect.average.below]
    if effect.minimum_kpis is not None:
        found.append(f"{effect.minimum_kpis} KPIs or more")
    found += [f"Model {one}" for one in effect.models]
    for one in effect.approvals:
        found.append(f"{one.what[:1].upper()}{one.what[1:]}: {one.by}{', or a delegate' if one.delegate else ''}")
    return found


def differences(before: PolicyPack | None, now: PolicyPack) -> list[Difference]:
    """Return topic by topic where two versions differ in value, consequence or who acts; titles may differ."""
    old = {} if before is None else _by_topic(before)
    new = _by_topic(now)
    rows = []
    for topic, name in TOPICS.items():
        gone = tuple(one for one in old.get(topic, ()) if one not in new.get(topic, ()))
        come = tuple(one for one in new.get(topic, ()) if one not in old.get(topic, ()))
        if gone or come:
            rows.append(Difference(name, gone, come))
    return rows


def _by_topic(pack: PolicyPack) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for rule in pack.rules:
        found[rule.topic] = (*found.get(rule.topic, ()), ". ".join(_said(rule)))
    return found


def _said(rule: Rule) -> Iterator[str]:
    yield value_words(rule)
    yield from effect_words(rule.effect)
    yield from (f"Not for: {one.text}" for one in rule.exceptions)
    if rule.end is not None:
        yield f"Until {rule.end.day} {rule.end:%B %Y}"
    yield f"For the {rule.duty_holder}"


def _weighting(weighting: Weighting) -> str:
    split = [
        f"{plain(part)} % {name}"
        for part, name in ((weighting.quantitative, "quantitative"), (weighting.qualitative, "qualitative"))
        if part is not None
    ]
    within = f" ({', '.join(split)})" if split else ""
    return f"At least {plain(weighting.percent)} % of the {weighting.basis}{within}"


def _limits(limits: MeasureLimits) -> Iterator[str]:
    if limits.at_most is not None:
        yield f"At most {limits.at_most} measures"
    if limits.at_least is not None:
        yield f"At least {limits.at_least} measures"
    for must in limits.must_have:
        waived = f", unless the {must.waived_by} approves on record" if must.waived_by else ""
        written = " in writing" if must.in_writing and must.waived_by else ""
        yield f"{must.at_least} or more of {must.theme.replace('-', ' ')}{waived}{written}"
