"""What a panel sees, frozen when a plan is put before it: the plan, what the policy asked that day, and the average."""

from __future__ import annotations

import datetime as dt
from typing import Any

from commonweal.policy.rules import Result
from commonweal_web.planning.models import Plan
from commonweal_web.planning.plans.content import content_of
from commonweal_web.planning.policies.deciding import Decided, decide_plan
from commonweal_web.planning.policies.portfolio import average_told


def content_for_panel(plan: Plan, on: dt.date) -> dict[str, Any]:
    """Return all that the pack says, in JSON's own kinds; what is worked out on `on` is not worked out again later."""
    decided = decide_plan(plan, on)
    return {
        "plan": content_of(plan),
        "policy": asked_of(decided),
        "average": average_told(plan, on),
    }


def asked_of(decided: Decided) -> dict[str, Any]:
    """Return what policy and law ask of a plan, each rule that applies with its reason and provision."""
    floor = decided.least_weight.weighting
    return {
        "id": decided.policy.pk if decided.policy else None,
        "version": decided.version,
        "on": decided.on.isoformat(),
        "tier": decided.tier,
        "consider": decided.consider,
        "delivery_plan": decided.delivery_plan,
        "tracker": decided.tracker,
        "floor": None if floor is None else str(floor.percent),
        "rules": [_rule(one) for one in decided.applying],
        "unknown": [_rule(one) for one in decided.unknown],
    }


def _rule(result: Result) -> dict[str, str]:
    return {
        "pack": result.pack.name,
        "kind": result.pack.kind,
        "title": result.rule.title,
        "says": result.rule.summary,
        "because": result.because,
        "provision": result.rule.provision,
        "source": result.rule.source.title,
        "verified": result.verified.value,
    }
