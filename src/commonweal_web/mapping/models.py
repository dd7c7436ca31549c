"""Summaries kept for ever under their hash, and sheets that are filled in."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from commonweal_web.core.fields import QuantityField
from commonweal_web.core.versions import Versioned
from commonweal_web.organisations.models import Organisation

USER = settings.AUTH_USER_MODEL


class Frozen(models.Model):
    """
    A summary as it was made, under the hash of its content: its link gives the same for ever.

    `content` is canonical JSON (what it holds: `mapping.frozen`); the database refuses to change or remove a row.
    """

    digest = models.CharField(max_length=43, unique=True, help_text="SHA-256 of the content, URL-safe base64.")
    content = models.TextField()
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest[:12]


class Sheet(Versioned):
    """
    A summary to be filled in with targets and deliveries by region; who has its link may fill it.

    It belongs to nobody until its maker signs in and keeps it (`owner`); then only they change it. One that nobody kept
    goes after `expires_on`. `data` is what is known beside the quantities, such as weeks for each apprentice:
    {row: {datum: "78"}}; `choices` are the shares of a row that goes to several targets: {row: {target: "60"}}.
    """

    token_hash = models.CharField(max_length=64, unique=True)
    frozen = models.ForeignKey(Frozen, on_delete=models.PROTECT, related_name="sheets")
    title = models.CharField(max_length=200, blank=True)
    owner = models.ForeignKey(USER, null=True, blank=True, on_delete=models.PROTECT, related_name="sheets")
    organisation = models.ForeignKey(Organisation, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    expires_on = models.DateField(null=True, blank=True)
    data = models.JSONField(default=dict, blank=True)
    choices = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["-changed_at"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(owner__isnull=False, expires_on__isnull=True)
                | Q(owner__isnull=True, expires_on__isnull=False),
                name="sheet_kept_or_expires",
            )
        ]

    def __str__(self) -> str:
        return self.title or f"sheet {self.pk}"


class Entry(models.Model):
    """
    What a sheet says of one KPI in one region; region "" is what nobody has placed. None is not zero.

    Of a percentage `target` and `delivered` are the parts, `target_of` and `delivered_of` the wholes.
    """

    sheet = models.ForeignKey(Sheet, on_delete=models.CASCADE, related_name="entries")
    row = models.CharField(max_length=160, help_text="Full id of the item of the source framework.")
    region = models.CharField(max_length=8, blank=True, help_text="Code of a UK region, such as TLG.")
    target = QuantityField(null=True, blank=True)
    delivered = QuantityField(null=True, blank=True)
    target_of = QuantityField(null=True, blank=True)
    delivered_of = QuantityField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["sheet", "row", "region"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["sheet", "row", "region"], name="entry_once"),
            models.CheckConstraint(condition=Q(target__isnull=True) | Q(target__gte=0), name="entry_target"),
            models.CheckConstraint(condition=Q(delivered__isnull=True) | Q(delivered__gte=0), name="entry_delivered"),
            models.CheckConstraint(
                condition=Q(target_of__isnull=True) | Q(target_of__gt=0, target__isnull=False), name="entry_target_of"
            ),
            models.CheckConstraint(
                condition=Q(delivered_of__isnull=True) | Q(delivered_of__gt=0, delivered__isnull=False),
                name="entry_delivered_of",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.row} {self.region or 'not placed'}"
