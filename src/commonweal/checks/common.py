"""What several checks ask of a KPI and of two amounts."""

from __future__ import annotations

from decimal import Decimal

from commonweal.checks.context import Context, unit_family
from commonweal.portfolio import Claim, Kind, Kpi

ZERO = Decimal(0)
NEARLY = Decimal("0.005")
PENNY = Decimal("0.01")


def is_money(kpi: Kpi) -> bool:
    """Return whether a KPI counts pounds."""
    return kpi.kind is Kind.MONEY or unit_family(kpi.unit) == "money"


def subject(kpi: Kpi) -> str:
    """Return the name by which a finding points at a KPI: contract/KPI."""
    return f"{kpi.contract}/{kpi.ref}"


def near(one: Decimal | None, other: Decimal | None) -> bool:
    """Return whether two amounts are within half a per cent of the second."""
    return one is not None and other is not None and abs(one - other) <= abs(other) * NEARLY


def apart(stated: Decimal, worked_out: Decimal) -> bool:
    return not near(stated, worked_out) and abs(stated - worked_out) > PENNY


def amounts_of(context: Context, kpi: Kpi) -> list[tuple[Kpi | Claim, Decimal]]:
    """Return the KPI with its whole-life target and its claims with their amounts; those of zero are left out."""
    rows: list[tuple[Kpi | Claim, Decimal]] = [(kpi, kpi.target)] if kpi.target else []
    return rows + [(claim, claim.amount) for claim in context.index.claims_of.get(kpi.key, ()) if claim.amount]
