"""The same delivery in other frameworks, for the goals, and at two levels, as the report shows it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.checks.problem import Origin
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.models import Likeness, Link
from commonweal.crosswalk.pledges import Stated
from commonweal.figures import Book, Figure
from commonweal.portfolio import Aggregation, Claim, Contract, Decision, Kind, Kpi, Outcome, Portfolio
from commonweal.quantities import Quantity
from commonweal.reporting import wording
from commonweal.reporting.build.build import build_report
from commonweal.reporting.build.other_words import OtherWords, known_data
from commonweal.reporting.build.two_levels import place_rows
from commonweal.reporting.model import Cell, Report, Table
from tests.engine.reporting.build.journey_facts import CALENDAR, FIRST, journey_4_portfolio, kpi

AS_AT = dt.date(2026, 7, 31)
CALL_OFF = "NMC-2025-140"


def built(portfolio: Portfolio, *also: str, **more: object) -> Report:
    other = OtherWords(also=also or None, **more)  # type: ignore[arg-type]  # the test's own
    report = build_report(
        portfolio, as_at=AS_AT, calendars={"england-and-wales": CALENDAR}, made_by="test", other=other
    )
    for entry in report.book:
        assert not isinstance(entry, Figure) or report.book.recompute(entry.id) == entry.value, entry.id
    return report


def shown(report: Report, name: str) -> list[list[str]]:
    """The rows of a table as they are written, a dash where there is nothing."""
    (table,) = [table for table in report.tables() if table.name == name]
    return [[words.line.replace(wording.NO_BREAK, " ") for words in row] for row in wording.table_words(table)]


def tables(report: Report) -> list[str]:
    return [table.name for table in report.tables() if table.name.startswith(("also", "two"))]


def delivered(*facts: tuple[Kpi, str], contract: Contract) -> Portfolio:
    """Return a portfolio in which each KPI has one claim, verified whole."""
    claims, decisions = [], []
    for one, amount in facts:
        ref = f"R-{one.ref}"
        claims.append(Claim(ref, one.contract, one.ref, FIRST, FIRST.end, Decimal(amount)))
        decisions.append(
            Decision(one.contract, one.ref, Outcome.VERIFIED, Decimal(amount), FIRST.end, claim=ref, ref=f"V-{ref}")
        )
    return Portfolio(contracts=[contract], kpis=[one for one, _ in facts], claims=claims, decisions=decisions)


def call_off(**changes: object) -> Contract:
    values: dict[str, object] = {
        "ref": CALL_OFF,
        "title": "Hard FM for libraries and hubs",
        "value": Decimal(1_900_000),
        "start": dt.date(2026, 4, 1),
        "end": dt.date(2029, 3, 31),
        "framework": "fx-svm-2025",
        **changes,
    }
    return Contract(**values)  # type: ignore[arg-type]


def metric(code: str, unit: str, target: str = "3", **changes: object) -> Kpi:
    values: dict[str, object] = {
        "contract": CALL_OFF,
        "ref": code,
        "measure": code,
        "deliverable": code,
        "unit": unit,
        "target": Decimal(target),
        **changes,
    }
    return Kpi(**values)  # type: ignore[arg-type]


def test_without_being_asked_the_goals_are_told() -> None:
    report = built(journey_4_portfolio())
    assert tables(report) == ["also-coverage", "also-sdg"]
    rows = shown(report, "also-sdg")
    assert [row[:3] for row in rows] == [
        ["4", "Quality education", "4.4"],
        ["8", "Decent work and economic growth", "8.5, 8.6, 8.3"],
        ["10", "Reduced inequalities", "10.2"],
        ["11", "Sustainable cities and communities", "11.7"],
        ["12", "Responsible consumption and production", "12.7"],
        ["All", "Each KPI once", "–"],
    ]
    assert rows[-1][3:5] == ["5", "97,300"]
    assert rows[1][3:5] == ["4", "96,250"]


def test_coverage_reconciles_with_what_is_verified() -> None:
    report = built(journey_4_portfolio(), "fx-2026.1", "FX-SVM-2025", "coventry-indicators", "sdg")
    verified = [row for row in shown(report, "also-coverage") if row[1] == "Verified"]
    assert [row[0] for row in verified] == ["fx-2026.1", "fx-svm-2025", "coventry-indicators", "sdg"]
    assert {row[8] for row in verified} == {"97,300"}
    assert [row[9:12] for row in verified] == [
        ["97,300", "0", "0"],
        ["19,800", "77,500", "0"],
        ["21,250", "75,000", "1,050"],
        ["0", "97,300", "0"],
    ]
    assert [row[2:6] for row in verified] == [
        ["5", "5", "0", "0"],
        ["5", "2", "3", "0"],
        ["5", "2", "2", "1"],
        ["5", "0", "5", "0"],
    ]


def test_a_framework_in_which_something_is_measured_already_holds_it_as_it_is() -> None:
    report = built(journey_4_portfolio(), "fx-2025.1")
    (verified, _) = shown(report, "also-coverage")
    assert verified[2:6] == ["5", "5", "0", "0"]
    nt10 = next(row for row in shown(report, "also-fx-2025-1") if row[0] == "NT10")
    assert nt10[4:] == ["13 weeks", "3,250", "3,250"]


def test_what_is_converted_has_quantity_own_pounds_and_the_other_values() -> None:
    rows = shown(built(journey_4_portfolio(), "fx-2026.1"), "also-fx-2026-1")
    nt10 = next(row for row in rows if row[0] == "NT10")
    assert nt10[1:] == ["Apprenticeship weeks", "1", "208 weeks", "13 weeks", "3,250", "3,380"]
    nt31 = next(row for row in rows if row[0] == "NT31")
    assert nt31[4:] == ["–", "–", "–"]


def test_three_apprentices_read_as_people_until_their_weeks_are_known() -> None:
    one = metric("SV2", "person", over_time=Aggregation.DISTINCT)
    report = built(delivered((one, "3"), contract=call_off()), "fx-2025.1")
    name = "also-fx-2025-1"
    assert shown(report, f"{name}-related") == [
        [
            f"{CALL_OFF} SV2",
            "NT10",
            "3 people, not convertible to weeks",
            "weeks planned for each apprentice",
            "apprenticeships, as people and as weeks",
        ]
    ]
    assert "Nothing can be converted." in str(report.sections)
    known = replace(one, extra=(("Weeks per apprentice", "78"),))
    rows = shown(built(delivered((known, "3"), contract=call_off()), "fx-2025.1"), name)
    assert rows == [["NT10", "Apprenticeship weeks", "1", "234 weeks", "234 weeks", "–", "58,500"]]


def test_a_fact_of_the_contract_serves_all_its_kpis_and_a_kpi_has_its_own() -> None:
    contract = call_off(extra=(("weeks_per_apprentice", "1,000"), ("CPV", "no number"), ("odd", "Infinity")))
    one = metric("SV2", "person")
    assert known_data(contract, one) == {"weeks_per_apprentice": Decimal(1000)}
    own = replace(one, extra=(("weeks per Apprentice", " 78 "),))
    assert known_data(contract, own) == {"weeks_per_apprentice": Decimal(78)}


def test_what_has_no_counterpart_is_named_whether_verified_or_only_promised() -> None:
    share = metric("SV5", "percent", "40", kind=Kind.RATIO, over_time=Aggregation.RECOMPUTE)
    hours = metric("SV6", "hour", "120")
    report = built(delivered((hours, "12"), contract=call_off()), "fx-2025.1")
    assert not any(name.endswith(("unmapped", "related")) for name in tables(report))
    portfolio = delivered((hours, "12"), contract=call_off())
    portfolio.kpis.append(share)
    report = built(portfolio, "fx-2025.1")
    name = "also-fx-2025-1"
    reason = "nothing in the other framework is like it"
    assert shown(report, f"{name}-unmapped") == [[f"{CALL_OFF} SV5", "fx-svm-2025/SV5", reason]]
    assert [table.caption for table in report.tables() if table.name == f"{name}-unmapped"] == [
        "1 KPI without a counterpart"
    ]


def test_a_percentage_keeps_its_numerator() -> None:
    one = metric(
        "SV4",
        "percent",
        "100",
        kind=Kind.RATIO,
        over_time=Aggregation.RECOMPUTE,
        over_contracts=Aggregation.RECOMPUTE,
    )
    portfolio = delivered((one, "48"), contract=call_off())
    portfolio.claims[0] = replace(portfolio.claims[0], denominator=Decimal(50))
    portfolio.decisions[0] = replace(portfolio.decisions[0], denominator=Decimal(50))
    rows = shown(built(portfolio, "fx-2025.1"), "also-fx-2025-1")
    assert rows[0][3:5] == ["100 %", "96 %"], "a promise has no numerator; that of a single KPI stands as it is"


def test_nothing_is_told_where_nothing_is_linked_or_wanted() -> None:
    alone = delivered((metric("SV2", "person"), "3"), contract=call_off(framework=""))
    assert tables(built(alone)) == []
    other = OtherWords(also=())
    report = build_report(
        journey_4_portfolio(), as_at=AS_AT, calendars={"england-and-wales": CALENDAR}, made_by="", other=other
    )
    assert tables(report) == []


def test_a_framework_is_told_even_if_nothing_was_promised() -> None:
    report = built(Portfolio(contracts=[call_off()]), "sdg", "fx-2025.1")
    assert shown(report, "also-coverage") == []
    assert [row[0] for row in shown(report, "also-sdg")] == ["All"]


def test_frameworks_that_are_not_known_are_refused() -> None:
    with pytest.raises(errors.UnknownCode, match="There is no framework called 'toms'"):
        built(journey_4_portfolio(), "toms")


def link(target: str) -> Link:
    origin = Origin(file="x.yaml", row=1)
    return Link(
        "fx-2025.1/NT10",
        target,
        "fx-2025.1",
        target.partition("/")[0],
        Likeness.CLOSE,
        "test",
        factor=Decimal(1),
        origin=origin,
    )


def test_a_measure_with_two_counterparts_is_divided_as_chosen() -> None:
    walk = Crosswalk(load_crosswalk().items, [link("national-toms/NT9"), link("national-toms/NT10")])
    with pytest.raises(errors.ChoiceNeeded, match="national-toms/NT9 or as national-toms/NT10"):
        built(journey_4_portfolio(), "national-toms", crosswalk=walk)
    choices = {("fx-2025.1/NT10", "national-toms"): {"national-toms/NT9": 2500, "national-toms/NT10": 7500}}
    report = built(journey_4_portfolio(), "national-toms", crosswalk=walk, choices=choices)
    rows = shown(report, "also-national-toms")
    assert [(row[0], row[4], row[5], row[6]) for row in rows] == [
        ("NT9", "3.25 weeks", "812.50", "–"),
        ("NT10", "9.75 weeks", "2,437.50", "–"),
    ]


def test_a_value_that_is_not_yet_in_force_prices_nothing() -> None:
    early = call_off(start=dt.date(2020, 4, 1))
    hours = metric("SV6", "hour", "120")
    name = "also-fx-2025-1"
    assert shown(built(delivered((hours, "12"), contract=early), "fx-2025.1"), name)[0][-1] == "–"
    undated = call_off(start=None, end=None)
    assert shown(built(delivered((hours, "12"), contract=undated), "fx-2025.1"), name)[0][-1] == "210"


def levels(*, additional: bool = False, places: bool = True) -> Portfolio:
    """A framework agreement with 40 apprentices promised, and a call-off of 3 of them."""
    head = call_off(ref="RM-FM-1", body="Central buyer", framework_agreement=True)
    below = call_off(body="Northmere", call_off_of="RM-FM-1", additional=additional)
    own = metric("SV2", "person", "40", contract="RM-FM-1", over_contracts=Aggregation.DISTINCT)
    mine = metric("SV2", "person", "3", over_contracts=Aggregation.DISTINCT)
    facts = [("RM-FM-1", place, number) for place, number in zip(REGIONS, (9, 6, 7, 5, 4), strict=True)]
    facts.append((CALL_OFF, "TLG", 2))
    claims, decisions = [], []
    for at, (contract, place, number) in enumerate(facts):
        ref, amount = f"R{at}", Decimal(number)
        here = place if places else ""
        claims.append(Claim(ref, contract, "SV2", FIRST, FIRST.end, amount, place=here))
        decisions.append(Decision(contract, "SV2", Outcome.VERIFIED, amount, FIRST.end, claim=ref, ref=f"V{at}"))
    ratio = metric("SV4", "percent", "90", kind=Kind.RATIO, over_contracts=Aggregation.RECOMPUTE)
    alone = metric("SV6", "hour", "5", contract="OTHER")
    return Portfolio(
        contracts=[head, below, call_off(ref="OTHER")],
        kpis=[own, mine, ratio, alone],
        claims=claims,
        decisions=decisions,
    )


REGIONS = ("TLG", "TLF", "TLD", "TLE", "")


def test_both_levels_show_40_and_not_43() -> None:
    report = built(levels())
    assert shown(report, "two-levels") == [["SV2", "person", f"RM-FM-1, {CALL_OFF}", "40 people", "31 people"]]
    more = shown(built(levels(additional=True)), "two-levels")
    assert more[0][3:] == ["43 people", "33 people"]


def test_the_regional_report_makes_31_with_the_councils_two_inside() -> None:
    rows = shown(built(levels()), "two-levels-places")
    assert [row[1:] for row in rows] == [
        ["TLD", "7 people", "–"],
        ["TLE", "5 people", "–"],
        ["TLF", "6 people", "–"],
        ["TLG", "9 people", "Northmere 2"],
        ["not placed", "4 people", "–"],
        ["All places and not placed", "31 people", "Northmere 2"],
    ]


@pytest.mark.parametrize(
    ("whole", "rest"),
    [("9", []), ("12", ["not told by place"]), ("7", ["less what both levels state at two places"])],
)
def test_the_rows_of_places_add_up_to_the_whole(whole: str, rest: list[str]) -> None:
    """The agreement places its 7 in one region, and a call-off within it says 2 of them in another."""
    book = Book()
    line = book.fact("whole", "Verified together", Decimal(whole), "person", origin="test").id
    stated = [
        Stated("RM", Quantity(Decimal(7), "person"), "Central", place="TLG", ref="1"),
        Stated("NC", Quantity(Decimal(2), "person"), "Northmere", agreement="RM", place="TLF", ref="2"),
    ]
    rows = place_rows(book, Cell("SV2"), stated, whole=line, unit="person", label="SV2", stem="places")
    values = [row.cells[2].value for row in rows]
    assert sum(values[:-1]) == values[-1] == Decimal(whole)
    assert [str(row.cells[1].value) for row in rows[2:]] == [*rest[:1], "All places"]


def test_without_places_or_call_offs_there_is_no_such_table() -> None:
    found = tables(built(levels(places=False)))
    assert [name for name in found if not name.startswith("also")] == ["two-levels"]
    assert "two-levels" not in tables(built(journey_4_portfolio()))


def test_a_promise_without_delivery_shows_a_dash() -> None:
    portfolio = levels()
    portfolio.claims, portfolio.decisions = [], []
    assert shown(built(portfolio), "two-levels")[0][3:] == ["40 people", "–"]
    portfolio.kpis = [replace(one, target=None) for one in portfolio.kpis]
    assert shown(built(portfolio), "two-levels")[0][3:] == ["–", "–"]


def test_kpi_without_a_known_measure_is_named() -> None:
    own = kpi("NT17", measure="OWN-1")
    portfolio = journey_4_portfolio()
    portfolio.kpis = [own if one.ref == "NT17" else one for one in portfolio.kpis]
    rows = shown(built(portfolio, "fx-2026.1"), "also-fx-2026-1-unmapped")
    assert rows[0][1:] == ["OWN-1", "its measure belongs to no framework that is known here"]
    assert isinstance(next(iter(built(portfolio).tables())), Table)
