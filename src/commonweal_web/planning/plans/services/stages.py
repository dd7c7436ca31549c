"""What was considered at the stages of a plan: the record of each, and its sign-off."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from commonweal_web.core.errors import Refused
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.models import Plan, Stage

SAID = ("considered_on", "considered_by", "findings")
"""What a sign-off rests on: a change of any of these voids it."""


def locked(stage: Stage, by: Any) -> tuple[Plan, Stage]:
    """Return plan and stage, the plan locked first; refuse who may not write it, or a plan that is closed."""
    plan = base.locked(stage.plan, Permission.PLAN_DRAFT, by)
    base.written(plan)
    return plan, Stage.objects.select_for_update(of=("self",)).select_related("signed_by").get(pk=stage.pk)


@transaction.atomic
def stage_record(
    *,
    stage: Stage,
    considered_on: dt.date,
    considered_by: str,
    findings: str,
    by: Any,
    now: dt.datetime,
    shown: int | None,
) -> Stage:
    """
    Record who considered a stage, when, and what was found. A sign-off of other findings is void from then on.

    :raises StaleVersion: if somebody changed the record since the page was opened
    :raises Refused: for a day that has not come
    """
    plan, row = locked(stage, by)
    row.expect(shown)
    if considered_on > base.day_of(now):
        raise Refused("The day must not be in the future.", code="future", field="considered_on")
    said = {"considered_on": considered_on, "considered_by": considered_by.strip(), "findings": findings.strip()}
    old = {name: getattr(row, name) for name in SAID}
    if said == old:
        raise Refused("Nothing is different, so nothing was saved.", code="same")
    signed, row.signed_by, row.signed_at = row.signed_by, None, None
    for name, value in said.items():
        setattr(row, name, value)
    row.touch()
    row.save(update_fields=[*SAID, "signed_by", "signed_at", "version"])
    base.log(
        plan=plan, record=row, verb="plan_stage_recorded", by=by, permission=Permission.PLAN_DRAFT, now=now, old=old,
        new={**said, "version": row.version},
        reason=f"This voids the sign-off by {signed}." if signed else "",
    )  # fmt: skip
    return row


@transaction.atomic
def stage_sign(*, stage: Stage, by: Any, now: dt.datetime, shown: int | None) -> Stage:
    """
    Sign a stage off: its record says what was considered, and the plan may build on it.

    :raises Refused: before it says when it was considered, by whom and what was found; or if it is signed already
    """
    plan, row = locked(stage, by)
    row.expect(shown)
    if row.considered_on is None or not row.considered_by or not row.findings:
        raise Refused(
            f"The {row.get_kind_display()} says nothing yet. Record who considered it, when, and what was found; "
            "then sign it off.",
            code="no_findings",
        )
    if row.signed_by is not None:
        raise Refused(f"{row.signed_by} signed this off already.", code="signed")
    row.signed_by, row.signed_at = by, now
    row.touch()
    row.save(update_fields=["signed_by", "signed_at", "version"])
    base.log(
        plan=plan, record=row, verb="plan_stage_signed", by=by, permission=Permission.PLAN_DRAFT, now=now,
        new={"kind": row.kind, "version": row.version},
    )  # fmt: skip
    return row
