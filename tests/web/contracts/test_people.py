"""Parts with dates and hand-over, ties that keep people out, contacts and the alarm when nobody is left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Assignment, ContactAlarm, Contract
from commonweal_web.contracts.selectors import contracts as selectors
from commonweal_web.contracts.services import contacts, contracts, people
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.models import Invitation
from tests.web.contracts.makers import draft_contract
from tests.web.contracts.test_pages import boxes
from tests.web.world import NOON, World

TODAY = NOON.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def grounds(world: World) -> Contract:
    return world.contracts["grounds"]


def test_the_verifier_who_was_on_the_board_cannot_be_assigned(world: World, grounds: Contract) -> None:
    una = world.people["unassigned manager"]
    people.conflict_declare(
        user=una, organisation=world.bodies["harbourside"], tie="On the board", starts=TODAY, by=una, now=NOON
    )
    with pytest.raises(Refused, match="On the board") as refused:
        people.person_assign(
            contract=grounds, user=una, part="verifier", starts=TODAY, by=world.people["lead"], now=NOON
        )
    assert refused.value.code == "conflict"


def test_a_tie_ends_the_parts_that_somebody_holds(world: World, grounds: Contract) -> None:
    vera = world.people["verifier"]
    people.conflict_declare(
        user=vera, organisation=world.bodies["harbourside"], tie="Married", starts=TODAY, by=vera, now=NOON
    )
    assert Assignment.objects.get(contract=grounds, user=vera).ends == TODAY - DAY
    assert Event.objects.get(verb="conflict_declared").new["parts_ended"] == ["NMC-2026-014 verifier"]
    with pytest.raises(Refused):
        people.no_conflict_declare(contract=grounds, by=world.people["verifier"], now=NOON)


def test_an_ended_tie_no_longer_keeps_somebody_out(world: World, grounds: Contract) -> None:
    una = world.people["unassigned manager"]
    tie = people.conflict_declare(
        user=una, organisation=world.bodies["harbourside"], tie="Trustee", starts=TODAY - 9 * DAY, by=una, now=NOON
    )
    people.conflict_end(conflict=tie, ends=TODAY - DAY, by=una, now=NOON)
    people.person_assign(contract=grounds, user=una, part="verifier", starts=TODAY, by=world.people["lead"], now=NOON)


def test_a_new_owner_takes_over_from_the_old(world: World, grounds: Contract) -> None:
    una = world.people["unassigned manager"]
    people.person_assign(contract=grounds, user=una, part="owner", starts=TODAY, by=world.people["lead"], now=NOON)
    before = Assignment.objects.get(contract=grounds, user=world.people["manager"])
    assert (before.ends, before.handed_to) == (TODAY - DAY, una)
    assert Message.objects.filter(to_user_id=una.pk).exists()


@pytest.mark.parametrize(
    ("who", "part", "code"),
    [("councillor", "owner", "role"), ("supplier", "verifier", "role"), ("manager", "owner", "duplicate")],
)
def test_who_cannot_take_a_part(world: World, grounds: Contract, who: str, part: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        people.person_assign(
            contract=grounds, user=world.people[who], part=part, starts=TODAY, by=world.people["lead"], now=NOON
        )
    assert refused.value.code == code


def test_who_may_not_assign(world: World, grounds: Contract) -> None:
    with pytest.raises(NotPermitted):
        people.person_assign(
            contract=grounds,
            user=world.people["unassigned manager"],
            part="verifier",
            starts=TODAY,
            by=world.people["manager"],
            now=NOON,
        )


def test_a_live_contract_is_never_left_without_an_owner(world: World, grounds: Contract) -> None:
    owner = Assignment.objects.get(contract=grounds, part="owner")
    by = world.people["lead"]
    with pytest.raises(Refused, match="Name who takes over"):
        people.person_end(assignment=owner, ends=TODAY, by=by, now=NOON)
    una = world.people["unassigned manager"]
    people.person_end(assignment=owner, ends=TODAY, by=by, now=NOON, handed_to=una)
    assert Assignment.objects.get(contract=grounds, user=una).starts == TODAY + DAY


def test_the_alarm_goes_off_the_day_the_last_contact_is_gone(world: World, grounds: Contract) -> None:
    assert contacts.contact_alarms(NOON) == 0
    for one in grounds.contacts.all():
        contacts.contact_end(contact=one, ends=TODAY, by=world.people["lead"], now=NOON)
    assert contacts.contact_alarms(NOON) == 0
    tomorrow = NOON + DAY
    assert contacts.contact_alarms(tomorrow) == 1
    assert contacts.contact_alarms(tomorrow + dt.timedelta(hours=3)) == 0
    alarm = ContactAlarm.objects.get(contract=grounds)
    assert (alarm.on, alarm.cleared_at) == (TODAY + DAY, None)
    told = set(Message.objects.filter(key__startswith="no-contact").values_list("to_user_id", flat=True))
    assert told == {world.people["manager"].pk, world.people["deputy"].pk}
    assert Event.objects.filter(verb="contact_alarm_raised").count() == 1


def test_an_account_that_is_closed_counts_as_nobody(world: World, grounds: Contract) -> None:
    for key in ("supplier", "supplier administrator"):
        world.people[key].is_active = False
        world.people[key].save()
    assert contacts.contact_alarms(NOON) == 1
    contacts.contact_add(
        contract=grounds,
        supplier=world.bodies["harbourside"],
        name="New Person",
        email="new@harbourside.example",
        by=world.people["lead"],
        now=NOON,
    )
    assert ContactAlarm.objects.get(contract=grounds).cleared_at == NOON


def test_a_contact_is_added_and_invited(world: World, grounds: Contract, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("procurement")
    page = f"/contracts/{grounds.pk}/contacts/add/"
    assert client.get(page).status_code == 200
    body = {"supplier": world.bodies["harbourside"].pk, "name": "Nia Poole", "email": "nia@harbourside.example"}
    assert client.post(page, {**body, "invite": "SDL"}).status_code == 303
    invitation = Invitation.objects.get(email="nia@harbourside.example")
    assert (invitation.role, invitation.contract_id) == ("SDL", grounds.pk)
    assert client.post(page, body).status_code == 422


def test_people_pages(world: World, grounds: Contract, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("lead")
    part = Assignment.objects.get(contract=grounds, part="verifier")
    end = f"/contracts/{grounds.pk}/people/{part.pk}/end/"
    assert client.get(end).status_code == 200
    assert client.post(end, boxes("ends", TODAY)).status_code == 303
    contact = grounds.contacts.first()
    assert contact is not None
    end = f"/contracts/{grounds.pk}/contacts/{contact.pk}/end/"
    assert client.get(end).status_code == 200
    assert client.post(end, boxes("ends", TODAY)).status_code == 303
    assert client.get(f"/contracts/{grounds.pk}/people/assign/").status_code == 200
    assert client.post(f"/contracts/{grounds.pk}/people/no-tie/").status_code == 303


def test_ties_on_the_screen(world: World, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("verifier")
    assert client.get("/contracts/ties/").status_code == 200
    body = {"organisation": world.bodies["harbourside"].pk, "tie": "Sister works there", **boxes("starts", TODAY)}
    assert client.post("/contracts/ties/", body).status_code == 303
    page = client.get("/contracts/ties/").content.decode()
    assert "Sister works there" in page
    conflict = world.people["verifier"].conflicts.get()
    end = f"/contracts/ties/{conflict.pk}/end/"
    assert client.get(end).status_code == 200
    assert client.post(end, boxes("ends", TODAY)).status_code == 303
    assert signed_in("manager").get(end).status_code == 404


def test_grove_rise_appears_with_23_months_left(world: World) -> None:
    made = draft_contract(
        world,
        "NMC-2003-007",
        title="Grove Rise housing partnership",
        starts=dt.date(2003, 4, 1),
        ends=dt.date(2033, 3, 31),
        period_scheme="financial_years",
        yearly_spend_pence=720_000_000,
        value_pence=21_600_000_000,
        legacy=True,
        framework="",
    )
    by = world.people["procurement"]
    for year, outcome in ((2023, ""), (2028, "")):
        contracts.break_point_set(contract=made, on=dt.date(year, 4, 1), kind="break", by=by, now=NOON, outcome=outcome)
    day = dt.date(2026, 5, 12)
    found = selectors.without_kpis(world.people["lead"], day=day)
    row = next(row for row in found.rows if row.contract == made)
    assert row.next_point is not None
    assert (row.next_point.months, row.next_point.alert) == (23, True)
    assert [point.on.year for point in row.passed] == [2023]
    assert row.reason == "Let before social value was asked for"
    assert row.yearly_pence == 720_000_000
    assert found.spend_pence < found.all_spend_pence


def test_the_page_of_contracts_without_kpis(world: World, signed_in: Callable[[str], Client]) -> None:
    made = draft_contract(world, no_kpi_reason="Below the threshold")
    contracts.break_point_set(
        contract=made, on=dt.date(2026, 5, 1), kind="break", by=world.people["procurement"], now=NOON
    )
    page = signed_in("lead").get("/contracts/without-kpis/").content.decode()
    assert "Below the threshold" in page
    assert "passed without change" in page
    assert "2 of 3 running contracts have no agreed KPI" in " ".join(page.split())
