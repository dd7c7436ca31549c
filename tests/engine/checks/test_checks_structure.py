from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal.checks.problem import NOWHERE, Severity
from commonweal.portfolio import Kind, Note, Outcome, PeriodScheme, Profile
from tests.engine.checks.cases import Q1, Q2, at, book, claim, contract, count, decision, found, kpi, receipt, target


def test_a_contract_needs_an_owner_and_kpis_or_a_reason():
    assert count("contract_without_owner", contracts=[contract(owner=" ")]) == 1
    assert count("contract_without_kpis", kpis=[]) == 1
    assert count("contract_without_kpis", kpis=[], contracts=[contract(no_kpi_reason="signed in 2003")]) == 0
    assert count("contract_without_kpis") == 0


@pytest.mark.parametrize(("amber", "expected"), [(95, 0), (96, 1)])
def test_amber_starts_below_green(amber, expected):
    assert count("thresholds_reversed", contracts=[contract(rag_amber=Decimal(amber))]) == expected


def test_rows_of_an_unknown_contract_name_the_nearest_one():
    rows = {
        "kpis": [kpi(contract="C01")],
        "targets": [target(contract="zzz")],
        "claims": [claim(contract="")],
        "receipts": [receipt(contract="zzz")],
        "decisions": [decision(contract="zzz")],
        "notes": [Note("zzz", "remark")],
    }
    problems = found("unknown_contract", book(contracts=[contract(ref="C001")], **rows))
    assert len(problems) == 6
    assert problems[0].found == "There is no contract C01 here. Did you mean C001?"
    assert problems[2].found == "There is no contract named here."


def test_rows_of_an_unknown_kpi_name_the_nearest_one_once():
    rows = {"targets": [target(kpi="K9")], "claims": [claim(kpi="")], "decisions": [decision(kpi="K1")]}
    problems = found("unknown_kpi", book(kpis=[kpi(ref="K1"), kpi(ref="K91")], **rows))
    assert [p.found for p in problems] == [
        "Contract C1 has no KPI K9. Did you mean K91?",
        "Contract C1 has no KPI here.",
    ]
    assert count("unknown_kpi", claims=[claim(contract="C9")]) == 0


def test_a_reference_that_stands_twice_names_its_first_place():
    contracts = [contract(), contract(title="Other", origin=at(5, "Contracts"))]
    problem = found("repeated_contract", book(contracts=contracts))[0]
    assert (problem.where.row, problem.severity) == (5, Severity.ERROR)
    assert problem.found == "Contract C1 is already given at book.xlsx, Contracts, row 2."
    again = found("repeated_kpi", book(kpis=[kpi(origin=NOWHERE), kpi(ref="K2"), kpi(deliverable="Other")]))
    assert [p.found for p in again] == ["KPI K1 of C1 is already given."]


def test_rows_that_differ_in_their_reference_alone_are_asked_about():
    assert count("contract_looks_repeated", contracts=[contract(), contract(ref="C2", origin=at(3))]) == 1
    assert count("contract_looks_repeated", contracts=[contract(), contract(ref="C2", value=Decimal(1))]) == 0
    assert count("contract_looks_repeated", contracts=[contract(), contract()]) == 0
    empty = contract(title="", value=None)
    assert count("contract_looks_repeated", contracts=[empty, replace(empty, ref="C2")]) == 0
    assert count("kpi_looks_repeated", kpis=[kpi(), kpi(ref="K2", origin=at(3))]) == 1
    assert count("kpi_looks_repeated", kpis=[kpi(), kpi(ref="K2", place="Harbour")]) == 0
    assert count("kpi_looks_repeated", kpis=[kpi(), kpi()]) == 0


def test_what_is_counted_needs_a_target():
    assert count("kpi_without_target", kpis=[kpi(target=None)]) == 1
    assert count("kpi_without_target", kpis=[kpi(target=None)], targets=[target()]) == 0
    assert count("kpi_without_target", kpis=[kpi(target=None, kind=Kind.NARRATIVE)]) == 0
    assert count("kpi_without_target", kpis=[kpi(target=Decimal(0))]) == 0


def test_a_kpi_says_what_proves_it():
    assert [p.severity for p in found("kpi_without_evidence_rule", book(kpis=[kpi(evidence_rule="")]))] == [
        Severity.NOTE
    ]


@pytest.mark.parametrize(
    ("unit", "expected"), [("hour", 0), ("Hrs", 0), ("weeks", 1), ("", 1), ("person-hour", 1), ("elephants", 1)]
)
def test_a_kpi_counts_in_the_unit_of_its_measure(unit, expected):
    assert count("unit_not_of_measure", kpis=[kpi(unit=unit)]) == expected


def test_a_unit_is_not_compared_where_the_measures_own_is_not_known():
    assert count("unit_not_of_measure", kpis=[kpi(measure="MIX", unit="weeks")]) == 0
    assert count("unit_not_of_measure", kpis=[kpi(measure="OWN", unit="weeks")]) == 0
    assert (
        "counts hours, but this KPI counts weeks"
        in found("unit_not_of_measure", book(kpis=[kpi(unit="weeks")]))[0].found
    )


def test_negative_amounts_are_named_and_zero_is_not_negative():
    below = Decimal("-0.01")
    rows = {
        "contracts": [contract(value=below)],
        "kpis": [kpi(target=below, value_per_unit=below)],
        "targets": [target(amount=below)],
        "claims": [claim(amount=below, denominator=below)],
        "decisions": [decision(amount=below), decision(outcome=Outcome.VARIED, amount=below)],
    }
    problems = found("negative_amount", book(**rows))
    assert len(problems) == 7
    assert problems[0].found == "The contract value is -0.01, below zero."
    zero = Decimal(0)
    assert (
        count("negative_amount", kpis=[kpi(target=zero)], claims=[claim(amount=zero)], targets=[target(amount=zero)])
        == 0
    )


def test_a_target_stands_once_for_its_period_and_version():
    assert count("repeated_target", targets=[target(), target(amount=Decimal(9))]) == 1
    assert count("repeated_target", targets=[target(), target(version=1), target(period=Q2)]) == 0


@pytest.mark.parametrize(("second", "expected"), [("1125", 0), ("1125.01", 1)])
def test_milestones_add_up_to_the_whole_life_target(second, expected):
    rows = {"targets": [target(), target(period=Q2, amount=Decimal(second)), target(version=1, amount=Decimal(9))]}
    assert count("milestones_differ_from_target", kpis=[kpi(profile=Profile.MILESTONES)], **rows) == expected
    assert count("milestones_differ_from_target", kpis=[kpi(profile=Profile.STEPPED)], **rows) == expected
    assert count("milestones_differ_from_target", kpis=[kpi()], **rows) == 0


def test_milestones_are_not_compared_without_a_target_or_for_a_percentage():
    stepped = {"profile": Profile.STEPPED}
    assert count("milestones_differ_from_target", kpis=[kpi(**stepped)]) == 0
    assert count("milestones_differ_from_target", kpis=[kpi(**stepped, target=None)], targets=[target()]) == 0
    assert count("milestones_differ_from_target", kpis=[kpi(**stepped, kind=Kind.RATIO)], targets=[target()]) == 0


def adjusted(*amounts: int) -> list:
    periods = (Q1, Q2)
    first = [target(period=p, amount=Decimal(75)) for p in periods]
    later = [
        target(period=p, amount=Decimal(a), version=1, reason="storm", approved_by="Director")
        for p, a in zip(periods, amounts, strict=True)
    ]
    return later + first


def test_a_reprofile_keeps_the_sum():
    assert count("target_changed_without_variation", targets=adjusted(25, 125)) == 0
    assert count("target_changed_without_variation", targets=adjusted(75, 75)[2:]) == 0
    problem = found("target_changed_without_variation", book(targets=adjusted(25, 100)))[0]
    assert problem.found == (
        "The adjusted targets add up to 125, the original ones of these periods to 150; "
        "variations and reliefs account for 0 of the difference."
    )
    assert count("target_changed_without_variation", kpis=[kpi(kind=Kind.RATIO)], targets=adjusted(25, 100)) == 0


@pytest.mark.parametrize(
    ("outcome", "amount", "corrects", "expected"),
    [
        (Outcome.VARIED, -25, "", 0),
        (Outcome.VARIED, -24, "", 1),
        (Outcome.RELIEVED, 25, "", 0),
        (Outcome.VERIFIED, 25, "", 1),
        (Outcome.VARIED, -25, "D0", 1),
    ],
)
def test_a_changed_sum_rests_on_a_variation_or_relief(outcome, amount, corrects, expected):
    decided = decision(outcome=outcome, amount=Decimal(amount), claim="", corrects=corrects)
    assert count("target_changed_without_variation", targets=adjusted(25, 100), decisions=[decided]) == expected


@pytest.mark.parametrize(("amounts", "expected"), [((25, 125), 0), ((25, 100), 1), ((25.5, 124.48), 0)])
def test_without_original_rows_the_profile_says_what_was_due(amounts, expected):
    # 1,200 hours over 16 quarters are 75 in each.
    rows = [replace(t, amount=Decimal(str(a))) for t, a in zip(adjusted(0, 0)[:2], amounts, strict=True)]
    assert count("target_changed_without_variation", targets=rows) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"kpis": [kpi(target=None)]},
        {"kpis": [kpi(profile=Profile.STEPPED)]},
        {"contracts": []},
        {"contracts": [contract(start=None)]},
        {"contracts": [contract(end=None)]},
        {"contracts": [contract(end=dt.date(2026, 3, 31))]},
        {"contracts": [contract(end=dt.date(2087, 3, 31))]},
        {"contracts": [contract(start=dt.date(9990, 4, 1), end=dt.date.max)]},
        {"contracts": [contract(start=dt.date.min, end=dt.date(9, 1, 1), period_scheme=PeriodScheme.FINANCIAL_YEARS)]},
    ],
)
def test_nothing_is_compared_where_the_original_is_not_known(changes):
    assert count("target_changed_without_variation", targets=adjusted(25, 100)[:2], **changes) == 0


def test_the_highest_version_of_a_period_counts():
    rows = adjusted(25, 100)
    newest = [replace(t, version=2, amount=Decimal(a)) for t, a in zip(rows[:2], (50, 100), strict=True)]
    assert count("target_changed_without_variation", targets=[*newest, *rows]) == 0
    assert count("target_changed_without_variation", targets=[*rows, newest[0]]) == 0


def test_an_adjusted_target_says_why_and_who():
    problems = found("target_change_unexplained", book(targets=[target(version=1), target(version=1, reason="storm")]))
    assert [p.found for p in problems] == [
        "The adjusted target of K1 for April to June 2026 has no reason or approver.",
        "The adjusted target of K1 for April to June 2026 has no approver.",
    ]
    assert count("target_change_unexplained", targets=[target()]) == 0


def given_up(amount, **changes):
    return decision(outcome=Outcome.RELIEVED, amount=Decimal(amount), claim="", **changes)


@pytest.mark.parametrize(("amount", "expected"), [("200", 0), ("200.01", 1)])
def test_no_more_is_given_up_than_was_promised(amount, expected):
    decisions = [given_up("1000"), given_up(amount, ref="D2")]
    assert count("promise_given_up_above_target", decisions=decisions) == expected


def test_a_variation_and_a_correction_make_room_for_relief():
    varied = decision(outcome=Outcome.VARIED, amount=Decimal(100), ref="D2", claim="")
    assert count("promise_given_up_above_target", decisions=[given_up("1300"), varied]) == 0
    back = given_up("100", ref="D3", corrects="D1")
    assert count("promise_given_up_above_target", decisions=[given_up("1300"), back]) == 0
    assert count("promise_given_up_above_target", decisions=[given_up("1300")], kpis=[kpi(target=None)]) == 0
    assert count("promise_given_up_above_target", decisions=[given_up("1300")], kpis=[]) == 0
    assert count("promise_given_up_above_target", decisions=[given_up("1300", on=dt.date(2026, 8, 1))]) == 1
