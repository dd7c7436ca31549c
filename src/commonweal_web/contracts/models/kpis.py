"""KPIs, their versions and targets, and the templates that a body uses again."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal.portfolio import Aggregation, Kind, Profile
from commonweal_web.contracts.models.changes import Change
from commonweal_web.contracts.models.contracts import Contract
from commonweal_web.contracts.models.words import choices_of
from commonweal_web.core.fields import QuantityField
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Delegation, Organisation

USER = settings.AUTH_USER_MODEL


class Deliverable(models.Model):
    """What a KPI says, in a version of it and in a template alike. Meanings are those of the engine's `Kpi`."""

    measure = models.CharField(max_length=120)
    deliverable = models.CharField(max_length=500)
    unit = models.CharField(max_length=60)
    kind = models.CharField(max_length=12, choices=choices_of(Kind), default=Kind.QUANTITY.value)
    profile = models.CharField(max_length=12, choices=choices_of(Profile), default=Profile.EVEN.value)
    over_time = models.CharField(max_length=12, choices=choices_of(Aggregation), default=Aggregation.SUM.value)
    over_contracts = models.CharField(max_length=12, choices=choices_of(Aggregation), default=Aggregation.SUM.value)
    better = models.CharField(
        max_length=4, choices=[("up", "more is better"), ("down", "less is better")], default="up"
    )
    evidence_rule = models.CharField(max_length=500, blank=True)
    place = models.CharField(max_length=80, blank=True)
    cohort = models.CharField(max_length=80, blank=True)
    scalable = models.BooleanField(default=False)
    sensitive = models.BooleanField(default=False)
    theme = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=200, blank=True)
    data = models.JSONField(default=dict, blank=True, help_text="Further data asked now, such as weeks per apprentice.")

    class Meta:
        abstract = True


class Kpi(Versioned):
    """A measure on a contract. What it says is in its versions; `current` is the approved one in force."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="kpis")
    ref = models.CharField(max_length=40)
    current = models.ForeignKey("KpiVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["contract", "pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["contract", "ref"], name="kpi_ref_once")]

    def __str__(self) -> str:
        return f"{self.contract.reference} {self.ref}"


class KpiState(models.TextChoices):
    """Where a version of a KPI is on its way."""

    DRAFT = "draft", "draft"
    PROPOSED = "proposed", "proposed"
    SENT_BACK = "sent_back", "sent back"
    APPROVED = "approved", "approved"
    SUPERSEDED = "superseded", "superseded"
    WITHDRAWN = "withdrawn", "withdrawn"


class KpiVersion(Versioned, Deliverable):
    """
    One version of what a KPI says. An approved one is locked by the database; its value and source are frozen.

    `target` is the whole-life promise; `value_per_unit` in pounds. `number` 1 is the original; a later one belongs to
    a `change` with its reason and takes effect on `effective`, never inside a locked period.
    """

    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=KpiState.choices, default=KpiState.DRAFT)
    target = QuantityField(null=True, blank=True)
    value_per_unit = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    value_series = models.CharField(max_length=200, blank=True)
    value_source = models.CharField(max_length=500, blank=True)
    value_on = models.DateField(null=True, blank=True)
    value_licensed = models.BooleanField(default=False)
    adjustments = models.JSONField(default=list, blank=True, help_text='[["attribution", "0.5"], ...]')
    change = models.ForeignKey(Change, null=True, blank=True, on_delete=models.PROTECT, related_name="kpi_versions")
    effective = models.DateField(null=True, blank=True)
    proposed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    delegation = models.ForeignKey(Delegation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["kpi", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kpi", "number"], name="kpi_version_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")), name="kpi_not_self_approved"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "superseded"])
                | Q(decided_by__isnull=False, proposed_by__isnull=False),
                name="kpi_approved_by_somebody",
            ),
            models.CheckConstraint(condition=Q(target__isnull=True) | Q(target__gte=0), name="kpi_target"),
            models.CheckConstraint(
                condition=Q(value_per_unit__isnull=True) | Q(value_per_unit__gte=0), name="kpi_value"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi}, version {self.number}"


class KpiTarget(models.Model):
    """What a KPI's version owes in one period, or by the last day of it for a milestone."""

    kpi_version = models.ForeignKey(KpiVersion, on_delete=models.PROTECT, related_name="targets")
    starts = models.DateField()
    ends = models.DateField()
    amount = QuantityField()

    class Meta:
        ordering: ClassVar = ["starts"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["kpi_version", "starts"], name="kpi_target_once"),
            models.CheckConstraint(condition=Q(amount__gte=0), name="kpi_target_amount"),
        ]


class KpiTemplate(Deliverable):
    """A KPI that a body uses again: everything but the numbers."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="kpi_templates")
    name = models.CharField(max_length=120)
    category = models.CharField(max_length=12, blank=True, help_text="CPV prefix that it suits.")
    retired_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organisation", "name"], name="kpi_template_once")]
