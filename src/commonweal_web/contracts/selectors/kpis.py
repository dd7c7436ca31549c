"""KPIs as pages show them: what is promised now and originally, what waits for whom, what a body uses again."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from commonweal.reporting import wording
from commonweal_web.contracts import approvers, terms
from commonweal_web.contracts.models import Change, Contract, Kpi, KpiState, KpiTemplate, KpiVersion
from commonweal_web.frameworks import cpv

OPEN = (KpiState.DRAFT, KpiState.SENT_BACK, KpiState.PROPOSED)


@dataclass(frozen=True, slots=True)
class KpiLine:
    """A KPI in a list: the version in force, and a newer one that is not decided."""

    kpi: Kpi
    current: KpiVersion | None
    newer: KpiVersion | None

    @property
    def shown(self) -> KpiVersion | None:
        return self.current or self.newer


def kpis_of(contract: Contract) -> list[KpiLine]:
    """Return the KPIs of a contract in their order; withdrawn ones that were never in force are left out."""
    rows = contract.kpis.select_related("current").prefetch_related("versions").order_by("pk")
    lines = []
    for kpi in rows:
        newer = next((v for v in reversed(kpi.versions.all()) if v.state in OPEN), None)
        if kpi.current is not None or newer is not None:
            lines.append(KpiLine(kpi, kpi.current, newer))
    return lines


@dataclass(frozen=True, slots=True)
class TargetRow:
    """What is owed in one period or year: as first promised, and as it stands now."""

    label: str
    original: Decimal | None
    current: Decimal | None
    year: bool = False

    @property
    def adjusted(self) -> Decimal | None:
        """By how much it was adjusted; None where it was not."""
        if self.original is None or self.current is None or self.original == self.current:
            return None
        return self.current - self.original


@dataclass(frozen=True, slots=True)
class TargetTable:
    """Original, adjustment and current targets by period, with sums by contract year and over the whole life."""

    rows: tuple[TargetRow, ...]
    total: TargetRow
    adds_up: bool


def target_table(kpi: Kpi, version: KpiVersion | None = None) -> TargetTable | None:
    """Return the table of a KPI, for the version in force or the one given; None without targets."""
    shown = version or kpi.current
    if shown is None:
        return None
    first = kpi.versions.filter(state__in=["approved", "superseded"]).order_by("number").first() or shown
    original = {t.starts: t for t in first.targets.all()}
    current = {t.starts: t for t in shown.targets.all()}
    if not current:
        return None
    summed = terms.adds_up(shown.kind, shown.over_time)
    rows: list[TargetRow] = []
    years: dict[int, list[TargetRow]] = defaultdict(list)
    for starts in sorted(original.keys() | current.keys()):
        one, now = original.get(starts), current.get(starts)
        either = now or one
        assert either is not None  # the key comes from one of the two
        row = TargetRow(
            terms.Amount(either.starts, either.ends, either.amount).label,
            one.amount if one else None,
            now.amount if now else None,
        )
        years[terms.year_of(starts, kpi.contract.starts)].append(row)
    for year, inside in sorted(years.items()):
        rows += inside
        if summed and len(inside) > 1:
            rows.append(_sum(f"Year {year}", inside, year=True))
    everything = [row for inside in years.values() for row in inside]
    total = _sum("Whole life", everything) if summed else TargetRow("Each period", first.target, shown.target)
    return TargetTable(tuple(rows), total, summed)


def _sum(label: str, rows: list[TargetRow], *, year: bool = False) -> TargetRow:
    zero = Decimal(0)
    return TargetRow(
        label,
        sum((row.original or zero for row in rows), zero),
        sum((row.current or zero for row in rows), zero),
        year,
    )


def waiting_for(user: Any, *, day: dt.date) -> list[dict[str, Any]]:
    """Return the proposals that `user` may decide, by contract: KPIs outside of changes, and checked changes."""
    contracts = Contract.objects.visible_to(user).select_related("authority", "directorate")
    proposed = contracts.filter(kpis__versions__state=KpiState.PROPOSED, kpis__versions__change__isnull=True)
    changed = contracts.filter(changes__state=Change.State.PROPOSED, changes__checked_by__isnull=False)
    found = []
    for contract in contracts.filter(Q(pk__in=proposed.values("pk")) | Q(pk__in=changed.values("pk"))).distinct():
        if not approvers.right_of(contract, user, day).ok or approvers.hindrance(contract, user, day):
            continue
        versions = proposed_versions(contract).exclude(proposed_by=user)
        changes = contract.changes.filter(state=Change.State.PROPOSED, checked_by__isnull=False).exclude(
            proposed_by=user
        )
        if versions or changes:
            found.append({"contract": contract, "versions": list(versions), "changes": list(changes)})
    return found


def proposed_versions(contract: Contract) -> QuerySet[KpiVersion]:
    """Return the proposals of a contract outside of changes."""
    rows = KpiVersion.objects.filter(kpi__contract=contract, state=KpiState.PROPOSED, change__isnull=True)
    return rows.select_related("kpi__contract", "proposed_by").order_by("kpi_id")


def templates_for(contract: Contract) -> QuerySet[KpiTemplate]:
    """Return the body's templates in use, those that suit the contract's CPV division first."""
    rows = KpiTemplate.objects.filter(organisation=contract.authority, retired_on__isnull=True)
    division = cpv.division_of(contract.category)
    suits = Q(category="") | Q(category__startswith=division) if division else Q()
    return rows.filter(suits).order_by("name")


def per_unit(version: KpiVersion) -> str:
    """Return what a unit is worth in words; a licensed value is never shown."""
    if version.value_per_unit is None:
        return "Recorded without pounds"
    if version.value_licensed:
        return "Licensed value: it computes and is never shown"
    one = "£1" if version.unit == "GBP" else version.unit
    return f"{wording.amount(version.value_per_unit, 'GBP')} per {one}"


def unit_heading(version: KpiVersion) -> str:
    """Return the unit of a version's targets as a column's heading has it."""
    if version.kind == "ratio":
        return "%"
    return "£" if version.unit == "GBP" else version.unit


def may_decide(user: Any, contract: Contract, day: dt.date) -> bool:
    """Say whether a page offers to approve."""
    return approvers.right_of(contract, user, day).ok and not approvers.hindrance(contract, user, day)


def approvers_of(contract: Contract, day: dt.date) -> list[str]:
    """Return the names of who can approve on this contract, for those who wait."""
    return [str(user) for user in approvers.approvers(contract, day)]
