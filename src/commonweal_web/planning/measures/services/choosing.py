"""
The measures of a plan: chosen from its framework or written by hand, changed, put in order, removed.

Each becomes the KPI that it says. What it says and what a unit is worth are worked out as for a KPI of a contract, and
frozen. Who adds or last changes a measure is its proposer, and what was decided about it before is void.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal.catalogue import Measure
from commonweal.checks.problem import Problem
from commonweal.policy.themes import policy_themes
from commonweal.suggest import burden_of
from commonweal_web.contracts import terms
from commonweal_web.contracts.services.kpis import WORDS, KpiFields, decided, value_of
from commonweal_web.core.errors import Refused
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning import base
from commonweal_web.planning.measures import selectors, suggesting
from commonweal_web.planning.models import Plan, PlanMeasure
from commonweal_web.planning.policies.deciding import decide_plan

MAY = Permission.PLAN_DRAFT
STOPS = ("too_many_measures", "measure_twice")
"""Problems for which nothing is saved; the others stand on the plan until they are mended."""


@dataclass(frozen=True, slots=True)
class MeasureFields:
    """
    A measure as the KPI that it will become, with its themes where no framework says them.

    Minutes per bid and per return that are None are estimated.
    """

    kpi: KpiFields
    themes: tuple[str, ...] = ()
    burden_bid: int | None = None
    burden_return: int | None = None


@transaction.atomic
def measures_choose(*, plan: Plan, codes: Sequence[str], by: Any, now: dt.datetime) -> list[PlanMeasure]:
    """
    Choose measures of the plan's framework, each with what the framework says of it and why it was suggested.

    :raises Refused: if that would be more than the policy allows, or one is not taken for new contracts; then none is
        chosen
    """
    plan, on = _written(plan, by), base.day_of(now)
    if not codes:
        raise Refused("Choose at least one measure.", code="none", field="codes")
    found = [_available(plan, code, on) for code in dict.fromkeys(codes)]
    why = suggesting.why_of(plan, decide_plan(plan, on))
    made = []
    for measure in found:
        row = _new(plan, measure.code, by, now)
        row.why = why.get(measure.code, [])
        _write(row, MeasureFields(_of_measure(measure)))
        made.append(row)
    _within_limits(plan, on)
    base.log(
        plan=plan, record=plan, verb="measures_chosen", by=by, permission=MAY, now=now,
        new={"measures": [f"{one.ref} {one.deliverable}" for one in made]},
    )  # fmt: skip
    return made


@transaction.atomic
def measure_write(*, plan: Plan, fields: MeasureFields, by: Any, now: dt.datetime) -> PlanMeasure:
    """
    Add an indicator of one's own, without pounds.

    :raises Refused: if its reference is taken, or that would be more than the policy allows
    """
    plan = _written(plan, by)
    row = _new(plan, fields.kpi.ref.strip(), by, now)
    _write(row, fields)
    _within_limits(plan, base.day_of(now))
    base.log(plan=plan, record=row, verb="measure_written", by=by, permission=MAY, now=now, new=_said(row))
    return row


@transaction.atomic
def measure_edit(
    *, measure: PlanMeasure, fields: MeasureFields, by: Any, now: dt.datetime, shown: int | None = None
) -> PlanMeasure:
    """
    Change a measure before it is approved. Who changes it becomes its proposer, and what was decided is void.

    :raises StaleVersion: if it was changed since the page was opened
    :raises Refused: if it was approved, or the plan is not being written
    """
    row = _locked(measure, by, shown)
    before = _said(row)
    row.proposed_by, row.proposed_at, row.state = by, now, PlanMeasure.State.PROPOSED
    row.decided_by = row.decided_at = row.delegation = None
    row.decision_reason = ""
    row.touch()
    _write(row, fields)
    after = _said(row)
    changed = [name for name in after if before[name] != after[name]]
    base.log(
        plan=row.plan, record=row, verb="measure_edited", by=by, permission=MAY, now=now,
        old={name: before[name] for name in changed}, new={name: after[name] for name in changed},
    )  # fmt: skip
    return row


@transaction.atomic
def measure_move(*, measure: PlanMeasure, up: bool, by: Any, now: dt.datetime) -> None:
    """Put a measure before its neighbour, or after it. At the end of the list nothing happens."""
    row = _locked(measure, by, None)
    rows = selectors.measures_of(row.plan)
    at = next(index for index, one in enumerate(rows) if one.pk == row.pk)
    other = at - 1 if up else at + 1
    if not 0 <= other < len(rows):
        return
    rows[at], rows[other] = rows[other], rows[at]
    for order, one in enumerate(rows):
        if one.order != order:
            _not_approved(one)
            one.order = order
            one.save(update_fields=["order"])
    base.log(
        plan=row.plan, record=row, verb="measure_moved", by=by, permission=MAY, now=now,
        new={"order": [one.ref for one in rows]},
    )  # fmt: skip


@transaction.atomic
def measure_remove(*, measure: PlanMeasure, by: Any, now: dt.datetime, shown: int | None = None) -> None:
    """
    Take a measure out of the plan; the log keeps what it said.

    :raises Refused: if it was approved, or fills a part of a posted need
    """
    row = _locked(measure, by, shown)
    if row.offers.exists():
        raise Refused(
            f"{row.ref} fills a part of a posted need. Take the offer on that need back first.", code="offered"
        )
    plan, old = row.plan, _said(row)
    row.delete()
    base.log(plan=plan, record=plan, verb="measure_removed", by=by, permission=MAY, now=now, old=old)


@transaction.atomic
def measures_value(*, plan: Plan, by: Any, now: dt.datetime) -> int:
    """
    Work out anew what a unit of each measure is worth, after the plan's first day, place or values changed.

    Return how many changed; each of them has a new proposer.
    """
    plan = _written(plan, by)
    changed = []
    for row in selectors.out_of_date(plan, selectors.measures_of(plan)):
        _not_approved(row)
        row.plan = plan
        _freeze(row)
        row.proposed_by, row.proposed_at, row.state = by, now, PlanMeasure.State.PROPOSED
        row.decided_by = row.decided_at = row.delegation = None
        row.touch()
        row.save()
        changed.append(row.ref)
    if changed:
        base.log(
            plan=plan, record=plan, verb="measures_valued", by=by, permission=MAY, now=now, new={"measures": changed}
        )
    return len(changed)


def _written(plan: Plan, by: Any) -> Plan:
    locked = base.locked(plan, MAY, by)
    base.written(locked)
    return locked


def _locked(measure: PlanMeasure, by: Any, shown: int | None) -> PlanMeasure:
    plan = _written(measure.plan, by)
    row = PlanMeasure.objects.select_for_update(of=("self",)).filter(pk=measure.pk).first()
    if row is None:
        raise Refused("This measure is no longer in the plan. Look at its measures again.", code="gone")
    row.plan = plan
    row.expect(shown)
    _not_approved(row)
    return row


def _not_approved(row: PlanMeasure) -> None:
    if row.state == PlanMeasure.State.APPROVED:
        raise Refused(
            f"{row.ref} is approved and locked. Open a new version of the plan to change it.", code="approved"
        )


def _available(plan: Plan, code: str, on: dt.date) -> Measure:
    if not frameworks.may_use(plan.framework, body=plan.authority_id):
        raise Refused(
            "The plan names no framework that the body may use. Name one on the page of the plan's facts first.",
            code="framework",
            field="codes",
        )
    found = frameworks.measure_or_none(plan.framework, code)
    if found is None:
        raise Refused("Choose measures from the list.", code="unknown", field="codes")
    why = frameworks.unavailable(plan.framework, found.code, body=plan.authority_id, on=on)
    if why:
        raise Refused(why, code="withdrawn", field="codes")
    return found


def _new(plan: Plan, ref: str, by: Any, now: dt.datetime) -> PlanMeasure:
    rows = PlanMeasure.objects.filter(plan=plan)
    if rows.filter(ref=ref).exists():
        raise Refused(f"{plan.reference} has a measure called {ref} already.", code="duplicate", field="ref")
    last = rows.order_by("-order").values_list("order", flat=True).first()
    return PlanMeasure(
        plan=plan, ref=ref, order=0 if last is None else last + 1, proposed_by=by, proposed_at=now
    )  # fmt: skip


def _of_measure(measure: Measure) -> KpiFields:
    return KpiFields(
        ref=measure.code,
        deliverable=measure.label,
        measure=measure.code,
        cohort=measure.cohort.replace("_", " "),
        evidence_rule=measure.evidence,
    )


def _write(row: PlanMeasure, fields: MeasureFields) -> None:
    """Put the fields, the themes, the minutes and the value into a measure that is not approved, and save it."""
    said = decided(row.plan.framework, fields.kpi)
    found = frameworks.measure_or_none(row.plan.framework, fields.kpi.measure)
    for name in WORDS:
        setattr(row, name, said[name])
    row.measure = found.id if found else ""
    row.themes = themes_of(row.plan, found, fields.themes)
    row.target = fields.kpi.target
    ours = burden_of(evidence=row.evidence_rule, unit=row.unit, kind=row.kind, sensitive=row.sensitive)
    row.burden_bid = ours.bid if fields.burden_bid is None else fields.burden_bid
    row.burden_return = ours.per_return if fields.burden_return is None else fields.burden_return
    _freeze(row)
    row.save()


def themes_of(plan: Plan, found: Measure | None, chosen: Sequence[str]) -> list[str]:
    """
    Return the themes of the policy that a measure serves: those that its framework says, or else those chosen.

    A chosen theme counts for what the policy asks like any other: the panel and the director see it.
    """
    known = policy_themes()
    said = known.of(found, frameworks.framework(plan.framework)) if found else None
    return sorted(said) if said is not None else [one for one in chosen if one in known.labels]


def _freeze(row: PlanMeasure) -> None:
    value = value_of(row.plan, row.measure, place=row.place)
    row.value_per_unit = value.per_unit if value else None
    row.value_series = value.series if value else ""
    row.value_source = value.source[:500] if value else ""
    row.value_licensed = value.licensed if value else False


def _within_limits(plan: Plan, on: dt.date) -> None:
    rows = selectors.measures_of(plan)
    problem: Problem | None = next(
        (one for one in selectors.problems_of(plan, rows, decide_plan(plan, on)) if one.code in STOPS), None
    )
    if problem is not None:
        raise Refused(selectors.in_words(problem), code=problem.code, field="codes")


def _said(row: PlanMeasure) -> dict[str, Any]:
    """What a measure says, as the log keeps it; what a licensed value is stays out of it."""
    words = {name: getattr(row, name) for name in WORDS}
    return words | {
        "ref": row.ref,
        "target": terms.shown(row.target),
        "themes": row.themes,
        "burden_bid": row.burden_bid,
        "burden_return": row.burden_return,
        "value": "licensed" if row.value_licensed else _amount(row.value_per_unit),
    }


def _amount(value: Decimal | None) -> str:
    return "" if value is None else str(value.normalize())
