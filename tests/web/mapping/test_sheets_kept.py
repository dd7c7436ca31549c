"""A sheet belongs to nobody until its maker signs in and keeps it; one that nobody keeps goes in the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core import jobs
from commonweal_web.mapping.models import Entry, Sheet
from commonweal_web.mapping.sheets import services
from tests.web.mapping.sheet_makers import SV2, sheet_of, with_starts
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
SignIn = Callable[[str], Client]


def url(name: str, *arguments: object) -> str:
    return reverse(f"mapping:{name}", args=arguments)


@pytest.fixture
def kept(world: World) -> tuple[Sheet, str]:
    """A sheet that the social value lead keeps for her council."""
    sheet, token = sheet_of()
    with_starts(sheet)
    sheet = services.sheet_keep(
        sheet=sheet, title="Apprentices", organisation=world.bodies["nmc"], by=world.people["lead"], now=NOON
    )
    return sheet, token


def test_a_signed_in_person_keeps_a_sheet_once(world: World, signed_in: SignIn) -> None:
    sheet, token = sheet_of()
    client = signed_in("lead")
    assert "Name of the sheet" in client.get(url("sheet_take_away", token)).content.decode()
    form = {"title": "Mine", "organisation": world.bodies["nmc"].pk, "form_key": "k" * 20}
    answers = [client.post(url("sheet_keep", token), form) for _ in range(2)]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {(303, url("kept_sheet", sheet.pk))}
    sheet.refresh_from_db()
    assert (sheet.owner, sheet.organisation, sheet.title) == (world.people["lead"], world.bodies["nmc"], "Mine")
    assert (sheet.expires_on, sheet.kept_at) == (None, NOON)
    assert Event.objects.filter(verb="sheet.kept").count() == 1
    assert client.post(url("sheet_keep", token), {**form, "form_key": "other"}).status_code == 303
    assert Event.objects.filter(verb="sheet.kept").count() == 1
    assert "Mine" in client.get(url("sheets")).content.decode()


def test_keeping_needs_a_name_an_account_and_an_organisation_of_ones_own(world: World, signed_in: SignIn) -> None:
    sheet, token = sheet_of()
    assert Client().post(url("sheet_keep", token), {"title": "x"})["Location"].startswith("/account/login/")
    client = signed_in("lead")
    assert "Enter the name of the sheet." in client.post(url("sheet_keep", token), {}).content.decode()
    foreign = {"title": "x", "organisation": world.bodies["ebc"].pk}
    assert client.post(url("sheet_keep", token), foreign).status_code == 422
    assert client.post(url("sheet_keep", "wrong"), {"title": "x"}).status_code == 404
    wanted = {"sheet": sheet, "title": "x", "organisation": world.bodies["ebc"], "by": world.people["lead"]}
    with pytest.raises(services.Refused, match="Choose an organisation that you work for"):
        services.sheet_keep(**wanted, now=NOON)
    sheet.refresh_from_db()
    assert sheet.owner is None


def test_after_keeping_only_the_owner_changes_it(kept: tuple[Sheet, str], signed_in: SignIn) -> None:
    sheet, _ = kept
    form = {"version": sheet.version, "target_TLG": "5"}
    colleague, owner = signed_in("manager"), signed_in("lead")
    assert "You keep this sheet, and only you can change it." in owner.get(url("kept_sheet", sheet.pk)).content.decode()
    assert "Leila Owusu keeps this sheet" in colleague.get(url("kept_sheet", sheet.pk)).content.decode()
    assert "<form" not in colleague.get(url("kept_sheet_kpi", sheet.pk, 3)).content.decode().split("<main")[1]
    assert colleague.post(url("kept_sheet_kpi", sheet.pk, 3), form).status_code == 403
    assert owner.post(url("kept_sheet_kpi", sheet.pk, 3), form).status_code == 303
    assert Entry.objects.exclude(row=SV2).count() == 1
    assert Event.objects.latest("pk").role == "SVL"
    sheet.refresh_from_db()
    assert sheet.expires_on is None


@pytest.mark.parametrize("name", ["sheet", "sheet_take_away"])
def test_who_keeps_a_sheet_is_told_how_kpis_come_of_it(kept: tuple[Sheet, str], signed_in: SignIn, name: str) -> None:
    mine = signed_in("lead").get(url(f"kept_{name}", kept[0].pk)).content.decode()
    assert '<a class="govuk-link" href="/contracts/">open a contract</a>, choose KPIs, then “Add a KPI”' in mine
    assert "keep the sheet" not in mine.lower()
    colleague = signed_in("manager").get(url(f"kept_{name}", kept[0].pk)).content.decode()
    assert "open a contract" not in colleague, "only whoever keeps it can take KPIs from it"
    _, token = sheet_of()
    loose = Client().get(url(name, token)).content.decode()
    assert "keep the sheet" in loose.lower()
    assert "open a contract" not in loose


@pytest.mark.parametrize("name", ["sheet", "sheet_report", "sheet_take_away", "sheet_upload"])
def test_a_kept_sheet_is_not_there_for_others(kept: tuple[Sheet, str], signed_in: SignIn, name: str) -> None:
    sheet, token = kept
    assert Client().get(url(name, token)).status_code == 404, "the link alone opens it no more"
    assert signed_in("eastholt manager").get(url(name, token)).status_code == 404
    assert signed_in("eastholt manager").get(url(f"kept_{name}", sheet.pk)).status_code == 404
    assert signed_in("manager").get(url(f"kept_{name}", sheet.pk)).status_code == 200
    assert signed_in("lead").get(url(name, token))["Location"] == url("kept_sheet", sheet.pk)
    assert Client().post(url("sheet_kpi", token, 2), {"version": sheet.version}).status_code == 404


def test_what_is_kept_for_oneself_is_read_by_nobody_else(world: World, signed_in: SignIn) -> None:
    sheet, _ = sheet_of()
    services.sheet_keep(sheet=sheet, title="x", organisation=None, by=world.people["lead"], now=NOON)
    assert signed_in("manager").get(url("kept_sheet", sheet.pk)).status_code == 404
    assert "x" in signed_in("lead").get(url("sheets")).content.decode()
    assert "You keep no sheet yet" in signed_in("manager").get(url("sheets")).content.decode()


def test_nobody_keeps_what_somebody_else_keeps(kept: tuple[Sheet, str], world: World, signed_in: SignIn) -> None:
    answer = signed_in("manager").post(url("sheet_keep", kept[1]), {"title": "mine now"})
    assert answer.status_code == 404
    with pytest.raises(services.Refused, match="Somebody else has kept this sheet"):
        services.sheet_keep(sheet=kept[0], title="x", organisation=None, by=world.people["manager"], now=NOON)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (dt.datetime(2026, 7, 8, 12, tzinfo=dt.UTC), dt.date(2027, 8, 8)),
        (dt.datetime(2026, 12, 31, 12, tzinfo=dt.UTC), dt.date(2028, 1, 31)),
        (dt.datetime(2027, 1, 31, 12, tzinfo=dt.UTC), dt.date(2028, 2, 29)),
        (dt.datetime(2026, 7, 31, 23, 30, tzinfo=dt.UTC), dt.date(2027, 9, 1)),
    ],
)
def test_thirteen_months_after_the_last_change(moment: dt.datetime, day: dt.date) -> None:
    assert services.expiry(moment) == day


def test_the_daily_job_removes_what_nobody_kept(world: World, kept: tuple[Sheet, str]) -> None:
    old, _ = sheet_of()
    with_starts(old)
    assert any(job.name.endswith("forget_sheets") for job in jobs.registered())
    last = dt.datetime(2027, 8, 8, 12, tzinfo=dt.UTC)
    assert services.sheets_expire(now=last) == 0, "on its last day it is still there"
    assert services.sheets_expire(now=last + dt.timedelta(days=1)) == 1
    assert list(Sheet.objects.all()) == [kept[0]]
    event = Event.objects.latest("pk")
    assert (event.verb, event.new) == ("sheets.expired", {"sheets": [old.pk]})


def test_a_change_puts_the_day_off() -> None:
    sheet, _ = sheet_of()
    services.kpi_fill(
        sheet=sheet, row=SV2, amounts={}, data={}, shares={}, by=None, now=NOON + dt.timedelta(days=40), shown=None
    )
    sheet.refresh_from_db()
    assert sheet.expires_on == dt.date(2027, 9, 17)


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"row": "fx-svm-2025/SV99"}, "has no KPI"),
        ({"amounts": {"TLX": services.Filled(None, None)}}, "no region TLX"),
        ({"data": {"shoe_size": 1}}, "needs no shoe_size"),
        ({"shares": {"fx-2025.1/NT17": 100}}, "cannot be shared"),
    ],
)
def test_a_service_takes_only_what_the_sheet_has(more: dict[str, object], says: str) -> None:
    wanted = {"row": SV2, "amounts": {}, "data": {}, "shares": {}, **more}
    with pytest.raises(services.Refused, match=says):
        services.kpi_fill(sheet=sheet_of()[0], by=None, now=NOON, shown=None, **wanted)
