"""The app `contracts`."""

from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "commonweal_web.contracts"
    label = "contracts"

    def ready(self) -> None:
        """Tell framework keeping which releases contracts are measured by."""
        from commonweal_web.contracts.selectors.releases import releases_in_use
        from commonweal_web.frameworks import hooks

        if releases_in_use not in hooks.releases_in_use_hooks:
            hooks.releases_in_use_hooks.append(releases_in_use)
