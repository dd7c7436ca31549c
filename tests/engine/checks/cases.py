"""A sound portfolio to spoil, one fact at a time."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from commonweal.checks.context import Context, NationalPay, Scheme
from commonweal.checks.problem import Origin, Problem
from commonweal.checks.run import check
from commonweal.periods import Period
from commonweal.places import Gazetteer
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Outcome, Portfolio, Receipt, Supplier, Target
from commonweal.series import Entry, ValueSeries

Q1 = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
Q2 = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))


@dataclass(frozen=True)
class FakeMeasure:
    unit: str = ""
    exclusive_with: tuple[str, ...] = ()
    may_stack_with: tuple[str, ...] = ()
    localised: bool = False


MEASURES = {
    "NT1": FakeMeasure("FTE-year", ("NT1b",), ("NT3", "NT4"), localised=True),
    "NT1b": FakeMeasure("FTE-year", ("NT1",)),
    "NT3": FakeMeasure("FTE-year", ("NT4", "NT1"), ("NT1",)),
    "NT4": FakeMeasure("FTE-year", (), ("NT1",)),
    "NT10": FakeMeasure("week"),
    "NT17": FakeMeasure("hour"),
    "NT18": FakeMeasure("GBP", localised=True),
    "RLW": FakeMeasure("percent"),
    "MIX": FakeMeasure("unknown"),
}
SERIES = (
    ValueSeries(
        "value/nt17",
        "Hours",
        "GBP/hour",
        "nominal",
        (
            Entry(dt.date(2025, 4, 1), Decimal("17.50"), "a"),
            Entry(dt.date(2026, 4, 1), Decimal("17.00"), "a", place="E12000001", level="region"),
        ),
        framework="fx-2025.1",
        measure="NT17",
    ),
    ValueSeries(
        "value/nt17-2026",
        "Hours",
        "GBP/hour",
        "nominal",
        (Entry(dt.date(2026, 4, 1), Decimal("18.20"), "a"),),
        framework="fx-2026.1",
        measure="NT17",
        pack="bought",
        may_export=False,
    ),
)
CONTEXT = Context(
    frameworks={"fx-2025.1": MEASURES},
    series=SERIES,
    pay=NationalPay(Decimal(33080), "ONS, ASHE 2025", dt.date(2025, 4, 1)),
    gazetteer=Gazetteer(),
    cpv={"03000000": "Farm products", "77310000": "Planting services", "77313000": "Parks maintenance"},
    schemes={
        "GB-COH": Scheme("GB-COH", "Companies House", "09442333", r"^(?:[0-9]{8}|[A-Z]{2}[0-9]{6})$"),
        "GB-SC": Scheme("GB-SC", "Scottish Charity Register", "SC042386", r"^SC[0-9]{6}$"),
        "GB-CHC": Scheme("GB-CHC", "Charity Commission", "1090095", r"^[0-9]{6,7}$"),
        "GG-RCE": Scheme("GG-RCE", "Guernsey Registry"),
    },
    licensed={"bought": "CC BY-NC-ND 4.0"},
    as_at=dt.date(2026, 12, 31),
)


def at(row: int, sheet: str = "KPIs") -> Origin:
    return Origin("book.xlsx", sheet, row)


def contract(**changes: Any) -> Contract:
    sound = Contract(
        "C1",
        "Grounds",
        suppliers=(Supplier("Harbourside", "GB-COH", "09442333"),),
        value=Decimal(1_150_000),
        start=dt.date(2026, 4, 1),
        end=dt.date(2030, 3, 31),
        framework="fx-2025.1",
        owner="Contract manager",
        origin=at(2, "Contracts"),
    )
    return replace(sound, **changes)


def kpi(**changes: Any) -> Kpi:
    sound = Kpi(
        "C1",
        "K1",
        "NT17",
        "Hours for community groups",
        "hour",
        target=Decimal(1200),
        value_per_unit=Decimal("17.50"),
        value_source="FX-2025.1",
        evidence_rule="the group's confirmation",
        origin=at(2),
    )
    return replace(sound, **changes)


def claim(**changes: Any) -> Claim:
    sound = Claim(
        "R1",
        "C1",
        "K1",
        Q1,
        dt.date(2026, 7, 10),
        Decimal(75),
        by="Delivery lead",
        evidence="note.pdf",
        origin=at(2, "Returns"),
    )
    return replace(sound, **changes)


def decision(**changes: Any) -> Decision:
    sound = Decision(
        "C1",
        "K1",
        Outcome.VERIFIED,
        Decimal(60),
        dt.date(2026, 7, 20),
        claim="R1",
        by="Verifier",
        reason="confirmed",
        ref="D1",
        origin=at(2, "Decisions"),
    )
    return replace(sound, **changes)


def target(**changes: Any) -> Target:
    return replace(Target("C1", "K1", Q1, Decimal(75), origin=at(2, "Targets")), **changes)


def receipt(**changes: Any) -> Receipt:
    return replace(Receipt("C1", Q1, dt.date(2026, 7, 10), "Delivery lead", at(2, "Receipts")), **changes)


def book(**changes: Any) -> Portfolio:
    """A portfolio without a problem, with whole lists replaced."""
    lists: dict[str, Any] = {"contracts": [contract()], "kpis": [kpi()], "claims": [claim()], "decisions": [decision()]}
    return Portfolio(**(lists | changes))


def found(code: str, portfolio: Portfolio, context: Context = CONTEXT) -> list[Problem]:
    return check(portfolio, context, only=[code])


def count(code: str, context: Context = CONTEXT, **changes: Any) -> int:
    return len(found(code, book(**changes), context))
