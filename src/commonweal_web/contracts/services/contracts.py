"""Making a contract, changing its facts, its suppliers and break points, and letting it go live or end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction

from commonweal import errors
from commonweal_web.contracts import hooks, stale, terms
from commonweal_web.contracts.models import (
    Assignment,
    BreakPoint,
    Contract,
    ContractSupplier,
    Kpi,
    KpiState,
    Status,
)
from commonweal_web.contracts.services import base, call_offs
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.frameworks import cpv
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Directorate, Organisation, in_force
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words
from commonweal_web.organisations.roles import Role


@dataclass(frozen=True, slots=True)
class ContractFields:
    """The facts of a contract, as a form or a register gives them. Pence are whole, percentages are of what was due."""

    reference: str
    title: str
    starts: dt.date
    ends: dt.date
    directorate: Directorate | None = None
    category: str = ""
    value_pence: int | None = None
    spent_pence: int | None = None
    yearly_spend_pence: int | None = None
    latest_extension: dt.date | None = None
    period_scheme: str = "contract_quarters"
    due_days: int = 15
    lock_days: int = 20
    division: str = "england-and-wales"
    place: str = ""
    tier: str = "standard"
    rag_green: Any = 95
    rag_amber: Any = 80
    criticality: str = ""
    remedy_terms: str = ""
    lateness_terms: str = ""
    credit_share: Any = None
    credit_cap_pence: int | None = None
    framework: str = ""
    value_pack: str = ""
    framework_agreement: bool = False
    legacy: bool = False
    no_kpi_reason: str = ""

    def values(self) -> dict[str, Any]:
        """Return the facts by the name of their column."""
        return {one.name: getattr(self, one.name) for one in fields(self)}


@dataclass(frozen=True, slots=True)
class Supplied:
    """A supplier of a contract, and whether it leads."""

    supplier: Organisation
    leads: bool = True


SHAPE = ("starts", "ends", "period_scheme", "framework", "value_pack")
"""What KPIs' periods and values hang on: once a KPI is approved, only a change moves these."""


@transaction.atomic
def contract_create(
    *,
    authority: Organisation,
    facts: ContractFields,
    suppliers: Sequence[Supplied],
    by: Any,
    now: dt.datetime,
) -> Contract:
    """
    Make a contract in draft, with its suppliers.

    :raises NotPermitted: if `by` may not make contracts of this body
    :raises Refused: if the reference is taken or the facts contradict each other
    """
    may_create(by, authority)
    authority = Organisation.objects.select_for_update().get(pk=authority.pk)
    facts_check(authority, facts)
    _may_take(authority, facts.framework)
    if Contract.objects.filter(authority=authority, reference=facts.reference).exists():
        raise Refused(
            f"{authority} has a contract with the reference {facts.reference} already.",
            code="duplicate",
            field="reference",
        )
    if not suppliers:
        raise Refused("Name at least one supplier.", code="no_supplier", field="supplier")
    made = Contract.objects.create(authority=authority, created_by=by, created_at=now, **_tidy(facts))
    ContractSupplier.objects.bulk_create(
        ContractSupplier(contract=made, supplier=one.supplier, leads=one.leads, starts=made.starts) for one in suppliers
    )
    Organisation.objects.filter(pk__in=[one.supplier.pk for one in suppliers]).update(is_supplier=True)
    maker_takes_part(made, by, now)
    new = {"reference": made.reference, "title": made.title, "suppliers": [str(one.supplier) for one in suppliers]}
    base.log(
        contract=made,
        record=made,
        verb="contract_created",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_CREATE),
        now=now,
        new={**new, "version": made.version},
    )
    return made


def maker_takes_part(contract: Contract, by: Any, now: dt.datetime) -> None:
    """Give who makes a contract the part that goes with their role, so that they see it afterwards."""
    roles = organisations.roles_of(by, Permission.CONTRACT_CREATE)
    for role, part in ((Role.PRO, Assignment.Part.PROCUREMENT), (Role.SVL, Assignment.Part.LEAD)):
        if role in roles:
            day = base.day_of(now)
            Assignment.objects.get_or_create(contract=contract, user=by, part=part, starts=day)


@transaction.atomic
def contract_edit(
    *, contract: Contract, facts: ContractFields, by: Any, now: dt.datetime, shown: int | None
) -> Contract:
    """
    Change a contract's facts.

    :raises StaleVersion: if somebody changed them since the page was opened
    :raises Refused: as `contract_create`, or if approved KPIs hang on what would change
    """
    row = base.locked(contract, Permission.CONTRACT_EDIT, by)
    stale.expect(row, shown)
    facts_check(row.authority, facts)
    old, new = base.changed(row, _tidy(facts))
    if "reference" in new and Contract.objects.filter(authority=row.authority, reference=facts.reference).exists():
        raise Refused("Another contract has this reference.", code="duplicate", field="reference")
    _refuse_reshape(row, new)
    if "framework" in new:
        _may_take(row.authority, facts.framework)
    if "framework_agreement" in new:
        call_offs.refuse_second_level(row, agreement=facts.framework_agreement)
    for name, value in _tidy(facts).items():
        setattr(row, name, value)
    row.touch()
    row.save(update_fields=[*_tidy(facts), "version"])
    base.log(
        contract=row,
        record=row,
        verb="contract_edited",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_EDIT),
        now=now,
        old=old,
        new={**new, "version": row.version},
    )
    return row


def _may_take(authority: Organisation, release: str) -> None:
    if release and not frameworks.may_use(release, body=authority.pk):
        raise Refused(
            f"There is no framework {release} that {authority} can use. Choose one from the list.",
            code="framework",
            field="framework",
        )


@transaction.atomic
def supplier_add(*, contract: Contract, supplied: Supplied, starts: dt.date, by: Any, now: dt.datetime) -> None:
    """Add a supplier from a day on. Raises Refused if it supplies the contract already."""
    row = base.locked(contract, Permission.CONTRACT_EDIT, by)
    if ContractSupplier.objects.filter(in_force(starts), contract=row, supplier=supplied.supplier).exists():
        raise Refused(f"{supplied.supplier} supplies this contract already.", code="duplicate", field="supplier")
    ContractSupplier.objects.create(contract=row, supplier=supplied.supplier, leads=supplied.leads, starts=starts)
    base.log(
        contract=row,
        record=row,
        verb="contract_supplier_added",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_EDIT),
        now=now,
        new={"supplier": str(supplied.supplier), "starts": starts},
    )


@transaction.atomic
def break_point_set(
    *,
    contract: Contract,
    on: dt.date,
    kind: str,
    by: Any,
    now: dt.datetime,
    months: int | None = None,
    note: str = "",
    outcome: str = "",
) -> BreakPoint:
    """Record a day on which the contract can be changed, left or extended, or what came of it."""
    row = base.locked(contract, Permission.CONTRACT_EDIT, by)
    if on < row.starts:
        raise Refused("A break point lies after the contract's first day.", code="early", field="on")
    point, made = BreakPoint.objects.update_or_create(
        contract=row, on=on, kind=kind, defaults={"months": months, "note": note, "outcome": outcome}
    )
    base.log(
        contract=row,
        record=point,
        verb="break_point_added" if made else "break_point_changed",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_EDIT),
        now=now,
        new={"on": on, "kind": kind, "note": note, "outcome": outcome},
    )
    return point


@transaction.atomic
def contract_go_live(*, contract: Contract, by: Any, now: dt.datetime, shown: int | None = None) -> Contract:
    """
    Let a contract go live: returns are expected from then on.

    :raises Refused: naming all that is missing, such as owner or deputy
    """
    row = base.locked(contract, Permission.CONTRACT_EDIT, by)
    stale.expect(row, shown)
    if row.status != Status.DRAFT:
        raise Refused(f"{row.reference} is {row.get_status_display()} already.", code="state")
    missing = missing_for_live(row, base.day_of(now))
    if missing:
        raise Refused(f"{row.reference} cannot go live yet. Missing: {'; '.join(missing)}.", code="not_ready")
    row.status, row.went_live_at = Status.LIVE, now
    row.touch()
    row.save(update_fields=["status", "went_live_at", "version"])
    hooks.contract_live(contract=row, by=by, now=now)
    base.log(
        contract=row,
        record=row,
        verb="contract_live",
        by=by,
        role=base.role_of(by, Permission.CONTRACT_EDIT),
        now=now,
        old={"status": "draft"},
        new={"status": "live", "version": row.version},
    )
    return row


def missing_for_live(contract: Contract, day: dt.date) -> list[str]:
    """Return what a contract lacks before it may go live, in words."""
    found = []
    parts = set(Assignment.objects.filter(in_force(day), contract=contract).values_list("part", flat=True))
    for part, words in (("owner", "a contract manager (owner)"), ("deputy", "a deputy")):
        if part not in parts:
            found.append(words)
    if not contract.contract_suppliers.exists():
        found.append("a supplier")
    approved = Kpi.objects.filter(contract=contract, current__isnull=False).exists()
    if not approved and not contract.no_kpi_reason:
        found.append("approved KPIs, or the reason why there are none")
    if Kpi.objects.filter(contract=contract, versions__state=KpiState.PROPOSED, current__isnull=True).exists():
        found.append("the director's decision on the proposed KPIs")
    return found


def may_create(by: Any, authority: Organisation) -> None:
    """
    Refuse who may not make contracts of a body.

    :raises NotPermitted: with who may
    """
    if not organisations.organisations_with(by, Permission.CONTRACT_CREATE).filter(pk=authority.pk).exists():
        raise NotPermitted(
            f"You may not {TABLE[Permission.CONTRACT_CREATE].action} of {authority}. "
            f"This is for its {holders_in_words(Permission.CONTRACT_CREATE)}."
        )


def facts_check(authority: Organisation, facts: ContractFields) -> None:
    """
    Refuse facts that contradict each other.

    :raises Refused: naming the field
    """
    if facts.ends < facts.starts:
        raise Refused("The last day must not be before the first day.", code="dates", field="ends")
    if facts.latest_extension and facts.latest_extension < facts.ends:
        raise Refused(
            "The latest day of an extension must not be before the last day.", code="dates", field="latest_extension"
        )
    if facts.rag_amber > facts.rag_green:
        raise Refused("Amber must not start above green.", code="rag", field="rag_amber")
    if facts.category and not cpv.known(facts.category):
        raise Refused(
            f"{facts.category} is no CPV code. Give eight digits, like 77300000.", code="cpv", field="category"
        )
    if facts.directorate is not None and facts.directorate.organisation_id != authority.pk:
        raise Refused("Choose a directorate of this body.", code="directorate", field="directorate")
    try:
        terms.periods(facts.period_scheme, facts.starts, facts.ends)
    except errors.BadPeriod as error:
        raise Refused(error.message, code="term", field="ends") from error


def _tidy(facts: ContractFields) -> dict[str, Any]:
    return facts.values() | {
        "reference": facts.reference.strip(),
        "title": facts.title.strip(),
        "category": cpv.normal(facts.category),
    }


def _refuse_reshape(row: Contract, new: dict[str, Any]) -> None:
    reshaped = [name for name in SHAPE if name in new]
    if reshaped and Kpi.objects.filter(contract=row, current__isnull=False).exists():
        words = ", ".join(name.replace("_", " ") for name in reshaped)
        raise Refused(
            f"KPIs of {row.reference} are approved, and their periods and values hang on: {words}. "
            "Propose a change instead.",
            code="kpis_approved",
            field=reshaped[0],
        )
