"""Stages: nothing is signed before it says something, and a change of the findings voids the sign-off and says so."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import StaleVersion
from commonweal_web.planning.models import Plan, Stage
from commonweal_web.planning.plans import section
from commonweal_web.planning.plans.services import stage_record, stage_sign
from tests.web.planning import ground
from tests.web.planning.plans.test_making import one_row, refused
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
DAY = dt.date(2026, 6, 1)


@pytest.fixture
def stage(world: World) -> Stage:
    return Stage.objects.create(plan=ground.plan_of(world), kind="needs")


def record(world: World, stage: Stage, findings: str = "Jobs for care leavers lack.", **more: object) -> Stage:
    stage.refresh_from_db()
    said = {"considered_on": DAY, "considered_by": "Commissioner and ward members", "shown": stage.version, **more}
    return stage_record(stage=stage, findings=findings, by=world.people["commissioner"], now=NOON, **said)


def sign(world: World, stage: Stage, who: str = "commissioner") -> Stage:
    stage.refresh_from_db()
    return stage_sign(stage=stage, by=world.people[who], now=NOON, shown=stage.version)


def test_nothing_is_signed_before_it_says_something(world: World, stage: Stage) -> None:
    with refused("no_findings", "Record who considered it"):
        sign(world, stage)
    with one_row("plan_stage_recorded"):
        record(world, stage)
    with one_row("plan_stage_signed"):
        signed = sign(world, stage, "lead")
    assert signed.signed_by == world.people["lead"]
    with refused("signed", "Leila Owusu signed this off already"):
        sign(world, stage)


def test_a_change_of_the_findings_voids_the_sign_off_and_says_so(world: World, stage: Stage) -> None:
    record(world, stage)
    sign(world, stage)
    with one_row("plan_stage_recorded"):
        changed = record(world, stage, "And for young carers.")
    assert (changed.signed_by, changed.signed_at) == (None, None)
    event = Event.objects.filter(verb="plan_stage_recorded").latest("seq")
    assert event.reason == "This voids the sign-off by Colm Hart."
    assert event.old["findings"] == "Jobs for care leavers lack."


def test_saving_the_same_keeps_the_sign_off(world: World, stage: Stage) -> None:
    record(world, stage)
    sign(world, stage)
    with refused("same"):
        record(world, stage)
    stage.refresh_from_db()
    assert stage.signed_by is not None


def test_a_day_that_has_not_come_and_an_old_page_are_refused(world: World, stage: Stage) -> None:
    with refused("future"):
        record(world, stage, considered_on=NOON.date() + dt.timedelta(days=1))
    with pytest.raises(StaleVersion):
        record(world, stage, shown=9)


def test_a_closed_plan_keeps_its_stages(world: World, stage: Stage) -> None:
    record(world, stage)
    Plan.objects.update(state="at_panel")
    with refused("state"):
        record(world, stage, "Other")
    with refused("state"):
        sign(world, stage)


def test_the_plan_says_how_many_are_signed(world: World) -> None:
    plan = ground.plan_of(world)
    first = ground.stages_of(world, plan, signed=False)[0]
    sign(world, first)
    said = section.stages(plan, world.people["commissioner"])
    assert (said.status, said.done) == ("1 of 4 signed off", False)
    assert said.hint == "To sign off: needs analysis, residents and market, specification."


def test_record_and_sign_on_the_pages(world: World, stage: Stage, signed_in: Callable[[str], Client]) -> None:
    client, plan = signed_in("commissioner"), stage.plan
    here = reverse("planning:plan_stage", args=[plan.pk, stage.pk])
    form = {
        "considered_on_day": "1", "considered_on_month": "6", "considered_on_year": "2026", "version": 1,
        "considered_by": "Commissioner", "findings": "Jobs are needed.",
    }  # fmt: skip
    assert "Sign off" not in client.get(here).content.decode()
    assert client.post(reverse("planning:plan_stage_record", args=[plan.pk, stage.pk]), form).status_code == 303
    assert ">\n  Sign off" in client.get(here).content.decode()
    signing = reverse("planning:plan_stage_sign", args=[plan.pk, stage.pk])
    assert client.post(signing, {"version": 2}).status_code == 303
    assert "Colm Hart, 8 July 2026" in client.get(here).content.decode()
    warned = client.get(reverse("planning:plan_stage_record", args=[plan.pk, stage.pk])).content.decode()
    assert "the sign-off is void" in warned
    again = form | {"findings": "Jobs and training.", "version": 3}
    told = client.post(reverse("planning:plan_stage_record", args=[plan.pk, stage.pk]), again, follow=True)
    assert "The sign-off by Colm Hart was of other findings and is void" in told.content.decode()
    assert client.post(signing, {"version": 2}).status_code == 409
