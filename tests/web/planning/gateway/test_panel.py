"""The panel: what may go before it, who votes, what is decided, and what members see of each other."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import Invalid, NotPermitted, Refused, StaleVersion
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.models import Membership
from commonweal_web.planning.gateway import members, selectors
from commonweal_web.planning.gateway.deciding import Ballot, decide
from commonweal_web.planning.gateway.services import meetings, votes
from commonweal_web.planning.models import Meeting, Panel, PanelMember, Plan, PlanPart, Sitting, Vote
from tests.web.planning.gateway import makers
from tests.web.planning.ground import panel_of
from tests.web.world import BEGIN, NOON, World, person

pytestmark = pytest.mark.django_db
TOMORROW = makers.TODAY + dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> makers.Before:
    return makers.only(monkeypatch, makers.Before())


def refused(act: makers.Act) -> str:
    with pytest.raises(Refused) as caught:
        act()
    return caught.value.code


def ballot(vote: str, *, chair: bool = False, reason: str = "") -> Ballot:
    return Ballot(1, "a", vote, reason, chair)


@pytest.mark.parametrize(
    ("cast", "decision"),
    [
        ([], ""),
        (["approve"], ""),
        (["approve", "approve"], "approve"),
        (["approve", "approve", "send_back"], "approve"),
        (["send_back", "send_back", "conditions"], "send_back"),
        (["approve", "send_back"], "send_back"),
        (["approve", "conditions"], "conditions"),
        (["approve*", "send_back"], "approve"),
        (["approve*", "send_back", "send_back", "conditions", "conditions"], "send_back"),
        (["conditions*", "send_back", "approve"], "conditions"),
    ],
)
def test_the_decision_follows_from_the_votes(cast: list[str], decision: str) -> None:
    found = decide([ballot(one.rstrip("*"), chair=one.endswith("*")) for one in cast], quorum=2)
    assert found.decision == decision
    assert found.words


def test_a_panel_without_a_quorum_needs_one_vote_at_least() -> None:
    assert decide([], quorum=0).decision == ""
    assert decide([ballot("approve")], quorum=0).decision == "approve"


def test_conditions_are_those_that_members_wrote_each_once() -> None:
    cast = [
        ballot("conditions", reason="- raise care-leaver measure\n\nname a contact"),
        ballot("conditions", reason="Raise care-leaver measure"),
        ballot("approve", reason="nothing of this"),
    ]
    assert decide(cast, quorum=2).conditions == ("raise care-leaver measure", "name a contact")


def test_a_plan_is_frozen_when_it_is_put_before_the_panel(world: World) -> None:
    sitting = makers.put(world)
    plan = sitting.plan
    assert plan.state == Plan.State.AT_PANEL
    assert plan.policy is not None
    assert [one["ref"] for one in sitting.content["plan"]["measures"]] == ["NT1", "CL", "NT10", "NT17", "NT18", "NT31"]
    assert sitting.content["policy"]["version"] == "policy 2025.1, in force from 1 April 2025"
    assert any(rule["provision"] and rule["because"] for rule in sitting.content["policy"]["rules"])
    told = Message.objects.filter(key__startswith=f"plan:{plan.pk}:put:").values_list("to_address", flat=True)
    assert set(told) == {"panel@northmere.example", "second.panel@northmere.example"}


def test_a_plan_goes_to_the_panel_only_when_everything_before_is_done(world: World, before: makers.Before) -> None:
    before.done = False
    plan, meeting = makers.whole_plan(world), makers.meeting_of(world)
    with pytest.raises(Invalid) as caught:
        makers.put(world, plan, meeting)
    assert caught.value.problems[""] == [
        "NMC-2026-P14 cannot go to the panel yet.",
        "Stages: Sign the needs analysis.",
    ]
    plan.refresh_from_db()
    assert (plan.state, meeting.sittings.count()) == (Plan.State.DRAFT, 0)


@pytest.mark.parametrize(
    ("panel", "plan", "fits"),
    [
        ({"categories": ["77"]}, {}, True),
        ({"categories": []}, {}, True),
        ({"categories": []}, {"category": ""}, True),
        ({"categories": ["45", "773"]}, {}, True),
        ({"categories": ["45"]}, {}, False),
        ({"categories": ["77"]}, {"category": ""}, False),
        ({"categories": [], "ends": dt.date(2026, 1, 1)}, {}, False),
    ],
)
def test_a_panel_takes_plans_of_its_categories(world: World, panel: dict, plan: dict, fits: bool) -> None:
    made = Panel.objects.create(body=world.bodies["nmc"], name="P", **panel)
    assert selectors.fits(made, makers.whole_plan(world, **plan), makers.TODAY) is fits


def test_a_panel_of_another_directorate_or_body_takes_no_plan(world: World) -> None:
    plan = makers.whole_plan(world)
    corporate = Panel.objects.create(body=plan.authority, name="Corporate", directorate=world.directorates["Corporate"])
    away = Panel.objects.create(body=world.bodies["ebc"], name="Away")
    assert not selectors.fits(corporate, plan, makers.TODAY)
    assert not selectors.fits(away, plan, makers.TODAY)
    meeting = Meeting.objects.create(panel=away, on=TOMORROW, made_by=world.people["lead"], made_at=NOON)
    assert refused(lambda: makers.put(world, plan, meeting)) == "category"
    assert meeting not in selectors.meetings_for(plan, makers.TODAY)


def test_a_plan_is_put_once_and_only_while_it_is_written(world: World) -> None:
    sitting = makers.put(world)
    later = makers.meeting_of(world, sitting.meeting.panel, TOMORROW)
    assert refused(lambda: makers.put(world, sitting.plan, later)) == "state"


def test_a_plan_is_not_put_before_a_meeting_that_is_over(world: World) -> None:
    plan, meeting = makers.whole_plan(world), makers.meeting_of(world)
    Meeting.objects.filter(pk=meeting.pk).update(held_at=NOON)
    assert refused(lambda: makers.put(world, plan, meeting)) == "held"
    Meeting.objects.filter(pk=meeting.pk).update(held_at=None, on=dt.date(2026, 1, 1))
    assert refused(lambda: makers.put(world, plan, meeting)) == "held"


def test_a_stale_page_puts_nothing(world: World) -> None:
    plan, meeting = makers.whole_plan(world), makers.meeting_of(world)
    with pytest.raises(StaleVersion):
        meetings.plan_put(plan=plan, meeting=meeting, by=world.people["procurement"], now=NOON, shown=99)


@pytest.mark.parametrize("key", ["panel", "commissioner", "director", "eastholt lead"])
def test_others_arrange_no_meeting(world: World, key: str) -> None:
    panel = panel_of(world)
    with pytest.raises(NotPermitted):
        meetings.meeting_make(panel=panel, on=TOMORROW, by=world.people[key], now=NOON)


def test_a_meeting_is_on_a_day_that_is_free_and_not_past(world: World) -> None:
    panel = makers.meeting_of(world).panel
    lead = world.people["lead"]
    assert refused(lambda: meetings.meeting_make(panel=panel, on=makers.TODAY, by=lead, now=NOON)) == "taken"
    past = makers.TODAY - dt.timedelta(days=1)
    assert refused(lambda: meetings.meeting_make(panel=panel, on=past, by=lead, now=NOON)) == "past"
    Panel.objects.filter(pk=panel.pk).update(ends=makers.TODAY)
    assert refused(lambda: meetings.meeting_make(panel=panel, on=TOMORROW, by=lead, now=NOON)) == "ended"


def test_a_vote_can_be_changed_until_the_meeting_is_held(world: World) -> None:
    sitting = makers.put(world)
    makers.vote(world, sitting, "panel", "send_back", "Too much at once")
    makers.vote(world, sitting, "panel", "approve")
    makers.held(world, sitting, ("second panel", "approve", ""))
    assert sitting.decision == "approve"
    assert Vote.objects.count() == 3
    assert refused(lambda: makers.vote(world, sitting, "panel", "approve")) == "held"


def test_the_log_says_that_somebody_voted_and_not_how(world: World) -> None:
    sitting = makers.put(world)
    makers.vote(world, sitting, "panel", "send_back", "A reason that nobody reads yet")
    row = Event.objects.get(verb="vote.cast")
    assert "send_back" not in str(row.new)
    assert "reason" not in row.reason
    makers.held(world, sitting, ("second panel", "send_back", "Me too"))
    decided = Event.objects.get(verb="plan.decided")
    assert {one["vote"] for one in decided.new["votes"]} == {"send_back"}


@pytest.mark.parametrize(
    ("answer", "reason", "code"),
    [
        ("send_back", " ", "no_reason"),
        ("conditions", "\n-\n", "no_reason"),
        ("conditions", "x" * 501, "long"),
        ("maybe", "", "vote"),
    ],
)
def test_a_vote_needs_its_reason(world: World, answer: str, reason: str, code: str) -> None:
    sitting = makers.put(world)
    assert refused(lambda: makers.vote(world, sitting, "panel", answer, reason)) == code


def _no_seat(world: World, sitting: Sitting) -> None:
    PanelMember.objects.filter(user=world.people["panel"]).update(ends=dt.date(2026, 7, 7))
    Membership.objects.filter(user=world.people["panel"]).update(directorate=world.directorates["Neighbourhoods"])


def _not_the_role(world: World, sitting: Sitting) -> None:
    Membership.objects.filter(user=world.people["panel"]).update(ends=dt.date(2026, 7, 7))


def _wrote_it(world: World, sitting: Sitting) -> None:
    PlanPart.objects.create(plan=sitting.plan, user=world.people["panel"], part="lead", starts=BEGIN)


def _proposed(world: World, sitting: Sitting) -> None:
    sitting.plan.measures.filter(ref="CL").update(proposed_by=world.people["panel"])


def _made_it(world: World, sitting: Sitting) -> None:
    Plan.objects.filter(pk=sitting.plan_id).update(created_by=world.people["panel"])


def _tied(world: World, sitting: Sitting) -> None:
    votes.interest_declare(plan=sitting.plan, words="My brother bids", by=world.people["panel"], now=NOON)


@pytest.mark.parametrize("hinder", [_no_seat, _not_the_role, _wrote_it, _proposed, _made_it, _tied])
def test_who_may_not_vote_does_not_and_their_earlier_vote_does_not_count(world: World, hinder: Any) -> None:
    sitting = makers.put(world)
    makers.vote(world, sitting, "panel", "send_back", "No")
    hinder(world, sitting)
    sitting = Sitting.objects.get(pk=sitting.pk)
    assert refused(lambda: makers.vote(world, sitting, "panel", "approve")) in ("no_vote", "not_permitted")
    assert members.ballots(sitting, makers.TODAY) == []


def test_a_member_of_another_panel_has_no_vote(world: World) -> None:
    other = person(world, "third panel", "Tia Moss", ("nmc", "CAT"), directorate="Neighbourhoods")
    panel = Panel.objects.create(body=world.bodies["nmc"], name="Another")
    PanelMember.objects.create(panel=panel, user=other, starts=BEGIN)
    sitting = makers.put(world)
    assert refused(lambda: makers.vote(world, sitting, "third panel")) == "no_vote"
    with pytest.raises(NotPermitted):
        makers.vote(world, sitting, "lead")


def test_an_interest_is_declared_once_and_with_words(world: World) -> None:
    sitting, by = makers.put(world), world.people["panel"]
    assert refused(lambda: votes.interest_declare(plan=sitting.plan, words=" ", by=by, now=NOON)) == "no_words"
    votes.interest_declare(plan=sitting.plan, words="My brother bids", by=by, now=NOON)
    assert refused(lambda: votes.interest_declare(plan=sitting.plan, words="x", by=by, now=NOON)) == "again"


def test_too_few_votes_decide_nothing_and_the_plan_can_be_put_again(world: World) -> None:
    sitting = makers.held(world, makers.put(world), ("panel", "approve", ""))
    assert (sitting.decision, sitting.decided_by, sitting.plan.state) == ("", None, Plan.State.DRAFT)
    assert sitting.decision_reason == "Not decided: 1 of the 2 votes that are needed were cast."
    later = makers.meeting_of(world, sitting.meeting.panel, TOMORROW)
    assert selectors.meetings_for(sitting.plan, makers.TODAY) == [later]
    assert makers.put(world, sitting.plan, later).plan.state == Plan.State.AT_PANEL


def test_a_plan_that_is_sent_back_can_be_written_again(world: World) -> None:
    sitting = makers.held(
        world, makers.put(world), ("panel", "send_back", "Too dear"), ("second panel", "send_back", "Too late")
    )
    assert sitting.plan.state == Plan.State.SENT_BACK
    mail = Message.objects.get(key__startswith=f"plan:{sitting.plan_id}:decided", to_address__startswith="commissioner")
    assert "Too dear" in mail.body
    assert "Too late" in mail.body


def test_each_plan_on_the_agenda_is_decided_and_logged(world: World) -> None:
    first = makers.put(world)
    second = makers.put(world, makers.whole_plan(world, reference="NMC-2026-P15"), first.meeting)
    for sitting in (first, second):
        for key in ("panel", "second panel"):
            makers.vote(world, sitting, key)
    meetings.meeting_hold(meeting=first.meeting, by=world.people["lead"], now=NOON)
    assert Event.objects.filter(verb="plan.decided").count() == 2
    assert set(Plan.objects.values_list("state", flat=True)) == {Plan.State.PASSED}


def test_who_put_a_plan_does_not_hold_the_meeting(world: World) -> None:
    sitting = makers.put(world)
    hold = lambda key: meetings.meeting_hold(meeting=sitting.meeting, by=world.people[key], now=NOON)  # noqa: E731
    assert refused(lambda: hold("procurement")) == "own_proposal"
    with pytest.raises(NotPermitted):
        hold("panel")
    hold("lead")
    assert refused(lambda: hold("lead")) == "held"


def test_a_meeting_is_not_held_before_its_day_nor_empty_nor_from_an_old_page(world: World) -> None:
    panel, lead = panel_of(world), world.people["lead"]
    later = makers.meeting_of(world, panel, TOMORROW)
    assert refused(lambda: meetings.meeting_hold(meeting=later, by=lead, now=NOON)) == "early"
    today = makers.meeting_of(world, panel)
    assert refused(lambda: meetings.meeting_hold(meeting=today, by=lead, now=NOON)) == "empty"
    shown = today.version
    makers.put(world, None, today)
    with pytest.raises(StaleVersion):
        meetings.meeting_hold(meeting=today, by=lead, now=NOON, shown=shown)


def test_the_section_says_what_holds_the_plan(world: World, before: makers.Before) -> None:
    plan, lead = makers.whole_plan(world), world.people["lead"]
    assert makers.own_section(plan, lead).status == "Ready for the panel"
    before.done = False
    assert makers.own_section(plan, lead).hint == "Stages: Sign the needs analysis."
    before.done = True
    sitting = makers.put(world, plan)
    assert makers.own_section(sitting.plan, lead).hint == "Place Strategic Category Panel, 8 July 2026"
    done = makers.own_section(makers.held(world, sitting).plan, lead)
    assert (done.status, done.done) == ("0 of 6 measures approved by the director", False)
