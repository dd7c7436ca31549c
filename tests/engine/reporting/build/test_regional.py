"""Targets and deliveries by region: totals that reconcile, other frameworks with their coverage, and the goals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.crosswalk.express import Price
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.sheet import FilledSheet, Given
from commonweal.figures import Book, Figure
from commonweal.reporting import wording
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.regional import long_table, origin_of, regional_report
from commonweal.reporting.build.regional_figures import RegionalFigures
from commonweal.reporting.build.regional_words import CHOOSE
from commonweal.reporting.charts import spec, table_of
from commonweal.reporting.model import Chart, Prose, Report, Table
from commonweal.reporting.render_csv import render_csv
from tests.engine.crosswalk.sheets import (
    DAY,
    PROXY,
    REGIONS,
    SV,
    WEEKS,
    filled,
    parts,
    starts,
    summary,
    two_ways,
    with_way,
)

NO_BREAK = "\u00a0"


def report(sheet: FilledSheet) -> Report:
    return regional_report(sheet, as_at=DAY, made_by="test")


def lines(table: Table) -> list[list[str]]:
    return [[words.line for words in row] for row in wording.table_words(table)]


def table(made: Report, caption: str) -> list[list[str]]:
    return lines(next(one for one in made.tables() if one.caption == caption))


def charts(made: Report) -> list[Chart]:
    return [block for section in made.sections for block in section.blocks if isinstance(block, Chart)]


def prose(made: Report, anchor: str) -> str:
    blocks: Iterable[object] = next(section.blocks for section in made.sections if section.anchor == anchor)
    return " ".join(text for block in blocks if isinstance(block, Prose) for text in block.paragraphs)


def test_31_is_9_and_6_and_7_and_5_and_4_not_placed() -> None:
    made = report(starts())
    assert table(made, "SV2 by region") == [
        ["North West", "–", "7"],
        ["Yorkshire", "–", "5"],
        ["East Midlands", "–", "6"],
        ["West Midlands", "–", "9"],
        ["Not placed", "40", "4"],
        ["All regions", "40", "31"],
    ]
    row = next(row for row in table(made, "Each KPI over all regions") if row[0] == "SV2")
    assert row == ["SV2", "Apprenticeships created", "40 people", "31 people", f"77.5{NO_BREAK}%"]
    assert made.book.recompute(f"{SV}/SV2/delivered/all") == 31
    (chart,) = charts(made)
    assert (chart.kind, chart.series) == ("stacked", ("delivered",))
    assert chart.title == "Apprenticeships created: 31 people delivered, most in West Midlands (9 people)"


def test_blank_is_not_zero() -> None:
    made = report(starts(SV6={"TLG": filled(None, "0")}))
    rows = {row[0]: row for row in table(made, "Each KPI over all regions")}
    assert rows["SV6"][2:] == ["–", "0 hours", "–"]
    assert rows["SV8"][2:] == ["–", "–", "–"]
    assert "SV8 Greenhouse gas emissions avoided" in prose(made, "regions")
    assert "SV6" not in prose(made, "regions")


def test_234_weeks_once_the_datum_is_given_and_not_convertible_until_then() -> None:
    sheet = FilledSheet(summary(), REGIONS, {f"{SV}/SV2": {"TLG": filled("3")}})
    until = report(sheet)
    row = next(row for row in table(until, "What is related, but not converted") if row[0] == "SV2")
    assert row[1:5] == ["NT10", "3 people, not convertible to weeks", "–", "weeks planned for each apprentice"]
    assert "4 of 8 KPIs can be converted" in prose(until, _anchor(until))
    made = report(replace(sheet, data=WEEKS, prices=PROXY))
    row = next(row for row in table(made, "What can be converted") if row[0] == "NT10")
    assert row == ["NT10", "Apprenticeship weeks", "SV2", "234 weeks", "–", "58,500", "–"]


def _anchor(made: Report) -> str:
    return next(section.anchor for section in made.sections if section.title.startswith("In the words of"))


def test_coverage_is_6_of_8_and_7_of_8_and_the_unmapped_one_is_named() -> None:
    data = {**WEEKS, f"{SV}/SV1": {"years_worked": Decimal(2)}}
    made = report(replace(starts(), data=data))
    assert prose(made, _anchor(made)) == (
        f"6 of 8 KPIs can be converted with what is known (75.0{NO_BREAK}%), 7 of 8 are related or converted "
        f"(87.5{NO_BREAK}%). Without a counterpart: SV5."
    )
    assert table(made, "Without a counterpart: named, and not zero")[0][0] == "SV5"


def test_one_delivery_under_two_goals_is_not_added_up() -> None:
    rows = table(report(starts()), "What serves each goal")
    assert [row[0] for row in rows if row[2] == "SV2" and row[5] == "31 people"] == ["4", "8", "All"]
    assert rows[-1] == ["All", "Each KPI once", "SV2", "–", "40 people", "31 people"]
    assert "Quality education" in {row[1] for row in rows}
    lines_ = tuple(replace(one, goals=()) if one.item.code == "SV7" else one for one in summary().lines)
    none = replace(starts(SV7={"TLG": filled("5")}), summary=replace(summary(), lines=lines_))
    assert table(report(none), "What serves each goal")[-1][2] == "SV2", "spend serves no goal here"


def test_a_percentage_is_never_added_over_regions() -> None:
    made = report(starts(SV4={"TLF": filled("95", "90"), "TLG": filled("95", "96")}))
    why = "not added up"
    assert table(made, "SV4 by region")[-1] == ["All regions", why, why]
    assert next(row for row in table(made, "Each KPI over all regions") if row[0] == "SV4")[2:4] == [why, why]
    assert (
        charts(made)[1].title
        == f"Staff paid at least the real living wage, delivered: most in West Midlands (96{NO_BREAK}%)"
    )
    alone = report(starts(SV4={"TLG": filled("95", "96")}))
    assert next(row for row in table(alone, "What can be converted") if row[0] == "RLW")[3:] == ["95 %", "96 %"]
    assert {row[0] for row in table(alone, "What serves each goal") if row[2] == "SV4"} == {"8"}


def test_what_adds_up_in_no_way_has_no_total() -> None:
    changed = replace(summary(), lines=tuple(
        replace(one, item=replace(one.item, over_contracts="average")) if one.item.code == "SV6" else one
        for one in summary().lines
    ))  # fmt: skip
    sheet = FilledSheet(changed, REGIONS, {f"{SV}/SV6": {"TLG": filled("1"), "TLF": filled("2")}})
    rows = {row[0]: row for row in table(report(sheet), "Each KPI over all regions")}
    assert rows["SV6"][2] == "not added up"


def test_units_are_never_mixed() -> None:
    made = report(starts(SV3={"TLG": filled("10", "3")}, SV7={"TLG": filled("1000", "900")}))
    rows = table(made, "Each region by unit")
    assert {row[0] for row in rows} == {"people"}, "pounds have one KPI only, so their region totals are its own"
    assert [row[1:] for row in rows if row[1] in ("West Midlands", "All regions")] == [
        ["West Midlands", "2", "10", "12"],
        ["All regions", "2", "50", "34"],
    ]
    assert charts(made)[1].kind == "regions"
    everything = report(starts(**{f"SV{n}": {"TLG": filled("1", "1")} for n in (1, 3, 4, 5, 6, 7, 8)}))
    assert "Something is filled in for every KPI." in prose(everything, "regions")
    unit = [[row[0], row[3]] for row in table(report(starts(SV7={"TLG": filled("5")})), "What serves each goal")[-2:]]
    assert len(unit) == 2, "one row for each unit"


def test_bars_of_one_kpi_are_drawn_to_one_scale() -> None:
    made = report(starts(SV3={"TLG": filled("3", "9"), "TLE": filled(None, "5"), "TLF": filled("4")}))
    chart = next(one for one in charts(made) if one.kind == "regions")
    drawn = spec(chart, table_of(made, chart))
    bars, *_, said = drawn["layer"]
    assert [(row["done"], row["due"]) for row in bars["data"]["values"]] == [("5", "0"), ("0", "4"), ("9", "3")]
    assert [row["said"] for row in said["data"]["values"]] == [
        "5 people delivered, no target",
        "– of 4 people delivered",
        "9 of 3 people delivered",
    ]


def test_an_amount_can_be_made_up_of_records_and_opens_to_them() -> None:
    where = (f"{SV}/SV2", "delivered", "TLG")
    given = (Given("A-1 SV2", Decimal(7), "ledger of A-1"), Given("A-2 SV2", Decimal(2), "ledger of A-2"))
    book = report(replace(starts(), given={where: given})).book
    line = book["/".join(where)]
    assert isinstance(line, Figure)
    assert line.value == 9
    assert [book[one].label for one in line.inputs] == [
        "A-1 SV2, delivered, West Midlands",
        "A-2 SV2, delivered, West Midlands",
    ]
    assert book.recompute(f"{SV}/SV2/delivered/all") == 31


def test_targets_alone_are_drawn_and_one_place_needs_no_drawing() -> None:
    made = report(FilledSheet(summary(), REGIONS, {f"{SV}/SV6": {"TLG": filled("8"), "TLF": filled("2")}}))
    (chart,) = charts(made)
    assert (chart.series, chart.title) == (
        ("target",),
        "Hours of staff time given to communities: 10 hours wanted, most in West Midlands (8 hours)",
    )
    assert not charts(report(FilledSheet(summary(), REGIONS, {f"{SV}/SV6": {"": filled("8")}})))
    (only,) = charts(report(FilledSheet(summary(), REGIONS, {f"{SV}/SV6": {"TLG": filled("8", "0")}})))
    assert only.title == "Hours of staff time given to communities: 0 hours delivered"
    nothing_wanted = report(FilledSheet(summary(), REGIONS, {f"{SV}/SV6": {"TLG": filled("0", "1")}}))
    assert table(nothing_wanted, "Each KPI over all regions")[5][4] == "–", "no percentage of nothing"


def test_pounds_are_the_sum_of_pence_of_the_regions() -> None:
    prices = {f"{SV}/SV6": Price(Decimal("17.333"), "a shown pack")}
    sheet = FilledSheet(summary(), REGIONS, {f"{SV}/SV6": {"TLG": filled("1", "2"), "TLF": filled("1")}}, prices=prices)
    made = report(sheet)
    assert table(made, "SV6 by region")[-1] == ["All regions", "2", "2", "34.66", "34.67"]
    assert table(made, "Each KPI over all regions")[-1][-2:] == ["34.66", "34.67"]
    assert made.book.recompute(f"{SV}/SV6/target/all/pounds") == Decimal("34.66")
    assert "a shown pack" in {getattr(entry, "origin", "") for entry in made.book}


def test_what_could_be_two_things_waits_for_a_choice_that_makes_100() -> None:
    sheet = FilledSheet(two_ways(), REGIONS, {f"{SV}/SV6": {"TLG": filled("100", "50")}})
    row = next(row for row in table(report(sheet), "What is related, but not converted") if row[0] == "SV6")
    assert row[2:5] == [CHOOSE, CHOOSE, CHOOSE]
    said = prose(report(sheet), f"in-{slug('fx-2025.1')}")
    assert "Needs a choice first: SV6." in said
    key = (f"{SV}/SV6", "fx-2025.1")
    split = replace(sheet, choices={key: {"fx-2025.1/NT17": 6000, "fx-2025.1/NT17b": 4000}})
    rows = {row[0]: row for row in table(report(split), "What can be converted")}
    assert "Needs a choice" not in prose(report(split), f"in-{slug('fx-2025.1')}")
    assert (rows["NT17"][3:], rows["NT17b"][3:]) == (["60 hours", "30 hours"], ["40 hours", "20 hours"])
    with pytest.raises(errors.BadSplit, match="make 90 per cent"):
        report(replace(sheet, choices={key: {"fx-2025.1/NT17": 5000, "fx-2025.1/NT17b": 4000}}))


def test_an_empty_sheet_says_so() -> None:
    made = report(FilledSheet(summary(), REGIONS))
    assert "Nothing is filled in yet." in prose(made, "regions")
    assert not charts(made)
    assert {made.book[entry.id].value for entry in made.book if "coverage" not in entry.id} <= {
        Decimal(0),
        Decimal(1),
    }


def test_a_sheet_without_counterparts_or_goals_leaves_their_tables_out() -> None:
    bare = replace(summary(), lines=tuple(replace(line, ways=(), goals=()) for line in summary().lines))
    made = report(replace(starts(), summary=bare, title="Mine"))
    assert made.title == "Mine"
    assert "What can be converted" not in {one.caption for one in made.tables()}
    assert "goals" not in {section.anchor for section in made.sections}
    none = replace(bare, lines=())
    assert "This sheet has no KPIs." in prose(report(FilledSheet(none, REGIONS)), _anchor(made))


def test_everything_mapped_says_that_nothing_is_missing() -> None:
    mapped = replace(summary(), lines=tuple(line for line in summary().lines if line.ways))
    assert "None is without a counterpart." in prose(
        report(replace(starts(), summary=mapped)), _anchor(report(starts()))
    )


def test_the_goals_as_a_target_are_told_once() -> None:
    made = report(FilledSheet(summary("svm-2025", (GOALS,)), REGIONS))
    assert [section.title for section in made.sections if "Sustainable" in section.title] == [
        "For the Sustainable Development Goals"
    ]
    assert not [section for section in made.sections if section.title.startswith("In the words of")]


def test_a_counterpart_that_was_not_linked_is_named_as_such() -> None:
    bare = replace(summary(), lines=tuple(replace(line, gaps=()) for line in summary().lines))
    assert (
        table(report(replace(starts(), summary=bare)), "Without a counterpart: named, and not zero")[0][1]
        == "not linked"
    )


def test_the_long_table_is_the_whole_sheet() -> None:
    sheet = starts()
    made = long_table(RegionalFigures(sheet, Book()), as_at=DAY, origin=origin_of(sheet.summary.releases))
    rows = lines(made)
    assert [row[3:7] for row in rows] == [
        ["TLD", "North West", "–", "7"],
        ["TLE", "Yorkshire", "–", "5"],
        ["TLF", "East Midlands", "–", "6"],
        ["TLG", "West Midlands", "–", "9"],
        ["not-placed", "Not placed", "40", "4"],
    ]
    source = sheet.summary.source
    assert [column.heading for column in made.columns[9:]] == ["Framework release", "Source and licence", "As at"]
    assert source.attribution
    assert {tuple(row[9:]) for row in rows} == {
        (f"{source.name} ({SV})", " ".join(source.attribution), wording.day(DAY)),
    }
    strange = lines(long_table(RegionalFigures(sheet, Book()), as_at=DAY, origin=origin_of((), otherwise="our own")))
    assert {tuple(row[9:11]) for row in strange} == {("our own", "")}


def test_files_of_the_report_have_the_words_and_no_formula() -> None:
    risky = with_way(summary(), "SV6", reason="=1+1")
    files = render_csv(report(replace(starts(SV6={"TLG": filled("1")}), summary=risky)))
    assert b"31" in files["kpis.csv"]
    assert b",=1+1" not in b"".join(files.values())


def test_an_unknown_unit_makes_no_total_over_kpis() -> None:
    made = replace(
        summary(), lines=tuple(replace(one, item=replace(one.item, unit="unknown")) for one in summary().lines)
    )
    sheet = FilledSheet(made, REGIONS, {f"{SV}/SV{n}": {"TLG": filled("1")} for n in (2, 6)})
    assert "Each region by unit" not in {one.caption for one in report(sheet).tables()}


def test_a_percentage_of_all_regions_is_worked_out_from_the_sums() -> None:
    made = report(starts(SV4={"TLF": parts("1/2", "0/4"), "TLG": parts("95/100", "24/25")}))
    assert table(made, "SV4 by region") == [
        ["East Midlands", "50.00", "0.00", "1 of 2", "0 of 4"],
        ["West Midlands", "95.00", "96.00", "95 of 100", "24 of 25"],
        ["All regions", "94.12", "82.76", "96 of 102", "24 of 29"],
    ]
    assert made.book.recompute(f"{SV}/SV4/delivered/all") == Decimal("82.76")
    row = next(row for row in table(made, "What can be converted") if row[0] == "RLW")
    assert row[3:] == ["94.12 %", "82.76 %"]


def test_a_percentage_with_one_whole_missing_has_no_total() -> None:
    made = report(starts(SV4={"TLF": filled(None, "90"), "TLG": parts("", "24/25")}))
    assert table(made, "SV4 by region")[-1] == ["All regions", "–", "not added up", "–", "–"]
    sheet = starts(SV4={"TLF": filled(None, "90"), "TLG": parts("", "24/25")})
    assert sheet.whole(f"{SV}/SV4", "delivered") == (None, None)
