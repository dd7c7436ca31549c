"""The app `delivery`."""

from django.apps import AppConfig


class DeliveryConfig(AppConfig):
    name = "commonweal_web.delivery"
    label = "delivery"

    def ready(self) -> None:
        from commonweal_web.contracts import hooks
        from commonweal_web.delivery import (
            calendar,
            ledger,
            ledger_check,  # noqa: F401 it registers itself when it is read
        )
        from commonweal_web.delivery.returns import evidence
        from commonweal_web.evidence import hooks as evidence_hooks

        evidence_hooks.uses_hooks.append(evidence.uses_of)
        evidence_hooks.replaced_hooks.append(evidence.replaced)
        evidence_hooks.withdrawn_hooks.append(evidence.withdrawn)
        hooks.on_contract_live.append(calendar.on_contract_live)
        hooks.locked_until_hooks.append(calendar.locked_until)
        hooks.on_kpi_approved.append(ledger.on_kpi_approved)
