from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal.checks.problem import Severity
from commonweal.checks.run import check
from commonweal.portfolio import Kind
from commonweal.series import Entry
from tests.engine.checks.cases import CONTEXT, Q2, SERIES, at, book, claim, contract, count, found, kpi, target


def test_a_sound_portfolio_has_no_problem():
    assert check(book(), CONTEXT) == []


def spend(**changes):
    return kpi(
        **(
            {
                "measure": "NT18",
                "unit": "GBP",
                "kind": Kind.MONEY,
                "deliverable": "Spend with local firms",
                "value_per_unit": Decimal("0.6"),
            }
            | changes
        )
    )


def test_local_spend_above_the_contract_value():
    problem = found("local_spend_above_contract", book(kpis=[spend(target=Decimal(1_250_000), origin=at(9))]))[0]
    assert problem.found == "Local spend of £1,250,000.00 is above the contract value of £1,150,000.00."
    assert (problem.severity, problem.where, problem.subject) == (Severity.ERROR, at(9), "C1/K1")
    assert problem.mend.endswith("Until then this row is not used.")


@pytest.mark.parametrize(("amount", "expected"), [("1150000.00", 0), ("1150000.01", 1)])
def test_local_spend_may_be_all_of_the_contract_value_but_no_more(amount, expected):
    assert count("local_spend_above_contract", kpis=[spend(target=Decimal(amount))]) == expected


def test_claims_of_local_spend_are_named_where_they_pass_the_contract_value():
    claims = [claim(ref=r, amount=Decimal(600_000), origin=at(n)) for n, r in enumerate("ABC")]
    problems = found("local_spend_above_contract", book(kpis=[spend()], claims=claims))
    assert [(p.where, "£1,200,000.00" in p.found) for p in problems] == [(at(1), True)]


def test_money_that_is_no_spend_is_called_by_its_own_words():
    problem = found(
        "local_spend_above_contract", book(kpis=[spend(target=Decimal(2_000_000), deliverable="Cash gifts")])
    )[0]
    assert problem.found.startswith("“Cash gifts” of £2,000,000.00")


@pytest.mark.parametrize("worth", [None, Decimal(0)])
def test_nothing_is_compared_with_a_contract_value_that_is_missing(worth):
    spoiled = book(contracts=[contract(value=worth)], kpis=[spend(target=Decimal(9_999_999))])
    assert found("local_spend_above_contract", spoiled) == []
    assert len(found("contract_value_missing", spoiled)) == 1


def test_spend_is_not_compared_for_a_kpi_of_no_known_contract():
    assert count("local_spend_above_contract", kpis=[spend(contract="C9", target=Decimal(9_999_999))]) == 0


def jobs(**changes):
    return kpi(**({"measure": "NT1", "unit": "FTE-years"} | changes))


def test_jobs_whose_pay_is_above_the_contract_value():
    # 35 x £33,080 = £1,157,800
    problem = found("fte_pay_above_contract", book(kpis=[jobs(target=Decimal(35))]))[0]
    assert problem.found == (
        "35 FTE-years at the national median pay of £33,080.00 a year would cost £1,157,800.00, "
        "above the contract value of £1,150,000.00."
    )
    assert "ONS, ASHE 2025" in problem.mend


@pytest.mark.parametrize(("worth", "expected"), [(Decimal("1157800.00"), 0), (Decimal("1157799.99"), 1)])
def test_jobs_may_cost_the_contract_value_but_no_more(worth, expected):
    spoiled = {"contracts": [contract(value=worth)], "claims": [], "kpis": [jobs(target=Decimal(35))]}
    assert count("fte_pay_above_contract", **spoiled) == expected


@pytest.mark.parametrize(("people", "expected"), [(8, 0), (9, 1)])
def test_people_are_paid_for_the_whole_term(people, expected):
    # 4 years: 8 x 4 x £33,080 = £1,058,560; 9 are £1,190,880
    assert count("fte_pay_above_contract", kpis=[jobs(unit="FTE", target=Decimal(people))]) == expected


@pytest.mark.parametrize("dates", [{"start": None}, {"end": None}, {"end": dt.date(2020, 1, 1)}])
def test_people_are_paid_for_a_year_where_the_term_is_not_known(dates):
    spoiled = {"contracts": [contract(**dates)]}
    assert count("fte_pay_above_contract", **spoiled, kpis=[jobs(unit="FTE", target=Decimal(34))]) == 0
    assert count("fte_pay_above_contract", **spoiled, kpis=[jobs(unit="FTE", target=Decimal(36))]) == 1


def test_claimed_people_count_for_their_period_only():
    few = [claim(amount=Decimal(30)), claim(ref="R2", period=Q2, amount=Decimal(30))]
    assert count("fte_pay_above_contract", kpis=[jobs(unit="FTE", target=None)], claims=few) == 0
    many = [claim(amount=Decimal(300))]  # 300 x 91 days = 74.74 FTE-years
    problem = found("fte_pay_above_contract", book(kpis=[jobs(unit="FTE", target=None)], claims=many))[0]
    assert "74.74 FTE-years" in problem.found


def test_pay_and_time_say_nothing_without_a_pay_or_for_other_units():
    none = replace(CONTEXT, pay=None)
    assert count("fte_pay_above_contract", none, kpis=[jobs(target=Decimal(35))]) == 0
    assert count("time_above_contract", none, kpis=[kpi(target=Decimal(900_000))]) == 0
    assert count("fte_pay_above_contract", kpis=[kpi(target=Decimal(900_000))]) == 0
    assert count("time_above_contract", kpis=[kpi(unit="tonne", target=Decimal(900_000))]) == 0


@pytest.mark.parametrize(("worth", "expected"), [(Decimal("33080.00"), 0), (Decimal("33079.99"), 1)])
def test_a_year_of_hours_costs_a_year_of_pay(worth, expected):
    spoiled = {"contracts": [contract(value=worth)], "claims": [], "kpis": [kpi(target=Decimal(1820))]}
    assert count("time_above_contract", **spoiled) == expected
    weeks = {"contracts": [contract(value=worth)], "claims": [], "kpis": [kpi(unit="weeks", target=Decimal(52))]}
    assert count("time_above_contract", **weeks) == expected


@pytest.mark.parametrize(("stated", "expected"), [("1000", 1), ("1005.02", 1), ("1005.03", 0), ("17500", 0), (None, 0)])
def test_a_quantity_that_is_nearly_its_own_value_is_pounds(stated, expected):
    row = kpi(target=Decimal(1000), stated_value=None if stated is None else Decimal(stated))
    assert count("pounds_in_quantity", kpis=[row]) == expected


def test_pounds_in_a_quantity_are_turned_back_into_the_unit():
    problem = found("pounds_in_quantity", book(claims=[claim(amount=Decimal(1750), stated_value=Decimal(1750))]))[0]
    assert problem.found == (
        "The quantity 1,750 equals its money value of £1,750.00, so pounds seem to be written as hours."
    )
    assert "at £17.50 each it would be 100." in problem.mend
    unpriced = kpi(value_per_unit=None, target=Decimal(50), stated_value=Decimal(50), unit="")
    assert "Give the number of units." in found("pounds_in_quantity", book(kpis=[unpriced]))[0].mend


def test_pounds_are_a_quantity_where_a_pound_is_worth_a_pound():
    assert count("pounds_in_quantity", kpis=[spend(target=Decimal(50), stated_value=Decimal(50))]) == 0
    assert (
        count("pounds_in_quantity", kpis=[kpi(value_per_unit=Decimal(1), target=Decimal(50), stated_value=Decimal(50))])
        == 0
    )


@pytest.mark.parametrize(("amount", "expected"), [("1312.50", 1), ("1312.52", 0), ("75", 0), ("21000", 1), ("0", 0)])
def test_a_claim_that_is_what_its_target_is_worth_is_pounds(amount, expected):
    # 75 h x £17.50 = £1,312.50 in the quarter; 1,200 h are £21,000 over the whole life.
    row = claim(amount=Decimal(amount))
    assert count("pounds_in_quantity", targets=[target()], claims=[row]) == expected


def test_a_claim_is_not_compared_with_another_periods_target_or_a_target_that_is_missing():
    rows = {"targets": [target(period=Q2)], "claims": [claim(amount=Decimal("1312.50"))]}
    assert count("pounds_in_quantity", **rows) == 0
    assert count("pounds_in_quantity", **rows, kpis=[kpi(target=None)]) == 0
    assert count("pounds_in_quantity", **rows, kpis=[kpi(value_per_unit=Decimal(-1))]) == 0
    assert count("pounds_in_quantity", claims=[claim(amount=Decimal(-5))]) == 0


def test_an_implied_value_names_the_release_and_the_region_that_it_looks_like():
    problem = found("implied_value_differs", book(kpis=[kpi(stated_value=Decimal("21840.00"))]))[0]
    assert problem.found == (
        "1,200 hours stated to be worth £21,840.00 is £18.20 each, while £17.50 was agreed. "
        "It looks like value/nt17-2026 in fx-2026.1 from 2026-04-01."
    )
    region = found("implied_value_differs", book(claims=[claim(amount=Decimal(100), stated_value=Decimal(1700))]))[0]
    assert region.found.endswith("It looks like value/nt17 for North East in fx-2025.1 from 2026-04-01.")
    assert "looks like" not in found("implied_value_differs", book(kpis=[kpi(stated_value=Decimal(99_000))]))[0].found


@pytest.mark.parametrize(("stated", "expected"), [("21105.00", 0), ("21105.01", 1), ("20895.00", 0), ("20894.99", 1)])
def test_an_implied_value_may_be_half_a_per_cent_off(stated, expected):
    assert count("implied_value_differs", kpis=[kpi(stated_value=Decimal(stated))]) == expected


def test_an_implied_value_may_be_a_penny_off_and_pounds_in_a_quantity_are_reported_once():
    assert count("implied_value_differs", kpis=[kpi(target=Decimal("0.01"), stated_value=Decimal("0.18"))]) == 0
    assert count("implied_value_differs", kpis=[kpi(stated_value=Decimal(1200))]) == 0
    assert count("implied_value_differs", kpis=[kpi(stated_value=Decimal(5), value_per_unit=None)]) == 0


def test_a_place_that_no_gazetteer_has_is_named_by_its_code():
    depot = replace(SERIES[1], entries=(Entry(dt.date(2026, 4, 1), Decimal("18.20"), "a", place="Depot"),))
    for context in (replace(CONTEXT, series=[depot]), replace(CONTEXT, series=[depot], gazetteer=None)):
        problem = found("implied_value_differs", book(kpis=[kpi(stated_value=Decimal(21_840))]), context)[0]
        assert "value/nt17-2026 for Depot in" in problem.found


def agreed(**changes):
    return kpi(**({"value_series": "value/nt17", "value_on": dt.date(2026, 4, 1)} | changes))


@pytest.mark.parametrize(
    ("value", "place", "expected"),
    [("17.50", "", 0), ("17.00", "", 1), ("17.00", "E12000001", 0), ("17.00", "Hartlepool", 0), ("17.50", "Depot", 0)],
)
def test_a_frozen_value_is_that_of_its_series_for_day_and_place(value, place, expected):
    assert count("frozen_value_differs", kpis=[agreed(value_per_unit=Decimal(value), place=place)]) == expected


def test_a_frozen_value_of_another_release_is_named_and_unknown_series_say_nothing():
    problem = found("frozen_value_differs", book(kpis=[agreed(value_per_unit=Decimal("18.20"))]))[0]
    assert "£18.20 per hour is not the £17.50 that value/nt17 has" in problem.found
    assert "It looks like value/nt17-2026" in problem.found
    for changes in ({"value_on": dt.date(2025, 3, 31)}, {"value_series": "value/none"}, {"value_on": None}):
        assert count("frozen_value_differs", kpis=[agreed(value_per_unit=Decimal(9), **changes)]) == 0


def test_at_most_three_lookalikes_are_named():
    many = replace(SERIES[1], entries=tuple(Entry(dt.date(y, 4, 1), Decimal("18.20"), "a") for y in range(2010, 2020)))
    context = replace(CONTEXT, series=[many])
    problem = found("implied_value_differs", book(kpis=[kpi(stated_value=Decimal(21_840))]), context)[0]
    assert problem.found.count("value/nt17-2026") == 3


def test_a_value_of_zero_is_an_error_and_says_where_it_is_local():
    local = found("value_zero", book(kpis=[jobs(value_per_unit=Decimal(0), place="E06000001")]))[0]
    assert local.found == "NT1 has a value of £0.00 per FTE-year for E06000001."
    assert (
        found("value_zero", book(kpis=[kpi(value_per_unit=Decimal(0))]))[0].found
        == "NT17 has a value of £0.00 per hour."
    )
    assert count("value_zero", kpis=[kpi(value_per_unit=Decimal("0.000001")), kpi(value_per_unit=None)]) == 0


def test_a_local_value_that_is_missing_is_asked_for_where_the_measure_is_local():
    assert count("local_value_missing", kpis=[jobs(value_per_unit=None)]) == 1
    assert count("local_value_missing", kpis=[kpi(value_per_unit=None)]) == 0
    assert count("local_value_missing", kpis=[jobs()]) == 0
    assert count("local_value_missing", contracts=[contract(framework="none")], kpis=[jobs(value_per_unit=None)]) == 0


def test_a_value_needs_a_source_or_a_series():
    assert count("value_without_source", kpis=[kpi(value_source=" ")]) == 1
    assert count("value_without_source", kpis=[kpi(value_source="", value_series="value/nt17")]) == 0
    assert count("value_without_source", kpis=[kpi(value_source="", value_per_unit=None)]) == 0


@pytest.mark.parametrize(
    ("worth", "half", "whole"),
    [("42000.00", 0, 0), ("41999.99", 1, 0), ("21000.00", 1, 0), ("20999.99", 0, 1)],
)
def test_social_value_against_half_and_all_of_the_contract(worth, half, whole):
    # 1,200 h x £17.50 = £21,000
    spoiled = {"contracts": [contract(value=Decimal(worth))], "kpis": [kpi(), kpi(ref="K2", target=None)]}
    assert count("social_value_above_half", **spoiled) == half
    assert count("social_value_above_contract", **spoiled) == whole


def test_social_value_is_net_of_its_adjustments_and_shown_with_its_share():
    spoiled = {"contracts": [contract(value=Decimal(20_000))]}
    net = kpi(adjustments=(("attribution", Decimal("0.5")), ("deadweight", Decimal("0.9"))))
    assert count("social_value_above_half", **spoiled, kpis=[net]) == 0
    problem = found("social_value_above_contract", book(**spoiled))[0]
    assert problem.found == "Social value of £21,000.00 is 105.0 % of the contract value of £20,000.00."
    assert problem.severity is Severity.ERROR


def test_licensed_values_are_announced_once_for_a_contract_and_pack():
    by_pack = found("licensed_values", book(contracts=[contract(value_pack="bought")]))
    by_series = found("licensed_values", book(kpis=[kpi(value_series="value/nt17-2026")] * 2))
    assert [p.found for p in by_pack] == ["Values of Grounds come from bought (CC BY-NC-ND 4.0)."]
    assert [p.found for p in by_series] == [p.found for p in by_pack]
    unnamed = found("licensed_values", book(kpis=[kpi(value_series="value/nt17-2026")]), replace(CONTEXT, licensed={}))
    assert unnamed[0].found == "Values of Grounds come from bought."
    assert count("licensed_values", contracts=[contract(value_pack="open")], kpis=[kpi(value_series="value/nt17")]) == 0
