"""Journey 12: the builder fails; what was delivered, passed on and written off adds up to what was promised."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.journeys.conftest import Make, value

STEM = "NMC-2025-101/NT10"


@pytest.mark.parametrize(
    ("state", "weeks", "pounds"),
    [
        ("promised", 416, "104000.00"),
        ("verified", 214, "53500.00"),
        ("transferred", 180, "45000.00"),
        ("written_off", 22, "5500.00"),
        ("pending", 11, "2750.00"),
    ],
)
def test_weeks_and_pounds(make: Make, state: str, weeks: int, pounds: str) -> None:
    made = make("-exit-2027", "2027-05-31")
    assert value(made, f"{STEM}/{state}/quantity") == weeks
    assert value(made, f"{STEM}/{state}/pounds") == Decimal(pounds)


def test_delivered_transferred_and_written_off_are_the_promise(make: Make) -> None:
    made = make("-exit-2027", "2027-05-31")
    parts = [value(made, f"{STEM}/{state}/quantity") for state in ("verified", "transferred", "written_off")]
    assert parts == [214, 180, 22]
    assert sum(parts) == value(made, f"{STEM}/promised/quantity") == 416


def test_the_successor_promises_what_was_passed_on(make: Make) -> None:
    made = make("-exit-2027", "2027-05-31")
    assert value(made, "NMC-2027-031/NT10/promised/quantity") == 180
    assert value(made, f"{STEM}/forecast/still") == 0
