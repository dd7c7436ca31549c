"""The ledger of one KPI by period: states as columns in their fixed order, and the row that reconciles them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from decimal import Decimal

from commonweal.ledger import DELIVERY_SIDE, PROMISE_SIDE, Account
from commonweal.periods import Period
from commonweal.quantities import plain
from commonweal_web.contracts.models import Kpi
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import NOTHING, pounds
from commonweal_web.delivery.models import Balance, Claim, ClaimState, Return

ORDER = (Account.PENDING, Account.VERIFIED, Account.REJECTED, Account.DISPUTED, Account.WITHDRAWN)
ZERO = Decimal(0)
RULES = (
    "Claimed is pending, verified, rejected, disputed and withdrawn together, in every period and in total.",
    "Only what is verified counts as delivered. A nil is a declaration by a named person and no number.",
    "Pence are worked out once for each movement, half up, at the value frozen on the KPI; totals are sums of those.",
)
"""What stands beneath the table."""


def by_period(kpi: Kpi) -> Table:
    """Return amounts by period and state. Periods without a claim say whether a nil was declared or nothing came."""
    unit = kpi.current.unit if kpi.current else ""
    held: dict[dt.date, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for row in Balance.objects.filter(kpi=kpi, period_starts__isnull=False).exclude(account=Account.OUTSIDE):
        if row.period_starts:
            held[row.period_starts][row.account] += row.amount
    nil = set(
        Claim.objects.filter(kpi=kpi, nil=True)
        .exclude(state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN])
        .values_list("ret__starts", flat=True)
    )
    returns = Return.objects.filter(contract=kpi.contract_id).order_by("starts")
    rows = [
        _row(ret, held.get(ret.starts, {}), ret.starts in nil) for ret in returns if ret.starts in held.keys() | nil
    ]
    total = [sum((amounts[account] for amounts in held.values()), ZERO) for account in ORDER]
    columns = [
        Column("Period"),
        *(Column(a.value.capitalize(), numeric=True) for a in ORDER),
        Column("Claimed", numeric=True),
    ]
    return Table(
        f"Ledger by period ({unit})",
        columns,
        rows,
        total=[Cell("Total"), *(Cell(plain(one)) for one in total), Cell(plain(sum(total, ZERO)))] if rows else (),
        empty="Nothing was claimed under this KPI yet. The first return fills this table.",
        dense=True,
    )


def _row(ret: Return, amounts: dict[str, Decimal], nil: bool) -> list[Cell]:
    label = Cell(Period(ret.starts, ret.ends).label)
    if nil and not any(amounts.values()):
        return [label, Cell(state="nil declared"), *(Cell(NOTHING) for _ in ORDER)]
    each = [amounts.get(account, ZERO) for account in ORDER]
    return [label, *(Cell(plain(one) if one else NOTHING) for one in each), Cell(plain(sum(each, ZERO)))]


def worth(kpi: Kpi) -> Table:
    """Return both sides in pounds: what was promised and what became of it, what was claimed and what became of it."""
    held: dict[str, int] = defaultdict(int)
    for account, pence in Balance.objects.filter(kpi=kpi).values_list("account", "pence"):
        held[account] += pence
    rows = [[Cell(state=a.value), Cell(pounds(held[a]))] for a in (*ORDER, *PROMISE_SIDE) if held[a]]
    claimed = sum(held[account] for account in DELIVERY_SIDE)
    columns = [Column("State"), Column("Worth", numeric=True)]
    return Table("In pounds", columns, rows, total=[Cell("Claimed"), Cell(pounds(claimed))] if rows else ())
