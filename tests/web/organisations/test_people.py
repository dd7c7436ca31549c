"""Roles are given by others, end with a hand-over, never vanish, and no way gives one to oneself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.db import IntegrityError, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.organisations import second_factor, selectors
from commonweal_web.organisations.models import Invitation, Membership, SignInEvent, TwoPersonRequest, User
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import Role
from commonweal_web.organisations.services import (
    ask_organisation,
    ask_second_factor_reset,
    decide_request,
    end_role,
    give_role,
    invite,
    leave,
    withdraw_request,
)
from commonweal_web.organisations.tasks import forget_sign_ins
from tests.web.world import NOON, World
from tests.web.world import person as make_person

TODAY = NOON.date()


def role(world: World, key: str) -> Membership:
    return Membership.objects.get(user=world.people[key])


def give(world: World, key: str, what: str, by: str = "administrator", **more: Any) -> Membership:
    person, body = world.people[key], more.pop("body", "nmc")
    return give_role(organisation=world.bodies[body], user=person, role=what, by=world.people[by], now=NOON, **more)


def test_a_role_is_given_with_one_row_and_ends_the_sessions(world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("manager")
    give(world, "manager", "SVL")
    assert client.get("/account/").status_code == 302
    event = Event.objects.get()
    assert (event.verb, event.role, event.new["role"]) == ("person.role_given", "BA", "SVL")
    assert selectors.roles_of(world.people["manager"], Permission.CONTRACT_CREATE) == {"SVL"}


@pytest.mark.parametrize(
    ("key", "what", "more", "code"),
    [
        ("administrator", "SVL", {}, "oneself"),
        ("manager", "SA", {}, "role"),
        ("manager", "PA", {}, "role"),
        ("manager", "PUB", {}, "role"),
        ("manager", "CM", {}, "held"),
        ("supplier", "CM", {}, "stranger"),
        ("manager", "SVL", {"starts": TODAY, "ends": TODAY - dt.timedelta(days=1)}, "dates"),
    ],
)
def test_roles_that_cannot_be_given(world: World, key: str, what: str, more: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        give(world, key, what, **more)
    assert refused.value.code == code
    assert not Event.objects.exists()


def test_a_directorate_of_another_body_is_refused(world: World) -> None:
    with pytest.raises(Refused, match="no directorate of Northmere"):
        give(world, "manager", "APP", directorate=world.directorates["Growth"])


@pytest.mark.parametrize("by", ["lead", "manager", "supplier administrator", "platform administrator", "procurement"])
def test_who_does_not_manage_the_people_gives_no_role(world: World, by: str) -> None:
    with pytest.raises(NotPermitted, match="buyer administrator or supplier administrator"):
        give(world, "verifier", "SVL", by=by)


def test_a_role_ends_at_once_and_stays_on_record(world: World) -> None:
    heir = world.people["deputy"]
    end_role(
        membership=role(world, "manager"), by=world.people["administrator"], now=NOON, reason="Left", handed_to=heir
    )
    ended = role(world, "manager")
    assert (ended.ends, ended.at_once, ended.handed_to) == (TODAY - dt.timedelta(days=1), True, heir)
    assert not selectors.memberships(world.people["manager"], day=TODAY).exists()
    assert Event.objects.get().reason == "Left"


def test_a_role_that_began_today_can_end_today(world: World) -> None:
    given = give(world, "manager", "SVL")
    end_role(membership=given, by=world.people["administrator"], now=NOON, reason="By mistake")
    assert selectors.roles_of(world.people["manager"], Permission.CONTRACT_CREATE) == set()


def test_a_last_day_is_still_a_day_of_work(world: World) -> None:
    last = TODAY + dt.timedelta(days=5)
    end_role(
        membership=role(world, "manager"), by=world.people["administrator"], now=NOON, reason="Left", last_day=last
    )
    person = world.people["manager"]
    assert selectors.memberships(person, day=last).exists()
    assert not selectors.memberships(person, day=last + dt.timedelta(days=1)).exists()


def test_unhappy_ends(world: World) -> None:
    admin = world.people["administrator"]
    ends: list[tuple[dict[str, Any], str]] = [
        ({"last_day": TODAY - dt.timedelta(days=1)}, "dates"),
        ({"handed_to": world.people["manager"]}, "heir"),
        ({"handed_to": world.people["supplier"]}, "heir"),
    ]
    for more, code in ends:
        with pytest.raises(Refused) as refused:
            end_role(membership=role(world, "manager"), by=admin, now=NOON, reason="x", **more)
        assert refused.value.code == code
    with pytest.raises(Refused, match="last administrator"):
        end_role(membership=role(world, "administrator"), by=admin, now=NOON, reason="x")
    end_role(membership=role(world, "manager"), by=admin, now=NOON, reason="x")
    with pytest.raises(Refused, match="has ended already"):
        end_role(membership=role(world, "manager"), by=admin, now=NOON, reason="x")


def test_a_leaver_hands_over_the_headship_of_a_directorate(world: World) -> None:
    corporate = world.directorates["Corporate"]
    corporate.head = world.people["lead"]
    corporate.save()
    leave(
        organisation=world.bodies["nmc"],
        user=world.people["lead"],
        by=world.people["administrator"],
        now=NOON,
        reason="Retired",
        handed_to=world.people["commissioner"],
    )
    corporate.refresh_from_db()
    assert corporate.head == world.people["commissioner"]
    assert Event.objects.count() == 1


def test_the_database_refuses_a_role_given_to_oneself(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Membership.objects.create(
            user=world.people["manager"],
            organisation=world.bodies["nmc"],
            role="BA",
            starts=TODAY,
            given_by=world.people["manager"],
        )


def with_app(world: World, key: str) -> User:
    Authenticator.objects.create(user=world.people[key], type="totp", data={})
    return world.people[key]


def ask(world: World, key: str, by: str) -> TwoPersonRequest:
    body = world.bodies["nmc"]
    return ask_second_factor_reset(
        organisation=body, person=world.people[key], reason="Lost phone", by=world.people[by], now=NOON
    )


def test_two_administrators_reset_a_second_factor(world: World, signed_in: Callable[[str], Client]) -> None:
    person = with_app(world, "director")
    client = signed_in("director")
    give(world, "deputy", "BA")
    asked = ask(world, "director", "administrator")
    assert second_factor.has_one(person), "asking changes nothing"
    decide_request(request=asked, carry_out=True, by=world.people["deputy"], now=NOON)
    assert not second_factor.has_one(person)
    assert client.get("/account/").status_code == 302
    assert SignInEvent.objects.filter(user=person, kind="factor_reset").count() == 1
    assert "reset the second factor" in Message.objects.get(to_user_id=person.pk).body
    verbs = [event.verb for event in Event.objects.order_by("pk")]
    assert verbs == ["person.role_given", "second_factor.asked", "second_factor.done"]


@pytest.mark.parametrize(
    ("by", "why"),
    [
        ("administrator", "another administrator decides it"),
        ("director", "Your roles do not let you"),
        ("supplier administrator", "Your roles do not let you"),
        ("lead", "Your roles do not let you"),
    ],
)
def test_who_cannot_be_the_second_person(world: World, by: str, why: str) -> None:
    with_app(world, "director")
    asked = ask(world, "director", "administrator")
    with pytest.raises(NotPermitted, match=why):
        decide_request(request=asked, carry_out=True, by=world.people[by], now=NOON)
    assert second_factor.has_one(world.people["director"])


def test_nobody_resets_the_own_factor_even_as_second_person(world: World) -> None:
    with_app(world, "deputy")
    give(world, "deputy", "BA")
    with pytest.raises(Refused, match="Ask another administrator"):
        ask(world, "administrator", "administrator")
    asked = ask(world, "deputy", "administrator")
    with pytest.raises(NotPermitted, match="about you"):
        decide_request(request=asked, carry_out=True, by=world.people["deputy"], now=NOON)


def test_the_platform_helps_an_organisation_with_one_administrator(world: World) -> None:
    person = with_app(world, "supplier administrator")
    asked = ask_second_factor_reset(
        organisation=world.bodies["harbourside"],
        person=person,
        reason="Lost phone, called back",
        by=world.people["platform administrator"],
        now=NOON,
    )
    decide_request(request=asked, carry_out=True, by=world.people["second platform administrator"], now=NOON)
    assert not second_factor.has_one(person)


def test_a_request_is_decided_once_and_lapses(world: World) -> None:
    give(world, "deputy", "BA")
    asked = ask(world, "director", "administrator")
    with pytest.raises(Refused, match="waiting for a second"):
        ask(world, "director", "deputy")
    with pytest.raises(Refused, match="two weeks ago"):
        decide_request(request=asked, carry_out=True, by=world.people["deputy"], now=NOON + dt.timedelta(days=15))
    with pytest.raises(Refused, match="why you refuse"):
        decide_request(request=asked, carry_out=False, by=world.people["deputy"], now=NOON)
    decide_request(request=asked, carry_out=False, reason="Not them", by=world.people["deputy"], now=NOON)
    with pytest.raises(Refused, match="decided already: refused"):
        decide_request(request=asked, carry_out=True, by=world.people["deputy"], now=NOON)


def test_only_who_asked_withdraws(world: World) -> None:
    asked = ask(world, "director", "administrator")
    with pytest.raises(NotPermitted, match="Bea Adler"):
        withdraw_request(request=asked, by=world.people["lead"], now=NOON)
    withdraw_request(request=asked, by=world.people["administrator"], now=NOON)
    assert TwoPersonRequest.objects.get().state == "withdrawn"


def test_the_database_refuses_one_person_for_both_halves(world: World) -> None:
    asked = ask(world, "director", "administrator")
    with pytest.raises(IntegrityError), transaction.atomic():
        TwoPersonRequest.objects.filter(pk=asked.pk).update(state="done", decided_by=world.people["administrator"])


def test_an_organisation_needs_two_and_another_first_administrator(world: World) -> None:
    facts: dict[str, Any] = {
        "name": "Saltmere",
        "kind": "authority",
        "scheme": "GB-LAE",
        "number": "SMT",
        "administrator_name": "Ada",
        "reason": "New",
        "now": NOON,
    }
    first, second = world.people["platform administrator"], world.people["second platform administrator"]
    with pytest.raises(Refused, match="somebody else"):
        ask_organisation(administrator_email=first.email.upper(), by=first, **facts)
    with pytest.raises(NotPermitted):
        ask_organisation(administrator_email="ada@s.example", by=world.people["administrator"], **facts)
    asked = ask_organisation(administrator_email=second.email, by=first, **facts)
    with pytest.raises(NotPermitted, match="about you"):
        decide_request(request=asked, carry_out=True, by=second, now=NOON)
    with pytest.raises(Refused, match="with this number"):
        ask_organisation(
            administrator_email="a@s.example", by=first, **{**facts, "scheme": "GB-COH", "number": "9876543"}
        )


def _try_everything(world: World, me: User, what: str, body: str) -> None:
    """Every service that could give a role, each aimed at oneself."""
    organisation = world.bodies[body]
    for act in (
        lambda: give_role(organisation=organisation, user=me, role=what, by=me, now=NOON),
        lambda: invite(organisation=organisation, email=me.email.upper(), role=what, by=me, now=NOON),
        lambda: invite(organisation=organisation, email=me.email, role=what, by=me, now=NOON, contract_id=1),
        lambda: ask_organisation(
            name="Mine",
            kind="authority",
            scheme="",
            number="",
            administrator_name="Me",
            administrator_email=me.email,
            reason="Mine",
            by=me,
            now=NOON,
        ),
    ):
        try:
            with transaction.atomic():
                act()
        except Refused:
            continue
        raise AssertionError(f"{me} got through as {what} at {organisation}")


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_service_gives_a_role_to_oneself(world: World, data: st.DataObject) -> None:
    me = world.people[data.draw(st.sampled_from(sorted(world.people)), label="who")]
    body = data.draw(st.sampled_from(sorted(world.bodies)), label="where")
    what = data.draw(st.sampled_from([role.value for role in Role]), label="role")
    before = set(Membership.objects.filter(user=me).values_list("pk", flat=True))
    _try_everything(world, me, what, body)
    assert set(Membership.objects.filter(user=me).values_list("pk", flat=True)) == before
    assert not Membership.objects.filter(user=me, given_by=me).exists()


def test_two_platform_administrators_make_a_third_and_help_a_lone_administrator(
    world: World, signed_in: Callable[[str], Client]
) -> None:
    first, second = signed_in("platform administrator"), signed_in("second platform administrator")
    person = with_app(world, "supplier administrator")
    for page, facts in (
        ("new-administrator", {"name": "Theo Third", "email": "theo@platform.example"}),
        ("reset", {"email": person.email}),
    ):
        assert first.get(f"/requests/{page}/").status_code == 200
        assert first.post(f"/requests/{page}/", {**facts, "reason": "Needed"}).status_code == 303
        asked = TwoPersonRequest.objects.latest("pk")
        assert first.post(f"/requests/{asked.pk}/", {"decision": "yes"}).status_code == 403
        assert second.post(f"/requests/{asked.pk}/", {"decision": "yes"}).status_code == 303
    assert Invitation.objects.get().role == "PA"
    assert not second_factor.has_one(person)
    own = {"name": "Me", "email": world.people["platform administrator"].email, "reason": "x"}
    assert first.post("/requests/new-administrator/", own).status_code == 422
    gone = first.post("/requests/reset/", {"email": "nobody@x.example", "reason": "x"})
    assert "Nobody with this address has a role here" in gone.content.decode()


def test_only_the_platform_asks_for_platform_acts(world: World, signed_in: Callable[[str], Client]) -> None:
    for page in ("new-administrator", "reset", "new-organisation"):
        assert signed_in("administrator").get(f"/requests/{page}/").status_code == 403


def test_events_at_the_door_are_forgotten_after_a_year(world: World) -> None:
    SignInEvent.objects.create(at=NOON - dt.timedelta(days=367), kind="signed_in", user=world.people["lead"])
    SignInEvent.objects.create(at=NOON - dt.timedelta(days=365), kind="signed_in", user=world.people["lead"])
    forget_sign_ins(NOON)
    assert SignInEvent.objects.count() == 1


def test_a_platform_administrator_is_ended_by_two_others(world: World, signed_in: Callable[[str], Client]) -> None:
    first, second = world.people["platform administrator"], world.people["second platform administrator"]
    asking = signed_in("platform administrator")
    assert asking.get("/requests/end-administrator/").status_code == 200
    refused = asking.post("/requests/end-administrator/", {"email": second.email, "reason": "Left"})
    assert "Two platform administrators must be left" in refused.content.decode()
    oneself = asking.post("/requests/end-administrator/", {"email": first.email, "reason": "Left"})
    assert "Ask another platform administrator" in oneself.content.decode()
    third = make_person(world, "third platform administrator", "Thea Root", ("platform", Role.PA))
    assert asking.post("/requests/end-administrator/", {"email": third.email, "reason": "Left"}).status_code == 303
    asked = TwoPersonRequest.objects.get()
    with pytest.raises(NotPermitted, match="about you"):
        decide_request(request=asked, carry_out=True, by=third, now=NOON)
    with pytest.raises(NotPermitted, match="another administrator decides"):
        decide_request(request=asked, carry_out=True, by=first, now=NOON)
    before = Event.objects.count()
    decide_request(request=asked, carry_out=True, by=second, now=NOON)
    assert Event.objects.count() == before + 1
    assert Membership.objects.get(user=third).ends == NOON.date() - dt.timedelta(days=1)
    assert selectors.roles_of(third, Permission.ORGANISATION_CREATE) == set()
