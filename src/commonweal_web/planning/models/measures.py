"""What people need where, and the measures that a plan asks for because of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.contracts.models.kpis import Deliverable
from commonweal_web.core.fields import QuantityField
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Delegation, Organisation
from commonweal_web.planning.models.plans import Plan

USER = settings.AUTH_USER_MODEL


class Need(Versioned):
    """
    What a place needs, by an officer from a source or posted by a community group.

    `tags` are words by which measures are suggested: ["care leavers", "green skills"]. A posted need may say how much
    (`quantity` of `unit`); what is left to fill is that less the offers. A community group's contact is written to by
    the service and shown to nobody outside the body.
    """

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="needs")
    place = models.CharField(max_length=120, help_text="Ward or place by name; empty is the whole area.", blank=True)
    title = models.CharField(max_length=200)
    text = models.TextField(blank=True)
    tags = models.JSONField(default=list, blank=True)
    source = models.CharField(max_length=300, blank=True)
    source_date = models.CharField(max_length=40, blank=True)
    group = models.CharField(max_length=200, blank=True, help_text="Community group that posted it.")
    email = models.EmailField(blank=True)
    quantity = QuantityField(null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    shown = models.BooleanField(default=False, help_text="On the public list, after an officer looked at it.")
    hidden_reason = models.CharField(max_length=500, blank=True, help_text="Why it is not on the public list.")
    closed_on = models.DateField(null=True, blank=True)
    created_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["body", "place", "title"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(quantity__isnull=True) | (Q(quantity__gt=0) & ~Q(unit="")), name="need_quantity_unit"
            ),
            models.CheckConstraint(condition=~Q(source="") | ~Q(group=""), name="need_from_somewhere"),
        ]

    def __str__(self) -> str:
        return self.title


class PlanNeed(models.Model):
    """A need that a plan answers."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="plan_needs")
    need = models.ForeignKey(Need, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "need"], name="plan_need_once")]


class CurrentMeasures(models.Manager["PlanMeasure"]):
    """Only the measures of the plan's present edition: what an earlier one held is history."""

    def get_queryset(self) -> models.QuerySet[PlanMeasure]:
        """Leave the rows of earlier editions out."""
        return super().get_queryset().filter(edition=F("plan__edition"))


class PlanMeasure(Versioned, Deliverable):
    """
    A measure that a plan asks for, as the KPI that it will become; `measure` is empty for a local indicator.

    `ref` is its short name in the tender (NT1). `value_per_unit` in pounds, empty for an indicator without money.
    `burden_bid` and `burden_return` are minutes per bid and per return. `why` keeps what suggested it:
    [{"kind": "need", "words": "care leavers"}, ...]. Nobody approves what they proposed.

    An approved row never changes. When the plan is opened again, its `edition` counts up and the rows are copied into
    the new one, to be proposed anew; `objects` and `plan.measures` hold the present edition, `editions` hold all.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "proposed"
        APPROVED = "approved", "approved"
        SENT_BACK = "sent_back", "sent back"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="measures")
    ref = models.CharField(max_length=40)
    themes = models.JSONField(default=list, blank=True)
    target = QuantityField(null=True, blank=True, help_text="What is expected over the whole life, as guidance.")
    value_per_unit = models.DecimalField(max_digits=24, decimal_places=8, null=True, blank=True)
    value_series = models.CharField(max_length=200, blank=True)
    value_source = models.CharField(max_length=500, blank=True)
    value_licensed = models.BooleanField(default=False)
    burden_bid = models.PositiveSmallIntegerField(default=0)
    burden_return = models.PositiveSmallIntegerField(default=0)
    why = models.JSONField(default=list, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    proposed_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    delegation = models.ForeignKey(Delegation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decision_reason = models.TextField(blank=True)
    edition = models.PositiveSmallIntegerField(default=0, help_text="The plan's edition that it belongs to.")

    objects = CurrentMeasures()
    editions = models.Manager["PlanMeasure"]()

    class Meta:
        ordering: ClassVar = ["plan", "order", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "edition", "ref"], name="plan_measure_ref_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("proposed_by")),
                name="plan_measure_not_self_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(decided_by__isnull=False), name="plan_measure_approved_by_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.ref} {self.deliverable}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Let a new row belong to the plan's present edition."""
        if self._state.adding and not self.edition:
            self.edition = self.plan.edition
        super().save(*args, **kwargs)


class Waiver(models.Model):
    """A recorded approval that sets aside a must-have of the policy: whose, in which office, and why. Only added."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="waivers")
    theme = models.CharField(max_length=120)
    office = models.CharField(max_length=120, help_text="The office that the policy names: head of procurement.")
    reason = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "theme"], name="waiver_once")]
