"""What a claim is worth at its KPI's frozen value, as the ledger will work it out."""

from __future__ import annotations

from decimal import Decimal

from commonweal.quantities import to_pence
from commonweal_web.contracts.models import KpiVersion
from commonweal_web.delivery.ledger_rows import kept_share


def pence_of(version: KpiVersion | None, amount: Decimal | None) -> int | None:
    """Return whole pence, half up, after the KPI's adjustments; None where no pounds are used."""
    if version is None or version.value_per_unit is None or amount is None:
        return None
    return to_pence(amount * version.value_per_unit * kept_share(version))
