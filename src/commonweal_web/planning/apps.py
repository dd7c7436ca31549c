"""The app `planning`."""

from importlib import import_module
from importlib.util import find_spec

from django.apps import AppConfig

PARTS = ("plans", "measures", "listening", "gateway", "pack")
"""Those with a line on the plan's page, in its order."""


class PlanningConfig(AppConfig):
    name = "commonweal_web.planning"
    label = "planning"

    def ready(self) -> None:
        """Collect the lines of the plan's page."""
        from commonweal_web.planning.sections import SECTIONS

        for part in PARTS:
            if find_spec(f"commonweal_web.planning.{part}.section") is None:
                continue
            section = import_module(f"commonweal_web.planning.{part}.section").section
            if section not in SECTIONS:
                SECTIONS.append(section)
