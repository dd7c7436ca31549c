"""Changes of a contract: dated acts that both sides agree."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.contracts.models.contracts import Contract
from commonweal_web.core.fields import PenceField, QuantityField
from commonweal_web.core.versions import Versioned

USER = settings.AUTH_USER_MODEL


class Change(Versioned):
    """
    A dated act that changes a contract and its KPIs: proposed, checked, approved and agreed by both sides.

    A supplier may ask for one: to give `swap_in` instead of `swap_amount` of the KPI `swap_out`. Officers compare it
    (`comparison`) and refuse it, or propose it as their own. `old_...` are the contract's values before the change.
    """

    class State(models.TextChoices):
        ASKED = "asked", "asked by the supplier"
        PROPOSED = "proposed", "proposed"
        APPROVED = "approved", "approved, waiting for the supplier"
        AGREED = "agreed", "agreed by both sides"
        REFUSED = "refused", "refused"
        WITHDRAWN = "withdrawn", "withdrawn"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="changes")
    title = models.CharField(max_length=200)
    reason = models.TextField()
    effective = models.DateField()
    asked_by_supplier = models.BooleanField(default=False)
    asked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True, blank=True)
    swap_out = models.ForeignKey("Kpi", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    swap_amount = QuantityField(null=True, blank=True)
    swap_in = models.JSONField(default=dict, blank=True, help_text="measure, amount and words of what is offered.")
    comparison = models.JSONField(default=dict, blank=True, help_text="equivalence, evidence and need, in words.")
    old_yearly_value_pence = PenceField(null=True, blank=True)
    old_value_pence = PenceField(null=True, blank=True)
    yearly_value_pence = PenceField(null=True, blank=True)
    value_pence = PenceField(null=True, blank=True)
    old_ends = models.DateField(null=True, blank=True)
    ends = models.DateField(null=True, blank=True, help_text="The contract's new last day, where it moves.")
    retires = models.JSONField(default=list, blank=True, help_text="Ids of the KPIs that end with the day before.")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    permitted_ground = models.CharField(max_length=500, blank=True)
    approved_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    agreed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["contract", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=["asked", "refused", "withdrawn"]) | Q(proposed_by__isnull=False),
                name="change_has_proposer",
            ),
            models.CheckConstraint(
                condition=Q(checked_by__isnull=True) | ~Q(checked_by=F("proposed_by")),
                name="change_not_self_checked",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "agreed"]) | Q(checked_by__isnull=False),
                name="change_was_checked",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
                name="change_not_self_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "agreed"]) | Q(approved_by__isnull=False),
                name="change_has_approver",
            ),
            models.CheckConstraint(
                condition=~Q(state="agreed") | Q(agreed_by__isnull=False), name="change_has_agreement"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.reference} change: {self.title}"
