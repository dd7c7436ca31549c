"""
What apps above this one add to an act here. They fill the lists in their `AppConfig.ready`; nothing is imported upward.

    hooks.on_kpi_approved.append(post_promise)

A hook runs inside the act's transaction, after the state was written and before the act's row of the log.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from commonweal_web.contracts.models import Contract, KpiVersion

ApprovedHook = Callable[..., None]
LockedHook = Callable[[Contract], dt.date | None]
LiveHook = Callable[..., None]

on_kpi_approved: list[ApprovedHook] = []
"""Called with `version`, `previous` (the version it supersedes, or None), `by`, `role`, `now`, as keywords."""
on_contract_live: list[LiveHook] = []
"""Called with `contract`, `by`, `now`, as keywords, when a contract goes live: its returns are expected from then."""
locked_until_hooks: list[LockedHook] = []
"""Each returns the last day of the last locked period of a contract, or None."""


def kpi_approved(*, version: KpiVersion, previous: KpiVersion | None, by: Any, role: str, now: dt.datetime) -> None:
    """Tell whoever asked that a version is approved: the promise is posted to the ledger there."""
    for hook in on_kpi_approved:
        hook(version=version, previous=previous, by=by, role=role, now=now)


def contract_live(*, contract: Contract, by: Any, now: dt.datetime) -> None:
    """Tell whoever asked that a contract went live."""
    for hook in on_contract_live:
        hook(contract=contract, by=by, now=now)


def locked_until(contract: Contract) -> dt.date | None:
    """Return the last day of this contract that lies in a locked period; None if none is locked."""
    days = [day for day in (hook(contract) for hook in locked_until_hooks) if day is not None]
    return max(days, default=None)
