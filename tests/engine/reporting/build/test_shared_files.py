"""The tables of all contracts share a CSV file for each kind."""

from __future__ import annotations

import datetime as dt

from commonweal.portfolio import Portfolio
from commonweal.reporting.build.build import build_report
from commonweal.reporting.render_csv import flats
from tests.engine.reporting.build.journey_facts import CALENDAR, contract, kpi


def test_tables_of_contracts_go_into_one_file_with_the_reference_first() -> None:
    first, second = contract(), contract(ref="OTHER-1", title="Other")
    promise = kpi("NT10")
    portfolio = Portfolio(contracts=[first, second], kpis=[promise, kpi("NT10", contract="OTHER-1")])
    report = build_report(
        portfolio, as_at=dt.date(2026, 10, 31), calendars={"england-and-wales": CALENDAR}, made_by="test"
    )
    kpis = next(flat for flat in flats(report) if flat.name == "contract-kpis")
    assert kpis.headings[0] == "Contract"
    assert [row[0] for row in kpis.rows] == [first.ref, "OTHER-1"]
    assert not [flat.name for flat in flats(report) if "other-1" in flat.name]
