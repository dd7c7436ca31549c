"""Proposing and deciding KPIs, one or the whole set of a contract in one act; mail to those whose turn it is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from commonweal_web.contracts import approvers
from commonweal_web.contracts.models import Contract, KpiState, KpiVersion
from commonweal_web.contracts.services import base
from commonweal_web.contracts.transitions import perform
from commonweal_web.core.errors import Refused, StaleVersion
from commonweal_web.organisations.models import User

Shown = Mapping[int, int]
"""The versions on a page: id of the version -> the number of edits that it stood at."""


@transaction.atomic
def propose(*, contract: Contract, shown: Shown, by: Any, now: dt.datetime) -> list[User]:
    """
    Propose versions of one contract; return who can approve them, who are told by mail.

    :raises Refused: if one of them cannot be proposed; then none is
    """
    contract = base.locked(contract)
    versions = _versions(contract, shown)
    for version in versions:
        if version.target is None and version.kind not in ("narrative", "reference"):
            raise Refused(f"{version.kpi.ref} has no target yet. Give one, then propose it.", code="no_target")
        perform(version=version, act="propose", by=by, now=now, shown=shown[version.pk])
    to = approvers.route(contract, base.day_of(now), proposer=by)
    refs = ", ".join(version.kpi.ref for version in versions)
    for person in to:
        base.tell(
            contract=contract,
            to=person,
            key=f"kpis-proposed:{contract.pk}:{'-'.join(f'{v.pk}.{shown[v.pk]}' for v in versions)[:150]}",
            subject="KPIs wait for your approval",
            body=f"{by} proposed {refs} on {contract.reference} {contract.title}.\n\n"
            "Sign in to see what is promised, and approve it or send it back.\n",
            now=now,
        )
    return to


@transaction.atomic
def approve(*, contract: Contract, shown: Shown, by: Any, now: dt.datetime) -> list[KpiVersion]:
    """
    Approve exactly the versions that the approver saw, all or none; each is locked with its value from then on.

    :raises StaleVersion: if one was edited, sent back or withdrawn since
    :raises Refused, NotPermitted: as `perform`
    """
    contract = base.locked(contract)
    versions = _versions(contract, shown)
    return [perform(version=one, act="approve", by=by, now=now, shown=shown[one.pk]) for one in versions]


@transaction.atomic
def send_back(*, version: KpiVersion, reason: str, by: Any, now: dt.datetime, shown: int | None) -> KpiVersion:
    """Send a proposal back with a reason; its proposer is told."""
    proposer = version.proposed_by
    row = perform(version=version, act="send_back", by=by, now=now, shown=shown, reason=reason)
    if proposer is not None:
        base.tell(
            contract=row.kpi.contract,
            to=proposer,
            key=f"kpi-sent-back:{row.pk}:{row.version}",
            subject=f"{row.kpi.ref} was sent back",
            body=f"{by} sent {row.kpi.ref} back: {row.decision_reason}\n\nSign in to mend it and propose it again.\n",
            now=now,
        )
    return row


def withdraw(*, version: KpiVersion, by: Any, now: dt.datetime, shown: int | None) -> KpiVersion:
    """Take a draft or a proposal back for good."""
    return perform(version=version, act="withdraw", by=by, now=now, shown=shown)


def _versions(contract: Contract, shown: Shown) -> list[KpiVersion]:
    found = list(
        KpiVersion.objects.filter(pk__in=shown, kpi__contract=contract)
        .select_related("kpi__contract", "proposed_by")
        .order_by("kpi_id", "pk")
    )
    if not found or len(found) != len(shown):
        raise Refused("Choose at least one KPI of this contract.", code="none_chosen", field="chosen")
    return found


def open_versions(contract: Contract, *states: KpiState) -> dict[int, int]:
    """Return the versions of a contract in these states as a page shows them, outside of changes."""
    rows = KpiVersion.objects.filter(kpi__contract=contract, state__in=states, change__isnull=True)
    return dict(rows.values_list("pk", "version"))


__all__ = ["Shown", "StaleVersion", "approve", "open_versions", "propose", "send_back", "withdraw"]
