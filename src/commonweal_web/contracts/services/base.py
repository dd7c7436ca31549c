"""What every service here does first: lock the contract, look at permission, state and version; and last: the log."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import models

from commonweal_web.audit import services as audit
from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Contract, ContractSupplier, Status
from commonweal_web.core import outbox
from commonweal_web.core.clock import LONDON
from commonweal_web.core.errors import Refused
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import Organisation, in_force
from commonweal_web.organisations.policies import Permission


def day_of(now: dt.datetime) -> dt.date:
    """Return the calendar day in London."""
    return now.astimezone(LONDON).date()


def locked(contract: Contract, permission: Permission | None = None, by: Any = None) -> Contract:
    """Return the contract's row, locked until the end of the transaction; refuse who may not act on it."""
    found = (
        Contract.objects.select_for_update(of=("self",)).select_related("authority", "directorate").get(pk=contract.pk)
    )
    if permission is not None:
        allow(by, permission, found)
    return found


def running(contract: Contract) -> None:
    """
    Refuse an act on a contract that has ended.

    :raises Refused: with the state
    """
    if contract.status == Status.ENDED:
        raise Refused(f"{contract.reference} has ended, so nothing in it changes any more.", code="ended")


def role_of(by: Any, permission: Permission) -> str:
    """Return the role in which somebody acts, for the log."""
    return min(selectors.roles_of(by, permission), default="")


def suppliers_on(contract: Contract, day: dt.date) -> models.QuerySet[Organisation]:
    """Return the suppliers of a contract on a day, the leading one first."""
    rows = ContractSupplier.objects.filter(in_force(day), contract=contract)
    return Organisation.objects.filter(pk__in=rows.values("supplier")).order_by("-supplied__leads", "name").distinct()


def log(
    *,
    contract: Contract,
    record: models.Model | tuple[str, int, str],
    verb: str,
    by: Any,
    role: str,
    now: dt.datetime,
    old: Mapping[str, Any] | None = None,
    new: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Write the act's one row of the log, last."""
    audit.record(
        organisation_id=contract.authority_id,
        by=by,
        role=role,
        verb=verb,
        record=record,
        now=now,
        old=old,
        new=new,
        reason=reason,
        contract_id=contract.pk,
    )


def tell(*, contract: Contract, to: Any, key: str, subject: str, body: str, now: dt.datetime) -> None:
    """Queue a mail to a person about a contract, once for each key."""
    outbox.queue(
        key=f"{key}:{to.pk}",
        to=to.email,
        to_user_id=to.pk,
        subject=f"{contract.reference}: {subject}",
        body=body,
        now=now,
        organisation_id=contract.authority_id,
    )


def changed(row: models.Model, names: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return old and new values of the fields that would change, as the log keeps them."""
    old: dict[str, Any] = {}
    new: dict[str, Any] = {}
    for name, value in names.items():
        before = getattr(row, name)
        if before != value:
            old[name], new[name] = _plain(before), _plain(value)
    return old, new


def _plain(value: Any) -> Any:
    if isinstance(value, models.Model):
        return str(value)
    return value if isinstance(value, str | int | dt.date | list | dict) or value is None else str(value)
