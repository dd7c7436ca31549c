"""Registers that were uploaded: read, shown, and made into contracts when somebody confirms."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonweal_web.contracts.models.contracts import Contract
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Organisation

USER = settings.AUTH_USER_MODEL


class Import(Versioned):
    """
    A file that was read: what it would make (`plan`) and what is wrong with it, kept until it is confirmed or left.

    The file itself is not kept, only its name and hash; the plan holds what was taken from it. One upload is confirmed
    once: a second click finds the state `done`.
    """

    class State(models.TextChoices):
        SHOWN = "shown", "read, not yet imported"
        DONE = "done", "imported"
        LEFT = "left", "left"

    class Kind(models.TextChoices):
        REGISTER = "register", "contracts from a register"
        KPIS = "kpis", "KPIs of one contract"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    authority = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    layout = models.CharField(max_length=40, blank=True)
    plan = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    state = models.CharField(max_length=6, choices=State.choices, default=State.SHOWN)
    uploaded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    done_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    made = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(state="done") | Q(done_by__isnull=False, done_at__isnull=False), name="import_by_somebody"
            )
        ]

    @property
    def errors(self) -> int:
        """How many problems must be mended first."""
        return sum(problem["severity"] == "error" for problem in self.problems)

    def __str__(self) -> str:
        return self.file_name
