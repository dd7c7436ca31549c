"""The facts of an organisation: numbers, directorates, shared services; two people at the same form."""

from __future__ import annotations

import datetime as dt

import pytest

from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Contract
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.organisations import identifiers
from commonweal_web.organisations.models import ActingFor, Identifier
from commonweal_web.organisations.services import (
    add_identifier,
    begin_acting,
    edit_organisation,
    end_acting,
    remove_identifier,
    set_directorate,
)
from tests.web.world import NOON, World

TODAY = NOON.date()


@pytest.mark.parametrize(
    ("scheme", "value", "said"),
    [
        ("GB-COH", "01234567", ""),
        ("GB-COH", "SC123456", ""),
        ("GB-COH", "1234567", "it is 01234567"),
        ("GB-COH", "12345", "it is 00012345"),
        ("GB-COH", "1234567890", "does not fit the numbers of Companies House"),
        ("GB-CHC", "1090095", ""),
        ("GB-CHC", "12", "does not fit the numbers of Charity Commission"),
        ("GB-SC", "SC042386", ""),
        ("GB-NIC", "100019", ""),
        ("GB-PPON", "PMPB-8772-VYWM", ""),
        ("GB-PPON", "PAAA-0000-AAAA", "does not fit"),
        ("GB-UKPRN", "10000346", ""),
        ("GB-UKPRN", "20000346", "does not fit"),
        ("GB-XYZ", "1", "No register is called GB-XYZ"),
    ],
)
def test_numbers_are_warned_of_and_never_refused(scheme: str, value: str, said: str) -> None:
    found = " ".join(identifiers.warnings("Anybody", scheme, value))
    assert said in found
    assert bool(found) == bool(said)


def test_a_number_is_kept_as_text_and_used_once(world: World) -> None:
    admin = world.people["administrator"]
    body = world.bodies["nmc"]
    added = add_identifier(organisation=body, scheme="GB-COH", value=" 0012 3456 ", by=admin, now=NOON)
    assert added.value == "00123456"
    for value in ("09876543", "9876543"):
        with pytest.raises(Refused, match="registered here already"):
            add_identifier(organisation=body, scheme="GB-COH", value=value, by=admin, now=NOON)
    assert [event.verb for event in Event.objects.all()] == ["organisation.identifier_added"]


def test_a_supplier_keeps_one_number_at_least(world: World) -> None:
    sa = world.people["supplier administrator"]
    only = Identifier.objects.get(organisation=world.bodies["harbourside"])
    with pytest.raises(Refused, match="Add the right one first"):
        remove_identifier(identifier=only, reason="Wrong", by=sa, now=NOON)
    add_identifier(organisation=world.bodies["harbourside"], scheme="GB-CHC", value="1090095", by=sa, now=NOON)
    remove_identifier(identifier=only, reason="Wrong", by=sa, now=NOON)
    assert Event.objects.latest("pk").old == {"scheme": "GB-COH", "value": "09876543"}


def test_two_people_at_the_same_form_one_wins(world: World) -> None:
    admin, body = world.people["administrator"], world.bodies["nmc"]
    edit_organisation(organisation=body, facts={"short_name": "NCC"}, version=1, by=admin, now=NOON)
    with pytest.raises(StaleVersion):
        edit_organisation(organisation=body, facts={"short_name": "N"}, version=1, by=admin, now=NOON)
    body.refresh_from_db()
    assert (body.short_name, body.version) == ("NCC", 2)
    edit_organisation(organisation=body, facts={"short_name": "NCC"}, version=2, by=admin, now=NOON)
    assert Event.objects.count() == 1, "nothing changed, nothing logged"


def test_directorates_and_their_heads(world: World) -> None:
    admin, body = world.people["administrator"], world.bodies["nmc"]
    made = set_directorate(organisation=body, name="Growth", head=world.people["lead"], by=admin, now=NOON)
    assert made.head == world.people["lead"]
    with pytest.raises(Refused, match="has a directorate growth already"):
        set_directorate(organisation=body, name="growth", head=None, by=admin, now=NOON)
    with pytest.raises(Refused, match="no role at Northmere"):
        set_directorate(organisation=body, name="New", head=world.people["supplier"], by=admin, now=NOON)
    with pytest.raises(Refused, match="another organisation"):
        set_directorate(
            organisation=body, name="X", head=None, directorate=world.directorates["Growth"], by=admin, now=NOON
        )


def test_the_partner_decides_who_acts_for_it(world: World) -> None:
    admin, nmc, alder = world.people["administrator"], world.bodies["nmc"], world.bodies["alder"]
    acting = ActingFor.objects.get(partner=nmc)
    end_acting(acting=acting, last_day=TODAY, reason="Contract over", by=admin, now=NOON)
    tomorrow = TODAY + dt.timedelta(days=1)
    begun = begin_acting(partner=nmc, service=alder, starts=tomorrow, by=admin, now=NOON)
    assert begun.starts == tomorrow
    assert Contract.objects.visible_to(world.people["procurement"]).exists(), "today is the last day and counts"
    with pytest.raises(NotPermitted):
        begin_acting(partner=world.bodies["ebc"], service=alder, starts=TODAY, by=admin, now=NOON)
    for service, code in ((world.bodies["ebc"], "service"), (alder, "held")):
        with pytest.raises(Refused) as refused:
            begin_acting(partner=nmc, service=service, starts=tomorrow, by=admin, now=NOON)
        assert refused.value.code == code
    with pytest.raises(Refused, match="today or later"):
        end_acting(acting=begun, last_day=TODAY - dt.timedelta(days=1), reason="x", by=admin, now=NOON)
