"""
The way of a KPI's version: the one table of states and acts, and the one function that performs an act.

    draft -> proposed -> approved -> superseded
    proposed -> sent back -> proposed        draft, sent back or proposed -> withdrawn

A version that belongs to a change moves with it: it is approved by the change's director, and takes force when the
supplier agrees.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from commonweal_web.contracts import hooks, stale
from commonweal_web.contracts.approvers import refuse_unless_may_approve
from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Change, Contract, Kpi, KpiState, KpiVersion
from commonweal_web.contracts.services import base
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.models import Delegation
from commonweal_web.organisations.policies import Permission

OPEN = frozenset({KpiState.DRAFT, KpiState.SENT_BACK, KpiState.PROPOSED})


@dataclass(frozen=True, slots=True)
class Rule:
    """One act: from which states, who may, to which state; and whether it needs a reason or belongs to a change."""

    sources: frozenset[KpiState]
    who: Permission
    target: KpiState
    done: str
    reason: bool = False
    of_change: bool = False


TABLE: dict[str, Rule] = {
    "propose": Rule(
        frozenset({KpiState.DRAFT, KpiState.SENT_BACK}), Permission.KPI_PROPOSE, KpiState.PROPOSED, "proposed"
    ),
    "send_back": Rule(
        frozenset({KpiState.PROPOSED}), Permission.KPI_APPROVE, KpiState.SENT_BACK, "sent back", reason=True
    ),
    "approve": Rule(frozenset({KpiState.PROPOSED}), Permission.KPI_APPROVE, KpiState.APPROVED, "approved"),
    "withdraw": Rule(OPEN, Permission.KPI_PROPOSE, KpiState.WITHDRAWN, "withdrawn"),
    "agree": Rule(
        frozenset({KpiState.PROPOSED}),
        Permission.VARIATION_ACKNOWLEDGE,
        KpiState.APPROVED,
        "agreed with its change",
        of_change=True,
    ),
}
"""Approving supersedes the version in force before, which is the only way into the state `superseded`."""


@transaction.atomic
def perform(
    *,
    version: KpiVersion,
    act: str,
    by: Any,
    now: dt.datetime,
    shown: int | None = None,
    reason: str = "",
    change: Change | None = None,
) -> KpiVersion:
    """
    Do one act of the table to a version, as one row of the log.

    `shown` is the version number on the page from which the person acted: an approval is of exactly what they saw.

    :raises StaleVersion: if it was edited since, with what changed
    :raises Refused: if its state does not allow the act, a reason is missing, or it is the person's own proposal
    :raises NotPermitted: if the person may not, with who can
    """
    rule = TABLE[act]
    contract = base.locked(version.kpi.contract)
    kpi = Kpi.objects.select_for_update().get(pk=version.kpi_id)
    row = KpiVersion.objects.select_for_update().get(pk=version.pk)
    row.kpi = kpi
    kpi.contract = contract
    stale.expect(row, shown)
    _check_state(row, act, rule, change)
    if rule.reason and not reason.strip():
        raise Refused("Say why, so that the proposer knows what to mend.", code="reason", field="reason")
    role = _check_person(contract, row, rule, by, base.day_of(now), change)
    old = {"state": row.state}
    previous = kpi.current if rule.target is KpiState.APPROVED else None
    _write(row, rule, by, role, now, reason, change)
    if rule.target is KpiState.APPROVED:
        _put_in_force(kpi, row, previous)
        hooks.kpi_approved(version=row, previous=previous, by=by, role=role.role, now=now)
    new: dict[str, Any] = {"state": row.state, "version": row.version}
    if previous is not None:
        old["in_force"], new["in_force"] = f"version {previous.number}", f"version {row.number}"
    base.log(
        contract=contract,
        record=row,
        verb=f"kpi_{act}",
        by=by,
        role=role.role,
        now=now,
        old=old,
        new=new,
        reason=reason.strip(),
    )
    return row


@dataclass(frozen=True, slots=True)
class _As:
    """In which role somebody acts, and by which delegation."""

    role: str
    delegation: Delegation | None = None


def _check_state(row: KpiVersion, act: str, rule: Rule, change: Change | None) -> None:
    if row.state not in rule.sources:
        raise Refused(
            f"{row.kpi.ref} is {row.get_state_display()} now, so it cannot be {rule.done}. "
            "Somebody may have acted on it just before you; open its page to see.",
            code="state",
        )
    if row.change_id != (change.pk if change else None) and act != "withdraw":
        raise Refused(
            f"This version of {row.kpi.ref} belongs to a change, and is decided with it on the change's page.",
            code="of_change",
        )
    if rule.of_change and change is None:
        raise Refused("Only a change can do this.", code="of_change")


def _check_person(contract: Contract, row: KpiVersion, rule: Rule, by: Any, day: dt.date, change: Change | None) -> _As:
    if rule.who is Permission.KPI_APPROVE:
        right = refuse_unless_may_approve(contract, by, day, proposer_id=row.proposed_by_id)
        return _As(right.role, right.delegation)
    allow(by, rule.who, contract)
    return _As(base.role_of(by, rule.who))


def _write(
    row: KpiVersion, rule: Rule, by: Any, role: _As, now: dt.datetime, reason: str, change: Change | None
) -> None:
    row.state = rule.target
    row.touch()
    fields = ["state", "version"]
    if rule.target is KpiState.PROPOSED:
        row.proposed_by, row.proposed_at, row.decision_reason = by, now, ""
        row.decided_by = row.decided_at = None
        fields += ["proposed_by", "proposed_at", "decided_by", "decided_at", "decision_reason"]
    elif rule.who is Permission.KPI_APPROVE:
        row.decided_by, row.decided_at, row.delegation = by, now, role.delegation
        row.decision_reason = reason.strip()
        fields += ["decided_by", "decided_at", "delegation", "decision_reason"]
    elif rule.target is KpiState.APPROVED and change is not None:
        row.decided_by, row.decided_at = change.approved_by, change.approved_at
        fields += ["decided_by", "decided_at"]
    row.save(update_fields=fields)


def _put_in_force(kpi: Kpi, row: KpiVersion, previous: KpiVersion | None) -> None:
    if previous is not None:
        previous.state = KpiState.SUPERSEDED
        previous.save(update_fields=["state"])
    kpi.current = row
    kpi.touch()
    kpi.save(update_fields=["current", "version"])
