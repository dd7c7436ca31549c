"""Returns and their claims: what a supplier owes, typed, rested on evidence, sent and reopened."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from commonweal.periods import Period
from commonweal_web.contracts.models import Contract, Kpi, KpiVersion
from commonweal_web.core.fields import PenceField, QuantityField
from commonweal_web.core.versions import Versioned
from commonweal_web.evidence.models import EvidenceItem

USER = settings.AUTH_USER_MODEL


class ReturnState(models.TextChoices):
    """Where a return is. Missing, late and locked follow from its dates and are not kept."""

    EXPECTED = "expected", "not started"
    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "submitted"
    CHECKED = "checked", "checked"


class Return(Versioned):
    """
    What a supplier owes for one contract and period: due and locking days in Europe/London, both included.

    `received_at` is the first arrival of the complete return and decides timeliness; a recall and a new submission
    keep it in `first_received_at`. `open_until` is the end of a reopening in force.
    """

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="returns")
    starts = models.DateField()
    ends = models.DateField()
    due = models.DateField()
    locks = models.DateField()
    open_until = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.EXPECTED)
    only_this_contract = models.BooleanField(default=False)
    only_contracted = models.BooleanField(default=False)
    account = models.TextField(blank=True, help_text="The supplier's short account of the period.")
    first_received_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    receipt = models.CharField(max_length=64, blank=True, help_text="SHA-256 of the canonical return as received.")

    class Meta:
        ordering: ClassVar = ["starts"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["contract", "starts"], name="return_once_a_period"),
            models.CheckConstraint(condition=Q(locks__gte=F("due")), name="return_locks_after_due"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "checked"])
                | Q(submitted_by__isnull=False, received_at__isnull=False),
                name="return_submitted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contract.reference} return for {Period(self.starts, self.ends).label}"


class ClaimState(models.TextChoices):
    """Where a claim is. The ledger says how much of it stands where; this says whose turn it is."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "waiting to be checked"
    ASKED = "asked", "question to the supplier"
    DECIDED = "decided", "checked"
    WITHDRAWN = "withdrawn", "withdrawn"


class Claim(Versioned):
    """
    What the supplier says was delivered under one KPI in the period of a return, or a nil with its reason.

    `amount` is in the KPI's unit (the numerator of a ratio); `working` keeps how it was built up, such as people and
    shares of full time. `revision` 2 and more correct an earlier one after checking. `kpi_version` is what the KPI said
    when the claim was submitted.
    """

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="claims")
    kpi = models.ForeignKey(Kpi, on_delete=models.PROTECT, related_name="claims")
    kpi_version = models.ForeignKey(KpiVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    revision = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=ClaimState.choices, default=ClaimState.DRAFT)
    amount = QuantityField(null=True, blank=True)
    denominator = QuantityField(null=True, blank=True)
    nil = models.BooleanField(default=False)
    nil_reason = models.CharField(max_length=500, blank=True)
    account = models.TextField(blank=True)
    place = models.CharField(max_length=80, blank=True)
    cohort = models.CharField(max_length=80, blank=True)
    working = models.JSONField(default=dict, blank=True)
    warnings_answered = models.JSONField(default=dict, blank=True)
    valid_until = models.DateField(null=True, blank=True)
    updated_at = models.DateTimeField(null=True, blank=True)
    updated_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["ret", "kpi", "revision"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ret", "kpi", "revision"], name="claim_once"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gte=0), name="claim_amount"),
            models.CheckConstraint(condition=Q(nil=False) | Q(amount__isnull=True) | Q(amount=0), name="nil_is_zero"),
            models.CheckConstraint(
                condition=Q(nil=False) | ~Q(state__in=["submitted", "decided"]) | ~Q(nil_reason=""),
                name="nil_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kpi} for {Period(self.ret.starts, self.ret.ends).label}"


class Typist(models.Model):
    """Somebody who typed into a return for the supplier; they can never verify it."""

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="typists")
    user = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["ret", "user"], name="typist_once")]


class ClaimEvidence(models.Model):
    """An item of evidence that a claim rests on; one item may support several claims of the return."""

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="evidence_links")
    item = models.ForeignKey(EvidenceItem, on_delete=models.PROTECT, related_name="claim_links")
    linked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    linked_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["claim", "item"], name="claim_evidence_once")]


class ClaimPerson(models.Model):
    """
    A person behind a claim, known only by a keyed token; `amount` is their part of the claim in its unit.

    `shared_token` is made with the key that bodies share, to find one person across bodies; neither leads to a name.
    """

    claim = models.ForeignKey(Claim, on_delete=models.PROTECT, related_name="people")
    measure = models.CharField(max_length=120)
    period_starts = models.DateField()
    token = models.CharField(max_length=64)
    shared_token = models.CharField(max_length=64, blank=True, db_index=True)
    amount = QuantityField(null=True, blank=True)
    share = models.DecimalField(max_digits=7, decimal_places=4, default=100)
    outcode = models.CharField(max_length=8, blank=True)
    initials = models.CharField(max_length=8, blank=True)
    started = models.DateField(null=True, blank=True)
    live = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["claim", "token"], condition=Q(live=True), name="person_once_a_claim"),
            models.CheckConstraint(condition=Q(share__gt=0, share__lte=100), name="person_share"),
        ]


class SpendLine(models.Model):
    """A line of local spend that an officer approved before; offered again in the next return."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="spend_lines")
    claim = models.ForeignKey(Claim, null=True, blank=True, on_delete=models.PROTECT, related_name="spend_lines")
    supplier_name = models.CharField(max_length=200)
    outcode = models.CharField(max_length=8, blank=True)
    invoice_mark = models.CharField(max_length=64, blank=True, db_index=True)
    pounds_pence = PenceField()
    approved = models.BooleanField(default=False)


class Receipt(models.Model):
    """One submission of a return as it came in: the canonical text and its SHA-256. Appended, never changed."""

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="receipts")
    number = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    text = models.TextField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["ret", "number"], name="receipt_once")]


class Reopening(models.Model):
    """A locked return opened again until a day: asked by one person with a reason, granted by another."""

    class State(models.TextChoices):
        ASKED = "asked", "asked for"
        GRANTED = "granted", "granted"
        REFUSED = "refused", "refused"

    ret = models.ForeignKey(Return, on_delete=models.PROTECT, related_name="reopenings")
    reason = models.TextField()
    asked_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.ASKED)
    until = models.DateField(null=True, blank=True)
    decided_by = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    decision_reason = models.TextField(blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")), name="reopening_by_another"
            ),
            models.CheckConstraint(
                condition=~Q(state="granted") | Q(until__isnull=False, decided_by__isnull=False),
                name="reopening_has_an_end",
            ),
        ]

    def __str__(self) -> str:
        return f"reopening of {self.ret}"
