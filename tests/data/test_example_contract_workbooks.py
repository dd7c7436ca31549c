"""The example folders hold the journeys' facts, to the penny."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache

import pytest

from commonweal.catalogue import data_root, load_catalogue, units
from commonweal.ledger import Account, Balance, Ledger
from commonweal.packs import calendar, load_series
from commonweal.portfolio import Portfolio
from commonweal.posting import post
from commonweal.timeliness import Timeliness, returns_of, timeliness
from commonweal.workbooks.complete import complete, series_lookup
from commonweal.workbooks.contract_workbook import read_contract_workbook

EXAMPLES = sorted(p.name for p in (data_root() / "examples").glob("contract-workbook*"))
GROUNDS, KINGSMEAD = "NMC-2026-014", "NMC-2025-101"
QUARTER_END = dt.date(2026, 9, 30)


@cache
def example(name: str) -> Portfolio:
    portfolio = read_contract_workbook(data_root() / "examples" / name)
    return complete(portfolio, catalogue=load_catalogue(), series=series_lookup(load=load_series), units=units())


@cache
def ledger(name: str) -> Ledger:
    posted = post(example(name))
    assert posted.problems == []
    return posted.ledger


def held(name: str, contract: str, kpi: str, account: Account) -> Balance:
    return ledger(name).total(contract, kpi, account)


def pounds(name: str, contract: str, account: Account) -> Decimal:
    kpis = [k.ref for k in example(name).kpis if k.contract == contract]
    return Decimal(sum(held(name, contract, kpi, account).pence for kpi in kpis)) / 100


@pytest.mark.parametrize("name", EXAMPLES)
def test_every_example_reads_without_a_problem_and_posts(name: str) -> None:
    assert [str(p) for p in example(name).problems] == []
    assert ledger(name).broken_invariants() == []


def test_journey_4_claims_and_decisions() -> None:
    name = "contract-workbook-q1-2026"
    assert pounds(name, GROUNDS, Account.VERIFIED) == Decimal("97300.00")
    assert pounds(name, GROUNDS, Account.PENDING) == Decimal("262.50")
    assert pounds(name, GROUNDS, Account.REJECTED) == Decimal("3750.00")
    nil = next(c for c in example(name).claims if c.kpi == "NT31")
    assert (nil.nil, nil.reason) == (True, "Baseline survey in July")


def test_the_first_quarter_is_the_same_in_the_whole_portfolio() -> None:
    quarter, whole = example("contract-workbook-q1-2026"), example("contract-workbook")
    first = [(c.kpi, c.amount, c.nil) for c in whole.claims if c.contract == GROUNDS and c.ref.startswith("R1-")]
    assert first == [(c.kpi, c.amount, c.nil) for c in quarter.claims]
    assert pounds("contract-workbook", GROUNDS, Account.VERIFIED) == Decimal("97300.00")


def test_journey_5_counts_48_expected_and_47_received() -> None:
    counted = _timeliness(dt.date(2026, 10, 20))
    assert (counted.expected, counted.received, counted.on_time) == (48, 47, 47)
    assert str(counted.received_percent) == "97.92"
    assert [one.contract for one in counted.overdue] == ["NMC-2025-088"]


def _timeliness(as_at: dt.date) -> Timeliness:
    whole = example("contract-workbook")
    with_kpis = {kpi.contract for kpi in whole.kpis}
    owed = [
        one
        for contract in whole.contracts
        if contract.ref in with_kpis
        for one in returns_of(
            contract=contract,
            receipts=whole.receipts,
            claims=whole.claims,
            calendar=calendar(contract.division),
            begun_by=as_at,
        ).returns
    ]
    return timeliness(returns=[one for one in owed if one.period.end == QUARTER_END], as_at=as_at)


def test_journey_7_home_care_facts() -> None:
    name, contract = "contract-workbook", "NMC-2025-052"
    assert held(name, contract, "TRN", Account.VERIFIED).amount == 5
    assert held(name, contract, "NT17", Account.VERIFIED).amount == 228
    living_wage = held(name, contract, "RLW", Account.VERIFIED)
    assert (living_wage.amount, living_wage.denominator) == (184, 184)
    terms = example(name).contract(contract)
    assert (terms.credit_share, terms.credit_cap, terms.criticality) == (50, 20000, "critical")
    yearly = {k.ref: k.target / 5 for k in example(name).kpis if k.contract == contract and k.target is not None}
    assert (yearly["TRN"], yearly["NT17"]) == (12, 600)


def test_journey_8_targets_are_moved_and_their_sum_stays() -> None:
    targets = [t for t in example("contract-workbook-storm-2026").targets if t.version == 1]
    assert [t.amount for t in targets if t.kpi == "NT17"] == [25, 100, 100]
    assert [t.amount for t in targets if t.kpi == "NT10"] == [10, 16]
    assert all(t.reason and t.approved_by and t.on for t in targets)
    flood = next(c for c in example("contract-workbook-storm-2026").claims if c.ref == "R3-NT17")
    assert flood.amount == 40


def test_journey_9_change_scales_two_kpis() -> None:
    name = "contract-workbook-change-2028"
    assert held(name, GROUNDS, "NT18", Account.PROMISED).amount == 562500
    assert held(name, GROUNDS, "NT1", Account.PROMISED).amount == 36
    weeks = held(name, GROUNDS, "NT10", Account.VERIFIED)
    assert (weeks.amount, weeks.pence) == (91, 2_275_000)
    scaled = [t for t in example(name).targets if t.version == 1]
    assert sum(t.amount for t in scaled if t.kpi == "NT18") == 2 * 156250
    assert sum(t.amount for t in scaled if t.kpi == "NT1") == 20


def test_journey_12_promise_is_delivered_transferred_and_written_off() -> None:
    name = "contract-workbook-exit-2027"
    verified = held(name, KINGSMEAD, "NT10", Account.VERIFIED)
    moved = held(name, KINGSMEAD, "NT10", Account.TRANSFERRED)
    gone = held(name, KINGSMEAD, "NT10", Account.WRITTEN_OFF)
    assert (verified.amount, moved.amount, gone.amount) == (214, 180, 22)
    assert (verified.pence, moved.pence, gone.pence) == (5_350_000, 4_500_000, 550_000)
    assert verified.amount + moved.amount + gone.amount == 416
    assert held(name, KINGSMEAD, "NT10", Account.PENDING).amount == 11


def test_journey_6_both_councils_hold_the_same_token() -> None:
    claims = example("contract-workbook-disputed-2026").claims
    assert {c.contract for c in claims} == {KINGSMEAD, "EBC-2025-033"}
    assert len({c.persons for c in claims}) == 1
    disputed = held("contract-workbook-disputed-2026", KINGSMEAD, "NT10", Account.DISPUTED)
    assert disputed.pence == 650_000


def test_journey_11_says_why_there_are_no_kpis() -> None:
    legacy = example("contract-workbook").contract("NMC-2003-007")
    assert "2003" in legacy.no_kpi_reason
    assert legacy.next_break == dt.date(2028, 4, 1)
