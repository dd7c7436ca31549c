"""The director's approval: by whom, of what, never one's own; the last measure locks the plan; new editions."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.models import Delegation, Membership
from commonweal_web.planning.gateway import approvers
from commonweal_web.planning.gateway.services import approving, votes
from commonweal_web.planning.models import Plan, PlanMeasure, PlanPart, PlanVersion
from commonweal_web.planning.plans.content import content_of, sha256_of
from tests.web.planning.gateway import makers
from tests.web.planning.ground import panel_of
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db
YESTERDAY = makers.TODAY - dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> makers.Before:
    return makers.only(monkeypatch, makers.Before())


def refused(act: makers.Act, kind: type[Refused] = Refused) -> Refused:
    with pytest.raises(kind) as caught:
        act()
    return caught.value


def approve(world: World, plan: Plan, *refs: str, key: str = "director") -> Any:
    return approving.measures_approve(plan=plan, shown=makers.shown(plan, *refs), by=world.people[key], now=NOON)


def delegation(world: World, **fields: Any) -> Delegation:
    facts = {"starts": BEGIN, "ends": dt.date(2026, 12, 31), "reason": "leave", "created_at": NOON, **fields}
    people = {"approver": world.people["director"], "delegate": world.people["deputy"]}
    return Delegation.objects.create(organisation=world.bodies["nmc"], **people, **facts)


def test_the_whole_set_is_locked_as_version_1(world: World) -> None:
    plan = makers.passed(world)
    rows, version = approve(world, plan)
    assert [row.ref for row in rows] == ["NT1", "CL", "NT10", "NT17", "NT18", "NT31"]
    assert version.number == 1
    assert version.sha256 == sha256_of(version.content) == sha256_of(content_of(plan))
    assert [one["ref"] for one in version.content["measures"]] == [row.ref for row in rows]
    plan.refresh_from_db()
    assert (plan.state, makers.own_section(plan, world.people["lead"]).done) == (Plan.State.APPROVED, True)
    row = Event.objects.get(verb="plan.measures_approved")
    assert (row.role, row.new["version"], row.new["sha256"]) == ("APP", 1, version.sha256)
    told = set(Message.objects.filter(key__contains=":version:1:").values_list("to_user_id", flat=True))
    assert told == {world.people[key].pk for key in ("commissioner", "procurement", "lead")}


def test_measures_are_approved_one_by_one_and_the_last_locks(world: World) -> None:
    plan = makers.passed(world)
    assert approve(world, plan, "NT1", "CL")[1] is None
    assert makers.own_section(plan, world.people["lead"]).status == "2 of 6 measures approved by the director"
    assert refused(lambda: approve(world, plan, "CL")).code == "decided"
    assert approve(world, plan, "NT10", "NT17", "NT18", "NT31")[1].number == 1


@pytest.mark.parametrize("key", ["lead", "procurement", "panel", "manager", "other director"])
def test_nobody_else_approves(world: World, key: str) -> None:
    plan = makers.passed(world)
    error = refused(lambda: approve(world, plan, key=key), NotPermitted)
    assert "Dinah Frost" in error.message
    assert not PlanVersion.objects.exists()


def test_an_expired_delegation_is_refused_with_the_reason_and_who_can(world: World) -> None:
    plan = makers.passed(world)
    delegation(world, ends=YESTERDAY)
    error = refused(lambda: approve(world, plan, key="deputy"), NotPermitted)
    assert error.message == "Your delegation ended on 7 July 2026; Dinah Frost (strategic director) can approve."


def test_a_delegation_below_the_value_is_refused(world: World) -> None:
    plan = makers.passed(world)
    delegation(world, limit_pence=100_000_00)
    error = refused(lambda: approve(world, plan, key="deputy"), NotPermitted)
    assert error.message.startswith("Your delegation goes up to £100,000, and this plan is worth £2,400,000;")


def test_a_delegate_approves_within_the_delegation_and_the_log_says_so(world: World) -> None:
    plan, given = makers.passed(world), delegation(world)
    rows, version = approve(world, plan, key="deputy")
    assert {row.delegation for row in rows} == {given}
    assert version.approved_by == world.people["deputy"]
    row = Event.objects.get(verb="plan.measures_approved")
    assert (row.role, row.new["delegation"]) == ("delegate", given.pk)


def test_what_the_director_proposed_herself_goes_to_another_director(world: World) -> None:
    plan = makers.whole_plan(world)
    PlanMeasure.objects.filter(plan=plan, ref="CL").update(proposed_by=world.people["director"])
    plan = makers.held(world, makers.put(world, plan)).plan
    other = world.people["other director"]
    assert PlanPart.objects.filter(plan=plan, user=other, part="director", starts=makers.TODAY).exists()
    mail = Message.objects.get(key__startswith=f"plan:{plan.pk}:passed", to_user_id=other.pk)
    assert "wait for you: CL." in mail.body
    error = refused(lambda: approve(world, plan))
    assert error.code == "own_proposal"
    assert error.message == "You proposed CL yourself, so somebody else approves it: Otis Vane."
    assert approve(world, plan, "NT1", "NT10", "NT17", "NT18", "NT31")[1] is None
    assert approve(world, plan, "CL", key="other director")[1].number == 1


def test_without_another_director_nobody_is_named(world: World) -> None:
    plan = makers.whole_plan(world)
    Membership.objects.filter(user=world.people["other director"]).update(ends=YESTERDAY)
    PlanMeasure.objects.filter(plan=plan, ref="CL").update(proposed_by=world.people["director"])
    plan = makers.held(world, makers.put(world, plan)).plan
    assert "nobody of this body" in refused(lambda: approve(world, plan, "CL")).message


def _made_it(world: World, plan: Plan) -> None:
    Plan.objects.filter(pk=plan.pk).update(created_by=world.people["director"])


def _works_on_it(world: World, plan: Plan) -> None:
    PlanPart.objects.create(plan=plan, user=world.people["director"], part="lead", starts=BEGIN)


def _tied(world: World, plan: Plan) -> None:
    votes.interest_declare(plan=plan, words="My brother bids", by=world.people["director"], now=NOON)


@pytest.mark.parametrize("hinder", [_made_it, _works_on_it, _tied])
def test_a_director_who_wrote_the_plan_or_has_an_interest_does_not_approve(world: World, hinder: Any) -> None:
    plan = makers.whole_plan(world)
    hinder(world, plan)
    plan = makers.held(world, makers.put(world, plan)).plan
    assert refused(lambda: approve(world, plan), NotPermitted).code == "hindered"
    assert approve(world, plan, key="other director")[1].number == 1
    assert approvers.hindrance(Plan.objects.get(pk=plan.pk), world.people["director"])


def test_exactly_what_was_shown_is_approved(world: World) -> None:
    plan = makers.passed(world)
    old = {pk: version - 1 for pk, version in makers.shown(plan).items()}
    director = world.people["director"]
    act = lambda shown: approving.measures_approve(plan=plan, shown=shown, by=director, now=NOON)  # noqa: E731
    with pytest.raises(StaleVersion):
        act(old)
    assert refused(lambda: act({})).code == "none_chosen"
    assert refused(lambda: act({0: 1})).code == "none_chosen"


def send_back(world: World, plan: Plan, ref: str, reason: str = "Six is too few", **more: Any) -> Plan:
    measure = PlanMeasure.objects.get(plan=plan, ref=ref)
    return approving.measure_send_back(measure=measure, reason=reason, by=world.people["director"], now=NOON, **more)


def test_a_measure_that_is_sent_back_opens_the_plan(world: World) -> None:
    plan = makers.passed(world)
    assert refused(lambda: send_back(world, plan, "CL", " ")).code == "no_reason"
    plan = send_back(world, plan, "CL")
    assert (plan.state, plan.edition) == (Plan.State.SENT_BACK, 1)
    meeting = makers.meeting_of(world, plan.sittings.get().meeting.panel, makers.TODAY + dt.timedelta(days=1))
    error = refused(lambda: makers.put(world, plan, meeting))
    assert "CL was sent back: Six is too few. Change it, or remove it." in error.problems[""]  # type: ignore[attr-defined]
    PlanMeasure.objects.filter(plan=plan, ref="CL").update(state="proposed", decided_by=None, decided_at=None)
    assert makers.put(world, plan, meeting).plan.state == Plan.State.AT_PANEL


def test_what_was_approved_stays_and_is_copied_when_the_plan_opens(world: World) -> None:
    plan = makers.passed(world)
    approve(world, plan, "NT1")
    plan = send_back(world, plan, "CL")
    assert plan.edition == 2
    rows = {row.ref: row for row in PlanMeasure.objects.filter(plan=plan)}
    assert {row.edition for row in rows.values()} == {2}
    assert (rows["NT1"].state, rows["NT1"].decided_by) == ("proposed", None)
    assert (rows["CL"].state, rows["CL"].decision_reason) == ("sent_back", "Six is too few")
    assert rows["NT1"].proposed_by == world.people["commissioner"]
    assert PlanMeasure.editions.get(plan=plan, edition=1, ref="NT1").state == "approved"
    assert len(content_of(plan)["measures"]) == plan.measures.count() == 6


def test_an_approved_plan_is_opened_for_a_second_version(world: World) -> None:
    first = makers.approved(world)
    plan, by = first.plan, world.people["commissioner"]
    plan.refresh_from_db()
    assert refused(lambda: approving.plan_reopen(plan=plan, reason=" ", by=by, now=NOON)).code == "no_reason"
    with pytest.raises(NotPermitted):
        approving.plan_reopen(plan=plan, reason="r", by=world.people["director"], now=NOON)
    plan = approving.plan_reopen(plan=plan, reason="A measure is missing", by=by, now=NOON, shown=plan.version)
    assert (plan.state, plan.edition, plan.measures.filter(state="proposed").count()) == (Plan.State.DRAFT, 2, 6)
    assert refused(lambda: approving.plan_reopen(plan=plan, reason="r", by=by, now=NOON)).code == "state"
    PlanMeasure.objects.create(plan=plan, ref="NEW", deliverable="d", unit="hour", proposed_by=by, proposed_at=NOON)
    meeting = makers.meeting_of(world, plan.sittings.get().meeting.panel, makers.TODAY + dt.timedelta(days=1))
    sitting = makers.put(world, plan, meeting)
    for key in ("panel", "second panel"):
        makers.vote(world, sitting, key)
    assert PlanVersion.objects.get().content == first.content
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.PASSED)
    assert approve(world, plan)[1].number == 2


def test_no_measure_is_approved_before_the_panel(world: World) -> None:
    plan = makers.whole_plan(world)
    panel_of(world)
    assert refused(lambda: approve(world, plan)).code == "state"
    assert refused(lambda: send_back(world, plan, "CL")).code == "state"
