"""Each act of the panel and the director writes exactly one row of the log, and none when it is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.planning.models import Plan, PlanMeasure
from tests.web.planning.gateway import makers
from tests.web.planning.ground import panel_of
from tests.web.world import World

pytestmark = pytest.mark.django_db
Act = tuple[str, str, list[Any], dict[str, Any]]


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> makers.Before:
    return makers.only(monkeypatch, makers.Before())


def _make(world: World) -> Act:
    panel = panel_of(world)
    return "lead", "panel_meeting_make", [panel.body_id, panel.pk], {"on_day": 9, "on_month": 7, "on_year": 2026}


def _put(world: World) -> Act:
    plan, meeting = makers.whole_plan(world), makers.meeting_of(world)
    return "procurement", "panel_put", [plan.pk], {"meeting": meeting.pk}


def _vote(world: World) -> Act:
    sitting = makers.put(world)
    return "panel", "panel_vote", [sitting.plan_id, sitting.pk], {"vote": "approve"}


def _interest(world: World) -> Act:
    return "panel", "panel_interest", [makers.put(world).plan_id], {"words": "My brother bids"}


def _hold(world: World) -> Act:
    meeting = makers.put(world).meeting
    return "lead", "panel_hold", [meeting.panel.body_id, meeting.panel_id, meeting.pk], {}


def _answer(world: World) -> Act:
    condition = makers.conditional(world)
    return "commissioner", "panel_answer", [condition.sitting.plan_id, condition.pk], {"answer": "Raised."}


def _close(world: World) -> Act:
    condition = makers.answered(world, makers.conditional(world))
    return "panel", "panel_close", [condition.sitting.plan_id, condition.pk], {"verdict": "close"}


def _return(world: World) -> Act:
    condition = makers.answered(world, makers.conditional(world))
    answers = {"verdict": "return", "reason": "By how much?"}
    return "panel", "panel_close", [condition.sitting.plan_id, condition.pk], answers


def _approve(world: World) -> Act:
    plan = makers.passed(world)
    chosen = [f"{pk}.{version}" for pk, version in makers.shown(plan).items()]
    return "director", "panel_approve", [plan.pk], {"chosen": chosen}


def _send_back(world: World) -> Act:
    plan = makers.passed(world)
    return "director", "panel_send_back", [plan.pk, PlanMeasure.objects.get(plan=plan, ref="CL").pk], {"reason": "r"}


def _reopen(world: World) -> Act:
    return "commissioner", "panel_reopen", [makers.approved(world).plan_id], {"reason": "r"}


ACTS = [_make, _put, _vote, _interest, _hold, _answer, _close, _return, _approve, _send_back, _reopen]


@pytest.mark.parametrize("make", ACTS, ids=lambda make: make.__name__.strip("_"))
def test_each_act_writes_one_row(
    make: Callable[[World], Act], world: World, signed_in: Callable[[str], Client]
) -> None:
    key, name, where, answers = make(world)
    url, before = reverse(f"planning:{name}", args=where), Event.objects.count()
    assert signed_in("councillor").post(url, answers).status_code in (403, 404)
    assert Event.objects.count() == before
    assert signed_in(key).post(url, answers).status_code == 303
    assert Event.objects.count() == before + 1
    row = Event.objects.latest("pk")
    assert row.actor_id == world.people[key].pk
    assert row.role
    if make is not _make:
        assert (row.record_type, row.record_id) == ("planning.plan", Plan.objects.get().pk)
