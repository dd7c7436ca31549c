"""The HTML report: one file, every figure linked to its working, no way in for markup, readable by all."""

from __future__ import annotations

import dataclasses
import itertools
import re
from decimal import Decimal
from html.parser import HTMLParser
from importlib import resources

import pytest

from commonweal.figures import Book
from commonweal.reporting import charts
from commonweal.reporting import render_html as module
from commonweal.reporting.model import Cell, Chart, Column, Facts, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.render_html import chapters, render_html
from tests.engine.reporting.report_sample import sample_report

VOID = {"meta", "link", "br", "img", "hr", "input", "path", "line", "rect"}


class Page(HTMLParser):
    """The tags of a page in order, their attributes, and what was left open."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    return render_html(report).decode()


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def test_tags_are_balanced_and_ids_are_used_once(page: Page) -> None:
    assert page.wrong == []
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_it_begins_with_its_doctype(html: str) -> None:
    assert html.startswith("<!doctype html>")


def test_it_needs_nothing_from_anywhere(page: Page, html: str) -> None:
    assert not page.all("script")
    assert not page.all("link")
    assert not [a for _, attributes in page.tags for a in ("src", "srcset", "onclick") if a in attributes]
    assert all(str(a["href"]).startswith("#") for a in page.all("a"))
    assert "@import" not in html
    assert "url(" not in html


def test_every_inner_link_has_its_target(page: Page) -> None:
    ids = {attributes.get("id") for _, attributes in page.tags}
    assert {str(a["href"])[1:] for a in page.all("a")} <= ids


def test_every_figure_of_every_table_and_headline_is_linked(report: Report, html: str) -> None:
    lines = {entry.id: line for line, entry in enumerate(report.book, start=1)}
    shown = [cell.figure for table in report.tables() for row in table.rows for cell in row.cells if cell.figure]
    assert len(shown) > 40
    for figure in shown:
        assert f'class="figure" href="#w{lines[figure]}"' in html
        assert f'id="w{lines[figure]}"' in html


def test_the_totals_of_the_first_return_are_there_to_the_penny(html: str) -> None:
    for text in ("£97,300.00", "£262.50", "£3,750.00", "£101,312.50", "93.75\u00a0%", "1.875"):
        assert text in html


def test_a_working_shows_rule_inputs_and_where_it_is_used(html: str) -> None:
    start = html.index("Hours given to community groups: verified, in pounds</span>")
    working = html[start : html.index("</div>", start)]
    assert "£1,050.00" in working
    assert "Quantity times pounds per unit" in working
    assert "60 hours" in working
    assert "£17.50 per hour" in working
    assert "What became of each claim" in working


def test_states_are_words_with_symbols(html: str) -> None:
    assert '<span class="symbol missing" aria-hidden="true">▢</span>' in html
    assert "nil declared" in html
    assert re.search(r"◆</span>&nbsp;Amber: 80 to 95 %", html)


def test_headings_go_down_one_step_at_a_time(page: Page) -> None:
    levels = [int(tag[1]) for tag, _ in page.tags if tag in ("h1", "h2", "h3", "h4")]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_it_has_language_landmarks_skip_link_and_title(page: Page, html: str) -> None:
    assert page.all("html")[0]["lang"] == "en-GB"
    assert [page.all(tag) != [] for tag in ("main", "nav", "header", "footer")] == [True] * 4
    assert page.all("a")[0]["href"] == "#main"
    assert "<title>Social value performance, April to June 2026 - Northmere City Council</title>" in html


def test_tables_have_captions_scopes_and_labels_for_phones(page: Page) -> None:
    assert len(page.all("caption")) == len(page.all("table"))
    assert all(th.get("scope") in ("col", "row") for th in page.all("th"))
    assert all("data-label" in td for td in page.all("td"))


def test_drawings_are_hidden_from_readers_that_have_the_table(page: Page) -> None:
    drawings = [div for div in page.all("div") if "drawing" in str(div.get("class"))]
    assert len(drawings) == 6
    assert all(div["aria-hidden"] == "true" for div in drawings)


def test_the_same_report_gives_the_same_bytes(report: Report) -> None:
    assert render_html(report) == render_html(sample_report())


def test_markup_in_any_text_stays_text() -> None:
    bad = "<script>alert('x')</script>\"><img src=x onerror=y>&\x00"
    book = Book()
    book.fact("a", bad, Decimal(1), bad, origin=bad, source=bad)
    book.figure("a/b", bad, "", "sum", ["a"], note=bad)
    table = Table(
        bad, bad, (Column("k", bad, Show.TEXT, bad), Column("n", bad)), (Row((Cell(bad), Cell(bad, figure="a"))),)
    )
    blocks = (Prose((bad,)), Facts(((bad, bad),)), table, Chart(bad, bad, "stacked", bad, "k", ("n",)))
    report = sample_report()
    report.sections = [Section(bad, bad, blocks, 1, bad), Section("two", bad, blocks[:1], 2, bad)]
    report = dataclasses.replace(
        report, book=book, title=bad, subtitle=bad, notes=[bad], attributions=[bad], made_by=bad
    )
    html = render_html(report).decode()
    assert "<script" not in html
    assert "<img" not in html
    assert "\x00" not in html


def test_a_report_with_nothing_in_it_is_still_a_page() -> None:
    sample = sample_report()
    table = Table("empty", "Empty", (Column("a", "A"),), ())
    chart = Chart("none", "None", "stacked", "empty", "a", ())
    report = Report("T", "", sample.as_at, [Section("one", "One", (table, chart), 2)], Book())
    html = render_html(report).decode()
    assert "Nothing to show here." in html
    assert "<figure" not in html
    assert "What was found" not in html
    assert Page(html).wrong == []


def test_contents_list_some_of_very_many_and_charts_are_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MOST_WIDE", 1)
    monkeypatch.setattr(module, "MOST_INPUTS", 2)
    report = sample_report()
    report.sections += [Section(f"s{n}", f"Section {n}", (), 2) for n in range(50)]
    html = render_html(report).decode()
    assert "and 35 more in this chapter" in html
    assert 'class="drawing only"' in html
    assert 'class="drawing wide"' not in html
    assert "And 4 more, all in report.json and workings.csv." in html
    assert chapters(report)[-1].unlisted == 35


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_of_text_pass_level_aa_on_every_ground() -> None:
    css = (resources.files("commonweal.reporting") / "templates" / "report.css").read_text("utf-8")
    colours = dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", css))
    grounds = ["#ffffff", colours["faint"], "#fff8d6"]
    assert len(colours) >= 12
    for name in set(colours) - {"line", "faint", "focus"}:
        for ground in grounds:
            assert contrast(colours[name], ground) >= 4.5, (name, ground)
    assert contrast("#ffffff", colours["teal"]) >= 4.5
    assert contrast("#0b0c0c", colours["focus"]) >= 4.5
