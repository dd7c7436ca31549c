"""The weight of social value in a plan's scores: set by who writes it, approved by two others where it is too low."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal.policy.rules import Weighting
from commonweal_web.contracts.services.base import changed
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.models import Plan, WeightApproval
from commonweal_web.planning.plans.services.plans import worked_out
from commonweal_web.planning.plans.weighing import NEEDED, per_cent, weighing_of, who_may, why_not
from commonweal_web.planning.policies.deciding import Decided, decide_plan
from commonweal_web.planning.policies.portfolio import average_for, average_words, quarter_of_plan


@transaction.atomic
def weight_set(
    *,
    plan: Plan,
    weight: Decimal,
    quantitative: Decimal | None,
    qualitative: Decimal | None,
    reason: str,
    by: Any,
    now: dt.datetime,
    shown: int | None,
) -> Plan:
    """
    Set the weight in per cent of the total score, and how it is split. Below the floor it needs a reason, and then
    the approval of two people; whoever may give it is written to.

    :raises Refused: if the numbers do not fit together, or the reason is missing
    """
    row = base.locked(plan, Permission.WEIGHT_SET, by)
    base.written(row)
    row.expect(shown)
    worked_out(row, now)
    decided = decide_plan(row, base.day_of(now))
    _fit(weight, quantitative, qualitative, decided.least_weight.weighting)
    below = decided.floor is not None and weight < decided.floor
    if below and not reason.strip():
        raise Refused(
            f"{per_cent(weight)} is below the least weight of {per_cent(decided.floor or weight)} "
            f"({decided.version}). Say why.",
            code="reason", field="reason",
        )  # fmt: skip
    said = {"weight": weight, "quantitative": quantitative, "qualitative": qualitative}
    old, new = changed(row, {**said, "weight_reason": reason.strip()})
    for name, value in said.items():
        setattr(row, name, value)
    row.weight_reason = reason.strip()
    row.touch()
    row.save(update_fields=[*said, "weight_reason", "policy", "version"])
    _reason_for_the_quarter(row, base.day_of(now))
    if below:
        _ask(row, decided, by, now)
    base.log(
        plan=row, record=row, verb="plan_weight_set", by=by, permission=Permission.WEIGHT_SET, now=now, old=old,
        new={**new, "below_floor": below, "version": row.version}, reason=row.weight_reason,
    )  # fmt: skip
    return row


@transaction.atomic
def weight_approve(*, plan: Plan, reason: str, by: Any, now: dt.datetime, shown: int | None) -> WeightApproval:
    """
    Approve a weight below the floor, as one of two people who do not write the plan.

    :raises StaleVersion: if the plan is another than the one that was looked at
    :raises Refused: if it needs no approval (any more), or the reason is missing
    """
    row = base.locked(plan, Permission.WEIGHT_BELOW_FLOOR, by)
    base.written(row)
    row.expect(shown)
    own = why_not(row, by)
    if own:
        raise NotPermitted(own, code="own")
    standing = weighing_of(row, decide_plan(row, base.day_of(now)))
    if not standing.below:
        raise Refused("The weight is not below the least weight, so it needs no approval.", code="not_below")
    if any(one.by_id == by.pk for one in standing.approvals):
        raise Refused("You approved this weight already. Somebody else gives the second approval.", code="twice")
    if not standing.missing:
        raise Refused(f"{NEEDED} people approved this weight already.", code="enough")
    if not reason.strip():
        raise Refused("Say why the lower weight is right here.", code="reason", field="reason")
    made = WeightApproval.objects.create(plan=row, weight=row.weight, reason=reason.strip(), by=by, at=now)
    base.log(
        plan=row, record=row, verb="plan_weight_approved", by=by, permission=Permission.WEIGHT_BELOW_FLOOR, now=now,
        new={"weight": row.weight, "approval": len(standing.approvals) + 1, "of": NEEDED}, reason=made.reason,
    )  # fmt: skip
    return made


def _fit(weight: Decimal, quantitative: Decimal | None, qualitative: Decimal | None, asked: Weighting | None) -> None:
    if not 0 <= weight <= 100:
        raise Refused("The weight must be from 0 to 100 %.", code="range", field="weight")
    if asked is not None and asked.quantitative is not None and (quantitative is None or qualitative is None):
        raise Refused(
            "The policy divides the weight into a quantitative and a qualitative part. Give both.",
            code="split", field="quantitative" if quantitative is None else "qualitative",
        )  # fmt: skip
    if (quantitative is None) != (qualitative is None):
        raise Refused("Give both parts of the weight, or neither.", code="split", field="qualitative")
    if quantitative is None or qualitative is None:
        return
    if min(quantitative, qualitative) < 0 or quantitative + qualitative != weight:
        raise Refused(
            f"The parts must add up to the weight: {per_cent(quantitative)} and {per_cent(qualitative)} make "
            f"{per_cent(quantitative + qualitative)}, not {per_cent(weight)}.",
            code="split", field="quantitative",
        )  # fmt: skip


def _reason_for_the_quarter(row: Plan, on: dt.date) -> None:
    """Refuse a weight without a reason that keeps the average of the quarter too low; nothing of it is saved."""
    average, listed = average_for(row, on)
    if average is not None and any(line.plan.pk == row.pk and line.needs_reason for line in listed):
        raise Refused(
            f"{average_words(average, quarter_of_plan(row))} Say why this plan weighs less; it goes on the panel's "
            "list.",
            code="reason", field="reason",
        )  # fmt: skip


def _ask(plan: Plan, decided: Decided, by: Any, now: dt.datetime) -> None:
    """Write to those who may approve; the same stands on their home page."""
    for person in who_may(plan):
        base.tell(
            plan=plan, to=person, key=f"weight:{plan.weight}:{plan.version}",
            subject="a weight below the least weight waits for approval",
            body=(
                f"{by} set the weight of social value in {plan.title} at {per_cent(plan.weight or Decimal(0))}. "
                f"The least weight is {per_cent(decided.floor or Decimal(0))} ({decided.version}).\n\n"
                f"Reason: {plan.weight_reason}\n\nTwo people approve it who do not write the plan.\n"
            ),
            now=now,
        )  # fmt: skip
