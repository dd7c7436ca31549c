"""The catalogue as files: all that a release holds, its values, and two releases side by side."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal import packs
from commonweal.catalogue import Framework, Measure, load_catalogue
from commonweal.crosswalk.compare import compare
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.reporting.build.catalogue import comparison_report, credit, prices, release_report, values_report
from commonweal.reporting.model import Report
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.render_json import render_json
from commonweal.reporting.render_ods import render_ods
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal.series import Entry, ValueSeries

DAY = dt.date(2026, 11, 4)
OGL = "Contains public sector information licensed under the Open Government Licence v3.0."


def series_of(measure: Measure) -> ValueSeries | None:
    return packs.load_series(measure.values) if measure.values else None


def report_on(name: str, *, credits: bool = True) -> Report:
    catalogue = load_catalogue()
    framework = catalogue.framework(name)
    return release_report(catalogue, framework, series_of=series_of, as_at=DAY, made_by="x", credits=credits)


def rows(report: Report, table: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render_csv(report)[f"{table}.csv"].decode("utf-8-sig"))))


@pytest.mark.parametrize("name", [framework.id for framework in load_catalogue().frameworks])
def test_a_file_holds_every_item_of_a_release_with_licence_and_attribution(name: str) -> None:
    framework = load_catalogue().framework(name)
    found = rows(report_on(name), "items")
    everything = (*framework.themes, *framework.outcomes, *framework.criteria, *framework.measures)
    assert [(row["Code"], row["Label"]) for row in found] == [(one.code, one.label) for one in everything]
    mine = credit(framework.licence, framework.publisher)
    assert {(row["Licence"], row["Attribution"]) for row in found} == {(mine.licence, mine.attribution)}
    assert {row["Publisher"] for row in found} == {framework.publisher}


def test_a_definition_is_told_in_words() -> None:
    [row] = [row for row in rows(report_on("fx-2025.1"), "items") if row["Code"] == "CL"]
    assert row["What does not count"].startswith("Anything after")
    assert (row["Unit"], row["Kind"]) == ("people", "a quantity")
    assert row["Wording confirmed"] == "true"


def test_a_workbook_names_the_licence_once_and_not_in_each_row() -> None:
    report = report_on("svm-2020", credits=False)
    [items] = [table for table in report.tables() if table.name == "items"]
    assert "licence" not in {column.key for column in items.columns}
    assert report.attributions == [OGL]
    assert OGL in json.loads(render_json(report))["meta"]["attributions"]
    assert render_xlsx(report).startswith(b"PK")
    assert render_ods(report).startswith(b"PK")


def test_values_stand_with_source_and_licence() -> None:
    found = rows(report_on("fx-2026.1"), "values")
    assert {row["Code"] for row in found} == {
        m.code for m in load_catalogue().framework("fx-2026.1").measures if m.values
    }
    assert found[0]["Pounds"] == "31000"
    assert found[0]["Licence"] == "Invented test data of this project"


def test_a_release_without_values_rules_and_sources_has_no_sheet_for_them() -> None:
    framework = load_catalogue().framework("essex-ecc")
    bare = replace(framework, rules=(), sources={})
    report = release_report(load_catalogue(), bare, series_of=lambda _: None, as_at=DAY, made_by="x")
    assert [section.anchor for section in report.sections] == ["about", "items"]


def test_the_values_of_one_measure() -> None:
    measure = load_catalogue().measure("fx-2026.1/NT10")
    entry = Entry(DAY, Decimal("260.5"), "nobody", verified=False, status="withdrawn", note="wrong", until=None)
    series = ValueSeries("value/x", "X", "GBP/week", "real", (entry,), price_base="2021", licence="OGL-UK-3.0")
    report = values_report(measure, series, as_at=DAY, made_by="x")
    [row] = rows(report, "values")
    assert (row["Pounds"], row["Prices"], row["Source"]) == ("260.5", "prices of 2021", "nobody")
    assert (row["Value confirmed"], row["Note"], row["Attribution"]) == ("false", "withdrawn; wrong", OGL)
    assert report.attributions == [OGL]


def test_nominal_values_are_in_the_money_of_their_day() -> None:
    assert prices(packs.load_series("value/fx-2025.1-nt10")) == "money of the day"


def test_two_releases_side_by_side_are_a_row_for_each_difference() -> None:
    catalogue = load_catalogue()
    one, other = catalogue.framework("svm-2020"), catalogue.framework("svm-2025")
    found = compare(load_crosswalk(), one, other)
    report = comparison_report(found, as_at=DAY, made_by="x")
    changes = rows(report, "changes")
    assert len(changes) == sum(len(pair.differences) or 1 for pair in found.pairs)
    assert changes[0]["Change"] == "changed unit"
    assert (changes[0]["svm-2020 says"], changes[0]["svm-2025 says"]) == ("hours", "weeks")
    assert {row["Attribution"] for row in changes} == {OGL}
    assert sum(int(row["Items"]) for row in rows(report, "counts")) == len(found.pairs)


def test_the_names_are_full_where_there_are_no_short_ones() -> None:
    one: Framework = replace(load_catalogue().framework("fx-2025.1"), short_name="")
    report = comparison_report(compare(load_crosswalk(), one, one), as_at=DAY, made_by="x")
    assert report.title.startswith("Example framework FX-2025.1 and")


def test_a_licence_that_we_do_not_know_is_named_as_it_stands() -> None:
    assert credit("Licence 2026/117", "Northmere") == credit("Licence 2026/117", "Northmere")
    assert (credit("Licence 2026/117", "Northmere").licence, credit("", "N").licence) == (
        "Licence 2026/117",
        "not stated",
    )
    assert credit("OGL-UK-3.0").href.startswith("https://www.nationalarchives.gov.uk")
