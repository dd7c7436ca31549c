"""
The calendar: which returns a contract owes, made from its period scheme with the bank holidays of its division.

It runs when a contract goes live and every night, and makes only what is missing: a later last day, or bank holidays
that became known, add the returns that they allow.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

import structlog
from django.db import transaction

from commonweal import errors, packs
from commonweal.calendars import Calendar, Deadline, deadline
from commonweal.periods import Period, periods_of
from commonweal.portfolio import PeriodScheme
from commonweal_web.audit.services import record
from commonweal_web.contracts.models import Contract, Status
from commonweal_web.core import clock
from commonweal_web.delivery.models import Return
from commonweal_web.delivery.returns.dates import london_day

log = structlog.get_logger(__name__)


def calendar_of(contract: Contract) -> Calendar:
    """
    Return the bank holidays that count for a contract.

    :raises UnknownCode: if its division is none
    """
    return packs.calendar(contract.division)


def owed(contract: Contract) -> list[tuple[Period, Deadline]]:
    """
    Return the periods for which a contract owes a return, each with its deadline, oldest first.

    Left out are periods whose due day had passed when the contract went live here, and those whose due day falls
    into years without known bank holidays. A contract without KPIs, with its reason, owes nothing.
    """
    if contract.no_kpi_reason and not contract.kpis.exists():
        return []
    term = Period(contract.starts, contract.ends)
    live = london_day(contract.went_live_at) if contract.went_live_at else contract.starts
    found = []
    for period in periods_of(PeriodScheme(contract.period_scheme), term):
        try:
            when = deadline(
                period=period,
                due_days=contract.due_days,
                lock_days=contract.lock_days,
                calendar=calendar_of(contract),
                ladder=(),
            )
        except errors.BadPeriod:
            break
        if when.due >= live:
            found.append((period, when))
    return found


@transaction.atomic
def returns_create(*, contract: Contract, now: dt.datetime, by: Any = None, in_another_act: bool = False) -> int:
    """
    Make the returns that a live contract owes and that do not exist yet; return how many.

    With `in_another_act` the row of the log is that act's own (a contract going live).
    """
    Contract.objects.select_for_update().get(pk=contract.pk)
    known = set(contract.returns.values_list("starts", flat=True))
    missing = [(period, when) for period, when in owed(contract) if period.start not in known]
    Return.objects.bulk_create(
        Return(contract=contract, starts=period.start, ends=period.end, due=when.due, locks=when.lock)
        for period, when in missing
    )
    if missing and not in_another_act:
        record(
            organisation_id=contract.authority_id,
            by=by,
            role="system",
            verb="returns.expected",
            record=contract,
            contract_id=contract.pk,
            new={"returns": len(missing), "first": missing[0][0].start, "last": missing[-1][0].start},
            now=now,
        )
    return len(missing)


def returns_create_all(now: dt.datetime) -> int:
    """Make what every live contract owes; one that cannot be worked out is noted and does not stop the others."""
    made = 0
    for contract in Contract.objects.filter(status=Status.LIVE):
        try:
            made += returns_create(contract=contract, now=now)
        except errors.CommonwealError as error:
            log.warning("returns_not_made", contract=contract.pk, why=str(error))
    return made


def on_contract_live(*, contract: Contract, by: Any, now: dt.datetime) -> None:
    """Make the returns of a contract that goes live, inside that act."""
    returns_create(contract=contract, now=now, by=by, in_another_act=True)


def locked_until(contract: Contract) -> dt.date | None:
    """Return the last day of the last period that is locked today; None if none is."""
    locked = contract.returns.filter(locks__lt=clock.today()).order_by("-ends").first()
    return locked.ends if locked else None
