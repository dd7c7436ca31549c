"""Who may approve a contract's KPIs and changes, and to whom a proposal goes when the usual person proposed it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Q

from commonweal_web.contracts.models import Assignment, Conflict, Contract, ContractSupplier
from commonweal_web.core.errors import NotPermitted, Refused
from commonweal_web.organisations.approval import ApprovalRight, approval_right, who_can_approve
from commonweal_web.organisations.models import User, in_force
from commonweal_web.organisations.roles import Role

MANAGING = ("owner", "deputy", "verifier")


def right_of(contract: Contract, user: Any, on: dt.date, *, not_by: frozenset[int] = frozenset()) -> ApprovalRight:
    """Return whether `user` may approve on this contract, with the reason."""
    named = Assignment.objects.filter(in_force(on), contract=contract, user=user, part="director").exists()
    return approval_right(
        user=user,
        organisation=contract.authority,
        directorate=contract.directorate,
        value_pence=contract.value_pence,
        on=on,
        assigned=named,
        not_by=not_by,
    )


def approvers(contract: Contract, on: dt.date, *, not_by: frozenset[int] = frozenset()) -> list[User]:
    """Return who may approve on this contract, without those of `not_by` and without who has a tie or runs it."""
    usual = who_can_approve(
        organisation=contract.authority,
        directorate=contract.directorate,
        value_pence=contract.value_pence,
        on=on,
        not_by=not_by,
    )
    named = User.objects.filter(
        assignments__in=Assignment.objects.filter(in_force(on), contract=contract, part="director"), is_active=True
    ).exclude(pk__in=not_by)
    found = {user.pk: user for user in [*(user for user, _ in usual), *named]}
    return [user for user in found.values() if not hindrance(contract, user, on)]


def route(contract: Contract, on: dt.date, *, proposer: Any) -> list[User]:
    """
    Return to whom a proposal goes; where the proposer is the only one, another director is named for the contract.

    The caller holds the contract's lock. An empty list means that the body has nobody else.
    """
    excluded = frozenset({proposer.pk})
    found = approvers(contract, on, not_by=excluded)
    if found:
        return found
    others = User.objects.filter(
        Q(memberships__organisation=contract.authority) & Q(memberships__role=Role.APP) & in_force(on, "memberships__"),
        is_active=True,
    )
    for other in others.exclude(pk=proposer.pk).order_by("pk").distinct():
        if not hindrance(contract, other, on):
            Assignment.objects.get_or_create(contract=contract, user=other, part="director", starts=on)
            return [other]
    return []


def refuse_unless_may_approve(contract: Contract, by: Any, on: dt.date, *, proposer_id: int | None) -> ApprovalRight:
    """
    Return the right by which `by` approves; the caller holds the contract's lock.

    :raises Refused: for one's own proposal, with who can
    :raises NotPermitted: without the right, with the reason and who can
    """
    excluded = frozenset({proposer_id} if proposer_id else ())
    if proposer_id == by.pk:
        others = _named(approvers(contract, on, not_by=excluded))
        raise Refused(
            f"You proposed this yourself, so somebody else approves it: {others}.",
            code="own_proposal",
        )
    right = right_of(contract, by, on, not_by=excluded)
    if not right.ok:
        raise NotPermitted(right.reason, code="no_right")
    why = hindrance(contract, by, on)
    if why:
        raise NotPermitted(f"{why} {_named(approvers(contract, on, not_by=excluded))} can approve.", code="hindered")
    return right


def hindrance(contract: Contract, user: Any, on: dt.date) -> str:
    """Return why somebody with the right may still not approve here: they run the contract, or have a tie."""
    if Assignment.objects.filter(in_force(on), contract=contract, user=user, part__in=MANAGING).exists():
        return "Who manages or verifies a contract does not approve its KPIs."
    return tie_of(contract, user, on)


def tie_of(contract: Contract, user: Any, on: dt.date) -> str:
    """Return the declared tie of a person with a supplier of the contract, in words; empty without one."""
    suppliers = ContractSupplier.objects.filter(contract=contract).filter(Q(ends__isnull=True) | Q(ends__gte=on))
    tie = (
        Conflict.objects.filter(in_force(on), user=user, organisation__in=suppliers.values("supplier"))
        .select_related("organisation")
        .first()
    )
    return f"{user} has declared a tie with {tie.organisation}: {tie.tie.rstrip('.')}." if tie else ""


def _named(people: list[User]) -> str:
    return " or ".join(str(one) for one in people) if people else "nobody of this body"
