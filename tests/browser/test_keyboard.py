"""The way of a supplier from home to receipt by keyboard alone, with JavaScript and without; the focus always shows."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Demo, Open, sign_in

SUPPLIER = "delivery.lead@harbourside.example"
MOST_TABS = 200
FOCUSED = """() => {
    const e = document.activeElement, label = e.labels && e.labels.length ? e.labels[0].innerText : '';
    const words = [e.getAttribute('aria-label') || '', label, e.innerText || '', e.value || ''];
    const style = getComputedStyle(e), box = e.getBoundingClientRect();
    const near = e.matches('input[type=radio], input[type=checkbox]') && e.nextElementSibling
        ? getComputedStyle(e.nextElementSibling, '::before') : style;
    const marked = [style, near].some(s => s.outlineStyle !== 'none' || s.boxShadow !== 'none');
    return {name: e.name || '', kind: e.type || e.tagName, words: words.join(' ').trim(), marked,
            seen: box.width > 0 && box.height > 0};
}"""


def tab_to(page: Page, words: str, *, kind: str = "") -> None:
    """Press Tab until what has the focus matches; each thing on the way shows that it has it."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        if here["kind"] not in ("BODY", "HTML") and here["seen"]:
            assert here["marked"], f"the focus does not show on {here}"
        matches = re.search(words, f"{here['name']} {here['words']}", re.IGNORECASE)
        if matches and (not kind or here["kind"] == kind):
            return
    raise AssertionError(f"{MOST_TABS} tabs did not lead to {words} on {page.url}")


def press(page: Page, words: str, *, kind: str = "") -> None:
    """Tab to a link or button and press Enter; wait for the page that follows."""
    tab_to(page, words, kind=kind)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def answer(page: Page, ref: str, amount: str = "", nil: str = "") -> None:
    press(page, rf"{ref} ")
    tab_to(page, "^answer", kind="radio")
    page.keyboard.press("Space")
    if nil:
        page.keyboard.press("ArrowDown")
        tab_to(page, "^nil_reason")
        page.keyboard.type(nil)
    else:
        tab_to(page, "^amount", kind="text")
        page.keyboard.type(amount)
    press(page, "Save and continue")
    if not nil:  # nothing shows that there is nothing
        assert page.url.endswith("/evidence/"), page.url
        press(page, "Save and continue")
    assert page.url.endswith("/account/"), page.url
    press(page, "Save and continue")


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_supplier_sends_a_return_by_keyboard_alone(own_demo: Demo, window: Open, script: bool) -> None:
    page = window(java_script_enabled=script, viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, own_demo, SUPPLIER)
    page.goto(own_demo.address)
    page.keyboard.press("Tab")
    assert "Skip to main content" in page.evaluate(FOCUSED)["words"]
    press(page, "Return for April to June 2026")
    for ref, amount in (("NT1", "8"), ("CL", "1"), ("NT10", "13"), ("NT17", "75"), ("NT18", "31250")):
        answer(page, ref, amount)
    answer(page, "NT31", nil="baseline survey in July")
    press(page, "Two declarations")
    for name in ("only_this_contract", "only_contracted"):
        tab_to(page, name)
        page.keyboard.press("Space")
    press(page, "Save and continue")
    press(page, "Check and submit")
    assert "£101,312.50" in page.inner_text("main")
    press(page, "Submit return")
    assert page.url.endswith("/receipt/")


LEAD = "social.value.lead@northmere.example"
MEASURE = (
    ("^code ", "NMC-77"), ("^label ", "Garden tools lent"), ("^unit ", "hour"), ("^kind ", ""), ("^over_time ", ""),
    ("^over_contracts ", ""), ("^theme ", ""), ("^counts ", "Each loan"), ("^does_not_count ", ""), ("^unit_rule ", ""),
    ("^evidence ", ""), ("^goals ", ""), ("^owner ", ""), ("^review_on_day ", "1"), ("^review_on_month ", "4"),
    ("^review_on_year ", "2028"),
)  # fmt: skip
"""The boxes of a local measure in the order in which Tab comes to them, and what is typed into them."""


def test_a_lead_adds_a_local_measure_by_keyboard_alone(own_demo: Demo, window: Open) -> None:
    page = window(viewport={"width": 1280, "height": 900}).new_page()
    sign_in(page, own_demo, LEAD)
    page.goto(f"{own_demo.address}/frameworks/")
    press(page, "^ *Our measures", kind="A")
    press(page, "Write a measure", kind="A")
    first = MEASURE[0][0]
    tab_to(page, first)
    page.keyboard.type(MEASURE[0][1])
    for name, text in MEASURE[1:]:
        page.keyboard.press("Tab")
        here = page.evaluate(FOCUSED)
        assert re.search(name, f"{here['name']} "), f"Tab went to {here['name']}, not to {name}"
        assert here["marked"], f"the focus does not show on {here['name']}"
        page.keyboard.type(text)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith("/measures/"), page.inner_text("main")
    assert "NMC-77 is kept" in page.inner_text("main")
    assert "Garden tools lent" in page.inner_text("main")
