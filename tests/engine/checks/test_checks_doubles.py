from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.checks.problem import Severity
from commonweal.periods import Period
from commonweal.portfolio import Outcome
from tests.engine.checks.cases import Q1, Q2, at, book, claim, contract, count, decision, found, kpi


def jobs(*codes: str, **changes):
    return [kpi(ref=code, measure=code, unit="FTE-year", **changes) for code in codes]


def pair(one: str, other: str, first=None, second=None):
    return {
        "kpis": jobs(one, other),
        "claims": [
            claim(ref="R1", kpi=one, amount=Decimal("0.1"), **(first or {})),
            claim(ref="R2", kpi=other, amount=Decimal("0.1"), origin=at(3, "Returns"), **(second or {})),
        ],
        "decisions": [],
    }


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("NT3", "NT4", 1), ("NT4", "NT3", 1), ("NT1", "NT3", 0), ("NT1", "NT1b", 1), ("NT1", "NT10", 0), ("NT3", "X", 0)],
)
def test_measures_that_exclude_each_other_are_not_claimed_together(one, other, expected):
    assert count("exclusive_measures", **pair(one, other)) == expected


def test_the_second_claim_is_named_with_the_first_ones_place():
    problem = found("exclusive_measures", book(**pair("NT3", "NT4", {"place": "Harbour"}, {"place": "Harbour"})))[0]
    assert (problem.where.row, problem.severity) == (3, Severity.ERROR)
    assert problem.found == (
        "NT4 is claimed for April to June 2026 and Harbour, where NT3 is claimed too at book.xlsx, Returns, row 2; "
        "only one of them may count the same delivery."
    )


@pytest.mark.parametrize("elsewhere", [{"period": Q2}, {"place": "Harbour"}, {"nil": True}])
def test_another_period_or_place_and_a_nil_do_not_exclude(elsewhere):
    assert count("exclusive_measures", **pair("NT3", "NT4", second=elsewhere)) == 0


def test_a_contract_of_its_own_does_not_exclude():
    rows = pair("NT3", "NT4", second={"contract": "C2"})
    rows["kpis"] += jobs("NT4", contract="C2")
    assert count("exclusive_measures", **rows, contracts=[contract(), contract(ref="C2")]) == 0


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [(("a",), ("b",), 0), (("a", "b"), ("b",), 1), ((), ("b",), 1), (("a",), (), 1)],
)
def test_claims_that_name_different_people_may_stand_together(first, second, expected):
    assert count("exclusive_measures", **pair("NT3", "NT4", {"persons": first}, {"persons": second})) == expected


def test_the_first_of_many_is_the_one_named():
    rows = pair("NT3", "NT4")
    rows["claims"] = [claim(ref="R0", kpi="NT3", origin=at(1)), *rows["claims"]]
    assert "row 1;" in found("exclusive_measures", book(**rows))[0].found


@pytest.mark.parametrize(("amount", "expected"), [("0.1", 0), ("0.09", 1)])
def test_a_claim_that_was_rejected_whole_excludes_nothing(amount, expected):
    rows = pair("NT3", "NT4") | {"decisions": [decision(outcome=Outcome.REJECTED, amount=Decimal(amount), kpi="NT3")]}
    assert count("exclusive_measures", **rows) == expected


def test_a_person_stands_in_one_disadvantage_measure_only_whatever_the_period_and_contract():
    rows = pair("NT3", "NT4", {"persons": ("a7", "b1")}, {"persons": ("b1",), "period": Q2, "contract": "C2"})
    rows["kpis"] += jobs("NT4", contract="C2")
    problem = found("person_in_two_measures", book(**rows, contracts=[contract(), contract(ref="C2")]))[0]
    assert problem.found == (
        "Person b1 is counted in NT4 of C2 and in NT3 of C1 at book.xlsx, Returns, row 2; "
        "a person may stand in one of them only."
    )


@pytest.mark.parametrize(("one", "other", "expected"), [("NT1", "NT3", 0), ("NT3", "NT3", 0), ("NT4", "NT3", 1)])
def test_a_person_may_stand_where_measures_stack(one, other, expected):
    rows = pair(one, other, {"persons": ("a",)}, {"persons": ("a", "a"), "period": Q2})
    rows["kpis"] = jobs(one, other) if one != other else jobs(one)
    assert count("person_in_two_measures", **rows) == expected


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("care_leaver", "long_term_unemployed", 1), ("care_leaver", "care_leaver", 0), ("care_leaver", "", 0)],
)
def test_without_the_release_two_groups_on_the_kpis_say_the_same(one, other, expected):
    rows = pair("A", "B", {"persons": ("a",)}, {"persons": ("a",)})
    rows["kpis"] = [*jobs("A", cohort=one), *jobs("B", cohort=other)]
    assert count("person_in_two_measures", **rows) == expected


HALF_YEAR = Period(dt.date(2026, 4, 1), dt.date(2026, 9, 29))  # 182 days are 26 weeks


def weeks(first: str, second: str, unit: str = "week", period: Period = HALF_YEAR, other: str = "C2", persons=("a7",)):
    return {
        "contracts": [contract(), contract(ref="C2")],
        "kpis": [kpi(measure="NT10", unit=unit), kpi(measure="NT10", unit=unit, contract="C2")],
        "claims": [
            claim(period=period, amount=Decimal(first), persons=persons),
            claim(ref="R2", contract=other, period=period, amount=Decimal(second), persons=persons),
        ],
        "decisions": [],
    }


@pytest.mark.parametrize(("first", "second", "expected"), [("15.6", "10.4", 0), ("15.6", "10.41", 1), ("26", "26", 1)])
def test_a_persons_weeks_on_two_contracts_fit_into_the_period(first, second, expected):
    assert count("person_time_exceeded", **weeks(first, second)) == expected


def test_a_persons_weeks_are_named_and_a_claim_is_divided_over_its_people():
    problem = found("person_time_exceeded", book(**weeks("26", "26")))[0]
    assert problem.found == "Person a7 has 52 weeks on 2 contracts in 1 April to 29 September 2026, which has 26."
    assert count("person_time_exceeded", **weeks("26", "26", persons=("a", "b"))) == 0
    assert count("person_time_exceeded", **weeks("26", "26", persons=())) == 0
    assert count("person_time_exceeded", **weeks("26", "26", other="C1")) == 0
    assert count("person_time_exceeded", **weeks("26", "26", unit="hour")) == 0


@pytest.mark.parametrize(
    ("unit", "period", "second", "expected"),
    [
        ("FTE", Q1, "0.5", 0),
        ("FTE", Q1, "0.51", 1),
        ("FTE-year", Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31)), "0.5", 0),
        ("FTE-year", Period(dt.date(2026, 4, 1), dt.date(2027, 3, 31)), "0.51", 1),
    ],
)
def test_a_person_is_one_full_time_at_most(unit, period, second, expected):
    assert count("person_time_exceeded", **weeks("0.5", second, unit=unit, period=period)) == expected
