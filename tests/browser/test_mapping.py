"""Journey 10 in a browser: from a choice to a sheet by region, and one delivery told at two levels, counted once."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page

from tests.browser.conftest import Demo, Open, sign_in

BY_REGION = {"TLG": "9", "TLF": "6", "TLD": "7", "TLE": "5", "": "4"}
OWNER = "social.value.lead@estates.example"
COUNCIL = "contract.manager@northmere.example"


def the_summary(page: Page, demo: Demo) -> None:
    """Steps 1 and 2, and the link that shows the same for ever."""
    page.goto(f"{demo.address}/mapping/")
    page.locator("main a", has_text="Start").first.click()
    page.get_by_label(re.compile("award method FX-SVM-2025")).check()
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("FX-2025.1").check()
    page.get_by_role("button", name="Show the summary").click()
    said = page.inner_text("main")
    assert "6 of 8 can be converted (75.0 %), 7 of 8 related (87.5 %), 1 has no counterpart" in said
    assert "Suppliers with the standards for mental health at work" in said
    page.get_by_role("button", name="Keep this summary").click()
    page.wait_for_url(re.compile(r"/mapping/l/[\w-]{43}/$"))
    link = page.url
    assert page.goto(link).status == 200  # type: ignore[union-attr]
    assert "75.0 %" in page.inner_text("main")


def the_sheet(page: Page, demo: Demo) -> None:
    """Step 3: what is typed by region, what it comes to, and what waits for one more fact."""
    page.get_by_role("button", name="Fill in a mapping sheet").click()
    page.wait_for_url(re.compile(r"/mapping/sheet/"))
    sheet = page.url
    page.get_by_role("link", name="Apprenticeships created").first.click()
    kpi = page.url
    for region, amount in BY_REGION.items():
        page.locator(f"input[name='delivered_{region}']").fill(amount)
    page.locator("input[name='target_TLG']").fill("3")
    page.get_by_role("button", name="Save and go back").click()
    page.wait_for_url(sheet)
    page.goto(f"{sheet}report/")
    said = page.inner_text("main")
    assert "3 people, not convertible to weeks" in said, "until the weeks of each apprentice are known"
    page.goto(kpi)
    page.get_by_label(re.compile("weeks planned for each apprentice", re.I)).fill("78")
    page.get_by_role("button", name="Save and go back").click()
    page.wait_for_url(sheet)
    page.goto(f"{sheet}report/")
    said = page.inner_text("main")
    assert "234" in said
    assert "not convertible to weeks" not in said
    regions = page.locator("main table", has_text="SV2 by region").locator("tr")
    delivered = [row.locator("td").last.inner_text() for row in regions.all() if row.locator("td").count()]
    assert delivered == ["7", "5", "6", "9", "4", "31"]
    page.goto(f"{sheet}take-away/")
    with page.expect_download() as taken:
        page.get_by_role("link", name=re.compile("CSV")).first.click()
    assert "TLG" in taken.value.path().read_text(encoding="utf-8-sig")
    assert f"{demo.address}/mapping/l/" in page.inner_text("main"), "a link is shown whole, to be passed on"


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_visitor_maps_fills_in_and_takes_away(demo: Demo, window: Open, script: bool) -> None:
    page = window(java_script_enabled=script, viewport={"width": 1280, "height": 900}).new_page()
    the_summary(page, demo)
    the_sheet(page, demo)


def test_two_bodies_tell_one_delivery_once(demo: Demo, window: Open) -> None:
    page = window(viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, demo, OWNER)
    agreement = f"{contract(page, demo, 'Facilities Management Services')}agreement/"
    page.goto(agreement)
    promised, verified = page.locator("main table").all()[:2]
    assert cells(promised, "SV2") == ["40 people", "3 people", "–", "40 people"]
    assert cells(verified, "SV2") == ["31 people", "2 people", "–", "31 people"]
    by_region = page.locator("main table", has_text="of which within").or_(page.locator("main table").nth(2)).first
    assert [row[1] for row in map(texts, by_region.locator("tbody tr").all())] == [
        "7 people",
        "5 people",
        "6 people",
        "9 people",
        "4 people",
        "31 people",
    ]
    sign_in(page, demo, COUNCIL)
    page.goto(f"{contract(page, demo, 'Hard FM')}other-words/?to=fx-2025.1")
    said = page.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")
    assert "6 of 8 KPIs can be converted (75.0 %), 7 of 8 are converted or related (87.5 %)" in said
    assert cells(page.locator("main table", has_text="Apprenticeship weeks").first, "NT10")[2] == "234 weeks"
    assert "58,500" not in said, "two of the three have started: 156 weeks are verified"
    assert page.goto(agreement).status == 404, "the agreement itself is another body's"  # type: ignore[union-attr]


def contract(page: Page, demo: Demo, title: str) -> str:
    """Return the address of a contract in the list of whoever is signed in."""
    page.goto(f"{demo.address}/contracts/?q={title.split()[0]}")
    page.locator("main a", has_text=title).first.click()
    return page.url


def texts(row: Locator) -> list[str]:
    return [cell.inner_text().strip() for cell in row.locator("td").all()]


def cells(table: Locator, start: str) -> list[str]:
    """Return the cells of the row that begins with a code."""
    return texts(table.locator("tbody tr").filter(has=table.page.locator("th", has_text=start)).first)
