"""Optimistic versions: a form carries the version it was made from, and a save with another is refused."""

from __future__ import annotations

from django.db import models

from commonweal_web.core.errors import StaleVersion


class Versioned(models.Model):
    """A record that people edit at the same time. Services compare and raise `version` under a row lock."""

    version = models.PositiveIntegerField(default=1)

    class Meta:
        abstract = True

    def expect(self, shown: int | None) -> None:
        """
        Refuse a save made from another version than this row's; call it on the locked row.

        :raises StaleVersion: with the number of both versions
        """
        if shown is not None and shown != self.version:
            raise StaleVersion(
                "Somebody changed this while you had it open, so nothing of yours was saved. "
                "Look at what it says now, then make your change again."
            )

    def touch(self) -> None:
        """Count one more change; the caller saves `version` with the other fields."""
        self.version += 1
