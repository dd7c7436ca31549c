"""The app `core`."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "commonweal_web.core"
    label = "core"

    def ready(self) -> None:
        """Register what keeps the service from starting unsafe, and what looks at stored facts."""
        from commonweal_web.core import checks, stored  # noqa: F401 they register themselves when they are read
