"""A version of the plan of journey 1, as the director would lock it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from commonweal_web.planning.models import Plan, PlanMeasure, PlanNeed, PlanVersion
from commonweal_web.planning.pack.content import Asked, asked_of
from commonweal_web.planning.plans.content import content_of, sha256_of
from tests.web.planning import ground
from tests.web.world import World

APPROVED = dt.datetime(2026, 7, 20, 9, 30, tzinfo=dt.UTC)
EXPECTED = {"NT1": 32, "CL": 6, "NT10": 208, "NT17": 1200, "NT18": 500_000, "NT31": 10}
"""What the plan expects over the four years."""


def plan_to_lock(world: World, **fields: Any) -> Plan:
    """Return the plan with its six measures, what is expected of each, and a need."""
    weights = {"weight": Decimal(20), "quantitative": Decimal(10), "qualitative": Decimal(10)}
    plan = ground.plan_of(world, **{**weights, "place": "E08000026", **fields})
    for measure in ground.measures_of(world, plan):
        measure.target = Decimal(EXPECTED[measure.ref])
        measure.evidence_rule = f"Proof of {measure.ref}"
        measure.save()
    need = ground.need_of(plan.authority, "Work for care leavers", "care leavers", quantity=Decimal(12), unit="person")
    PlanNeed.objects.create(plan=plan, need=need)
    return plan


def change(plan: Plan, ref: str, **fields: Any) -> None:
    """Change a measure of a plan before it is locked."""
    PlanMeasure.objects.filter(plan=plan, ref=ref).update(**fields)


def lock(world: World, plan: Plan, number: int = 1) -> PlanVersion:
    """Lock a plan as a version."""
    content = content_of(plan)
    return PlanVersion.objects.create(
        plan=plan, number=number, content=content, sha256=sha256_of(content), approved_by=world.people["director"],
        approved_at=APPROVED,
    )  # fmt: skip


def asked(world: World, plan: Plan) -> Asked:
    """Return what a locked version of a plan asks, read back from the database."""
    return asked_of(PlanVersion.objects.get(pk=lock(world, plan).pk))
