"""Journey 5 in a browser: a return that is missing, locked, reopened by another person, and sent 28 days late."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Open, go_to_day, sign_in

SUPPLIER = "delivery.lead@brightwell.example"
MANAGER = "contract.manager@northmere.example"
LEAD = "social.value.lead@northmere.example"


def counts(page: Page, demo: Demo) -> list[int]:
    """Return expected, received and on time of July to September 2026, as the page on timeliness says them."""
    page.goto(f"{demo.address}/timeliness/")
    row = page.locator("main tr", has_text="July to September 2026")
    return [int(re.match(r"\s*(\d+)", cell.inner_text())[1]) for cell in row.locator("td").all()[:3]]  # type: ignore[index]


def late_return(page: Page, demo: Demo) -> str:
    """Return the address of Brightwell's return for July to September 2026."""
    page.goto(f"{demo.address}/demo/")
    return demo.address + str(
        page.locator("form", has_text=SUPPLIER).first.locator("input[name=go_to]").get_attribute("value")
    )


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_late_return_is_locked_reopened_and_sent(own_demo: Demo, window: Open, script: bool) -> None:
    page = window(java_script_enabled=script, viewport={"width": 1280, "height": 900}).new_page()
    address = late_return(page, own_demo)
    go_to_day(page, own_demo, "12 November 2026")
    sign_in(page, own_demo, LEAD)
    assert counts(page, own_demo) == [48, 47, 47]

    sign_in(page, own_demo, SUPPLIER)
    page.goto(address)
    said = page.inner_text("main")
    for words in ("4 November 2026", "20 days", "draft is kept", "Ask NMC to reopen it"):
        assert words in said, words

    sign_in(page, own_demo, MANAGER)
    page.goto(f"{address}reopening/")
    page.get_by_label("Why should it be opened again?").fill("Their office manager left; the figures are ready.")
    page.get_by_role("button", name="Ask").click()
    page.wait_for_url(address)

    sign_in(page, own_demo, LEAD)
    page.goto(address)
    page.locator("main a[href*='/reopening/']").first.click()
    page.get_by_label("Open it again until a day").check()
    for box, value in (("day", "19"), ("month", "11"), ("year", "2026")):
        page.locator(f"input[name=until_{box}]").fill(value)
    page.locator("main form button").last.click()
    page.wait_for_url(address)
    assert counts(page, own_demo) == [48, 47, 47]

    sign_in(page, own_demo, SUPPLIER)
    send(page, address)
    sign_in(page, own_demo, LEAD)
    page.goto(address)
    assert "28 days late" in page.inner_text("main")
    assert counts(page, own_demo) == [48, 48, 47]
    the_ladder(page, own_demo)


def send(page: Page, address: str) -> None:
    page.goto(address)
    for ref, amount in (("NT1", "7.6"), ("NT17", "21")):
        page.get_by_role("link", name=re.compile(rf"^{ref} ")).click()
        page.get_by_label("An amount", exact=True).check()
        page.locator("input[name=amount]").fill(amount)
        page.get_by_role("button", name="Save and continue").click()
        page.wait_for_url(re.compile("/evidence/$"))
        page.goto(address)
    page.get_by_role("link", name="Two declarations").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(address)
    page.get_by_role("link", name="Check and submit").first.click()
    page.get_by_role("button", name="Submit return").click()
    page.wait_for_url(re.compile("/receipt/$"))


def the_ladder(page: Page, demo: Demo) -> None:
    """The messages of the ladder went on their days; that of Sunday 25 October on Monday 26."""
    import sqlite3

    with sqlite3.connect(demo.home / "commonweal.sqlite3") as database:
        rows = database.execute(
            "select date(m.created_at) from core_message m join contracts_contract c on c.reference = 'NMC-2025-088'"
            " where m.key like 'return:' || c.id || ':%:2026-10-15' order by m.created_at"
        ).fetchall()
    assert [row[0] for row in rows] == ["2026-10-05", "2026-10-12", "2026-10-16", "2026-10-20", "2026-10-26"]
