"""The app `evidence`."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    name = "commonweal_web.evidence"
    label = "evidence"

    def ready(self) -> None:
        """Offer the checks of the settings and of the stored files."""
        from commonweal_web.evidence import checks, stored  # noqa: F401 they register themselves when they are read
