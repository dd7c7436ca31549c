"""Journey 4: a first return, partly verified, to the penny and with the colour of each KPI in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.cli.inputs import Made
from commonweal.reporting import wording
from commonweal.reporting.model import Show
from commonweal.reporting.stored import differences
from tests.journeys.conftest import Make, value

REF = "NMC-2026-014"
PENCE = {
    "NT1": {"claimed": "60000.00", "verified": "56250.00", "pending": "0.00", "rejected": "3750.00"},
    "NT10": {"claimed": "3250.00", "verified": "3250.00", "pending": "0.00"},
    "NT17": {"claimed": "1312.50", "verified": "1050.00", "pending": "262.50"},
    "NT18": {"claimed": "18750.00", "verified": "18750.00", "pending": "0.00"},
    "CL": {"claimed": "18000.00", "verified": "18000.00", "pending": "0.00"},
}
TOTALS = {"claimed": "101312.50", "verified": "97300.00", "pending": "262.50", "rejected": "3750.00"}


@pytest.fixture
def made(make: Make) -> Made:
    return make("-q1-2026", "2026-07-31")


@pytest.mark.parametrize("state", TOTALS)
def test_totals_to_the_penny(made: Made, state: str) -> None:
    assert value(made, f"portfolio/{state}/pounds") == Decimal(TOTALS[state])


def test_the_parts_add_up_to_what_was_claimed() -> None:
    assert Decimal("97300.00") + Decimal("262.50") + Decimal("3750.00") == Decimal(TOTALS["claimed"])


@pytest.mark.parametrize(("kpi", "state"), [(kpi, state) for kpi, states in PENCE.items() for state in states])
def test_each_kpi_to_the_penny(made: Made, kpi: str, state: str) -> None:
    assert value(made, f"{REF}/{kpi}/{state}/pounds") == Decimal(PENCE[kpi][state])


@pytest.mark.parametrize(("kpi", "percent"), [("NT1", "93.75"), ("NT10", "100"), ("NT17", "80"), ("NT18", "100")])
def test_verified_is_compared_with_what_was_due(made: Made, kpi: str, percent: str) -> None:
    assert value(made, f"{REF}/{kpi}/percent") == Decimal(percent)


def test_colours_are_words_with_a_symbol(made: Made) -> None:
    table = next(t for t in made.report.tables() if any(column.show is Show.RAG for column in t.columns))
    found = {}
    for row, words in zip(table.rows, wording.table_words(table), strict=True):
        found[str(row.cells[0].value).partition(":")[0]] = " ".join(word.line.lower() for word in words)
    assert "amber" in found["NT1"]
    assert "green" in found["NT10"]
    assert "amber" in found["NT17"]
    assert "green" in found["NT18"]
    assert "red" in found["NT31"]
    assert "nil" in found["NT31"]
    assert "not due" in found["CL"]


def test_a_nil_and_what_is_not_due_are_no_zero(made: Made) -> None:
    assert f"{REF}/NT31/verified/pounds" not in made.report.book
    assert f"{REF}/CL/due/pounds" not in made.report.book


def test_nothing_of_the_input_is_in_error(made: Made) -> None:
    assert made.left_out == []
    assert differences(made.report.book) == []
