"""The HTML report in a real browser: no request, no sideways scrolling, links that lead to their workings."""

from __future__ import annotations

import dataclasses
import datetime as dt
import shutil
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from commonweal.reporting.model import Cell, Column, Report, Row, Section, Show, Table
from commonweal.reporting.render_html import render_html

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SWITCHES = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def file(report: Report, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "report.html"
    longest = dataclasses.replace(report, as_at=dt.date(2026, 11, 21))
    path.write_bytes(render_html(longest))
    return path


@pytest.mark.parametrize("width", [320, 390, 768, 1280])
def test_the_page_never_scrolls_sideways_and_asks_for_nothing(browser: Any, file: Path, width: int) -> None:
    page = browser.new_page(viewport={"width": width, "height": 800})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == width
    assert asked == [file.as_uri()]
    page.close()


def test_a_big_number_leads_to_its_working_in_sight(browser: Any, file: Path) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(file.as_uri())
    page.click(".headlines a.figure >> nth=0")
    top = page.evaluate("document.querySelector(':target').getBoundingClientRect().top")
    assert 0 <= top < 400
    assert "£97,300.00" in page.inner_text(":target")
    page.close()


def test_a_phone_shows_rows_as_cards_without_what_is_empty(browser: Any, file: Path) -> None:
    page = browser.new_page(viewport={"width": 320, "height": 800})
    page.goto(file.as_uri())
    assert page.evaluate("getComputedStyle(document.querySelector('td.none')).display") == "none"
    assert page.evaluate("getComputedStyle(document.querySelector('tbody tr')).display") == "block"
    assert page.is_visible(".drawing.narrow >> nth=0")
    assert not page.is_visible(".drawing.wide >> nth=0")
    page.close()


def test_a_long_label_of_a_card_wraps_before_its_number(browser: Any, report: Report, tmp_path: Path) -> None:
    table = Table(
        "t", "T", (Column("c", "C"), Column("n", "Not yet claimed in any period", Show.POUNDS)),
        (Row((Cell("r"), Cell(Decimal("31250")))),),
    )  # fmt: skip
    path = tmp_path / "report.html"
    path.write_bytes(render_html(dataclasses.replace(report, sections=[Section("s", "S", (table,))])))
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.goto(path.as_uri())
    cell = "document.querySelector('td.n[data-label^=\"Not yet\"]')"
    assert page.evaluate(f"getComputedStyle({cell}, '::before').whiteSpace") == "normal"
    assert page.evaluate(f"{cell}.offsetHeight > 1.5 * parseFloat(getComputedStyle({cell}).lineHeight)")
    page.close()


def test_paper_has_no_contents_list_and_no_workings(browser: Any, file: Path) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    page.emulate_media(media="print")
    assert not page.is_visible("nav.contents")
    assert not page.is_visible(".group >> nth=0")
    assert page.is_visible(".print-only")
    page.close()
