"""The calendar, the ladder of reminders and whom they go to: journey 5.1 and 5.6."""

from __future__ import annotations

import datetime as dt

import pytest

from commonweal_web.contracts import hooks
from commonweal_web.contracts.models import Assignment, Contact
from commonweal_web.core import clock
from commonweal_web.core.outbox import Message
from commonweal_web.delivery import reminders
from commonweal_web.delivery.calendar import returns_create, returns_create_all
from commonweal_web.delivery.models import Return
from tests.web.delivery.returns.helpers import return_for
from tests.web.world import BEGIN, World

JULY = dt.date(2026, 7, 1)


def morning(day: int, month: int) -> dt.datetime:
    return dt.datetime(2026, month, day, 7, 0, tzinfo=dt.UTC)


def cleaning(world: World) -> Return:
    contract = world.contracts["cleaning"]
    Assignment.objects.create(contract=contract, user=world.people["manager"], part="owner", starts=BEGIN)
    directorate = world.directorates["Corporate"]
    directorate.head = world.people["other director"]
    directorate.save()
    return return_for(world, "cleaning", JULY)


def test_journey_5_1_is_due_on_15_october_and_locks_at_the_end_of_4_november(world: World) -> None:
    ret = cleaning(world)
    assert (ret.ends, ret.due, ret.locks) == (dt.date(2026, 9, 30), dt.date(2026, 10, 15), dt.date(2026, 11, 4))
    assert [on for _, on in reminders.rungs(ret)] == [
        dt.date(2026, 10, 5),
        dt.date(2026, 10, 12),
        dt.date(2026, 10, 16),
        dt.date(2026, 10, 20),
        dt.date(2026, 10, 26),
    ]


def test_the_ladder_goes_out_day_by_day_to_the_right_people(world: World) -> None:
    ret = cleaning(world)
    sent: dict[str, list[str]] = {}
    for day in range(1, 31):
        now = morning(day, 10)
        with clock.fixed(now):
            before = set(Message.objects.values_list("pk", flat=True))
            reminders.send_due(now)
            reminders.send_due(now)
            new = Message.objects.exclude(pk__in=before).filter(key__contains=str(ret.due))
            if new:
                sent[f"{day} October"] = [message.to_address for message in new]
    assert sent == {
        "5 October": ["brightwell.supplier@brightwell.example"],
        "12 October": ["brightwell.supplier@brightwell.example"],
        "16 October": ["brightwell.supplier@brightwell.example"],
        "20 October": ["manager@northmere.example"],
        "26 October": ["other.director@northmere.example"],
    }


def test_after_a_stop_everything_is_caught_up_once(world: World) -> None:
    ret = cleaning(world)
    now = morning(27, 10)
    with clock.fixed(now):
        reminders.send_due(now)
        reminders.send_due(now)
    assert Message.objects.filter(key__contains=str(ret.due)).count() == 5


def test_after_the_lock_only_officers_are_still_told(world: World) -> None:
    ret = cleaning(world)
    now = morning(10, 11)
    with clock.fixed(now):
        reminders.send_due(now)
    found = Message.objects.filter(key__contains=str(ret.due)).order_by("pk")
    assert [message.to_address for message in found] == [
        "manager@northmere.example",
        "other.director@northmere.example",
    ]


def test_the_deputy_is_used_when_the_first_contact_left_or_is_locked_out(world: World) -> None:
    ret = cleaning(world)
    deputy = world.people["brightwell administrator"]
    Contact.objects.create(
        contract=ret.contract,
        supplier=world.bodies["brightwell"],
        name=deputy.name,
        email=deputy.email,
        user=deputy,
        deputy=True,
        starts=BEGIN,
    )
    first = world.people["brightwell supplier"]
    first.is_active = False
    first.save()
    now = morning(5, 10)
    with clock.fixed(now):
        reminders.send_due(now)
    assert Message.objects.get(key__contains=str(ret.due)).to_address == deputy.email


def test_without_any_contact_the_manager_is_alarmed_the_same_day_and_once(world: World) -> None:
    ret = cleaning(world)
    Contact.objects.filter(contract=ret.contract).update(ends=dt.date(2026, 9, 30))
    for day in (5, 12):
        now = morning(day, 10)
        with clock.fixed(now):
            reminders.send_due(now)
    alarm = Message.objects.get(key__contains=str(ret.due))
    assert alarm.to_address == "manager@northmere.example"
    assert alarm.subject == "No live supplier contact: NMC-2025-088"


def test_returns_are_made_once_and_only_those_that_are_missing(world: World) -> None:
    now = clock.now()
    returns_create_all(now)
    made = Return.objects.count()
    returns_create_all(now)
    assert Return.objects.count() == made
    grounds = world.contracts["grounds"]
    assert grounds.returns.count() <= 16
    grounds.returns.filter(starts=dt.date(2026, 10, 1)).delete()
    assert returns_create(contract=grounds, now=now) == 1


def test_a_contract_without_kpis_and_with_its_reason_owes_nothing(world: World) -> None:
    contract = world.contracts["library"]
    contract.no_kpi_reason = "Let before 2013"
    contract.save()
    assert returns_create(contract=contract, now=clock.now()) == 0


def test_what_was_due_before_the_contract_went_live_here_is_not_owed(world: World) -> None:
    contract = world.contracts["grounds"]
    contract.went_live_at = dt.datetime(2026, 7, 20, 9, 0, tzinfo=dt.UTC)
    contract.save()
    returns_create(contract=contract, now=clock.now())
    assert contract.returns.order_by("starts").first().starts == JULY


def test_going_live_makes_the_returns_and_the_lock_is_known_below(world: World) -> None:
    contract = world.contracts["grounds"]
    hooks.contract_live(contract=contract, by=world.people["lead"], now=clock.now())
    assert contract.returns.exists()
    assert hooks.locked_until(contract) is None
    with clock.fixed(dt.datetime(2026, 8, 5, 9, 0, tzinfo=dt.UTC)):
        assert hooks.locked_until(contract) == dt.date(2026, 6, 30)


@pytest.mark.parametrize("tier", ["light", "standard", "major"])
def test_every_tier_has_a_ladder(tier: str) -> None:
    from commonweal_web.delivery.ladder import LADDERS

    offsets = [rule.offset for rule in LADDERS[tier]]
    assert offsets == sorted(offsets)
