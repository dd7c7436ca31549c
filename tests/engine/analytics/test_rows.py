"""From a ledger to rows: what a row holds, how it says its pence came about, and what does not fit."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from commonweal import errors
from commonweal.analytics.reference import ReferenceRollups
from commonweal.analytics.rows import ALWAYS, Priced, Row, Tariff, rows_of, scaled, tariffs_of
from commonweal.periods import Period
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Outcome, Portfolio, Supplier
from commonweal.posting import post

QUARTER = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
CONTRACT = Contract(
    "C1", "Grounds", body="A", suppliers=(Supplier("S Ltd"),), start=dt.date(2026, 3, 1), framework="F", category="45"
)


def made(value: str | None, *decisions: tuple[Outcome, str], claimed: str = "3", **kpi: Any) -> list[Row]:
    worth = None if value is None else Decimal(value)
    one = Kpi("C1", "K1", "M1", "Hours", "hour", value_per_unit=worth, target=Decimal(10), place="P", **kpi)
    portfolio = Portfolio(
        contracts=[CONTRACT],
        kpis=[one],
        claims=[Claim("R1", "C1", "K1", QUARTER, dt.date(2026, 7, 5), Decimal(claimed))],
        decisions=[Decision("C1", "K1", outcome, Decimal(amount), dt.date(2026, 7, 9), claim="R1", ref=f"D{at}")
                   for at, (outcome, amount) in enumerate(decisions)],
    )  # fmt: skip
    rows = list(rows_of(portfolio, post(portfolio), region_of=lambda place: f"region of {place}"))
    assert ReferenceRollups(rows, tariffs_of(portfolio)).audit() == []
    assert ReferenceRollups(rows, tariffs_of(portfolio)).unsound() == []
    return rows


def test_a_row_holds_all_that_is_asked_about_a_movement() -> None:
    promise, claim, decision = made("2.5", (Outcome.VERIFIED, "3"), adjustments=(("attribution", Decimal("0.5")),))
    assert (promise.day, promise.started, promise.source, promise.target) == (dt.date(2026, 3, 1), None, 0, 1)
    assert claim == Row(
        number=2, movement="C1/R1", corrects="", body="A", contract="C1", kpi="K1", claim="R1", framework="F",
        measure="M1", theme="", outcome="", supplier="S Ltd", category="45", place="P", region="region of P", cohort="",
        started=QUARTER.start, day=QUARTER.end, source=0, target=5, amount=3_000_000, denominator=0, pence=375,
        priced_by="A/C1/K1", kept=50_000_000, priced=Priced.WORKED_OUT,
    )  # fmt: skip
    assert (decision.source, decision.target, decision.priced) == (5, 6, Priced.REST)


def test_a_part_is_worked_out_and_the_last_takes_the_rest() -> None:
    rows = made("0.335", (Outcome.VERIFIED, "1"), (Outcome.VERIFIED, "1"), (Outcome.REJECTED, "1"))
    assert [(row.pence, row.priced) for row in rows[1:]] == [(101, 1), (34, 1), (34, 1), (33, 2)]


def test_a_part_that_would_take_more_than_there_is_takes_what_there_is() -> None:
    rows = made("0.005", *[(Outcome.VERIFIED, "1")] * 3, claimed="4")
    assert [(row.pence, row.priced) for row in rows[1:]] == [(2, 1), (1, 1), (1, 1), (0, 2)]


def test_pounds_are_never_guessed() -> None:
    rows = made(None)
    assert [(row.pence, row.priced) for row in rows] == [(None, Priced.WITHOUT_POUNDS)] * 2


@pytest.mark.parametrize(("value", "claimed"), [("2.5", "0.33333333"), ("0.1234567", "3")])
def test_a_number_with_more_decimals_than_its_scale_marks_its_rows(value: str, claimed: str) -> None:
    rows = made(value, claimed=claimed)
    assert rows[1].priced == Priced.INEXACT


def test_a_correction_goes_back_in_proportion() -> None:
    one = Kpi("C1", "K1", "M1", "Hours", "hour", value_per_unit=Decimal(2))
    portfolio = Portfolio(
        contracts=[CONTRACT],
        kpis=[one],
        claims=[Claim("R1", "C1", "K1", QUARTER, dt.date(2026, 7, 5), Decimal(3))],
        decisions=[
            Decision("C1", "K1", Outcome.VERIFIED, Decimal(3), dt.date(2026, 7, 9), claim="R1", ref="D1"),
            Decision("C1", "K1", Outcome.VERIFIED, Decimal(1), dt.date(2026, 8, 9), corrects="D1", ref="D2"),
        ],
    )
    *_, back = rows_of(portfolio, post(portfolio), region_of=lambda _: "")
    assert (back.corrects, back.source, back.target, back.pence, back.priced) == ("C1/D1", 6, 5, 200, 3)


def test_a_kpi_of_no_known_contract_has_a_row_all_the_same() -> None:
    portfolio = Portfolio(kpis=[Kpi("C9", "K1", "M1", "Hours", "hour", target=Decimal(1), value_per_unit=Decimal(1))])
    [row] = rows_of(portfolio, post(portfolio), region_of=lambda _: "")
    assert (row.body, row.supplier, row.region, row.day) == ("", "", "", None)
    assert tariffs_of(portfolio) == [Tariff("/C9/K1", *ALWAYS, 1_000_000)]


def test_a_number_too_large_for_64_bits_is_refused() -> None:
    with pytest.raises(errors.BadSnapshot, match="too large"):
        scaled(Decimal("1e13"), "amount")
