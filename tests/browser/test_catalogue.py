"""The public catalogue as a visitor without an account and without JavaScript uses it."""

from __future__ import annotations

import re

from playwright.sync_api import Page

from tests.browser.conftest import Demo, Open


def a_measure_by_its_code(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/catalogue/")
    page.get_by_label("What are you looking for?").fill("NT10")
    page.get_by_role("button", name="Search").click()
    first = page.locator("main ul.cw-measures li").first
    assert first.locator(".cw-measures__code").inner_text() == "NT10"
    first.get_by_role("link").click()
    said = page.inner_text("main")
    assert "Does not count" in said
    assert "In other frameworks" in said
    assert "confirmed: found in a source that was read" in said


def its_framework_as_a_file(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/catalogue/svm-2020/")
    assert "Source checked on" in page.inner_text("main")
    with page.expect_download() as taken:
        page.get_by_role("link", name="CSV", exact=True).click()
    text = taken.value.path().read_text(encoding="utf-8-sig")
    assert "Wording confirmed" in text
    assert "MAC 2.2" in text


def two_releases_side_by_side(page: Page, demo: Demo) -> None:
    page.goto(f"{demo.address}/catalogue/compare/")
    page.get_by_label("First release").select_option("svm-2020")
    page.get_by_label("Second release").select_option("svm-2025")
    page.get_by_role("button", name="Compare").click()
    page.wait_for_url(re.compile(r"one=svm-2020&other=svm-2025"))
    said = page.inner_text("main")
    assert "Changed wording" in said
    assert "Changed meaning" in said


def test_a_visitor_finds_reads_compares_and_takes_away_without_javascript(demo: Demo, window: Open) -> None:
    page = window(java_script_enabled=False, viewport={"width": 1280, "height": 900}).new_page()
    a_measure_by_its_code(page, demo)
    its_framework_as_a_file(page, demo)
    two_releases_side_by_side(page, demo)
    missing = page.goto(f"{demo.address}/catalogue/nothing/")
    assert missing is not None
    assert missing.status == 404
    assert "ask the contract's owner" not in page.inner_text("main")
