"""Plans on their way through panel and director, one step further with each function."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from commonweal_web.planning.gateway.section import section as own_section
from commonweal_web.planning.gateway.services import approving, conditions, meetings, votes
from commonweal_web.planning.models import Condition, Meeting, Panel, Plan, PlanMeasure, PlanVersion, Sitting
from commonweal_web.planning.sections import Section
from tests.web.planning.ground import measures_of, need_of, panel_of, plan_of, stages_of
from tests.web.world import NOON, World

TODAY = NOON.date()


class Before:
    """A part of planning before the panel, done or not."""

    __module__ = "tests"

    def __init__(self, *, done: bool = True) -> None:
        self.done = done

    def __call__(self, plan: Plan, user: Any) -> Section:
        return Section(
            "plans", "Stages", "/", "3 of 4 signed", self.done, "" if self.done else "Sign the needs analysis"
        )


def only(patch: pytest.MonkeyPatch, before: Before) -> Before:
    """Let `before` be the only part before the panel, so that these tests are about the panel alone."""
    patch.setattr("commonweal_web.planning.gateway.selectors.SECTIONS", [before, own_section])
    return before


def whole_plan(world: World, **fields: Any) -> Plan:
    """Return the plan of journey 1 with stages, a need, six measures and its weight."""
    facts = {"weight": Decimal(20), "quantitative": Decimal(10), "qualitative": Decimal(10), **fields}
    plan = plan_of(world, **facts)
    stages_of(world, plan)
    plan.plan_needs.create(need=need_of(plan.authority, "Care leavers need work", "care leavers"))
    measures_of(world, plan)
    PlanMeasure.objects.filter(plan=plan).update(target=Decimal(4), why=[{"kind": "need", "words": "care leavers"}])
    return plan


def meeting_of(world: World, panel: Panel | None = None, on: dt.date = TODAY) -> Meeting:
    """Return a meeting of the panel, made by the lead."""
    panel = panel or panel_of(world)
    return meetings.meeting_make(panel=panel, on=on, by=world.people["lead"], now=NOON)


def put(world: World, plan: Plan | None = None, meeting: Meeting | None = None) -> Sitting:
    """Put the plan before today's meeting, by the procurement officer."""
    plan, meeting = plan or whole_plan(world), meeting or meeting_of(world)
    return meetings.plan_put(plan=plan, meeting=meeting, by=world.people["procurement"], now=NOON)


def vote(world: World, sitting: Sitting, key: str, answer: str = "approve", reason: str = "") -> None:
    """Cast a vote."""
    votes.vote_cast(sitting=sitting, vote=answer, reason=reason, by=world.people[key], now=NOON)


def held(world: World, sitting: Sitting, *ballots: tuple[str, str, str]) -> Sitting:
    """Let members vote (both approve where none are given), hold the meeting, return the sitting."""
    for key, answer, reason in ballots or (("panel", "approve", ""), ("second panel", "approve", "")):
        vote(world, sitting, key, answer, reason)
    meetings.meeting_hold(meeting=sitting.meeting, by=world.people["lead"], now=NOON)
    sitting.refresh_from_db()
    sitting.plan.refresh_from_db()
    return sitting


def passed(world: World) -> Plan:
    """Return a plan that has passed the panel."""
    return held(world, put(world)).plan


def conditional(world: World, *texts: str) -> Condition:
    """Return the first condition of a plan that both members approved with conditions."""
    words = "\n".join(texts or ("raise care-leaver measure",))
    ballots = tuple((key, "conditions", words) for key in ("panel", "second panel"))
    return held(world, put(world), *ballots).conditions.earliest("pk")


def answered(world: World, condition: Condition) -> Condition:
    """Return a condition that the commissioner answered."""
    return conditions.condition_answer(
        condition=condition, answer="Raised from 4 to 6 people.", by=world.people["commissioner"], now=NOON
    )


def shown(plan: Plan, *refs: str) -> dict[int, int]:
    """Return the measures of a plan as a page shows them, all or those named."""
    rows = PlanMeasure.objects.filter(plan=plan, **({"ref__in": refs} if refs else {}))
    return dict(rows.values_list("pk", "version"))


def approved(world: World) -> PlanVersion:
    """Return version 1 of a plan, approved by the director."""
    plan = passed(world)
    _, version = approving.measures_approve(plan=plan, shown=shown(plan), by=world.people["director"], now=NOON)
    assert version is not None
    return version


Act = Callable[[], Any]
