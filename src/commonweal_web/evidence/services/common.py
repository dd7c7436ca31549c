"""What the services of this app share: the log's row for an item, and the role in which somebody acts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from commonweal_web.audit.services import record
from commonweal_web.contracts.models import Contract
from commonweal_web.evidence.models import EvidenceItem
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import Permission


def role_of(user: Any, permission: Permission) -> str:
    """Return the role in which `user` acts, for the log."""
    return next(iter(sorted(selectors.roles_of(user, permission))), "")


def note(
    *,
    item: EvidenceItem,
    verb: str,
    by: Any,
    role: str,
    now: dt.datetime,
    new: Mapping[str, Any] | None = None,
    old: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write one row of the log about an item. File names stay out of the log: they may name people."""
    record(
        organisation_id=item.contract.authority_id,
        by=by,
        role=role,
        verb=verb,
        record=(EvidenceItem._meta.label_lower, item.pk, f"evidence file {item.pk}"),
        now=now,
        old=old,
        new=new,
        reason=reason,
        contract_id=item.contract_id,
    )


def note_contract(
    *, contract: Contract, verb: str, by: Any, role: str, now: dt.datetime, new: Mapping[str, Any] | None = None
) -> None:
    """Write one row of the log about a contract's evidence where there is no item (yet)."""
    record(
        organisation_id=contract.authority_id,
        by=by,
        role=role,
        verb=verb,
        record=contract,
        now=now,
        new=new,
        contract_id=contract.pk,
    )
