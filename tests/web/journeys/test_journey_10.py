"""
Journey 10, a framework agreement and a call-off: told in other frameworks, and counted once at both levels.
"""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.stored import differences
from commonweal_web.contracts.models import Contract, KpiVersion
from commonweal_web.contracts.services import kpis
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.reports import agreement_documents, agreements
from commonweal_web.reports.other_words import balances, tables
from commonweal_web.reports.other_words.facts import VERIFIED, of_contract
from commonweal_web.reports.other_words.summary import sentence
from commonweal_web.reports.other_words.telling import Telling, tell
from tests.web.journey_ten import NOTHING, journey_ten
from tests.web.reports.first_return import first_return
from tests.web.world import NOON, World

DAY = NOON.date()
FX = "fx-2025.1"
SVM, TOMS_STYLE, LOCAL, GOALS = "fx-svm-2025", FX, "coventry-indicators", "sdg"


def told_of(world: World, key: str, release: str) -> Telling:
    return tell(of_contract(world.contracts[key], as_at=DAY), release)


def number(told: Telling, line: str) -> Decimal:
    return told.facts.book[line].value


def test_10_2_six_of_eight_seven_of_eight_and_the_unmapped_one_named(world: World) -> None:
    journey_ten(world)
    told = told_of(world, "hubs", FX)
    cover = told.cover[PROMISED]
    assert [number(told, line) for line in (cover.all, cover.converted, cover.related, cover.unmapped)] == [8, 6, 1, 1]
    assert number(told, cover.converted_percent) == Decimal("75.0")
    assert number(told, cover.related_percent) == Decimal("87.5")
    assert sentence(told) == (
        "6 of 8 KPIs can be converted (75.0\xa0%), 7 of 8 are converted or related (87.5\xa0%), 1 has no counterpart: "
        "Suppliers with the standards for mental health at work."
    )
    assert differences(told.facts.book) == []


def test_10_3_weeks_once_they_are_asked_for_and_people_until_then(world: World) -> None:
    journey_ten(world)
    told = told_of(world, "hubs", FX)
    weeks = told.totals[PROMISED][f"{FX}/NT10"]
    assert number(told, weeks.quantity) == 234
    assert number(told, weeks.priced) == Decimal("58500.00")
    assert number(told, told.totals[VERIFIED][f"{FX}/NT10"].quantity) == 156


def test_10_3_without_the_weeks_it_reads_three_people(world: World) -> None:
    journey_ten(world, data=NOTHING)
    told = told_of(world, "hubs", FX)
    assert f"{FX}/NT10" not in told.totals[PROMISED]
    table = tables.related(told)
    assert table is not None
    row = next(row for row in table.rows if "SV2" in str(row.cells[0].value))
    assert row.cells[2].value == "3 people, not convertible to weeks"
    assert row.cells[4].value == "weeks planned for each apprentice (week/person)"
    assert number(told, told.cover[PROMISED].converted) == 4


def test_10_3_the_form_of_the_kpi_asks_for_the_weeks(world: World) -> None:
    journey_ten(world, data=NOTHING)
    asked = {one.name: one.frameworks for one in frameworks.extra_data(SVM, "SV2")}
    assert "weeks_per_apprentice" in asked
    hubs = world.contracts["hubs"]
    fields = kpis.KpiFields(
        ref="SV2b", deliverable="Apprenticeships created", measure="SV2", target=Decimal(3),
        data={"weeks_per_apprentice": "78"},
    )  # fmt: skip
    version = kpis.kpi_draft(contract=hubs, fields=fields, by=world.people["commissioner"], now=NOON)
    assert KpiVersion.objects.get(pk=version.pk).data == {"weeks_per_apprentice": "78"}


@pytest.mark.parametrize(("additional", "together"), [(False, 40), (True, 43)])
def test_10_4_forty_and_not_forty_three(world: World, additional: bool, together: int) -> None:
    journey_ten(world, additional=additional)
    national, hubs = world.contracts["national"], world.contracts["hubs"]
    levels = agreements.both_levels(national, [hubs], as_at=DAY)
    report = agreement_documents.both_report(national, levels)
    (row,) = [r for r in report.tables()[0].rows if "SV2" in str(r.cells[0].value)]
    assert [cell.value for cell in row.cells[1:]] == [
        40, *((None, 3) if additional else (3, None)), together,
    ]  # fmt: skip
    assert differences(report.book) == []


def test_10_5_thirty_one_starts_by_region_with_the_councils_two_inside(world: World) -> None:
    journey_ten(world)
    national, hubs = world.contracts["national"], world.contracts["hubs"]
    report = agreement_documents.both_report(national, agreements.both_levels(national, [hubs], as_at=DAY))
    table = next(one for one in report.tables() if one.name == "levels-places")
    starts = [row for row in table.rows if "SV2" in str(row.cells[0].value)]
    found = {str(row.cells[1].value): row.cells[2].value for row in starts}
    assert found == {
        "TLD North West": 7, "TLE Yorkshire and The Humber": 5, "TLF East Midlands": 6, "TLG West Midlands": 9,
        "not placed": 4, "All regions and not placed": 31,
    }  # fmt: skip
    inside = {str(row.cells[1].value): row.cells[3].value for row in starts if row.cells[3].value not in (None, "–")}
    assert inside == dict.fromkeys(("TLG West Midlands", "All regions and not placed"), "Northmere City Council 2")


def test_10_6_a_delivery_under_two_goals_is_not_added_up(world: World) -> None:
    first_return(world)
    told = tell(of_contract(world.contracts["grounds"], as_at=DAY.replace(day=31)), GOALS)
    assert told.goals is not None
    goals = {goal.code: goal for goal in told.goals.goals}
    weeks = next(d for d in told.goals.deliveries if d.measure == f"{FX}/NT10")
    assert weeks in goals["4"].deliveries
    assert weeks in goals["8"].deliveries
    whole = number(told, told.goals.distinct)
    assert whole == Decimal("97300.00")
    assert sum(number(told, goal.pounds) for goal in told.goals.goals) > whole
    assert sum(number(told, goal.weighed) for goal in told.goals.goals) == whole


def test_10_8_what_already_binds_the_supplier(world: World) -> None:
    journey_ten(world)
    hubs = Contract.objects.select_related("authority", "call_off_of__authority").get(pk=world.contracts["hubs"].pk)
    report = agreement_documents.binding_report(hubs, agreements.what_binds(hubs, as_at=DAY))
    row = next(r for r in report.tables()[0].rows if "SV2" in str(r.cells[0].value))
    pledged, promised, counts, together, done = row.cells[1:]
    assert (pledged.value, promised.value, counts.value, together.value, done.value) == (40, 3, "within", 40, 2)
    assert 31 not in [entry.value for entry in report.book]
    assert differences(report.book) == []


def test_one_set_of_verified_facts_yields_four_reports_that_reconcile(world: World) -> None:
    first_return(world)
    facts = of_contract(world.contracts["grounds"], as_at=DAY.replace(day=31))
    pounds, kpis_told = set(), set()
    for release in (SVM, TOMS_STYLE, LOCAL, GOALS):
        told = tell(facts, release)
        cover = told.cover[VERIFIED]
        parts = [cover.converted_pounds, cover.related_pounds, cover.unmapped_pounds]
        assert sum(number(told, line) for line in parts) == number(told, cover.pounds)
        counts = [cover.converted, cover.related, cover.unmapped]
        assert sum(number(told, line) for line in counts) == number(told, cover.all)
        if release != GOALS:
            by_measure = sum(number(told, one.pounds) for one in told.totals[VERIFIED].values() if one.pounds)
            assert by_measure == number(told, cover.converted_pounds)
        pounds.add(number(told, cover.pounds))
        kpis_told.add(number(told, cover.all))
    assert pounds == {Decimal("97300.00")}
    assert kpis_told == {5}
    assert differences(facts.book) == []


def test_the_reports_of_both_bodies_count_no_delivery_twice(world: World) -> None:
    """What each body's own figures say, less what stands within, is what the agreement's table says of both."""
    journey_ten(world)
    national, hubs = world.contracts["national"], world.contracts["hubs"]
    one = balances.of_contracts([national], as_at=DAY, body=national.authority_id)
    other = balances.of_contracts([hubs], as_at=DAY, body=hubs.authority_id)
    levels = agreements.both_levels(national, [hubs], as_at=DAY)
    report = agreement_documents.both_report(national, levels)
    for table, state in zip(report.tables()[:2], (PROMISED, VERIFIED), strict=True):
        row = next(r for r in table.rows if "SV2" in str(r.cells[0].value))
        own, within, _, together = (cell.value for cell in row.cells[1:])
        theirs = {told.release: told.totals[state][f"{SVM}/SV2"] for told in (tell(one, SVM),) if told.totals[state]}[
            SVM
        ]
        ours = tell(balances.of_contracts([hubs], as_at=DAY, body=hubs.authority_id), SVM).totals[state][f"{SVM}/SV2"]
        first = next(d for d in one.deliveries[state] if d.measure == f"{SVM}/SV2")
        second = next(d for d in other.deliveries[state] if d.measure == f"{SVM}/SV2")
        assert (one.book[first.quantity].value, other.book[second.quantity].value) == (own, within)
        assert theirs.target == ours.target
        assert own + within - within == together
        one = balances.of_contracts([national], as_at=DAY, body=national.authority_id)
    assert [r.cells[4].value for t in report.tables()[:2] for r in t.rows if "SV2" in str(r.cells[0].value)] == [40, 31]
