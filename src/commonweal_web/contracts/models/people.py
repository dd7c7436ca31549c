"""Who works on a contract on both sides, and what ties they have."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonweal_web.contracts.models.contracts import Contract
from commonweal_web.organisations.models import Organisation

USER = settings.AUTH_USER_MODEL


class Assignment(models.Model):
    """A person's part in one contract between two days. A hand-over ends one row and begins the next."""

    class Part(models.TextChoices):
        OWNER = "owner", "contract manager (owner)"
        DEPUTY = "deputy", "deputy"
        VERIFIER = "verifier", "verifier"
        COMMISSIONER = "commissioner", "commissioner"
        PROCUREMENT = "procurement", "procurement officer"
        DIRECTOR = "director", "strategic director"
        LEAD = "lead", "social value lead"
        AUDITOR = "auditor", "auditor"
        BENEFICIARY = "beneficiary", "beneficiary"

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="assignments")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="assignments")
    part = models.CharField(max_length=14, choices=Part.choices)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    handed_to = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "user", "part", "starts"], name="assignment_once"),
            models.UniqueConstraint(
                fields=["contract"], condition=Q(part="owner", ends__isnull=True), name="one_open_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()} of {self.contract.reference}"


class Contact(models.Model):
    """Whom to write to at a supplier about a contract; `deputy` is used when the first one has left."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contacts")
    supplier = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=120)
    email = models.EmailField()
    user = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="contact_for")
    deputy = models.BooleanField(default=False)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return f"supplier contact of {self.contract.reference}"


class Conflict(models.Model):
    """A declared tie between a person and a supplier; while it stands the person can take no part for the buyer."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="conflicts")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    tie = models.CharField(max_length=500, help_text="What the tie is: was a trustee until March 2026.")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    declared_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"tie with {self.organisation}"


class NoConflict(models.Model):
    """A person's declaration that they have no tie with the suppliers of a contract."""

    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "contract"], name="no_conflict_once")]

    def __str__(self) -> str:
        return f"no tie with the suppliers of {self.contract.reference}"


class ContactAlarm(models.Model):
    """A live contract that has nobody to write to at its supplier: raised the day it happens, cleared by a contact."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="contact_alarms")
    on = models.DateField()
    raised_at = models.DateTimeField()
    cleared_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-on"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["contract"], condition=Q(cleared_at__isnull=True), name="one_open_contact_alarm"
            )
        ]

    def __str__(self) -> str:
        return f"no live contact at the supplier of {self.contract.reference}"
