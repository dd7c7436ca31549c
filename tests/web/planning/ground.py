"""
What the tests of planning stand on: Northmere's policy, a panel with two members, and the plan of journey 1.

    plan = plan_of(world)      # being written: £2,400,000 over four years, its commissioner and officer are named
"""

from __future__ import annotations

import datetime as dt
import hashlib
from decimal import Decimal
from typing import Any

from commonweal.catalogue.root import data_root
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.roles import Role
from commonweal_web.planning.models import Need, Panel, PanelMember, Plan, PlanMeasure, PlanPart, Policy, Stage
from tests.web.world import BEGIN, NOON, World, person

MEASURES = (
    # ref, deliverable, unit, kind, value, themes, minutes per bid and per return
    ("NT1", "Local people employed", "FTE-year", "quantity", "30000", ["employment-and-skills"]),
    ("CL", "Care leavers into work", "person", "quantity", "18000", ["employment-and-skills"]),
    ("NT10", "Apprenticeship weeks", "week", "quantity", "250", ["employment-and-skills"]),
    ("NT17", "Hours given to community groups", "hour", "quantity", "17.5", ["communities"]),
    ("NT18", "Spend in the local supply chain", "GBP", "money", "0.6", ["local-economy"]),
    ("NT31", "CO2e saved", "tCO2e", "quantity", "240", ["environment"]),
)


def policy_of(world: World, body: str = "nmc") -> Policy:
    """Return the policy of Northmere's example pack, adopted from 1 April 2025."""
    text = (data_root() / "policies" / "bodies" / "northmere.yaml").read_text()
    found = Policy.objects.filter(body=world.bodies[body], state="adopted").first()
    return found or Policy.objects.create(
        body=world.bodies[body], label="2025.1", starts=dt.date(2025, 4, 1), document=text,
        sha256=hashlib.sha256(text.encode()).hexdigest(), state="adopted", drafted_by=world.people["lead"],
        drafted_at=NOON, proposed_by=world.people["lead"], proposed_at=NOON, adopted_by=world.people["director"],
        adopted_at=NOON,
    )  # fmt: skip


def panel_of(world: World) -> Panel:
    """Return the Place Strategic Category Panel: the panel member chairs it, a second one sits on it."""
    made = Panel.objects.create(body=world.bodies["nmc"], name="Place Strategic Category Panel", categories=["77"])
    if "second panel" not in world.people:
        person(world, "second panel", "Paz Reid", ("nmc", Role.CAT))
    for key, chair in (("panel", True), ("second panel", False)):
        PanelMember.objects.create(panel=made, user=world.people[key], chair=chair, starts=BEGIN)
    return made


def plan_of(world: World, **fields: Any) -> Plan:
    """Return the plan of journey 1, being written, with its commissioner and its procurement officer."""
    facts = {
        "reference": "NMC-2026-P14", "title": "Grounds Maintenance and Street Trees 2026-2030", "category": "77300000",
        "value_pence": 240_000_000, "starts": dt.date(2026, 4, 1), "ends": dt.date(2030, 3, 31),
        "framework": "fx-2025.1", "directorate": world.directorates["Neighbourhoods"], "policy": policy_of(world),
        "created_by": world.people["commissioner"], "created_at": NOON, **fields,
    }  # fmt: skip
    plan = Plan.objects.create(authority=facts.pop("authority", world.bodies["nmc"]), **facts)
    for part, key in (("commissioner", "commissioner"), ("procurement", "procurement"), ("lead", "lead")):
        PlanPart.objects.create(plan=plan, user=world.people[key], part=part, starts=BEGIN)
    return plan


def need_of(body: Organisation, title: str, *tags: str, place: str = "Tollgate", **more: Any) -> Need:
    """Return a need of a ward from a source."""
    facts = {"source": "Joint strategic needs assessment 2025", "shown": True, "created_at": NOON, **more}
    return Need.objects.create(body=body, place=place, title=title, tags=list(tags), **facts)


def measures_of(world: World, plan: Plan, *refs: str) -> list[PlanMeasure]:
    """Return measures of the fixture framework on a plan, proposed by its commissioner: all six, or those named."""
    made = []
    for order, (ref, words, unit, kind, value, themes) in enumerate(MEASURES):
        if not refs or ref in refs:
            made.append(
                PlanMeasure.objects.create(
                    plan=plan, ref=ref, measure=f"fx-2025.1/{ref}", deliverable=words, unit=unit, kind=kind,
                    value_per_unit=Decimal(value), value_series=f"fx-2025.1/{ref}", themes=themes, order=order,
                    value_source="Fixture framework FX-2025.1 (invented)", burden_bid=30, burden_return=15,
                    over_time="distinct" if unit == "person" else "sum", proposed_by=world.people["commissioner"],
                    proposed_at=NOON,
                )
            )  # fmt: skip
    return made


def stages_of(world: World, plan: Plan, *, signed: bool = True) -> list[Stage]:
    """Return the four stages of a plan, each with its record and signed by the commissioner."""
    facts = {
        "considered_on": dt.date(2026, 6, 1),
        "considered_by": "Commissioner and ward members",
        "findings": "Found.",
    }
    if signed:
        facts |= {"signed_by": world.people["commissioner"], "signed_at": NOON}
    return [Stage.objects.create(plan=plan, kind=kind, **facts) for kind in Stage.Kind.values]
