"""What people decided about claims, asked of beneficiaries, and drew for a second look."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal_web.core.fields import QuantityField
from commonweal_web.delivery.models.returns import Claim
from commonweal_web.organisations.models import Organisation

USER = settings.AUTH_USER_MODEL


class DoubleFlag(models.Model):
    """One person, or one invoice line, found in two claims. Each side sees only its own claim."""

    class State(models.TextChoices):
        OPEN = "open", "possible double claim"
        SPLIT = "split", "shared between the claims"
        CLEARED = "cleared", "not the same"
        UPHELD = "upheld", "claimed twice"

    kind = models.CharField(max_length=10, default="person")
    mark = models.CharField(max_length=64, help_text="The shared token, or the hash of the invoice line.")
    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="double_flags")
    other = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["mark", "claim", "other"], name="double_flag_once")]

    def __str__(self) -> str:
        return f"possible double claim {self.pk}"


class Decision(models.Model):
    """One act of a verifier on a claim: what was accepted, rejected, disputed or asked, and why. Never changed."""

    class Verdict(models.TextChoices):
        ACCEPT = "accept", "accepted"
        PART = "part", "accepted in part"
        ASK = "ask", "asked for more"
        REJECT = "reject", "rejected"
        DISPUTE = "dispute", "marked as disputed"
        SETTLE = "settle", "dispute settled"
        CORRECT = "correct", "corrected"

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    accepted = QuantityField(default=0)
    rejected = QuantityField(default=0)
    disputed = QuantityField(default=0)
    reason = models.TextField(blank=True)
    answer = models.TextField(blank=True)
    answered_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    submitter = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    form_key = models.CharField(max_length=64, unique=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(condition=~Q(by=F("submitter")), name="not_self_verified"),
            models.CheckConstraint(
                condition=Q(accepted__gte=0, rejected__gte=0, disputed__gte=0), name="decision_amounts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.claim}: {self.get_verdict_display()}"


class Confirmation(models.Model):
    """A beneficiary asked by a signed link to confirm or correct a quantity; no account is needed."""

    class State(models.TextChoices):
        ASKED = "asked", "asked"
        CONFIRMED = "confirmed", "confirmed"
        CORRECTED = "corrected", "corrected"
        DENIED = "denied", "not received"
        EXPIRED = "expired", "link expired"

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="confirmations")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    beneficiary = models.CharField(max_length=200)
    email = models.EmailField()
    claimed = QuantityField()
    confirmed = QuantityField(null=True, blank=True)
    comment = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    token_hash = models.CharField(max_length=64, unique=True)
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_as = models.CharField(max_length=120, blank=True)

    def __str__(self) -> str:
        return f"confirmation of {self.claim}"


class PlaceTest(models.Model):
    """Whether an outward postcode of a claim lies inside the contract's place, by a boundary list with its version."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="place_tests")
    outcode = models.CharField(max_length=8)
    place = models.CharField(max_length=80)
    boundary_version = models.CharField(max_length=80)
    inside = models.BooleanField(null=True, blank=True, help_text="Empty where the list cannot tell.")
    amount = QuantityField(null=True, blank=True)
    by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class SampleDraw(models.Model):
    """A random second-line sample: the recorded number and the hash of the population give the same rows again."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    number = models.CharField(max_length=40, help_text="The number that the draw starts from.")
    size = models.PositiveIntegerField()
    population = models.JSONField(help_text="Ids of all decisions that could be drawn, in order.")
    population_hash = models.CharField(max_length=64)
    drawn = models.JSONField()
    drawn_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.title


class SampleCheck(models.Model):
    """What a second person found about one drawn decision."""

    draw = models.ForeignKey(SampleDraw, on_delete=models.PROTECT, related_name="checks")
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="sample_checks")
    agrees = models.BooleanField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["draw", "decision"], name="sample_check_once")]

    def __str__(self) -> str:
        return f"check in sample {self.draw_id}"
