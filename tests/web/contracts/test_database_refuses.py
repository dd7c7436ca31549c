"""What the database itself refuses, whoever asks: approvals by oneself, and any edit of what was approved."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from commonweal_web.contracts.models import KpiVersion
from tests.web.world import World

VERSION = "contracts_kpiversion"


def refused(sql: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def approved(world: World) -> KpiVersion:
    return KpiVersion.objects.get(kpi__contract=world.contracts["grounds"], kpi__ref="NT17")


@pytest.fixture
def proposed(world: World, approved: KpiVersion) -> KpiVersion:
    return KpiVersion.objects.create(
        kpi=approved.kpi,
        number=2,
        state="proposed",
        measure="NT17",
        deliverable="Hours",
        unit="hour",
        target=1300,
        proposed_by=world.people["commissioner"],
    )


@pytest.mark.parametrize(
    "assignment",
    [
        "target = 900",
        "deliverable = 'Something else'",
        "value_per_unit = 99",
        "unit = 'week'",
        "evidence_rule = 'none'",
        "state = 'draft'",
        "decided_by_id = NULL",
        "data = '{\"a\": 1}'",
    ],
)
def test_edit_of_an_approved_version(approved: KpiVersion, assignment: str) -> None:
    assert refused(f"UPDATE {VERSION} SET {assignment} WHERE id = %s", approved.pk)


def test_an_approved_version_may_only_be_superseded(approved: KpiVersion) -> None:
    assert not refused(f"UPDATE {VERSION} SET state = 'superseded' WHERE id = %s", approved.pk)
    assert refused(f"UPDATE {VERSION} SET state = 'approved' WHERE id = %s", approved.pk)


def test_deletion_of_an_approved_version(approved: KpiVersion) -> None:
    assert refused(f"DELETE FROM {VERSION} WHERE id = %s", approved.pk)


def test_targets_of_an_approved_version(approved: KpiVersion) -> None:
    target = approved.targets.first()
    assert target is not None
    assert refused("UPDATE contracts_kpitarget SET amount = 1 WHERE id = %s", target.pk)
    assert refused("DELETE FROM contracts_kpitarget WHERE id = %s", target.pk)
    insert = "INSERT INTO contracts_kpitarget (kpi_version_id, starts, ends, amount) VALUES (%s, %s, %s, 5)"
    assert refused(insert, approved.pk, "2031-01-01", "2031-03-31")


def test_targets_moved_to_an_approved_version(approved: KpiVersion, proposed: KpiVersion) -> None:
    target = proposed.targets.create(starts="2031-01-01", ends="2031-03-31", amount=1)
    assert refused("UPDATE contracts_kpitarget SET kpi_version_id = %s WHERE id = %s", approved.pk, target.pk)
    assert not refused("UPDATE contracts_kpitarget SET amount = 2 WHERE id = %s", target.pk)


def test_self_approval(proposed: KpiVersion) -> None:
    sql = f"UPDATE {VERSION} SET state = 'approved', decided_by_id = proposed_by_id WHERE id = %s"
    assert refused(sql, proposed.pk)


def test_approved_without_an_approver(proposed: KpiVersion) -> None:
    assert refused(f"UPDATE {VERSION} SET state = 'approved' WHERE id = %s", proposed.pk)


def test_approved_without_a_proposer(world: World, proposed: KpiVersion) -> None:
    sql = f"UPDATE {VERSION} SET state = 'approved', proposed_by_id = NULL, decided_by_id = %s WHERE id = %s"
    assert refused(sql, world.people["director"].pk, proposed.pk)


@pytest.mark.parametrize("assignment", ["target = -1", "value_per_unit = -1"])
def test_negative_numbers(proposed: KpiVersion, assignment: str) -> None:
    assert refused(f"UPDATE {VERSION} SET {assignment} WHERE id = %s", proposed.pk)


def test_two_versions_of_one_number(proposed: KpiVersion) -> None:
    assert refused(f"UPDATE {VERSION} SET number = 1 WHERE id = %s", proposed.pk)
