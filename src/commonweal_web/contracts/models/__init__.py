"""Contracts, who works on them, and their KPIs in versions."""

from commonweal_web.contracts.models.changes import Change
from commonweal_web.contracts.models.contracts import BreakPoint, Contract, ContractSupplier, Status, Tier
from commonweal_web.contracts.models.imports import Import
from commonweal_web.contracts.models.kpis import (
    Deliverable,
    Kpi,
    KpiState,
    KpiTarget,
    KpiTemplate,
    KpiVersion,
)
from commonweal_web.contracts.models.people import Assignment, Conflict, Contact, ContactAlarm, NoConflict

__all__ = [
    "Assignment",
    "BreakPoint",
    "Change",
    "Conflict",
    "Contact",
    "ContactAlarm",
    "Contract",
    "ContractSupplier",
    "Deliverable",
    "Import",
    "Kpi",
    "KpiState",
    "KpiTarget",
    "KpiTemplate",
    "KpiVersion",
    "NoConflict",
    "Status",
    "Tier",
]
