"""report.json: written whole, read back whole, worked out again from itself alone."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.figures import Book, Figure
from commonweal.reporting.model import Report
from commonweal.reporting.render_json import render_json
from commonweal.reporting.stored import differences, explain, load_report, shown_differently
from tests.engine.reporting.report_sample import GROUNDS, sample_report

TOTAL = f"{GROUNDS}/verified-pounds"


@pytest.fixture
def stored(report: Report, tmp_path: Path) -> Path:
    (tmp_path / "report.json").write_bytes(render_json(report))
    return tmp_path / "report.json"


def change(path: Path, how: Any) -> Path:
    data = json.loads(path.read_bytes())
    how(data)
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


def test_a_stored_report_reads_back_as_it_was(report: Report, stored: Path) -> None:
    meta, book = load_report(stored)
    assert list(book) == sorted(report.book, key=lambda entry: isinstance(entry, Figure))
    assert meta["as_at"] == "2026-07-20"
    assert meta["sources"][0]["sha256"] == "ab" * 32
    assert load_report(stored.parent)[0] == meta


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert render_json(report) == render_json(sample_report())


def test_no_number_of_the_book_is_a_json_number(stored: Path) -> None:
    data = json.loads(stored.read_bytes())
    assert all(isinstance(entry["value"], str) for entry in data["facts"] + data["figures"])


def test_every_figure_works_out_again(stored: Path) -> None:
    assert differences(load_report(stored)[1]) == []


def test_every_table_shows_what_the_book_has(stored: Path) -> None:
    assert shown_differently(stored, load_report(stored)[1]) == []


def test_an_altered_figure_and_whatever_rests_on_an_altered_fact_is_found(stored: Path) -> None:
    def alter(data: Any) -> None:
        next(f for f in data["figures"] if f["id"] == TOTAL)["value"] = "97300.01"

    assert differences(load_report(change(stored, alter))[1]) == [TOTAL]

    def alter_fact(data: Any) -> None:
        next(f for f in data["facts"] if f["id"] == f"{GROUNDS}/NT17/verified")["value"] = "61"

    found = differences(load_report(change(stored, alter_fact))[1])
    assert found == [f"{GROUNDS}/NT17/verified-pounds", f"{GROUNDS}/NT17/rate", TOTAL]


@pytest.mark.parametrize(
    "how",
    [
        lambda d: d.pop("end"),
        lambda d: d.pop("meta"),
        lambda d: d["facts"].pop(),
        lambda d: d["figures"].pop(),
        lambda d: d["figures"].reverse(),
        lambda d: d["facts"][0].update(value=1),
        lambda d: d["facts"][0].update(value="one"),
        lambda d: d["facts"][0].update(value="NaN"),
        lambda d: d["facts"][0].pop("origin"),
        lambda d: d["facts"].append(d["facts"][0]),
        lambda d: d.update(figures=None),
        lambda d: d.update(facts=["x"]),
        lambda d: d["figures"][0].update(inputs=["nowhere"]),
        lambda d: d["sections"][0]["blocks"][1]["items"][0].update(figure="nowhere"),
        lambda d: d.update(version=2),
        lambda d: d.update(format="other"),
    ],
)
def test_what_is_not_whole_is_refused(stored: Path, how: Any) -> None:
    with pytest.raises(errors.BadReport):
        load_report(change(stored, how))


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000, b"null"])
def test_what_is_no_report_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "report.json").write_bytes(content)
    with pytest.raises(errors.BadReport):
        load_report(tmp_path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(errors.BadReport, match="cannot be read"):
        load_report(tmp_path / "nowhere.json")


@given(cut=st.integers(min_value=1, max_value=5000))
def test_a_report_that_was_cut_short_never_passes(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    data = render_json(sample_report())
    file = tmp_path_factory.getbasetemp() / "cut.json"
    file.write_bytes(data[: -cut - 1])
    with pytest.raises(errors.BadReport):
        load_report(file)


def test_explain_goes_down_to_the_cells_and_gives_its_verdict(stored: Path) -> None:
    book = load_report(stored)[1]
    lines = explain(book, TOTAL)
    assert lines[0] == f"Total verified, in pounds: £97,300.00  [{TOTAL}]"
    assert "      given: Decisions, row 4" in lines
    assert lines[-1] == "Worked out again from the facts: £97,300.00, the same."
    assert explain(book, f"{GROUNDS}/NT17/value")[-1].startswith("This number was given")


def test_explain_says_when_the_stored_number_is_another(stored: Path) -> None:
    book = Book()
    book.fact("a", "A", Decimal(2), "hour", origin="", source="s.csv")
    book.figure("twice", "Twice", "hour", "sum", ["a", "a"], note="Counted twice.")
    book.enter(Figure("b", "B", Decimal(9), "hour", "sum", ("twice", "twice", "a")))
    lines = explain(book, "b")
    assert lines[-1] == "Worked out again from the facts: 10 hours, NOT the 9 that is stored."
    assert "    as above" in lines
    assert "    note: Counted twice." in lines
    assert "    given: s.csv" not in lines
    assert "      given: s.csv" in lines


def test_explain_of_an_unknown_rule_or_line_is_refused() -> None:
    book = Book()
    book.fact("a", "A", Decimal(2), "hour", origin="x")
    book.enter(Figure("b", "B", Decimal(2), "hour", "magic", ("a",)))
    with pytest.raises(errors.BadReport, match="magic"):
        explain(book, "b")
    with pytest.raises(errors.BadReport, match="no line"):
        explain(book, "zzz")
    assert differences(book) == ["b"]


def test_a_figure_that_rests_on_one_that_cannot_be_worked_out_differs_too() -> None:
    book = Book()
    book.fact("a", "A", Decimal(0), "hour", origin="x")
    book.enter(Figure("rate", "R", Decimal(1), "%", "percent", ("a", "a")))
    book.enter(Figure("sum", "S", Decimal(1), "%", "sum", ("rate",)))
    assert differences(book) == ["rate", "sum"]


def test_a_figure_before_its_input_is_refused() -> None:
    book = Book()
    book.enter(Figure("b", "B", Decimal(2), "hour", "sum", ("a",)))
    with pytest.raises(errors.BadReport, match="does not stand before it"):
        differences(book)


def test_differences_takes_one_pass_however_deep_the_book() -> None:
    book = Book()
    book.fact("f0", "F", Decimal(1), "hour", origin="x")
    for n in range(1, 20_000):
        book.enter(Figure(f"f{n}", "F", Decimal(1), "hour", "smallest", (f"f{n - 1}", f"f{n - 1}")))
    start = time.perf_counter()
    assert differences(book) == []
    assert time.perf_counter() - start < 5
