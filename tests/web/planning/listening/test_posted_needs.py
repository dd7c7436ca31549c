"""Community groups post what they need; an officer looks first; offers fill it; their address is never shown."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.planning.listening import selectors
from commonweal_web.planning.listening.services import needs as services
from commonweal_web.planning.models import Need, NeedOffer
from tests.web.frameworks.consulting.makers import get, post
from tests.web.planning.ground import measures_of, need_of, plan_of
from tests.web.world import NOON, World

pytestmark = pytest.mark.django_db
SignedIn = Callable[[str], Client]
CANARY = "canary.pantry@tollgate.example"
POST, LIST = "planning:listening_need_post", "planning:listening_public_needs"


def posted(world: World, **more: Any) -> Need:
    facts = {"group": "Tollgate Food Pantry", "email": CANARY, "title": "Volunteers on Saturdays", "place": "Tollgate",
             "quantity": Decimal(120), "unit": "hour", **more}  # fmt: skip
    return services.need_post(body=world.bodies["nmc"], fields=services.PostedFields(**facts), arrived=NOON)


def office(need: Need, name: str = "posted_need") -> str:
    return reverse(f"planning:listening_{name}", args=[need.body_id, need.pk])


def said(page: Any) -> str:
    return re.sub(r"\s+", " ", html.unescape(page.content.decode()))


def test_a_group_posts_an_officer_shows_and_offers_fill_it(world: World, signed_in: SignedIn) -> None:
    form = {
        "body": str(world.bodies["nmc"].pk), "group": "Tollgate Food Pantry", "email": CANARY, "place": "Tollgate",
        "title": "Volunteers on Saturdays", "text": "We open at nine.", "quantity": "120", "unit": "hour",
    }  # fmt: skip
    before = Event.objects.count()
    sent = post(reverse(POST), NOON, **form, form_key="k")
    assert sent.status_code == 303, said(sent)
    assert post(reverse(POST), NOON, **form, form_key="k").url == sent.url
    assert Event.objects.count() == before + 1
    need = Need.objects.get(group="Tollgate Food Pantry")
    public = reverse("planning:listening_need", args=[need.pk])
    assert get(public, NOON).status_code == 404
    assert "Volunteers" not in said(get(reverse(LIST), NOON))

    officer = signed_in("commissioner")
    todo = said(get(reverse("planning:listening_posted", args=[need.body_id]), NOON, officer))
    assert "1 need nobody looked at yet" in todo
    assert CANARY in said(get(office(need), NOON, officer))
    assert CANARY in said(get(office(need, "need_show"), NOON, officer))
    assert post(office(need, "need_show"), NOON, officer, version="1").status_code == 303
    assert "120 of 120 hours left to fill" in said(get(public, NOON))
    assert "Volunteers on Saturdays" in said(get(reverse(LIST), NOON))
    assert Message.objects.get(to_address=CANARY).subject == "Your need is on the public list: Volunteers on Saturdays"

    plan = plan_of(world)
    measure = measures_of(world, plan, "NT17")[0]
    before = Event.objects.count()
    offer = office(need, "need_offer")
    assert "NT17" in said(get(offer, NOON, officer))
    assert post(offer, NOON, officer, quantity="75", measure=str(measure.pk), form_key="o").status_code == 303
    assert post(offer, NOON, officer, quantity="75", measure=str(measure.pk), form_key="o").status_code == 303
    assert Event.objects.count() == before + 1
    assert "45 of 120 hours left to fill" in said(get(public, NOON))
    much = post(offer, NOON, officer, quantity="45.5", note="A firm", form_key="p")
    assert much.status_code == 422
    assert "45 hours are left to fill" in said(much)
    assert post(offer, NOON, officer, quantity="45", note="A firm", form_key="q").status_code == 303
    assert "Filled" in said(get(public, NOON))
    assert "NMC-2026-P14" in said(get(office(need), NOON, officer))

    pages = [reverse(LIST), public, reverse(POST), sent.url, "/"]
    assert not [page for page in pages if CANARY in said(get(page, NOON))]
    assert not Event.objects.filter(new__icontains=CANARY).exists()

    assert post(office(need, "need_hide"), NOON, officer, reason="Closed down", version="2").status_code == 303
    assert get(public, NOON).status_code == 404
    assert get(office(need), NOON, signed_in("supplier")).status_code == 404


def test_a_form_says_what_is_missing(world: World) -> None:
    body = str(world.bodies["nmc"].pk)
    form = {"body": body, "group": "g", "email": "g@g.example", "place": "p", "title": "t"}
    assert "Choose what it is counted in." in said(post(reverse(POST), NOON, **form, quantity="3"))
    assert "Enter how much of it you need." in said(post(reverse(POST), NOON, **form, unit="hour"))
    many = post(reverse(POST), NOON, **form, text="www.a www.b www.c www.d")
    assert "3 links at most" in said(many)
    firm = post(reverse(POST), NOON, **(form | {"body": str(world.bodies["harbourside"].pk)}))
    assert firm.status_code == 422
    assert not Need.objects.exclude(group="").exists()
    assert get(reverse("planning:listening_need_received", args=["nonsense"]), NOON).status_code == 404


def test_what_a_robot_posts_is_hidden_until_somebody_shows_it(world: World, signed_in: SignedIn) -> None:
    form = {"body": str(world.bodies["nmc"].pk), "group": "g", "email": "g@g.example", "place": "p", "title": "t"}
    assert post(reverse(POST), NOON, **form, leave_empty="x").status_code == 303
    need = Need.objects.get(group="g")
    assert need.closed_on is not None
    assert selectors.waiting_needs(need.body) == 0
    services.need_show(need=need, version=1, by=world.people["lead"], now=NOON)
    assert selectors.public_needs().filter(pk=need.pk).exists()
    assert "It is not said how much" in said(get(reverse("planning:listening_need", args=[need.pk]), NOON))


def test_what_cannot_be_offered_or_shown(world: World) -> None:
    lead, need = world.people["lead"], posted(world)
    offer: dict[str, Any] = {"measure": None, "note": "", "by": lead, "now": NOON}
    with pytest.raises(Refused, match="say in words who fills it"):
        services.offer_record(need=need, quantity=Decimal(1), **offer)
    with pytest.raises(Refused, match="left to fill"):
        services.offer_record(need=need, quantity=Decimal(0), **offer)
    other = measures_of(world, plan_of(world), "CL")[0]  # counts people, not hours
    with pytest.raises(NotPermitted):
        services.offer_record(need=need, quantity=Decimal(1), **(offer | {"measure": other}))
    with pytest.raises(Refused, match="does not say how much"):
        services.offer_record(need=posted(world, quantity=None, unit=""), quantity=Decimal(1), **offer)
    with pytest.raises(NotPermitted):
        services.need_show(need=need, version=1, by=world.people["manager"], now=NOON)
    with pytest.raises(Refused, match="why it is not shown"):
        services.need_hide(need=need, reason=" ", version=1, by=lead, now=NOON)
    Need.objects.filter(pk=need.pk).update(closed_on=NOON.date())
    with pytest.raises(Refused, match="closed"):
        services.need_show(need=need, version=1, by=lead, now=NOON)
    with pytest.raises(Refused, match="closed"):
        services.offer_record(need=need, quantity=Decimal(1), **(offer | {"note": "n"}))
    assert not NeedOffer.objects.exists()


@pytest.mark.parametrize(
    ("more", "says"),
    [({"group": " "}, "who you are"), ({"unit": "cubit"}, "its unit"), ({"quantity": Decimal(-1)}, "above zero")],
)
def test_what_cannot_be_posted(world: World, more: dict[str, Any], says: str) -> None:
    with pytest.raises(Refused, match=says):
        posted(world, **more)


def test_a_body_that_is_no_council_takes_no_needs(world: World) -> None:
    fields = services.PostedFields(group="g", email="g@g.example", title="t")
    with pytest.raises(Refused, match="council"):
        services.need_post(body=world.bodies["harbourside"], fields=fields, arrived=NOON)


def test_needs_of_a_body_itself_stand_on_the_list_with_their_source(world: World) -> None:
    need = need_of(world.bodies["nmc"], "Green skills")
    page = said(get(reverse("planning:listening_need", args=[need.pk]), NOON))
    assert "Joint strategic needs assessment 2025" in page
    services.need_hide(need=need, reason="Old", version=1, by=world.people["lead"], now=NOON)
    assert not Message.objects.exists()
