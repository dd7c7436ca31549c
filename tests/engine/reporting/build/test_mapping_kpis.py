"""A summary's KPIs for a procurement, for bidders and for an organisation, on paper, in a workbook and as CSV."""

from __future__ import annotations

import csv
import datetime as dt
import io
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal.catalogue import Verified, load_catalogue
from commonweal.catalogue.words import LINK_TRUST
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.express import PHRASES
from commonweal.crosswalk.models import GOALS, Datum, Likeness
from commonweal.crosswalk.summary import Goal, Line, Summary, Thing
from commonweal.reporting.build import mapping_words as words
from commonweal.reporting.build.mapping_kpis import Audience, attributions, kpi_csv, kpi_report, kpi_table
from commonweal.reporting.build.mapping_print import ONE_PAGE, kpi_print, printed_tables
from commonweal.reporting.build.mapping_summary import summarise
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_pdf import render_pdf
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal.reporting.wording import words as cell_words

DAY = dt.date(2026, 11, 22)


def made(source: str, *targets: str, codes: tuple[str, ...] = ()) -> Summary:
    catalogue, crosswalk = load_catalogue(), load_crosswalk()
    return summarise(
        catalogue, crosswalk, source=source, codes=codes, targets=targets, on=DAY, engine="1.2", data="3.4"
    )


@pytest.fixture(scope="module")
def journey() -> Summary:
    return made("fx-svm-2025", "fx-2025.1")


def read(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_the_sentence_names_what_has_no_counterpart(journey: Summary) -> None:
    assert words.sentence(journey, journey.coverage[0]) == (
        "6 of 8 can be converted (75.0 %), 7 of 8 related (87.5 %), 1 has no counterpart: "
        "Suppliers with the standards for mental health at work."
    )


def test_the_sentence_with_none_several_and_many(journey: Summary) -> None:
    (counted,) = journey.coverage
    ids = tuple(line.item.id for line in journey.lines)
    assert words.sentence(journey, replace(counted, unmapped=())).endswith("none is without a counterpart.")
    said = words.sentence(journey, replace(counted, unmapped=ids[:2]))
    assert said.endswith("2 have no counterpart: Jobs created; Apprenticeships created.")
    assert words.sentence(journey, replace(counted, unmapped=ids)).endswith(
        "8 have no counterpart; they are named below."
    )


def test_how_one_becomes_the_other(journey: Summary) -> None:
    said = {line.item.code: words.conversion(line.item, line.ways[0]) for line in journey.lines if line.ways}
    assert said["SV2"] == "people × weeks planned for each apprentice = weeks"
    assert said["SV3"] == ""
    assert said["SV6"] == "hours, one for one"
    back = made("fx-2025.1", "fx-svm-2025", codes=("NT10",))
    assert words.conversion(back.lines[0].item, back.lines[0].ways[0]) == (
        "weeks ÷ weeks planned for each apprentice = people"
    )
    way = replace(journey.lines[5].ways[0], factor=Decimal("0.5"))
    assert words.conversion(journey.lines[5].item, way) == "hours × 0.5 = hours"


def test_what_to_ask_for_has_its_unit_once() -> None:
    assert words.asked(Datum("w", "weeks planned for each apprentice", "week/person")) == (
        "weeks planned for each apprentice"
    )
    assert words.asked(Datum("y", "length of the post", "FTE-year/FTE")) == (
        "length of the post (FTE-years for each full-time equivalent)"
    )
    assert words.asked(Datum("n", "number agreed", "hour")) == "number agreed (hours)"


def test_goals_are_named_once_each_with_their_targets() -> None:
    def goal(code: str, number: str, weight: int | None) -> Goal:
        return Goal(code, "x", number, f"Goal {number}", weight, "", Likeness.RELATED, "", Verified.FALSE)

    line = Line(
        Thing("a/1", "1", "One", "measure"), (goal("8.5", "8", 6000), goal("8.6", "8", None), goal("4", "4", 2550))
    )
    assert words.goals(line) == ["8 Goal 8 (8.5: 60 %, 8.6)", "4 Goal 4 (25.5 %)"]
    bare = Line(line.item, (goal("4", "4", None),))
    assert words.goals(bare) == ["4 Goal 4"]


def test_what_is_not_counted_says_so() -> None:
    thing = Thing("a/1", "1", "One", "criterion")
    assert words.unit(thing) == "not counted: answered in words"
    assert words.deliverable(thing) == "One"
    assert words.deliverable(replace(thing, unit_rule="by head")) == "by head"


def test_each_row_of_the_csv_carries_source_licence_and_day(journey: Summary) -> None:
    for audience in Audience:
        rows = read(kpi_csv(journey, audience))
        assert len(rows) == 8
        assert {row["Made"] for row in rows} == {"2026-11-22, Commonweal 1.2, data package 3.4"}
        assert all(line in row["Source and licence"] for row in rows for line in attributions(journey))


def test_the_organisation_sees_counterparts_and_gaps(journey: Summary) -> None:
    rows = {row["Code"]: row for row in read(kpi_csv(journey, Audience.ORGANISATION))}
    two, five = rows["SV2"], rows["SV5"]
    assert (two["Counterpart code"], two["Relation"]) == ("NT10", "close to (proposed)")
    assert two["Ask for as well"] == "weeks planned for each apprentice"
    assert two["Goals it serves"].startswith("4 Quality education (4.4: 60 %)")
    assert (five["Relation"], five["Counterpart code"]) == ("no counterpart", "")
    assert five["Why"] == "nothing in the other framework is like it"
    assert not [value for value in five.values() if value in ("0", "0.0")]


def test_the_procurement_gets_room_for_weights_and_bidders_for_targets(journey: Summary) -> None:
    for audience, room in ((Audience.PROCUREMENT, "Weight"), (Audience.BIDDERS, "Your target")):
        rows = read(kpi_csv(journey, audience))
        assert {row[room].strip() for row in rows} == {""}
    two = read(kpi_csv(journey, Audience.PROCUREMENT))[1]
    assert two["Deliverable"] == "People who start an apprenticeship on the contract, each once"
    assert two["Evidence"] == "Confirmation of the training provider"


def test_a_share_and_a_way_through_an_outcome_are_said() -> None:
    rows = read(kpi_csv(made("svm-2020", "svm-2025", codes=("SVM20-2-03",)), Audience.ORGANISATION))
    assert rows
    assert all("by way of PO2" in row["Relation"] for row in rows)
    assert {row["How it converts"] for row in rows} == {"not convertible"}
    goals = made("fx-2025.1", "sdg", codes=("NT10",))
    assert [row["Share"] for row in read(kpi_csv(goals, Audience.ORGANISATION))] == ["60 %", "40 %"]
    (row,) = printed_tables(goals, Audience.ORGANISATION)[0].rows
    assert "related to (proposed) 4.4" in str(row.cells[1].value)


def test_several_frameworks_are_told_apart_and_goals_stand_in_their_own_column() -> None:
    summary = made("svm-2020", "coventry-indicators", "svm-2025", "sdg", codes=("SVM20-2-03", "SVM20-1-01"))
    rows = [row for table in printed_tables(summary, Audience.ORGANISATION) for row in table.rows]
    said = {str(row.cells[0].value).split()[0]: str(row.cells[1].value) for row in rows}
    assert said["SVM20-2-03"].endswith("SVM 2025: only through PO2: O1, O2, O6")
    assert said["SVM20-1-01"] == "Coventry: no counterpart; SVM 2025: no counterpart"
    assert all("8 Decent work and economic growth" in str(row.cells[4].value) for row in rows)


def test_the_workbook_counts_and_can_be_explained(journey: Summary) -> None:
    report = kpi_report(journey, Audience.ORGANISATION)
    (coverage,) = [table for table in report.tables() if table.name == "coverage"]
    said = [
        cell_words(cell, column).line for cell, column in zip(coverage.rows[0].cells, coverage.columns, strict=True)
    ]
    assert said == ["FX-2025.1", "4", "2", "0", "1", "1", "8", "75.0 %", "87.5 %"]
    assert report.book["fx-2025.1/percent/convertible"].value == 75
    (gaps,) = [table for table in report.tables() if table.name == "gaps"]
    assert [str(cell.value) for cell in gaps.rows[0].cells][1] == "SV5"
    assert render_xlsx(report)[:2] == b"PK"
    assert render_ods(report)[:2] == b"PK"


def test_without_gaps_there_is_no_table_of_gaps(journey: Summary) -> None:
    whole = made("fx-2025.1", "fx-2026.1")
    assert "gaps" not in [table.name for table in kpi_report(whole, Audience.ORGANISATION).tables()]
    assert "gaps" not in [table.name for table in kpi_report(journey, Audience.BIDDERS).tables()]


def test_a_short_list_prints_on_one_tagged_page(journey: Summary) -> None:
    for audience in Audience:
        report = kpi_print(journey, audience)
        assert report.one_page
        assert len(report.sections) == 1
        pdf = render_pdf(report)
        assert b"/StructTreeRoot" in pdf
        assert b"/Count 1" in pdf
    assert [table.caption for table in printed_tables(journey, Audience.BIDDERS)] == [
        "A: Good jobs and skills",
        "B: Strong communities and suppliers",
        "C: A cleaner environment",
    ]


def test_a_long_list_has_sections_and_attributions() -> None:
    summary = made("national-toms", "svm-2025")
    assert len(summary.lines) > ONE_PAGE
    report = kpi_print(summary, Audience.ORGANISATION)
    assert not report.one_page
    assert [section.anchor for section in report.sections] == ["about", "kpis", "gaps"]
    assert report.attributions == attributions(summary)
    flat = made("essex-ecc", "national-toms")
    assert [table.caption for table in printed_tables(flat, Audience.PROCUREMENT)] == ["KPIs for a procurement"]


def test_a_label_is_not_said_twice() -> None:
    summary = made("svm-2020", "svm-2025", codes=("SVM20-1-01",))
    (row,) = printed_tables(summary, Audience.PROCUREMENT)[0].rows
    assert row.cells[1].value == ""
    table = kpi_table(summary, Audience.PROCUREMENT)
    assert table.rows[0].cells[4].value == summary.lines[0].item.label


def test_the_same_summary_gives_the_same_bytes(journey: Summary) -> None:
    again = made("fx-svm-2025", "fx-2025.1")
    for audience in Audience:
        assert kpi_csv(journey, audience) == kpi_csv(again, audience)
        assert render_pdf(kpi_print(journey, audience)) == render_pdf(kpi_print(again, audience))


def test_what_needs_a_choice_is_counted_apart_and_named() -> None:
    summary = made("svm-2020", "national-toms", codes=("SVM20-8-01", "SVM20-4-03"))
    (counted,) = summary.coverage
    label = summary.lines[-1].item.label
    assert (counted.all, counted.convertible, counted.related) == (2, 1, 2)
    assert f"1 of 2 can be converted (50.0 %), 1 needs a choice first: {label}, 2 of 2 related" in words.sentence(
        summary, counted
    )
    many = replace(counted, choices=tuple(line.item.id for line in summary.lines) * 3)
    assert "6 need a choice first, " in words.sentence(summary, many)
    (table,) = [one for one in kpi_report(summary, Audience.ORGANISATION).tables() if one.name == "coverage"]
    row = dict(zip((column.key for column in table.columns), table.rows[0].cells, strict=True))
    assert row["choice"].value == 1
    assert row["related_percent"].text == "100.0 %"


@pytest.mark.parametrize("source", [framework.id for framework in load_catalogue().frameworks])
def test_every_list_has_the_relation_in_the_direction_of_its_link(source: str) -> None:
    """A list reads from what is asked to its counterpart, as the link itself does."""
    crosswalk = load_crosswalk()
    summary = made(source, *crosswalk.releases(source))
    links = {(link.source, link.target): link.relation for link in crosswalk.links}
    rows = read(kpi_csv(summary, Audience.ORGANISATION))
    told = {(row["Code"], row["In the words of"], row["Counterpart code"]): row["Relation"] for row in rows}
    tables = printed_tables(summary, Audience.ORGANISATION)
    printed = "\n".join(str(cell.value) for table in tables for row in table.rows for cell in row.cells)
    for line in summary.lines:
        for way in line.ways:
            relation = links.get((way.by or line.item.id, way.target.id))
            if relation is None:  # the link of a measure that it is the same as
                continue
            phrase = PHRASES[relation]
            assert told[(line.item.code, summary.target(way.to).short_name, way.target.code)].startswith(phrase)
            if not way.by and way.to != GOALS:
                assert f"{phrase} ({LINK_TRUST[way.verified]}) {way.target.code} " in printed


def test_the_caution_does_not_say_that_everything_is_narrower() -> None:
    for phrase in ("narrower than", "broader than"):
        assert f"“{phrase}” says that" in words.CAUTION
