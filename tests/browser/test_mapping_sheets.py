"""Steps 3 to 5 of the mapping tool in a browser: by keyboard, at 320 pixels, kept, and made KPIs of a contract."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Open, sign_in
from tests.browser.test_accessibility import look, needs_axe
from tests.browser.test_keyboard import press, tab_to
from tests.browser.test_mapping_print import keep

COMMISSIONER = "commissioner@northmere.example"


def open_sheet(page: Page, demo: Demo) -> str:
    """Make a sheet from the summary of the journey, and return its address."""
    keep(page, demo)
    page.get_by_role("button", name="Fill in a mapping sheet").click()
    page.wait_for_url(re.compile(r"/mapping/sheet/"))
    return page.url


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_sheet_is_filled_and_reported_by_keyboard(demo: Demo, window: Open, script: bool) -> None:
    page = window(viewport={"width": 1280, "height": 900}).new_page()
    if not script:
        page.route("**/*.js", lambda route: route.abort())
    sheet = open_sheet(page, demo)
    page.goto(f"{sheet}kpi/2/")
    tab_to(page, "Weeks planned for each apprentice")
    page.keyboard.type("78")
    tab_to(page, "Target, West Midlands")
    page.keyboard.type("3")
    press(page, "Save and go back")
    page.wait_for_url(sheet)
    assert "target 234 weeks" in page.inner_text("main")
    press(page, "See the regional report")
    assert "58,500" in page.inner_text("main")
    press(page, "5. Print and take away")
    tab_to(page, "PDF, tagged")
    with page.expect_download() as taken:
        page.keyboard.press("Enter")
    assert taken.value.path().read_bytes().startswith(b"%PDF")


@needs_axe
def test_the_pages_of_a_sheet_have_no_breach_and_fit_narrow_windows(demo: Demo, window: Open) -> None:
    page = window(bypass_csp=True).new_page()
    sheet = open_sheet(page, demo)
    found = look(page, "an empty sheet")
    page.goto(f"{sheet}kpi/6/")
    page.locator("[name=target_TLG]").fill("12,5")
    page.get_by_role("button", name="Save and go back").click()
    found += look(page, "a KPI with an error")
    page.goto(f"{sheet}kpi/4/")
    found += look(page, "a percentage, with parts and wholes")
    page.goto(f"{sheet}kpi/6/")
    page.locator("[name=target_TLG]").fill("12.5")
    page.locator("[name=delivered_TLI]").fill("3")
    page.get_by_role("button", name="Save and go back").click()
    found += look(page, "a filled sheet")
    for end in ("workbook/", "report/", "take-away/"):
        page.goto(f"{sheet}{end}")
        found += look(page, end)
    sign_in(page, demo, COMMISSIONER)
    page.goto(f"{sheet}take-away/")
    found += look(page, "keeping a sheet")
    page.get_by_label("Name of the sheet").fill("Hours by region")
    page.get_by_role("button", name="Keep the sheet").click()
    page.wait_for_url(re.compile(r"/mapping/sheets/\d+/"))
    page.goto(f"{demo.address}/mapping/sheets/")
    found += look(page, "my sheets")
    page.get_by_role("link", name="Hours by region").click()
    kept = page.url.rstrip("/").rpartition("/")[2]
    page.goto(f"{demo.address}/contracts/")
    page.locator("main table a").first.click()
    page.goto(f"{re.match(r'.*/contracts/[0-9]+/', page.url)[0]}kpis/from-sheet/?sheet={kept}")  # type: ignore[index]
    found += look(page, "KPIs from a sheet")
    assert not found, "\n".join(found)
