"""Residents put options in order: journey 1.4, by client; what is shown, what never is, and what officers do."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.planning.listening.services import priorities as services
from commonweal_web.planning.models import PlanNeed, Priority, PriorityAnswer
from tests.web.frameworks.consulting.makers import get, post
from tests.web.planning.ground import need_of, plan_of
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[str], Client]
OPENS, CLOSES = dt.date(2026, 8, 2), dt.date(2026, 8, 30)
DURING = dt.datetime(2026, 8, 20, 10, 0, tzinfo=dt.UTC)
AFTER = dt.datetime(2026, 9, 5, 10, 0, tzinfo=dt.UTC)
OPTIONS = ("Jobs for care leavers", "Green skills", "Cleaner air")
WARDS = ("Abbeyfield", "Harbour", "Tollgate")
DAYS = {"opens_day": "2", "opens_month": "8", "opens_year": "2026", "closes_day": "30", "closes_month": "8",
        "closes_year": "2026"}  # fmt: skip
CANARY = "canary words of one resident"


def fields(**more: Any) -> services.PriorityFields:
    said = {"title": "Parks", "introduction": "What first?", "options": OPTIONS, "wards": WARDS, "opens": OPENS,
            "closes": CLOSES, **more}  # fmt: skip
    return services.PriorityFields(**said)


@pytest.fixture
def asked(world: World) -> Priority:
    return services.priority_make(
        body=world.bodies["nmc"], plan=None, fields=fields(), by=world.people["commissioner"], now=NOON
    )


def url(of: Priority, name: str = "priority", *args: Any) -> str:
    return reverse(f"planning:listening_{name}", args=[of.pk, *args])


def office(of: Priority, name: str, *args: Any) -> str:
    return reverse(f"planning:listening_{name}", args=[of.body_id, of.pk, *args])


def places(*order: int, ward: str = "Harbour", **more: str) -> dict[str, str]:
    said = {f"place_o{option}": str(place) for place, option in enumerate(order, 1)}
    return {**said, "ward": ward, "text": "", **more}


def answer(of: Priority, *order: int, ward: str = "", **more: Any) -> PriorityAnswer:
    keys = [f"o{one}" for one in order or (1, 2, 3)]
    facts = {"ranking": keys, "ward": ward, "text": "", "arrived": DURING, **more}
    return services.answer_send(priority=of, **facts)


def said(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(page.content.decode()))


def test_residents_answer_by_ward_and_a_ward_with_few_answers_is_warned_of(
    world: World, asked: Priority, signed_in: SignedIn
) -> None:
    page = said(get(url(asked), DURING))
    assert "What should come first?" in page
    assert "1st" in page
    assert "3rd" in page
    check = post(url(asked), DURING, **places(2, 1, 3, text=CANARY), step="check")
    assert check.status_code == 200
    assert "Check your answer" in said(check)
    assert re.search(r"1st</dt>\s*<dd[^>]*>Green skills", check.content.decode())
    before = Event.objects.count()
    sent = post(url(asked), DURING, **places(2, 1, 3, text=CANARY), step="send", form_key="k")
    assert sent.status_code == 303
    assert post(url(asked), DURING, **places(2, 1, 3, text=CANARY), step="send", form_key="k").url == sent.url
    assert Event.objects.count() == before + 1
    assert "Green skills" in said(get(sent.url, DURING))
    assert get(url(asked, "priority_received", "nonsense"), DURING).status_code == 404
    for _ in range(11):
        answer(asked, 2, 3, 1, ward="Harbour")
    for _ in range(12):
        answer(asked, 1, 2, 3, ward="Abbeyfield")
    for _ in range(3):
        answer(asked, 3, 1, 2, ward="Tollgate")

    officer = signed_in("commissioner")
    early = said(get(office(asked, "priority_office"), DURING, officer))
    assert "Tollgate: 3 answers. Fewer than 10 answers" in early
    assert "Mean place" not in early
    late = said(get(office(asked, "priority_office"), AFTER, officer))
    assert "Mean place" in late
    assert get(url(asked, "priority_results"), AFTER).status_code == 404
    assert get(url(asked, "priority_file"), AFTER).status_code == 404
    publish = office(asked, "priority_publish")
    before = Event.objects.count()
    assert post(publish, AFTER, officer, summary="Green skills first.", version="1").status_code == 303
    assert Event.objects.count() == before + 1
    assert post(publish, AFTER, officer, summary="Again.", version="2").status_code == 422
    results = said(get(url(asked, "priority_results"), AFTER))
    assert "27 answers." in results
    assert "Green skills first." in results
    assert "Fewer than 10 answers" in results
    assert "Not shown, so that nobody can work out" in results
    assert "lowest mean stands first" in results
    found = get(url(asked, "priority_file"), AFTER)
    rows = list(csv.reader(io.StringIO(found.content.decode("utf-8-sig"))))
    tollgate = [row for row in rows if row and row[0] == "Tollgate"]
    assert len(tollgate) == 1
    assert tollgate[0][1] == "3"
    assert not any(tollgate[0][2:6])
    for page in (results, found.content.decode(), said(get(url(asked), AFTER)), late):
        assert CANARY not in page
    assert CANARY in said(get(office(asked, "answers"), AFTER, officer))
    assert "Results" in said(get(reverse("planning:listening_public_priorities"), AFTER))


def test_the_error_names_the_options_that_share_a_place(asked: Priority) -> None:
    form = places(1, 2, 3) | {"place_o1": "2", "place_o2": "2"}
    page = post(url(asked), DURING, **form, step="check")
    assert page.status_code == 422
    words = "You gave 2nd place to “Jobs for care leavers” and “Green skills”. Give each place once."
    assert words in said(page)
    page = post(url(asked), DURING, **(places(1, 2, 3, ward="") | {"place_o3": ""}), step="check")
    assert "Choose a place for “Cleaner air”." in said(page)
    assert "Choose your ward, or the last line of the list." in said(page)
    change = post(url(asked), DURING, **places(3, 1, 2, text="kept"), step="change")
    assert change.status_code == 200
    assert "kept" in said(change)
    links = post(url(asked), DURING, **places(3, 1, 2, text="www.a www.b www.c www.d"), step="check")
    assert "3 links at most" in said(links)


def test_robots_are_kept_out_of_the_results_and_can_be_counted_after_all(asked: Priority, signed_in: SignedIn) -> None:
    sent = post(url(asked), DURING, **places(1, 2, 3, ward="-", leave_empty="http://spam"), step="send")
    assert sent.status_code == 303
    row = PriorityAnswer.objects.get()
    assert "robots" in row.hidden_reason
    assert row.ward == ""
    officer = signed_in("commissioner")
    assert "0 answers" in said(get(office(asked, "priority_office"), DURING, officer))
    hide = office(asked, "answer_hide", row.pk)
    assert get(hide, DURING, officer).status_code == 200
    assert post(hide, DURING, officer).status_code == 303
    assert "1 answer." in said(get(office(asked, "priority_office"), DURING, officer))
    assert post(hide, DURING, officer, reason="").status_code == 422
    assert post(hide, DURING, officer, reason="Sent a hundred times").status_code == 303
    row.refresh_from_db()
    assert row.hidden_reason == "Sent a hundred times"
    with pytest.raises(DatabaseError), transaction.atomic():
        PriorityAnswer.objects.filter(pk=row.pk).update(ward="Tollgate")
    with pytest.raises(DatabaseError), transaction.atomic():
        PriorityAnswer.objects.filter(pk=row.pk).delete()


def test_answers_come_in_time_and_once_each(world: World, asked: Priority) -> None:
    with pytest.raises(Refused, match="taken from 2 August 2026"):
        answer(asked, arrived=NOON)
    with pytest.raises(Refused, match="closed at the end of 30 August 2026"):
        answer(asked, arrived=AFTER)
    with pytest.raises(Refused, match="each place once"):
        answer(asked, 1, 1, 2)
    with pytest.raises(Refused, match="ward from the list"):
        answer(asked, ward="Atlantis")
    assert "The form has closed" in said(get(url(asked), AFTER))
    quick = Client()
    with clock.fixed(DURING):
        page = quick.post(url(asked), {**places(1, 2, 3), "step": "send", "opened": "forged"})
    assert page.status_code == 422


def test_a_form_is_made_from_the_needs_of_a_plan_changed_until_it_opens_and_then_extended(
    world: World, signed_in: SignedIn
) -> None:
    plan, officer = plan_of(world), signed_in("commissioner")
    need = need_of(world.bodies["nmc"], "First jobs for care leavers")
    PlanNeed.objects.create(plan=plan, need=need)
    new = reverse("planning:listening_priority_new", args=[plan.authority_id])
    page = said(get(f"{new}?plan={plan.pk}", NOON, officer))
    assert "First jobs for care leavers" in page
    assert "Tollgate" in page
    made = post(
        f"{new}?plan={plan.pk}", NOON, officer, title="Parks", introduction="i", needs="First jobs for care leavers",
        options="Cleaner air\r\nQuiet streets", wards="Harbour", form_key="a", **DAYS,
    )  # fmt: skip
    assert made.status_code == 303, said(made)
    row = Priority.objects.get()
    assert [one["title"] for one in row.options] == ["First jobs for care leavers", "Cleaner air", "Quiet streets"]
    assert "Parks" in said(get(reverse("planning:listening_plan", args=[plan.pk]), NOON, officer))
    edit = office(row, "priority_edit")
    assert post(edit, NOON, officer, title="Parks!", introduction="i", options="One\nTwo", version="1",
                **DAYS).status_code == 303  # fmt: skip
    longer = {"closes_day": "30", "closes_month": "9", "closes_year": "2026"}
    assert post(edit, DURING, officer, version="2", **longer).status_code == 303
    assert "which people were told" in said(post(edit, DURING, officer, version="3", **longer))
    assert Priority.objects.get().closes == dt.date(2026, 9, 30)
    stranger = signed_in("director")  # of the directorate, so she reads the plan
    assert get(office(row, "priority_office"), DURING, stranger).status_code == 200
    assert get(edit, DURING, stranger).status_code == 403
    plan.parts.filter(user=world.people["procurement"]).update(ends=dt.date(2026, 1, 1))
    assert get(office(row, "priority_office"), DURING, signed_in("procurement")).status_code == 404
    assert get(f"{new}?plan={plan.pk}", NOON, signed_in("procurement")).status_code == 404


@pytest.mark.parametrize(
    ("change", "says"),
    [({"options": ("One", " ")}, "at least 2 options"), ({"options": ("One", "one")}, "stands there twice"),
     ({"options": tuple(str(n) for n in range(13))}, "12 options at most"), ({"options": ("x" * 121, "y")}, "Shorten"),
     ({"opens": dt.date(2026, 1, 1)}, "today or later"), ({"closes": dt.date(2026, 8, 1)}, "on or after the first")],
)  # fmt: skip
def test_a_form_that_cannot_be(world: World, change: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        services.priority_make(
            body=world.bodies["nmc"], plan=None, fields=fields(**change), by=world.people["lead"], now=NOON
        )


def test_who_drafts_no_plans_asks_nobody(world: World, asked: Priority) -> None:
    with pytest.raises(NotPermitted):
        services.priority_make(
            body=world.bodies["nmc"], plan=None, fields=fields(), by=world.people["manager"], now=NOON
        )
    with pytest.raises(Refused, match="Enter the summary"):
        services.priority_publish(priority=asked, summary=" ", version=1, by=world.people["commissioner"], now=AFTER)
    with pytest.raises(Refused, match="once the form has closed"):
        services.priority_publish(priority=asked, summary="s", version=1, by=world.people["lead"], now=DURING)
    with pytest.raises(Refused, match="Only an open form"):
        services.priority_extend(priority=asked, closes=CLOSES, version=1, by=world.people["lead"], now=AFTER)


def test_an_answer_to_another_form_is_not_found_below_this_one(
    world: World, asked: Priority, signed_in: SignedIn
) -> None:
    lead = world.people["lead"]
    other = services.priority_make(body=asked.body, plan=None, fields=fields(title="Other"), by=lead, now=NOON)
    row = answer(other, ward="Harbour")
    assert get(office(asked, "answer_hide", row.pk), DURING, signed_in("lead")).status_code == 404
    assert get(office(other, "answer_hide", row.pk), DURING, signed_in("lead")).status_code == 200
