"""The emergency accesses: who could read which body, why, and from when to when."""

from __future__ import annotations

import datetime as dt
import functools
import operator
from typing import ClassVar

from django.db import models
from django.db.models import F, Q, QuerySet

HOURS = (1, 4, 8)
"""How long an access may last. The database takes no other, and its end is counted from them, never stored."""


class EmergencyAccessQuerySet(QuerySet["EmergencyAccess"]):
    """Emergency accesses, narrowed to those that run."""

    def running(self, now: dt.datetime) -> EmergencyAccessQuerySet:
        """Return those that have begun, and neither were ended nor have run out."""
        begun_after = (Q(hours=hours, starts_at__gt=now - dt.timedelta(hours=hours)) for hours in HOURS)
        return self.filter(functools.reduce(operator.or_, begun_after), starts_at__lte=now, ended_at__isnull=True)


class EmergencyAccess(models.Model):
    """A platform administrator may read one body for some hours. A row only ever gets an end before its time."""

    person = models.ForeignKey("organisations.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=500)
    starts_at = models.DateTimeField()
    hours = models.PositiveSmallIntegerField()
    ended_at = models.DateTimeField(
        null=True, blank=True, help_text="Ended by hand, or noted as run out when the next one began."
    )

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-starts_at", "-pk"]
        indexes: ClassVar = [models.Index(fields=["organisation", "starts_at"], name="emergency_of_body")]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(hours__in=HOURS), name="emergency_eight_hours_at_most"),
            models.CheckConstraint(condition=~Q(reason=""), name="emergency_with_a_reason"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("starts_at")), name="emergency_dates"
            ),
            models.UniqueConstraint(
                fields=["person"], condition=Q(ended_at__isnull=True), name="emergency_one_at_a_time"
            ),
        ]

    def __str__(self) -> str:
        return f"emergency access {self.pk}"

    @property
    def ends_at(self) -> dt.datetime:
        """When it runs out, if nobody ends it before."""
        return self.starts_at + dt.timedelta(hours=self.hours)

    def runs(self, now: dt.datetime) -> bool:
        """Say whether it can be used now."""
        return self.ended_at is None and self.starts_at <= now < self.ends_at
