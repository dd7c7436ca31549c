"""Measures of a body's own: refused in words, gathered into a release, retired; and shipped ones withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from commonweal.catalogue.loader import parse_framework
from commonweal_web.audit.models import Event
from commonweal_web.contracts.services import kpis
from commonweal_web.core.errors import NotPermitted, Refused, StaleVersion
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.keeping import differences, services
from commonweal_web.frameworks.keeping import selectors as keeping
from commonweal_web.frameworks.keeping.services.releases import family_of, next_key
from commonweal_web.frameworks.models import LocalMeasure, Pack
from commonweal_web.organisations.models import Membership, User
from commonweal_web.organisations.roles import Role
from tests.web.contracts.makers import draft, draft_contract
from tests.web.frameworks.packs import framework, measure, proposed, publish
from tests.web.world import BEGIN, NOON, World

DAY = dt.date(2026, 7, 8)
LATER = dt.date(2027, 1, 1)
KEY = "northmere-local-2027.1"


@pytest.fixture(autouse=True)
def second(world: World) -> None:
    """Somebody else at Eastholt who may publish."""
    user = User.objects.create(email="second@eastholt.example", name="Sal Holt", joined_at=NOON)
    Membership.objects.create(user=user, organisation=world.bodies["ebc"], role=Role.APP, starts=BEGIN)
    world.people["second"] = user


def fields(world: World, code: str = "L1", **more: Any) -> services.LocalFields:
    said = {"label": "Hours in parks", "unit": "hrs", "owner": world.people["lead"], "review_on": LATER}
    return services.LocalFields(code=code, **(said | more))


def add(world: World, code: str = "L1", **more: Any) -> LocalMeasure:
    return services.measure_add(
        body=world.bodies["nmc"], fields=fields(world, code, **more), by=world.people["lead"], now=NOON
    )


def release(world: World, key: str = KEY, applies_from: dt.date = DAY) -> Pack:
    return services.release_draft(
        body=world.bodies["nmc"], key=key, title="Our measures", licence="Open Government Licence v3.0",
        applies_from=applies_from, by=world.people["lead"], now=NOON,
    )  # fmt: skip


def published(world: World, key: str = KEY) -> Pack:
    pack = proposed(world, release(world, key))
    return services.pack_publish(pack=pack, by=world.people["director"], now=NOON)


def test_a_measure_is_kept_with_the_unit_as_everybody_spells_it(world: World) -> None:
    made = add(world, goals=("8.5", "13"))
    assert (made.unit, made.goals, made.version) == ("hour", [{"code": "8.5"}, {"code": "13"}], 1)
    assert Event.objects.filter(verb="measure_added", record_id=made.pk).count() == 1


@pytest.mark.parametrize(
    ("more", "field", "say"),
    [
        ({"code": "no spaces"}, "code", "letters, digits"),
        ({"code": "l1"}, "code", "already"),
        ({"unit": "hourz"}, "unit", "Nearest: hour"),
        ({"unit": "qqqq"}, "unit", "Name a unit such as person"),
        ({"label": "=1+1"}, "label", "formula"),
        ({"counts": "@cmd"}, "counts", "formula"),
        ({"goals": ("99",)}, "goals", "no goal or target 99"),
        ({"review_on": DAY}, "review_on", "after today"),
    ],
)
def test_what_is_refused_says_why(world: World, more: dict[str, Any], field: str, say: str) -> None:
    add(world)
    with pytest.raises(Refused, match=say) as refused:
        add(world, **{"code": "L2", **more})
    assert refused.value.field == field
    assert LocalMeasure.objects.count() == 1


def test_the_owner_works_there(world: World) -> None:
    with pytest.raises(Refused, match="has no role"):
        add(world, owner=world.people["eastholt lead"])


@pytest.mark.parametrize("by", ["director", "commissioner", "supplier", "eastholt lead"])
def test_who_may_not_write_measures(world: World, by: str) -> None:
    with pytest.raises(NotPermitted):
        services.measure_add(body=world.bodies["nmc"], fields=fields(world), by=world.people[by], now=NOON)


def test_a_change_is_compared_and_logged(world: World) -> None:
    made, lead = add(world), world.people["lead"]
    said = replace(fields(world), label="Hours in woods")
    services.measure_edit(measure=made, fields=said, by=lead, now=NOON, shown=1)
    event = Event.objects.get(verb="measure_edited")
    assert (event.old, event.new) == (
        {"label": "Hours in parks", "version": 1},
        {"label": "Hours in woods", "version": 2},
    )
    with pytest.raises(StaleVersion):
        services.measure_edit(measure=made, fields=said, by=lead, now=NOON, shown=1)
    with pytest.raises(Refused, match="stays L1"):
        services.measure_edit(measure=made, fields=replace(said, code="L9"), by=lead, now=NOON)


def test_a_release_is_what_the_engine_reads_and_replaces_the_one_before(world: World) -> None:
    add(world, theme="Parks", counts="Hours outdoors", goals=("15",))
    add(world, "8.10", unit="GBP", kind="money")
    pack = published(world)
    found = parse_framework(pack.document, name=pack.file_name)
    assert [one.code for one in found.measures] == ["8.10", "L1"]
    assert selectors.headings(selectors.measure(KEY, "L1")) == ("", "Parks")
    assert (found.family, pack.replaces, pack.title) == ("northmere-local", "", "Our measures")
    services.measure_edit(
        measure=LocalMeasure.objects.get(code="L1"),
        fields=fields(world, unit="week"),
        by=world.people["lead"],
        now=NOON,
    )
    second = release(world, "northmere-local-2028.1")
    assert second.replaces == KEY
    assert any(line.change == "Changed unit" for line in differences.of(second).lines)
    assert selectors.measure(KEY, "L1").unit == "hour"


def test_a_release_needs_measures_and_a_key_of_its_own(world: World) -> None:
    with pytest.raises(Refused, match="no measures in use"):
        release(world)
    add(world)
    for key, say in (("fx-2025.1", "already"), ("Ours 1", "will not do")):
        with pytest.raises(Refused, match=say) as refused:
            release(world, key)
        assert refused.value.field == "key"


def test_the_next_key_is_free(world: World) -> None:
    add(world)
    assert next_key(world.bodies["nmc"], 2027) == "nmc-local-2027.1"
    release(world, "nmc-local-2027.1")
    assert next_key(world.bodies["nmc"], 2027) == "nmc-local-2027.2"
    assert (family_of("a-b-2027.1"), family_of("2027")) == ("a-b", "2027")


def retire(world: World, made: LocalMeasure, **more: Any) -> LocalMeasure:
    said: dict[str, Any] = {"retires_on": DAY, "reason": "Nobody used it", **more}
    return services.measure_retire(measure=made, by=world.people["lead"], now=NOON, **said)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"retires_on": dt.date(2026, 7, 7)}, "retires_on"),
        ({"replaced_by": "L9"}, "replaced_by"),
        ({"replaced_by": "L1"}, "replaced_by"),
        ({"replaced_by": "national-toms/NT999"}, "replaced_by"),
    ],
)
def test_a_retirement_is_refused(world: World, more: dict[str, Any], field: str) -> None:
    made = add(world)
    with pytest.raises(Refused) as refused:
        retire(world, made, **more)
    assert refused.value.field == field


def test_a_retired_measure_stays_as_it_was(world: World) -> None:
    add(world, "L2")
    made = retire(world, add(world), replaced_by="L2")
    for act in (lambda: retire(world, made), lambda: services.measure_edit(
        measure=made, fields=fields(world), by=world.people["lead"], now=NOON
    )):  # fmt: skip
        with pytest.raises(Refused, match="retired"):
            act()
    pack = release(world)
    assert "L2" in pack.document
    assert "L1" not in pack.document


def test_a_retired_measure_is_not_for_new_kpis_and_stays_where_it_runs(world: World) -> None:
    made = add(world)
    add(world, "L2")
    published(world)
    running = draft_contract(world, framework=KEY)
    old = draft(world, running, "L1")
    old.state, old.decided_by, old.decided_at = "approved", world.people["director"], NOON
    old.proposed_by = world.people["commissioner"]
    old.save()
    retire(world, made, replaced_by="L2")
    new = draft_contract(world, "NMC-2026-301", framework=KEY)
    with pytest.raises(
        Refused, match=r"L1 is not taken for new KPIs\. It was retired from 8 July 2026: Nobody used it\. Use L2"
    ):
        draft(world, new, "L1")
    assert draft(world, new, "L2").measure == "L2"
    second = kpis.KpiFields(ref="L1b", measure="L1", deliverable="More", target=Decimal(1))
    assert kpis.kpi_draft(contract=running, fields=second, by=world.people["commissioner"], now=NOON)
    assert selectors.unavailable_codes(KEY, body=world.bodies["nmc"].pk, on=DAY) == {"L1"}


def withdraw(world: World, measure_id: str, by: str = "director", **more: Any) -> Any:
    said = {"starts": DAY, "reason": "Counted twice elsewhere.", **more}
    return services.measure_withdraw(
        body=world.bodies["nmc"], measure_id=measure_id, by=world.people[by], now=NOON, **said
    )


def test_a_withdrawn_measure_is_unavailable_for_its_body_alone(world: World) -> None:
    contract = draft_contract(world)
    kept = draft(world, contract, "NT17")
    withdraw(world, "fx-2025.1/NT17")
    with pytest.raises(
        Refused, match=r"withdrawn from 8 July 2026: Counted twice elsewhere\. Choose another"
    ) as refused:
        draft(world, draft_contract(world, "NMC-2026-301"), "NT17")
    assert (refused.value.code, refused.value.field) == ("withdrawn", "measure")
    same = kpis.KpiFields(ref="NT17", measure="NT17", deliverable="Fewer", target=Decimal(1))
    kpis.kpi_edit(version=kept, fields=same, by=world.people["commissioner"], now=NOON)
    other = draft(world, contract, "NT1")
    with pytest.raises(Refused, match="NT17 is not taken"):
        kpis.kpi_edit(version=other, fields=replace(same, ref="NT1"), by=world.people["commissioner"], now=NOON)
    assert selectors.unavailable("fx-2025.1", "NT17", body=world.bodies["ebc"].pk, on=DAY) == ""
    assert selectors.unavailable("fx-2025.1", "NT17", body=world.bodies["nmc"].pk, on=dt.date(2026, 7, 7)) == ""
    assert Event.objects.filter(verb="measure_withdrawn").count() == 1


@pytest.mark.parametrize(
    ("measure_id", "more", "field"),
    [
        ("NT17", {}, "measure"),
        ("fx-2025.1/NT999", {}, "measure"),
        ("fx-2025.1/NT17", {"reason": ""}, "reason"),
        ("fx-2025.1/NT17", {"starts": dt.date(2026, 7, 7)}, "starts"),
    ],
)
def test_a_withdrawal_is_refused(world: World, measure_id: str, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        withdraw(world, measure_id, **more)
    assert refused.value.field == field


def test_a_withdrawal_is_made_once_and_by_who_publishes(world: World) -> None:
    withdraw(world, "fx-2025.1/NT17")
    with pytest.raises(Refused, match="already"):
        withdraw(world, "fx-2025.1/NT17")
    with pytest.raises(NotPermitted):
        withdraw(world, "fx-2025.1/NT1", by="commissioner")


def test_another_bodys_own_release_is_not_taken_for_a_contract(world: World) -> None:
    publish(world, framework("eastholt-local-1", [measure("E1")]), body="ebc", by="eastholt lead", second="second")
    with pytest.raises(Refused, match="no framework eastholt-local-1 that Northmere City Council can use"):
        draft_contract(world, framework="eastholt-local-1")


def test_what_is_due_for_review(world: World) -> None:
    add(world, review_on=dt.date(2026, 8, 1))
    add(world, "L2", review_on=dt.date(2026, 9, 1))
    assert [one.code for one in keeping.due_for_review(world.bodies["nmc"], DAY)] == ["L1"]
    assert [(one.release, one.contracts) for one in keeping.in_use(world.bodies["nmc"])] == [("fx-2025.1", 2)]
