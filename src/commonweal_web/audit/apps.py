"""The app `audit`."""

from typing import Any

from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "commonweal_web.audit"
    label = "audit"

    def ready(self) -> None:
        """Put lost triggers back after each migration run, and offer the check of the log."""
        from commonweal_web.audit import stored  # noqa: F401 it registers itself when it is read

        post_migrate.connect(_restore_triggers, sender=self)


def _restore_triggers(*, using: str, plan: Any = None, **_: Any) -> None:
    if plan is not None:  # `migrate` gives its plan, even an empty one; the flush of the tests gives none
        from commonweal_web.audit import append_only

        append_only.restore(connections[using])
