"""Journey 4 as a portfolio, written by hand so that these tests rest on no reader."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.calendars import Calendar
from commonweal.checks.problem import Origin
from commonweal.periods import Period
from commonweal.portfolio import (
    Aggregation,
    Claim,
    Contract,
    Decision,
    Kind,
    Kpi,
    Note,
    Outcome,
    Portfolio,
    Profile,
    Supplier,
    Target,
)

FIRST = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
RECEIVED = dt.date(2026, 7, 10)
DECIDED = dt.date(2026, 7, 20)
CALENDAR = Calendar("england-and-wales", frozenset({dt.date(2026, 5, 4), dt.date(2026, 5, 25)}), 2020, 2030)
REF = "NMC-2026-014"
PRICES = {"NT1": "30000", "NT10": "250", "NT17": "17.50", "NT18": "0.60", "NT31": "240", "CL": "18000"}
UNITS = {"NT1": "FTE-year", "NT10": "week", "NT17": "hour", "NT18": "GBP", "NT31": "tCO2e", "CL": "person"}
PROMISED = {"NT1": "32", "NT10": "208", "NT17": "1200", "NT18": "500000", "NT31": "10", "CL": "6"}
CLAIMED = {"NT1": "2", "NT10": "13", "NT17": "75", "NT18": "31250", "CL": "1"}
VERIFIED = {"NT1": "1.875", "NT10": "13", "NT17": "60", "NT18": "31250", "CL": "1"}


def origin(sheet: str, row: int) -> Origin:
    return Origin("journey-4.xlsx", sheet, row)


def contract(**changes: object) -> Contract:
    values: dict[str, object] = {
        "ref": REF,
        "title": "Grounds Maintenance and Street Trees",
        "body": "Northmere City Council",
        "suppliers": (Supplier("Harbourside Gardens CIC"),),
        "directorate": "Neighbourhoods",
        "value": Decimal("2400000"),
        "start": dt.date(2026, 4, 1),
        "end": dt.date(2030, 3, 31),
        "framework": "fx-2025.1",
        "owner": "contract manager",
        "origin": origin("Contracts", 2),
    }
    return Contract(**{**values, **changes})  # type: ignore[arg-type]


def kpi(code: str, **changes: object) -> Kpi:
    values: dict[str, object] = {
        "contract": REF,
        "ref": code,
        "measure": code,
        "deliverable": f"deliverable {code}",
        "unit": UNITS[code],
        "kind": Kind.MONEY if code == "NT18" else Kind.QUANTITY,
        "target": Decimal(PROMISED[code]),
        "profile": Profile.MILESTONES if code == "CL" else Profile.EVEN,
        "over_time": Aggregation.DISTINCT if code == "CL" else Aggregation.SUM,
        "value_per_unit": Decimal(PRICES[code]),
        "theme": "jobs" if code in ("NT1", "CL", "NT10") else "community",
        "origin": origin("KPIs", 2 + list(UNITS).index(code)),
    }
    return Kpi(**{**values, **changes})  # type: ignore[arg-type]


def journey_4_portfolio() -> Portfolio:
    milestone = Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31))
    claims = [
        Claim(
            f"R-{code}", REF, code, FIRST, RECEIVED, Decimal(amount), by="delivery lead", origin=origin("Returns", row)
        )
        for row, (code, amount) in enumerate(CLAIMED.items(), start=2)
    ]
    nil = Claim(
        "R-NT31", REF, "NT31", FIRST, RECEIVED, nil=True, reason="baseline survey in July", origin=origin("Returns", 7)
    )
    verified = [
        Decision(
            REF,
            code,
            Outcome.VERIFIED,
            Decimal(amount),
            DECIDED,
            claim=f"R-{code}",
            by="verifier",
            ref=f"V-{code}",
            origin=origin("Decisions", row),
        )
        for row, (code, amount) in enumerate(VERIFIED.items(), start=2)
    ]
    rejected = Decision(
        REF,
        "NT1",
        Outcome.REJECTED,
        Decimal("0.125"),
        DECIDED,
        claim="R-NT1",
        by="verifier",
        ref="X-NT1",
        reason="one half-time gardener lives outside the boundary",
        origin=origin("Decisions", 7),
    )
    return Portfolio(
        title="Northmere City Council",
        contracts=[contract()],
        kpis=[kpi(code) for code in UNITS],
        targets=[Target(REF, "CL", milestone, Decimal(2), origin=origin("Targets", 2))],
        claims=[*claims, nil],
        decisions=[*verified, rejected],
        notes=[
            Note(REF, "agree a new start for the survey", RECEIVED, "action", "contract manager", dt.date(2026, 8, 1))
        ],
    )
