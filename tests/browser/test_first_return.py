"""Journey 4 in a browser: a return is typed, sent, confirmed, checked and reviewed; its figures to the penny."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Open, go_to_day, sign_in

SUPPLIER = "delivery.lead@harbourside.example"
VERIFIER = "verifier@northmere.example"
MANAGER = "contract.manager@northmere.example"
AMOUNTS = {"NT1": "8", "CL": "1", "NT10": "13", "NT17": "75", "NT18": "31250"}


def first(page: Page, demo: Demo) -> str:
    """Open the first return of the grounds contract from the supplier's home, and return its address."""
    page.goto(demo.address)
    page.locator("ul.cw-tasks a").first.click()
    assert "April to June 2026" in page.inner_text("h1")
    return page.url


def type_amount(page: Page, address: str, ref: str, amount: str) -> None:
    page.goto(address)
    page.get_by_role("link", name=re.compile(rf"^{ref} ")).click()
    page.get_by_label("An amount", exact=True).check()
    page.locator("input[name=amount]").fill(amount)
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(re.compile("/evidence/$"))
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(re.compile("/account/$"))
    page.get_by_label(re.compile("What happened")).fill("Delivered as agreed in the spring.")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(address)


def fill_in(page: Page, demo: Demo) -> str:
    address = first(page, demo)
    for ref, amount in AMOUNTS.items():
        type_amount(page, address, ref, amount)
    page.get_by_role("link", name=re.compile("^NT31 ")).click()
    page.get_by_label("Nothing to report", exact=True).check()
    page.get_by_label("Why is there nothing to report?").fill("baseline survey in July")
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(re.compile("/account/$"))
    page.goto(address)
    page.get_by_role("link", name="Two declarations").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.get_by_role("button", name="Save and continue").click()
    page.wait_for_url(address)
    return address


def submit(page: Page) -> None:
    page.get_by_role("link", name="Check and submit").first.click()
    assert "£101,312.50" in page.inner_text("main")
    page.get_by_role("button", name="Submit return").click()
    page.wait_for_url(re.compile("/receipt/$"))
    assert re.search(r"[0-9a-f]{64}", page.inner_text("main").replace("\n", ""))


def ask_forum(page: Page, address: str, demo: Demo) -> None:
    """Ask the youth forum as the supplier, and answer by the link of the mail without an account."""
    claim(page, demo, address, "NT17")
    page.get_by_role("link", name="Ask a beneficiary to confirm").click()
    page.get_by_label("Group, school or provider that received it").fill("Abbeyfield Youth Forum")
    page.get_by_label("E-mail address").fill("coordinator@abbeyfieldforum.example")
    page.locator("main form button").last.click()
    page.goto(f"{demo.address}/demo/mail/")
    page.locator("ul.cw-lines a").first.click()
    link = page.locator(".cw-letter a", has_text="/confirm/").get_attribute("href")
    assert link
    page.context.clear_cookies()
    page.goto(link)
    page.get_by_label("We received another amount").check()
    page.locator("input[name=amount]").fill("60")
    page.get_by_label("Your role").fill("Coordinator")
    page.locator("main form button").last.click()
    assert "60" in page.inner_text("main")


def claim(page: Page, demo: Demo, address: str, ref: str) -> str:
    """Open a claim from the page of the sent return, and return its address."""
    page.goto(address)
    page.get_by_role("link", name=f"Open the claim for {ref}", exact=True).click()
    page.wait_for_url(re.compile(r"/claims/\d+/$"))
    return page.url


def decide(page: Page, demo: Demo, ref: str, **parts: str) -> None:
    """Open a claim of the grounds contract from the queue, and decide."""
    page.goto(f"{demo.address}/verify/")
    row = page.locator("tr", has_text="NMC-2026-014").filter(has_text=re.compile(rf"\b{ref} ")).first
    row.get_by_role("link").first.click()
    declare = page.get_by_role("button", name="I have no tie with the supplier")
    if declare.count():
        declare.click()
        page.wait_for_load_state()
    if not parts:
        page.locator("input[name=verdict][value=accept]").check()
    else:
        page.locator("input[name=verdict][value=part]").check()
        for name, value in parts.items():
            page.locator(f"[name={name}]").fill(value)
    page.locator("textarea[name=reason]").fill("Payroll, ledger lines and confirmations were seen.")
    page.get_by_role("button", name="Save the decision").click()
    assert "Saved" in page.inner_text(".govuk-notification-banner")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_first_return_from_typing_to_the_review(own_demo: Demo, window: Open, script: bool) -> None:
    page = window(java_script_enabled=script, viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, own_demo, SUPPLIER)
    address = fill_in(page, own_demo)
    submit(page)
    ask_forum(page, address, own_demo)
    go_to_day(page, own_demo, "20 July 2026")
    sign_in(page, own_demo, VERIFIER)
    decide(page, own_demo, "NT1", accepted="1.875", rejected="0.125")
    decide(page, own_demo, "NT17", accepted="60")
    for ref in ("NT10", "NT18", "NT31", "CL"):
        decide(page, own_demo, ref)
    sign_in(page, own_demo, MANAGER)
    contract = re.sub(r"returns/.*", "", address)
    page.goto(contract)
    text = page.inner_text("main")
    for words in ("93.75", "80%", "nil declared", "0%", "Amber", "Green", "Red"):
        assert words in text, words
    for state, pounds in (
        ("verified", "£97,300.00"),
        ("pending", "£262.50"),
        ("rejected", "£3,750.00"),
        ("claimed", "£101,312.50"),
    ):
        page.goto(f"{contract}working/?line=portfolio/{state}/pounds")
        assert pounds in page.inner_text("main"), state
    record_review(page, contract)


def record_review(page: Page, contract: str) -> None:
    page.goto(f"{contract}reviews/record/")
    day, month, year = (page.locator(f"main input[name=on_{box}]") for box in ("day", "month", "year"))
    for box, value in ((day, "20"), (month, "7"), (year, "2026")):
        box.fill(value)
    page.locator("main [name=present]").fill("Contract manager and delivery lead")
    page.locator("main [name=notes]").fill("A good first quarter.")
    for number, words in ((1, "Send the list of the other 15 hours"), (2, "Share the carbon baseline")):
        page.locator(f"main [name=text_{number}]").fill(words)
        page.locator(f"main [name=owner_{number}]").fill("Harbourside Gardens")
        for box, value in (("day", "14"), ("month", "8"), ("year", "2026")):
            page.locator(f"main [name=due_{number}_{box}]").fill(value)
    page.locator("main form button").last.click()
    page.wait_for_url(re.compile("/reviews/$"))
    assert "Share the carbon baseline" in page.inner_text("main")
