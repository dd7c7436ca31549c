"""Tables of reports on a phone: each stacks, or scrolls inside its own frame that has a name, a hint and the focus."""

from __future__ import annotations

import sqlite3

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Open, sign_in
from tests.browser.test_mapping_sheets import open_sheet

MANAGER, LEAD = "contract.manager@northmere.example", "social.value.lead@northmere.example"
FRAMES = """() => [...document.querySelectorAll('main .cw-table-wrap')].map(e => ({
    name: e.getAttribute('aria-label'), role: e.getAttribute('role'), tab: e.tabIndex,
    more: e.scrollWidth - e.clientWidth, hint: getComputedStyle(e).backgroundImage.includes('gradient'),
}))"""
WIDE = "document.documentElement.scrollWidth - innerWidth"
REPORTS = (
    (MANAGER, "/contracts/{contract}/other-words/?to=fx-2025.1"),
    (MANAGER, "/contracts/{contract}/regions/"),
    (MANAGER, "/contracts/{contract}/agreement/"),
    (LEAD, "/portfolio/{body}/regions/"),
)


@pytest.fixture
def ids(demo: Demo) -> dict[str, int]:
    queries = {
        "contract": "select id from contracts_contract where reference = 'NMC-2025-055'",
        "body": "select id from organisations_organisation where name = 'Northmere City Council'",
    }
    with sqlite3.connect(demo.home / "commonweal.sqlite3") as database:
        return {name: database.execute(query).fetchone()[0] for name, query in queries.items()}


def wrong(page: Page, where: str) -> list[str]:
    frames = page.evaluate(FRAMES)
    assert frames, f"{where} has no table"
    found = [f"{where}: the page itself scrolls sideways"] if page.evaluate(WIDE) > 0 else []
    for frame in frames:
        if not frame["name"] or frame["role"] != "region" or frame["tab"] != 0:
            found.append(f"{where}: {frame} has no name, no role or no focus")
        if frame["more"] > 0:
            found.append(f"{where}: {frame['name']} does not stack")
        if not frame["hint"]:
            found.append(f"{where}: {frame['name']} would give no hint that it goes on")
    return found


def test_tables_of_reports_stack_at_320_pixels(demo: Demo, window: Open, ids: dict[str, int]) -> None:
    page = window(viewport={"width": 320, "height": 800}).new_page()
    found, now = [], ""
    for who, where in REPORTS:
        if who != now:
            page.context.clear_cookies()
            sign_in(page, demo, who)
            now = who
        page.goto(demo.address + where.format(**ids))
        found += wrong(page, where)
    assert not found, "\n" + "\n".join(found)


def test_a_wide_table_takes_the_focus_and_scrolls_by_the_arrow_keys(demo: Demo, window: Open) -> None:
    page = window(viewport={"width": 320, "height": 800}).new_page()
    page.goto(f"{open_sheet(page, demo)}kpi/2/")
    page.get_by_label("Delivered, West Midlands").fill("9")
    page.get_by_role("button", name="Save and go back").click()
    frame = page.locator(".cw-table-wrap", has=page.locator(".cw-table--dense")).first
    assert frame.evaluate("e => e.scrollWidth > e.clientWidth")
    assert "gradient" in frame.evaluate("e => getComputedStyle(e).backgroundImage")
    frame.focus()
    assert frame.evaluate("e => getComputedStyle(e).outlineStyle") != "none"
    for _ in range(100):
        page.keyboard.press("ArrowRight")
        if frame.evaluate("e => e.scrollLeft > 0"):
            return
    raise AssertionError("the arrow key did not scroll the table")
