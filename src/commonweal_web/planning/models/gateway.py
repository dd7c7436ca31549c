"""The panel: meetings, what was put before it, votes and conditions; and approvals of a weight below the floor."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.core.versions import Versioned
from commonweal_web.planning.models.plans import Document, Plan
from commonweal_web.planning.models.policies import Panel

USER = settings.AUTH_USER_MODEL


class Meeting(Versioned):
    """A meeting of a panel; `held_at` closes its votes."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="meetings")
    on = models.DateField()
    place = models.CharField(max_length=200, blank=True)
    held_at = models.DateTimeField(null=True, blank=True)
    made_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-on", "-pk"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["panel", "on"], name="meeting_once_a_day")]

    def __str__(self) -> str:
        return f"{self.panel}, {self.on:%Y-%m-%d}"


class Sitting(Versioned):
    """
    One plan before one meeting, with the pack as the members saw it: `content` is frozen when it is put on the agenda.

    The decision follows from the votes: what most voted, where enough voted; a tie is the chair's.
    """

    class Decision(models.TextChoices):
        APPROVE = "approve", "approved"
        CONDITIONS = "conditions", "approved with conditions"
        SEND_BACK = "send_back", "sent back"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="sittings")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="sittings")
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    put_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    put_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["meeting", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "plan"], name="sitting_once"),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("put_by")), name="sitting_not_self_decided"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan.reference} before {self.meeting}"


class Vote(models.Model):
    """One member's vote; it can be changed by a new row until the meeting is held. Only added, the latest counts."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="votes")
    member = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    vote = models.CharField(max_length=10, choices=Sitting.Decision.choices)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["sitting", "pk"]


class Interest(models.Model):
    """An interest that somebody declared in a plan: they neither vote on it nor approve it. Only added."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="interests")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    words = models.TextField(help_text="What ties them to the plan.")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["plan", "user"], name="interest_once")]

    def __str__(self) -> str:
        return f"interest of {self.user} in {self.plan.reference}"


class Condition(Versioned):
    """What must be done before the plan goes on; closed with words or a document by another than who asks for it."""

    sitting = models.ForeignKey(Sitting, on_delete=models.PROTECT, related_name="conditions")
    text = models.CharField(max_length=500)
    answer = models.TextField(blank=True)
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["sitting", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True) | (~Q(closed_by=F("answered_by")) & ~Q(answer="")),
                name="condition_closed_by_another",
            )
        ]

    def __str__(self) -> str:
        return self.text


class WeightApproval(models.Model):
    """A weight below the policy's floor that two people approved: the second is another than the first. Only added."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="weight_approvals")
    weight = models.DecimalField(max_digits=5, decimal_places=2)
    reason = models.TextField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["plan", "weight", "by"], name="weight_approval_once_each")
        ]
