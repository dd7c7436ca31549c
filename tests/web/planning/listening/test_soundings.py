"""The market is asked about a plan: journey 1.4, by client; who keeps it, and what goes with the tender."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.frameworks.consulting import respondents
from commonweal_web.frameworks.consulting import services as consulting
from commonweal_web.frameworks.models import Comment, Consultation
from commonweal_web.planning.listening import selectors
from commonweal_web.planning.listening.section import section
from commonweal_web.planning.listening.services import soundings as services
from commonweal_web.planning.models import Plan, Sounding
from tests.web.frameworks.consulting import makers
from tests.web.planning.ground import plan_of
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
OPENS, CLOSES = dt.date(2026, 8, 2), dt.date(2026, 8, 30)
DURING = dt.datetime(2026, 8, 20, 10, 0, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 9, 5, 10, 0, tzinfo=dt.UTC)
SignedIn = Callable[[str], Client]
QUESTIONS = ["What would keep you from a bid?", "How many apprentices can a firm like yours take?"]


def sounding(world: World, plan: Plan, **fields: Any) -> Sounding:
    facts = {"title": "Grounds: what can you do?", "introduction": "We buy.", "questions": QUESTIONS, "opens": OPENS,
             "closes": CLOSES, "by": world.people["commissioner"], "now": NOON, **fields}  # fmt: skip
    return services.sounding_make(plan=plan, **facts)


def at(now: dt.datetime, who: Client, url: str, data: dict[str, Any] | None = None) -> Any:
    with clock.fixed(now):
        return who.get(url) if data is None else who.post(url, data)


@pytest.fixture
def plan(world: World) -> Plan:
    return plan_of(world)


def test_fourteen_suppliers_and_three_community_groups_are_asked_answered_and_published(
    world: World, plan: Plan, signed_in: SignedIn
) -> None:
    officer = signed_in("commissioner")
    here = reverse("planning:listening_plan", args=[plan.pk])
    made = at(NOON, officer, reverse("planning:listening_sounding_new", args=[plan.pk]), {
        "title": "Grounds: what can you do?", "introduction": "We buy.", "questions": "\r\n".join(QUESTIONS),
        "opens_day": "2", "opens_month": "8", "opens_year": "2026", "closes_day": "30", "closes_month": "8",
        "closes_year": "2026", "form_key": "k1"})  # fmt: skip
    assert made.status_code == 303, made.content.decode()
    assert made.url == here
    asked = Consultation.objects.get(pack__isnull=True)
    assert [one["key"] for one in asked.rows] == ["Q1", "Q2"]
    page = at(DURING, Client(), reverse("frameworks:consultation", args=[asked.pk])).content.decode()
    assert "Market sounding by Northmere City Council" in page
    assert "Comment on all questions together" in page
    assert "draft" not in page.split("<main")[1].split("</main")[0]

    url = reverse("frameworks:consultation_row", args=[asked.pk, "Q1"])
    for number in range(14):
        kind = "sme" if number else "large_firm"
        said = {"text": f"Lots that are too large {number}", "name": f"Firm {number}", "kind": kind, "step": "send"}
        assert makers.post(url, DURING, **said).status_code == 303
    for number in range(3):
        makers.comment(asked, "Ask for hours", row="Q2", name=f"Group {number}", kind="vcse", arrived=DURING)
    makers.comment(asked, "Once more", row="Q1", name="firm 3", kind="sme", arrived=DURING)  # the same firm again
    assert respondents.counted(asked) == "14 suppliers and 3 community groups"
    with clock.fixed(AFTER):
        open_line = section(plan, world.people["commissioner"])
    assert not open_line.done
    assert "18 comments without an answer" in open_line.hint

    office = reverse("frameworks:consulting_one", args=[asked.pk])
    assert "Plan NMC-2026-P14" in at(AFTER, officer, office).content.decode()
    first = asked.comments.order_by("pk").first()
    form = reverse("frameworks:consulting_comment", args=[asked.pk, first.pk])
    shown = at(AFTER, officer, form).content.decode()
    assert "Changed in part" in shown
    assert "Not changed" in shown
    assert "Accepted" not in shown
    said = {"outcome": "accepted", "answer": "Three lots now.", "version": "1"}
    assert at(AFTER, officer, form, said).status_code == 303
    for one in asked.comments.filter(outcome=""):
        consulting.answer_comment(
            comment=one, outcome="declined", answer="No.", version=1, by=world.people["lead"], now=AFTER
        )
    publish = reverse("frameworks:consulting_publish", args=[asked.pk])
    assert "14 suppliers and 3 community groups" in at(AFTER, officer, publish).content.decode()
    version = str(Consultation.objects.get(pk=asked.pk).version)
    published = at(AFTER, officer, publish, {"summary": "We heard that lots are too large.", "version": version})
    assert published.status_code == 303
    results = at(AFTER, Client(), published.url).content.decode()
    assert "Answers came from 14 suppliers and 3 community groups" in results
    assert "Not changed" in results
    assert "What changes" not in results
    answers = at(AFTER, Client(), url).content.decode()
    assert "Changed" in answers
    assert "Three lots now." in answers
    csv = at(AFTER, Client(), reverse("frameworks:consultation_file", args=[asked.pk, "csv"])).content.decode()
    assert "not changed" in csv

    assert selectors.published_soundings(plan) == []
    row = Sounding.objects.get()
    tender = reverse("planning:listening_sounding_tender", args=[plan.pk, row.pk])
    before = Event.objects.count()
    assert at(AFTER, officer, tender, {"wanted": "yes"}).status_code == 303
    assert at(AFTER, officer, tender, {"wanted": "yes"}).status_code == 303
    assert Event.objects.count() == before + 1
    assert selectors.published_soundings(plan) == [row]
    assert "Leave its summary out of the tender" in at(AFTER, officer, here).content.decode()
    at(AFTER, officer, tender, {"wanted": "no"})
    assert selectors.published_soundings(plan) == []
    with clock.fixed(AFTER):
        assert section(plan, None).done


def test_who_drafts_the_plan_keeps_its_sounding_and_nobody_else_of_the_body_does(
    world: World, plan: Plan, signed_in: SignedIn
) -> None:
    asked = sounding(world, plan).consultation
    url = reverse("frameworks:consulting_one", args=[asked.pk])
    assert at(NOON, signed_in("procurement"), url).status_code == 200
    assert at(NOON, signed_in("lead"), url).status_code == 200
    assert at(NOON, signed_in("manager"), url).status_code == 403
    assert at(NOON, signed_in("eastholt lead"), url).status_code in (403, 404)
    with pytest.raises(NotPermitted):
        consulting.withdraw(consultation=asked, reason="r", version=1, by=world.people["manager"], now=NOON)
    plan.parts.filter(user=world.people["procurement"]).update(ends=dt.date(2026, 1, 1))
    with clock.fixed(NOON):
        assert signed_in("procurement").get(url).status_code == 403


def test_a_consultation_on_a_draft_is_not_kept_by_who_drafts_plans(
    world: World, plan: Plan, signed_in: SignedIn
) -> None:
    asked = makers.consultation(world)
    url = reverse("frameworks:consulting_one", args=[asked.pk])
    assert at(NOON, signed_in("commissioner"), url).status_code == 403


def test_questions_change_until_it_opens(world: World, plan: Plan, signed_in: SignedIn) -> None:
    row = sounding(world, plan)
    officer = signed_in("commissioner")
    url = reverse("planning:listening_sounding_questions", args=[plan.pk, row.pk])
    before = Event.objects.count()
    assert at(NOON, officer, url, {"questions": "One?\nTwo?\nThree?", "version": "1"}).status_code == 303
    assert Event.objects.count() == before + 1
    assert [one["title"] for one in Consultation.objects.get().rows] == ["One?", "Two?", "Three?"]
    late = at(DURING, officer, url, {"questions": "Four?", "version": "2"})
    assert late.status_code == 422
    assert "only before it opens" in late.content.decode()
    edit = reverse("frameworks:consulting_edit", args=[row.consultation_id])
    words = {"title": "Other", "introduction": "i", "opens_day": "3", "opens_month": "8", "opens_year": "2026",
             "closes_day": "30", "closes_month": "8", "closes_year": "2026", "version": "2"}  # fmt: skip
    assert at(NOON, officer, edit, words).status_code == 303
    assert len(Consultation.objects.get().rows) == 3


@pytest.mark.parametrize(
    ("questions", "says"),
    [([" "], "at least one"), (["Why?", "why?"], "stands there twice"), (["x" * 501], "Question 1 is longer"),
     ([f"Q{number}?" for number in range(41)], "these are 41")],
)  # fmt: skip
def test_questions_that_cannot_be(world: World, plan: Plan, questions: list[str], says: str) -> None:
    with pytest.raises(Refused, match=says):
        sounding(world, plan, questions=questions)
    assert not Consultation.objects.exists()


def test_an_approved_plan_is_not_sounded_and_a_summary_waits_for_its_answers(world: World, plan: Plan) -> None:
    row = sounding(world, plan)
    with pytest.raises(Refused, match="Publish the answers first"):
        services.sounding_in_tender(sounding=row, wanted=True, by=world.people["commissioner"], now=NOON)
    with pytest.raises(Refused, match="had no draft"):
        consulting.list_changes(consultation=row.consultation, version=1, by=world.people["lead"], now=NOON)
    with pytest.raises(NotPermitted):
        sounding(world, plan, by=world.people["manager"])
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.WITHDRAWN)
    with pytest.raises(Refused, match="withdrawn"):
        sounding(world, plan)
    with pytest.raises(Refused, match="withdrawn"):
        services.sounding_in_tender(sounding=row, wanted=True, by=world.people["commissioner"], now=NOON)


def test_a_withdrawn_sounding_holds_no_plan_and_goes_with_no_tender(world: World, plan: Plan) -> None:
    with clock.fixed(NOON):
        assert section(plan, None).status == "Nobody was asked"
        row = sounding(world, plan)
        assert "open to the end of 30 August 2026" in section(plan, None).hint
    consulting.withdraw(
        consultation=row.consultation, reason="Made twice", version=1, by=world.people["commissioner"], now=NOON
    )
    with clock.fixed(NOON):
        assert section(plan, None).done
    assert selectors.published_soundings(plan) == []


def test_who_gives_no_name_or_kind_counts_for_itself(world: World, plan: Plan) -> None:
    asked = sounding(world, plan).consultation
    assert respondents.counted(asked) == "nobody"
    for _ in range(2):
        makers.comment(asked, row="", kind=Comment.Kind.NOT_SAID, arrived=DURING, text=f"Words {_}")
    makers.comment(asked, row="", kind=Comment.Kind.RESIDENT, arrived=DURING)
    assert respondents.counted(asked) == "1 resident and 2 respondents of no stated kind"
