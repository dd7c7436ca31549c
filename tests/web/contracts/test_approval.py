"""Drafting, proposing and approving KPIs: targets of the engine, frozen values, and who may decide."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.periods import Period
from commonweal_web.audit.models import Event
from commonweal_web.contracts import hooks
from commonweal_web.contracts.models import Assignment, Conflict, KpiTemplate, KpiVersion
from commonweal_web.contracts.services import kpis, proposals
from commonweal_web.contracts.transitions import OPEN, TABLE, perform
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.core.outbox import Message
from commonweal_web.organisations.models import Membership
from commonweal_web.organisations.roles import Role
from tests.web.contracts.makers import delegate, draft, draft_contract, propose
from tests.web.world import BEGIN, NOON, World


def test_even_targets_are_the_engines(world: World) -> None:
    version = draft(world, draft_contract(world))
    targets = list(version.targets.values_list("amount", flat=True))
    assert targets == [Decimal(75)] * 16
    assert (version.unit, version.value_per_unit, version.value_licensed) == ("hour", Decimal("17.50"), False)
    assert version.value_on == dt.date(2026, 4, 1)
    assert version.evidence_rule


def test_milestones_are_typed_by_period_and_must_add_up(world: World) -> None:
    contract = draft_contract(world)
    quarter = Period(dt.date(2027, 1, 1), dt.date(2027, 3, 31))
    with pytest.raises(Refused, match="add up"):
        draft(world, contract, "CL", "6", profile="milestones", by_period={quarter: Decimal(2)})
    version = draft(world, contract, "CL", "2", profile="milestones", by_period={quarter: Decimal(2)})
    assert {t.starts: t.amount for t in version.targets.all() if t.amount} == {dt.date(2027, 1, 1): Decimal(2)}


def test_a_percentage_is_owed_whole_in_each_period(world: World) -> None:
    version = draft(world, draft_contract(world), "RLW", "100")
    assert set(version.targets.values_list("amount", flat=True)) == {Decimal(100)}
    assert version.kind == "ratio"


def test_a_kpi_of_ones_own_needs_a_known_unit(world: World) -> None:
    contract = draft_contract(world)
    with pytest.raises(Refused, match="unit"):
        draft(world, contract, "OWN", measure="", unit="flurb")
    version = draft(world, contract, "OWN", measure="", unit="hours")
    assert (version.unit, version.value_per_unit) == ("hour", None)


def test_a_contract_without_pounds(world: World) -> None:
    version = draft(world, draft_contract(world, value_pack="none"))
    assert version.value_per_unit is None


def test_the_set_is_approved_in_one_act_as_version_1(world: World) -> None:
    contract = draft_contract(world)
    posted: list[tuple[int, object]] = []

    def post(*, version: KpiVersion, previous: KpiVersion | None, **rest: object) -> None:
        posted.append((version.pk, previous))

    versions = propose(world, draft(world, contract), draft(world, contract, "NT10", "208"))
    mail = Message.objects.get(key__startswith="kpis-proposed")
    assert mail.to_user_id == world.people["director"].pk
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(hooks, "on_kpi_approved", [post])
        proposals.approve(
            contract=contract, shown={v.pk: v.version for v in versions}, by=world.people["director"], now=NOON
        )
    assert [pk for pk, _ in posted] == [v.pk for v in versions]
    for version in KpiVersion.objects.filter(pk__in=[v.pk for v in versions]):
        assert (version.state, version.number, version.kpi.current_id) == ("approved", 1, version.pk)
    assert Event.objects.filter(verb="kpi_approve").count() == 2


def test_nobody_approves_their_own_proposal_and_it_goes_to_another_director(world: World) -> None:
    contract = draft_contract(world)
    director = world.people["director"]
    Membership.objects.create(user=director, organisation=world.bodies["nmc"], role=Role.COM, starts=BEGIN)
    Assignment.objects.create(contract=contract, user=director, part="commissioner", starts=BEGIN)
    (version,) = propose(world, draft(world, contract), by="director")
    with pytest.raises(Refused, match="Otis Vane") as refused:
        perform(version=version, act="approve", by=director, now=NOON, shown=version.version)
    assert refused.value.code == "own_proposal"
    perform(version=version, act="approve", by=world.people["other director"], now=NOON, shown=version.version)


def test_a_delegate_approves_until_the_last_day(world: World) -> None:
    contract = draft_contract(world)
    given = delegate(world, "panel", NOON.date())
    (version,) = propose(world, draft(world, contract))
    row = perform(version=version, act="approve", by=world.people["panel"], now=NOON, shown=version.version)
    assert row.delegation == given


def test_an_expired_delegation_is_refused_with_who_can(world: World) -> None:
    contract = draft_contract(world)
    delegate(world, "panel", NOON.date() - dt.timedelta(days=1))
    (version,) = propose(world, draft(world, contract))
    with pytest.raises(NotPermitted, match=r"ended on 7 July 2026.*Dinah Frost"):
        perform(version=version, act="approve", by=world.people["panel"], now=NOON, shown=version.version)


@pytest.mark.parametrize("who", ["manager", "lead", "procurement", "supplier administrator", "other director"])
def test_others_do_not_approve(world: World, who: str) -> None:
    (version,) = propose(world, draft(world, draft_contract(world)))
    with pytest.raises(NotPermitted):
        perform(version=version, act="approve", by=world.people[who], now=NOON, shown=version.version)


def test_a_director_with_a_tie_does_not_approve(world: World) -> None:
    (version,) = propose(world, draft(world, draft_contract(world)))
    Conflict.objects.create(
        user=world.people["director"],
        organisation=world.bodies["oakline"],
        tie="Brother of the owner.",
        starts=BEGIN,
        declared_by=world.people["director"],
        declared_at=NOON,
    )
    with pytest.raises(NotPermitted, match="Brother"):
        perform(version=version, act="approve", by=world.people["director"], now=NOON, shown=version.version)


def test_sent_back_with_a_reason_mended_and_approved(world: World) -> None:
    (version,) = propose(world, draft(world, draft_contract(world)))
    director = world.people["director"]
    with pytest.raises(Refused, match="Say why"):
        proposals.send_back(version=version, reason=" ", by=director, now=NOON, shown=version.version)
    row = proposals.send_back(version=version, reason="Too low", by=director, now=NOON, shown=version.version)
    assert (row.state, row.decision_reason) == ("sent_back", "Too low")
    assert Message.objects.filter(to_user_id=world.people["commissioner"].pk, subject__contains="sent back").exists()
    fields = kpis.KpiFields(ref="NT17", measure="NT17", deliverable="More hours", target=Decimal(1600))
    row = kpis.kpi_edit(version=row, fields=fields, by=world.people["commissioner"], now=NOON, shown=row.version)
    (row,) = propose(world, row)
    row = perform(version=row, act="approve", by=director, now=NOON, shown=row.version)
    assert row.target == Decimal(1600)


def test_an_approval_is_of_what_the_approver_saw(world: World) -> None:
    (seen,) = propose(world, draft(world, draft_contract(world)))
    fields = kpis.KpiFields(ref="NT17", measure="NT17", deliverable="Fewer hours", target=Decimal(800))
    kpis.kpi_edit(version=seen, fields=fields, by=world.people["lead"], now=NOON, shown=seen.version)
    with pytest.raises(StaleVersion) as stale:
        perform(version=seen, act="approve", by=world.people["director"], now=NOON, shown=seen.version)
    assert stale.value.changes["Target"] == ("1200", "800")
    assert stale.value.changes["Deliverable"] == ("Hours given to groups", "Fewer hours")
    seen.refresh_from_db()
    assert (seen.state, seen.proposed_by) == ("proposed", world.people["lead"])


def test_a_second_approval_says_what_it_is_now(world: World) -> None:
    (version,) = propose(world, draft(world, draft_contract(world)))
    director = world.people["director"]
    perform(version=version, act="approve", by=director, now=NOON, shown=version.version)
    with pytest.raises(StaleVersion):
        perform(version=version, act="approve", by=director, now=NOON, shown=version.version)
    with pytest.raises(Refused, match="approved now"):
        perform(version=version, act="approve", by=director, now=NOON)


def test_the_table_leads_from_every_open_state_to_an_end() -> None:
    for state in OPEN:
        assert any(state in rule.sources for rule in TABLE.values())
    assert {rule.target for rule in TABLE.values()} == {"proposed", "sent_back", "approved", "withdrawn"}


def test_a_kpi_without_a_target_is_not_proposed(world: World) -> None:
    version = draft(world, draft_contract(world), target=None)
    with pytest.raises(Refused, match="no target"):
        propose(world, version)


def test_edit_is_refused_once_approved(world: World) -> None:
    (version,) = propose(world, draft(world, draft_contract(world)))
    row = perform(version=version, act="approve", by=world.people["director"], now=NOON)
    fields = kpis.KpiFields(ref="NT17", measure="NT17", deliverable="x", target=Decimal(1))
    with pytest.raises(Refused, match="Propose a change"):
        kpis.kpi_edit(version=row, fields=fields, by=world.people["commissioner"], now=NOON)


def test_the_datum_that_another_framework_needs_is_kept(world: World) -> None:
    version = draft(world, draft_contract(world), "NT10", "208", data={"weeks_per_apprentice": "52"})
    assert version.data == {"weeks_per_apprentice": "52"}


def test_a_template_keeps_the_words_without_the_numbers(world: World) -> None:
    version = draft(world, draft_contract(world))
    by = world.people["commissioner"]
    made = kpis.template_save(version=version, name="Hours for groups", category="77", by=by, now=NOON)
    assert (made.measure, made.unit) == ("NT17", "hour")
    with pytest.raises(Refused, match="already"):
        kpis.template_save(version=version, name="Hours for groups", category="", by=by, now=NOON)
    assert KpiTemplate.objects.count() == 1
