"""
A plan as one value: everything that it says, in JSON's own kinds, so that it can be frozen, hashed and compared.

The panel sees the content that was put before it, and the director locks it as a version. It names no state of a
measure and no day of today: the same plan has the same content, whoever reads it and whenever.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.db import models

from commonweal import quantities
from commonweal_web.audit import canonical
from commonweal_web.contracts.models.kpis import Deliverable
from commonweal_web.planning.models import Condition, Need, Plan, PlanMeasure, Policy, Stage

FORMAT = 1
"""Counts up when a key changes its meaning; a reader of an old version looks here first."""

FACTS = (
    "reference", "title", "category", "value_pence", "starts", "ends", "commences", "place", "division", "framework",
    "value_pack", "requirement",
)  # fmt: skip
DELIVERABLE = tuple(field.name for field in Deliverable._meta.local_fields)
MEASURE = (
    "ref", *DELIVERABLE, "themes", "target", "value_per_unit", "value_series", "value_source", "value_licensed",
    "burden_bid", "burden_return", "why",
)  # fmt: skip
NEED = ("place", "title", "text", "tags", "source", "source_date", "group", "quantity", "unit")

MORE: list[Callable[[Plan], dict[str, Any]]] = []
"""What parts of planning above this one add to a content, by keys of their own; filled in `ready`."""


def content_of(plan: Plan) -> dict[str, Any]:
    """Return everything that a plan says, as it stands in the database now."""
    now = Plan.objects.select_related("authority", "directorate", "policy").get(pk=plan.pk)
    more = {key: value for one in MORE for key, value in one(now).items()}
    return _plain(
        {
            "format": FORMAT,
            "plan": {
                "id": now.pk,
                "body": now.authority.name,
                "body_id": now.authority_id,
                "directorate": now.directorate.name if now.directorate else "",
                **{name: getattr(now, name) for name in FACTS},
            },
            "facts": now.facts,
            "policy": _policy(now.policy),
            "people": _people(now),
            "weight": _weight(now),
            "stages": [_stage(one) for one in _stages(now)],
            "needs": [{**_named(one, NEED), "left": _left(one)} for one in _needs(now)],
            "measures": [_named(one, MEASURE) for one in PlanMeasure.objects.filter(plan=now)],
            "waivers": _waivers(now),
            "conditions": _conditions(now),
            **more,
        }
    )


def sha256_of(content: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a content's canonical JSON: what is shown as the hash of a sitting or a version."""
    return canonical.digest(content)


def _plain(value: Any) -> Any:
    """Return JSON's own kinds; an amount is spelt without trailing zeros, however the database spells it."""
    match value:
        case Decimal():
            return quantities.plain(value)
        case Mapping():
            return {canonical.text(str(key)): _plain(one) for key, one in value.items()}
        case list() | tuple():
            return [_plain(one) for one in value]
        case dt.datetime():
            return canonical.instant(value)
    return canonical.plain(value)


def _named(row: models.Model, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _policy(policy: Policy | None) -> dict[str, Any] | None:
    return None if policy is None else _named(policy, ("id", "label", "starts", "sha256"))


def _people(plan: Plan) -> list[dict[str, Any]]:
    parts = plan.parts.select_related("user").order_by("part", "starts", "user__name", "pk")
    return [{"part": one.part, "name": one.user.name, "starts": one.starts, "ends": one.ends} for one in parts]


def _weight(plan: Plan) -> dict[str, Any]:
    given = plan.weight_approvals.filter(weight=plan.weight).select_related("by").order_by("pk")
    return {
        **_named(plan, ("weight", "quantitative", "qualitative")),
        "reason": plan.weight_reason,
        "approvals": [{"by": one.by.name, "at": one.at, "reason": one.reason} for one in given],
    }


def _stages(plan: Plan) -> list[Stage]:
    kinds = Stage.Kind.values
    rows = plan.stages.select_related("signed_by").prefetch_related("documents")
    return sorted(rows, key=lambda one: kinds.index(one.kind))


def _stage(stage: Stage) -> dict[str, Any]:
    kept = [one for one in stage.documents.all() if not one.withdrawn_reason]
    return {
        **_named(stage, ("kind", "considered_on", "considered_by", "findings", "signed_at")),
        "signed_by": stage.signed_by.name if stage.signed_by else "",
        "documents": [_named(one, ("title", "file_name", "kind", "size", "sha256")) for one in kept],
    }


def _needs(plan: Plan) -> list[Need]:
    found = Need.objects.filter(pk__in=plan.plan_needs.values("need")).order_by("place", "title", "pk")
    return list(found.prefetch_related("offers"))


def _left(need: Need) -> Decimal | None:
    """Return what is left to fill of a need that says how much."""
    if need.quantity is None:
        return None
    return need.quantity - sum((one.quantity for one in need.offers.all()), Decimal(0))


def _waivers(plan: Plan) -> list[dict[str, Any]]:
    rows = plan.waivers.select_related("by").order_by("pk")
    return [{**_named(one, ("theme", "office", "reason", "at")), "by": one.by.name} for one in rows]


def _conditions(plan: Plan) -> list[dict[str, Any]]:
    rows = Condition.objects.filter(sitting__plan=plan).select_related("answered_by", "closed_by").order_by("pk")
    return [
        {
            **_named(one, ("text", "answer", "answered_at", "closed_at")),
            "answered_by": one.answered_by.name if one.answered_by else "",
            "closed_by": one.closed_by.name if one.closed_by else "",
        }
        for one in rows
    ]
