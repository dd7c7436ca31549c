"""From facts to movements: what is posted, from which claim it is taken, and what is named instead of dropped."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.checks.problem import Origin
from commonweal.ledger import Account, Balance
from commonweal.periods import Period
from commonweal.portfolio import Aggregation, Claim, Contract, Decision, Kind, Kpi, Outcome, Portfolio, Target
from commonweal.posting import Posted, kept_share, post, whole_life_target

FIRST = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
SECOND = Period(dt.date(2026, 7, 1), dt.date(2026, 9, 30))
DAY = dt.date(2026, 7, 20)


def kpi(**changes: object) -> Kpi:
    values: dict[str, object] = {
        "contract": "C",
        "ref": "K",
        "measure": "NT17",
        "deliverable": "hours for community groups",
        "unit": "hour",
        "target": Decimal(1200),
        "value_per_unit": Decimal("17.50"),
    }
    return Kpi(**{**values, **changes})  # type: ignore[arg-type]


def claim(ref: str, amount: str, period: Period = FIRST, **changes: object) -> Claim:
    return Claim(ref, "C", "K", period, DAY, Decimal(amount), origin=Origin("f", "Returns", 2), **changes)  # type: ignore[arg-type]


def decide(outcome: Outcome, amount: str, **changes: object) -> Decision:
    return Decision("C", "K", outcome, Decimal(amount), DAY, origin=Origin("f", "Decisions", 3), **changes)  # type: ignore[arg-type]


def posted(*facts: Kpi | Claim | Decision | Target) -> Posted:
    kpis = [fact for fact in facts if isinstance(fact, Kpi)]
    return post(
        Portfolio(
            contracts=[Contract("C", "contract")],
            kpis=kpis or [kpi()],
            targets=[fact for fact in facts if isinstance(fact, Target)],
            claims=[fact for fact in facts if isinstance(fact, Claim)],
            decisions=[fact for fact in facts if isinstance(fact, Decision)],
        )
    )


def held(result: Posted, account: Account) -> Balance:
    return result.ledger.total("C", "K", account)


def codes(result: Posted) -> list[str]:
    return [problem.code for problem in result.problems]


def test_a_promise_a_claim_and_a_part_verified() -> None:
    result = posted(claim("R", "75"), decide(Outcome.VERIFIED, "60", claim="R", ref="V"))
    assert held(result, Account.PROMISED) == Balance(Decimal(1200), 2_100_000)
    assert held(result, Account.VERIFIED) == Balance(Decimal(60), 105_000)
    assert held(result, Account.PENDING) == Balance(Decimal(15), 26_250)
    assert result.origins["C/V"] == Origin("f", "Decisions", 3)
    assert result.problems == []
    assert result.ledger.broken_invariants() == []


def test_a_nil_moves_nothing() -> None:
    result = posted(claim("R", "0", nil=True, reason="survey in July"), claim("R2", "0"))
    assert held(result, Account.PENDING) == Balance()
    assert result.problems == []


def test_a_decision_without_a_claim_takes_the_oldest_of_its_period_first() -> None:
    result = posted(
        claim("A", "10"), claim("B", "20", SECOND), claim("C", "5"), decide(Outcome.VERIFIED, "12", period=FIRST)
    )
    assert [(m.slot.claim, m.amount) for m in result.ledger if m.target is Account.VERIFIED] == [
        ("A", Decimal(10)),
        ("C", Decimal(2)),
    ]
    assert [m.id for m in result.ledger if m.target is Account.VERIFIED] == ["C/D1", "C/D1.2"]


def test_a_decision_without_claim_and_period_may_reach_over_periods() -> None:
    result = posted(claim("A", "10"), claim("B", "20", SECOND), decide(Outcome.REJECTED, "30"))
    assert held(result, Account.REJECTED).amount == 30


def test_a_dispute_is_settled_from_what_is_disputed() -> None:
    result = posted(
        claim("R", "26"),
        decide(Outcome.DISPUTED, "26", claim="R"),
        decide(Outcome.VERIFIED, "15.6", claim="R"),
        decide(Outcome.REJECTED, "10.4", claim="R"),
    )
    assert held(result, Account.DISPUTED).amount == 0
    assert held(result, Account.VERIFIED).amount == Decimal("15.6")
    assert held(result, Account.REJECTED).amount == Decimal("10.4")
    assert result.problems == []


def test_a_decision_may_name_the_account_that_it_takes_from() -> None:
    result = posted(
        claim("R1", "20"),
        decide(Outcome.DISPUTED, "12", claim="R1"),
        decide(Outcome.VERIFIED, "10", claim="R1", out_of="disputed"),
    )
    assert held(result, Account.PENDING).amount == 8, "what waits is not touched"
    assert held(result, Account.DISPUTED).amount == 2
    assert held(result, Account.VERIFIED).amount == 10
    assert codes(posted(claim("R1", "20"), decide(Outcome.VERIFIED, "1", claim="R1", out_of="disputed"))) == [
        "decision_above_claim"
    ]


@pytest.mark.parametrize("outcome", [Outcome.WITHDRAWN, Outcome.DISPUTED])
def test_what_is_disputed_is_not_withdrawn_or_disputed_again(outcome: Outcome) -> None:
    result = posted(claim("R", "26"), decide(Outcome.DISPUTED, "26", claim="R"), decide(outcome, "26", claim="R"))
    assert codes(result) == ["decision_above_claim"]
    assert held(result, Account.DISPUTED).amount == 26


def test_more_than_was_claimed_is_named_and_left_out() -> None:
    result = posted(claim("R", "75"), decide(Outcome.VERIFIED, "76", claim="R"))
    (problem,) = result.problems
    assert problem.code == "decision_above_claim"
    assert "76 hour" in problem.found
    assert "only 75 hour of hours for community groups" in problem.found
    assert held(result, Account.PENDING).amount == 75


@pytest.mark.parametrize("ref", ["Q", "OTHER"])
def test_a_decision_on_a_claim_that_is_not_there(ref: str) -> None:
    other = kpi(ref="K2")
    stranger = Claim("OTHER", "C", "K2", FIRST, DAY, Decimal(9))
    result = posted(kpi(), other, claim("R", "75"), stranger, decide(Outcome.VERIFIED, "5", claim=ref))
    assert codes(result) == ["decision_above_claim"]


@pytest.mark.parametrize(
    ("outcome", "account"),
    [
        (Outcome.RELIEVED, Account.RELIEVED),
        (Outcome.TRANSFERRED, Account.TRANSFERRED),
        (Outcome.WRITTEN_OFF, Account.WRITTEN_OFF),
    ],
)
def test_the_promise_is_let_go(outcome: Outcome, account: Account) -> None:
    result = posted(decide(outcome, "200"))
    assert held(result, account) == Balance(Decimal(200), 350_000)
    assert held(result, Account.PROMISED).amount == 1000


def test_more_than_the_promise_cannot_be_let_go() -> None:
    result = posted(decide(Outcome.RELIEVED, "1201"))
    assert codes(result) == ["illegal_movement"]
    assert held(result, Account.PROMISED).amount == 1200


@pytest.mark.parametrize(("change", "promised"), [("300", 1500), ("-300", 900)])
def test_a_variation_moves_the_promise_both_ways(change: str, promised: int) -> None:
    assert held(posted(decide(Outcome.VARIED, change)), Account.PROMISED).amount == promised


def test_a_correction_takes_a_decision_back() -> None:
    result = posted(
        claim("R", "75"),
        decide(Outcome.VERIFIED, "60", claim="R", ref="V"),
        decide(Outcome.VERIFIED, "60", corrects="V", ref="K"),
    )
    assert held(result, Account.PENDING).amount == 75
    assert result.origins["C/K"].sheet == "Decisions"


def test_a_correction_of_nothing_is_named() -> None:
    assert codes(posted(decide(Outcome.VERIFIED, "1", corrects="X"))) == ["illegal_movement"]


def test_facts_of_a_kpi_that_is_not_there_are_named() -> None:
    lost = Claim("R", "C", "K9", FIRST, DAY, Decimal(1))
    late = Decision("C", "K9", Outcome.VERIFIED, Decimal(1), DAY)
    assert codes(posted(kpi(), lost, late)) == ["unknown_kpi", "unknown_kpi"]


def test_an_amount_below_zero_is_named() -> None:
    assert codes(posted(claim("R", "-5"))) == ["illegal_movement"]


def ratio() -> Kpi:
    return kpi(
        unit="person",
        kind=Kind.RATIO,
        target=Decimal(100),
        over_time=Aggregation.RECOMPUTE,
        value_per_unit=None,
    )


def test_a_ratio_moves_its_denominator_with_what_is_verified() -> None:
    result = posted(
        ratio(),
        claim("R", "184", denominator=Decimal(190)),
        decide(Outcome.VERIFIED, "180", claim="R"),
        decide(Outcome.REJECTED, "4", claim="R"),
    )
    assert held(result, Account.VERIFIED) == Balance(Decimal(180), 0, Decimal(190))
    assert held(result, Account.REJECTED) == Balance(Decimal(4))
    assert held(result, Account.PROMISED) == Balance()


def test_a_part_rejected_leaves_the_denominator_where_it_is() -> None:
    result = posted(ratio(), claim("R", "184", denominator=Decimal(190)), decide(Outcome.REJECTED, "4", claim="R"))
    assert held(result, Account.PENDING) == Balance(Decimal(180), 0, Decimal(190))


def test_a_decision_may_state_the_denominator() -> None:
    decision = decide(Outcome.VERIFIED, "100", claim="R", denominator=Decimal(105))
    result = posted(ratio(), claim("R", "184", denominator=Decimal(190)), decision)
    assert held(result, Account.PENDING) == Balance(Decimal(84), 0, Decimal(85))


def test_none_of_so_many_is_a_claim_and_can_be_verified() -> None:
    result = posted(ratio(), claim("R", "0", denominator=Decimal(50)), decide(Outcome.VERIFIED, "0", claim="R"))
    assert held(result, Account.VERIFIED) == Balance(denominator=Decimal(50))
    assert result.problems == []


def test_a_claim_keeps_its_own_place_and_cohort_or_takes_the_kpis() -> None:
    result = posted(
        kpi(place="E1", cohort="under_24"), claim("A", "1"), claim("B", "1", place="E2", cohort="care_leaver")
    )
    slots = [m.slot for m in result.ledger if m.target is Account.PENDING]
    assert [(slot.place, slot.cohort) for slot in slots] == [("E1", "under_24"), ("E2", "care_leaver")]


def test_the_promise_is_the_stated_target_or_the_sum_of_the_first_ones() -> None:
    targets = [Target("C", "K", FIRST, Decimal(75)), Target("C", "K", SECOND, Decimal(75))]
    changed = Target("C", "K", FIRST, Decimal(25), version=1)
    assert whole_life_target(kpi(target=None), [*targets, changed]) == 150
    assert whole_life_target(kpi(), targets) == 1200
    assert whole_life_target(kpi(target=None), []) is None
    assert held(posted(kpi(target=None)), Account.PROMISED) == Balance()
    assert held(posted(kpi(target=None), *targets), Account.PROMISED).amount == 150


def test_adjustments_multiply_and_lower_the_pounds() -> None:
    shared = kpi(adjustments=(("attribution", Decimal("0.5")), ("deadweight", Decimal("0.9"))))
    assert kept_share(shared) == Decimal("0.45")
    assert held(posted(shared, claim("R", "75")), Account.PENDING).pence == 59_063
