"""Journey 7: a care contract that is behind, and the ceiling of a credit that is never a fine by itself."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.journeys.conftest import Make, value

REF = "NMC-2025-052"


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("TRN/verified/quantity", "5"),
        ("TRN/due/quantity", "12"),
        ("TRN/percent", "41.67"),
        ("TRN/short/pounds", "28000.00"),
        ("NT17/verified/quantity", "228"),
        ("NT17/percent", "38"),
        ("NT17/short/quantity", "372"),
        ("NT17/short/pounds", "6510.00"),
        ("RLW/verified/quantity", "100"),
        ("credit/short/pounds", "34510.00"),
        ("credit/share", "50"),
        ("credit/cap", "20000"),
        ("credit/ceiling", "17255.00"),
    ],
)
def test_shortfall_and_ceiling(make: Make, line: str, number: str) -> None:
    assert value(make("", "2026-10-31"), f"{REF}/{line}") == Decimal(number)


def test_the_report_calls_it_a_ceiling(make: Make) -> None:
    tables = [t for t in make("", "2026-10-31").report.tables() if "nmc-2025-052" in t.name]
    told = " ".join(f"{table.caption} {table.note}" for table in tables).lower()
    assert "most" in told or "ceiling" in told
