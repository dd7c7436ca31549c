"""The figures of a directorate or a whole body: four numbers, a table by contract, legacy contracts apart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import QuerySet

from commonweal.periods import Period
from commonweal.timeliness import Timeliness
from commonweal_web.contracts.models import Contract, Status
from commonweal_web.contracts.selectors.contracts import yearly_pence
from commonweal_web.delivery.models import Return
from commonweal_web.delivery.returns.timeliness import quarter_of, quarters_before, timeliness_of
from commonweal_web.reports.figures import ContractFigures, Totals, figures_of, totals_of

LOOKED_BACK = 4


@dataclass(frozen=True, slots=True)
class Legacy:
    """Contracts without KPIs on a line of their own, so that they neither raise nor lower the rates of the others."""

    contracts: int
    of: int
    yearly_pence: int
    of_yearly_pence: int

    @property
    def spend_percent(self) -> Decimal | None:
        return Decimal(self.yearly_pence * 100) / self.of_yearly_pence if self.of_yearly_pence else None


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that a directorate's or a body's page shows."""

    as_at: dt.date
    rows: Sequence[ContractFigures]
    totals: Totals
    legacy: Legacy
    quarter: Period | None
    returns: Timeliness | None

    @property
    def sensitive(self) -> bool:
        return any(row.sensitive for row in self.rows)


def overview(contracts: QuerySet[Contract], *, day: dt.date, quarter: Period | None = None) -> Overview:
    """Return the figures of `contracts` (in scope already) as at `day`."""
    whole = list(contracts.select_related("authority", "directorate").order_by("reference"))
    figures = figures_of(whole, day=day)
    rows = sorted((row for row in figures if row.kpis or row.missing), key=lambda row: row.pressing)
    shown, returns = _timeliness(contracts, day, quarter)
    return Overview(day, rows, totals_of(rows), _legacy(figures, day), shown, returns)


def _legacy(figures: Sequence[ContractFigures], day: dt.date) -> Legacy:
    running = [row for row in figures if row.contract.ends >= day and row.contract.status != Status.ENDED]
    spend = {row.contract.pk: yearly_pence(row.contract) or 0 for row in running}
    without = [row for row in running if not row.kpis]
    return Legacy(len(without), len(running), sum(spend[row.contract.pk] for row in without), sum(spend.values()))


def _timeliness(
    contracts: QuerySet[Contract], day: dt.date, quarter: Period | None
) -> tuple[Period | None, Timeliness | None]:
    """Return the counts of one quarter: the one asked for, or else the newest with a return that has fallen due."""
    wanted = [quarter] if quarter else [quarter_of(day), *quarters_before(day, LOOKED_BACK)]
    returns = Return.objects.filter(contract__in=contracts.order_by().values("pk")).select_related("contract")
    newest = returns.filter(ends__gte=wanted[-1].start, due__lt=day).order_by("due", "pk") if wanted else []
    inside = list(newest)
    for period in wanted:
        chosen = [ret for ret in inside if period.start <= ret.ends <= period.end]
        if chosen or quarter:
            return period, timeliness_of(chosen, as_at=day)
    return None, None
