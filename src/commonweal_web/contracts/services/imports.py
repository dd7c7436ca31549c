"""Uploads that make contracts or KPIs: read and kept with their problems, then confirmed whole, once, or left."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.contracts import kpi_workbook, reading, stale
from commonweal_web.contracts.models import BreakPoint, Contract, ContractSupplier, Import, KpiVersion
from commonweal_web.contracts.selectors import call_offs
from commonweal_web.contracts.services import base
from commonweal_web.contracts.services import contracts as contract_services
from commonweal_web.contracts.services import kpis as kpi_services
from commonweal_web.core.errors import Refused
from commonweal_web.organisations.models import Directorate, Identifier, Organisation
from commonweal_web.organisations.policies import Permission

State = Import.State


@transaction.atomic
def register_upload(*, authority: Organisation, name: str, content: bytes, by: Any, now: dt.datetime) -> Import:
    """
    Read a register and keep what it would make, for the preview. No contract is made yet.

    :raises NotPermitted: if `by` may not make contracts of this body
    :raises Refused: if the file cannot be read at all
    """
    contract_services.may_create(by, authority)
    plan = reading.register(content, name, authority=authority, today=base.day_of(now))
    layout = "contracts"
    return _keep(Import.Kind.REGISTER, authority, None, name, layout, plan, by, now)


@transaction.atomic
def kpis_upload(*, contract: Contract, name: str, content: bytes, by: Any, now: dt.datetime) -> Import:
    """
    Read a filled KPI workbook of a contract and keep what it would make, for the preview.

    :raises NotPermitted: if `by` may not propose here
    :raises Refused: if the file cannot be read, or is of another contract or version
    """
    row = base.locked(contract, Permission.KPI_PROPOSE, by)
    base.running(row)
    plan = kpi_workbook.read(content, name, contract=row)
    return _keep(Import.Kind.KPIS, row.authority, row, name, "kpi-workbook", plan, by, now)


@transaction.atomic
def import_confirm(*, batch: Import, by: Any, now: dt.datetime, shown: int | None) -> Import:
    """
    Make everything of an upload in one transaction; a second confirmation finds it done and changes nothing.

    :raises Refused: while a problem must be mended, or where the database moved on since the preview
    """
    Organisation.objects.select_for_update().get(pk=batch.authority_id)
    row = Import.objects.select_for_update().get(pk=batch.pk)
    if row.state == State.DONE:
        return row
    stale.expect(row, shown)
    if row.state != State.SHOWN:
        raise Refused("This upload was left. Upload the file again.", code="state")
    if row.errors:
        raise Refused(f"{row.errors} problems must be mended in the file first. Nothing was imported.", code="problems")
    row.made = _make_contracts(row, by, now) if row.kind == Import.Kind.REGISTER else _make_kpis(row, by, now)
    row.state, row.done_by, row.done_at = State.DONE, by, now
    row.touch()
    row.save(update_fields=["made", "state", "done_by", "done_at", "version"])
    permission = Permission.CONTRACT_CREATE if row.kind == Import.Kind.REGISTER else Permission.KPI_PROPOSE
    _log(row, "import_confirmed", permission, by, now, {**row.made, "version": row.version})
    return row


@transaction.atomic
def import_leave(*, batch: Import, by: Any, now: dt.datetime) -> Import:
    """Leave an upload: nothing of it is made."""
    row = Import.objects.select_for_update().get(pk=batch.pk)
    if row.state != State.SHOWN:
        raise Refused(f"This upload is {row.get_state_display()} already.", code="state")
    row.state = State.LEFT
    row.touch()
    row.save(update_fields=["state", "version"])
    _log(row, "import_left", Permission.CONTRACT_CREATE, by, now, {"version": row.version})
    return row


def _keep(
    kind: str,
    authority: Organisation,
    contract: Contract | None,
    name: str,
    layout: str,
    plan: reading.Plan,
    by: Any,
    now: dt.datetime,
) -> Import:
    row = Import.objects.create(
        kind=kind,
        authority=authority,
        contract=contract,
        file_name=name[:255],
        sha256=plan.sha256,
        layout=layout,
        plan={"contracts": plan.contracts, "kpis": plan.kpis},
        problems=plan.lines(),
        uploaded_by=by,
        uploaded_at=now,
    )
    permission = Permission.CONTRACT_CREATE if contract is None else Permission.KPI_PROPOSE
    _log(row, "import_read", permission, by, now, {"sha256": row.sha256, "problems": len(row.problems)})
    return row


def _make_contracts(row: Import, by: Any, now: dt.datetime) -> dict[str, int]:
    contract_services.may_create(by, row.authority)
    made = {"contracts": 0, "suppliers": 0, "directorates": 0, "kpis": 0}
    contracts = []
    for planned in row.plan["contracts"]:
        contract = _contract(row.authority, planned, by, now, made)
        contracts.append((contract, planned))
        for kpi in planned["kpis"]:
            kpi_services.kpi_make(contract, _fields(kpi), on=base.day_of(now))
            made["kpis"] += 1
    for contract, planned in contracts:
        _under(contract, planned)
    return made


def _under(contract: Contract, planned: dict[str, Any]) -> None:
    """Name the agreement that a contract was called off under; it may stand in the same file."""
    if not planned.get("call_off_of"):
        return
    suppliers = [one["name"] for one in planned["suppliers"]]
    agreement = call_offs.named(planned["call_off_of"], authority=contract.authority, suppliers=suppliers)
    if agreement is None:
        raise Refused(
            f"{planned['call_off_of']} is no open framework agreement any more. Upload the file again; nothing was "
            "imported.",
            code="no_agreement",
        )
    contract.call_off_of, contract.additional = agreement, planned["additional"]
    contract.save(update_fields=["call_off_of", "additional"])


def _contract(
    authority: Organisation, planned: dict[str, Any], by: Any, now: dt.datetime, made: dict[str, int]
) -> Contract:
    if Contract.objects.filter(authority=authority, reference=planned["reference"]).exists():
        raise Refused(
            f"{planned['reference']} was made since you looked. Upload the file again without it; "
            "nothing was imported.",
            code="exists",
        )
    facts = contract_services.ContractFields(
        directorate=_directorate(authority, planned["directorate"], made), **_values(planned)
    )
    contract_services.facts_check(authority, facts)
    contract = Contract.objects.create(authority=authority, created_by=by, created_at=now, **facts.values())
    for one in planned["suppliers"]:
        ContractSupplier.objects.create(
            contract=contract, supplier=_supplier(one, now, made), leads=one["leads"], starts=contract.starts
        )
    if planned["break_point"]:
        BreakPoint.objects.create(contract=contract, on=dt.date.fromisoformat(planned["break_point"]))
    contract_services.maker_takes_part(contract, by, now)
    made["contracts"] += 1
    return contract


def _values(planned: dict[str, Any]) -> dict[str, Any]:
    apart = {"directorate", "suppliers", "break_point", "kpis", "call_off_of", "additional"}
    values = {name: value for name, value in planned.items() if name not in apart}
    for name in ("starts", "ends"):
        values[name] = dt.date.fromisoformat(values[name])
    for name in ("rag_green", "rag_amber", "credit_share"):
        values[name] = None if values[name] is None else Decimal(values[name])
    return values


def _directorate(authority: Organisation, planned: dict[str, Any] | None, made: dict[str, int]) -> Directorate | None:
    if planned is None:
        return None
    found = Directorate.objects.filter(organisation=authority, name__iexact=planned["name"]).first()
    if found is None:
        found = Directorate.objects.create(organisation=authority, name=planned["name"])
        made["directorates"] += 1
    return found


def _supplier(planned: dict[str, Any], now: dt.datetime, made: dict[str, int]) -> Organisation:
    known = planned["organisation"]
    found = Organisation.objects.filter(pk=known).first() if known else None
    found = found or Organisation.objects.filter(name__iexact=planned["name"]).order_by("pk").first()
    if found is None:
        found = Organisation.objects.create(name=planned["name"], is_supplier=True, created_at=now)
        made["suppliers"] += 1
        if planned["scheme"] and planned["identifier"]:
            Identifier.objects.get_or_create(
                scheme=planned["scheme"], value=planned["identifier"], defaults={"organisation": found}
            )
    elif not found.is_supplier:
        found.is_supplier = True
        found.save(update_fields=["is_supplier"])
    return found


def _make_kpis(row: Import, by: Any, now: dt.datetime) -> dict[str, int]:
    assert row.contract is not None  # an import of KPIs is of a contract
    contract = base.locked(row.contract, Permission.KPI_PROPOSE, by)
    made = {"drafted": 0, "changed": 0}
    for planned in row.plan["kpis"]:
        fields = _fields(planned)
        if planned["version"] is None:
            kpi_services.kpi_make(contract, fields, on=base.day_of(now))
            made["drafted"] += 1
        else:
            version = KpiVersion.objects.select_related("kpi__contract").get(pk=planned["version"])
            kpi_services.kpi_edit(version=version, fields=fields, by=by, now=now, shown=planned["shown"])
            made["changed"] += 1
    return made


def _fields(planned: dict[str, Any]) -> kpi_services.KpiFields:
    words = {name: value for name, value in planned.items() if name not in ("by_period", "version", "shown", "target")}
    target = None if planned["target"] is None else Decimal(planned["target"])
    given = reading.given_of(planned)
    typed = planned["profile"] in ("stepped", "milestones") and given is None
    return kpi_services.KpiFields(**words, target=None if typed else target, by_period=given)


def _log(row: Import, verb: str, permission: Permission, by: Any, now: dt.datetime, new: dict[str, Any]) -> None:
    audit.record(
        organisation_id=row.authority_id,
        by=by,
        role=base.role_of(by, permission),
        verb=verb,
        record=row,
        now=now,
        new=new,
        contract_id=row.contract_id,
    )
