"""What several checks ask of a KPI and of two amounts."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import fields
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from commonweal.checks.context import Context, unit_id
from commonweal.checks.nearest import nearest
from commonweal.checks.problem import NOWHERE, Origin
from commonweal.checks.wording import either
from commonweal.portfolio import Claim, Contract, Decision, Kind, Kpi, Target

ZERO = Decimal(0)
NEARLY = Decimal("0.005")
PENNY = Decimal("0.01")
Row = TypeVar("Row")


def is_money(kpi: Kpi) -> bool:
    """Return whether a KPI counts pounds."""
    return kpi.kind is Kind.MONEY or unit_id(kpi.unit) == "GBP"


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


def about(row: Target | Claim | Decision) -> str:
    """Return the name by which a finding points at the KPI of a row: contract/KPI."""
    return f"{row.contract}/{row.kpi}"


def repeats(rows: Iterable[tuple[Row, Hashable]]) -> Iterator[tuple[Row, Row]]:
    """Yield each row whose key stood before, with the first that had it."""
    seen: dict[Hashable, Row] = {}
    for row, key in rows:
        first = seen.setdefault(key, row)
        if first is not row:
            yield row, first


def content_of(kind: type[Contract] | type[Kpi] | type[Claim] | type[Decision]) -> Callable[[object], Hashable]:
    """Return the function that gives all that a row of `kind` says, without its reference and its origin."""
    return attrgetter(*(field.name for field in fields(kind) if field.name not in ("ref", "origin")))


def at(origin: Origin) -> str:
    """Return " at FILE, SHEET, ROW", or nothing where the row came from no file."""
    return "" if origin == NOWHERE else f" at {origin}"


def did_you_mean(code: str, known: Iterable[str]) -> str:
    """Return a question that names the known codes nearest to `code`, or nothing."""
    found = nearest(code, known)
    return f" Did you mean {either(found)}?" if found else ""
