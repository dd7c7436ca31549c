from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.portfolio import Kind, Outcome
from tests.engine.checks.cases import Q2, at, book, claim, contract, count, decision, found, kpi, receipt

TWO = {"contracts": [contract(), contract(ref="C2")], "kpis": [kpi(), kpi(contract="C2")]}


def test_a_claims_reference_stands_once_on_its_contract():
    twice = [claim(), claim(amount=Decimal(9), origin=at(7, "Returns"))]
    assert [p.where.row for p in found("repeated_claim", book(claims=twice))] == [7]
    assert count("repeated_claim", claims=[claim(), claim(contract="C2")], **TWO) == 0
    assert count("repeated_claim", claims=[claim(ref=""), claim(ref="")]) == 0


def test_a_claim_that_is_exactly_repeated_is_asked_about():
    problem = found("claim_looks_repeated", book(claims=[claim(), claim(ref="R2", origin=at(7, "Returns"))]))[0]
    assert problem.found == "This claim of 75 for K1 is the same as R1 at book.xlsx, Returns, row 2."
    assert count("claim_looks_repeated", claims=[claim(), claim(ref="R2", amount=Decimal("75.01"))]) == 0
    assert count("claim_looks_repeated", claims=[claim(), claim()]) == 0
    assert count("claim_looks_repeated", claims=[claim(ref=""), claim(ref="")]) == 1


def test_evidence_may_serve_two_kpis_but_not_two_contracts_unasked():
    here, there = claim(evidence_hash="ab12"), claim(contract="C2", evidence_hash="ab12", evidence="")
    assert count("evidence_on_two_contracts", claims=[here, there], **TWO) == 1
    assert count("evidence_on_two_contracts", claims=[here, claim(ref="R2", evidence_hash="ab12")]) == 0
    assert count("evidence_on_two_contracts", claims=[claim(), claim(contract="C2")], **TWO) == 0


def test_a_claim_says_when_it_was_received():
    assert count("claim_without_received_date", claims=[claim(received=None)]) == 1
    assert count("claim_without_received_date") == 0


def test_nil_has_a_reason_and_no_amount():
    nil = {"nil": True, "amount": Decimal(0)}
    assert count("nil_without_reason", claims=[claim(**nil)]) == 1
    assert count("nil_without_reason", claims=[claim(**nil, reason="baseline in July"), claim()]) == 0
    assert count("nil_with_amount", claims=[claim(nil=True, amount=Decimal("0.01"))]) == 1
    assert count("nil_with_amount", claims=[claim(**nil), claim()]) == 0


def test_zero_is_not_nil():
    zero = claim(amount=Decimal(0))
    assert count("zero_without_nil", claims=[zero]) == 1
    assert count("zero_without_nil", claims=[claim(amount=Decimal(0), nil=True), claim()]) == 0
    assert count("zero_without_nil", claims=[zero], kpis=[kpi(kind=Kind.YES_NO)]) == 0
    assert count("zero_without_nil", claims=[zero], kpis=[]) == 0


def percentage(amount, of, **changes):
    rows = [claim(amount=Decimal(amount), denominator=None if of is None else Decimal(of), **changes)]
    return {"kpis": [kpi(kind=Kind.RATIO, unit="percent", target=Decimal(100))], "claims": rows}


@pytest.mark.parametrize(
    ("amount", "of", "without", "zero", "above"),
    [
        ("184", "184", 0, 0, 0),
        ("184", "183.99", 0, 0, 1),
        ("0", "0", 0, 1, 0),
        ("5", "0", 0, 1, 0),
        ("0", "184", 0, 0, 0),
        ("97", None, 1, 0, 0),
    ],
)
def test_a_percentage_needs_a_whole_that_holds_its_part(amount, of, without, zero, above):
    rows = percentage(amount, of)
    assert count("ratio_without_denominator", **rows) == without
    assert count("ratio_denominator_zero", **rows) == zero
    assert count("ratio_above_whole", **rows) == above


def test_a_nil_percentage_needs_no_whole_and_other_kinds_have_none():
    assert count("ratio_without_denominator", **percentage("0", None, nil=True)) == 0
    assert count("ratio_denominator_zero", **percentage("0", "0", nil=True)) == 0
    assert count("ratio_without_denominator") == 0
    assert count("ratio_above_whole", claims=[claim(denominator=Decimal(1))]) == 0


@pytest.mark.parametrize(("target", "expected"), [("100", 0), ("100.01", 1), (None, 0)])
def test_a_percentage_is_promised_up_to_a_hundred(target, expected):
    row = kpi(kind=Kind.RATIO, target=None if target is None else Decimal(target))
    assert count("ratio_above_whole", kpis=[row]) == expected


def test_a_decision_about_an_unknown_claim_names_the_nearest():
    problem = found("unknown_claim", book(claims=[claim(ref="R10")], decisions=[decision(claim="R11")]))[0]
    assert problem.found == "Contract C1 has no claim R11. Did you mean R10?"
    assert count("unknown_claim", decisions=[decision(claim="")]) == 0


@pytest.mark.parametrize(("second", "expected"), [("15", 0), ("15.01", 1)])
def test_decisions_together_stay_within_their_claim(second, expected):
    parts = [decision(), decision(outcome=Outcome.REJECTED, amount=Decimal(second), ref="D2")]
    assert count("decision_above_claim", decisions=parts) == expected
    by_period = [decision(claim="", period=claim().period), parts[1]]
    assert count("decision_above_claim", decisions=[by_period[0]]) == 0
    by_kpi = decision(claim="", amount=Decimal("75") + Decimal(second))
    assert (
        count("decision_above_claim", decisions=[by_kpi], claims=[claim(), claim(ref="R2", amount=Decimal(15))])
        == expected
    )


def test_a_dispute_that_is_settled_is_counted_once():
    disputed = decision(outcome=Outcome.DISPUTED, amount=Decimal(75), ref="D1")
    settled = decision(amount=Decimal(75), ref="D2")
    assert count("decision_above_claim", decisions=[disputed, settled]) == 0
    assert (
        count(
            "decision_above_claim",
            decisions=[disputed, decision(outcome=Outcome.DISPUTED, amount=Decimal(1), ref="D3")],
        )
        == 1
    )


def test_what_a_correction_takes_back_no_longer_counts():
    wrong, back = decision(amount=Decimal(70)), decision(amount=Decimal(70), corrects="D1", ref="D2")
    right = decision(amount=Decimal(75), ref="D3")
    assert count("decision_above_claim", decisions=[wrong, back, right]) == 0
    assert count("decision_above_claim", decisions=[wrong, right]) == 1


def test_decisions_about_the_promise_or_a_missing_claim_are_not_compared_with_claims():
    huge = {"amount": Decimal(10**6)}
    assert count("decision_above_claim", decisions=[decision(outcome=Outcome.RELIEVED, claim="", **huge)]) == 0
    assert (
        count("decision_above_claim", decisions=[decision(claim="R9", **huge), decision(claim="", period=Q2, **huge)])
        == 0
    )


@pytest.mark.parametrize(
    ("by", "outcome", "expected"),
    [
        ("  delivery  LEAD ", Outcome.VERIFIED, 1),
        ("Delivery lead", Outcome.REJECTED, 1),
        ("Delivery lead", Outcome.DISPUTED, 1),
        ("Delivery lead", Outcome.WITHDRAWN, 0),
        ("Verifier", Outcome.VERIFIED, 0),
        ("", Outcome.VERIFIED, 0),
    ],
)
def test_nobody_checks_their_own_work(by, outcome, expected):
    assert count("decision_by_submitter", decisions=[decision(by=by, outcome=outcome)]) == expected


def test_who_sent_the_return_submitted_its_unsigned_claims():
    own = decision(by="Delivery lead")
    unsigned = claim(by="")
    assert count("decision_by_submitter", decisions=[own], claims=[unsigned], receipts=[receipt()]) == 1
    assert count("decision_by_submitter", decisions=[own], claims=[unsigned], receipts=[receipt(period=Q2)]) == 0
    assert count("decision_by_submitter", decisions=[own], claims=[claim(by="Other")], receipts=[receipt()]) == 0
    assert count("decision_by_submitter", decisions=[decision(by="Delivery lead", claim="R9")]) == 0
    assert count("decision_by_submitter", decisions=[decision(by="Delivery lead", claim="")]) == 1


def test_evidence_is_asked_for_where_the_kpi_asks_for_it():
    bare = claim(evidence="")
    assert count("verified_without_evidence", claims=[bare]) == 1
    assert count("verified_without_evidence", claims=[bare], decisions=[decision(claim="")]) == 1
    assert count("verified_without_evidence", claims=[bare], decisions=[decision(evidence="letter")]) == 0
    assert count("verified_without_evidence", claims=[claim(evidence="", evidence_hash="ab")]) == 0
    assert count("verified_without_evidence", claims=[bare], kpis=[kpi(evidence_rule="")]) == 0
    assert count("verified_without_evidence", claims=[bare], kpis=[]) == 0
    assert count("verified_without_evidence", claims=[bare], decisions=[decision(outcome=Outcome.REJECTED)]) == 0
    assert count("verified_without_evidence", claims=[bare], decisions=[decision(corrects="D0")]) == 0


def test_what_takes_away_says_why():
    assert count("decision_without_reason", decisions=[decision(outcome=Outcome.REJECTED, reason=" ")]) == 1
    assert count("decision_without_reason", decisions=[decision(reason="")]) == 0
    back = decision(reason="", corrects="D0")
    assert "was corrected without" in found("decision_without_reason", book(decisions=[back]))[0].found
    written_off = decision(outcome=Outcome.WRITTEN_OFF, reason="", claim="")
    assert "was written off without" in found("decision_without_reason", book(decisions=[written_off]))[0].found


def test_a_decision_has_a_name_and_a_date_and_stands_once():
    assert count("decision_without_name", decisions=[decision(by="")]) == 1
    assert count("decision_without_date", decisions=[decision(on=None), decision(on=None, claim="")]) == 2
    assert count("decision_looks_repeated", decisions=[decision(), decision(ref="D2", origin=at(9))]) == 1
    assert count("decision_looks_repeated", decisions=[decision(), decision(on=dt.date(2026, 8, 1))]) == 0
    assert count("decision_without_name") == count("decision_without_date") == 0


def test_a_transfer_names_where_to():
    away = {"outcome": Outcome.TRANSFERRED, "claim": ""}
    assert count("transfer_to_nowhere", decisions=[decision(**away)]) == 1
    assert count("transfer_to_nowhere", decisions=[decision(**away, to_contract="C2"), decision()]) == 0
