"""What pages show of reviews and actions; the caller has found the contract in scope."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Prefetch, QuerySet

from commonweal_web.contracts.models import Contract
from commonweal_web.organisations.policies import Permission
from commonweal_web.performance.models import Action, Review


def reviews_of(contract: Contract) -> QuerySet[Review]:
    """Return the meetings about a contract with their actions, the latest first."""
    return (
        Review.objects.filter(contract=contract)
        .select_related("recorded_by")
        .prefetch_related(Prefetch("actions", queryset=Action.objects.order_by("due", "pk")))
    )


def open_actions(contract: Contract) -> QuerySet[Action]:
    """Return what is still to be done, the first due first."""
    return Action.objects.filter(contract=contract, done_on__isnull=True).select_related("review")


def due_soon(user: Any, *, by_day: dt.date) -> QuerySet[Action]:
    """Return the open actions due by a day, on the contracts whose meetings `user` records."""
    contracts = Contract.objects.allowing(user, Permission.REVIEW_RECORD)
    return Action.objects.filter(contract__in=contracts, done_on__isnull=True, due__lte=by_day).select_related(
        "contract"
    )


def may_record(user: Any, contract: Contract) -> bool:
    """Return whether `user` records meetings of a contract, to show or hide the button."""
    return Contract.objects.filter(pk=contract.pk).allowing(user, Permission.REVIEW_RECORD).exists()
