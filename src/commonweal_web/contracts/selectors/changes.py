"""What a change does to each KPI: targets before and after, in sum and by year."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from commonweal_web.contracts import terms
from commonweal_web.contracts.models import Change, Contract, Kpi, KpiVersion
from commonweal_web.contracts.selectors.kpis import unit_heading
from commonweal_web.contracts.services import new_versions as services


@dataclass(frozen=True, slots=True)
class ChangeLine:
    """One KPI of a change: what it owes in each contract year before and after."""

    version: KpiVersion
    years: tuple[tuple[str, Decimal, Decimal], ...]
    before: Decimal | None
    after: Decimal | None

    @property
    def unit(self) -> str:
        return unit_heading(self.version)


def retiring(change: Change) -> list[Kpi]:
    """Return the KPIs that end with a change, for its page."""
    return list(Kpi.objects.filter(pk__in=change.retires).select_related("current").order_by("pk"))


def lines(change: Change) -> list[ChangeLine]:
    """Return what the change does, KPI by KPI; the version before is the one it follows."""
    found = []
    for version in change.kpi_versions.select_related("kpi__contract").order_by("kpi_id"):
        earlier = version.kpi.versions.filter(number__lt=version.number, state__in=["approved", "superseded"]).order_by(
            "-number"
        )
        found.append(_line(version, earlier.first()))
    return found


def _line(version: KpiVersion, before: KpiVersion | None) -> ChangeLine:
    starts = version.kpi.contract.starts
    sums: dict[int, list[Decimal]] = {}
    for at, one in enumerate((before, version)):
        for target in one.targets.all() if one is not None else ():
            sums.setdefault(terms.year_of(target.starts, starts), [Decimal(0), Decimal(0)])[at] += target.amount
    years = tuple((f"Year {year}", old, new) for year, (old, new) in sorted(sums.items()))
    if not terms.adds_up(version.kind, version.over_time):
        years = ()
    return ChangeLine(version, years, before.target if before else None, version.target)


def proposed(contract: Contract, fields: services.ChangeFields) -> list[tuple[Kpi, list[terms.Amount]]]:
    """Return the targets from the effective day on that a change would propose for each KPI, for its form."""
    rows = services.running(contract).select_related("current")
    return [
        (kpi, [one for one in services.proposed_targets(contract, kpi, fields) if one.ends >= fields.effective])
        for kpi in rows
    ]
