"""The pages as people meet them: what each shows, offers and refuses, and a release from first word to publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from commonweal_web.audit.models import Event
from commonweal_web.frameworks.models import LocalMeasure, Pack, Withdrawal
from tests.web.frameworks.packs import drafted, framework, measure, proposed, publish, values
from tests.web.world import NOON, World

SignedIn = Callable[[str], Client]
MEASURE = {
    "code": "L1", "label": "Hours in parks", "unit": "hrs", "kind": "quantity", "over_time": "sum",
    "over_contracts": "sum", "theme": "Parks", "goals": "8.5", "review_on_day": "1", "review_on_month": "1",
    "review_on_year": "2027",
}  # fmt: skip


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


@pytest.fixture
def home(world: World) -> str:
    return f"/frameworks/{world.bodies['nmc'].pk}/"


def test_the_start_page_goes_to_the_one_body(world: World, signed_in: SignedIn, home: str) -> None:
    assert signed_in("lead").get("/frameworks/")["Location"] == home
    assert "Your roles do not include that" in text(signed_in("supplier").get("/frameworks/"))
    assert signed_in("supplier").get(home).status_code == 404
    assert signed_in("eastholt lead").get(home).status_code == 404


def test_a_release_from_the_first_word_to_publication(world: World, signed_in: SignedIn, home: str) -> None:
    lead, director = signed_in("lead"), signed_in("director")
    said = MEASURE | {"owner": str(world.people["lead"].pk)}
    assert "No measure of your own yet" in text(lead.get(home + "measures/"))
    assert lead.post(home + "measures/new/", said).status_code == 303
    assert LocalMeasure.objects.get().unit == "hour"
    assert "Make a release" in text(lead.get(home + "measures/"))
    form = text(lead.get(home + "measures/release/"))
    assert "nmc-local-2027.1" in form
    applies = {"applies_from_day": "1", "applies_from_month": "8", "applies_from_year": "2026"}
    answer = lead.post(
        home + "measures/release/", {"key": "nmc-local-2027.1", "title": "Ours", "licence": "OGL", **applies}
    )
    pack = Pack.objects.get()
    page = f"{home}packs/{pack.pk}/"
    assert answer["Location"] == page
    assert "Propose for publication" in text(lead.get(page))
    shown = {"version": pack.version, "licence_text": "Open Government Licence v3.0", "shown": "yes"}
    assert "Tick" in text(lead.post(page + "propose/", shown))
    assert lead.post(page + "propose/", {**shown, "confirmed": "on"}).status_code == 303
    assert "somebody else decides" in text(lead.get(page))
    assert "Waits for you to publish" in text(director.get(home))
    assert "Waits for you to publish" not in text(lead.get(home))
    assert lead.post(page + "decide/", {"decision": "publish", "version": pack.version + 1}).status_code == 403
    assert director.post(page + "decide/", {"decision": "publish", "version": 99}).status_code == 409
    assert "Say why it goes back" in text(director.post(page + "decide/", {"decision": "back", "version": 2}))
    assert director.post(page + "decide/", {"decision": "publish", "version": pack.version + 1}).status_code == 303
    pack.refresh_from_db()
    assert (pack.state, pack.shown) == ("published", True)
    assert director.post(page + "decide/", {"decision": "publish", "version": pack.version}).status_code == 422
    assert f'href="/catalogue/{pack.key}/"' in text(lead.get(page))
    assert b"Hours in parks" in Client().get(f"/catalogue/{pack.key}/").content
    assert Event.objects.filter(verb="pack_published").count() == 1
    assert "Ours" in text(signed_in("procurement").get("/contracts/new/"))


def test_what_a_body_uses_and_what_came_after(world: World, signed_in: SignedIn, home: str) -> None:
    page = text(signed_in("commissioner").get(home))
    assert "Example framework FX-2025.1" in page
    assert "Example framework FX-2026.1" in page
    assert "Import a framework" not in page
    LocalMeasure.objects.create(
        body=world.bodies["nmc"], code="L9", label="Old one", unit="hour", owner=world.people["lead"],
        review_on=dt.date(2026, 7, 1), created_by=world.people["lead"], created_at=NOON,
    )  # fmt: skip
    assert "Due for review" in text(signed_in("lead").get(home))


def test_a_pack_shows_its_difference_and_never_a_value(world: World, signed_in: SignedIn, home: str) -> None:
    publish(world, framework("ours-2027", [measure("L1"), measure("L2")]))
    newer = publish(world, framework("ours-2028", [measure("L1", unit="week")], replaces="ours-2027"), shown=True)
    priced = publish(world, values("v-1", "ours-2027", [("L1", "1234.987654", "hour")]))
    page = text(signed_in("lead").get(f"{home}packs/{newer.pk}/"))
    for words in ("What it changes against Release ours-2027", "Changed unit", "Removed", "Licence 2026/117 in full"):
        assert words in page
    lead = signed_in("lead")
    page = text(lead.get(f"{home}packs/{priced.pk}/"))
    assert "Nobody: it computes only" in page
    assert "What it holds" in page
    assert "1234" not in page
    answer = lead.get(f"{home}packs/{priced.pk}/file/")
    assert answer.status_code == 409
    assert "1234" not in text(answer)
    answer = lead.get(f"{home}packs/{newer.pk}/file/")
    assert answer.content.decode() == newer.document


def test_a_measure_is_changed_and_retired(world: World, signed_in: SignedIn, home: str) -> None:
    lead = signed_in("lead")
    said = MEASURE | {"owner": str(world.people["lead"].pk)}
    lead.post(home + "measures/new/", said)
    made = LocalMeasure.objects.get()
    page = f"{home}measures/{made.pk}/"
    assert "Hours in parks" in text(lead.get(page))
    assert lead.post(page, said | {"label": "Hours outdoors", "version": "1"}).status_code == 303
    assert "Nearest: hour" in text(lead.post(page, said | {"unit": "hourz", "version": "2"}))
    day = {"retires_on_day": "1", "retires_on_month": "8", "retires_on_year": "2026"}
    assert lead.post(page + "retire/", {"reason": "Not used", "version": "2", **day}).status_code == 303
    page = text(lead.get(home + "measures/"))
    assert "Retired: not for new contracts from 1 August 2026" in page
    assert "Hours outdoors" in page


def test_a_measure_is_withdrawn_and_left_out_of_the_choice(world: World, signed_in: SignedIn, home: str) -> None:
    director = signed_in("director")
    day = {"starts_day": "8", "starts_month": "7", "starts_year": "2026"}
    choose = f"/contracts/{world.contracts['grounds'].pk}/kpis/add/"
    said = {"measure": "fx-2025.1/NT31", "reason": "Counted elsewhere", **day}
    before = signed_in("manager").get(choose)
    assert director.post(home + "withdrawn/new/", said).status_code == 303
    assert Withdrawal.objects.count() == 1
    assert "Counted elsewhere" in text(director.get(home + "withdrawn/"))
    after = signed_in("manager").get(choose)
    assert "NT31 " in text(before)
    assert "NT31 " not in text(after)


def test_a_draft_is_left(world: World, signed_in: SignedIn, home: str) -> None:
    pack = proposed(world, drafted(world, framework("ours-2027", [measure("L1")])))
    lead = signed_in("lead")
    assert lead.post(f"{home}packs/{pack.pk}/leave/", {"version": "1"}).status_code == 409
    assert lead.post(f"{home}packs/{pack.pk}/leave/", {"version": "2"}).status_code == 303
    pack.refresh_from_db()
    assert pack.state == "left"
    assert "is given up. Nothing of it was published" in text(lead.get(home))
    assert "ours-2027" not in text(lead.get(home))
