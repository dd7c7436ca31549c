"""
A change of a contract: proposed with a reason and a day, checked as a permitted modification, approved, agreed.

Its KPIs get a new version each, which waits with the change and takes force when the supplier agrees. Periods before
the effective day, and locked ones, never change. A supplier may ask for a change; officers compare and answer it.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal.periods import day_in_words
from commonweal_web.contracts import approvers, hooks, stale
from commonweal_web.contracts.models import Change, Contract, Kpi, KpiState, KpiVersion
from commonweal_web.contracts.services import base
from commonweal_web.contracts.services.new_versions import ChangeFields, new_versions, running
from commonweal_web.contracts.transitions import perform
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.models import User, in_force
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import Role

State = Change.State


@transaction.atomic
def change_propose(
    *, contract: Contract, fields: ChangeFields, by: Any, now: dt.datetime, asked: Change | None = None
) -> Change:
    """
    Propose a change with a new version of each KPI whose targets differ; `asked` is a supplier's request taken on.

    :raises Refused: if it would touch a locked period, has no reason, or changes nothing
    """
    row = base.locked(contract, Permission.KPI_PROPOSE, by)
    base.running(row)
    check_day(row, fields.effective)
    ends = check_end(row, fields)
    retires = _retiring(row, fields)
    if not fields.reason.strip():
        raise Refused("Say why the contract changes.", code="reason", field="reason")
    if Change.objects.filter(contract=row, state__in=[State.PROPOSED, State.APPROVED]).exists():
        raise Refused(
            f"{row.reference} has a change that is not decided yet. Finish or withdraw it first.", code="open_change"
        )
    change = _taken_on(asked, by) if asked is not None else Change(contract=row)
    change.title, change.reason, change.effective = fields.title.strip(), fields.reason.strip(), fields.effective
    change.old_yearly_value_pence, change.yearly_value_pence = fields.old_yearly_value_pence, fields.yearly_value_pence
    change.old_value_pence, change.value_pence = row.value_pence, fields.value_pence
    change.old_ends, change.ends = (row.ends, ends) if ends else (None, None)
    change.retires = [kpi.pk for kpi in retires]
    change.state, change.proposed_by, change.proposed_at = State.PROPOSED, by, now
    change.save()
    made = new_versions(row, change, fields, by, now)
    if not made and fields.value_pence is None and not ends and not retires:
        raise Refused("Nothing would change: give a new value, another last day or other targets.", code="no_change")
    new = {"kpis": made, "effective": change.effective}
    if ends or retires:
        new |= {"ends": ends, "retires": [kpi.ref for kpi in retires]}
    log_change(change, "change_proposed", by, Permission.KPI_PROPOSE, now, new)
    return change


def check_day(contract: Contract, effective: dt.date) -> None:
    """
    Refuse a day on which a change cannot take effect.

    :raises Refused: outside the contract, or inside a period that is locked, with its last day
    """
    if not contract.starts <= effective <= contract.ends:
        raise Refused("The change must take effect during the contract.", code="dates", field="effective")
    closed = hooks.locked_until(contract)
    if closed is not None and effective <= closed:
        raise Refused(
            f"Periods to {day_in_words(closed)} are locked, and a change never alters them. "
            f"Choose a day after {day_in_words(closed)}.",
            code="locked_period",
            field="effective",
        )


def check_end(contract: Contract, fields: ChangeFields) -> dt.date | None:
    """
    Return the new last day, or None where it stays.

    :raises Refused: if the contract would end before the change takes effect
    """
    if fields.ends is None or fields.ends == contract.ends:
        return None
    if fields.ends < fields.effective:
        raise Refused(
            "The contract cannot end before the change takes effect. Give a later last day.", code="dates", field="ends"
        )
    return fields.ends


def _retiring(contract: Contract, fields: ChangeFields) -> list[Kpi]:
    found = list(running(contract).filter(pk__in=fields.retires))
    if len(found) != len(fields.retires):
        raise Refused("Only KPIs that are in force can be retired.", code="retires", field="retires")
    return found


@transaction.atomic
def change_check(
    *, change: Change, permitted: bool, ground: str, by: Any, now: dt.datetime, shown: int | None
) -> Change:
    """
    Record the procurement officer's check: a permitted modification, on which ground; or refuse the change.

    :raises Refused: for one's own proposal, without a ground, or in another state
    """
    row = locked_change(change, Permission.MODIFICATION_CHECK, by, shown)
    in_state(row, State.PROPOSED)
    if row.proposed_by_id == by.pk:
        raise Refused("You proposed this change, so somebody else checks it.", code="own_proposal")
    if not ground.strip():
        raise Refused("Say on which ground.", code="ground", field="ground")
    row.checked_by, row.checked_at, row.permitted_ground = by, now, ground.strip()
    if not permitted:
        row.state, row.decision_reason = State.REFUSED, f"Not a permitted modification: {ground.strip()}"
        _drop_versions(row)
    save_change(row)
    if permitted:
        _tell_approvers(row, now)
    verb = "change_checked" if permitted else "change_refused"
    log_change(row, verb, by, Permission.MODIFICATION_CHECK, now, {"ground": row.permitted_ground, "state": row.state})
    return row


@transaction.atomic
def change_approve(*, change: Change, by: Any, now: dt.datetime, shown: int | None) -> Change:
    """
    Approve a checked change; it then waits for the supplier.

    :raises StaleVersion, Refused, NotPermitted: as approving a KPI; and before the procurement officer's check
    """
    row = locked_change(change, None, by, shown)
    in_state(row, State.PROPOSED)
    if row.checked_by_id is None:
        raise Refused(
            "The procurement officer has not recorded yet whether this is a permitted modification.", code="unchecked"
        )
    check_day(row.contract, row.effective)
    right = approvers.refuse_unless_may_approve(row.contract, by, base.day_of(now), proposer_id=row.proposed_by_id)
    row.state, row.approved_by, row.approved_at = State.APPROVED, by, now
    save_change(row)
    _tell_supplier(row, now)
    base.log(
        contract=row.contract,
        record=row,
        verb="change_approved",
        by=by,
        role=right.role,
        now=now,
        old={"state": "proposed"},
        new={"state": row.state, "version": row.version},
    )
    return row


@transaction.atomic
def change_refuse(*, change: Change, reason: str, by: Any, now: dt.datetime, shown: int | None) -> Change:
    """
    Refuse a change: the director a proposal, an officer a supplier's request, the supplier an approved one.

    :raises Refused: without a reason, or when it is decided
    """
    permission = {
        State.ASKED: Permission.KPI_PROPOSE,
        State.APPROVED: Permission.VARIATION_ACKNOWLEDGE,
    }.get(State(change.state))
    row = locked_change(change, permission, by, shown)
    in_state(row, State.ASKED, State.PROPOSED, State.APPROVED)
    if not reason.strip():
        raise Refused("Say why, so that the other side can answer.", code="reason", field="reason")
    if row.state == State.PROPOSED:
        approvers.refuse_unless_may_approve(row.contract, by, base.day_of(now), proposer_id=row.proposed_by_id)
    _end(row, State.REFUSED, reason, by, now)
    log_change(row, "change_refused", by, permission or Permission.KPI_APPROVE, now, {"state": row.state}, reason)
    _tell_asker(row, f"was refused: {reason.strip()}", now)
    return row


@transaction.atomic
def change_withdraw(*, change: Change, by: Any, now: dt.datetime, shown: int | None) -> Change:
    """Take a change back before it is agreed: the supplier its own request, officers their proposal."""
    asked = change.state == State.ASKED
    permission = Permission.VARIATION_ACKNOWLEDGE if asked else Permission.KPI_PROPOSE
    row = locked_change(change, permission, by, shown)
    in_state(row, State.ASKED, State.PROPOSED, State.APPROVED)
    _end(row, State.WITHDRAWN, "", by, now)
    log_change(row, "change_withdrawn", by, permission, now, {"state": row.state})
    return row


@transaction.atomic
def change_agree(*, change: Change, by: Any, now: dt.datetime, shown: int | None) -> Change:
    """
    Agree an approved change for the supplier: its KPI versions take force and the contract's value changes.

    :raises StaleVersion, Refused: if it is not the approved change that was shown
    """
    row = locked_change(change, Permission.VARIATION_ACKNOWLEDGE, by, shown)
    in_state(row, State.APPROVED)
    check_day(row.contract, row.effective)
    row.state, row.agreed_by, row.agreed_at = State.AGREED, by, now
    save_change(row)
    for version in _versions(row):
        perform(version=version, act="agree", by=by, now=now, change=row)
    _change_contract(row)
    for kpi in Kpi.objects.select_for_update().filter(pk__in=row.retires).order_by("pk"):
        kpi.retired_on = row.effective - dt.timedelta(days=1)
        kpi.touch()
        kpi.save(update_fields=["retired_on", "version"])
    new = {"state": row.state, "value_pence": row.value_pence}
    log_change(row, "change_agreed", by, Permission.VARIATION_ACKNOWLEDGE, now, new)
    return row


def _change_contract(row: Change) -> None:
    """Give the contract the value and the last day that were agreed."""
    contract = row.contract
    if row.value_pence is None and row.ends is None:
        return
    contract.value_pence = contract.value_pence if row.value_pence is None else row.value_pence
    contract.ends = row.ends or contract.ends
    if contract.latest_extension is not None:
        contract.latest_extension = max(contract.latest_extension, contract.ends)
    contract.touch()
    contract.save(update_fields=["value_pence", "ends", "latest_extension", "version"])


def _taken_on(asked: Change, by: Any) -> Change:
    row = Change.objects.select_for_update().get(pk=asked.pk)
    in_state(row, State.ASKED)
    if not row.comparison:
        raise Refused("Compare what is offered with what is promised first.", code="not_compared")
    return row


def locked_change(change: Change, permission: Permission | None, by: Any, shown: int | None) -> Change:
    """Return the change's row, locked with its contract, as it was shown."""
    contract = base.locked(change.contract, permission, by)
    row = Change.objects.select_for_update().get(pk=change.pk)
    row.contract = contract
    stale.expect(row, shown)
    return row


def in_state(row: Change, *states: Change.State) -> None:
    """Refuse an act in another state than these."""
    if row.state not in states:
        raise Refused(f"This change is {row.get_state_display()}, so this cannot be done to it any more.", code="state")


def _end(row: Change, state: Change.State, reason: str, by: Any, now: dt.datetime) -> None:
    row.state, row.decision_reason = state, reason.strip()
    _drop_versions(row)
    save_change(row)


def _drop_versions(row: Change) -> None:
    """The versions go with their change, whose row of the log tells it."""
    for version in _versions(row):
        version.state = KpiState.WITHDRAWN
        version.touch()
        version.save(update_fields=["state", "version"])


def _versions(row: Change) -> list[KpiVersion]:
    Kpi.objects.select_for_update().filter(versions__change=row).order_by("pk").exists()
    return list(row.kpi_versions.select_related("kpi__contract").filter(state=KpiState.PROPOSED).order_by("kpi_id"))


def save_change(row: Change) -> None:
    """Count one more change of the row, and save it."""
    row.touch()
    row.save()


def log_change(
    row: Change, verb: str, by: Any, permission: Permission, now: dt.datetime, new: dict[str, Any], reason: str = ""
) -> None:
    """Write the row of the log of an act on a change."""
    base.log(
        contract=row.contract,
        record=row,
        verb=verb,
        by=by,
        role=base.role_of(by, permission),
        now=now,
        new={**new, "version": row.version},
        reason=reason or row.reason,
    )


def _tell_approvers(row: Change, now: dt.datetime) -> None:
    for person in approvers.route(row.contract, base.day_of(now), proposer=row.proposed_by):
        base.tell(
            contract=row.contract,
            to=person,
            key=f"change-checked:{row.pk}",
            subject="a change waits for your approval",
            body=f"{row.title}, from {day_in_words(row.effective)}. It was checked as a permitted modification.\n\n"
            "Sign in to see what would change, and approve or refuse it.\n",
            now=now,
        )


def _tell_supplier(row: Change, now: dt.datetime) -> None:
    day = base.day_of(now)
    suppliers = base.suppliers_on(row.contract, max(day, row.contract.starts))
    people = User.objects.filter(
        in_force(day, "memberships__"),
        memberships__organisation__in=suppliers,
        memberships__role=Role.SA,
        is_active=True,
    )
    for person in people.distinct():
        base.tell(
            contract=row.contract,
            to=person,
            key=f"change-approved:{row.pk}",
            subject="a change waits for your agreement",
            body=f"{row.title}, from {day_in_words(row.effective)}. The council has approved it.\n\n"
            "Sign in to see what would change, and agree or refuse it.\n",
            now=now,
        )


def _tell_asker(row: Change, words: str, now: dt.datetime) -> None:
    if row.asked_by is not None:
        base.tell(
            contract=row.contract,
            to=row.asked_by,
            key=f"change:{row.pk}:{row.version}",
            subject=f"the change you asked for {words}"[:200],
            body=f"{row.title}: {words}\n\nSign in to see it, or ask for another.\n",
            now=now,
        )
