"""Filters write numbers, days and states as the engine does."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from commonweal_web.core.templatetags import worth

SUMMER = dt.datetime(2026, 7, 1, 23, 30, tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("pounds", 123456, "£1,234.56"),
        ("pounds", -5, "−£0.05"),
        ("pounds", None, "–"),
        ("pounds_short", 123450, "£1,235"),
        ("pounds_short", 3_200_000_000, "£32 million"),
        ("pounds_short", 125_000_000, "£1.25 million"),
        ("plain", Decimal("12500.500000"), "12,500.5"),
        ("plain", Decimal("0.000000"), "0"),
        ("percent", Decimal("93.75"), "93.8\u00a0%"),
        ("percent", Decimal("80"), "80\u00a0%"),
        ("day", dt.date(2026, 11, 4), "4 November 2026"),
        ("day", SUMMER, "2 July 2026"),
        ("moment", SUMMER, "2 July 2026 at 12:30am"),
        ("moment", None, "–"),
    ],
)
def test_filters(name: str, value: Any, shown: str) -> None:
    assert getattr(worth, name)(value) == shown


def test_states_are_symbol_and_word() -> None:
    assert ">●</span> verified<" in worth.state_word("verified")
    assert "cw-state--written-off" in worth.state_word("written_off")
    assert worth.state_word("<b>") == "<b>"


def test_a_rating_says_its_colour() -> None:
    assert ">▲</span> Green: on or above target<" in worth.rag_word("green", "on or above target")
    assert "&lt;b&gt;" in worth.rag_word("red", "<b>")
