"""Short ways to make what several tests of contracts need."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from commonweal_web.contracts.models import Contract, KpiVersion
from commonweal_web.contracts.services import contracts, kpis, proposals
from commonweal_web.contracts.services.contracts import ContractFields, Supplied
from commonweal_web.organisations.models import Delegation
from tests.web.world import NOON, World, assign

START, END = dt.date(2026, 4, 1), dt.date(2030, 3, 31)


def draft_contract(world: World, reference: str = "NMC-2026-300", **more: Any) -> Contract:
    """A contract in draft, made by the procurement officer, with a commissioner and a lead."""
    facts = {
        "reference": reference,
        "title": "Parks cleaning",
        "starts": START,
        "ends": END,
        "framework": "fx-2025.1",
        "directorate": world.directorates["Neighbourhoods"],
        "value_pence": 240_000_000,
        "category": "77310000",
        **more,
    }
    made = contracts.contract_create(
        authority=world.bodies["nmc"],
        facts=ContractFields(**facts),
        suppliers=[Supplied(world.bodies["oakline"])],
        by=world.people["procurement"],
        now=NOON,
    )
    assign(world, made, commissioner="commissioner", lead="lead")
    return made


def draft(world: World, contract: Contract, ref: str = "NT17", target: str | None = "1200", **more: Any) -> KpiVersion:
    fields = {"ref": ref, "measure": ref, "deliverable": "Hours given to groups", **more}
    return kpis.kpi_draft(
        contract=contract,
        fields=kpis.KpiFields(target=None if target is None else Decimal(target), **fields),
        by=world.people["commissioner"],
        now=NOON,
    )


def propose(world: World, *versions: KpiVersion, by: str = "commissioner") -> list[KpiVersion]:
    contract = versions[0].kpi.contract
    shown = {version.pk: version.version for version in versions}
    proposals.propose(contract=contract, shown=shown, by=world.people[by], now=NOON)
    return list(KpiVersion.objects.filter(pk__in=shown).select_related("kpi__contract").order_by("pk"))


def delegate(world: World, to: str, ends: dt.date, **more: Any) -> Delegation:
    return Delegation.objects.create(
        organisation=world.bodies["nmc"],
        directorate=world.directorates["Neighbourhoods"],
        approver=world.people["director"],
        delegate=world.people[to],
        starts=dt.date(2026, 1, 1),
        ends=ends,
        reason="Leave",
        created_at=NOON,
        **more,
    )
