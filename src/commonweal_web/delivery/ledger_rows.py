"""
Between the engine's ledger and the rows of the database: slots, values, what a movement is counted under.

Nothing here writes; `ledger.py` does.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from decimal import Decimal

from commonweal import errors, ledger
from commonweal.periods import Period
from commonweal.places import Gazetteer
from commonweal.quantities import plain
from commonweal_web.contracts.models import Contract, Kpi, KpiVersion
from commonweal_web.delivery.ledger_store import Posted
from commonweal_web.delivery.models import Claim, Movement

NEW = "new"
"""The id that a movement has in the engine until its row is written."""


def claim_slot(claim: Claim) -> ledger.Slot:
    """Return the slot of one claim. The claim alone tells it from others; its place is kept on the row."""
    period = Period(claim.ret.starts, claim.ret.ends)
    return ledger.Slot(str(claim.ret.contract_id), str(claim.kpi_id), period, claim=str(claim.pk))


def promise_slot(kpi: Kpi) -> ledger.Slot:
    """Return the slot of a KPI's whole-life promise."""
    return ledger.Slot(str(kpi.contract_id), str(kpi.pk))


def engine_movement(row: Movement) -> ledger.Movement:
    """Return a row as the engine knows it."""
    period = Period(row.period_starts, row.period_ends) if row.period_starts and row.period_ends else None
    claim = str(row.claim_id) if row.claim_id else ""
    return ledger.Movement(
        id=str(row.pk),
        slot=ledger.Slot(str(row.contract_id), str(row.kpi_id), period, claim=claim),
        source=ledger.Account(row.source),
        target=ledger.Account(row.target),
        amount=row.amount,
        pence=row.pence,
        denominator=row.denominator,
        on=row.at.date(),
        by=str(row.by_id),
        role=row.role,
        reason=row.reason,
        value_used=row.value_used,
        corrects=str(row.corrects_id) if row.corrects_id else "",
    )


def replay(rows: Iterable[Movement]) -> ledger.Ledger:
    """Return the engine's ledger of these rows, posted again one by one: an illegal row raises."""
    return ledger.Ledger(engine_movement(row) for row in rows)


def replay_claim(slot: ledger.Slot, posted: Iterable[Posted]) -> ledger.Ledger:
    """Return the engine's ledger of one claim, from what was posted in its slot."""
    return ledger.Ledger(
        ledger.Movement(
            str(row.pk), slot, ledger.Account(row.source), ledger.Account(row.target), row.amount, row.pence,
            row.denominator, corrects=str(row.corrects_id) if row.corrects_id else "",
        )
        for row in posted
    )  # fmt: skip


def kept_share(version: KpiVersion) -> Decimal:
    """Return the share of the gross value that is left after the version's adjustments."""
    share = Decimal(1)
    for _, kept in version.adjustments:
        share *= Decimal(str(kept))
    return share


def value_used(version: KpiVersion) -> str:
    """Return the frozen value in words, as each movement keeps it."""
    if version.value_per_unit is None:
        return ""
    day = f" of {version.value_on:%Y-%m-%d}" if version.value_on else ""
    steps = "".join(f", {name} {kept}" for name, kept in version.adjustments)
    words = f"{version.value_series}{day}: £{plain(version.value_per_unit)} per {version.unit}{steps}"
    return words[:300]


@functools.cache
def _gazetteer() -> Gazetteer:
    return Gazetteer()


@functools.lru_cache(maxsize=2000)
def region_of(place: str) -> str:
    """Return the region or nation that a place lies in, or an empty text where that cannot be told."""
    if not place:
        return ""
    try:
        return _gazetteer().region(place).name
    except errors.UnknownCode:
        return ""


def body_slot(contract: Contract, version: KpiVersion, *, place: str, starts: object) -> str:
    """
    Return what a movement is counted under for its body: authority, directorate, region, quarter, outcome.

    It is kept on the row, so that a contract that changes directorate later moves no figure of before.
    """
    day = starts or contract.starts
    quarter = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)  # type: ignore[attr-defined]
    where = region_of(place or version.place or contract.place or contract.authority.place)
    return f"{contract.authority_id}|{contract.directorate_id or 0}|{where}|{quarter:%Y-%m-%d}|{version.outcome}"[:380]
