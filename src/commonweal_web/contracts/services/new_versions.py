"""What a change does to KPIs: new targets by period, kept in a new version of each KPI that waits with the change."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from commonweal.periods import Period
from commonweal_web.contracts import terms
from commonweal_web.contracts.models import Change, Contract, Kpi, KpiState, KpiVersion
from commonweal_web.contracts.services import kpis
from commonweal_web.core.errors import Refused

ZERO = Decimal(0)
COPIED = (*kpis.WORDS, "value_per_unit", "value_series", "value_source", "value_on", "value_licensed", "adjustments")
"""What a new version takes over from the one in force: everything but its targets; the frozen value stays."""


@dataclass(frozen=True, slots=True)
class ChangeFields:
    """
    What is proposed. Values per year are pence; scalable KPIs are scaled by them from `effective` on.

    `targets` overrules by KPI id what single periods from `effective` on shall owe. `ends` is a new last day of the
    contract, and `retires` names the KPIs that owe nothing from `effective` on.
    """

    title: str
    reason: str
    effective: dt.date
    old_yearly_value_pence: int | None = None
    yearly_value_pence: int | None = None
    value_pence: int | None = None
    targets: Mapping[int, Mapping[Period, Decimal]] | None = None
    ends: dt.date | None = None
    retires: frozenset[int] = frozenset()


def proposed_targets(contract: Contract, kpi: Kpi, fields: ChangeFields) -> list[terms.Amount]:
    """Return what a KPI would owe by period under a change: scaled, to the new last day, retired, then as typed."""
    now_owed = targets_of(kpi)
    found = now_owed
    old, new = fields.old_yearly_value_pence, fields.yearly_value_pence
    if kpi.current is not None and kpi.current.scalable and old and new is not None:
        found = terms.scaled(now_owed, old_pence=old, new_pence=new, effective=fields.effective)
    found = _to_the_end(contract, kpi, found, fields.ends)
    if kpi.pk in fields.retires:
        found = [replace(one, amount=ZERO) if one.starts >= fields.effective else one for one in found]
    typed = dict((fields.targets or {}).get(kpi.pk, {}))
    early = [period for period, amount in typed.items() if period.end < fields.effective]
    if early:
        raise Refused(
            f"{early[0].label} lies before the change takes effect, so its target stays as it is.", code="early"
        )
    return [terms.Amount(one.starts, one.ends, typed.get(one.period, one.amount)) for one in found]


def _to_the_end(contract: Contract, kpi: Kpi, owed: list[terms.Amount], ends: dt.date | None) -> list[terms.Amount]:
    """
    Return the targets of a contract that ends on another day. Periods that are added are offered what the last one
    owed, where a KPI is owed evenly; nothing where its periods are typed. Periods after the last day fall away.
    """
    if ends is None or ends == contract.ends or not owed or kpi.current is None:
        return owed
    known = {one.starts: one.amount for one in owed}
    offered = ZERO if kpi.current.profile in terms.TYPED else owed[-1].amount
    return [
        terms.Amount(one.start, one.end, known.get(one.start, offered if one.start > contract.ends else ZERO))
        for one in terms.periods(contract.period_scheme, contract.starts, ends)
    ]


def running(contract: Contract) -> QuerySet[Kpi]:
    """Return the KPIs of a contract that are in force and not retired."""
    return Kpi.objects.filter(contract=contract, current__isnull=False, retired_on__isnull=True).order_by("pk")


def targets_of(kpi: Kpi) -> list[terms.Amount]:
    """Return what the version in force owes by period."""
    if kpi.current is None:
        return []
    return [terms.Amount(t.starts, t.ends, t.amount) for t in kpi.current.targets.all()]


def new_versions(contract: Contract, change: Change, fields: ChangeFields, by: Any, now: dt.datetime) -> list[str]:
    """Write a version of each KPI whose targets differ, to wait with the change; return their references."""
    made = []
    for kpi in running(contract).select_for_update(of=("self",)).select_related("current"):
        amounts = proposed_targets(contract, kpi, fields)
        if terms.differs(amounts, targets_of(kpi)):
            _new_version(kpi, change, amounts, by, now)
            made.append(kpi.ref)
    return made


def _new_version(kpi: Kpi, change: Change, amounts: list[terms.Amount], by: Any, now: dt.datetime) -> None:
    current = kpi.current
    assert current is not None  # the caller asks only for KPIs in force
    last = KpiVersion.objects.filter(kpi=kpi).order_by("-number").values_list("number", flat=True)[0]
    version = KpiVersion.objects.create(
        kpi=kpi,
        number=last + 1,
        state=KpiState.PROPOSED,
        target=terms.whole_life(amounts, kind=current.kind, over_time=current.over_time),
        change=change,
        effective=change.effective,
        proposed_by=by,
        proposed_at=now,
        **{name: getattr(current, name) for name in COPIED},
    )
    kpis.save_targets(version, amounts)
