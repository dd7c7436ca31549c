"""The ledger: allowed steps, parts to the penny, corrections, attribution, invariants that catch a broken balance."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.ledger import (
    DELIVERY_SIDE,
    EMPTY,
    Account,
    Balance,
    Ledger,
    Movement,
    Slot,
    attribute,
)
from commonweal.periods import Period

QUARTER = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
SLOT = Slot("C1", "NT17", QUARTER, claim="R1")
PROMISE = Slot("C1", "NT17")
HOUR = Decimal("17.50")
DAY = dt.date(2026, 7, 20)


def movement(name: str, source: Account, target: Account, amount: str, **more: object) -> Movement:
    values: dict[str, object] = {"slot": SLOT, **more}
    return Movement(name, source=source, target=target, amount=Decimal(amount), **values)  # type: ignore[arg-type]


def claim(amount: str, name: str = "R1") -> Movement:
    return movement(name, Account.OUTSIDE, Account.PENDING, amount)


def verify(amount: str, name: str = "V1") -> Movement:
    return movement(name, Account.PENDING, Account.VERIFIED, amount)


@pytest.fixture
def ledger() -> Ledger:
    book = Ledger()
    book.move(claim("75"), value=HOUR)
    return book


def test_a_part_is_verified_and_the_rest_stays_pending(ledger: Ledger) -> None:
    ledger.move(verify("60"), value=HOUR)
    assert ledger.balance(SLOT, Account.VERIFIED) == Balance(Decimal(60), 105_000)
    assert ledger.balance(SLOT, Account.PENDING) == Balance(Decimal(15), 26_250)
    assert ledger.claimed(SLOT) == Balance(Decimal(75), 131_250)
    assert ledger.broken_invariants() == []


def test_the_part_that_empties_an_account_takes_the_pence_left() -> None:
    book = Ledger()
    book.move(claim("3"), value=Decimal("0.335"))
    parts = [book.move(verify("1", f"V{n}"), value=Decimal("0.335")).pence for n in range(3)]
    assert book["R1"].pence == 101
    assert parts == [34, 34, 33]


def test_a_part_never_takes_more_pence_than_are_left() -> None:
    book = Ledger()
    book.move(claim("0.9"), value=Decimal("0.006"))
    assert book["R1"].pence == 1
    assert [book.move(verify("0.4", name), value=Decimal("1")).pence for name in ("V1", "V2")] == [1, 0]


def test_without_pounds_no_pence_are_kept() -> None:
    book = Ledger()
    assert book.move(claim("5"), value=None).pence is None
    assert book.balance(SLOT, Account.PENDING) == Balance(Decimal(5))


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (Account.OUTSIDE, Account.VERIFIED),
        (Account.PENDING, Account.PROMISED),
        (Account.VERIFIED, Account.REJECTED),
        (Account.PROMISED, Account.VERIFIED),
        (Account.DISPUTED, Account.WITHDRAWN),
    ],
)
def test_steps_that_the_ledger_does_not_know_are_refused(ledger: Ledger, source: Account, target: Account) -> None:
    with pytest.raises(errors.IllegalMovement, match=f"goes from {source} to {target}"):
        ledger.post(movement("M", source, target, "1"))
    assert len(ledger) == 1


def test_more_than_the_account_holds_is_refused_and_nothing_changes(ledger: Ledger) -> None:
    with pytest.raises(errors.IllegalMovement, match="holds 75"):
        ledger.move(verify("75.01"), value=HOUR)
    assert ledger.balance(SLOT, Account.PENDING).amount == 75
    assert len(ledger) == 1


@pytest.mark.parametrize("amount", ["0", "-1"])
def test_nothing_and_less_than_nothing_do_not_move(ledger: Ledger, amount: str) -> None:
    with pytest.raises(errors.IllegalMovement, match="above zero"):
        ledger.post(claim(amount, "R2"))


def test_an_id_is_used_once(ledger: Ledger) -> None:
    with pytest.raises(errors.IllegalMovement, match="already in the ledger"):
        ledger.move(claim("1"), value=HOUR)


def test_none_of_a_denominator_may_move() -> None:
    book = Ledger([movement("R1", Account.OUTSIDE, Account.PENDING, "0", denominator=Decimal(50))])
    assert book.balance(SLOT, Account.PENDING) == Balance(denominator=Decimal(50))


def test_a_variation_and_what_is_let_go() -> None:
    book = Ledger()
    steps = (
        ("P", Account.OUTSIDE, Account.PROMISED, "416"),
        ("T", Account.PROMISED, Account.TRANSFERRED, "180"),
        ("W", Account.PROMISED, Account.WRITTEN_OFF, "22"),
        ("V", Account.PROMISED, Account.OUTSIDE, "14"),
    )
    for name, source, target, amount in steps:
        book.move(movement(name, source, target, amount, slot=PROMISE), value=Decimal(250))
    assert book.balance(PROMISE, Account.PROMISED) == Balance(Decimal(200), 5_000_000)
    assert book.total("C1", "NT17", Account.TRANSFERRED) == Balance(Decimal(180), 4_500_000)
    assert book.broken_invariants() == []


def test_journey_12_what_was_delivered_transferred_and_written_off_makes_the_promise() -> None:
    book = Ledger()
    value = Decimal(250)
    book.move(movement("P", Account.OUTSIDE, Account.PROMISED, "416", slot=PROMISE), value=value)
    book.move(claim("214"), value=value)
    book.move(verify("214"), value=value)
    book.move(movement("T", Account.PROMISED, Account.TRANSFERRED, "180", slot=PROMISE), value=value)
    book.move(movement("W", Account.PROMISED, Account.WRITTEN_OFF, "22", slot=PROMISE), value=value)
    verified = book.total("C1", "NT17", Account.VERIFIED)
    gone = [book.total("C1", "NT17", account) for account in (Account.TRANSFERRED, Account.WRITTEN_OFF)]
    assert [balance.pence for balance in (verified, *gone)] == [5_350_000, 4_500_000, 550_000]
    assert verified.amount + sum(balance.amount for balance in gone) == 416


def test_totals_of_one_period_leave_others_out(ledger: Ledger) -> None:
    later = Slot("C1", "NT17", Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30)), claim="R2")
    ledger.move(movement("R2", Account.OUTSIDE, Account.PENDING, "5", slot=later), value=HOUR)
    assert ledger.total("C1", "NT17", Account.PENDING, period=QUARTER).amount == 75
    assert ledger.total("C1", "NT17", Account.PENDING).amount == 80
    assert ledger.slots("C1", "NT17") == [SLOT, later]
    assert ledger.total("C1", "NT1", Account.PENDING) == EMPTY


def test_a_correction_runs_back_along_what_it_names(ledger: Ledger) -> None:
    ledger.move(verify("60"), value=HOUR)
    back = ledger.correct("V1", amount=Decimal("0.1"), new_id="K1", on=DAY, by="verifier", reason="typing error")
    rest = ledger.correct("V1", amount=Decimal("59.9"), new_id="K2", on=DAY, by="verifier", reason="all of it")
    assert (back.source, back.target, back.corrects) == (Account.VERIFIED, Account.PENDING, "V1")
    assert (back.pence, rest.pence) == (175, 104_825)
    assert ledger.balance(SLOT, Account.PENDING) == Balance(Decimal(75), 131_250)
    assert ledger.broken_invariants() == []


def test_a_correction_without_pounds() -> None:
    book = Ledger([claim("5")])
    assert book.correct("R1", amount=Decimal(5), new_id="K", on=DAY, by="x", reason="twice").pence is None
    assert book.balance(SLOT, Account.PENDING) == EMPTY


def test_a_correction_takes_back_no_more_than_is_left(ledger: Ledger) -> None:
    ledger.correct("R1", amount=Decimal(70), new_id="K1", on=DAY, by="x", reason="too many")
    with pytest.raises(errors.IllegalMovement, match="of which 5 is left"):
        ledger.correct("R1", amount=Decimal(6), new_id="K2", on=DAY, by="x", reason="again")


def test_a_correction_names_a_movement_that_exists(ledger: Ledger) -> None:
    with pytest.raises(errors.IllegalMovement, match="no movement X"):
        ledger.correct("X", amount=Decimal(1), new_id="K", on=DAY, by="x", reason="")
    with pytest.raises(errors.IllegalMovement, match="not in the ledger"):
        ledger.post(movement("K", Account.PENDING, Account.OUTSIDE, "1", corrects="X"))


def test_a_correction_cannot_take_another_way(ledger: Ledger) -> None:
    with pytest.raises(errors.IllegalMovement, match="does not run back along it"):
        ledger.post(movement("K", Account.PENDING, Account.VERIFIED, "1", corrects="R1"))


def test_the_whole_denominator_goes_back_with_the_whole_amount() -> None:
    book = Ledger([movement("R1", Account.OUTSIDE, Account.PENDING, "180", denominator=Decimal(184))])
    book.correct("R1", amount=Decimal(180), new_id="K", on=DAY, by="x", reason="wrong month")
    assert book.balance(SLOT, Account.PENDING) == EMPTY


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (Balance(Decimal(76), 131_250), "its movements make"),
        (Balance(Decimal(-1), 131_250), "overdrawn by 1"),
    ],
)
def test_a_balance_that_was_tampered_with_is_found(ledger: Ledger, spoil: Balance, words: str) -> None:
    ledger._balances[SLOT][Account.PENDING] = spoil
    found = ledger.broken_invariants()
    assert any(words in line for line in found)
    assert any("do not balance" in line for line in found)


def test_journey_6_weeks_split_by_hours() -> None:
    whole = Movement("R", SLOT, Account.OUTSIDE, Account.PENDING, Decimal(26), pence=650_000)
    other = Slot("C2", "NT10", QUARTER, claim="R9")
    first, second = attribute(whole, [("a", SLOT, Decimal(60)), ("b", other, Decimal(40))])
    assert (first.amount, first.pence) == (Decimal("15.6"), 390_000)
    assert (second.amount, second.pence, second.slot) == (Decimal("10.4"), 260_000, other)


def test_two_pence_in_three_near_thirds_stay_two_pence() -> None:
    whole = Movement("R", SLOT, Account.OUTSIDE, Account.PENDING, Decimal(3), pence=2)
    parts = attribute(whole, [(str(n), SLOT, Decimal(33)) for n in range(3)])
    assert [part.pence for part in parts] == [1, 0, 1]


def test_less_than_everything_may_be_attributed() -> None:
    whole = Movement("R", SLOT, Account.OUTSIDE, Account.PENDING, Decimal(1500))
    (part,) = attribute(whole, [("a", SLOT, Decimal("33.3"))])
    assert (part.amount, part.pence) == (Decimal("499.5"), None)


@pytest.mark.parametrize("percents", [[], ["60", "41"], ["0", "100"], ["-5", "50"]])
def test_shares_that_cannot_be_used(percents: list[str]) -> None:
    whole = Movement("R", SLOT, Account.OUTSIDE, Account.PENDING, Decimal(26))
    with pytest.raises(errors.BadSplit, match="cannot be used"):
        attribute(whole, [(p, SLOT, Decimal(p)) for p in percents])


amounts = st.decimals(min_value="0.01", max_value="10000", places=2)
prices = st.decimals(min_value="0", max_value="5000", places=6)


@given(amount=amounts, price=prices, shares=st.lists(st.integers(1, 100), min_size=1, max_size=6), data=st.data())
def test_parts_always_add_up_to_what_was_claimed(
    amount: Decimal, price: Decimal, shares: list[int], data: st.DataObject
) -> None:
    book = Ledger()
    book.move(movement("R", Account.OUTSIDE, Account.PENDING, str(amount)), value=price)
    left = amount
    for number, share in enumerate(shares):
        part = min(left, (amount * share / 100).quantize(Decimal("0.000001")))
        if part <= 0:
            continue
        target = data.draw(st.sampled_from([a for a in DELIVERY_SIDE if a is not Account.PENDING]))
        book.move(movement(f"D{number}", Account.PENDING, target, str(part)), value=price)
        left -= part
    assert book.claimed(SLOT) == Balance(amount, book["R"].pence or 0)
    assert all(book.balance(SLOT, account).pence >= 0 for account in DELIVERY_SIDE)
    assert book.broken_invariants() == []


@given(amount=amounts, price=prices, cuts=st.lists(st.integers(1, 60), min_size=1, max_size=5))
def test_attributed_parts_never_pass_the_whole(amount: Decimal, price: Decimal, cuts: list[int]) -> None:
    book = Ledger()
    whole = book.move(movement("R", Account.OUTSIDE, Account.PENDING, str(amount)), value=price)
    if sum(cuts) > 100:
        cuts = [100]
    parts = attribute(whole, [(str(n), SLOT, Decimal(cut)) for n, cut in enumerate(cuts)])
    assert sum(part.amount for part in parts) <= amount
    assert sum(part.pence or 0 for part in parts) <= (whole.pence or 0)
    if sum(cuts) == 100:
        assert sum(part.amount for part in parts) == amount
        assert sum(part.pence or 0 for part in parts) == whole.pence
