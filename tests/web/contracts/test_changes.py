"""A contract that changes: journey 9.1 to 9.3, both sides, and locked periods that stay as they are."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.periods import Period
from commonweal_web.contracts import hooks
from commonweal_web.contracts.models import Change, Contract, KpiVersion
from commonweal_web.contracts.services import changes, requests
from commonweal_web.contracts.services.new_versions import ChangeFields
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.core.outbox import Message
from tests.web.world import World

MOMENT = dt.datetime(2027, 12, 1, 10, 0, tzinfo=dt.UTC)
FROM = dt.date(2028, 4, 1)
FIELDS = ChangeFields(
    title="Cemetery upkeep",
    reason="The cemeteries join the contract",
    effective=FROM,
    old_yearly_value_pence=60_000_000,
    yearly_value_pence=75_000_000,
    value_pence=270_000_000,
)


@pytest.fixture
def moment() -> dt.datetime:
    return MOMENT


@pytest.fixture
def grounds(world: World) -> Contract:
    return world.contracts["grounds"]


@pytest.fixture
def proposed(world: World, grounds: Contract) -> Change:
    return changes.change_propose(contract=grounds, fields=FIELDS, by=world.people["commissioner"], now=MOMENT)


def checked(world: World, change: Change) -> Change:
    return changes.change_check(
        change=change,
        permitted=True,
        ground="Provided for in clause 14",
        by=world.people["procurement"],
        now=MOMENT,
        shown=change.version,
    )


def approved(world: World, change: Change) -> Change:
    row = checked(world, change)
    return changes.change_approve(change=row, by=world.people["director"], now=MOMENT, shown=row.version)


def test_scalable_kpis_are_scaled_and_fixed_ones_stay(world: World, proposed: Change) -> None:
    new = {v.kpi.ref: v for v in proposed.kpi_versions.select_related("kpi")}
    assert set(new) == {"NT1", "NT18"}
    assert new["NT18"].target == Decimal(562_500)
    assert new["NT1"].target == Decimal(36)
    assert new["NT18"].value_per_unit == Decimal("0.6")
    for version in new.values():
        before = dict(version.kpi.current.targets.filter(ends__lt=FROM).values_list("starts", "amount"))
        assert dict(version.targets.filter(ends__lt=FROM).values_list("starts", "amount")) == before
        assert len(before) == 8


def test_the_whole_way(world: World, grounds: Contract, proposed: Change) -> None:
    row = approved(world, proposed)
    assert KpiVersion.objects.filter(change=row, state="proposed").count() == 2
    told = set(Message.objects.filter(key__startswith="change-").values_list("to_user_id", flat=True))
    assert told == {world.people["director"].pk, world.people["supplier administrator"].pk}
    changes.change_agree(change=row, by=world.people["supplier administrator"], now=MOMENT, shown=row.version)
    grounds.refresh_from_db()
    assert grounds.value_pence == 270_000_000
    kpi = grounds.kpis.get(ref="NT18")
    assert (kpi.current.number, kpi.current.target) == (2, Decimal(562_500))
    assert kpi.versions.get(number=1).state == "superseded"
    assert kpi.current.decided_by == world.people["director"]


def test_before_the_check_nobody_approves(world: World, proposed: Change) -> None:
    with pytest.raises(Refused, match="procurement officer"):
        changes.change_approve(change=proposed, by=world.people["director"], now=MOMENT, shown=proposed.version)


def test_the_proposer_does_not_approve_and_others_do_not_act(world: World, proposed: Change) -> None:
    row = checked(world, proposed)
    with pytest.raises(Refused, match="yourself"):
        changes.change_approve(change=row, by=world.people["commissioner"], now=MOMENT, shown=row.version)
    with pytest.raises(NotPermitted):
        changes.change_approve(change=row, by=world.people["manager"], now=MOMENT, shown=row.version)
    with pytest.raises(Refused):
        changes.change_agree(change=row, by=world.people["supplier administrator"], now=MOMENT, shown=row.version)
    row = changes.change_approve(change=row, by=world.people["director"], now=MOMENT, shown=row.version)
    with pytest.raises(NotPermitted):
        changes.change_agree(change=row, by=world.people["supplier"], now=MOMENT, shown=row.version)


def test_a_stale_page_is_refused(world: World, proposed: Change) -> None:
    checked(world, proposed)
    with pytest.raises(StaleVersion):
        changes.change_approve(change=proposed, by=world.people["director"], now=MOMENT, shown=proposed.version)


def test_no_day_inside_a_locked_period(world: World, grounds: Contract, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hooks, "locked_until_hooks", [lambda contract: dt.date(2028, 6, 30)])
    with pytest.raises(Refused, match="30 June 2028") as refused:
        changes.change_propose(contract=grounds, fields=FIELDS, by=world.people["commissioner"], now=MOMENT)
    assert refused.value.code == "locked_period"
    assert not Change.objects.exists()


def test_typed_targets_only_from_the_effective_day(world: World, grounds: Contract) -> None:
    hours = grounds.kpis.get(ref="NT17")
    early = Period(dt.date(2027, 1, 1), dt.date(2027, 3, 31))
    late = Period(dt.date(2029, 1, 1), dt.date(2029, 3, 31))
    by = world.people["commissioner"]
    fields = ChangeFields("Hours", "Agreed", FROM, targets={hours.pk: {early: Decimal(1)}})
    with pytest.raises(Refused, match="before the change"):
        changes.change_propose(contract=grounds, fields=fields, by=by, now=MOMENT)
    fields = ChangeFields("Hours", "Agreed", FROM, targets={hours.pk: {late: Decimal(100)}})
    change = changes.change_propose(contract=grounds, fields=fields, by=by, now=MOMENT)
    assert change.kpi_versions.get().target == Decimal(1225)


def test_one_open_change_at_a_time_and_nothing_is_no_change(world: World, grounds: Contract) -> None:
    by = world.people["commissioner"]
    with pytest.raises(Refused, match="Nothing would change"):
        changes.change_propose(contract=grounds, fields=ChangeFields("x", "y", FROM), by=by, now=MOMENT)
    changes.change_propose(contract=grounds, fields=FIELDS, by=by, now=MOMENT)
    with pytest.raises(Refused, match="not decided yet"):
        changes.change_propose(contract=grounds, fields=FIELDS, by=by, now=MOMENT)


def test_not_permitted_ends_it(world: World, proposed: Change) -> None:
    row = changes.change_check(
        change=proposed,
        permitted=False,
        ground="Over half of the value",
        by=world.people["procurement"],
        now=MOMENT,
        shown=proposed.version,
    )
    assert row.state == "refused"
    assert not KpiVersion.objects.filter(change=row, state="proposed").exists()


def test_the_supplier_refuses_an_approved_change(world: World, proposed: Change) -> None:
    row = approved(world, proposed)
    row = changes.change_refuse(
        change=row, reason="Too much", by=world.people["supplier administrator"], now=MOMENT, shown=row.version
    )
    assert row.state == "refused"


def test_a_swap_is_asked_compared_and_refused(world: World, grounds: Contract) -> None:
    weeks = grounds.kpis.get(ref="NT10")
    ask = {
        "contract": grounds,
        "title": "Traineeships instead of apprentice weeks",
        "reason": "No college runs the course",
        "effective": FROM,
        "by": world.people["supplier administrator"],
        "now": MOMENT,
        "swap_out": weeks,
        "offer": {"words": "Eight traineeships"},
    }
    with pytest.raises(Refused, match="208"):
        requests.change_ask(swap_amount=Decimal(300), **ask)
    asked = requests.change_ask(swap_amount=Decimal(104), **ask)
    by = world.people["commissioner"]
    period = Period(dt.date(2028, 4, 1), dt.date(2028, 6, 30))
    fields = ChangeFields("Swap", "Agreed", FROM, targets={weeks.pk: {period: Decimal(0)}})
    with pytest.raises(Refused, match="Compare"):
        changes.change_propose(contract=grounds, fields=fields, by=by, now=MOMENT, asked=asked)
    asked = requests.change_compare(
        change=asked, equivalence="104 weeks", evidence="College letter", need="Skills", by=by, now=MOMENT, shown=None
    )
    refused = changes.change_refuse(change=asked, reason="The need stays", by=by, now=MOMENT, shown=asked.version)
    assert (refused.state, refused.decision_reason) == ("refused", "The need stays")
    assert grounds.kpis.get(ref="NT10").current.target == Decimal(208)


def test_a_swap_taken_on(world: World, grounds: Contract) -> None:
    weeks = grounds.kpis.get(ref="NT10")
    by = world.people["commissioner"]
    asked = requests.change_ask(
        contract=grounds,
        title="Fewer weeks",
        reason="No college",
        effective=FROM,
        by=world.people["supplier administrator"],
        now=MOMENT,
        swap_out=weeks,
        swap_amount=Decimal(13),
    )
    asked = requests.change_compare(
        change=asked, equivalence="a", evidence="b", need="c", by=by, now=MOMENT, shown=asked.version
    )
    period = Period(FROM, dt.date(2028, 6, 30))
    fields = ChangeFields("Fewer weeks", "Agreed", FROM, targets={weeks.pk: {period: Decimal(0)}})
    change = changes.change_propose(contract=grounds, fields=fields, by=by, now=MOMENT, asked=asked)
    assert (change.pk, change.state, change.asked_by_supplier) == (asked.pk, "proposed", True)
    assert change.kpi_versions.get().target == Decimal(195)


def agreed(world: World, change: Change) -> Change:
    row = approved(world, change)
    return changes.change_agree(change=row, by=world.people["supplier administrator"], now=MOMENT, shown=row.version)


def test_a_kpi_retires_by_a_change_and_owes_nothing_from_its_day(world: World, grounds: Contract) -> None:
    hours = grounds.kpis.get(ref="NT17")
    fields = ChangeFields("No more hours", "The groups closed", FROM, retires=frozenset({hours.pk}))
    change = changes.change_propose(contract=grounds, fields=fields, by=world.people["commissioner"], now=MOMENT)
    assert change.kpi_versions.get().target == sum(t.amount for t in hours.current.targets.filter(ends__lt=FROM))
    agreed(world, change)
    hours.refresh_from_db()
    assert hours.retired_on == dt.date(2028, 3, 31)
    assert not hours.current.targets.filter(starts__gte=FROM, amount__gt=0).exists()
    with pytest.raises(Refused, match="in force can be retired"):
        changes.change_propose(contract=grounds, fields=fields, by=world.people["commissioner"], now=MOMENT)


def test_an_extension_offers_targets_for_the_added_periods(world: World, grounds: Contract) -> None:
    hours = grounds.kpis.get(ref="NT17")
    last = hours.current.targets.last()
    ends = dt.date(2030, 9, 30)
    assert last is not None
    fields = ChangeFields("Half a year more", "Option used", FROM, ends=ends)
    change = changes.change_propose(contract=grounds, fields=fields, by=world.people["commissioner"], now=MOMENT)
    added = change.kpi_versions.get(kpi=hours).targets.filter(starts__gt=grounds.ends)
    assert [(t.starts, t.amount) for t in added] == [
        (dt.date(2030, 4, 1), last.amount),
        (dt.date(2030, 7, 1), last.amount),
    ]
    agreed(world, change)
    grounds.refresh_from_db()
    assert grounds.ends == ends
    assert (change.old_ends, change.ends) == (dt.date(2030, 3, 31), ends)


def test_an_early_end_drops_later_targets_and_never_lies_before_the_change(world: World, grounds: Contract) -> None:
    by = world.people["commissioner"]
    early = ChangeFields("x", "y", FROM, ends=dt.date(2028, 3, 31))
    with pytest.raises(Refused, match="cannot end before"):
        changes.change_propose(contract=grounds, fields=early, by=by, now=MOMENT)
    fields = ChangeFields("Ends early", "Break used", FROM, ends=dt.date(2028, 6, 30))
    change = changes.change_propose(contract=grounds, fields=fields, by=by, now=MOMENT)
    assert not change.kpi_versions.filter(targets__starts__gt=dt.date(2028, 6, 30)).exists()
