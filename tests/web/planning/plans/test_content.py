"""A plan as one value: complete, plain JSON, and with the same hash however it is read."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from commonweal_web.planning.models import Condition, Meeting, Plan, PlanNeed, Sitting, Waiver, WeightApproval
from commonweal_web.planning.plans import content
from tests.web.planning import ground
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db


def full(world: World) -> Plan:
    """Return a plan that says something of each sort."""
    plan = ground.plan_of(world, weight=Decimal(15), quantitative=Decimal(10), qualitative=Decimal(5))
    ground.stages_of(world, plan)
    ground.measures_of(world, plan)
    need = ground.need_of(plan.authority, "Work for care leavers", "care leavers", email="group@tollgate.example")
    PlanNeed.objects.create(plan=plan, need=need)
    panel, lead = ground.panel_of(world), world.people["lead"]
    WeightApproval.objects.create(plan=plan, weight=15, reason="Small lot.", by=world.people["panel"], at=NOON)
    Waiver.objects.create(plan=plan, theme="environment", office="head of procurement", reason="r", by=lead, at=NOON)
    meeting = Meeting.objects.create(panel=panel, on=NOON.date(), made_by=lead, made_at=NOON)
    sitting = Sitting.objects.create(meeting=meeting, plan=plan, content={}, sha256="0", put_by=lead, put_at=NOON)
    Condition.objects.create(sitting=sitting, text="raise care-leaver measure")
    return plan


def test_content_says_everything(world: World) -> None:
    said = content.content_of(full(world))
    assert said["plan"]["reference"] == "NMC-2026-P14"
    assert said["plan"]["value_pence"] == 240_000_000
    assert said["policy"]["label"] == "2025.1"
    assert said["weight"]["weight"] == "15"
    assert said["weight"]["approvals"][0]["by"] == "Pat Lowe"
    assert [one["kind"] for one in said["stages"]] == ["review", "needs", "market", "specification"]
    assert [one["ref"] for one in said["measures"]] == ["NT1", "CL", "NT10", "NT17", "NT18", "NT31"]
    assert said["measures"][3]["value_per_unit"] == "17.5"
    assert said["needs"][0]["tags"] == ["care leavers"]
    assert said["conditions"][0]["text"] == "raise care-leaver measure"
    assert said["waivers"][0]["theme"] == "environment"
    assert {one["part"] for one in said["people"]} == {"commissioner", "procurement", "lead"}


def test_content_keeps_a_groups_address_to_itself(world: World) -> None:
    assert "group@tollgate.example" not in json.dumps(content.content_of(full(world)))


def test_the_hash_is_that_of_what_the_database_gives_back(world: World) -> None:
    said = content.content_of(full(world))
    assert content.sha256_of(json.loads(json.dumps(said))) == content.sha256_of(said)


def test_an_unsaved_spelling_of_an_amount_changes_nothing(world: World) -> None:
    plan = full(world)
    before = content.sha256_of(content.content_of(plan))
    plan.weight = Decimal("15.000")
    plan.save(update_fields=["weight"])
    assert content.sha256_of(content.content_of(plan)) == before


def test_a_change_of_any_word_changes_the_hash(world: World) -> None:
    plan = full(world)
    before = content.sha256_of(content.content_of(plan))
    stage = plan.stages.get(kind="market")
    stage.findings = "Found more."
    stage.save(update_fields=["findings"])
    assert content.sha256_of(content.content_of(plan)) != before
