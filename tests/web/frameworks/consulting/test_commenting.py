"""Anybody reads a draft and comments on its rows; robots are slowed down, and nothing typed is ever lost."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.core.logs import address
from commonweal_web.frameworks.consulting import guard, services
from commonweal_web.frameworks.consulting.views import public
from commonweal_web.frameworks.models import Comment, Consultation
from tests.web.frameworks.consulting import makers
from tests.web.frameworks.consulting.makers import AFTER, BEFORE, DURING, get, post
from tests.web.pages_of import Reader
from tests.web.test_headers import wrong
from tests.web.test_written_by_others import FORMULAS, STRINGS
from tests.web.world import World

pytestmark = pytest.mark.django_db
TEXT = "Count volunteers <script>alert(1)</script>, too.\nThey matter."


@pytest.fixture
def asked(world: World) -> Consultation:
    return makers.consultation(world)


def row_url(of: Consultation, key: str = "NM1") -> str:
    return reverse("frameworks:consultation_row", args=[of.pk, key])


def hidden(answer: Any, name: str) -> str:
    """What a hidden field of a page holds."""
    return next(dict(attributes)["value"] or "" for tag, attributes in Reader.of(answer).tags
                if tag == "input" and attributes.get("name") == name)  # fmt: skip


def test_the_lists_say_what_is_open_coming_and_closed(world: World, asked: Consultation) -> None:
    url = reverse("frameworks:consultations")
    assert "Opens on 2 August 2026 and closes at the end of 3 October 2026" in get(url, BEFORE).content.decode()
    assert "to the end of 3 October 2026: 44 days left" in get(url, DURING).content.decode()
    last_minute = dt.datetime(2026, 10, 3, 22, 59, tzinfo=dt.UTC)
    assert "today is the last day" in get(url, last_minute).content.decode()
    closed = get(url, AFTER).content.decode()
    assert "Closed, answers to come" in closed
    assert "Was open from 2 August 2026 to 3 October 2026" in closed


def test_the_page_shows_the_draft_row_by_row_with_its_numbers(asked: Consultation) -> None:
    makers.comment(asked)
    makers.comment(asked, row="")
    page = get(reverse("frameworks:consultation", args=[asked.pk])).content.decode()
    assert "Work and skills: More local people in work" in page
    assert "People who live in Northmere and work on the contract" in page
    assert "NM1 · counted in FTE-years · 1 comment" in page
    assert "NM2 · counted in hours · no comments" in page
    assert "NM3 · counted in hours" in page
    assert "How your comment is used" in page
    assert "published together with the answers" in page


def test_rows_are_found_by_words(asked: Consultation) -> None:
    url = reverse("frameworks:consultation", args=[asked.pk])
    page = get(f"{url}?words=COMMUNITY+hours").content.decode()
    assert "1 row with" in page
    assert "NM2" in page
    assert "NM1" not in page
    assert "0 rows with" in get(f"{url}?words=zzz").content.decode()


def test_a_row_shows_its_whole_definition_and_no_comment_before_the_answers(asked: Consultation) -> None:
    makers.comment(asked, "a remark of somebody")
    page = get(row_url(asked)).content.decode()
    assert "People who worked on it before" in page
    assert "1 comment so far. Comments are published with the answers after 3 October 2026." in page
    assert "a remark of somebody" not in page


def test_a_comment_is_checked_sent_and_receipted_without_signing_in(asked: Consultation) -> None:
    client, url = Client(), row_url(asked)
    typed = {"text": TEXT, "name": "Ann O'Neill", "kind": "vcse"}
    check = post(url, client=client, step="check", **typed)
    assert check.status_code == 200
    assert "Check your comment" in check.content.decode()
    assert "charity, community group or social enterprise" in check.content.decode().lower()
    assert not Comment.objects.exists()
    sent = {name: hidden(check, name) for name in ("text", "name", "kind", "opened", "form_key", "leave_empty")}
    assert sent["text"] == TEXT
    known = Event.objects.count()
    answer = post(url, client=client, **{**sent, "step": "send"})
    assert answer.status_code == 303
    made = Comment.objects.get()
    assert (made.text, made.name, made.kind, made.row) == (TEXT, "Ann O'Neill", "vcse", "NM1")
    assert made.received_at == DURING
    receipt = get(answer["Location"], client=client).content.decode()
    assert f"{asked.pk}-{made.pk}" in receipt
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in receipt
    event = Event.objects.latest("pk")
    assert Event.objects.count() == known + 1
    assert (event.verb, event.actor_id, event.chain) == ("comment.received", None, asked.body_id)
    assert TEXT not in str(event.new)
    assert "Ann" not in str(event.new)


def test_change_goes_back_to_the_form_with_everything(asked: Consultation) -> None:
    page = post(row_url(asked), step="change", text=TEXT, name="Ann", kind="sme").content.decode()
    assert html.escape(TEXT.split("\n")[0], quote=False) in page
    assert 'value="Ann"' in page
    assert re.search(r'value="sme"\s+checked', page)
    assert "There is a problem" not in page


def test_the_same_form_sent_twice_is_one_comment(asked: Consultation) -> None:
    client = Client()
    first = post(row_url(asked), client=client, step="send", text="Once", form_key="k" * 24)
    again = post(row_url(asked), client=client, step="send", text="Once", form_key="k" * 24)
    assert first["Location"] == again["Location"]
    post(row_url(asked), client=client, step="send", text="Another", form_key="k" * 24)
    assert [one.text for one in Comment.objects.order_by("pk")] == ["Once", "Another"]


def test_a_comment_on_the_whole_belongs_to_no_row(asked: Consultation) -> None:
    post(reverse("frameworks:consultation_whole", args=[asked.pk]), step="send", text="Too long")
    assert Comment.objects.get().row == ""


def test_who_is_signed_in_comments_unnamed_as_everybody_does(world: World, asked: Consultation) -> None:
    client = Client()
    client.force_login(world.people["manager"])
    post(row_url(asked), client=client, step="send", text="As a citizen")
    assert Event.objects.latest("pk").actor_id is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"text": ""}, "Enter your comment."),
        ({"text": "x" * 2001}, "Your comment must be 2000 characters or fewer. It has 2001."),
        ({"text": "http://a.example http://b.example www.c.example https://d.example"}, "3 links at most"),
        ({"text": "ok", "name": "n" * 201}, "Your name must be 200 characters or fewer"),
        ({"text": "ok", "kind": "emperor"}, "Choose an answer from the list."),
    ],
)
def test_what_will_not_do_comes_back_with_words(asked: Consultation, typed: dict[str, str], said: str) -> None:
    answer = post(row_url(asked), step="send", **typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Comment.objects.exists()


def test_2000_characters_over_lines_are_taken(asked: Consultation) -> None:
    text = "\r\n".join(["x" * 99] * 20)
    assert post(row_url(asked), step="send", text=text).status_code == 303
    assert len(Comment.objects.get().text) == 1999


@pytest.mark.parametrize(
    ("ago", "said"),
    [(dt.timedelta(seconds=1), "within a moment"), (dt.timedelta(hours=25), "open for more than a day")],
)
@pytest.mark.parametrize("step", ["check", "send"])
def test_too_quick_and_too_old_lose_nothing(asked: Consultation, ago: dt.timedelta, said: str, step: str) -> None:
    with clock.fixed(DURING):
        typed = {"text": "All of my words", "name": "Ann", "step": step}
        answer = Client().post(row_url(asked), {**typed, "opened": makers.opened(DURING, ago)})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert "All of my words" in page
    assert not Comment.objects.exists()
    later = DURING + dt.timedelta(seconds=10)
    again = post(row_url(asked), later, **typed, opened=hidden(answer, "opened"))
    assert again.status_code in (200, 303)


@pytest.mark.parametrize("mark", ["", "1", "1787220000:forged", "x" * 400])
def test_a_form_without_our_mark_is_not_taken(asked: Consultation, mark: str) -> None:
    with clock.fixed(DURING):
        answer = Client().post(row_url(asked), {"text": "ok", "step": "send", "opened": mark})
    assert answer.status_code == 422
    assert not Comment.objects.exists()


def test_the_trap_is_answered_like_success_and_kept_hidden(asked: Consultation) -> None:
    answer = post(row_url(asked), step="send", text="Buy now", leave_empty="http://spam.example")
    assert answer.status_code == 303
    assert get(answer["Location"]).status_code == 200
    assert Comment.objects.get().hidden_reason == guard.TRAPPED
    assert "no comments" in get(reverse("frameworks:consultation", args=[asked.pk])).content.decode()


def test_people_never_meet_the_trap(asked: Consultation) -> None:
    page = get(row_url(asked))
    tags = Reader.of(page).tags
    field = next(attributes for tag, attributes in tags if attributes.get("name") == "leave_empty")
    assert (field["tabindex"], field["autocomplete"]) == ("-1", "off")
    assert re.search(
        r'<div class="govuk-visually-hidden" aria-hidden="true"><label for="leave_empty"', page.content.decode()
    )


def test_many_comments_from_one_network_are_slowed_down_and_kept_on_the_page(asked: Consultation) -> None:
    for number in range(20):
        assert post(row_url(asked), step="send", text=f"Comment {number}").status_code == 303
    slowed = post(row_url(asked), step="send", text="One more thing")
    assert slowed.status_code == 422
    assert "Wait 1 minute and send it again" in slowed.content.decode()
    assert "One more thing" in slowed.content.decode()
    assert Comment.objects.count() == 20
    later = DURING + dt.timedelta(minutes=2)
    assert post(row_url(asked), later, step="send", text="One more thing").status_code == 303


@pytest.mark.parametrize(
    ("moment", "taken"),
    [
        (dt.datetime(2026, 8, 1, 22, 59, 59, tzinfo=dt.UTC), False),
        (dt.datetime(2026, 8, 1, 23, 0, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 10, 3, 22, 59, 59, tzinfo=dt.UTC), True),
        (dt.datetime(2026, 10, 3, 23, 0, tzinfo=dt.UTC), False),
    ],
)
def test_it_is_open_from_the_first_moment_of_the_first_day_to_the_last_of_the_last_in_london(
    asked: Consultation, moment: dt.datetime, taken: bool
) -> None:
    answer = post(row_url(asked), moment, step="send", text="In time?")
    assert (answer.status_code == 303) is taken
    assert Comment.objects.exists() is taken
    if not taken:
        assert "In time?" in answer.content.decode()


def test_a_late_comment_is_told_when_it_arrived(asked: Consultation) -> None:
    late = dt.datetime(2026, 10, 3, 23, 1, tzinfo=dt.UTC)
    for step in ("check", "send"):
        page = post(row_url(asked), late, step=step, text="Too late?").content.decode()
        assert "closed at the end of 3 October 2026" in page
        assert "arrived on 4 October 2026 at 12:01am" in page


def test_the_arrival_decides_and_not_the_queue_behind_it(asked: Consultation) -> None:
    in_time = dt.datetime(2026, 10, 3, 22, 59, 59, tzinfo=dt.UTC)
    request: Any = RequestFactory().post("/", {"opened": makers.opened(in_time), "step": "send", "text": "In time"})
    request.arrived_at = in_time
    with clock.fixed(AFTER):
        answer = public.whole(request, consultation_id=asked.pk)
    assert answer.status_code == 303
    assert Comment.objects.get().received_at == in_time


def test_what_is_not_there_is_not_found(asked: Consultation) -> None:
    for url in (
        row_url(asked, "NM9"),
        "/consultations/987654321/",
        f"/consultations/{asked.pk}/results/",
        f"/consultations/{asked.pk}/comments.csv",
        f"/consultations/{asked.pk}/received/1:forged/",
    ):
        assert get(url).status_code == 404, url


def test_a_receipt_is_opened_by_its_own_link_only_and_not_logged(asked: Consultation) -> None:
    url = post(row_url(asked), step="send", text="Mine")["Location"]
    assert get(url).status_code == 200
    token = url.rstrip("/").rpartition("/")[2]
    assert token not in address(url)
    assert "[token]" in address(url)


def refused(sql: str, *values: Any) -> None:
    held = pytest.raises(DatabaseError, match="stays as it was sent")
    with held, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


@pytest.mark.parametrize("column", ["text", "name", "kind", "row", "received_at", "consultation_id"])
def test_the_database_refuses_to_change_what_was_said(asked: Consultation, column: str) -> None:
    made = makers.comment(asked)
    value = {"received_at": "2026-01-01", "consultation_id": another(asked)}.get(column, "other")
    refused(f"UPDATE frameworks_comment SET {column} = %s WHERE id = %s", value, made.pk)


def another(asked: Consultation) -> int:
    asked.pk, asked._state.adding = None, True
    asked.save()
    return int(asked.pk)


def test_the_database_refuses_to_take_a_comment_away_and_lets_it_be_answered(world: World, asked: Consultation) -> None:
    made = makers.comment(asked)
    refused("DELETE FROM frameworks_comment WHERE id = %s", made.pk)
    Comment.objects.filter(pk=made.pk).update(outcome="noted", answer="Seen", answered_by=world.people["lead"])
    assert Comment.objects.get().outcome == "noted"


def test_very_long_words_and_markup_come_back_as_text(asked: Consultation) -> None:
    word = "w" * 1500 + '"><img src=x onerror=alert(1)>'
    answer = post(row_url(asked), step="check", text=word, name='"><b cwx>', kind="")
    assert "<b cwx>" not in answer.content.decode()
    assert not [tag for tag, attributes in Reader.of(answer).tags if "onerror" in attributes]
    assert hidden(answer, "text") == word


def test_every_public_page_carries_the_strict_policy(world: World, asked: Consultation) -> None:
    session = makers.drop_in(world, asked)
    faults = []
    for where in (
        "/consultations/",
        f"/consultations/{asked.pk}/",
        row_url(asked),
        f"/consultations/{asked.pk}/sessions/{session.pk}/book/",
        f"/consultations/places/{'x' * 43}/",
    ):
        faults += [f"{where}: {fault}" for fault in wrong(get(where))]
    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("string", STRINGS[:12] + FORMULAS[:3])
def test_what_others_wrote_is_text_on_every_page(
    world: World, signed_in: Callable[[str], Client], asked: Consultation, string: str
) -> None:
    typed = string.replace("\x00", "")
    made = makers.comment(asked, typed, name=typed[:200])
    lead, client = world.people["lead"], signed_in("lead")
    office = reverse("frameworks:consulting_one", args=[asked.pk])
    pages = [get(office, AFTER, client), get(f"{office}comments/{made.pk}/", AFTER, client)]
    services.answer_comment(comment=made, outcome="noted", answer=typed, version=None, by=lead, now=AFTER)
    services.publish(consultation=asked, summary=typed, version=None, by=lead, now=AFTER)
    pages += [get(row_url(asked), AFTER), get(f"/consultations/{asked.pk}/results/", AFTER)]
    for page in pages:
        assert page.status_code == 200
        assert not [tag for tag, attributes in Reader.of(page).tags if tag == "cwx" or "cwx" in attributes]
    file = get(f"/consultations/{asked.pk}/comments.csv", AFTER).content.decode("utf-8-sig")
    cell = next(csv.DictReader(io.StringIO(file)))["Comment"]
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
