"""Who may approve on a day: directors, delegates, and refusals that say why and who can."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from commonweal_web.audit.models import Event
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.approval import ApprovalRight, approval_right, who_can_approve
from commonweal_web.organisations.models import Delegation, Membership, SignInEvent
from commonweal_web.organisations.services import give_delegation, leave, revoke_delegation
from tests.web.world import NOON, World

TODAY = NOON.date()
MILLION = 100_000_000


def given(world: World, **changed: Any) -> Delegation:
    """A delegation by the director of Neighbourhoods to the commissioner, as a row."""
    facts = {
        "organisation": world.bodies["nmc"],
        "directorate": world.directorates["Neighbourhoods"],
        "approver": world.people["director"],
        "delegate": world.people["commissioner"],
        "limit_pence": MILLION,
        "starts": dt.date(2026, 5, 1),
        "ends": dt.date(2026, 9, 30),
        "reason": "Leave",
        "created_at": NOON,
    }
    return Delegation.objects.create(**{**facts, **changed})


def right(world: World, key: str, *, value: int | None = MILLION, where: str = "Neighbourhoods", **more: Any) -> Any:
    return approval_right(
        user=world.people[key],
        organisation=world.bodies["nmc"],
        directorate=world.directorates.get(where),
        value_pence=value,
        on=more.pop("on", TODAY),
        **more,
    )


def test_the_director_of_the_directorate_can(world: World) -> None:
    assert right(world, "director") == ApprovalRight(True, "strategic director of Neighbourhoods", None, "APP")


def test_a_delegate_can_up_to_the_limit_and_on_both_end_days(world: World) -> None:
    one = given(world)
    found = right(world, "commissioner")
    assert (found.ok, found.delegation, found.role) == (True, one, "delegate")
    assert found.reason == f"delegation {one.pk}, until 30 September 2026"
    assert right(world, "commissioner", on=dt.date(2026, 5, 1)).ok
    assert right(world, "commissioner", on=dt.date(2026, 9, 30)).ok
    assert right(world, "commissioner", where="Neighbourhoods", value=MILLION).ok
    assert not right(world, "commissioner", value=MILLION + 1).ok


WHO = "; Dinah Frost (strategic director) can approve."


@pytest.mark.parametrize(
    ("changed", "asked", "reason"),
    [
        (
            {"starts": dt.date(2026, 1, 1), "ends": dt.date(2026, 5, 3)},
            {},
            "Your delegation ended on 3 May 2026",
        ),
        ({"starts": dt.date(2026, 8, 1)}, {}, "Your delegation begins on 1 August 2026"),
        ({"revoked_at": NOON}, {}, "Your delegation was revoked on 8 July 2026"),
        (
            {},
            {"value": 240_000_000},
            "Your delegation goes up to £1,000,000, and this contract is worth £2,400,000",
        ),
        ({}, {"value": None}, "Your delegation goes up to £1,000,000, and this contract's value is not known"),
    ],
)
def test_a_refusal_says_why_and_who_can(
    world: World, changed: dict[str, Any], asked: dict[str, Any], reason: str
) -> None:
    given(world, **changed)
    found = right(world, "commissioner", **asked)
    assert not found.ok
    assert found.reason == reason + WHO


def test_another_directorate_is_refused_by_name(world: World) -> None:
    given(world)
    found = right(world, "commissioner", where="Corporate")
    assert found.reason == (
        "Your delegation is for Neighbourhoods, and this contract belongs to Corporate; "
        "Otis Vane (strategic director) can approve."
    )


def test_a_director_of_another_directorate_reads_whose_it_is(world: World) -> None:
    found = right(world, "other director")
    assert found.reason == "You are strategic director of Corporate, and this contract belongs elsewhere" + WHO


def test_without_a_delegation_the_answer_names_who_can(world: World) -> None:
    assert right(world, "manager").reason == "You hold no delegation to approve here" + WHO


def test_a_director_whom_the_contract_names_stands_in(world: World) -> None:
    assert right(world, "other director", assigned=True).ok
    assert not right(world, "manager", assigned=True).ok


def test_the_proposer_is_not_named_as_who_can(world: World) -> None:
    found = right(world, "manager", not_by={world.people["director"].pk})
    assert found.reason.endswith(
        "nobody can approve now: Northmere City Council needs another strategic director or a delegation."
    )
    given(world)
    people = who_can_approve(
        organisation=world.bodies["nmc"],
        directorate=world.directorates["Neighbourhoods"],
        value_pence=MILLION,
        on=TODAY,
        not_by={world.people["director"].pk},
    )
    assert [(person.name, role) for person, role in people] == [("Colm Hart", "delegate")]


def test_a_delegation_dies_with_the_role_it_came_from(world: World) -> None:
    given(world)
    Membership.objects.filter(user=world.people["director"]).update(ends=dt.date(2026, 6, 30))
    found = right(world, "commissioner")
    assert "was given by Dinah Frost, who is no strategic director any more" in found.reason


def test_the_newest_fitting_delegation_is_used(world: World) -> None:
    given(world, ends=dt.date(2026, 5, 3))
    wide = given(world, directorate=None, limit_pence=None)
    assert right(world, "commissioner", value=10**12, where="Adults").delegation == wide


def give(world: World, **changed: Any) -> Delegation:
    facts = {
        "organisation": world.bodies["nmc"],
        "directorate": world.directorates["Neighbourhoods"],
        "delegate": world.people["commissioner"],
        "limit_pence": MILLION,
        "starts": TODAY,
        "ends": dt.date(2026, 9, 30),
        "reason": "Leave",
        "by": world.people["director"],
        "now": NOON,
    }
    return give_delegation(**{**facts, **changed})


def test_giving_and_revoking_write_one_row_and_one_mail_each(world: World) -> None:
    one = give(world)
    assert right(world, "commissioner").ok
    revoke_delegation(delegation=one, reason="Back early", by=world.people["director"], now=NOON)
    assert not right(world, "commissioner").ok
    assert [event.verb for event in Event.objects.order_by("seq")] == ["delegation.given", "delegation.revoked"]
    assert Message.objects.filter(to_user_id=world.people["commissioner"].pk).count() == 2


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"delegate": "director"}, "oneself"),
        ({"delegate": "supplier"}, "stranger"),
        ({"delegate": "auditor"}, "stranger"),
        ({"directorate": "Corporate"}, "directorate"),
        ({"directorate": None}, "directorate"),
        ({"starts": TODAY - dt.timedelta(days=1)}, "dates"),
        ({"ends": TODAY - dt.timedelta(days=1)}, "dates"),
        ({"ends": TODAY + dt.timedelta(days=400)}, "long"),
    ],
)
def test_what_cannot_be_delegated(world: World, changed: dict[str, Any], code: str) -> None:
    if isinstance(changed.get("delegate"), str):
        changed = {"delegate": world.people[changed["delegate"]]}
    if changed.get("directorate"):
        changed = {"directorate": world.directorates[changed["directorate"]]}
    with pytest.raises(Refused) as refused:
        give(world, **changed)
    assert refused.value.code == code
    assert not Delegation.objects.exists()


def test_a_delegation_cannot_outlive_the_role(world: World) -> None:
    Membership.objects.filter(user=world.people["director"]).update(ends=dt.date(2026, 8, 1))
    with pytest.raises(Refused, match="Your own role ends on 1 August 2026"):
        give(world)


@pytest.mark.parametrize("key", ["manager", "lead", "administrator", "commissioner"])
def test_only_a_director_delegates(world: World, key: str) -> None:
    with pytest.raises(NotPermitted):
        give(world, by=world.people[key], delegate=world.people["verifier"])


def test_only_the_giver_revokes_and_only_once(world: World) -> None:
    one = give(world)
    with pytest.raises(NotPermitted, match="Dinah Frost"):
        revoke_delegation(delegation=one, reason="x", by=world.people["other director"], now=NOON)
    revoke_delegation(delegation=one, reason="x", by=world.people["director"], now=NOON)
    with pytest.raises(Refused, match="ended already"):
        revoke_delegation(delegation=one, reason="x", by=world.people["director"], now=NOON)


def test_a_director_who_leaves_takes_the_delegations_along(world: World) -> None:
    one = give(world)
    leave(
        organisation=world.bodies["nmc"],
        user=world.people["director"],
        by=world.people["administrator"],
        now=NOON,
        reason="New job",
        handed_to=world.people["other director"],
    )
    one.refresh_from_db()
    assert one.revoked_at is not None
    assert not right(world, "commissioner").ok
    assert SignInEvent.objects.filter(user=world.people["director"], kind="ended").exists()


def test_the_database_refuses_a_delegation_to_oneself(world: World) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        given(world, delegate=world.people["director"])
