"""What a supplier asks to change: kept as a request, compared by officers, then refused or taken on as a change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal_web.contracts import terms
from commonweal_web.contracts.models import Change, Contract, Kpi
from commonweal_web.contracts.services import base
from commonweal_web.contracts.services.changes import check_day, in_state, locked_change, log_change, save_change
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.policies import Permission

State = Change.State


@transaction.atomic
def change_ask(
    *,
    contract: Contract,
    title: str,
    reason: str,
    effective: dt.date,
    by: Any,
    now: dt.datetime,
    swap_out: Kpi | None = None,
    swap_amount: Decimal | None = None,
    offer: Mapping[str, Any] | None = None,
) -> Change:
    """
    Ask for a change on the supplier's behalf, such as to give something else instead of a part of a KPI.

    :raises Refused: if more is to be swapped than is promised, or the day is in a locked period
    """
    row = base.locked(contract, Permission.VARIATION_ACKNOWLEDGE, by)
    base.running(row)
    check_day(row, effective)
    if swap_out is not None and swap_amount is not None:
        promised = swap_out.current.target if swap_out.current else None
        if promised is not None and swap_amount > promised:
            raise Refused(
                f"{swap_out.ref} promises {terms.shown(promised)}, so no more than that can be replaced.",
                code="swap_amount",
                field="swap_amount",
            )
    change = Change.objects.create(
        contract=row,
        title=title.strip(),
        reason=reason.strip(),
        effective=effective,
        asked_by_supplier=True,
        asked_by=by,
        asked_at=now,
        state=State.ASKED,
        swap_out=swap_out,
        swap_amount=swap_amount,
        swap_in=dict(offer or {}),
    )
    log_change(change, "change_asked", by, Permission.VARIATION_ACKNOWLEDGE, now, {"title": change.title})
    return change


@transaction.atomic
def change_compare(
    *, change: Change, equivalence: str, evidence: str, need: str, by: Any, now: dt.datetime, shown: int | None
) -> Change:
    """Record how what is offered compares with what is promised: its worth, its evidence rule, the need behind it."""
    row = locked_change(change, Permission.KPI_PROPOSE, by, shown)
    in_state(row, State.ASKED)
    row.comparison = {"equivalence": equivalence.strip(), "evidence": evidence.strip(), "need": need.strip()}
    save_change(row)
    log_change(row, "change_compared", by, Permission.KPI_PROPOSE, now, dict(row.comparison))
    return row
