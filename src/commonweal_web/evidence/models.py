"""Files that prove a delivery: the bytes once, by their hash, and each use of them as an item of a contract."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q, QuerySet

from commonweal_web.contracts.models import Contract
from commonweal_web.evidence.policies import Scan
from commonweal_web.organisations import emergency, selectors
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import BUYER_ROLES, SUPPLIER_ROLES

USER = settings.AUTH_USER_MODEL


class StoredFile(models.Model):
    """The bytes of a file, kept once under their SHA-256. Those discarded keep their row, for the log."""

    sha256 = models.CharField(max_length=64, unique=True)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=120)
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.PENDING)
    scanned_at = models.DateTimeField(null=True, blank=True)
    virus = models.CharField(max_length=200, blank=True)
    stored_at = models.DateTimeField()
    discarded_at = models.DateTimeField(null=True, blank=True)
    checked_at = models.DateTimeField(null=True, blank=True)
    spoilt = models.CharField(max_length=200, blank=True, help_text="What is wrong with the stored bytes.")

    def __str__(self) -> str:
        return self.sha256[:12]


class EvidenceQuerySet(QuerySet["EvidenceItem"]):
    """Items of evidence, narrowed to what a person may see."""

    def visible_to(self, user: Any) -> EvidenceQuerySet:
        """
        Return the items that `user` may read.

        An officer sees those of the contracts that they are assigned to, a supplier its own, and everybody what they
        added themselves; another council's, or another supplier's of the same contract, do not exist for them.
        """
        contracts = Contract.objects.allowing(user, Permission.EVIDENCE_READ)
        roles = selectors.roles_of(user, Permission.EVIDENCE_READ)
        buyers = selectors.acted_for(user, roles & BUYER_ROLES)
        own = selectors.memberships(user).filter(role__in=roles & SUPPLIER_ROLES).values("organisation")
        side = Q(contract__authority__in=buyers) | Q(supplier__in=own) | Q(uploaded_by=getattr(user, "pk", None))
        body = emergency.body_read_by(user, Permission.EVIDENCE_READ)
        if body is not None:
            side |= Q(contract__authority=body)
        return self.filter(side, contract__in=contracts.values("pk"))

    def live(self) -> EvidenceQuerySet:
        """Return the items that were not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class EvidenceItem(models.Model):
    """A file as somebody gave it for a contract. It is withdrawn, never deleted, once a claim rests on it."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="evidence")
    supplier = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="items")
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    period_starts = models.DateField(null=True, blank=True)
    has_people = models.BooleanField(default=False)
    consent = models.BooleanField(default=False, help_text="People shown in it agreed to that.")
    redacted_from = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="redacted")
    replaces = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="replaced_by")
    is_redacted = models.BooleanField(default=False, help_text="A copy made here, without the people.")
    uploaded_by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = EvidenceQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["pk"]

    def __str__(self) -> str:
        return self.name


class HeldUpload(models.Model):
    """
    A spreadsheet of people on its way: received, not evidence yet, gone as soon as its owner decided, or after a day.

    Its bytes lie among the received files, so no backup has them.
    """

    key = models.CharField(max_length=64, unique=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(USER, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=500, blank=True)
    period_starts = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=10)
    received = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    scan = models.CharField(max_length=10, choices=Scan.choices)
    choices = models.JSONField(default=dict, blank=True)
    go_to = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"held upload {self.pk}"
