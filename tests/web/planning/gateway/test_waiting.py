"""What needs whom, on the start page: votes, meetings to close, conditions, measures to approve."""

from __future__ import annotations

import datetime as dt

import pytest

from commonweal_web.organisations.models import Delegation
from commonweal_web.planning.gateway.services import conditions, votes
from commonweal_web.planning.models import PlanMeasure
from commonweal_web.reports.selectors.panel_tasks import PANEL
from tests.web.planning.gateway import makers
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> makers.Before:
    return makers.only(monkeypatch, makers.Before())


def tasks(world: World, key: str) -> list[str]:
    found = [task for collect in PANEL for task in collect(world.people[key], makers.TODAY)]
    assert all(task.href and task.where for task in found)
    return [f"{task.words}, {task.when}" for task in found]


def test_votes_and_meetings(world: World) -> None:
    sitting = makers.put(world)
    vote = "Vote at the Place Strategic Category Panel, meeting on 8 July 2026"
    assert tasks(world, "panel") == tasks(world, "second panel") == [vote]
    assert tasks(world, "lead") == ["Close the votes of a meeting, met on 8 July 2026"]
    assert tasks(world, "procurement") == []  # put it, so somebody else closes the meeting
    makers.vote(world, sitting, "panel")
    assert tasks(world, "panel") == []
    votes.interest_declare(plan=sitting.plan, words="w", by=world.people["second panel"], now=NOON)
    assert tasks(world, "second panel") == []
    makers.meetings.meeting_hold(meeting=sitting.meeting, by=world.people["lead"], now=NOON)
    assert tasks(world, "lead") == []


def test_conditions(world: World) -> None:
    condition = makers.conditional(world)
    answer = ["Answer a condition: raise care-leaver measure, waiting since 8 July 2026"]
    for key in ("commissioner", "procurement", "lead"):
        assert tasks(world, key) == answer
    makers.answered(world, condition)
    assert tasks(world, "commissioner") == []
    assert tasks(world, "panel") == ["Close a condition: raise care-leaver measure, waiting since 8 July 2026"]
    conditions.condition_close(condition=condition, by=world.people["panel"], now=NOON)
    assert tasks(world, "second panel") == []
    assert tasks(world, "director") == ["6 measures of a plan to approve, waiting since 8 July 2026"]


def test_measures_for_who_can_approve_them(world: World) -> None:
    plan = makers.passed(world)
    assert tasks(world, "deputy") == tasks(world, "other director") == []
    Delegation.objects.create(
        organisation=plan.authority, approver=world.people["director"], delegate=world.people["deputy"], starts=BEGIN,
        ends=dt.date(2026, 7, 8), reason="leave", created_at=NOON,
    )  # fmt: skip
    assert tasks(world, "deputy") == ["6 measures of a plan to approve, waiting since 8 July 2026"]
    PlanMeasure.objects.exclude(ref="CL").filter(plan=plan).update(proposed_by=world.people["deputy"])
    assert tasks(world, "deputy") == ["1 measure of a plan to approve, waiting since 8 July 2026"]
