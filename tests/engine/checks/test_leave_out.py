"""Rows with errors are left out with all that rests on them, and nothing else is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal.checks.context import Context
from commonweal.checks.leave_out import leave_out
from commonweal.checks.problem import NOWHERE, Origin, Problem, Severity
from commonweal.checks.run import check
from commonweal.periods import Period
from commonweal.portfolio import Claim, Contract, Decision, Kpi, Note, Outcome, Portfolio, Receipt, Target

SPRING = Period(dt.date(2026, 4, 1), dt.date(2026, 6, 30))
DAY = dt.date(2026, 7, 10)


def at(sheet: str, row: int, column: str = "") -> Origin:
    return Origin("in.xlsx", sheet, row, column)


def error(where: Origin, subject: str = "", severity: Severity = Severity.ERROR) -> Problem:
    return Problem("a_code", severity, where, "Found.", "Mend.", subject)


def portfolio() -> Portfolio:
    return Portfolio(
        contracts=[
            Contract("A", "First", origin=at("Contracts", 2)),
            Contract("B", "Second", origin=at("Contracts", 3)),
        ],
        kpis=[
            Kpi("A", "K1", "", "Trees", "tree", origin=at("KPIs", 2)),
            Kpi("A", "K2", "", "Hours", "hour", origin=at("KPIs", 3)),
            Kpi("B", "K1", "", "Trees", "tree", origin=at("KPIs", 4)),
        ],
        targets=[Target("A", "K1", SPRING, Decimal(5), origin=at("Targets", 2))],
        claims=[
            Claim("R1", "A", "K1", SPRING, DAY, Decimal(4), origin=at("Returns", 2)),
            Claim("R2", "A", "K2", SPRING, DAY, Decimal(4), origin=at("Returns", 3)),
        ],
        receipts=[Receipt("A", SPRING, DAY, origin=at("Returns", 4))],
        decisions=[
            Decision("A", "K1", Outcome.VERIFIED, Decimal(4), DAY, claim="R1", origin=at("Decisions", 2)),
            Decision("A", "K2", Outcome.VERIFIED, Decimal(4), DAY, claim="R2", origin=at("Decisions", 3)),
            Decision("A", "K2", Outcome.RELIEVED, Decimal(1), DAY, origin=at("Decisions", 4)),
        ],
        notes=[Note("A", "Look at the trees", origin=at("Notes", 2))],
    )


def test_nothing_is_left_out_without_errors() -> None:
    problems = [error(at("KPIs", 2), severity=Severity.WARNING), error(Origin("in.xlsx", "KPIs")), error(NOWHERE)]
    kept, gone = leave_out(portfolio(), problems)
    assert kept == portfolio()
    assert gone == []


def test_a_contract_takes_everything_of_its_own_along() -> None:
    kept, gone = leave_out(portfolio(), [error(at("Contracts", 2, "C"), "A")])
    assert [c.ref for c in kept.contracts] == ["B"]
    assert [k.key for k in kept.kpis] == [("B", "K1")]
    assert (kept.targets, kept.claims, kept.receipts, kept.decisions, kept.notes) == ([], [], [], [], [])
    assert [row.what for row in gone[:3]] == ["contract A", "KPI K1 of A", "KPI K2 of A"]
    assert [row.because for row in gone[:2]] == ["a_code", "contract A is left out"]
    assert {"receipt on A", "note on A", "target on K1 of A", "decision on K1 of A"} <= {row.what for row in gone}


def test_a_kpi_takes_its_targets_claims_and_decisions_along() -> None:
    kept, gone = leave_out(portfolio(), [error(at("KPIs", 2))])
    assert [k.key for k in kept.kpis] == [("A", "K2"), ("B", "K1")]
    assert kept.targets == []
    assert [c.ref for c in kept.claims] == ["R2"]
    assert [d.kpi for d in kept.decisions] == ["K2", "K2"]
    assert kept.receipts == portfolio().receipts
    assert {row.because for row in gone} == {"a_code", "KPI K1 of A is left out"}


def test_a_claim_takes_its_decisions_along_and_no_decision_about_the_promise() -> None:
    kept, gone = leave_out(portfolio(), [error(at("Returns", 3))])
    assert [c.ref for c in kept.claims] == ["R1"]
    assert [(d.kpi, d.outcome) for d in kept.decisions] == [("K1", Outcome.VERIFIED), ("K2", Outcome.RELIEVED)]
    assert gone[1].because == "claim R2 is left out"


def test_a_row_that_repeats_a_reference_goes_alone() -> None:
    doubled = portfolio()
    doubled.contracts.append(Contract("A", "Again", origin=at("Contracts", 9)))
    kept, gone = leave_out(doubled, [error(at("Contracts", 9), "A")])
    assert kept == portfolio()
    assert len(gone) == 1


def test_an_error_of_a_kpi_in_the_row_of_its_contract_leaves_the_contract() -> None:
    export = Portfolio(
        contracts=[Contract("A", "Depot", origin=at("", 2))],
        kpis=[
            Kpi("A", "K1", "", "Trees", "tree", origin=at("", 2)),
            Kpi("A", "K2", "", "Hours", "hour", origin=at("", 3)),
        ],
    )
    kept, _ = leave_out(export, [error(at("", 2), "A/K1")])
    assert [c.ref for c in kept.contracts] == ["A"]
    assert [k.ref for k in kept.kpis] == ["K2"]


def test_a_sum_of_sound_rows_that_is_too_large_leaves_nothing_out() -> None:
    doubtful = Problem("social_value_above_contract", Severity.ERROR, at("Contracts", 2), "Found.", "Mend.", "A")
    kept, gone = leave_out(portfolio(), [doubtful])
    assert (kept, gone) == (portfolio(), [])
    assert "its figures stay" in next(iter(_above_contract())).mend


def _above_contract() -> list[Problem]:
    small = Contract("A", "Small", value=Decimal(100), origin=at("Contracts", 2))
    promise = Kpi("A", "K1", "", "Hours", "hour", target=Decimal(20), value_per_unit=Decimal("17.50"))
    found = check(Portfolio(contracts=[small], kpis=[promise]), Context(), only=["social_value_above_contract"])
    return list(found)
