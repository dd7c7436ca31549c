"""A platform administrator reads a body in an emergency: with a reason, for hours, noted page by page, never more."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import clock
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.evidence import services as evidence
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.organisations import emergency, selectors
from commonweal_web.organisations.models import ActingFor, EmergencyAccess, Membership
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.services import end_emergency_access, open_emergency_access
from commonweal_web.organisations.services.emergency import MOST_A_MINUTE
from tests.web.delivery.verification.build import first_return
from tests.web.evidence.files import pdf
from tests.web.pages_of import addresses
from tests.web.world import BEGIN, NOON, World

SignedIn = Callable[[str], Client]
PA, OTHER_PA = "platform administrator", "second platform administrator"
WHY = "The totals of a return are wrong"
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def opened(world: World, key: str = PA, body: str = "nmc", hours: int = 1, **more: Any) -> EmergencyAccess:
    facts = {"organisation": world.bodies[body], "reason": WHY, "hours": hours, "now": NOON, **more}
    return open_emergency_access(by=world.people[key], **facts)


def sent(world: World, **more: Any) -> dict[str, Any]:
    return {"organisation": world.bodies["nmc"].pk, "reason": WHY, "hours": "1", **more}


def grounds(world: World, rest: str = "") -> str:
    return f"/contracts/{world.contracts['grounds'].pk}/{rest}"


def reads() -> list[str]:
    return list(Event.objects.filter(verb="emergency.read").order_by("pk").values_list("record_label", flat=True))


@pytest.fixture
def files(world: World, settings: Any, tmp_path: Path, django_capture_on_commit_callbacks: Any) -> list[EvidenceItem]:
    """A file without people and one that names some, on the grounds contract."""
    settings.EVIDENCE_ROOT = tmp_path / "store"
    made = []
    with django_capture_on_commit_callbacks(execute=True):
        for name, people in (("minutes.pdf", "none"), ("register.pdf", "people")):
            evidence.files_add(
                contract=world.contracts["grounds"], files=[(name, [pdf(name.encode())])], note="", period_starts=None,
                people="none", by=world.people["supplier"], now=NOON,
            )  # fmt: skip
            made.append(EvidenceItem.objects.latest("pk"))
            EvidenceItem.objects.filter(pk=made[-1].pk).update(has_people=people == "people")
    return made


# Opening one


def test_an_access_is_a_row_one_row_of_the_log_and_a_mail_to_each_auditor(world: World, signed_in: SignedIn) -> None:
    client = signed_in(PA)
    assert "Northmere City Council" in client.get("/emergency/").content.decode()
    assert client.post("/emergency/", sent(world, hours="4")).status_code == 303
    access = EmergencyAccess.objects.get()
    assert (access.starts_at, access.ends_at, access.ended_at) == (NOON, NOON + 4 * HOUR, None)
    event = Event.objects.get()
    assert (event.chain, event.verb, event.role) == (world.bodies["nmc"].pk, "emergency.opened", "PA")
    assert (event.reason, event.new["hours"]) == (WHY, 4)
    mail = Message.objects.get()
    assert mail.to_address == world.people["auditor"].email
    assert WHY in mail.body
    assert "8 July 2026 at 17:00" in mail.body, "16:00 UTC, as a clock in London shows it"


def test_the_administrators_are_told_where_there_is_no_auditor(world: World) -> None:
    Membership.objects.filter(role="AUD").update(ends=NOON.date() - dt.timedelta(days=1))
    opened(world)
    assert Message.objects.get().to_address == world.people["administrator"].email


def test_without_anybody_who_could_be_told_there_is_no_access(world: World) -> None:
    with pytest.raises(Refused, match="could be told"):
        opened(world, body="wdc")
    assert not EmergencyAccess.objects.exists()
    assert not Event.objects.exists()


def test_when_the_mail_cannot_be_kept_nothing_is_opened(world: World) -> None:
    world.people["auditor"].__class__.objects.filter(pk=world.people["auditor"].pk).update(email="no address")
    with pytest.raises(Refused):
        opened(world)
    assert not EmergencyAccess.objects.exists()
    assert not Event.objects.exists()


@pytest.mark.parametrize(
    "wrong", [{"reason": ""}, {"reason": "short"}, {"hours": "24"}, {"hours": ""}, {"organisation": ""}]
)
def test_reason_time_and_body_are_asked_for(world: World, signed_in: SignedIn, wrong: dict[str, str]) -> None:
    answer = signed_in(PA).post("/emergency/", sent(world) | wrong)
    assert answer.status_code == 422
    assert "error-summary" in answer.content.decode()
    assert not EmergencyAccess.objects.exists()


def test_a_service_refuses_what_a_form_would_not_send(world: World) -> None:
    for wrong in ({"hours": 24}, {"organisation": world.bodies["harbourside"]}):
        with pytest.raises(Refused):
            opened(world, **wrong)


@pytest.mark.parametrize(
    "key", ["administrator", "auditor", "lead", "director", "manager", "supplier administrator", "community member"]
)
def test_nobody_but_a_platform_administrator_opens_one(world: World, signed_in: SignedIn, key: str) -> None:
    client = signed_in(key)
    assert client.get("/emergency/").status_code == 403
    assert client.post("/emergency/", sent(world)).status_code == 403
    with pytest.raises(NotPermitted):
        opened(world, key)
    assert not EmergencyAccess.objects.exists()


def test_a_second_factor_is_needed(world: World) -> None:
    client = Client()
    client.force_login(world.people[PA])
    assert client.post("/emergency/", sent(world)).status_code == 302
    assert not EmergencyAccess.objects.exists()


def test_a_form_sent_twice_opens_one_access(world: World, signed_in: SignedIn) -> None:
    client = signed_in(PA)
    for _ in range(2):
        assert client.post("/emergency/", sent(world, form_key="k" * 24)).status_code == 303
    again = client.post("/emergency/", sent(world, form_key="another"))
    assert again.status_code == 422
    assert "End it first" in again.content.decode()
    assert EmergencyAccess.objects.count() == Event.objects.count() == Message.objects.count() == 1


def test_who_has_a_role_there_goes_by_that_role(world: World, signed_in: SignedIn) -> None:
    there = {"user": world.people[PA], "role": "EVA", "starts": BEGIN}
    own = Membership.objects.create(organisation=world.bodies["nmc"], **there)
    with pytest.raises(Refused, match="goes by that role"):
        opened(world)
    Membership.objects.filter(pk=own.pk).update(organisation=world.bodies["alder"])
    with pytest.raises(Refused, match="goes by that role"):
        opened(world)  # the shared service acts for Northmere
    ActingFor.objects.all().delete()
    opened(world)
    client = signed_in(PA)
    assert client.get(grounds(world)).status_code == 200
    Membership.objects.filter(pk=own.pk).update(organisation=world.bodies["nmc"])
    assert client.get(grounds(world)).status_code == 404, "a role given meanwhile counts, and an evaluator sees none"


# Reading under one


def test_business_data_of_the_body_opens_and_is_noted_once_a_minute(world: World, signed_in: SignedIn) -> None:
    first_return(world)
    client, before = signed_in(PA), Event.objects.count()
    pages = [grounds(world), grounds(world, "kpis/"), grounds(world, "returns/"), "/contracts/"]
    pages.append(f"/portfolio/{world.bodies['nmc'].pk}/")
    assert {client.get(page).status_code for page in pages} == {404, 403}, "nothing without an access"
    access = opened(world)
    for page in (*pages, *pages):
        answer = client.get(page)
        assert answer.status_code == 200, page
        shown = answer.content.decode()
        assert "Emergency access to Northmere City Council until 8 July 2026" in shown
        assert WHY in shown
    assert reads() == pages
    assert Event.objects.count() == before + 1 + len(pages)
    event = Event.objects.filter(verb="emergency.read").first()
    assert (event.chain, event.record_id, event.new) == (world.bodies["nmc"].pk, access.pk, {"page": pages[0]})
    assert event.actor_id == world.people[PA].pk
    with clock.fixed(NOON + dt.timedelta(seconds=61)):
        client.get(pages[0])
    assert reads() == [*pages, pages[0]]


def test_pages_for_everybody_carry_the_banner_and_are_not_noted(world: World, signed_in: SignedIn) -> None:
    opened(world)
    client = signed_in(PA)
    for page in ("/", "/permissions/", "/emergency/", "/catalogue/", "/nothing/"):
        assert "Emergency access to Northmere" in client.get(page).content.decode()
    assert "Emergency access to Northmere" not in signed_in(OTHER_PA).get("/").content.decode()
    assert reads() == []


def test_another_body_is_not_there(world: World, signed_in: SignedIn) -> None:
    opened(world)
    client = signed_in(PA)
    foreign = world.contracts["library"].pk
    for page in (f"/contracts/{foreign}/", f"/portfolio/{world.bodies['ebc'].pk}/", "/contracts/987654/"):
        assert client.get(page).status_code == 404
    assert "Eastholt Library" not in client.get("/contracts/").content.decode()
    assert signed_in(OTHER_PA).get(grounds(world)).status_code == 404, "it is for who opened it"
    assert reads() == ["/contracts/"]


def test_nothing_is_sent_and_no_page_that_changes_opens(world: World, signed_in: SignedIn) -> None:
    first_return(world)
    client = signed_in(PA)
    pages = [page for page in addresses(world, most=1) if not page.startswith(("/emergency/", "/requests/"))]
    without = {page: client.post(page).status_code for page in pages}
    opened(world)
    known = Event.objects.count()
    assert {page: client.post(page).status_code for page in pages} == without
    assert {without[page] for page in pages if page.startswith(grounds(world))} <= {403, 404, 405}
    assert Event.objects.count() == known
    for rest in ("edit/", "kpis/new/", "changes/new/", "people/assign/"):
        assert client.get(grounds(world, rest)).status_code in (403, 404)


def test_every_page_that_opens_is_noted_and_nothing_else_is_written(
    world: World, signed_in: SignedIn, files: list[EvidenceItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the log, in the order of the pages: a page is noted exactly where it was kept from the person before."""
    monkeypatch.setattr("commonweal_web.organisations.services.emergency.MOST_A_MINUTE", 10_000)
    first_return(world)
    client = signed_in(PA)
    pages = [page for page in addresses(world, "grounds", "library", most=1) if not page.startswith("/requests/")]
    without = {page for page in pages if client.get(page).status_code == 200}
    opened(world)
    known = Event.objects.count()
    with_access = [page for page in pages if client.get(page).status_code == 200 and page not in without]
    assert len(with_access) > 25
    assert reads() == [page.partition("?")[0] for page in with_access]
    assert Event.objects.count() == known + len(with_access) + 1, "and the evidence file that was read"
    assert not [page for page in with_access if page.startswith(f"/contracts/{world.contracts['library'].pk}/")]


def test_more_pages_than_anybody_reads_are_refused_and_not_left_out(
    world: World, signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commonweal_web.organisations.services.emergency.MOST_A_MINUTE", 2)
    opened(world)
    client = signed_in(PA)
    assert client.get(grounds(world)).status_code == client.get(grounds(world, "kpis/")).status_code == 200
    refused = client.get(grounds(world, "returns/"))
    assert refused.status_code == 409
    assert "Wait a minute" in refused.content.decode()
    assert client.get(grounds(world)).status_code == 200, "what was noted can be read again"
    with clock.fixed(NOON + dt.timedelta(seconds=61)):
        assert client.get(grounds(world, "returns/")).status_code == 200
    assert MOST_A_MINUTE == 30


def test_an_evidence_file_is_read_and_logged_and_one_with_people_stays_closed(
    world: World, signed_in: SignedIn, files: list[EvidenceItem]
) -> None:
    client = signed_in(PA)
    plain_file, private_file = (reverse("evidence:download", args=[item.pk]) for item in files)
    assert client.get(plain_file).status_code == 404
    opened(world)
    answer = client.get(plain_file)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    verbs = list(Event.objects.order_by("pk").values_list("verb", flat=True))[-2:]
    assert verbs == ["evidence_read", "emergency.read"]
    assert Event.objects.get(verb="evidence_read").role == "PA"
    assert client.get(private_file).status_code == 303
    shown = client.get(private_file, follow=True).content.decode()
    assert "stays closed under an emergency access" in shown
    assert client.post(private_file, {"reason": "I need to see who it names"}).status_code == 404
    assert not Event.objects.filter(verb="evidence_people_read").exists()


# How it ends


def test_at_its_end_the_pages_are_gone(world: World, signed_in: SignedIn) -> None:
    opened(world, hours=1)
    client = signed_in(PA)
    with clock.fixed(NOON + HOUR - dt.timedelta(seconds=1)):
        assert client.get(grounds(world)).status_code == 200
    with clock.fixed(NOON + HOUR):
        answer = client.get(grounds(world))
        assert answer.status_code == 404
        assert "Emergency access to" not in answer.content.decode()
        assert client.get("/contracts/").status_code == 403
        assert client.post("/emergency/", sent(world)).status_code == 303, "another one can be opened"
    first, second = EmergencyAccess.objects.order_by("pk")
    assert (first.ended_at, second.starts_at) == (NOON + HOUR, NOON + HOUR)


def test_it_is_ended_early_by_hand_with_one_row(world: World, signed_in: SignedIn) -> None:
    opened(world, hours=8)
    client, known = signed_in(PA), Event.objects.count()
    with clock.fixed(NOON + HOUR):
        assert client.post("/emergency/end/").status_code == 303
        assert client.get(grounds(world)).status_code == 404
        assert client.post("/emergency/end/").status_code == 303, "ended twice is ended"
    assert EmergencyAccess.objects.get().ended_at == NOON + HOUR
    assert Event.objects.count() == known + 1
    assert Event.objects.last().verb == "emergency.ended"
    assert end_emergency_access(by=world.people[OTHER_PA], now=NOON) is None


def test_it_ends_with_the_role(world: World, signed_in: SignedIn) -> None:
    opened(world)
    Membership.objects.filter(user=world.people[PA]).update(ends=NOON.date() - dt.timedelta(days=1))
    assert signed_in(PA).get(grounds(world)).status_code == 404


def test_outside_of_a_page_nothing_is_open(world: World) -> None:
    """Services, tasks and forms that are sent never find it: it is for the one page that the door made."""
    opened(world)
    person, body = world.people[PA], world.bodies["nmc"].pk
    assert not selectors.organisations_with(person, Permission.DASHBOARD_READ).exists()
    with emergency.reading(person=person.pk, body=body):
        assert selectors.organisations_with(person, Permission.DASHBOARD_READ).get().pk == body
        assert not selectors.organisations_with(person, Permission.EXPORT).exists()
        assert not selectors.looked_into(world.people[OTHER_PA]).filter(pk=body).exists()
    assert not selectors.looked_into(person).filter(pk=body).exists()


# What the body sees


def test_the_bodys_auditor_and_administrator_see_what_was_opened(world: World, signed_in: SignedIn) -> None:
    opened(world)
    signed_in(PA).get(grounds(world))
    listed = f"/organisations/{world.bodies['nmc'].pk}/emergency/"
    for key in ("auditor", "administrator"):
        shown = signed_in(key).get(listed).content.decode()
        for words in ("Pia Root", WHY, "1 page read", grounds(world), "Runs until"):
            assert words in shown
    for key, status in (("manager", 403), ("director", 403), ("eastholt manager", 404), (PA, 404), ("supplier", 404)):
        assert signed_in(key).get(listed).status_code == status
    assert listed in signed_in("auditor").get("/log/").content.decode()
    assert listed in signed_in("auditor").get(f"/organisations/{world.bodies['nmc'].pk}/").content.decode()
    assert "Page read under an emergency access" in signed_in("auditor").get("/log/").content.decode()


def test_a_body_that_nobody_opened_says_so(world: World, signed_in: SignedIn) -> None:
    listed = f"/organisations/{world.bodies['nmc'].pk}/emergency/"
    assert "Nobody has opened an emergency access" in signed_in("auditor").get(listed).content.decode()


def test_the_page_of_permissions_says_what_the_mark_means(world: World, signed_in: SignedIn) -> None:
    shown = signed_in("manager").get("/permissions/").content.decode()
    assert "Break-glass (!)" in shown
    assert "emergency access to one authority for 1, 4 or 8 hours" in shown


# What the database itself refuses


@pytest.mark.parametrize(
    "change",
    [
        "hours = 8",
        "starts_at = '2026-07-09 12:00:00+00:00'",
        "reason = 'another'",
        "ended_at = NULL",
        "organisation_id = organisation_id + 1, ended_at = starts_at",
    ],
)
def test_raw_sql_changes_no_access(world: World, change: str) -> None:
    opened(world)
    with pytest.raises(DatabaseError, match="only be ended"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE organisations_emergencyaccess SET {change}")
    with pytest.raises(DatabaseError, match="never deleted"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM organisations_emergencyaccess")


def test_raw_sql_makes_none_longer_than_eight_hours_and_takes_no_end_back(world: World) -> None:
    facts = {"person": world.people[PA], "organisation": world.bodies["nmc"], "starts_at": NOON}
    for wrong in ({"hours": 9, "reason": WHY}, {"hours": 8, "reason": ""}):
        with pytest.raises(DatabaseError), transaction.atomic():
            EmergencyAccess.objects.bulk_create([EmergencyAccess(**facts, **wrong)])
    row = opened(world)
    with pytest.raises(DatabaseError), transaction.atomic():
        EmergencyAccess.objects.bulk_create([EmergencyAccess(**facts, hours=8, reason=WHY)])
    end_emergency_access(by=row.person, now=NOON + HOUR / 2)
    for change in ("ended_at = NULL", "ended_at = '2027-07-09 12:00:00+00:00'"):
        with pytest.raises(DatabaseError, match="only be ended"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE organisations_emergencyaccess SET {change}")
