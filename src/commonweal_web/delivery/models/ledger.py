"""The movements of the ledger and the balances that follow from them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal.ledger import Account
from commonweal_web.contracts.models import Contract, Kpi, KpiVersion
from commonweal_web.core.fields import PenceField, QuantityField
from commonweal_web.delivery.models.checking import Decision
from commonweal_web.delivery.models.returns import Claim
from commonweal_web.organisations.models import Organisation

USER = settings.AUTH_USER_MODEL
ACCOUNTS = [(account.value, account.value.replace("_", " ")) for account in Account]


class Movement(models.Model):
    """One row of the ledger, appended only. `corrects` names the movement that this one takes back."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="movements")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="movements")
    kpi_version = models.ForeignKey(KpiVersion, on_delete=models.PROTECT, related_name="+")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    decision = models.ForeignKey(Decision, null=True, blank=True, on_delete=models.PROTECT, related_name="movements")
    period_starts = models.DateField(null=True, blank=True)
    period_ends = models.DateField(null=True, blank=True)
    place = models.CharField(max_length=80, blank=True)
    cohort = models.CharField(max_length=80, blank=True)
    source = models.CharField(max_length=12, choices=ACCOUNTS)
    target = models.CharField(max_length=12, choices=ACCOUNTS)
    amount = QuantityField()
    denominator = QuantityField(default=0)
    pence = PenceField(null=True, blank=True)
    value_used = models.CharField(max_length=300, blank=True)
    evidence = models.JSONField(default=list, blank=True, help_text="SHA-256 of every file that it rests on.")
    corrects = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=14)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()
    engine_release = models.CharField(max_length=20, blank=True)
    data_release = models.CharField(max_length=20, blank=True)
    body_slot = models.CharField(
        max_length=400,
        blank=True,
        help_text="What it counts under for the body: authority, directorate, region, quarter, outcome.",
    )

    class Meta:
        ordering: ClassVar = ["pk"]
        indexes: ClassVar = [models.Index(fields=["kpi", "period_starts"], name="movement_kpi_period")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(source=F("target")), name="movement_moves"),
            models.CheckConstraint(condition=Q(amount__gte=0, denominator__gte=0), name="movement_amount"),
        ]


class Balance(models.Model):
    """What one account of a KPI holds, in one period and claim; kept in the transaction of its movements."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="balances")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="balances")
    period_starts = models.DateField(null=True, blank=True)
    account = models.CharField(max_length=12, choices=ACCOUNTS)
    amount = QuantityField(default=0)
    denominator = QuantityField(default=0)
    pence = PenceField(default=0)
    slot = models.CharField(max_length=60, unique=True, help_text="kpi:period:account")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(account="outside") | Q(amount__gte=0, pence__gte=0), name="balance_not_overdrawn"
            )
        ]


class BodyBalance(models.Model):
    """Pence and movements of a body by directorate, outcome, region and quarter: what a dashboard reads."""

    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    directorate_id = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=200, blank=True)
    region = models.CharField(max_length=80, blank=True)
    quarter = models.DateField(help_text="First day of the calendar quarter in which the period began.")
    account = models.CharField(max_length=12, choices=ACCOUNTS)
    pence = PenceField(default=0)
    slot = models.CharField(max_length=400, unique=True)
