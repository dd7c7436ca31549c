from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commonweal.checks.problem import Problem, Severity
from commonweal.checks.registry import CHECKS, NOT_USED, registered
from commonweal.checks.run import check
from commonweal.periods import Period
from commonweal.portfolio import (
    Aggregation,
    Claim,
    Contract,
    Decision,
    Kind,
    Kpi,
    Note,
    Outcome,
    PeriodScheme,
    Portfolio,
    Profile,
    Receipt,
    Supplier,
    Target,
)
from tests.engine.checks.cases import CONTEXT, Q1, book, claim, contract, decision, kpi, target

words = st.sampled_from(
    ["", " ", "C1", "C2", "K1", "K2", "NT1", "NT3", "NT4", "NT18", "R1", "GBP", "hour", "FTE", "FTE-year"]
) | st.text(max_size=6)
odd = st.sampled_from(
    ["0", "-0", "1", "-1", "0.000001", "1E+40", "-1E+400", "1E-400", "1E+999999", "NaN", "Infinity", "sNaN"]
)
numbers = odd.map(Decimal) | st.decimals(allow_nan=False, allow_infinity=False, places=3)
days = st.dates()
maybe_day = st.none() | days
maybe_number = st.none() | numbers
refs = st.sampled_from(["", "C1", "C2"])
kpi_refs = st.sampled_from(["", "K1", "K2"])


@st.composite
def periods(draw: st.DrawFn) -> Period:
    return Period(*sorted((draw(days), draw(days))))


suppliers = st.builds(Supplier, words, st.sampled_from(["", "GB-COH", "GB-SC", "GG-RCE", "?"]), words)
portfolios = st.builds(
    Portfolio,
    contracts=st.lists(
        st.builds(
            Contract,
            ref=refs,
            title=words,
            suppliers=st.lists(suppliers, max_size=2).map(tuple),
            category=words | st.just("3000000"),
            value=maybe_number,
            start=maybe_day,
            end=maybe_day,
            next_break=maybe_day,
            period_scheme=st.sampled_from(PeriodScheme),
            framework=st.sampled_from(["", "fx-2025.1", "?"]),
            value_pack=st.sampled_from(["", "bought"]),
            place=words,
            rag_green=numbers,
            rag_amber=numbers,
        ),
        max_size=3,
    ),
    kpis=st.lists(
        st.builds(
            Kpi,
            contract=refs,
            ref=kpi_refs,
            measure=words,
            deliverable=words,
            unit=words,
            kind=st.sampled_from(Kind),
            profile=st.sampled_from(Profile),
            over_time=st.sampled_from(Aggregation),
            target=maybe_number,
            value_per_unit=maybe_number,
            stated_value=maybe_number,
            value_series=st.sampled_from(["", "value/nt17", "?"]),
            value_on=maybe_day,
            cohort=words,
            adjustments=st.lists(st.tuples(words, numbers), max_size=2).map(tuple),
        ),
        max_size=4,
    ),
    targets=st.lists(st.builds(Target, refs, kpi_refs, periods(), numbers, st.integers(-1, 2)), max_size=3),
    claims=st.lists(
        st.builds(
            Claim,
            st.sampled_from(["", "R1", "R2"]),
            refs,
            kpi_refs,
            periods() | st.just(Q1),
            maybe_day,
            numbers,
            maybe_number,
            nil=st.booleans(),
            place=words,
            by=words,
            evidence_hash=words,
            persons=st.lists(words, max_size=3).map(tuple),
            stated_value=maybe_number,
        ),
        max_size=4,
    ),
    receipts=st.lists(st.builds(Receipt, refs, periods(), maybe_day, words), max_size=2),
    decisions=st.lists(
        st.builds(
            Decision,
            refs,
            kpi_refs,
            st.sampled_from(Outcome),
            numbers,
            maybe_day,
            maybe_number,
            claim=st.sampled_from(["", "R1", "R2"]),
            period=st.none() | periods(),
            by=words,
            corrects=st.sampled_from(["", "D1"]),
            ref=st.sampled_from(["", "D1"]),
        ),
        max_size=4,
    ),
    notes=st.lists(st.builds(Note, refs, words, maybe_day), max_size=2),
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(portfolios)
def test_no_portfolio_stops_the_checks(portfolio: Portfolio) -> None:
    problems = check(portfolio, CONTEXT)
    assert all(isinstance(p, Problem) and p.found and p.mend and len(p.found) < 1000 for p in problems)
    assert problems == check(portfolio, CONTEXT), "the same input gives the same problems in the same order"


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "-Infinity"])
def test_a_number_that_is_none_is_named_and_its_row_left_out(amount):
    bad = Decimal(amount)
    spoiled = book(
        contracts=[contract(), contract(ref="C2", value=bad)],
        kpis=[kpi(), kpi(ref="K2", adjustments=(("attribution", bad),))],
        targets=[target(amount=bad)],
        claims=[claim(), claim(ref="R2", denominator=bad)],
        decisions=[decision(), decision(ref="D2", amount=bad)],
    )
    problems = check(spoiled, CONTEXT)
    assert [(p.code, p.severity) for p in problems] == [("not_a_number", Severity.ERROR)] * 5
    assert {p.subject for p in problems} == {"C1", "C2"}


def test_absurd_amounts_are_findings_and_stay_short():
    huge = Decimal("1E+999999")
    spoiled = book(kpis=[kpi(target=huge, value_per_unit=huge, unit="FTE")])
    assert {"fte_pay_above_contract", "social_value_above_contract"} <= {p.code for p in check(spoiled, CONTEXT)}


def test_checks_without_facts_say_nothing_about_them():
    assert check(book()) == []
    assert check(Portfolio()) == []


def test_only_the_checks_asked_for_are_run_and_the_input_is_not_changed():
    spoiled = book(contracts=[contract(owner="")], claims=[claim(received=None)])
    before = replace(spoiled)
    assert [p.code for p in check(spoiled, CONTEXT, only=["contract_without_owner"])] == ["contract_without_owner"]
    assert len(check(spoiled, CONTEXT)) == 2
    assert spoiled == before


def test_errors_and_only_errors_say_that_the_row_is_not_used():
    spoiled = book(kpis=[kpi(target=Decimal(-1), evidence_rule="")], contracts=[contract(owner="")])
    for problem in check(spoiled, CONTEXT):
        assert problem.mend.endswith(NOT_USED) == (problem.severity is Severity.ERROR)


def test_a_problem_is_a_line_to_read():
    problem = check(book(contracts=[contract(owner="")]), CONTEXT)[0]
    assert str(problem) == (
        "WARNING contract_without_owner at book.xlsx, Contracts, row 2: "
        "Grounds has no owner. Name the contract manager."
    )


def test_a_code_is_registered_once():
    with pytest.raises(ValueError, match="Two checks are called 'not_a_number'"):
        registered("not_a_number", Severity.NOTE, "again")(lambda portfolio, context: iter(()))


@pytest.mark.parametrize("one", CHECKS.values(), ids=CHECKS)
def test_every_check_says_in_a_sentence_what_it_finds(one):
    assert one.purpose.endswith(".")
    assert one.code == one.code.lower()


def test_time_grows_with_the_rows_and_not_with_their_square():
    def seconds(rows: int) -> float:
        day = dt.date(2026, 7, 10)
        contracts = [contract(ref=f"C{n}", title=f"Contract {n}") for n in range(rows // 100)]
        kpis = [
            kpi(contract=c.ref, ref=code, measure=code, unit="FTE-year") for c in contracts for code in ("NT3", "NT4")
        ]
        claims = [
            claim(
                ref=f"R{n}",
                contract=f"C{n % len(contracts)}",
                kpi=("NT3", "NT4")[n % 2],
                amount=Decimal(n),
                persons=(f"p{n}",),
            )
            for n in range(rows)
        ]
        decisions = [
            decision(contract=c.contract, kpi=c.kpi, claim="", amount=Decimal(1), on=day, ref=f"D{c.ref}")
            for c in claims
        ]
        started = time.process_time()
        check(Portfolio(contracts=contracts, kpis=kpis, claims=claims, decisions=decisions), CONTEXT)
        return time.process_time() - started

    seconds(500)
    few, many = seconds(2_000), seconds(8_000)
    assert many < few * 10
