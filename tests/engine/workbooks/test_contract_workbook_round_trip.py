"""What is written as a contract workbook reads back as the same portfolio."""

from __future__ import annotations

import datetime as dt
import tempfile
from dataclasses import fields, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from commonweal import portfolio as p
from commonweal.checks.problem import NOWHERE, Severity
from commonweal.portfolio import Portfolio
from commonweal.workbooks.contract_workbook import read_contract_workbook
from commonweal.workbooks.layout import SHEETS
from commonweal.workbooks.write import write_contract_workbook
from tests.engine.workbooks.portfolio_strategies import portfolios

# Where a fact was read, and whether its value may be shown, follow from the file and the value pack.
WORKED_OUT = {"origin", "value_licensed", "stated_above"}
FACTS = ("contracts", "kpis", "targets", "claims", "receipts", "decisions", "notes")


def content(portfolio: Portfolio) -> dict[str, Any]:
    """Return all facts without their origins."""
    return {name: [replace(fact, origin=NOWHERE) for fact in getattr(portfolio, name)] for name in FACTS} | {
        "title": portfolio.title
    }


@pytest.mark.parametrize("name", ["book.xlsx", "book.ods", "folder"])
@given(portfolio=portfolios())
@settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.explicit, Phase.generate]
)
def test_every_portfolio_comes_back_as_it_was(name: str, portfolio: Portfolio) -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / name
        write_contract_workbook(portfolio, path)
        again = read_contract_workbook(path)
    assert [str(one) for one in again.problems if one.severity is Severity.ERROR] == []
    assert content(again) == content(portfolio)


def test_every_field_of_every_fact_has_a_column() -> None:
    # A field that is added to a fact without a column would be lost on the way; this names it.
    columns = {layout.key: {c.field for c in layout.columns} for layout in SHEETS}
    columns["contracts"].add("suppliers")
    columns["claims"] = columns["receipts"] = columns["returns"] | {"nil", "period"}
    columns["targets"].add("period")
    columns["decisions"].add("period")
    columns["kpis"].add("value_licensed")  # set from the pack each time, so that a licensed value is never written
    facts = {"contracts": p.Contract, "kpis": p.Kpi, "targets": p.Target, "claims": p.Claim, "receipts": p.Receipt}
    facts |= {"decisions": p.Decision, "notes": p.Note}
    for key, fact in facts.items():
        assert {f.name for f in fields(fact)} - WORKED_OUT <= columns[key], key


@pytest.mark.parametrize("name", ["book.xlsx", "book.ods", "folder"])
def test_a_licensed_value_is_left_blank_in_a_written_workbook(tmp_path: Path, name: str) -> None:
    def value_read_back(licensed: bool) -> Decimal | None:
        contract = p.Contract("C", "Contract", start=dt.date(2026, 4, 1), end=dt.date(2027, 3, 31))
        kpi = p.Kpi("C", "K", "", "Hours", "hour", value_per_unit=Decimal("7.7731"), value_licensed=licensed)
        path = tmp_path / str(licensed) / name
        path.parent.mkdir()
        write_contract_workbook(p.Portfolio(contracts=[contract], kpis=[kpi]), path)
        return read_contract_workbook(path).kpis[0].value_per_unit

    assert value_read_back(licensed=False) == Decimal("7.7731")
    assert value_read_back(licensed=True) is None
