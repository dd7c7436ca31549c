"""The plan of a procurement, who works on it, what was considered at each stage, and its locked versions."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.core.fields import PenceField
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Directorate, Organisation
from commonweal_web.planning.models.policies import Policy
from commonweal_web.planning.querysets import PlanQuerySet

USER = settings.AUTH_USER_MODEL


class Plan(Versioned):
    """
    What a body means to buy and what social value it will ask for; it becomes the tender pack and the contract.

    `value_pence` is the whole-life value. `facts` are answers on which law and policy turn, each with its source:
    {"light_touch": {"value": "no", "source": "legal advice of 3 March"}}; a fact that is not there is unknown.
    `weight`, `quantitative` and `qualitative` are in per cent of the total score. `policy` is the version in force on
    the day on which the plan was last worked out. `framework` is the id of the release that prices the measures.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "being written"
        AT_PANEL = "at_panel", "before the panel"
        CONDITIONS = "conditions", "approved with conditions"
        PASSED = "passed", "passed the panel"
        APPROVED = "approved", "approved"
        SENT_BACK = "sent_back", "sent back"
        WITHDRAWN = "withdrawn", "withdrawn"

    class Requirement(models.TextChoices):
        CORE = "core", "core requirement in the specification"
        OFFER = "offer", "offer by the bidder, scored"
        BOTH = "both", "both"

    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="plans")
    directorate = models.ForeignKey(Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    reference = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    category = models.CharField(max_length=12, blank=True, help_text="CPV code, as text.")
    value_pence = PenceField()
    starts = models.DateField()
    ends = models.DateField()
    commences = models.DateField(null=True, blank=True, help_text="Day on which the procurement begins by law.")
    place = models.CharField(max_length=80, blank=True)
    division = models.CharField(max_length=30, default="england-and-wales")
    facts = models.JSONField(default=dict, blank=True)
    policy = models.ForeignKey(Policy, null=True, blank=True, on_delete=models.PROTECT, related_name="plans")
    framework = models.CharField(max_length=80, blank=True)
    value_pack = models.CharField(max_length=80, blank=True)
    requirement = models.CharField(max_length=6, choices=Requirement.choices, default=Requirement.OFFER)
    weight = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    quantitative = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    qualitative = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    weight_reason = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    edition = models.PositiveSmallIntegerField(
        default=1, help_text="Counts up when approved measures are opened again."
    )
    created_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["authority", "reference"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["authority", "reference"], name="plan_reference_once"),
            models.CheckConstraint(condition=Q(ends__gte=F("starts")), name="plan_dates"),
            models.CheckConstraint(condition=Q(value_pence__gte=0), name="plan_value"),
            models.CheckConstraint(
                condition=Q(weight__isnull=True) | (Q(weight__gte=0) & Q(weight__lte=100)), name="plan_weight"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"


class PlanPart(models.Model):
    """A person's part in a plan between two days."""

    class Part(models.TextChoices):
        COMMISSIONER = "commissioner", "commissioner"
        PROCUREMENT = "procurement", "procurement officer"
        LEAD = "lead", "social value lead"
        DIRECTOR = "director", "strategic director"
        AUDITOR = "auditor", "auditor"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="parts")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="plan_parts")
    part = models.CharField(max_length=14, choices=Part.choices)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "user", "part", "starts"], name="plan_part_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} of {self.plan.reference}"


class Stage(Versioned):
    """What was considered at one stage of a plan: who, when, what was found, and who signed it off."""

    class Kind(models.TextChoices):
        REVIEW = "review", "review of the service"
        NEEDS = "needs", "needs analysis"
        MARKET = "market", "residents and market"
        SPECIFICATION = "specification", "specification"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="stages")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    considered_on = models.DateField(null=True, blank=True)
    considered_by = models.CharField(max_length=300, blank=True, help_text="Names or roles of who took part.")
    findings = models.TextField(blank=True)
    signed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["plan", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "kind"], name="stage_once"),
            models.CheckConstraint(
                condition=Q(signed_by__isnull=True) | (Q(considered_on__isnull=False) & ~Q(findings="")),
                name="stage_signed_with_findings",
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Document(models.Model):
    """A file of a stage (or of a condition that was closed), kept by its SHA-256 in the store of evidence."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="documents")
    stage = models.ForeignKey(Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="documents")
    title = models.CharField(max_length=200)
    file_name = models.CharField(max_length=255)
    kind = models.CharField(max_length=20)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64)
    added_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    withdrawn_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering: ClassVar = ["plan", "pk"]

    def __str__(self) -> str:
        return self.title


class PlanVersion(models.Model):
    """
    A plan as it was locked when the director approved it: the whole content as canonical JSON, never changed.

    The tender pack, the marking scheme, the bid workbook and the KPIs of the contract are made from `content` alone.
    """

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    approved_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["plan", "number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "number"], name="plan_version_once")]

    def __str__(self) -> str:
        return f"{self.plan.reference}, version {self.number}"
