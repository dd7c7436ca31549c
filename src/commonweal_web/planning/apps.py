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
        """Collect the lines of the plan's page, say which files plans need, and who keeps a sounding."""
        from commonweal_web.evidence import hooks
        from commonweal_web.frameworks import hooks as frameworks
        from commonweal_web.planning.listening import keeping
        from commonweal_web.planning.plans.services.documents import holders
        from commonweal_web.planning.sections import SECTIONS

        hooks.holders_hooks.append(holders)
        frameworks.consultation_keeper_hooks.append(keeping.keeper)
        frameworks.consultation_home_hooks.append(keeping.home)

        for part in PARTS:
            if find_spec(f"commonweal_web.planning.{part}.section") is None:
                continue
            module = import_module(f"commonweal_web.planning.{part}.section")
            found = getattr(module, "sections", None) or (module.section,)
            SECTIONS.extend(one for one in found if one not in SECTIONS)
