"""Journey 9: a larger contract from 2028, periods before it unchanged, and the newer release beside the older."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal import packs
from commonweal.cli import inputs
from commonweal.quantities import Quantity
from commonweal.reporting.build.build import assemble
from commonweal.valuation import value_quantity
from tests.journeys.conftest import Make, value

REF = "NMC-2026-014"
CHANGE = dt.date(2028, 4, 1)


@pytest.mark.parametrize(("kpi", "before", "after"), [("NT18", 500000, 562500), ("NT1", 32, 36)])
def test_the_promise_before_and_after(make: Make, kpi: str, before: int, after: int) -> None:
    made = make("-change-2028", "2030-03-31")
    assert value(made, f"{REF}/{kpi}/promised/quantity/first") == before
    assert value(made, f"{REF}/{kpi}/promised/quantity") == after
    assert value(made, f"{REF}/{kpi}/due/quantity") == after


@pytest.mark.parametrize(("kpi", "year"), [("NT18", [125000, 125000, 156250, 156250]), ("NT1", [8, 8, 10, 10])])
def test_years_before_the_change_stay_as_they_were(make: Make, kpi: str, year: list[int]) -> None:
    made = make("-change-2028", "2030-03-31")
    assembly = assemble(made.portfolio, as_at=made.report.as_at, calendars=inputs.calendars())
    standing = next(s for s in assembly.standings if s.kpi.ref == kpi)
    owed = [assembly.book[now].value for _, _, now in standing.targets]
    assert [sum(owed[at : at + 4]) for at in range(0, 16, 4)] == year
    early = [(first, now) for period, first, now in standing.targets if period.end < CHANGE]
    assert all(first == now for first, now in early)


def test_91_weeks_stay_at_the_release_of_the_contract(make: Make) -> None:
    made = make("-change-2028", "2028-01-31")
    assert value(made, f"{REF}/NT10/verified/quantity") == 91
    assert value(made, f"{REF}/NT10/verified/pounds") == Decimal("22750.00")
    newer = value_quantity(
        quantity=Quantity(Decimal(91), "week"), series=packs.load_series("value/fx-2026.1-nt10"), on=made.report.as_at
    )
    assert newer.pounds == Decimal("23660.00")
