"""Journey 5: missing is not nil, the lock, reopening by another person, repeated lateness, timeliness."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from commonweal.periods import Period
from commonweal_web.contracts.models import Assignment, Contract, ContractSupplier
from commonweal_web.core import clock
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.core.outbox import Message
from commonweal_web.delivery.models import Claim, Reopening, Return
from commonweal_web.delivery.returns import reopening, sending
from commonweal_web.delivery.returns.dates import Where, standing, why_locked
from commonweal_web.delivery.returns.timeliness import repeated_lateness, strip_of, timeliness_for
from commonweal_web.organisations.models import Membership
from tests.web.delivery.returns.helpers import declare, return_for
from tests.web.world import BEGIN, NOON, World

JULY = dt.date(2026, 7, 1)
QUARTER = Period(JULY, dt.date(2026, 9, 30))
LATE = dt.datetime(2026, 11, 12, 10, 0, tzinfo=dt.UTC)
LAST = dt.date(2026, 11, 19)
EXPECTED = 48


@pytest.fixture
def moment() -> dt.datetime:
    return LATE


@pytest.fixture
def ret(world: World) -> Return:
    contract = world.contracts["cleaning"]
    Assignment.objects.create(contract=contract, user=world.people["manager"], part="owner", starts=BEGIN)
    return return_for(world, "cleaning", JULY)


def asked(world: World, ret: Return) -> Reopening:
    reason = "Brightwell's office was flooded in October."
    return reopening.reopening_ask(ret=ret, reason=reason, by=world.people["manager"], now=clock.now())


def test_5_3_it_reads_why_until_when_and_whom_to_ask(world: World, ret: Return) -> None:
    assert standing(ret, clock.today()).where is Where.LOCKED
    words = why_locked(ret, clock.today(), "NMC")
    assert words == [
        "This return was due on 15 October 2026 and closed on 4 November 2026 because 20 days passed without it.",
        "Nothing was typed into it yet.",
        "Ask NMC to reopen it, and say why it is late.",
    ]
    ret.state = "draft"
    assert why_locked(ret, clock.today(), "NMC")[1] == "Your draft is kept, as you left it."
    with pytest.raises(Refused) as caught:
        declare(ret, world.people["brightwell supplier"])
    assert caught.value.code == "locked"
    assert "closed on 4 November 2026 because 20 days passed" in caught.value.message


def test_5_4_another_person_reopens_it_until_a_day_and_the_lock_returns_by_itself(world: World, ret: Return) -> None:
    request = asked(world, ret)
    reopening.reopening_grant(reopening=request, until=LAST, by=world.people["lead"], now=clock.now())
    ret.refresh_from_db()
    stand = standing(ret, clock.today())
    assert (stand.where, stand.lateness, stand.closes) == (Where.REOPENED, "28 days late", LAST)
    assert standing(ret, LAST).where is Where.REOPENED
    assert standing(ret, LAST + dt.timedelta(days=1)).where is Where.LOCKED
    assert "opened again until 19 November 2026" in why_locked(ret, LAST + dt.timedelta(days=1), "NMC")[1]
    by = world.people["brightwell supplier"]
    declare(ret, by)
    sending.return_submit(ret=ret, version=None, by=by, arrived_at=LATE, now=LATE)
    ret.refresh_from_db()
    stand = standing(ret, clock.today())
    assert (stand.where, stand.lateness) == (Where.RECEIVED, "28 days late")
    told = Message.objects.filter(key__startswith="reopening:").values_list("to_address", flat=True)
    assert sorted(told) == ["brightwell.supplier@brightwell.example", "lead@northmere.example"]


def test_who_asked_does_not_grant_and_only_a_lead_does(world: World, ret: Return) -> None:
    request = asked(world, ret)
    manager = world.people["manager"]
    with pytest.raises(NotPermitted):
        reopening.reopening_grant(reopening=request, until=LAST, by=manager, now=clock.now())
    Membership.objects.create(user=manager, organisation=world.bodies["nmc"], role="SVL", starts=BEGIN)
    with pytest.raises(NotPermitted) as caught:
        reopening.reopening_grant(reopening=request, until=LAST, by=manager, now=clock.now())
    assert caught.value.code == "own_request"


@pytest.mark.parametrize("until", [dt.date(2026, 11, 11), dt.date(2027, 6, 1)])
def test_a_reopening_ends_and_not_in_the_past(world: World, ret: Return, until: dt.date) -> None:
    with pytest.raises(Invalid):
        reopening.reopening_grant(reopening=asked(world, ret), until=until, by=world.people["lead"], now=clock.now())


def test_a_request_needs_a_reason_a_locked_return_and_no_other_request(world: World, ret: Return) -> None:
    manager = world.people["manager"]
    with pytest.raises(Invalid):
        reopening.reopening_ask(ret=ret, reason=" ", by=manager, now=clock.now())
    asked(world, ret)
    with pytest.raises(Refused) as caught:
        asked(world, ret)
    assert caught.value.code == "asked"
    with pytest.raises(Refused) as caught:
        reopening.reopening_ask(ret=ret, reason="Early", by=manager, now=NOON)
    assert caught.value.code == "not_locked"


def test_a_refusal_says_why_and_leaves_it_locked(world: World, ret: Return) -> None:
    request = asked(world, ret)
    lead = world.people["lead"]
    with pytest.raises(Invalid):
        reopening.reopening_refuse(reopening=request, reason="", by=lead, now=clock.now())
    reopening.reopening_refuse(reopening=request, reason="The year is closed.", by=lead, now=clock.now())
    assert standing(Return.objects.get(pk=ret.pk), clock.today()).where is Where.LOCKED
    with pytest.raises(Refused):
        reopening.reopening_grant(reopening=request, until=LAST, by=lead, now=clock.now())


def test_the_timeliness_of_the_quarter_is_48_47_47_before_and_48_48_47_after(world: World, ret: Return) -> None:
    for number in range(EXPECTED - 1):
        contract = Contract.objects.create(
            authority=world.bodies["nmc"],
            reference=f"X-{number:02}",
            title="A contract",
            starts=JULY,
            ends=QUARTER.end,
            status="live",
            created_at=NOON,
        )
        ContractSupplier.objects.create(contract=contract, supplier=world.bodies["oakline"], starts=JULY)
        moment = dt.datetime(2026, 10, 14, 10, 0, tzinfo=dt.UTC)
        Return.objects.create(
            contract=contract,
            starts=JULY,
            ends=QUARTER.end,
            due=ret.due,
            locks=ret.locks,
            state="submitted",
            submitted_by=world.people["supplier"],
            received_at=moment,
            first_received_at=moment,
        )
    lead = world.people["lead"]
    before = timeliness_for(lead, quarter=QUARTER, as_at=clock.today())
    assert (before.expected, before.received, before.on_time) == (48, 47, 47)
    assert [one.contract for one in before.overdue] == ["NMC-2025-088"]
    assert f"{before.received_percent:.1f}" == "97.9"
    reopening.reopening_grant(reopening=asked(world, ret), until=LAST, by=lead, now=clock.now())
    by = world.people["brightwell supplier"]
    declare(ret, by)
    sending.return_submit(ret=ret, version=None, by=by, arrived_at=LATE, now=LATE)
    after = timeliness_for(lead, quarter=QUARTER, as_at=clock.today())
    assert (after.expected, after.received, after.on_time) == (48, 48, 47)


def test_5_5_three_late_of_four_suggest_the_contracts_own_term_and_apply_nothing(world: World, ret: Return) -> None:
    contract = ret.contract
    contract.lateness_terms = "£100 for each late return after the second"
    contract.save()
    found = repeated_lateness(strip_of(contract, clock.today()), contract, clock.today())
    assert found is not None
    assert (found.late, found.of, found.terms) == (4, 4, contract.lateness_terms)
    Return.objects.filter(contract=contract, due__lt=ret.due).update(
        state="submitted",
        submitted_by=world.people["brightwell supplier"],
        received_at=NOON,
        first_received_at=BEGIN_MOMENT,
    )
    assert repeated_lateness(strip_of(contract, clock.today()), contract, clock.today()) is None


BEGIN_MOMENT = dt.datetime(2025, 12, 1, 9, 0, tzinfo=dt.UTC)


def test_the_supplier_sees_its_draft_and_asks_the_manager_once_a_day(
    world: World, signed_in: Callable[[str], Client]
) -> None:
    by, ret = world.people["supplier"], return_for(world, "grounds", JULY)
    Return.objects.filter(pk=ret.pk).update(state="draft")
    kpi = ret.contract.kpis.get(ref="NT17")
    Claim.objects.create(ret=ret, kpi=kpi, state="draft", amount=0, nil=True, nil_reason="Flooded", version=1)
    client, here = signed_in("supplier"), f"/contracts/{ret.contract_id}/returns/{ret.pk}/"
    page = client.get(here).content.decode()
    assert f'href="{here}reopening/wish/"' in page
    assert "What your draft says" in page
    assert "Nothing to report: Flooded" in page
    answer = client.post(f"{here}reopening/wish/", {"version": str(ret.version), "reason": "The office was flooded."})
    assert answer.status_code == 303
    told = Message.objects.get(key__startswith="reopening:wished")
    assert told.to_user_id == world.people["manager"].pk
    assert "The office was flooded." in told.body
    again = client.post(f"{here}reopening/wish/", {"version": str(ret.version), "reason": "Please"})
    assert "was written to about it today" in again.content.decode()
    (wish,) = reopening.wishes_of(ret)
    assert (wish.actor_id, wish.reason) == (by.pk, "The office was flooded.")
    assert "asked the contract manager" in signed_in("manager").get(here).content.decode()
    assert signed_in("manager").get(f"{here}reopening/wish/").status_code == 403
