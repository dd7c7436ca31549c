"""
Work every balance out again from the movements alone, and say in words what differs.

Movements are streamed KPI by KPI and replayed through the engine, so an illegal row is found as well as a wrong sum.
`commonweal verify` and the nightly check run it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from decimal import Decimal
from itertools import groupby

from commonweal import errors, ledger
from commonweal_web.core.verification import Result, register
from commonweal_web.delivery import ledger_rows as rows
from commonweal_web.delivery.models import Balance, BodyBalance, Movement

CHUNK = 2000
Held = tuple[Decimal, Decimal, int]
NOTHING: Held = (Decimal(0), Decimal(0), 0)


def rebuild_and_compare(contract_ids: Collection[int] | None = None) -> list[str]:
    """
    Return every balance that its movements do not make, and every movement that the ledger's rules refuse.

    The balances of bodies are compared when all contracts are.
    """
    found: list[str] = []
    body: dict[str, int] = defaultdict(int)
    seen: set[int] = set()
    movements = Movement.objects.order_by("kpi_id", "pk")
    if contract_ids is not None:
        movements = movements.filter(contract_id__in=contract_ids)
    for kpi_id, group in groupby(movements.iterator(chunk_size=CHUNK), key=lambda row: row.kpi_id):
        seen.add(kpi_id)
        found += _kpi_problems(kpi_id, list(group), body)
    found += _balances_without_movements(seen, contract_ids)
    if contract_ids is None:
        found += _body_problems(body)
    return found


def _kpi_problems(kpi_id: int, group: list[Movement], body: dict[str, int]) -> Iterator[str]:
    made: dict[str, Held] = defaultdict(lambda: NOTHING)
    for row in group:
        for account, sign in ((row.source, -1), (row.target, 1)):
            slot = f"{row.kpi_id}:{row.period_starts or ''}:{account}"
            amount, denominator, pence = made[slot]
            moved = row.pence or 0
            made[slot] = (amount + sign * row.amount, denominator + sign * row.denominator, pence + sign * moved)
            body[f"{row.body_slot}|{account}"] += sign * moved
    yield from _illegal(kpi_id, group)
    kept = {b.slot: (b.amount, b.denominator, b.pence) for b in Balance.objects.filter(kpi_id=kpi_id)}
    for slot in sorted(made.keys() | kept.keys()):
        holds = kept.get(slot, NOTHING)
        if made[slot] != holds:
            yield f"KPI {kpi_id}: {slot} holds {_say(holds)}, but its movements make {_say(made[slot])}"


def _illegal(kpi_id: int, group: list[Movement]) -> Iterator[str]:
    try:
        rows.replay(group)
    except errors.IllegalMovement as error:
        yield f"KPI {kpi_id}: {error.message}"


def _balances_without_movements(seen: set[int], contract_ids: Collection[int] | None) -> Iterator[str]:
    left = Balance.objects.exclude(amount=0, pence=0, denominator=0)
    if contract_ids is not None:
        left = left.filter(contract_id__in=contract_ids)
    for kpi_id, slot in left.values_list("kpi_id", "slot").iterator(chunk_size=CHUNK):
        if kpi_id not in seen:
            yield f"KPI {kpi_id}: {slot} holds something, but has no movements"


def _body_problems(body: dict[str, int]) -> Iterator[str]:
    kept = dict(BodyBalance.objects.values_list("slot", "pence"))
    for slot in sorted(body.keys() | kept.keys()):
        if body.get(slot, 0) != kept.get(slot, 0):
            yield f"Body balance {slot} holds {kept.get(slot, 0)} pence, but the movements make {body.get(slot, 0)}"


def _say(held: Held) -> str:
    return str(ledger.Balance(held[0], held[2], held[1]))


@register("ledger")
def ledger_holds() -> Result:
    """Rebuild all balances from the movements and compare."""
    problems = rebuild_and_compare()
    count = Movement.objects.count()
    return Result(f"{count:,} movements, balances rebuilt", problems, facts={"movements": count})
