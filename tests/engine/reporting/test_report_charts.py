"""Charts: what is drawn, in which order and with which words."""

from __future__ import annotations

import dataclasses
import xml.etree.ElementTree as ElementTree
from decimal import Decimal
from typing import Any

import pytest

from commonweal.reporting import charts
from commonweal.reporting.model import Cell, Chart, Column, Report, Row, Show, State, Table


def chart_called(report: Report, name: str) -> Chart:
    blocks = (block for section in report.sections for block in section.blocks)
    return next(block for block in blocks if isinstance(block, Chart) and block.name == name)


def spec_of(report: Report, name: str, **options: Any) -> Any:
    chart = chart_called(report, name)
    return charts.spec(chart, charts.table_of(report, chart), **options)


def test_stacked_bars_hold_the_tables_numbers_in_the_order_of_the_states(report: Report) -> None:
    bars, labels, said = spec_of(report, "grounds-states-chart")["layer"]
    first = [(v["v"], v["colour"]) for v in bars["data"]["values"] if v["row"] == 0]
    assert first == [("56250.00", charts.COLOURS["verified"]), ("3750.00", charts.COLOURS["rejected"])]
    assert [v["label"] for v in labels["data"]["values"]][-1] == "CL Care leavers into work"
    assert [v["said"] for v in said["data"]["values"]][:2] == [
        "£56,250.00 verified · £3,750.00 rejected",
        "£3,250.00 verified",
    ]


def test_the_total_row_is_not_a_bar(report: Report) -> None:
    bars = spec_of(report, "grounds-states-chart")["layer"][0]
    assert sum(Decimal(v["v"]) for v in bars["data"]["values"]) == Decimal("101312.50")


def test_bullets_have_a_scale_for_each_row_and_say_both_numbers(report: Report) -> None:
    due, *_, said = spec_of(report, "grounds-due-chart")["layer"]
    rows = due["data"]["values"]
    assert rows[0] == {"row": 0, "due": "100", "done": "93.75"}
    assert rows[5] == {"row": 5, "due": "0", "done": "100"}
    texts = [v["said"] for v in said["data"]["values"]]
    assert texts[0] == "1.875 of 2 FTE-years verified"
    assert texts[3] == "£31,250.00 of £31,250.00 verified"
    assert texts[5] == "1 person verified, not due"


def test_a_line_names_its_series_at_the_end(report: Report) -> None:
    values = spec_of(report, "care-trend-chart")["data"]["values"]
    assert [v["said"] for v in values if v["series"] == "Verified"] == ["90", "72", "36", "30 verified"]


def test_narrow_drawings_put_the_words_on_two_lines(report: Report) -> None:
    wide, narrow = (spec_of(report, "grounds-states-chart", width=w) for w in (charts.WIDTH, charts.NARROW))
    assert narrow["height"]["step"] > wide["height"]["step"]
    assert narrow["layer"][2]["mark"]["align"] == "left"
    assert wide["layer"][2]["mark"]["align"] == "right"


@pytest.mark.parametrize(
    ("name", "align", "step"),
    [
        ("Corporate Cleaning (NMC-2025-088)", "right", 52),
        ("Grounds Maintenance and Street Trees 2026-2030 (NMC-2026-014)", "left", 70),
    ],
)
def test_a_long_name_never_runs_into_its_numbers(name: str, align: str, step: int) -> None:
    columns = (Column("c", "C"), Column("v", "Verified", Show.POUNDS), Column("p", "Pending", Show.POUNDS))
    row = Row((Cell(name), Cell(Decimal("97300.00")), Cell(Decimal("83782.50"))))
    spec = charts.spec(Chart("x", "X", "stacked", "t", "c", ("v", "p")), Table("t", "T", columns, (row,)))
    label, said = spec["layer"][1:]
    assert label["data"]["values"][0]["label"] == name
    assert (said["mark"]["align"], spec["height"]["step"]) == (align, step)


def test_no_number_is_a_float(report: Report) -> None:
    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, inner in value.items():
                if key in ("v", "due", "done"):
                    assert isinstance(inner, str)
                if key == "values":
                    walk(inner)
        elif isinstance(value, list):
            for inner in value:
                assert not isinstance(inner, float)
                walk(inner)

    for name in ("grounds-states-chart", "grounds-due-chart", "care-trend-chart"):
        spec = spec_of(report, name)
        walk([spec.get("data", {}), *(layer.get("data", {}) for layer in spec["layer"])])


@pytest.mark.parametrize("name", ["grounds-states-chart", "grounds-due-chart", "care-trend-chart"])
def test_drawing_is_one_svg_without_addresses_to_fetch(report: Report, name: str) -> None:
    chart = chart_called(report, name)
    drawing = charts.svg(chart, charts.table_of(report, chart), width=charts.NARROW)
    assert ElementTree.fromstring(drawing).tag.endswith("svg")
    assert drawing == charts.svg(chart, charts.table_of(report, chart), width=charts.NARROW)
    assert "href" not in drawing


def test_a_label_cannot_become_markup_in_the_drawing() -> None:
    table = Table(
        "t",
        "T",
        (Column("c", "C"), Column("done", "Verified", Show.QUANTITY), Column("due", "Due", Show.QUANTITY, "hours")),
        (
            Row(
                (
                    Cell("<script>alert(1)</script> & a very long name that goes" + " on and on" * 6),
                    Cell(),
                    Cell(Decimal(1)),
                )
            ),
        ),
    )
    drawing = charts.svg(Chart("x", "X", "bullet", "t", "c", ("done", "due")), table)
    assert "<script" not in drawing
    assert "…" in drawing


def test_control_characters_of_a_name_a_heading_or_a_unit_are_not_drawn() -> None:
    bad = "a\x00b\x1fc"
    columns = (Column("c", "C"), Column("done", bad, Show.QUANTITY), Column("due", "Due", Show.QUANTITY, bad))
    table = Table("t", "T", columns, (Row((Cell(bad), Cell(Decimal(1), unit=bad), Cell(Decimal(1), unit=bad))),))
    for kind in ("stacked", "bullet", "line"):
        drawing = charts.svg(Chart("x", "X", kind, "t", "c", ("done", "due")), table)
        assert "abc" in drawing
        assert "\x00" not in drawing


def test_described_uses_the_alt_or_every_number(report: Report) -> None:
    chart = chart_called(report, "grounds-states-chart")
    table = charts.table_of(report, chart)
    assert charts.described(chart, table) == chart.alt
    words = charts.described(dataclasses.replace(chart, alt=""), table)
    assert "NT31 CO2e saved: nothing" in words
    assert "£262.50 pending" in words


def test_what_is_not_claimed_is_pale_and_early_charts_are_always_wide(
    report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = (Column("c", "C"), Column("rest", "Not yet claimed", Show.POUNDS))
    table = Table("t", "T", columns, (Row((Cell("r"), Cell(Decimal(2)))),))
    chart = Chart("x", "X", "stacked", "t", "c", ("rest",))
    assert charts.spec(chart, table)["layer"][0]["data"]["values"][0]["colour"] == charts.BARE
    monkeypatch.setattr(charts, "MOST_WIDE", 1)
    first = dataclasses.replace(report.sections[0], blocks=(*report.sections[0].blocks, table, chart))
    grown = dataclasses.replace(report, sections=[first, *report.sections[1:]])
    assert charts.widths(grown, chart) == (charts.WIDTH, charts.NARROW)
    assert charts.widths(grown, chart_called(report, "care-trend-chart")) == (charts.NARROW,)


def test_colours_of_states_are_the_same_whatever_the_key() -> None:
    columns = (Column("c", "C"), Column("written_off", "Gone", Show.QUANTITY), Column("b", "Other", Show.QUANTITY))
    table = Table("t", "T", columns, (Row((Cell("r"), Cell(Decimal(2), unit="hour"), Cell(Decimal(1), unit="hour"))),))
    spec = charts.spec(Chart("x", "X", "stacked", "t", "c", ("written_off", "b")), table)
    assert [v["colour"] for v in spec["layer"][0]["data"]["values"]] == [charts.COLOURS["written-off"], charts.SPARE[1]]
    assert set(charts.COLOURS) == {state.value.replace(" ", "-") for state in State}
