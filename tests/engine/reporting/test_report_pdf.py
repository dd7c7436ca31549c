"""The PDF report: tagged, whole, the same bytes each time, and safe from whatever a text holds."""

from __future__ import annotations

import dataclasses
import datetime as dt
import io
from decimal import Decimal

import pypdf
import pytest

from commonweal.figures import Book
from commonweal.reporting import charts
from commonweal.reporting import render_pdf as module
from commonweal.reporting.model import Cell, Chart, Column, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.render_pdf import render_pdf
from tests.engine.reporting.report_sample import sample_report


@pytest.fixture(scope="module")
def pdf(report: Report) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(render_pdf(report)))


def text_of(pdf: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text() for page in pdf.pages).split())


def test_it_is_tagged_titled_and_in_british_english(pdf: pypdf.PdfReader) -> None:
    catalogue = pdf.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "en-GB"
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"]
    assert pdf.metadata.title == "Social value performance, April to June 2026"
    assert b"pdfuaid:part" in catalogue["/Metadata"].get_data()


def test_it_is_a4_with_page_numbers_and_bookmarks(pdf: pypdf.PdfReader) -> None:
    box = pdf.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    assert f"Page 2 of {len(pdf.pages)}" in pdf.pages[1].extract_text()
    assert [item.title for item in pdf.outline if not isinstance(item, list)][:2] == ["Summary", "All contracts"]


def test_figures_states_and_workings_are_in_its_text(pdf: pypdf.PdfReader) -> None:
    text = text_of(pdf)
    for wanted in (
        "£101,312.50",
        "£97,300.00",
        "◔",
        "nil declared",
        "Amber: 80 to 95 %",
        "Page 1 of",
        "verified, in pounds",
    ):
        assert wanted in text


def test_charts_have_their_alternative_text(report: Report) -> None:
    assert b"verified, pending and rejected pounds" in b"".join(_strings(report))


def _strings(report: Report) -> list[bytes]:
    reader = pypdf.PdfReader(io.BytesIO(render_pdf(report)))
    found = []
    for number in range(1, len(reader.xref[0]) + 1):
        value = reader.get_object(number)
        if isinstance(value, dict) and "/Alt" in value:
            found.append(str(value["/Alt"]).encode())
    return found


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert render_pdf(report) == render_pdf(sample_report())


def test_markup_and_unknown_characters_stay_text() -> None:
    bad = "#panic() $x$ *b* `c` \\ @ref <script> 漢字 🙂 \u200b\x01 ok"
    table = Table("t", bad, (Column("k", bad),), (Row((Cell(bad),)),), note=bad)
    report = dataclasses.replace(sample_report(), title=bad, subtitle=bad, book=Book())
    report.sections = [Section("a b", bad, (Prose((bad,)), table), 2, bad)]
    text = text_of(pypdf.PdfReader(io.BytesIO(render_pdf(report))))
    assert "#panic() $x$ *b* `c`" in text
    assert "■■" in text
    assert "ok" in text


def test_an_empty_report_is_still_a_document() -> None:
    sample = sample_report()
    table = Table("empty", "Empty", (Column("a", "A"),), ())
    chart = Chart("none", "None", "stacked", "empty", "a", ())
    report = Report("T", "", sample.as_at, [Section("one", "One", (table, chart))], Book())
    assert "Nothing to show here." in text_of(pypdf.PdfReader(io.BytesIO(render_pdf(report))))


def test_very_many_charts_are_drawn_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MOST_WIDE", 1)
    sections = module._data(sample_report())["sections"]
    assert [b["wide"] for section in sections for b in section["blocks"] if b["kind"] == "chart"] == [False] * 3
    assert render_pdf(sample_report()).startswith(b"%PDF")


def test_too_many_workings_are_left_out_and_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WORKINGS", 3)
    text = text_of(pypdf.PdfReader(io.BytesIO(render_pdf(sample_report()))))
    assert "rests on 77 lines, too many to print" in text


def test_a_working_with_very_many_inputs_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_INPUTS", 2)
    report = sample_report()
    report.book.fact("lonely", "Lonely", Decimal(1), "hour", origin="")
    text = text_of(pypdf.PdfReader(io.BytesIO(render_pdf(report))))
    assert "and 4 more, in workings.csv" in text


def _spans(page: pypdf.PageObject) -> list[tuple[float, float, float, str]]:
    """Each run of text as its height on the page, its left edge, its size and its words."""
    found: list[tuple[float, float, float, str]] = []

    def visit(text: str, cm: list[float], tm: list[float], font: object, size: float) -> None:
        if text.strip():
            found.append((round(tm[5] * cm[3] + cm[5], 1), tm[4] + cm[4], size, text.strip()))

    page.extract_text(visitor_text=visit)
    return found


REFERENCE = "NMC-2003-007"
WHY = "Signed in 2003, before social value was asked for; the break point of 1 April 2023 passed without change"


def _register(reference: str) -> Table:
    columns = (
        Column("reference", "Reference"),
        Column("contract", "Contract"),
        Column("supplier", "Supplier"),
        Column("body", "Body"),
        Column("value", "Value (£)", Show.POUNDS),
        Column("break", "Next break point", Show.DATE),
        Column("why", "Why no KPIs"),
    )
    cells = (
        Cell(reference),
        Cell("Grove Rise housing partnership"),
        Cell("Halden Estates (Grove Rise) Ltd"),
        Cell("Northmere City Council"),
        Cell(Decimal(216000000)),
        Cell(dt.date(2028, 4, 1)),
        Cell(WHY),
    )
    total = (Cell("Total"), Cell(), Cell(), Cell(), Cell(Decimal(216000000)), Cell(), Cell())
    return Table("t", "Without", columns, (Row(cells), Row(total, emphasis="total")), dense=True)


def test_columns_are_measured_by_their_longest_words_as_shown() -> None:
    columns = module._table(_register(REFERENCE), {})["columns"]
    assert columns[0]["words"][:2] == [REFERENCE, "Reference"]
    assert columns[0]["cells"] == [
        {"text": REFERENCE, "strong": False, "level": 0},
        {"text": "Total", "strong": True, "level": 0},
    ]
    assert [column["fixed"] for column in columns] == [False] * 4 + [True, True, False]
    assert columns[4]["cells"][1] == {"text": "£216,000,000", "strong": True, "level": 0}
    assert module._table(_register("a" * 32), {})["columns"][0]["words"][0] == "a" * 16


@pytest.mark.parametrize("reference", [REFERENCE, "658eaa30a688e3774ea52d9bccb972f7"])
def test_no_column_is_narrower_than_its_words(reference: str) -> None:
    made = Report("R", "", dt.date(2026, 10, 31), [Section("s", "S", (_register(reference),))], Book())
    page = pypdf.PdfReader(io.BytesIO(render_pdf(made))).pages[0]
    text = page.extract_text().replace("\u200b", "")
    assert reference[:16] in text
    assert reference[16:] in text
    spans = _spans(page)
    first = next(span for span in spans if span[3].startswith(reference[:8]))
    second = next(span for span in spans if span[3].startswith("Grove"))
    assert second[1] - first[1] > 8.2 * 0.5 * len(reference[:16])
