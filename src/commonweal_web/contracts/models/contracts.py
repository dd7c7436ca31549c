"""Contracts, their suppliers, and the days on which they can be changed or left."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal.portfolio import PeriodScheme
from commonweal_web.contracts.models.words import choices_of
from commonweal_web.contracts.querysets import ContractQuerySet
from commonweal_web.core.fields import PenceField
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Directorate, Organisation

USER = settings.AUTH_USER_MODEL


class Status(models.TextChoices):
    """Where a contract is in its life."""

    DRAFT = "draft", "draft"
    LIVE = "live", "live"
    ENDED = "ended", "ended"


class Tier(models.TextChoices):
    """How closely returns are followed: it chooses the ladder of reminders."""

    LIGHT = "light", "light: milestone tracker"
    STANDARD = "standard", "standard"
    MAJOR = "major", "major: delivery plan"


class Contract(Versioned):
    """
    One contract of an authority. `spent_pence` is what was paid to date where known, never guessed from the value.

    A `framework_agreement` is one under which bodies call off contracts; its value is a ceiling. `call_off_of` is the
    agreement that a contract was called off under, maybe another body's; its promises count within those of the
    agreement unless they are `additional`. `legacy` marks one let before social value was asked for; `no_kpi_reason`
    says why there are no KPIs.
    """

    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="contracts")
    directorate = models.ForeignKey(Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    category = models.CharField(max_length=12, blank=True, help_text="CPV code, as text.")
    value_pence = PenceField(null=True, blank=True)
    spent_pence = PenceField(null=True, blank=True)
    yearly_spend_pence = PenceField(null=True, blank=True)
    starts = models.DateField()
    ends = models.DateField()
    latest_extension = models.DateField(null=True, blank=True)
    period_scheme = models.CharField(
        max_length=20, choices=choices_of(PeriodScheme), default=PeriodScheme.CONTRACT_QUARTERS.value
    )
    due_days = models.PositiveSmallIntegerField(default=15)
    lock_days = models.PositiveSmallIntegerField(default=20)
    division = models.CharField(max_length=30, default="england-and-wales")
    place = models.CharField(max_length=80, blank=True)
    tier = models.CharField(max_length=10, choices=Tier.choices, default=Tier.STANDARD)
    rag_green = models.DecimalField(max_digits=6, decimal_places=2, default=95)
    rag_amber = models.DecimalField(max_digits=6, decimal_places=2, default=80)
    criticality = models.CharField(max_length=12, blank=True)
    remedy_terms = models.TextField(blank=True)
    lateness_terms = models.TextField(blank=True)
    credit_share = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    credit_cap_pence = PenceField(null=True, blank=True)
    framework = models.CharField(max_length=80, blank=True, help_text="Id of a framework release.")
    value_pack = models.CharField(max_length=80, blank=True)
    framework_agreement = models.BooleanField(default=False)
    call_off_of = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="call_offs")
    additional = models.BooleanField(default=False)
    legacy = models.BooleanField(default=False)
    no_kpi_reason = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    went_live_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(USER, null=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = ContractQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["authority", "reference"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "reference"], name="contract_reference_once"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="contract_dates"),
            models.CheckConstraint(
                condition=Q(value_pence__isnull=True) | Q(value_pence__gte=0), name="contract_value"
            ),
            models.CheckConstraint(condition=Q(rag_green__gte=F("rag_amber")), name="contract_rag_order"),
            models.CheckConstraint(
                condition=Q(call_off_of__isnull=True) | ~Q(call_off_of=F("pk")), name="contract_not_under_itself"
            ),
            models.CheckConstraint(
                condition=Q(call_off_of__isnull=True) | Q(framework_agreement=False), name="contract_one_level"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class ContractSupplier(models.Model):
    """A supplier of a contract between two days; the first one leads."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contract_suppliers")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="supplied")
    leads = models.BooleanField(default=True)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "supplier", "starts"], name="contract_supplier_once")
        ]

    def __str__(self) -> str:
        return f"supplier of contract {self.contract_id}"


class BreakPoint(models.Model):
    """A day on which a contract can be changed or left: break, extension option or review; what came of it."""

    class Kind(models.TextChoices):
        BREAK = "break", "break point"
        EXTENSION = "extension", "extension option"
        REVIEW = "review", "review"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="break_points")
    on = models.DateField()
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.BREAK)
    months = models.PositiveSmallIntegerField(null=True, blank=True, help_text="How long an extension would be.")
    note = models.CharField(max_length=500, blank=True)
    outcome = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["on"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["contract", "on", "kind"], name="break_point_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} on {self.on:%Y-%m-%d}"
