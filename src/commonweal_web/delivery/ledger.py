"""
The only place that writes movements and balances.

The rules and the pence are the engine's (`commonweal.ledger`): under the row lock of the KPI the movements of the slot
are replayed, the new one is posted there, and its row and the balances are written in the same transaction. What the
engine refuses is refused here in words.

Call it from a service, inside its transaction, before the row of the log. One call posts everything that one act
moves: the balances of the body are written last and in one order, so that two acts never wait for each other in a ring.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction

from commonweal import ledger
from commonweal.ledger import Account
from commonweal_web.contracts.models import Kpi, KpiVersion
from commonweal_web.delivery import ledger_rows as rows
from commonweal_web.delivery import ledger_store as store
from commonweal_web.delivery.ledger_posting import Posting, version_standing
from commonweal_web.delivery.models import Balance, Claim, Decision, Movement

ZERO = Decimal(0)
Move = tuple[Account, Account, Decimal]
"""From, to, and how much."""


@transaction.atomic
def promise(*, kpi_version: KpiVersion, by: Any, role: str, now: dt.datetime) -> Movement | None:
    """Post what a KPI promises over its whole life; None for one without a target, or a ratio."""
    if not kpi_version.target or kpi_version.kind == "ratio":
        return None
    with Posting(by, role, now, reason=f"Version {kpi_version.number} approved") as posting:
        return posting.promise(kpi_version, Account.OUTSIDE, Account.PROMISED, kpi_version.target)


@transaction.atomic
def vary(*, kpi_version: KpiVersion, by: Any, role: str, now: dt.datetime) -> list[Movement]:
    """
    Bring the promise to what a new version says. A version with another value per unit (a re-base agreed by both
    sides) takes what stands out at the old value and brings it in at the new one.
    """
    if kpi_version.kind == "ratio" or kpi_version.target is None:
        return []
    reason = f"Version {kpi_version.number}: {kpi_version.change.title if kpi_version.change else 'varied'}"
    with Posting(by, role, now, reason=reason) as posting:
        book = posting.promises(kpi_version.kpi)
        slot = rows.promise_slot(kpi_version.kpi)
        standing = book.balance(slot, Account.PROMISED)
        gone = sum((book.balance(slot, account).amount for account in ledger.PROMISE_SIDE[1:]), ZERO)
        wanted = max(kpi_version.target - gone, ZERO)
        before = rows.value_used(version_standing(kpi_version))
        return posting.vary(kpi_version, standing.amount, wanted, rebase=before != rows.value_used(kpi_version))


@transaction.atomic
def claim(*, claim: Claim, by: Any, role: str, now: dt.datetime) -> Movement | None:
    """Post a submitted claim as pending; a nil, or a claim without an amount, moves nothing."""
    posted = claim_all(claims=[claim], by=by, role=role, now=now)
    return posted[0] if posted else None


@transaction.atomic
def claim_all(*, claims: Iterable[Claim], by: Any, role: str, now: dt.datetime) -> list[Movement]:
    """Post the claims of a return that was just submitted, each at its KPI version's frozen value."""
    with Posting(by, role, now) as posting:
        counted = [c for c in _by_kpi(claims) if not c.nil and (c.amount or c.denominator)]
        return [
            posting.delivery(
                c, Account.OUTSIDE, Account.PENDING, c.amount or ZERO, denominator=c.denominator or ZERO, claiming=True
            )
            for c in counted
        ]


@transaction.atomic
def decide(
    *,
    claim: Claim,
    moves: Sequence[Move],
    decision: Decision | None,
    by: Any,
    role: str,
    now: dt.datetime,
    reason: str = "",
    denominator: Decimal | None = None,
) -> list[Movement]:
    """
    Move parts of a claim as one decision says: [(PENDING, VERIFIED, 60), (PENDING, REJECTED, 5)].

    The denominator of a ratio goes with the first verified part unless it is given.

    :raises Refused: if an account holds less, or the way is not one of the ledger's
    """
    with Posting(by, role, now, reason=reason, decision=decision) as posting:
        return [
            posting.delivery(claim, source, target, amount, denominator=denominator)
            for source, target, amount in moves
            if amount or claim.denominator
        ]


@transaction.atomic
def correct(
    *,
    movement: Movement,
    amount: Decimal,
    by: Any,
    role: str,
    now: dt.datetime,
    reason: str,
    decision: Decision | None = None,
) -> Movement:
    """
    Take back `amount` of an earlier movement of a claim by a new one that names it.

    :raises Refused: if less of it is left, or the amount has moved on since
    """
    with Posting(by, role, now, reason=reason, decision=decision) as posting:
        return posting.correct(movement, amount)


@transaction.atomic
def withdraw(*, claim: Claim, by: Any, role: str, now: dt.datetime, reason: str) -> list[Movement]:
    """Move what is pending of a claim to withdrawn: the supplier gives it up, and its history stays."""
    pending = held(claim=claim, account=Account.PENDING)
    return decide(
        claim=claim,
        moves=[(Account.PENDING, Account.WITHDRAWN, pending.amount)] if pending.amount or pending.denominator else [],
        decision=None,
        by=by,
        role=role,
        now=now,
        reason=reason,
    )


@transaction.atomic
def take_back(*, claims: Iterable[Claim], by: Any, role: str, now: dt.datetime, reason: str) -> list[Movement]:
    """
    Take claims back as if they had not been sent: for a return recalled before anybody decided, and for a claim that
    a later revision takes the place of. Every movement that stands is corrected, the last one first.
    """
    with Posting(by, role, now, reason=reason) as posting:
        return [made for claim in _by_kpi(claims) for made in posting.undo(claim)]


def on_kpi_approved(*, version: KpiVersion, previous: KpiVersion | None, by: Any, role: str, now: dt.datetime) -> None:
    """Post the promise of a KPI that was just approved, or bring it to what its new version says."""
    if previous is None:
        promise(kpi_version=version, by=by, role=role, now=now)
    else:
        vary(kpi_version=version, by=by, role=role, now=now)


def held(
    *,
    account: Account,
    claim: Claim | None = None,
    kpi: Kpi | None = None,
    contract_id: int | None = None,
    period_starts: dt.date | None = None,
) -> ledger.Balance:
    """
    Return what an account holds of a claim, a KPI or a contract, of one period or of all.

    Amounts of a contract are not added, since its KPIs count different things: only its pence mean something.
    """
    if claim is not None:
        return standing(claim)[account]
    found = Balance.objects.filter(account=account)
    found = found.filter(kpi=kpi) if kpi is not None else found.filter(contract=contract_id)
    if period_starts is not None:
        found = found.filter(period_starts=period_starts)
    each = [ledger.Balance(row.amount if kpi else ZERO, row.pence, row.denominator if kpi else ZERO) for row in found]
    return sum(each, ledger.EMPTY)


def standing(claim: Claim) -> dict[Account, ledger.Balance]:
    """Return what each account of the delivery side holds of a claim."""
    slot = rows.claim_slot(claim)
    book = rows.replay_claim(slot, store.movements_of(claim))
    return {account: book.balance(slot, account) for account in ledger.DELIVERY_SIDE}


def _by_kpi(claims: Iterable[Claim]) -> list[Claim]:
    return sorted(claims, key=lambda claim: (claim.kpi_id, claim.pk))
