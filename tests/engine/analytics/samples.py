"""A small sound ledger as rows, and what a snapshot is built with."""

from __future__ import annotations

import datetime as dt
from typing import Any

from commonweal.analytics.build import BodyFacts, by_body
from commonweal.analytics.contracts import contract_row
from commonweal.analytics.manifest import Stamp
from commonweal.analytics.rows import ALWAYS, Row, Tariff
from commonweal.benchmarks import ContractTotals

STAMP = Stamp("2026-07-31", "test", "1")
DAY = dt.date(2026, 6, 30)
PLAIN = Row(
    number=1, movement="m1", corrects="", body="A", contract="C1", kpi="K1", claim="R1", framework="F", measure="M1",
    theme="T", outcome="O", supplier="S", category="", place="P", region="R", cohort="", started=dt.date(2026, 4, 1),
    day=DAY, source=0, target=5, amount=2_000_000, denominator=0, pence=500, priced_by="C1/K1", kept=10**8, priced=1,
)  # fmt: skip
"""2 units at 2.50 pounds, claimed."""


def row(number: int, **changes: Any) -> Row:
    """Return the plain row with another number and some changes."""
    return PLAIN._replace(number=number, movement=f"m{number}", **changes)


def verified(number: int, **changes: Any) -> Row:
    """Return the decision that takes all of the plain row to verified."""
    return row(number, **{"source": 5, "target": 6, "priced": 2, **changes})


TARIFFS = [Tariff("C1/K1", *ALWAYS, 2_500_000)]


def facts(*rows: Row) -> dict[str, BodyFacts]:
    """Return the facts of several bodies."""
    totals = [contract_row(ContractTotals(ref="C1", body=body)) for body in sorted({one.body for one in rows})]
    return by_body(rows, TARIFFS, totals)


def two_bodies() -> dict[str, BodyFacts]:
    """Bodies A (two financial years) and B."""
    last_year = {"day": dt.date(2026, 3, 31), "started": dt.date(2026, 1, 1), "claim": "R0"}
    return facts(
        row(1, **last_year),
        verified(2, **last_year),
        row(3),
        verified(4),
        row(5, body="B"),
        row(6, body="B", claim="R2"),
    )
