"""
A body's policy written down from plain figures, as the file that the loader reads, and read back into figures.

    text = policy_text(PlainPolicy("Northmere City Council", "2025.1", starts, today, consider=Decimal(25000)))

What figures cannot say (other conditions, exceptions, clocks) is written by hand; `figures_of` leaves it out, so that
`policy_text(figures_of(pack))` tells a pack that figures say whole.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.catalogue.writing import yaml_text
from commonweal.policy.conditions import All, Compare, Condition
from commonweal.policy.facts import literal
from commonweal.policy.rules import Approval, Effect, MustHave, PolicyPack, Rule
from commonweal.quantities import plain

VALUE = "contract_value"
SOURCE = "policy"
QUARTER = "procurements of a quarter"
MINOR, STANDARD, MAJOR = "minor", "standard", "major"


@dataclass(frozen=True, slots=True)
class PlainPolicy:
    """
    What a body decides, in pounds of the contract value as it counts it; None leaves a rule out.

    `consider`, `measure`, `weigh` and `approve` hold from their amount on, `plan` above it; up to `plan`, from `weigh`
    on, a milestone tracker is asked for. Where consider, weigh and plan are given, they divide three tiers.
    """

    body: str
    version: str
    starts: dt.date
    written_on: dt.date
    consider: Decimal | None = None
    measure: Decimal | None = None
    weigh: Decimal | None = None
    plan: Decimal | None = None
    approve: Decimal | None = None
    weight: Decimal | None = None
    quantitative: Decimal | None = None
    qualitative: Decimal | None = None
    average: Decimal | None = None
    over: str = QUARTER
    at_most: int | None = None
    at_least: int | None = None
    must_have: tuple[MustHave, ...] = ()
    approvals: tuple[Approval, ...] = ()


def policy_text(figures: PlainPolicy) -> str:
    """
    Return a policy as YAML text; the loader says what is wrong with it.

    One without any figure has no rule, which the loader refuses.
    """
    rules = [
        {**rule, "source": SOURCE, "provision": f"rule {at}", "verified": True}
        for at, rule in enumerate(_rules(figures), 1)
    ]
    return yaml_text(
        {
            "id": "policy",
            "name": f"Social value policy of {figures.body}",
            "kind": "body",
            "publisher": figures.body,
            "jurisdiction": figures.body,
            "version": figures.version,
            "licence": "own-wording",
            "verified": True,
            "checked_on": figures.written_on,
            "from": figures.starts,
            "rules": rules,
            "sources": {SOURCE: {"title": f"Social value policy of {figures.body}, version {figures.version}"}},
        }
    )


def figures_of(pack: PolicyPack) -> PlainPolicy:
    """Return what figures can say of a pack: the amounts and limits of its rules, by topic; the first one counts."""
    first: dict[str, Rule] = {}
    for rule in pack.rules:
        first.setdefault(rule.topic, rule)
    effects = {topic: rule.effect for topic, rule in first.items()}
    limits = [rule.effect.measures for rule in pack.rules if rule.effect.measures is not None]
    weighting, average = (effects.get(topic, Effect()) for topic in ("weighting", "average"))
    weights = weighting.weighting
    return PlainPolicy(
        body=pack.publisher,
        version=pack.version,
        starts=pack.start or pack.checked_on,
        written_on=pack.checked_on,
        consider=_from(first.get("consider")),
        measure=_from(first.get("measures")),
        weigh=_from(first.get("weighting") or first.get("average") or first.get("tracker")),
        plan=_from(first.get("plan")),
        approve=_from(first.get("approval")),
        weight=weights.percent if weights else None,
        quantitative=weights.quantitative if weights else None,
        qualitative=weights.qualitative if weights else None,
        average=average.average.percent if average.average else None,
        over=average.average.over if average.average else QUARTER,
        at_most=min((one.at_most for one in limits if one.at_most is not None), default=None),
        at_least=max((one.at_least for one in limits if one.at_least is not None), default=None),
        must_have=tuple(must for one in limits for must in one.must_have),
        approvals=effects.get("approval", Effect()).approvals,
    )


def _from(rule: Rule | None) -> Decimal | None:
    """The amount from which, or above which, a rule holds."""
    amounts = [] if rule is None else list(_amounts(rule.when))
    return amounts[0] if amounts else None


def _amounts(condition: Condition) -> Iterator[Decimal]:
    if isinstance(condition, All):
        for part in condition.parts:
            yield from _amounts(part)
    elif (
        isinstance(condition, Compare)
        and condition.field == VALUE
        and condition.comparator in ("gt", "gte")
        and isinstance(condition.value, Decimal)
    ):
        yield condition.value


def _rules(figures: PlainPolicy) -> Iterator[dict[str, Any]]:
    yield from _considering(figures)
    yield from _measuring(figures)
    yield from _weighing(figures)
    yield from _planning(figures)
    yield from _tiers(figures)
    if figures.approve is not None and figures.approvals:
        who = ", ".join(f"{one.what}: {one.by}" for one in figures.approvals)
        effect = {"approvals": [_approval(one) for one in figures.approvals]}
        yield _rule("approval", f"Have it approved: {who}", [("gte", figures.approve)], effect)


def _considering(figures: PlainPolicy) -> Iterator[dict[str, Any]]:
    if figures.consider is None:
        return
    below, above = [("lt", figures.consider)], [("gte", figures.consider)]
    yield _rule("encourage", "Social value is encouraged, not required", below)
    yield _rule("consider", "Social value must be considered", above)


def _measuring(figures: PlainPolicy) -> Iterator[dict[str, Any]]:
    if figures.measure is not None:
        must = [_must(one) for one in figures.must_have]
        limits = {"at_most": figures.at_most, "at_least": figures.at_least, "must_have": must}
        effect = {"measures": limits}
        said = [f"at most {figures.at_most}"] if figures.at_most is not None else []
        said += [f"at least {figures.at_least}"] if figures.at_least is not None else []
        said += [f"{one.at_least} or more of {one.theme.replace('-', ' ')}" for one in figures.must_have]
        title = ", ".join(["Use structured measures", *said])
        yield _rule("measures", title, [("gte", figures.measure)], effect)


def _weighing(figures: PlainPolicy) -> Iterator[dict[str, Any]]:
    if figures.weigh is None:
        return
    at = [("gte", figures.weigh)]
    if figures.weight is not None:
        parts = {"quantitative": figures.quantitative, "qualitative": figures.qualitative}
        split = [f"{plain(part)} % {name}" for name, part in parts.items() if part is not None]
        title = f"Give social value at least {plain(figures.weight)} %" + (f" ({', '.join(split)})" if split else "")
        yield _rule("weighting", title, at, {"weighting": {"percent": plain(figures.weight), **_texts(parts)}})
    if figures.average is not None:
        title = f"Keep the average weight over the {figures.over} at {plain(figures.average)} % or more"
        follows = ["the officer gives a reason", "the item goes on the panel's list"]
        rule = {"percent": plain(figures.average), "over": figures.over, "below": follows}
        yield _rule("average", title, at, {"average": rule})


def _planning(figures: PlainPolicy) -> Iterator[dict[str, Any]]:
    if figures.plan is None:
        return
    if figures.weigh is not None:
        between = [("gte", figures.weigh), ("lte", figures.plan)]
        yield _rule("tracker", "Ask for a milestone tracker", between)
    yield _rule("plan", "Ask for a delivery plan", [("gt", figures.plan)])


def _tiers(figures: PlainPolicy) -> Iterator[dict[str, Any]]:
    if figures.consider is None or figures.weigh is None or figures.plan is None:
        return
    spans = {
        MINOR: [("gte", figures.consider), ("lt", figures.weigh)],
        STANDARD: [("gte", figures.weigh), ("lte", figures.plan)],
        MAJOR: [("gt", figures.plan)],
    }
    for name, span in spans.items():
        yield _rule("tier", f"Tier {name}", span, {"tier": name}, suffix=f"-{name}")


_HOLDERS = {"tracker": "contract manager", "plan": "contract manager", "weighting": "procurement officer"}
_WORDS = {"lt": "below {}", "gte": "from {}", "lte": "up to {}", "gt": "above {}"}


def _rule(
    topic: str,
    title: str,
    span: Iterable[tuple[str, Decimal]],
    effect: Mapping[str, Any] | None = None,
    *,
    suffix: str = "",
) -> dict[str, Any]:
    pairs = list(span)
    compared = [{"field": VALUE, "comparator": how, "amount": plain(amount)} for how, amount in pairs]
    words = " ".join(_WORDS[how].format(literal(amount)) for how, amount in pairs)
    return {
        "id": f"{topic}{suffix}",
        "title": title,
        "topic": topic,
        "summary": f"{words[:1].upper()}{words[1:]}.",
        "duty_holder": _HOLDERS.get(topic, "commissioner"),
        "when": compared[0] if len(compared) == 1 else {"all": compared},
        "effect": dict(effect or {}),
    }


def _texts(parts: Mapping[str, Decimal | None]) -> dict[str, str]:
    return {name: plain(part) for name, part in parts.items() if part is not None}


def _must(one: MustHave) -> dict[str, Any]:
    said = {"theme": one.theme, "at_least": one.at_least, "waived_by": one.waived_by}
    return {**said, **({"in_writing": True} if one.in_writing else {})}


def _approval(one: Approval) -> dict[str, Any]:
    return {"what": one.what, "by": one.by, **({"delegate": True} if one.delegate else {})}
