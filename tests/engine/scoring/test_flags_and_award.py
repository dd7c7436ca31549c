"""Questions that never score, and an award from which nothing need be typed again."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.figures import Book
from commonweal.portfolio import Supplier
from commonweal.scoring import Asking, Bidder, Lot, Peer, award, evaluate, flags
from commonweal.scoring.flags import peer_median
from commonweal.workbooks.contract_workbook import read_contract_workbook
from commonweal.workbooks.write import write_contract_workbook
from tests.engine.scoring.lots import HARBOURSIDE, VERDANT, criterion, d, grounds, lot, tender

BASE = lot(
    criterion(),
    offers={"big": {"M1": 80, "M2": 20}, "small": {"M1": 5, "M2": 5}, "none": {}},
    values={"M1": "1", "M2": "1"},
    contract_value=d(100),
    bidders=(Bidder(Supplier("big"), staff=d(4)), Bidder(Supplier("small")), Bidder(Supplier("none"), staff=d(2))),
)


def asked(one: Lot) -> dict[tuple[str, str], str]:
    book = Book()
    return {(flag.bidder, flag.kind): flag.question for flag in flags(evaluate(one, book), book)}


def peers(number: int, **amounts: str) -> tuple[Peer, ...]:
    measure = amounts.pop("measure", "")
    return tuple(
        Peer(f"C{at}", d(1_000_000), measure, **{name: d(text) for name, text in amounts.items()})
        for at in range(number)
    )


def test_without_like_contracts_the_question_says_so() -> None:
    found = asked(BASE)
    assert set(found) == {("big", "share_of_contract_value"), ("big", "from_one_measure")}
    assert (
        "100.0 % of the contract's value (no like contracts to compare with)" in found["big", "share_of_contract_value"]
    )


def test_too_few_like_contracts_are_counted_and_nothing_is_concluded() -> None:
    found = asked(replace(BASE, peers=peers(4, promised="10000", verified="10000")))
    assert "n = 4: too few" in found["big", "share_of_contract_value"]
    assert ("big", "against_verified") not in found


def test_delivery_that_was_verified_elsewhere_is_compared_with_its_number() -> None:
    found = asked(replace(BASE, peers=peers(5, verified="400000")))
    assert "5 like contracts were verified to deliver a median of 40.0 %" in found["big", "against_verified"]
    assert ("small", "against_verified") not in found


def test_quantities_are_compared_for_the_size_of_the_contract() -> None:
    like = peers(5, measure="M1", verified="100")
    found = asked(replace(BASE, contract_value=d(100_000), peers=like))
    assert (
        "800.0 under M1 (in hour) for each million pounds of contract value; 5 like contracts"
        in found["big", "quantity_against_verified"]
    )
    assert ("small", "quantity_against_verified") not in found


def test_pounds_for_each_person_employed_are_asked_about_where_the_lot_says_from_when() -> None:
    found = asked(replace(BASE, asking=Asking(per_staff=d(25))))
    assert "£25.00 for each of its 4 full-time equivalents" in found["big", "per_fte"]
    assert ("none", "per_fte") not in found


def test_a_lot_without_a_value_or_without_pounds_raises_no_such_question() -> None:
    assert set(asked(replace(BASE, contract_value=None))) == {("big", "from_one_measure")}
    free = replace(BASE, criteria=(criterion(measure="M1"),), peers=peers(5, measure="M1", verified="1"))
    assert {kind for _, kind in asked(free)} == {"quantity_against_verified"}


def test_the_median_leaves_out_what_is_not_known() -> None:
    known = (*peers(2, promised="100000"), Peer("x", d(0), promised=d(1)), Peer("y", d(10)))
    found = peer_median(known, what="promised")
    assert found is not None
    assert (found.value, found.n) == (10, 2)
    assert peer_median(known, what="verified") is None


def test_an_award_makes_contract_and_kpis_with_frozen_values(tmp_path: Path) -> None:
    made = award(evaluate(grounds(), Book()), bidder=HARBOURSIDE)
    contract = made.contract
    assert (contract.ref, contract.value, contract.status) == ("NMC-2026-014", 2_400_000, "live")
    assert (contract.suppliers[0].name, contract.owner) == (HARBOURSIDE, "Contract manager, Parks")
    by_ref = {kpi.ref: kpi for kpi in made.kpis}
    assert {ref: kpi.target for ref, kpi in by_ref.items()} == {
        "NT1": 32, "NT10": 208, "NT17": 1200, "NT18": 500_000, "NT31": 10, "CL": 6
    }  # fmt: skip
    nt10 = by_ref["NT10"]
    assert (nt10.value_per_unit, nt10.value_series, nt10.value_on) == (
        250,
        "value/fx-2025.1-nt10",
        dt.date(2025, 12, 1),
    )
    assert nt10.value_source
    assert nt10.evidence_rule == "Confirmation of the training provider"
    write_contract_workbook(made.portfolio(), tmp_path / "contract.xlsx")
    again = read_contract_workbook(tmp_path / "contract.xlsx")
    assert again.problems == []
    assert {kpi.ref: (kpi.target, kpi.value_per_unit) for kpi in again.kpis} == {
        ref: (kpi.target, kpi.value_per_unit) for ref, kpi in by_ref.items()
    }


def test_only_what_counted_becomes_a_target() -> None:
    made = award(evaluate(grounds(), Book()), bidder=VERDANT, ref="C-1")
    assert {kpi.contract for kpi in made.kpis} == {"C-1"}
    assert next(kpi.target for kpi in made.kpis if kpi.ref == "NT10") == 208


def test_a_contract_is_live_only_with_an_owner() -> None:
    evaluation = evaluate(replace(grounds(), owner=""), Book())
    assert award(evaluation, bidder=HARBOURSIDE).contract.status == "planned"
    assert award(evaluation, bidder=HARBOURSIDE, owner="Parks").contract.status == "live"


def test_a_lot_without_pounds_awards_kpis_without_pounds() -> None:
    made = award(evaluate(tender("bids-home-care-2026").lots[0], Book()), bidder="Willowbrook Home Care CIC")
    assert made.contract.value_pack == "none"
    assert [(kpi.ref, kpi.target, kpi.value_per_unit) for kpi in made.kpis] == [("TRN", 24, None), ("RLW", 100, None)]


def test_who_did_not_bid_and_a_lot_without_dates_are_refused() -> None:
    evaluation = evaluate(grounds(), Book())
    with pytest.raises(errors.UnknownCode, match="Nearest: Oakline Grounds Ltd"):
        award(evaluation, bidder="Oaklin Grounds")
    with pytest.raises(errors.BadScoring, match="no first and last day"):
        award(evaluate(replace(grounds(), end=None), Book()), bidder=HARBOURSIDE)
    without_price = replace(BASE, start=dt.date(2026, 4, 1), end=dt.date(2027, 3, 31))
    assert award(evaluate(without_price, Book()), bidder="none").contract.value == Decimal(100)
