"""
The rows that every posting reads and writes, in as few statements as they take. Only `ledger_posting.py` uses it.

What a posting reads comes as plain values, without models; the balances are written by one statement each. Their
amounts are added up here and not in the database: SQLite would add them as floats.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Context, Decimal
from typing import Any, NamedTuple

from django.db import connection

from commonweal_web.delivery.models import BodyBalance, Claim, Movement
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.evidence.selectors import may_rest_on

ZERO = Decimal(0)
MILLIONTH, FIFTEEN = Decimal("0.000001"), Context(prec=15)
BALANCE = ("contract_id", "kpi_id", "period_starts", "account", "amount", "denominator", "pence", "slot")
BODY = ("authority_id", "directorate_id", "outcome", "region", "quarter", "account", "pence", "slot")


class Posted(NamedTuple):
    """What a posting has to know of an earlier movement of a claim."""

    pk: int
    source: str
    target: str
    amount: Decimal
    denominator: Decimal
    pence: int | None
    corrects_id: int | None
    place: str
    body_slot: str


def lock_kpi(kpi_id: int) -> None:
    """Wait for the KPI's row and keep it; on SQLite the transaction has the whole file already."""
    if connection.features.has_select_for_update:
        _read("SELECT id FROM contracts_kpi WHERE id = %s FOR UPDATE", [kpi_id])


def movements_of(claim: Claim) -> list[Posted]:
    """Return what was posted of a claim, in order."""
    found = _read(
        "SELECT id, source, target, amount, denominator, pence, corrects_id, place, body_slot "
        "FROM delivery_movement WHERE claim_id = %s ORDER BY id",
        [claim.pk],
    )
    return [
        Posted(pk, source, target, _decimal(amount), _decimal(denominator), *rest)
        for pk, source, target, amount, denominator, *rest in found
    ]


def hashes_of(claim: Claim, *, decided: bool) -> list[str]:
    """
    Return the SHA-256 of the claim's files that were not withdrawn: those without a virus for a claim, and for a
    decision only those that it may rest on.
    """
    linked = _read("SELECT item_id FROM delivery_claimevidence WHERE claim_id = %s", [claim.pk])
    if not linked:
        return []
    items = EvidenceItem.objects.filter(pk__in=[pk for (pk,) in linked], withdrawn_at=None)
    found = items.exclude(file__scan="infected").select_related("file")
    return sorted({item.file.sha256 for item in found if not decided or may_rest_on(item)})


def write_balances(row: Movement) -> None:
    """Change the two balances of a movement; the KPI's row lock keeps others out."""
    sides = ((row.source, -1), (row.target, 1))
    slots = [f"{row.kpi_id}:{row.period_starts or ''}:{account}" for account, _ in sides]
    kept = _read("SELECT slot, amount, denominator, pence FROM delivery_balance WHERE slot IN (%s, %s)", slots)
    stands = {slot: (_decimal(amount), _decimal(denominator), pence) for slot, amount, denominator, pence in kept}
    rows = []
    for slot, (account, sign) in zip(slots, sides, strict=True):
        amount, denominator, pence = stands.get(slot, (ZERO, ZERO, 0))
        now = (_exact(amount + sign * row.amount), _exact(denominator + sign * row.denominator))
        place = (row.contract_id, row.kpi_id, _day(row.period_starts), account)
        rows.append((*place, *now, pence + sign * (row.pence or 0), slot))
    changed = ", ".join(f"{name} = excluded.{name}" for name in ("amount", "denominator", "pence"))
    _upsert("delivery_balance", BALANCE, rows, changed)


def write_body(changes: dict[str, int]) -> None:
    """Add pence to the balances of a body, in one order, so that two acts never wait for each other in a ring."""
    if not changes:
        return
    rows = []
    for slot in sorted(changes):
        row = body_row(slot)
        where = (row.authority_id, row.directorate_id, row.outcome, row.region, _day(row.quarter), row.account)
        rows.append((*where, changes[slot], slot))
    _upsert("delivery_bodybalance", BODY, rows, "pence = delivery_bodybalance.pence + excluded.pence")


def body_row(slot: str) -> BodyBalance:
    """Return an empty balance of a body from what it is counted under."""
    authority, directorate, region, quarter, rest = slot.split("|", 4)
    outcome, _, account = rest.rpartition("|")
    return BodyBalance(
        authority_id=int(authority),
        directorate_id=int(directorate),
        outcome=outcome,
        region=region,
        quarter=dt.date.fromisoformat(quarter),
        account=account,
        pence=0,
        slot=slot,
    )


def _read(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def _upsert(table: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], changed: str) -> None:
    one = f"({', '.join(['%s'] * len(columns))})"
    into = f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(rows))}"
    with connection.cursor() as cursor:
        cursor.execute(
            f"{into} ON CONFLICT (slot) DO UPDATE SET {changed}", [value for values in rows for value in values]
        )


def _day(value: dt.date | None) -> Any:
    return connection.ops.adapt_datefield_value(value)


def _exact(value: Decimal) -> Any:
    return connection.ops.adapt_decimalfield_value(value, 24, 6)


def _decimal(value: Any) -> Decimal:
    """Return what the column holds, read as the models read it: SQLite gives a number of fifteen digits."""
    return value if isinstance(value, Decimal) else FIFTEEN.create_decimal_from_float(value).quantize(MILLIONTH)
