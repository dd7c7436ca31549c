"""Every page of bodies and people opens for whom it is, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from commonweal_web.organisations.models import Delegation, Invitation, Membership, TwoPersonRequest
from tests.web.world import NOON, World

SignedIn = Callable[[str], Client]


def at(world: World, body: str, rest: str = "") -> str:
    return f"/organisations/{world.bodies[body].pk}/{rest}"


@pytest.mark.parametrize(
    ("key", "page"),
    [
        ("administrator", ""),
        ("administrator", "edit/"),
        ("administrator", "numbers/add/"),
        ("administrator", "directorates/add/"),
        ("administrator", "services/add/"),
        ("administrator", "people/"),
        ("administrator", "people/invite/"),
        ("administrator", "sign-ins/"),
        ("manager", ""),
        ("procurement", ""),
        ("auditor", "sign-ins/"),
    ],
)
def test_pages_of_the_council_open(world: World, signed_in: SignedIn, key: str, page: str) -> None:
    assert signed_in(key).get(at(world, "nmc", page)).status_code == 200


@pytest.mark.parametrize("page", ["edit/", "people/", "people/invite/", "sign-ins/", "numbers/add/"])
def test_who_is_no_administrator_reads_why_not(world: World, signed_in: SignedIn, page: str) -> None:
    answer = signed_in("manager").get(at(world, "nmc", page))
    assert answer.status_code == 403
    assert "buyer administrator" in answer.content.decode()


@pytest.mark.parametrize("page", ["", "edit/", "people/", "sign-ins/"])
def test_another_organisation_does_not_exist(world: World, signed_in: SignedIn, page: str) -> None:
    client = signed_in("supplier administrator")
    foreign, absent = client.get(at(world, "nmc", page)), client.get(f"/organisations/999999/{page}")
    assert foreign.status_code == absent.status_code == 404


def test_a_shared_service_reads_its_partner_but_does_not_manage_its_people(world: World, signed_in: SignedIn) -> None:
    Membership.objects.create(
        user=world.people["procurement"], organisation=world.bodies["alder"], role="BA", starts=NOON.date()
    )
    assert signed_in("procurement").get(at(world, "nmc", "people/")).status_code == 403
    assert signed_in("procurement").get(at(world, "alder", "people/")).status_code == 200


def test_an_administrator_gives_and_ends_a_role_by_hand(world: World, signed_in: SignedIn) -> None:
    client, person = signed_in("administrator"), world.people["unassigned manager"]
    page = at(world, "nmc", f"people/{person.pk}/")
    assert client.get(page).status_code == 200
    form = client.get(page + "give-role/").content.decode()
    assert "Social value lead" in form
    assert "Delivery lead" not in form, "a council has no roles of suppliers"
    day = {"starts_day": "8", "starts_month": "7", "starts_year": "2026"}
    answer = client.post(page + "give-role/", {"role": "SVL", **day})
    assert answer.status_code == 303
    given = Membership.objects.get(user=person, role="SVL")
    end = at(world, "nmc", f"roles/{given.pk}/end/")
    assert client.get(end).status_code == 200
    answer = client.post(end, {"when": "now", "reason": "Given by mistake", "handed_to": world.people["lead"].pk})
    assert answer.status_code == 303
    shown = client.get(page).content.decode()
    assert "handed over to Leila Owusu" in shown


def test_a_form_without_a_reason_says_so(world: World, signed_in: SignedIn) -> None:
    membership = Membership.objects.get(user=world.people["verifier"])
    answer = signed_in("administrator").post(at(world, "nmc", f"roles/{membership.pk}/end/"), {"when": "day"})
    body = answer.content.decode()
    assert answer.status_code == 422
    assert "Enter the last day" in body
    assert "There is a problem" in body


def test_an_administrator_opens_the_page_of_oneself_and_finds_no_way_to_give_a_role(
    world: World, signed_in: SignedIn
) -> None:
    client, me = signed_in("administrator"), world.people["administrator"]
    page = at(world, "nmc", f"people/{me.pk}/")
    assert "Another administrator gives you roles" in client.get(page).content.decode()
    day = {"starts_day": "8", "starts_month": "7", "starts_year": "2026"}
    answer = client.post(page + "give-role/", {"role": "SVL", **day})
    assert answer.status_code == 422
    assert "Nobody gives a role to themselves" in answer.content.decode()


def test_a_director_delegates_and_revokes_by_hand(world: World, signed_in: SignedIn) -> None:
    client = signed_in("director")
    assert "You delegated nothing" in client.get("/delegations/").content.decode()
    give = f"/delegations/{world.bodies['nmc'].pk}/give/"
    page = client.get(give).content.decode()
    assert "Neighbourhoods" in page
    assert "Corporate" not in page
    answer = client.post(
        give,
        {
            "delegate": world.people["commissioner"].pk,
            "directorate": world.directorates["Neighbourhoods"].pk,
            "limit_pence": "250,000",
            "starts_day": "8",
            "starts_month": "7",
            "starts_year": "2026",
            "ends_day": "31",
            "ends_month": "8",
            "ends_year": "2026",
            "reason": "Leave",
        },
    )
    assert answer.status_code == 303
    given = Delegation.objects.get()
    assert (given.limit_pence, given.approver) == (25_000_000, world.people["director"])
    assert "Contracts up to £250,000" in client.get("/delegations/").content.decode()
    assert "Approval delegated to you" in signed_in("commissioner").get("/account/").content.decode()
    assert signed_in("other director").get(f"/delegations/{given.pk}/revoke/").status_code == 404
    assert client.post(f"/delegations/{given.pk}/revoke/", {"reason": "Back early"}).status_code == 303
    assert "Back early" in client.get("/delegations/").content.decode()


def test_two_platform_administrators_make_an_organisation(world: World, signed_in: SignedIn) -> None:
    first, second = signed_in("platform administrator"), signed_in("second platform administrator")
    answer = first.post(
        "/requests/new-organisation/",
        {
            "name": "Saltmere Town Council",
            "kind": "authority",
            "scheme": "GB-LAE",
            "number": "SMT",
            "administrator_name": "Ada Salt",
            "administrator_email": "ada@saltmere.example",
            "reason": "They join in autumn",
        },
    )
    assert answer.status_code == 303
    asked = TwoPersonRequest.objects.get()
    assert "another administrator decides it" in first.get(f"/requests/{asked.pk}/").content.decode()
    assert first.post(f"/requests/{asked.pk}/", {"decision": "yes"}).status_code == 403
    assert "Saltmere" in second.get("/requests/").content.decode()
    assert second.post(f"/requests/{asked.pk}/", {"decision": "yes"}).status_code == 303
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role, invitation.organisation.name) == (
        "ada@saltmere.example",
        "BA",
        "Saltmere Town Council",
    )


def test_the_table_of_permissions_opens_for_everybody_and_as_csv(world: World, signed_in: SignedIn) -> None:
    client = signed_in("auditor")
    assert "second person" in client.get("/permissions/").content.decode()
    csv = client.get("/permissions.csv").content.decode()
    assert csv.count("\r\n") > 30
    assert signed_in("bid writer").get("/permissions/").status_code == 200
    assert Client().get("/permissions/").status_code == 302
