"""Ways in: registration by number, invitations by mail, and what neither of them opens."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Contract
from commonweal_web.core import clock
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.models import Identifier, Invitation, Membership, Organisation, User
from commonweal_web.organisations.services import accept_invitation, accepted_for, invite, register_supplier
from tests.web.world import NOON, PASSWORD, World, organisation

GOOD = {
    "organisation_name": "Fernhill Signs Ltd",
    "scheme": "GB-COH",
    "number": "00123456",
    "size": "small",
    "name": "Fay Hill",
    "email": "fay@fernhill.example",
    "password": "three odd words here",
}


@pytest.fixture(autouse=True)
def _no_old_tries() -> Iterator[None]:
    cache.clear()
    return


def test_a_supplier_registers_and_is_in_at_once(db: None) -> None:
    client = Client()
    assert client.get("/register/").status_code == 200
    answer = client.post("/register/", GOOD)
    made = Organisation.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/organisations/{made.pk}/")
    assert Identifier.objects.get().value == "00123456", "the zeros stay"
    membership = Membership.objects.get()
    assert (membership.role, membership.user.name, made.is_supplier) == ("SA", "Fay Hill", True)
    assert client.get(answer["Location"])["Location"] == "/account/second-factor/", "signed in, and asked for a factor"
    assert [event.verb for event in Event.objects.all()] == ["organisation.registered"]
    assert Message.objects.filter(to_address="fay@fernhill.example").count() == 1


@pytest.mark.parametrize(
    "changed", [{"number": "09876543"}, {"number": "9876543"}, {"email": "SUPPLIER@harbourside.example"}]
)
def test_a_number_or_an_address_in_use_gets_one_and_the_same_answer(world: World, changed: dict[str, str]) -> None:
    before = Organisation.objects.count()
    answer = Client().post("/register/", {**GOOD, **changed})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "because the number or the e-mail address is in use here" in body
    assert "ask a colleague who uses Commonweal" in body
    assert "Harbourside" not in body
    assert Organisation.objects.count() == before
    told = Message.objects.filter(to_address="supplier@harbourside.example")
    assert told.count() == ("email" in changed)


def test_a_doubtful_number_is_taken_and_warned_of(db: None) -> None:
    user, made = register_supplier(**{**{key: GOOD[key] for key in GOOD}, "number": "12 34"}, now=NOON)
    assert made.identifiers.get().value == "1234"
    client = Client()
    client.force_login(user)
    from commonweal_web.organisations import second_factor

    session = client.session
    second_factor.note(session, user, second_factor.TEST)
    session.save()
    page = client.get(f"/organisations/{made.pk}/").content.decode()
    assert "is too short for Companies House: it is 00001234" in page


def test_a_weak_password_is_refused_with_words(db: None) -> None:
    answer = Client().post("/register/", {**GOOD, "password": "short"})
    assert answer.status_code == 422
    assert "12 characters" in answer.content.decode()
    assert not User.objects.exists()
    with pytest.raises(Invalid):
        register_supplier(**{**GOOD, "name": " "}, now=NOON)


def test_registration_slows_down_by_address(db: None) -> None:
    client = Client()
    for number in range(11):
        cache.clear()
        answer = client.post("/register/", {**GOOD, "password": "short", "number": f"{number:08}"})
    assert "Wait 1 minute" in answer.content.decode()


def link_of(email: str) -> str:
    body = Message.objects.filter(to_address=email, subject__startswith="Invitation").latest("pk").body
    return re.search(r"/invitations/([^/\s]+)/", body)[1]  # type: ignore[index] # the link is there


def invited(world: World, email: str = "new@northmere.example", role: str = "CM", **more: Any) -> str:
    facts = {"organisation": world.bodies["nmc"], "by": world.people["administrator"], "now": NOON, **more}
    invite(email=email, role=role, **facts)
    return link_of(email)


def test_an_invitation_makes_an_account_and_a_role(world: World) -> None:
    token = invited(world)
    client = Client()
    page = client.get(f"/invitations/{token}/").content.decode()
    assert "Join Northmere City Council" in page
    answer = client.post(f"/invitations/{token}/", {"name": "Nia New", "password": "three odd words here"})
    assert answer.status_code == 303
    person = User.objects.get(email="new@northmere.example")
    membership = Membership.objects.get(user=person)
    assert (membership.role, membership.given_by) == ("CM", world.people["administrator"])
    assert client.get("/account/")["Location"] == "/account/second-factor/"
    assert [event.verb for event in Event.objects.order_by("pk")] == ["person.invited", "person.joined"]
    assert Client().get(f"/invitations/{token}/").status_code == 404, "a link works once"


def test_old_used_and_invented_links_read_the_same(world: World) -> None:
    token = invited(world)
    accept_invitation(token=token, name="Nia New", password="three odd words here", now=NOON)
    old = invited(world, "old@northmere.example")
    invented = Client().get("/invitations/invented/")
    used = Client().get(f"/invitations/{token}/")
    with clock.fixed(NOON + dt.timedelta(days=15)):
        late = Client().get(f"/invitations/{old}/")
    assert invented.status_code == used.status_code == late.status_code == 404
    words = [re.sub(r'nonce="[^"]*"', "", answer.content.decode()) for answer in (invented, used, late)]
    assert words[0] == words[1] == words[2]


def test_somebody_with_an_account_signs_in_first_and_only_the_address_counts(world: World) -> None:
    token = invited(world, "calder.supplier@calderrowe.example")
    with pytest.raises(Refused, match="Sign in, then open the link"):
        accept_invitation(token=token, name="X", password="three odd words here", now=NOON)
    with pytest.raises(Refused, match="another address"):
        accept_invitation(token=token, user=world.people["supplier"], now=NOON)
    person, membership = accept_invitation(token=token, user=world.people["calder supplier"], now=NOON)
    assert membership is not None
    assert (person.name, membership.organisation) == ("Cal Rowe", world.bodies["nmc"])


def test_who_invites_cannot_take_it_up(world: World) -> None:
    admin = world.people["administrator"]
    token = invited(world, "alias@northmere.example")
    User.objects.filter(pk=admin.pk).update(email="alias@northmere.example")
    admin.refresh_from_db()
    with pytest.raises(Refused, match="Nobody gives a role to themselves"):
        accept_invitation(token=token, user=admin, now=NOON)


def test_who_may_not_invite(world: World) -> None:
    for key in ("manager", "supplier administrator", "platform administrator"):
        with pytest.raises(NotPermitted):
            invited(world, by=world.people[key])
    with pytest.raises(Refused, match="cannot have a"):
        invited(world, role="SA")


def test_a_council_makes_the_first_administrator_of_a_supplier_without_people(world: World) -> None:
    marram = organisation("Marram Works Ltd", is_supplier=True)
    contract = world.contracts["grounds"]
    token = invited(
        world, "mo@marram.example", "SDL", organisation=marram, by=world.people["lead"], contract_id=contract.pk
    )
    person, membership = accept_invitation(token=token, name="Mo Marram", password="three odd words here", now=NOON)
    assert membership is not None
    assert membership.role == "SA"
    assert [one.accepted_by for one in accepted_for(contract.pk)] == [person]


def test_a_council_opens_no_other_councils_contracts_by_inviting(world: World) -> None:
    """Calder works for Eastholt. Northmere invites a friend to a contract with Calder: Calder itself decides."""
    token = invited(
        world,
        "friend@elsewhere.example",
        "SDL",
        organisation=world.bodies["calder"],
        by=world.people["lead"],
        contract_id=world.contracts["grounds"].pk,
    )
    person, membership = accept_invitation(token=token, name="A Friend", password="three odd words here", now=NOON)
    assert membership is None
    assert not Contract.objects.visible_to(person).exists()
    assert "asks for a role" in Message.objects.get(to_user_id=world.people["calder administrator"].pk).subject


def test_a_member_of_the_supplier_is_only_linked(world: World) -> None:
    contract = world.contracts["grounds"]
    user = world.people["bid writer"]
    token = invited(
        world,
        user.email,
        "SDL",
        organisation=world.bodies["harbourside"],
        by=world.people["lead"],
        contract_id=contract.pk,
    )
    person, membership = accept_invitation(token=token, user=user, now=NOON)
    assert membership is not None
    assert membership.role == "SBW", "a buyer gives no role where the supplier has an administrator"
    assert Invitation.objects.get().accepted_by == person


def test_an_invitation_to_a_contract_gives_no_role_of_the_buyer(world: World) -> None:
    with pytest.raises(Refused, match="supplier's side"):
        invited(world, role="CM", by=world.people["lead"], contract_id=1)


def test_after_joining_signing_in_works(world: World) -> None:
    token = invited(world)
    accept_invitation(token=token, name="Nia New", password=PASSWORD, now=NOON)
    client = Client()
    client.post("/account/login/", {"login": "new@northmere.example", "password": PASSWORD})
    assert "_auth_user_id" in client.session
