"""Shortfalls and the ceiling of a credit: journey 7."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.performance import credit_ceiling, shortfall

D = Decimal
TRN = shortfall(kpi="TRN", due=D(12), verified=D(5), value=D(4000))
NT17 = shortfall(kpi="NT17", due=D(600), verified=D(228), value=D("17.50"))


def test_journey_7_ceiling() -> None:
    assert (TRN.quantity, TRN.pounds) == (D(7), D("28000.00"))
    assert (NT17.quantity, NT17.pounds) == (D(372), D("6510.00"))
    found = credit_ceiling(shortfalls=[TRN, NT17], share=D(50), cap=D(20_000))
    assert (found.total_pence, found.uncapped_pence, found.pence) == (3_451_000, 1_725_500, 1_725_500)
    assert found.pounds == D("17255.00")
    assert found.shortfalls == (TRN, NT17)


def test_a_cap_holds() -> None:
    found = credit_ceiling(shortfalls=[TRN, NT17], share=D(50), cap=D(17_000))
    assert (found.uncapped_pence, found.cap_pence, found.pounds) == (1_725_500, 1_700_000, D("17000.00"))


def test_without_a_cap_the_share_decides() -> None:
    found = credit_ceiling(shortfalls=[TRN], share=D(10))
    assert (found.cap_pence, found.pounds) == (None, D("2800.00"))


def test_more_than_due_is_no_shortfall() -> None:
    found = shortfall(kpi="RLW", due=D(100), verified=D(101), value=D(5))
    assert (found.quantity, found.pence) == (0, 0)


@pytest.mark.parametrize(("share", "cap"), [("101", None), ("-1", None), ("50", "-1")])
def test_impossible_terms_are_refused(share: str, cap: str | None) -> None:
    with pytest.raises(errors.BadQuantity, match="Copy it from the terms"):
        credit_ceiling(shortfalls=[TRN], share=D(share), cap=None if cap is None else D(cap))
