"""The director's approval of each measure; with the last one the plan is locked as a version."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Max

from commonweal_web.audit import services as audit
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.approval import ApprovalRight
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.gateway import approvers
from commonweal_web.planning.gateway.services import telling
from commonweal_web.planning.models import Plan, PlanMeasure, PlanVersion
from commonweal_web.planning.plans.content import content_of, sha256_of

DRAFT = Permission.PLAN_DRAFT
State = PlanMeasure.State
NOT_COPIED = frozenset(
    {"id", "edition", "version", "state", "decided_by", "decided_at", "delegation", "decision_reason"}
)


@transaction.atomic
def measures_approve(
    *, plan: Plan, shown: Mapping[int, int], by: Any, now: dt.datetime
) -> tuple[list[PlanMeasure], PlanVersion | None]:
    """
    Approve exactly the measures that the approver saw, all or none; with the plan's last one lock the plan.

    :param shown: id of the measure -> the version that the page showed
    :raises StaleVersion: if one was changed since
    :raises Refused: for one's own proposal, for what is decided, or before the plan has passed the panel
    :raises NotPermitted: without the right, with the reason and who can
    """
    plan = _passed(plan)
    rows = _chosen(plan, shown)
    role = {_approve(plan, row, shown[row.pk], by, now).role for row in rows}
    left = PlanMeasure.objects.filter(plan=plan).exclude(state=State.APPROVED).exists()
    version = None if left else _lock(plan, by, now)
    audit.record(
        organisation_id=plan.authority_id, record=plan, verb="plan.measures_approved", by=by, role=min(role), now=now,
        old={"state": Plan.State.PASSED} if version else None,
        new={"measures": [row.pk for row in rows], "refs": [row.ref for row in rows],
             "delegation": next((row.delegation_id for row in rows), None), **_said(plan, version)},
    )  # fmt: skip
    if version:
        telling.locked(version, now)
    return rows, version


@transaction.atomic
def measure_send_back(
    *, measure: PlanMeasure, reason: str, by: Any, now: dt.datetime, shown: int | None = None
) -> Plan:
    """
    Send a measure back with a reason: the whole plan is written again, and goes to the panel and the director anew.

    :raises Refused: without a reason, or as `measures_approve`
    """
    plan = _passed(measure.plan)
    row = PlanMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk, plan=plan)
    if row.state != State.PROPOSED:
        raise Refused(f"{row.ref} is {row.get_state_display()} already.", code="decided")
    row.expect(shown)
    day = base.day_of(now)
    right = approvers.refuse_unless_may_approve(plan, by, day, proposer_id=row.proposed_by_id, ref=row.ref)
    if not reason.strip():
        raise Refused("Say why it is sent back, so that it can be mended.", code="no_reason", field="reason")
    _decide(row, State.SENT_BACK, by, now, reason=reason.strip())
    _write_again(plan, Plan.State.SENT_BACK)
    audit.record(
        organisation_id=plan.authority_id, record=plan, verb="plan.measure_sent_back", by=by, role=right.role, now=now,
        old={"state": Plan.State.PASSED}, new={"state": plan.state, "measure": row.pk, "ref": row.ref},
        reason=row.decision_reason,
    )  # fmt: skip
    telling.to_writers(
        plan, f"sent-back:{row.pk}", f"{row.ref} was sent back",
        f"{by} sent {row.ref} back: {row.decision_reason}\n\n"
        "Sign in to mend it. The plan then goes to the panel again.\n", now,
    )  # fmt: skip
    return plan


@transaction.atomic
def plan_reopen(*, plan: Plan, reason: str, by: Any, now: dt.datetime, shown: int | None = None) -> Plan:
    """
    Write an approved plan again, for a new version; the locked ones stay, and hold until the new one is approved.

    :raises Refused: for a plan that is not approved, or without a reason
    """
    plan = base.locked(plan, DRAFT, by)
    plan.expect(shown)
    if plan.state != Plan.State.APPROVED:
        raise Refused(f"{plan.reference} is {plan.get_state_display()}, so it needs no new version.", code="state")
    if not reason.strip():
        raise Refused("Say why a new version is needed.", code="no_reason", field="reason")
    _write_again(plan, Plan.State.DRAFT)
    base.log(
        plan=plan, record=plan, verb="plan.reopened", by=by, permission=DRAFT, now=now,
        old={"state": Plan.State.APPROVED}, new={"state": plan.state, "edition": plan.edition}, reason=reason.strip(),
    )  # fmt: skip
    return plan


def _passed(plan: Plan) -> Plan:
    """Lock a plan that passed the panel; whether somebody may approve is asked for each measure, with the reason."""
    rows = Plan.objects.select_for_update(of=("self",)).select_related("authority", "directorate")
    found = rows.get(pk=plan.pk)
    if found.state != Plan.State.PASSED:
        raise Refused(
            f"{found.reference} is {found.get_state_display()}, so its measures are not approved now.", code="state"
        )
    return found


def _chosen(plan: Plan, shown: Mapping[int, int]) -> list[PlanMeasure]:
    rows = list(PlanMeasure.objects.select_for_update(of=("self",)).filter(plan=plan, pk__in=shown))
    if not rows or len(rows) != len(shown):
        raise Refused("Choose at least one measure of this plan.", code="none_chosen", field="chosen")
    return rows


def _approve(plan: Plan, row: PlanMeasure, shown: int, by: Any, now: dt.datetime) -> ApprovalRight:
    if row.state != State.PROPOSED:
        raise Refused(f"{row.ref} is {row.get_state_display()} already. Open the page again.", code="decided")
    row.expect(shown)
    day = base.day_of(now)
    right = approvers.refuse_unless_may_approve(plan, by, day, proposer_id=row.proposed_by_id, ref=row.ref)
    row.delegation = right.delegation
    _decide(row, State.APPROVED, by, now)
    return right


def _decide(row: PlanMeasure, state: str, by: Any, now: dt.datetime, *, reason: str = "") -> None:
    row.state, row.decided_by, row.decided_at, row.decision_reason = state, by, now, reason
    row.touch()
    names = ["state", "decided_by", "decided_at", "decision_reason", "delegation", "version"]
    row.save(update_fields=names)


def _lock(plan: Plan, by: Any, now: dt.datetime) -> PlanVersion:
    content = content_of(plan)
    last = plan.versions.aggregate(last=Max("number"))["last"] or 0
    version = PlanVersion.objects.create(
        plan=plan, number=last + 1, content=content, sha256=sha256_of(content), approved_by=by, approved_at=now
    )
    plan.state = Plan.State.APPROVED
    plan.touch()
    plan.save(update_fields=["state", "version"])
    return version


def _said(plan: Plan, version: PlanVersion | None) -> dict[str, Any]:
    if version is None:
        return {}
    return {"state": plan.state, "version": version.number, "sha256": version.sha256}


def _write_again(plan: Plan, state: str) -> None:
    """Open a plan; where measures are approved, copy all into the next edition, since those rows stay as they are."""
    rows = list(PlanMeasure.objects.filter(plan=plan))
    if any(row.state == State.APPROVED for row in rows):
        plan.edition += 1
        PlanMeasure.editions.bulk_create(_copy(row, plan.edition) for row in rows)
    plan.state = state
    plan.touch()
    plan.save(update_fields=["state", "edition", "version"])


def _copy(row: PlanMeasure, edition: int) -> PlanMeasure:
    """The same measure, proposed by the same person; what was sent back says so still."""
    names = [one.attname for one in PlanMeasure._meta.concrete_fields if one.name not in NOT_COPIED]
    made = PlanMeasure(edition=edition, **{name: getattr(row, name) for name in names})
    if row.state == State.SENT_BACK:
        made.state, made.decided_by_id, made.decided_at = row.state, row.decided_by_id, row.decided_at
        made.decision_reason = row.decision_reason
    return made
