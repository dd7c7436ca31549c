"""The PDF report: tagged, whole, the same bytes each time, and safe from whatever a text holds."""

from __future__ import annotations

import dataclasses
import io
from decimal import Decimal

import pypdf
import pytest

from commonweal.figures import Book
from commonweal.reporting import charts
from commonweal.reporting import render_pdf as module
from commonweal.reporting.model import Cell, Chart, Column, Prose, Report, Row, Section, Table
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
