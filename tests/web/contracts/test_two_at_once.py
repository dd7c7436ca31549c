"""Two people one click apart, on real transactions: one wins, the other is told, and the rows are right."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection

from commonweal_web.audit.models import Event
from commonweal_web.contracts.models import Contract, KpiVersion
from commonweal_web.contracts.services import imports, kpis, proposals
from commonweal_web.core import clock
from commonweal_web.core.errors import Refused, StaleVersion
from tests.web.contracts.makers import draft, draft_contract, propose
from tests.web.contracts.test_imports import GOOD, workbook
from tests.web.world import NOON, World, make_world

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db: None) -> World:
    return make_world()


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run the acts in threads that start together; return what each returned or raised."""
    if connection.vendor == "sqlite" and connection.is_in_memory_db():
        pytest.skip("a database in memory has one connection; this needs PostgreSQL or a file")
    start = threading.Barrier(len(acts))
    found: list[object] = [None] * len(acts)

    def run(index: int, act: Callable[[], object]) -> None:
        try:
            with clock.fixed(NOON):
                start.wait()
                found[index] = act()
        except Exception as error:
            found[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(i, act)) for i, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.fixture
def proposed(world: World) -> KpiVersion:
    (version,) = propose(world, draft(world, draft_contract(world)))
    return version


def test_approve_while_it_is_edited(world: World, proposed: KpiVersion) -> None:
    fields = kpis.KpiFields(ref="NT17", measure="NT17", deliverable="Fewer", target=Decimal(160))
    shown = proposed.version

    def edit() -> object:
        return kpis.kpi_edit(version=proposed, fields=fields, by=world.people["lead"], now=NOON, shown=shown)

    def approve() -> object:
        return proposals.approve(
            contract=proposed.kpi.contract, shown={proposed.pk: shown}, by=world.people["director"], now=NOON
        )

    edited, approved = at_once(edit, approve)
    row = KpiVersion.objects.get(pk=proposed.pk)
    assert isinstance(edited, StaleVersion) != isinstance(approved, StaleVersion)
    if row.state == "approved":
        assert (row.target, isinstance(edited, StaleVersion)) == (Decimal(1200), True)
    else:
        assert (row.state, row.target) == ("proposed", Decimal(160))
    assert sum(t.amount for t in row.targets.all()) == row.target


def test_approved_by_two_directors_at_once(world: World, proposed: KpiVersion) -> None:
    shown = {proposed.pk: proposed.version}
    contract = proposed.kpi.contract

    def approve() -> object:
        return proposals.approve(contract=contract, shown=shown, by=world.people["director"], now=NOON)

    results = at_once(approve, approve, approve)
    assert sum(isinstance(one, list) for one in results) == 1
    assert sum(isinstance(one, Refused) for one in results) == 2
    assert Event.objects.filter(verb="kpi_approve").count() == 1


def test_two_save_the_same_draft(world: World) -> None:
    version = draft(world, draft_contract(world))

    def save(target: int) -> Callable[[], object]:
        fields = kpis.KpiFields(ref="NT17", measure="NT17", deliverable="x", target=Decimal(target))
        return lambda: kpis.kpi_edit(
            version=version, fields=fields, by=world.people["commissioner"], now=NOON, shown=version.version
        )

    results = at_once(save(160), save(320))
    assert sum(isinstance(one, StaleVersion) for one in results) == 1
    version.refresh_from_db()
    assert version.version == 2
    assert sum(t.amount for t in version.targets.all()) == version.target


def test_a_kpi_drafted_twice_at_once(world: World) -> None:
    contract = draft_contract(world)
    results = at_once(lambda: draft(world, contract), lambda: draft(world, contract))
    assert sum(isinstance(one, Refused) for one in results) == 1
    assert contract.kpis.count() == 1


def test_an_import_confirmed_twice_at_once(world: World) -> None:
    by = world.people["procurement"]
    batch = imports.register_upload(
        authority=world.bodies["nmc"], name="r.xlsx", content=workbook(GOOD), by=by, now=NOON
    )

    def confirm() -> object:
        return imports.import_confirm(batch=batch, by=by, now=NOON, shown=batch.version)

    at_once(confirm, confirm)
    assert Contract.objects.filter(reference="NMC-2026-500").count() == 1
    assert Event.objects.filter(verb="import_confirmed").count() == 1
