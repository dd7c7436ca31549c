"""The mapping tool by keyboard alone, axe on what a permanent link shows, and its lists of KPIs on A4."""

from __future__ import annotations

import io

import pytest
from playwright.sync_api import Page
from pypdf import PdfReader

from tests.browser.conftest import Demo, Open
from tests.browser.test_accessibility import look, needs_axe
from tests.browser.test_keyboard import press, tab_to

AUDIENCES = ("procurement", "bidders", "organisation")


def keep(page: Page, demo: Demo) -> str:
    """Keep the journey's summary and return its link."""
    page.goto(f"{demo.address}/mapping/summary/?from=fx-svm-2025&to=fx-2025.1")
    page.get_by_role("button", name="Keep this summary").click()
    page.wait_for_url("**/mapping/l/**")
    return page.url


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_tool_can_be_walked_by_keyboard(demo: Demo, window: Open, script: bool) -> None:
    page = window(java_script_enabled=True, viewport={"width": 1280, "height": 900}).new_page()
    if not script:
        page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{demo.address}/mapping/")
    press(page, "^ ?Start")
    tab_to(page, "^from", kind="radio")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.value") == "fx-svm-2025"
    press(page, "Continue")
    tab_to(page, "^q", kind="search")
    page.keyboard.type("aprentice")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to(page, "SV2", kind="checkbox")
    page.keyboard.press("Space")
    tab_to(page, "^to FX-2025.1", kind="checkbox")
    page.keyboard.press("Space")
    press(page, "Show the summary")
    assert "1 of 1 can be converted (100.0 %)" in page.inner_text("main")
    press(page, "Keep this summary")
    press(page, r"Print view\s*:\s*KPIs for a procurement")
    assert "KPIs for a procurement" in page.inner_text("h1")


@needs_axe
def test_a_permanent_link_and_its_print_views_have_no_breach_and_fit(demo: Demo, window: Open) -> None:
    page = window(bypass_csp=True).new_page()
    link = keep(page, demo)
    found = look(page, "permanent link")
    for audience in AUDIENCES:
        page.goto(f"{link}print/?for={audience}")
        found += look(page, f"print for {audience}")
    assert not found, "\n".join(found)


def test_a_list_of_eight_kpis_is_one_page_of_a4_without_controls(demo: Demo, window: Open) -> None:
    page = window().new_page()
    link = keep(page, demo)
    for audience in AUDIENCES:
        page.goto(f"{link}print/?for={audience}")
        pdf = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
        said = pdf.pages[0].extract_text()
        assert len(pdf.pages) == 1, audience
        assert (round(float(pdf.pages[0].mediabox.width)), round(float(pdf.pages[0].mediabox.height))) == (595, 842)
        assert all(f"SV{number}" in said for number in range(1, 9))
        assert not any(word in said for word in ("Back to the summary", "Print this page", "Sign in", "Tour"))
