"""The second person: told by mail that a pack waits, and named to whoever may not decide about it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client

from commonweal_web.core.outbox import Message
from commonweal_web.frameworks.keeping import selectors, services
from commonweal_web.frameworks.models import Pack
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from tests.web.frameworks.packs import drafted, framework, measure, proposed, publish
from tests.web.world import BEGIN, NOON, World

SignedIn = Callable[[str], Client]
RADIO = 'type="radio"'


def text(answer: HttpResponse) -> str:
    return " ".join(answer.content.decode().split())


def page_of(pack: Pack) -> str:
    return f"/frameworks/{pack.body_id}/packs/{pack.pk}/"


@pytest.fixture
def waiting(world: World) -> Pack:
    return proposed(world, drafted(world, framework("ours-2027", [measure("L1")])))


def told() -> list[str]:
    return sorted(Message.objects.filter(key__startswith="pack-proposed:").values_list("to_address", flat=True))


def test_everybody_who_may_decide_has_a_mail_in_the_same_transaction(world: World) -> None:
    """A second social value lead and both directors of the body; nobody who drafted, proposed, left or is elsewhere."""
    for key, more in (("manager", {}), ("deputy", {"ends": BEGIN})):
        user = world.people[key]
        Membership.objects.create(user=user, organisation=world.bodies["nmc"], role=Role.SVL, starts=BEGIN, **more)
    pack = drafted(world, framework("ours-2027", [measure("L1")]))
    with transaction.atomic():
        proposed(world, pack)
        assert told()
        transaction.set_rollback(True)
    assert told() == []
    pack.refresh_from_db()
    pack = proposed(world, pack)
    assert told() == sorted(world.people[key].email for key in ("director", "other director", "manager"))
    mail = Message.objects.get(to_user_id=world.people["director"].pk)
    assert mail.subject == "Release ours-2027 waits for somebody to publish it"
    assert "Leila Owusu proposed a release of a framework of Northmere City Council" in mail.body
    assert mail.body.endswith(page_of(pack))


def test_a_second_proposal_is_told_again(world: World, waiting: Pack) -> None:
    director = world.people["director"]
    before = len(told())
    pack = services.pack_send_back(pack=waiting, reason="Unclear", by=director, now=NOON)
    proposed(world, pack)
    assert len(told()) == 2 * before


def test_who_drafted_is_shown_who_decides_and_no_form(world: World, waiting: Pack, signed_in: SignedIn) -> None:
    answer = signed_in("lead").get(page_of(waiting) + "decide/")
    page = text(answer)
    assert (answer.status_code, RADIO in page) == (200, False)
    assert "somebody else decides" in page
    for name in ("Dinah Frost", "Otis Vane"):
        assert name in page
        assert name in text(signed_in("lead").get(page_of(waiting)))
    assert signed_in("lead").post(page_of(waiting) + "decide/", {"decision": "publish"}).status_code == 403
    assert RADIO in text(signed_in("director").get(page_of(waiting) + "decide/"))


def test_where_nobody_else_can_decide_the_page_says_what_to_do(
    world: World, waiting: Pack, signed_in: SignedIn
) -> None:
    Membership.objects.filter(organisation=world.bodies["nmc"], role=Role.APP).update(ends=BEGIN)
    assert selectors.deciders(waiting, NOON.date()) == []
    assert "Ask your administrator" in text(signed_in("lead").get(page_of(waiting) + "decide/"))


def test_where_nothing_waits_there_is_no_form(world: World, signed_in: SignedIn) -> None:
    pack = publish(world, framework("ours-2027", [measure("L1")]))
    page = text(signed_in("director").get(page_of(pack) + "decide/"))
    assert "There is nothing to decide. Published (Dinah Frost" in page
    assert RADIO not in page
