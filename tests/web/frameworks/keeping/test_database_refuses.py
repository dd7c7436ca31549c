"""What the database itself refuses, whoever asks: publishing one's own pack, and any edit of a published one."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from commonweal_web.frameworks.keeping import services
from commonweal_web.frameworks.models import LocalMeasure, Pack, Withdrawal
from tests.web.frameworks.packs import drafted, framework, measure, proposed, publish
from tests.web.world import NOON, World

PACK = "frameworks_pack"


def refused(sql: str, *values: Any) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, values)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def published(world: World) -> Pack:
    return publish(world, framework("ours-2027", [measure("L1")]))


@pytest.fixture
def waiting(world: World) -> Pack:
    return proposed(world, drafted(world, framework("ours-2028", [measure("L1")])))


@pytest.mark.parametrize(
    "assignment",
    [
        "document = 'other'",
        "key = 'other'",
        "sha256 = 'x'",
        "shown = NOT shown",
        "state = 'left'",
        "state = 'draft'",
        "published_by_id = drafted_by_id",
        "licence_text = 'other'",
        "title = 'other'",
        "version = version + 1",
    ],
)
def test_an_edit_of_a_published_pack(published: Pack, assignment: str) -> None:
    assert refused(f"UPDATE {PACK} SET {assignment} WHERE id = %s", published.pk)


def test_deletion_of_a_published_pack(published: Pack) -> None:
    assert refused(f"DELETE FROM {PACK} WHERE id = %s", published.pk)


@pytest.mark.parametrize("who", ["drafted_by_id", "proposed_by_id", "NULL"])
def test_publishing_ones_own_or_by_nobody(waiting: Pack, who: str) -> None:
    assert refused(f"UPDATE {PACK} SET state = 'published', published_by_id = {who} WHERE id = %s", waiting.pk)


def test_publishing_by_somebody_else_alone_is_taken(world: World, waiting: Pack) -> None:
    sql = f"UPDATE {PACK} SET state = 'published', published_by_id = %s WHERE id = %s"
    lacking = (
        f"UPDATE {PACK} SET licence_confirmed_by_id = NULL, state = 'published', published_by_id = %s WHERE id = %s"
    )
    director = world.people["director"].pk
    assert refused(lacking, director, waiting.pk)
    assert not refused(sql, director, waiting.pk)


def test_two_published_packs_of_one_key(world: World, published: Pack, waiting: Pack) -> None:
    sql = f"UPDATE {PACK} SET key = %s, state = 'published', published_by_id = %s WHERE id = %s"
    assert refused(sql, published.key, world.people["director"].pk, waiting.pk)


def test_values_that_would_be_shown(waiting: Pack) -> None:
    assert refused(f"UPDATE {PACK} SET kind = 'values', shown = %s WHERE id = %s", True, waiting.pk)


def test_a_withdrawal_stays(world: World) -> None:
    made: Withdrawal = services.measure_withdraw(
        body=world.bodies["nmc"], measure_id="fx-2025.1/NT17", starts=NOON.date(), reason="r",
        by=world.people["director"], now=NOON,
    )  # fmt: skip
    assert refused("UPDATE frameworks_withdrawal SET reason = 'other' WHERE id = %s", made.pk)
    assert refused("DELETE FROM frameworks_withdrawal WHERE id = %s", made.pk)


def test_a_measure_is_not_retired_without_a_reason(world: World) -> None:
    made = LocalMeasure.objects.create(
        body=world.bodies["nmc"], code="L1", label="l", unit="hour", owner=world.people["lead"], review_on=NOON.date(),
        created_by=world.people["lead"], created_at=NOON,
    )  # fmt: skip
    assert refused("UPDATE frameworks_localmeasure SET retires_on = '2027-01-01' WHERE id = %s", made.pk)
