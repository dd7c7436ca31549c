"""
The log: one row per change of state, in a hash chain per organisation.

No foreign keys: an event outlives every record it speaks of. Rows are written by `services.record` only; triggers
refuse to change or delete them (`append_only.py`).
"""

from __future__ import annotations

from typing import Any

from django.db import models

from commonweal_web.audit.canonical import digest, instant

PLATFORM = 0
"""The chain of what belongs to no organisation: sign-in of the platform's own staff, daily anchors."""


class Event(models.Model):
    """Who did what to which record, when, in which role, with the values before and after."""

    chain = models.BigIntegerField()
    seq = models.BigIntegerField()
    at = models.DateTimeField()
    actor_id = models.BigIntegerField(null=True)
    actor_name = models.CharField(max_length=300, blank=True)
    role = models.CharField(max_length=60, blank=True)
    verb = models.CharField(max_length=60)
    record_type = models.CharField(max_length=100)
    record_id = models.BigIntegerField()
    record_label = models.CharField(max_length=300, blank=True)
    contract_id = models.BigIntegerField(null=True)
    old = models.JSONField(null=True)
    new = models.JSONField(null=True)
    reason = models.TextField(blank=True)
    request_id = models.CharField(max_length=100, blank=True)
    salt = models.CharField(max_length=32, blank=True)
    names_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["chain", "seq"], name="audit_event_chain_seq"),)
        indexes = (
            models.Index(fields=["record_type", "record_id", "at"], name="audit_event_record"),
            models.Index(fields=["contract_id", "at"], name="audit_event_contract"),
            models.Index(fields=["chain", "at"], name="audit_event_chain_at"),
            models.Index(fields=["actor_id", "at"], name="audit_event_actor"),
        )

    def __str__(self) -> str:
        return f"{self.chain}/{self.seq} {self.verb} {self.record_label}"

    def payload(self) -> dict[str, Any]:
        """
        Return what the hash is taken over.

        The two texts that may name a person go in as one salted digest: blanking them and the salt, when the law asks
        for it, leaves every hash as it was.
        """
        return {
            "chain": self.chain,
            "seq": self.seq,
            "at": instant(self.at),
            "actor": self.actor_id,
            "names": self.names_hash,
            "role": self.role,
            "verb": self.verb,
            "record": [self.record_type, self.record_id],
            "contract": self.contract_id,
            "old": self.old,
            "new": self.new,
            "reason": self.reason,
            "request": self.request_id,
            "previous": self.previous_hash,
        }

    def computed_names_hash(self) -> str:
        """Return the digest that the salt and the two names give now."""
        return digest([self.salt, self.actor_name, self.record_label])

    def computed_hash(self) -> str:
        """Return the hash that the row's content gives now."""
        return digest(self.payload())


class ChainHead(models.Model):
    """The last event of each chain; its row lock puts the writers of one chain in a queue."""

    chain = models.BigIntegerField(primary_key=True)
    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chain}/{self.seq}"
