"""A body's own policy as dated data, and its category panels."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Directorate, Organisation

USER = settings.AUTH_USER_MODEL


class Policy(Versioned):
    """
    One version of a body's social value policy, as a policy pack of the engine in YAML.

    The one in force on a day is the adopted one with the latest `starts` on or before it. Once adopted, the database
    refuses to change `document`; a plan keeps the version on which it rests.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "draft"
        PROPOSED = "proposed", "proposed"
        ADOPTED = "adopted", "adopted"
        LEFT = "left", "left"

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="policies")
    label = models.CharField(max_length=60, help_text="How people call the version: 2025.1.")
    starts = models.DateField()
    document = models.TextField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    drafted_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drafted_at = models.DateTimeField()
    proposed_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    adopted_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    adopted_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["body", "-starts", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["body", "starts"], condition=Q(state="adopted"), name="policy_one_from_a_day"
            ),
            models.CheckConstraint(
                condition=~Q(state="adopted") | Q(adopted_by__isnull=False), name="policy_adopted_by_somebody"
            ),
            models.CheckConstraint(
                condition=Q(adopted_by__isnull=True)
                | (~Q(adopted_by=F("proposed_by")) & ~Q(adopted_by=F("drafted_by"))),
                name="policy_not_self_adopted",
            ),
        ]

    def __str__(self) -> str:
        return f"policy {self.label} of {self.body}"


class Panel(models.Model):
    """A category panel of a body: it votes on plans whose CPV code begins with one of `categories`."""

    body = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="panels")
    name = models.CharField(max_length=120)
    categories = models.JSONField(default=list, blank=True, help_text='CPV prefixes: ["77", "45"]; empty takes all.')
    directorate = models.ForeignKey(Directorate, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quorum = models.PositiveSmallIntegerField(default=2)
    ends = models.DateField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["body", "name"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["body", "name"], name="panel_name_once")]

    def __str__(self) -> str:
        return self.name


class PanelMember(models.Model):
    """Somebody's seat on a panel between two days; it counts while they hold the role of a panel member too."""

    panel = models.ForeignKey(Panel, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="panels")
    chair = models.BooleanField(default=False)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["panel", "user", "starts"], name="panel_member_once")]

    def __str__(self) -> str:
        return f"{self.user} on {self.panel}"
