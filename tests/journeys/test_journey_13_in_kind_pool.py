"""Journey 13: pledges in kind are kept in hours and in goods, never blended, and what is not delivered returns."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.ledger import Account, Slot
from commonweal.periods import Period
from commonweal.portfolio import Claim, Contract, Decision, Kind, Kpi, Outcome, Portfolio
from commonweal.posting import Posted, post
from commonweal.quantities import Quantity, total

MONTH = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
DAY = dt.date(2026, 10, 20)
PLEDGED = {"handyman": ("hour", 20), "training": ("hour", 16), "windows": ("hour", 10)}
GOODS = {"printing": ("GBP", 400), "skips": ("GBP", 500), "food": ("GBP", 250)}
MATCHED = {"handyman": 20, "skips": 500, "printing": 100}
CONFIRMED = {"handyman": 18, "skips": 500, "printing": 100}


def pool() -> Posted:
    """Return six small contracts with their pledges, what was matched with the pantry's need, and what it confirmed."""
    pledges = {**PLEDGED, **GOODS}
    kpis = [
        Kpi(name, name, "", f"{name} in kind", unit, Kind.MONEY if unit == "GBP" else Kind.QUANTITY, Decimal(amount))
        for name, (unit, amount) in pledges.items()
    ]
    claims = [Claim("R", name, name, MONTH, DAY, Decimal(amount)) for name, amount in MATCHED.items()]
    decisions = [
        Decision(name, name, Outcome.VERIFIED, Decimal(amount), DAY, claim="R", by="Tollgate Food Pantry")
        for name, amount in CONFIRMED.items()
    ]
    back = Decision("handyman", "handyman", Outcome.WITHDRAWN, Decimal(2), DAY, claim="R", reason="did not happen")
    contracts = [Contract(name, name, value=Decimal(20000)) for name in pledges]
    return post(Portfolio(contracts=contracts, kpis=kpis, claims=claims, decisions=[*decisions, back]))


def together(posted: Posted, names: dict[str, tuple[str, int]], account: Account, unit: str) -> Decimal:
    held = [Quantity(posted.ledger.total(name, name, account).amount, unit) for name in names]
    return total(held, unit).amount


@pytest.mark.parametrize(
    ("names", "unit", "pledged", "delivered", "left"), [(PLEDGED, "hour", 46, 18, 28), (GOODS, "GBP", 1150, 600, 550)]
)
def test_delivered_and_left_make_what_was_pledged(
    names: dict[str, tuple[str, int]], unit: str, pledged: int, delivered: int, left: int
) -> None:
    posted = pool()
    promised = together(posted, names, Account.PROMISED, unit)
    verified = together(posted, names, Account.VERIFIED, unit)
    assert (promised, verified, promised - verified) == (pledged, delivered, left)
    assert posted.problems == []
    assert posted.ledger.broken_invariants() == []


def test_the_two_hours_that_did_not_happen_are_neither_delivered_nor_pending() -> None:
    ledger = pool().ledger
    slot = Slot("handyman", "handyman", MONTH, claim="R")
    assert ledger.balance(slot, Account.WITHDRAWN).amount == 2
    assert ledger.balance(slot, Account.PENDING).amount == 0
    assert ledger.claimed(slot).amount == 20


def test_hours_and_goods_are_never_one_number() -> None:
    with pytest.raises(errors.UnitMismatch):
        total([Quantity(Decimal(28), "hour"), Quantity(Decimal(550), "GBP")], "hour")


def test_pledges_in_kind_carry_no_pounds_unless_asked() -> None:
    assert all(movement.pence is None for movement in pool().ledger)
