"""Lists of contracts: all that a person sees, those without KPIs with the reason, and what comes next on each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from commonweal.periods import Period, months_in
from commonweal_web.contracts.models import Assignment, BreakPoint, Contract, ContractSupplier, Kpi, Status
from commonweal_web.contracts.services import contacts
from commonweal_web.contracts.services.contracts import missing_for_live
from commonweal_web.frameworks import cpv
from commonweal_web.organisations.models import in_force
from commonweal_web.organisations.policies import Permission

ALERT_MONTHS = 24
"""How long before a break point a contract without KPIs is to be prepared for."""


def visible(user: Any) -> QuerySet[Contract]:
    """Return the contracts that a person sees, with what a list shows of each."""
    suppliers = ContractSupplier.objects.select_related("supplier").order_by("-leads", "pk")
    kpis = Kpi.objects.filter(contract=OuterRef("pk"), current__isnull=False, retired_on__isnull=True).order_by()
    return (
        Contract.objects.visible_to(user)
        .select_related("authority", "directorate")
        .prefetch_related(Prefetch("contract_suppliers", queryset=suppliers))
        .annotate(kpi_count=Coalesce(Subquery(kpis.values("contract").annotate(n=Count("pk")).values("n")), 0))
    )


def listing(
    user: Any, *, day: dt.date, words: str = "", status: str = "", directorate: str = "", lacking: str = ""
) -> QuerySet[Contract]:
    """Return the contracts of a filtered list. `lacking` is kpis, owner or contact."""
    found = visible(user)
    for word in words.split():
        found = found.filter(
            Q(reference__icontains=word)
            | Q(title__icontains=word)
            | Q(pk__in=ContractSupplier.objects.filter(supplier__name__icontains=word).values("contract"))
        )
    if status:
        found = found.filter(status=status)
    if directorate:
        found = found.filter(directorate_id=directorate)
    if lacking == "kpis":
        found = found.filter(kpi_count=0)
    elif lacking == "owner":
        owners = Assignment.objects.filter(in_force(day), part="owner")
        found = found.exclude(pk__in=owners.values("contract"))
    elif lacking == "contact":
        found = found.filter(status=Status.LIVE).exclude(contacts.with_live_contact(day))
    return found.order_by("reference")


def suppliers_in_words(contract: Contract) -> str:
    """Return the suppliers' names, the leading one first; the rows were prefetched."""
    return ", ".join(dict.fromkeys(row.supplier.name for row in contract.contract_suppliers.all()))


def own_directorates(user: Any) -> list[tuple[str, str]]:
    """Return the directorates of the contracts that a person sees, for a filter."""
    rows = Contract.objects.visible_to(user).filter(directorate__isnull=False)
    pairs = rows.values_list("directorate_id", "directorate__name").distinct().order_by("directorate__name")
    return [(str(pk), name) for pk, name in pairs]


@dataclass(frozen=True, slots=True)
class NextPoint:
    """The next day on which a contract can be changed or left, and how far away it is."""

    on: dt.date
    kind: str
    months: int

    @property
    def alert(self) -> bool:
        return self.months <= ALERT_MONTHS


@dataclass(frozen=True, slots=True)
class WithoutKpis:
    """A contract without KPIs: why, what it costs a year, its owner, what comes next and what passed without change."""

    contract: Contract
    reason: str
    yearly_pence: int | None
    owner: str
    next_point: NextPoint | None
    passed: tuple[BreakPoint, ...]


@dataclass(frozen=True, slots=True)
class LegacyList:
    """All of them, with how many of how many contracts they are, and which part of the yearly spend."""

    rows: list[WithoutKpis]
    contracts: int
    spend_pence: int
    all_spend_pence: int


def without_kpis(user: Any, *, day: dt.date) -> LegacyList:
    """Return the running contracts that have no agreed KPI, the nearest break point first."""
    running = visible(user).filter(ends__gte=day).exclude(status=Status.ENDED)
    lacking = running.filter(kpi_count=0).prefetch_related("break_points")
    owners = Assignment.objects.filter(in_force(day), part="owner", contract__in=lacking.values("pk"))
    named = {row.contract_id: str(row.user) for row in owners.select_related("user")}
    rows = [_without(contract, named.get(contract.pk, ""), day) for contract in lacking]
    rows.sort(key=lambda row: (row.next_point is None, row.next_point.on if row.next_point else day))
    return LegacyList(
        rows,
        running.count(),
        sum(row.yearly_pence or 0 for row in rows),
        sum(yearly_pence(contract) or 0 for contract in running),
    )


def _without(contract: Contract, owner: str, day: dt.date) -> WithoutKpis:
    points = list(contract.break_points.all())
    reason = contract.no_kpi_reason or ("Let before social value was asked for" if contract.legacy else "")
    return WithoutKpis(
        contract,
        reason,
        yearly_pence(contract),
        owner,
        next_point(contract, points, day),
        tuple(point for point in points if point.on < day),
    )


def yearly_pence(contract: Contract) -> int | None:
    """Return what a contract costs a year: as recorded, or its value over its length; None where neither is known."""
    if contract.yearly_spend_pence is not None:
        return contract.yearly_spend_pence
    if contract.value_pence is None:
        return None
    length = months_in(Period(contract.starts, contract.ends))
    return int((contract.value_pence * 12 / length).to_integral_value())


def next_point(contract: Contract, points: list[BreakPoint], day: dt.date) -> NextPoint | None:
    """Return the next break point from `day` on; the contract's end where none is left."""
    coming = next((point for point in points if point.on >= day), None)
    if coming is not None:
        return NextPoint(coming.on, coming.get_kind_display(), whole_months(day, coming.on))
    if contract.ends >= day:
        return NextPoint(contract.ends, "end of the contract", whole_months(day, contract.ends))
    return None


def whole_months(start: dt.date, end: dt.date) -> int:
    """Return how many calendar months lie between two days: from 12 May 2026 to 1 April 2028 it is 23."""
    return (end.year - start.year) * 12 + end.month - start.month


def likeness(contract: Contract, user: Any) -> QuerySet[Contract]:
    """Return other contracts of the same body with the same CPV division, for what they used."""
    division = cpv.division_of(contract.category)
    alike = Contract.objects.visible_to(user).filter(authority=contract.authority).exclude(pk=contract.pk)
    return alike.filter(category__startswith=division) if division else alike


def measures_alike(contract: Contract, user: Any) -> list[dict[str, Any]]:
    """Return which measures contracts like this one used, with in how many of them, the most used first."""
    alike = likeness(contract, user).values("pk")
    rows = (
        Kpi.objects.filter(contract__in=alike, current__isnull=False)
        .exclude(current__measure="")
        .values("current__measure", "current__unit")
        .annotate(contracts=Count("contract", distinct=True), total=Sum("current__target"))
        .order_by("-contracts", "current__measure")
    )
    return [{"code": r["current__measure"], "unit": r["current__unit"], "contracts": r["contracts"]} for r in rows[:20]]


def owners_of(contracts: Iterable[Contract], day: dt.date) -> dict[int, str]:
    """Return the owner's name of each contract that has one on a day, in one query."""
    ids = [contract.pk for contract in contracts]
    rows = Assignment.objects.filter(in_force(day), contract__in=ids, part=Assignment.Part.OWNER)
    return {row.contract_id: row.user.name for row in rows.select_related("user")}


def without_owner(user: Any, day: dt.date) -> QuerySet[Contract]:
    """Return the contracts, not ended, that nobody owns and to which `user` may give somebody."""
    owned = Assignment.objects.filter(in_force(day), part=Assignment.Part.OWNER).values("contract")
    found = Contract.objects.allowing(user, Permission.CONTRACT_MANAGER_ASSIGN).exclude(status=Status.ENDED)
    return Contract.objects.filter(pk__in=found.values("pk")).exclude(pk__in=owned).order_by("reference")


def people_of(contract: Contract, day: dt.date) -> dict[str, Any]:
    """Return who works on a contract: parts in force or to come, those that ended, contacts, and what is missing."""
    parts = contract.assignments.select_related("user", "handed_to").order_by("part", "starts")
    contacts_ = contract.contacts.select_related("supplier", "user").order_by("deputy", "pk")
    return {
        "parts": [row for row in parts if row.ends is None or row.ends >= day],
        "ended": [row for row in parts if row.ends is not None and row.ends < day],
        "suppliers": contract.contract_suppliers.select_related("supplier").order_by("-leads", "starts", "pk"),
        "contacts": [row for row in contacts_ if row.ends is None or row.ends >= day],
        "alarm": contract.contact_alarms.filter(cleared_at__isnull=True).first(),
        "no_contact": contract.status == Status.LIVE
        and contacts.without_contact(Contract.objects.filter(pk=contract.pk), day).exists(),
        "missing": missing_for_live(contract, day) if contract.status == Status.DRAFT else [],
    }
