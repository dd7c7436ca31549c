"""The pages: journey 1.5 in a browser's steps, what each shows whom, and the pack as PDF."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from commonweal_web.audit.models import Event
from commonweal_web.organisations.models import Delegation
from commonweal_web.planning.models import Condition, Meeting, Plan, PlanMeasure, PlanVersion, Sitting
from tests.web.planning.gateway import makers
from tests.web.planning.ground import panel_of
from tests.web.world import BEGIN, NOON, World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[str], Client]


@pytest.fixture(autouse=True)
def before(monkeypatch: pytest.MonkeyPatch) -> makers.Before:
    return makers.only(monkeypatch, makers.Before())


def page(client: Client, name: str, *args: Any) -> str:
    answer = client.get(reverse(f"planning:{name}", args=args))
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return html.unescape(answer.content.decode())


def send(client: Client, name: str, *args: Any, **answers: Any) -> None:
    answer = client.post(reverse(f"planning:{name}", args=args), answers)
    assert answer.status_code == 303, html.unescape(answer.content.decode())[:3000]


def refused(client: Client, name: str, *args: Any, **answers: Any) -> tuple[int, str]:
    answer = client.post(reverse(f"planning:{name}", args=args), answers)
    return answer.status_code, html.unescape(answer.content.decode())


def chosen(plan: Plan, *refs: str) -> list[str]:
    return [f"{pk}.{version}" for pk, version in makers.shown(plan, *refs).items()]


def test_journey_1_5_panel_condition_and_director(world: World, signed_in: SignedIn) -> None:
    plan, panel = makers.whole_plan(world), panel_of(world)
    PlanMeasure.objects.filter(plan=plan, ref="NT31").update(proposed_by=world.people["director"])
    lead, officer, commissioner = signed_in("lead"), signed_in("procurement"), signed_in("commissioner")
    chair, second, director = signed_in("panel"), signed_in("second panel"), signed_in("director")
    body = plan.authority_id

    send(lead, "panel_meeting_make", body, panel.pk, on_day="8", on_month="7", on_year="2026", place="Room 2")
    meeting = Meeting.objects.get()
    assert "Place Strategic Category Panel, 8 July 2026" in page(officer, "panel_put", plan.pk)
    send(officer, "panel_put", plan.pk, meeting=meeting.pk, version=plan.version)
    sitting = Sitting.objects.get()

    shown = page(chair, "panel_sitting", plan.pk, sitting.pk)
    assert "£2,400,000" in shown
    assert "policy 2025.1, in force from 1 April 2025" in shown
    words = "raise care-leaver measure"
    send(chair, "panel_vote", plan.pk, sitting.pk, vote="conditions", conditions=words)
    assert words not in page(second, "panel_sitting", plan.pk, sitting.pk)
    assert "1 vote cast, 2 needed" in page(lead, "panel_sitting", plan.pk, sitting.pk)
    send(second, "panel_vote", plan.pk, sitting.pk, vote="conditions", conditions=words.capitalize())
    send(lead, "panel_hold", body, panel.pk, meeting.pk, version=Meeting.objects.get().version)
    assert "2 to approve with conditions" in page(second, "panel_sitting", plan.pk, sitting.pk)

    condition = Condition.objects.get()
    assert refused(director, "panel_approve", plan.pk, chosen=chosen(plan))[0] == 409
    assert "Open" in page(commissioner, "panel_gateway", plan.pk)
    send(commissioner, "panel_answer", plan.pk, condition.pk, answer="Raised from 4 to 6 people.", version=1)
    PlanMeasure.objects.filter(plan=plan, ref="CL").update(target=6)
    assert "What changed since the panel saw the plan" in page(chair, "panel_close", plan.pk, condition.pk)
    assert refused(commissioner, "panel_close", plan.pk, condition.pk, verdict="close")[0] == 403
    send(chair, "panel_close", plan.pk, condition.pk, verdict="close")

    Delegation.objects.create(
        organisation=plan.authority, approver=world.people["director"], delegate=world.people["deputy"], starts=BEGIN,
        ends=dt.date(2026, 7, 7), reason="leave", created_at=NOON,
    )  # fmt: skip
    status, words = refused(signed_in("deputy"), "panel_approve", plan.pk, chosen=chosen(plan))
    assert status == 403
    assert "Your delegation ended on 7 July 2026; Dinah Frost (strategic director) can approve." in words

    shown = page(director, "panel_approve", plan.pk)
    assert "You proposed this yourself, so somebody else approves it: Otis Vane." in shown
    status, words = refused(director, "panel_approve", plan.pk, chosen=chosen(plan))
    assert (status, "You proposed NT31 yourself" in words) == (409, True)
    send(director, "panel_approve", plan.pk, chosen=chosen(plan, "NT1", "CL", "NT10", "NT17", "NT18"))
    assert not PlanVersion.objects.exists()
    send(signed_in("other director"), "panel_approve", plan.pk, chosen=chosen(plan, "NT31"))

    version = PlanVersion.objects.get()
    assert version.number == 1
    assert [one["ref"] for one in version.content["measures"]] == ["NT1", "CL", "NT10", "NT17", "NT18", "NT31"]
    assert version.sha256 in page(commissioner, "panel_gateway", plan.pk)
    assert Event.objects.filter(verb__startswith="plan.").count() == 4


def test_a_plan_that_is_not_ready_says_what_is_missing(world: World, signed_in: SignedIn, before: Any) -> None:
    before.done = False
    plan, meeting = makers.whole_plan(world), makers.meeting_of(world)
    for name in ("panel_gateway", "panel_put"):
        assert "Sign the needs analysis" in page(signed_in("lead"), name, plan.pk)
    status, words = refused(signed_in("lead"), "panel_put", plan.pk, meeting=meeting.pk)
    assert (status, "cannot go to the panel yet" in words) == (422, True)


def test_without_a_fitting_meeting_the_page_says_so(world: World, signed_in: SignedIn) -> None:
    assert "No meeting is planned of a panel" in page(signed_in("lead"), "panel_put", makers.whole_plan(world).pk)


def test_the_pack_is_a_pdf_of_what_was_put(world: World, signed_in: SignedIn) -> None:
    sitting = makers.put(world)
    answer = signed_in("panel").get(reverse("planning:panel_pack", args=[sitting.plan_id, sitting.pk, "pdf"]))
    assert answer["Content-Type"] == "application/pdf"
    text = " ".join(one.extract_text() for one in PdfReader(io.BytesIO(answer.content)).pages)
    for words in (
        "Grounds Maintenance",
        "Care leavers into work",
        "policy 2025.1",
        "2,400,000",
        "Care leavers need work",
    ):
        assert words in " ".join(text.split())
    text = signed_in("panel").get(reverse("planning:panel_pack", args=[sitting.plan_id, sitting.pk, "json"])).content
    assert hashlib.sha256(text).hexdigest() == sitting.sha256
    gone = signed_in("panel").get(reverse("planning:panel_pack", args=[sitting.plan_id, sitting.pk, "xlsx"]))
    assert gone.status_code == 404


def test_the_pack_lists_plans_below_the_average(world: World, signed_in: SignedIn) -> None:
    plan = makers.whole_plan(world)
    low = makers.whole_plan(world, reference="NMC-2026-P15", weight=10, weight_reason="A market of two firms")
    sitting = makers.put(world, plan)
    shown = page(signed_in("panel"), "panel_sitting", plan.pk, sitting.pk)
    assert "The average weight of July to September 2026 is 15.0%: below 20%." in shown
    assert low.reference in shown
    assert "A market of two firms" in shown


def test_a_procurement_officer_puts_a_plan_in_which_they_have_no_part(world: World, signed_in: SignedIn) -> None:
    plan, meeting, officer = makers.whole_plan(world), makers.meeting_of(world), signed_in("procurement")
    plan.parts.filter(user=world.people["procurement"]).delete()
    assert "Put it on the agenda" in page(officer, "panel_put", plan.pk)
    answer = officer.post(reverse("planning:panel_put", args=[plan.pk]), {"meeting": meeting.pk})
    assert "1 more plan on the agenda" in officer.get(answer["Location"]).content.decode()


def test_an_empty_plan_has_a_pack_too(world: World, signed_in: SignedIn) -> None:
    plan = makers.plan_of(world, category="", directorate=None)
    panel = panel_of(world)
    type(panel).objects.update(categories=[])
    sitting = makers.put(world, plan, makers.meeting_of(world, type(panel).objects.get()))
    shown = page(signed_in("panel"), "panel_sitting", plan.pk, sitting.pk)
    assert "No measure was chosen." in shown
    assert "No need was chosen." in shown


def test_a_member_with_an_interest_sees_that_they_take_no_part(world: World, signed_in: SignedIn) -> None:
    sitting, member = makers.put(world), signed_in("panel")
    assert "Declare it" in page(member, "panel_interest", sitting.plan_id)
    send(member, "panel_interest", sitting.plan_id, words="My brother works for a bidder")
    shown = page(member, "panel_sitting", sitting.plan_id, sitting.pk)
    assert "you take no part in its decision" in shown
    assert "Pat Lowe: My brother works for a bidder" in page(
        signed_in("second panel"), "panel_sitting", sitting.plan_id, sitting.pk
    )
    status, words = refused(member, "panel_vote", sitting.plan_id, sitting.pk, vote="approve")
    assert (status, "take no part" in words) == (422, True)


def test_the_meeting_shows_its_agenda_to_who_may_read_the_plans(world: World, signed_in: SignedIn) -> None:
    sitting = makers.put(world)
    panel, meeting = sitting.meeting.panel, sitting.meeting
    where = (panel.body_id, panel.pk, meeting.pk)
    assert "Grounds Maintenance" in page(signed_in("panel"), "panel_meeting", *where)
    Plan.objects.filter(pk=sitting.plan_id).update(directorate=world.directorates["Corporate"])
    shown = page(signed_in("director"), "panel_meeting", *where)
    assert "Grounds Maintenance" not in shown
    assert "1 more plan on the agenda in which you have no part" in shown
    assert "Hold the meeting" in page(signed_in("lead"), "panel_meeting", *where)
    assert "Close the votes and decide" in page(signed_in("lead"), "panel_hold", *where)
    assert "8 July 2026" in page(signed_in("panel"), "panel_meetings", *where[:2])
    assert signed_in("eastholt lead").get(reverse("planning:panel_meeting", args=where)).status_code == 404
    assert signed_in("manager").get(reverse("planning:panel_meeting", args=where)).status_code == 403


def test_a_panel_without_meetings_or_members_says_so(world: World, signed_in: SignedIn) -> None:
    panel = panel_of(world)
    assert "No meeting was made yet" in page(signed_in("lead"), "panel_meetings", panel.body_id, panel.pk)
    meeting = makers.meeting_of(world, panel)
    panel.members.update(ends=dt.date(2026, 1, 1))
    assert "Nobody has a seat" in page(signed_in("lead"), "panel_meeting", panel.body_id, panel.pk, meeting.pk)


def test_an_answer_that_is_not_enough_goes_back(world: World, signed_in: SignedIn) -> None:
    condition = makers.answered(world, makers.conditional(world))
    plan = condition.sitting.plan
    status, words = refused(signed_in("panel"), "panel_close", plan.pk, condition.pk, verdict="return", reason="")
    assert (status, "Say what is still missing." in words) == (422, True)
    send(signed_in("panel"), "panel_close", plan.pk, condition.pk, verdict="return", reason="By how much?")
    assert "Raised from 4 to 6 people." in page(signed_in("commissioner"), "panel_answer", plan.pk, condition.pk)


def test_a_delegate_approves_from_the_page_alone(world: World, signed_in: SignedIn) -> None:
    plan = makers.passed(world)
    Delegation.objects.create(
        organisation=plan.authority, approver=world.people["director"], delegate=world.people["deputy"], starts=BEGIN,
        ends=dt.date(2026, 7, 8), reason="leave", created_at=NOON,
    )  # fmt: skip
    delegate = signed_in("deputy")
    assert "until 8 July 2026" in page(delegate, "panel_approve", plan.pk)
    assert "panel_sitting" not in page(delegate, "panel_approve", plan.pk)
    answer = delegate.post(reverse("planning:panel_approve", args=[plan.pk]), {"chosen": chosen(plan)})
    assert (answer.status_code, answer["Location"]) == (303, reverse("reports:home"))


def test_a_measure_is_sent_back_and_a_new_version_begun(world: World, signed_in: SignedIn) -> None:
    plan, director, commissioner = makers.passed(world), signed_in("director"), signed_in("commissioner")
    measure = PlanMeasure.objects.get(plan=plan, ref="CL")
    where = ("panel_send_back", plan.pk, measure.pk)
    assert "goes to the panel and the director anew" in page(director, *where)
    assert refused(director, *where, reason="")[0] == 422
    send(director, *where, reason="Six is too few", version=measure.version)
    assert "CL was sent back: Six is too few." in page(commissioner, "panel_gateway", plan.pk)
    Plan.objects.update(state="approved")
    assert "holds until a new one is approved" in page(commissioner, "panel_reopen", plan.pk)
    send(commissioner, "panel_reopen", plan.pk, reason="A measure is missing")
    assert Plan.objects.get().state == Plan.State.DRAFT


def test_what_is_asked_of_a_plan_that_is_not_there_or_not_yours(world: World, signed_in: SignedIn) -> None:
    plan = makers.passed(world)
    for name in ("panel_gateway", "panel_approve"):
        assert signed_in("eastholt lead").get(reverse(f"planning:{name}", args=[plan.pk])).status_code == 404
    assert signed_in("panel").get(reverse("planning:panel_approve", args=[plan.pk])).status_code == 403


def test_a_licensed_value_is_not_shown(world: World, signed_in: SignedIn) -> None:
    plan = makers.whole_plan(world)
    PlanMeasure.objects.filter(plan=plan, ref="NT1").update(value_per_unit="713.377331", value_licensed=True)
    PlanMeasure.objects.filter(plan=plan, ref="CL").update(value_per_unit=None)
    sitting = makers.put(world, plan)
    for shown in (
        page(signed_in("panel"), "panel_sitting", plan.pk, sitting.pk),
        page(signed_in("director"), "panel_approve", plan.pk),
    ):
        assert "713" not in shown
        assert "icensed value: it computes and is never shown" in shown
        assert "ounted without pounds" in shown
    text = signed_in("panel").get(reverse("planning:panel_pack", args=[plan.pk, sitting.pk, "json"]))
    assert text.status_code == 409
    assert "713" not in text.content.decode()
    assert "which do not leave the service" in text.content.decode()
