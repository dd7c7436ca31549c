from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.catalogue import Catalogue
from commonweal.checks.run import check
from commonweal.checks.shipped import shipped_context
from commonweal.portfolio import Kind
from commonweal.series import Entry, ValueSeries
from commonweal.valuepack import Pack
from tests.engine.checks.cases import book, claim, contract, decision, found, kpi

CONTEXT = shipped_context(as_at=dt.date(2026, 12, 31))
PACK = Pack(
    id="own",
    title="Values of our own",
    licence="CC BY-NC-ND 4.0",
    framework="fx-2025.1",
    may_export=False,
    series={
        "NT17": ValueSeries(
            "own/NT17",
            "NT17",
            "GBP/hour",
            "nominal",
            (Entry(dt.date(2025, 4, 1), Decimal("21.30"), "own"),),
            pack="own",
            may_export=False,
            framework="fx-2025.1",
            measure="NT17",
        )
    },
    sha256="",
)


def grounds(**changes):
    return contract(value=Decimal(2_400_000), **changes)


def test_the_journeys_first_return_has_no_problem():
    sound = book(contracts=[grounds()], kpis=[kpi(value_series="value/fx-2025.1-nt17", value_on=dt.date(2026, 4, 1))])
    assert check(sound, CONTEXT) == []


def test_the_shipped_frameworks_units_places_and_registers_are_known():
    wrong = book(
        contracts=[grounds(framework="svm-2052", place="Coventri", category="3000000")],
        kpis=[kpi(kind=Kind.NARRATIVE)],
        claims=[claim(amount=Decimal(1))],
        decisions=[decision(amount=Decimal(1))],
    )
    found_codes = {p.code: p.found for p in check(wrong, CONTEXT)}
    assert set(found_codes) == {"unknown_framework", "unknown_place", "unknown_cpv"}
    assert "svm-2025" in found_codes["unknown_framework"]
    assert "Coventry" in found_codes["unknown_place"]
    assert "03000000 is Agricultural" in found_codes["unknown_cpv"]


def test_verdants_jobs_are_below_and_a_hundred_are_above_the_contract_value():
    jobs = {"ref": "K1", "measure": "NT1", "unit": "FTE-year", "value_per_unit": None}
    offered = book(contracts=[grounds()], kpis=[kpi(**jobs, target=Decimal(48))], claims=[], decisions=[])
    assert found("fte_pay_above_contract", offered, CONTEXT) == []
    absurd = book(contracts=[grounds()], kpis=[kpi(**jobs, target=Decimal(100))], claims=[], decisions=[])
    problem = found("fte_pay_above_contract", absurd, CONTEXT)[0]
    assert "£33,080.00 a year would cost £3,308,000.00" in problem.found
    assert "ONS, Annual Survey of Hours and Earnings 2025" in problem.mend


def test_a_value_of_the_newer_release_is_recognised():
    # 52 weeks stated at £260 each: the value of FX-2026.1, while £250 was agreed.
    weeks = kpi(
        measure="NT10", unit="week", target=Decimal(52), value_per_unit=Decimal(250), stated_value=Decimal(13_520)
    )
    problem = found("implied_value_differs", book(kpis=[weeks]), CONTEXT)[0]
    assert problem.found.startswith("52 weeks stated to be worth £13,520.00 is £260.00 each, while £250.00 was agreed.")
    assert "in fx-2026.1 from" in problem.found


def test_a_users_own_pack_is_licensed_and_its_values_are_recognised():
    context = shipped_context(packs=[PACK])
    priced = book(kpis=[kpi(value_series="own/NT17", value_per_unit=Decimal("21.30"))])
    assert [p.found for p in found("licensed_values", priced, context)] == [
        "Values of Grounds come from own (CC BY-NC-ND 4.0)."
    ]
    stated = book(kpis=[kpi(stated_value=Decimal(25_560))])
    assert "It looks like own/NT17 in fx-2025.1" in found("implied_value_differs", stated, context)[0].found


@pytest.mark.parametrize(("as_at", "known"), [("2025-03-31", False), ("2025-04-01", True), (None, True)])
def test_pay_is_that_of_the_day_and_none_before_the_first(as_at, known):
    context = shipped_context(as_at=dt.date.fromisoformat(as_at) if as_at else None)
    assert (context.pay is not None) == known


def test_another_catalogue_takes_the_place_of_the_shipped_one():
    assert shipped_context(catalogue=Catalogue([])).frameworks == {}
