"""The app `frameworks`."""

from django.apps import AppConfig


class FrameworksConfig(AppConfig):
    name = "commonweal_web.frameworks"
    label = "frameworks"

    def ready(self) -> None:
        """Offer the check of the published packs."""
        from commonweal_web.frameworks import stored  # noqa: F401 it registers itself when it is read
