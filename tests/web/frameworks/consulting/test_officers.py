"""Officers put a draft to comment, answer every comment, and publish answers, numbers and changes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.frameworks.consulting import services
from commonweal_web.frameworks.models import Comment, Consultation, DropIn
from tests.web.frameworks.consulting import makers
from tests.web.frameworks.consulting.makers import AFTER, BEFORE, CLOSES, DURING, OPENS, get, post
from tests.web.world import World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[str], Client]
NEW = {"title": "Our measures", "introduction": "Why.", "may_be_shown": "on"}


def day(name: str, when: dt.date) -> dict[str, str]:
    return {f"{name}_day": str(when.day), f"{name}_month": str(when.month), f"{name}_year": str(when.year)}


@pytest.fixture
def asked(world: World) -> Consultation:
    return makers.consultation(world)


@pytest.fixture
def lead(signed_in: SignedIn) -> Client:
    return signed_in("lead")


def url(of: Consultation, name: str = "one", *rest: Any) -> str:
    return reverse(f"frameworks:consulting_{name}", args=[of.pk, *rest])


def public(of: Consultation, name: str = "consultation", *rest: Any) -> str:
    return reverse(f"frameworks:{name}", args=[of.pk, *rest])


def answer(world: World, comment: Comment, outcome: str = "accepted", words: str = "We will", **fields: Any) -> Comment:
    facts = {"version": None, "by": world.people["lead"], "now": AFTER}
    return services.answer_comment(comment=comment, outcome=outcome, answer=words, **{**facts, **fields})


def publish(world: World, of: Consultation, now: dt.datetime = AFTER, **fields: Any) -> Consultation:
    facts = {"summary": "We heard much.\n\nWe change some.", "version": None, "by": world.people["lead"]}
    return services.publish(consultation=of, now=now, **{**facts, **fields})


def verbs() -> list[str]:
    return list(Event.objects.order_by("pk").values_list("verb", flat=True))


def test_a_draft_is_put_to_comment_with_its_rows_frozen(world: World, lead: Client) -> None:
    draft, known = makers.pack(world), Event.objects.count()
    page = get(reverse("frameworks:consulting_new"), BEFORE, lead).content.decode()
    assert "Northmere local measures 2027" in page
    form = {**NEW, "pack": draft.pk, **day("opens", OPENS), **day("closes", CLOSES)}
    sent = post(reverse("frameworks:consulting_new"), BEFORE, lead, **form)
    made = Consultation.objects.get()
    assert sent["Location"] == url(made)
    assert [row["key"] for row in made.rows] == ["NM1", "NM2", "NM3"]
    assert Event.objects.count() == known + 1
    assert Event.objects.latest("pk").verb == "consultation.created"
    draft.document = draft.document.replace("Local people", "Nobody")
    draft.save()
    assert "Local people employed" in get(public(made)).content.decode()
    assert made.title in get(reverse("frameworks:consulting"), BEFORE, lead).content.decode()


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"title": ""}, "Enter the title."),
        ({"may_be_shown": ""}, "Tick"),
        (day("opens", dt.date(2026, 7, 7)), "The first day must be today or later."),
        (day("closes", dt.date(2026, 8, 1)), "The last day must be on or after the first day."),
        ({"pack": ""}, "Choose the draft."),
    ],
)
def test_a_consultation_that_will_not_do_is_refused(
    world: World, lead: Client, changed: dict[str, str], said: str
) -> None:
    form = {**NEW, "pack": makers.pack(world).pk, **day("opens", OPENS), **day("closes", CLOSES), **changed}
    page = post(reverse("frameworks:consulting_new"), BEFORE, lead, **form)
    assert page.status_code == 422
    assert said in page.content.decode()
    assert not Consultation.objects.exists()


def test_only_a_draft_of_the_own_body_can_be_put_to_comment(world: World, lead: Client) -> None:
    published = makers.publish_pack(world, makers.pack(world))
    with pytest.raises(Refused, match="Only a draft"):
        makers.consultation(world, published)
    theirs = makers.pack(world, body="ebc", by="eastholt lead", key="eb-1")
    with pytest.raises(NotPermitted):
        makers.consultation(world, theirs)
    form = {**NEW, "pack": theirs.pk, **day("opens", OPENS), **day("closes", CLOSES)}
    assert (
        "Choose the draft from the list."
        in post(reverse("frameworks:consulting_new"), BEFORE, lead, **form).content.decode()
    )


def test_words_days_and_rows_can_be_changed_until_it_opens(world: World, asked: Consultation, lead: Client) -> None:
    asked.pack.document = asked.pack.document.replace("Local people", "People nearby")
    asked.pack.save()
    form = {"title": "New title", "introduction": "New.", "version": asked.version}
    form |= day("opens", OPENS) | day("closes", CLOSES + dt.timedelta(days=1))
    assert post(url(asked, "edit"), BEFORE, lead, **form).status_code == 303
    asked.refresh_from_db()
    assert (asked.title, asked.closes, asked.rows[0]["title"]) == (
        "New title", CLOSES + dt.timedelta(days=1), "People nearby employed",
    )  # fmt: skip
    assert verbs()[-1] == "consultation.changed"
    assert post(url(asked, "edit"), BEFORE, lead, **form).status_code == 409
    with pytest.raises(Refused, match="only before it opens"):
        services.edit(
            consultation=asked, title="x", introduction="x", opens=OPENS, closes=CLOSES, version=None,
            by=world.people["lead"], now=DURING,
        )  # fmt: skip


def test_once_open_it_can_be_extended_and_never_shortened(world: World, asked: Consultation, lead: Client) -> None:
    page = get(url(asked, "edit"), DURING, lead).content.decode()
    assert "Let it stay open longer" in page
    assert "Introduction" not in page
    for when in (CLOSES, CLOSES - dt.timedelta(days=1)):
        refused = post(url(asked, "edit"), DURING, lead, version=asked.version, **day("closes", when))
        assert "must be after 3 October 2026" in refused.content.decode()
    later = dt.date(2026, 10, 17)
    assert post(url(asked, "edit"), DURING, lead, version=asked.version, **day("closes", later)).status_code == 303
    asked.refresh_from_db()
    assert asked.closes == later
    assert "17 October 2026" in get(public(asked)).content.decode()
    with pytest.raises(Refused, match="Only an open consultation"):
        services.extend(
            consultation=asked, closes=dt.date(2027, 1, 1), version=None, by=world.people["lead"],
            now=AFTER + dt.timedelta(days=30),
        )  # fmt: skip


def test_a_consultation_can_be_withdrawn_with_a_reason(asked: Consultation, lead: Client) -> None:
    assert post(url(asked, "withdraw"), DURING, lead, reason="Made twice", version="1").status_code == 303
    page = get(public(asked)).content.decode()
    assert "Withdrawn: Made twice" in page
    row = public(asked, "consultation_row", "NM1")
    assert "withdrawn" in post(row, step="send", text="x").content.decode()
    assert not Comment.objects.exists()


def test_a_session_is_added_in_london_time(asked: Consultation, lead: Client) -> None:
    form = {"starts": "14:00", "ends": "16.30", "where": "Online", "seats": "20", **day("day", dt.date(2026, 9, 4))}
    assert post(url(asked, "session"), BEFORE, lead, **form).status_code == 303
    made = DropIn.objects.get()
    assert made.starts_at == dt.datetime(2026, 9, 4, 13, 0, tzinfo=dt.UTC)
    assert verbs()[-1] == "drop_in.added"
    services.book(drop_in=made, name="Ann Person", email="a@x.example", arrived=BEFORE)
    page = get(url(asked), BEFORE, lead).content.decode()
    assert "4 September 2026 at 2:00pm to 4:30pm" in page
    assert "Ann Person" in page
    assert "a@x.example" not in page


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"starts": "25:00"}, "Start must be a time of day, like 14:30."),
        ({"starts": "", "ends": ""}, "Enter the start."),
        ({"ends": "13:00"}, "The end must be after the start."),
        (day("day", dt.date(2026, 7, 1)), "The day must be from now to 3 October 2026."),
        (day("day", dt.date(2026, 10, 4)), "The day must be from now to 3 October 2026."),
        ({"seats": "0"}, "Places must be 1 or more."),
    ],
)
def test_a_session_that_cannot_be_held_is_refused(
    asked: Consultation, lead: Client, changed: dict[str, str], said: str
) -> None:
    form = {"starts": "14:00", "ends": "16:00", "where": "Online", "seats": "2", **day("day", dt.date(2026, 9, 4))}
    answered = post(url(asked, "session"), BEFORE, lead, **{**form, **changed})
    assert answered.status_code == 422
    assert said in answered.content.decode()


def test_officers_see_comments_as_they_come_and_answer_one_after_the_other(
    world: World, asked: Consultation, lead: Client
) -> None:
    first, second = (
        makers.comment(asked, "First words", name="Ann", kind="sme"),
        makers.comment(asked, "Second", row=""),
    )
    page = get(url(asked), DURING, lead).content.decode()
    assert "2 comments, 0 answered" in page
    assert "First words" in page
    assert "Ann" in page
    form = {"outcome": "partly", "answer": "We change the unit.", "version": first.version}
    known = Event.objects.count()
    sent = post(url(asked, "comment", first.pk), DURING, lead, **form)
    assert sent["Location"] == url(asked, "comment", second.pk)
    first.refresh_from_db()
    assert (first.outcome, first.answered_by, first.answered_at) == ("partly", world.people["lead"], DURING)
    assert Event.objects.count() == known + 1
    waiting = get(url(asked) + "?show=open", DURING, lead).content.decode()
    assert "First words" not in waiting
    assert "Second" in waiting
    assert "First words" in get(url(asked) + "?show=answered", DURING, lead).content.decode()
    assert "Nobody" not in get(url(asked) + "?row=NM1", DURING, lead).content.decode()


def test_an_answer_needs_words_and_an_outcome_and_the_newest_version(
    world: World, asked: Consultation, lead: Client
) -> None:
    made = makers.comment(asked)
    page = post(url(asked, "comment", made.pk), DURING, lead, version="1").content.decode()
    assert "Enter the answer." in page
    assert "Choose an answer." in page
    for fields in ({"outcome": "x", "words": "y"}, {"outcome": "noted", "words": " "}):
        with pytest.raises(Refused):
            answer(world, made, **fields)
    answer(world, made, version=1)
    with pytest.raises(StaleVersion):
        answer(world, made, version=1)
    answer(world, made, "declined", "On second thoughts, no")
    assert Comment.objects.get().outcome == "declined"


def test_a_comment_is_hidden_with_a_reason_and_shown_again(world: World, asked: Consultation, lead: Client) -> None:
    made = makers.comment(asked, "Jane Doe of Acacia Road is a thief")
    hide = url(asked, "hide", made.pk)
    assert "Enter why." in post(hide, DURING, lead, reason="", version="1").content.decode()
    assert post(hide, DURING, lead, reason="It names somebody.", version="1").status_code == 303
    assert verbs()[-1] == "comment.hidden"
    assert "no comments" in get(public(asked)).content.decode()
    assert "It names somebody." in get(url(asked) + "?show=hidden", DURING, lead).content.decode()
    assert "Jane Doe" in get(url(asked, "comment", made.pk), DURING, lead).content.decode()
    publish(world, asked)
    page = get(public(asked, "consultation_row", "NM1"), AFTER).content.decode()
    assert "A comment is not shown: It names somebody." in page
    assert "Jane Doe" not in page
    assert "1 more is not shown" in get(public(asked, "consultation_results"), AFTER).content.decode()
    with pytest.raises(Refused, match="has none"):
        services.show_comment(comment=made, version=None, by=world.people["lead"], now=AFTER)


def test_what_the_trap_caught_can_be_shown_after_all(world: World, asked: Consultation, lead: Client) -> None:
    made = makers.comment(asked, trapped=True)
    assert post(url(asked, "hide", made.pk), DURING, lead, version="1").status_code == 303
    assert verbs()[-1] == "comment.shown"
    assert Comment.objects.get().hidden_reason == ""
    with pytest.raises(Refused, match="1 comment has no answer yet"):
        publish(world, asked)


def test_answers_are_published_only_after_the_end_and_when_all_have_one(world: World, asked: Consultation) -> None:
    made = makers.comment(asked)
    answer(world, made)
    with pytest.raises(Refused, match="once the consultation has closed"):
        publish(world, asked, DURING)
    second = makers.comment(asked, "More")
    with pytest.raises(Refused, match="1 comment has no answer yet"):
        publish(world, asked)
    assert get(public(asked, "consultation_results"), AFTER).status_code == 404
    answer(world, second)
    publish(world, asked)
    with pytest.raises(Refused, match="closed and answered"):
        publish(world, asked)
    with pytest.raises(Refused, match="published on 5 October 2026"):
        answer(world, second)
    with pytest.raises(Refused, match="withdrawn already"):
        services.withdraw(consultation=asked, reason="x", version=None, by=world.people["lead"], now=AFTER)


def heard(world: World, asked: Consultation) -> None:
    """Five comments of three kinds on two rows and the whole; all answered."""
    for text, kind, row, outcome in (
        ("Count volunteers", "sme", "NM1", "accepted"),
        ("Use days", "vcse", "NM2", "partly"),
        ("Use weeks", "vcse", "NM2", "declined"),
        ('=HYPERLINK("http://e.example")', "council", "", "noted"),
        ("<b>Good</b>", "", "", "noted"),
    ):
        answer(world, makers.comment(asked, text, kind=kind, row=row), outcome, f"About: {text}")
    makers.comment(asked, "spam spam", trapped=True)


def test_the_results_hold_summary_counts_answers_and_changes(world: World, asked: Consultation, lead: Client) -> None:
    heard(world, asked)
    asked.pack.document = asked.pack.document.replace("    unit: hour", "    unit: day")
    asked.pack.save()
    form = get(url(asked, "publish"), AFTER, lead).content.decode()
    assert "2 rows changed, 0 added, 0 removed" in " ".join(form.split())
    sent = post(url(asked, "publish"), AFTER, lead, summary="We heard.\n\nWe act.", version=str(asked.version))
    assert verbs()[-1] == "consultation.published"
    assert sent["Location"] == public(asked, "consultation_results")
    page = " ".join(get(sent["Location"], AFTER).content.decode().split())
    assert "5 comments came from 2 August 2026 to 3 October 2026, and each has its answer" in page
    assert "We act." in page
    assert "In the draft as it stands now: 2 rows changed" in page
    assert re.search(r">Unit</span>.{1,200}>hours</span>.{1,200}>days</span>", page)
    assert "Charity, community group or social enterprise" in page
    assert "1 more was kept out as likely sent by robots" in page
    row = get(public(asked, "consultation_row", "NM2"), AFTER).content.decode()
    for words in ("Use days", "Use weeks", "About: Use days", "Accepted in part", "Not accepted", "No name given"):
        assert words in row
    whole = get(public(asked, "consultation_whole"), AFTER).content.decode()
    assert "&lt;b&gt;Good&lt;/b&gt;" in whole
    assert "spam" not in whole
    assert "Read the answers" in get(public(asked), AFTER).content.decode()
    assert "Closed with answers" in get(reverse("frameworks:consultations"), AFTER).content.decode()


def test_changes_are_listed_again_from_the_release_that_was_published(
    world: World, asked: Consultation, lead: Client
) -> None:
    publish(world, asked)
    page = get(public(asked, "consultation_results"), AFTER).content.decode()
    assert "No new release is published yet" in page
    document = makers.FRAMEWORK.replace("code: NM3, label: Hours repeated", "code: NM7, label: Hours again")
    release = makers.pack(world, document, key="nm-2027.1", replaces="nm-2027", title="Measures 2027, second release")
    makers.publish_pack(world, release, AFTER + dt.timedelta(days=1))
    later = AFTER + dt.timedelta(days=2)
    asked.refresh_from_db()
    known = Event.objects.count()
    assert post(url(asked, "changes"), later, lead, version=str(asked.version)).status_code == 303
    assert Event.objects.count() == known + 1
    page = " ".join(get(public(asked, "consultation_results"), later).content.decode().split())
    assert "In Measures 2027, second release, published on 6 October 2026" in page
    assert "NM7 Hours again" in page
    assert "NM3 Hours repeated" in page
    assert post(url(asked, "changes"), later, lead, version="1").status_code == 409


def test_changes_come_from_a_later_draft_where_nothing_is_published(world: World, asked: Consultation) -> None:
    document = makers.FRAMEWORK.replace("Local people", "People nearby")
    makers.pack(world, document, drafted_at=DURING)
    publish(world, asked)
    asked.refresh_from_db()
    assert asked.changes["changed"][0]["facts"] == [["Name", "Local people employed", "People nearby employed"]]
    assert asked.changes["published"] == ""


def test_changes_are_not_listed_before_the_answers(world: World, asked: Consultation) -> None:
    with pytest.raises(Refused, match="when the answers are published"):
        services.list_changes(consultation=asked, version=None, by=world.people["lead"], now=AFTER)


def test_the_comments_can_be_taken_away_without_formulas_or_what_is_hidden(
    world: World, asked: Consultation, lead: Client
) -> None:
    heard(world, asked)
    services.hide_comment(
        comment=Comment.objects.get(text="Use weeks"), reason="Abuse", version=None, by=world.people["lead"], now=AFTER
    )
    publish(world, asked)
    found = get(public(asked, "consultation_file", "csv"), AFTER)
    assert found["Content-Disposition"].startswith("attachment")
    lines = list(csv.DictReader(io.StringIO(found.content.decode("utf-8-sig"))))
    assert len(lines) == 5
    assert {line["Comment"] for line in lines} >= {"""'=HYPERLINK("http://e.example")""", "<b>Good</b>", ""}
    assert next(line for line in lines if not line["Comment"])["Why it is not shown"] == "Abuse"
    assert "Use weeks" not in found.content.decode()
    assert {line["What became of it"] for line in lines} == {"accepted", "accepted in part", "noted", ""}
    stored = json.loads(get(public(asked, "consultation_file", "json"), AFTER).content)
    assert stored["meta"]["title"] == asked.title
    assert get(public(asked, "consultation_file", "exe"), AFTER).status_code == 404
    office = get(url(asked, "file", "csv"), AFTER, lead).content.decode()
    assert "Use weeks" in office
    assert "spam spam" in office
    assert get(url(asked, "file", "exe"), AFTER, lead).status_code == 404


def test_who_does_not_draft_measures_at_the_body_gets_no_further(
    world: World, asked: Consultation, signed_in: SignedIn
) -> None:
    made = makers.comment(asked)
    for key, status in (("manager", 403), ("eastholt lead", 404), ("supplier", 404), ("procurement", 403)):
        for address in (url(asked), url(asked, "comment", made.pk), url(asked, "publish"), url(asked, "file", "csv")):
            assert get(address, DURING, signed_in(key)).status_code == status, (key, address)
    for act in (
        lambda by: answer(world, made, by=by),
        lambda by: publish(world, asked, by=by),
        lambda by: services.hide_comment(comment=made, reason="x", version=None, by=by, now=DURING),
        lambda by: services.withdraw(consultation=asked, reason="x", version=None, by=by, now=DURING),
    ):
        with pytest.raises(NotPermitted):
            act(world.people["manager"])
    other = makers.consultation(world, makers.pack(world, body="nmc", key="other"))
    assert get(url(other, "comment", made.pk), DURING, signed_in("lead")).status_code == 404


def test_ten_thousand_comments_are_read_in_pages_with_few_questions(
    world: World, asked: Consultation, lead: Client
) -> None:
    Comment.objects.bulk_create(
        Comment(
            consultation=asked, row="NM1", text=f"Comment {number}", received_at=DURING, outcome="noted",
            answer="Seen", answered_by=world.people["lead"], answered_at=AFTER, kind="sme",
        )
        for number in range(10_000)
    )  # fmt: skip
    publish(world, asked)
    for address, client, most in (
        (public(asked), Client(), 6),
        (public(asked, "consultation_row", "NM1") + "?page=200", Client(), 8),
        (public(asked, "consultation_results"), Client(), 8),
        (url(asked) + "?page=9", lead, 25),
    ):
        with (
            CaptureQueriesContext(
                connection,
            ) as asks,
            clock.fixed(AFTER),
        ):
            page = client.get(address)
        assert page.status_code == 200
        assert len(page.content) < 150_000
        assert len(asks) <= most, (address, len(asks))
    assert "Comment 9999" in get(public(asked, "consultation_row", "NM1") + "?page=200", AFTER).content.decode()
