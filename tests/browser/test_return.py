"""Journey 4.1 in a browser: a supplier's return with scripts, without them, and by keyboard alone."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.delivery.models import Claim, Return
from tests.web.audit_flush import flush_past_the_triggers  # noqa: F401  # a fixture: found by its name
from tests.web.delivery.returns.helpers import first_return
from tests.web.world import NOON, World, make_world

sync_api = pytest.importorskip("playwright.sync_api")
CHROMIUM = shutil.which("chromium")
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
AMOUNTS = {"NT1": "8", "NT10": "13", "NT17": "75", "NT18": "31250", "CL": "1"}
MOST_TABS = 80
Opened = Callable[..., Any]

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine's path"),
]


@pytest.fixture
def world(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> World:
    """The world at noon of 8 July 2026, in every thread of the server."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    return make_world()


@pytest.fixture
def opened(world: World, live_server: Any) -> Iterator[Opened]:
    """A page of the service, opened as a person: opened("supplier", address, scripts=False)."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS)

        def call(key: str, address: str, *, scripts: bool = True) -> Any:
            client = Client()
            client.force_login(world.people[key])
            context = browser.new_context(java_script_enabled=scripts)
            cookie = client.cookies["sessionid"].value
            context.add_cookies([{"name": "sessionid", "value": cookie, "url": live_server.url}])
            page = context.new_page()
            page.goto(live_server.url + address)
            return page

        yield call
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


def address(ret: Return) -> str:
    return reverse("delivery:return", args=[ret.contract_id, ret.pk])


def save(page: Any) -> None:
    page.get_by_role("button", name="Save and continue").last.click()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_return_from_the_task_list_to_the_receipt(world: World, opened: Opened, scripts: bool) -> None:
    ret = first_return(world)
    page = opened("supplier", address(ret), scripts=scripts)
    assert page.get_by_role("heading", level=1).inner_text() == "Return for April to June 2026"
    for ref, amount in AMOUNTS.items():
        page.get_by_role("link", name=f"{ref} ").first.click()
        page.get_by_label("An amount").check()
        page.locator("#id_amount").fill(amount)
        save(page)
        assert page.get_by_role("heading", level=1).inner_text() == "What shows it?"
        save(page)
        page.get_by_label("What happened?").fill("As planned.")
        save(page)
    page.get_by_role("link", name="NT31 ").first.click()
    page.get_by_label("Nothing to report", exact=True).check()
    page.get_by_label("Why is there nothing to report?").fill("Baseline survey in July")
    save(page)
    assert "What shows it?" not in page.inner_text("h1"), "nothing shows that there is nothing"
    save(page)
    page.get_by_role("link", name="Two declarations").click()
    for box in page.get_by_role("checkbox").all():
        box.check()
    save(page)
    page.get_by_role("link", name="Check and submit").click()
    text = page.inner_text("main")
    assert "8 FTE on average, which is 2 FTE-years" in text
    assert "£101,312.50" in text
    page.get_by_role("button", name="Submit return").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Return received"
    ret.refresh_from_db()
    assert ret.receipt in page.inner_text("main")
    assert ret.state == "submitted"


def test_what_is_typed_is_saved_without_a_button_where_scripts_run(world: World, opened: Opened) -> None:
    ret = first_return(world)
    page = opened("supplier", address(ret))
    page.get_by_role("link", name="NT10 ").click()
    page.get_by_label("An amount").check()
    page.locator("#id_amount").fill("13")
    page.get_by_text("Saved at").wait_for()
    assert Claim.objects.get(ret=ret, kpi__ref="NT10").amount == 13
    page.locator("#id_amount").fill("12")
    sync_api.expect(page.locator("form[data-autosave] [name=version]")).to_have_value("2")
    save(page)
    assert Claim.objects.get(ret=ret, kpi__ref="NT10").amount == 12


def test_people_are_added_row_by_row_without_scripts(world: World, opened: Opened) -> None:
    ret = first_return(world)
    page = opened("supplier", address(ret), scripts=False)
    page.get_by_role("link", name="NT1 Local people employed").click()
    page.get_by_label("An amount").check()
    for number in range(2):
        page.locator(f"#id_rows-{number}-initials").fill(f"A{number}")
        page.locator(f"#id_rows-{number}-share").fill("0.5")
        if number == 0:
            page.get_by_role("button", name="Add another person").click()
    save(page)
    claim = Claim.objects.get(ret=ret, kpi__ref="NT1")
    assert str(claim.amount.normalize()) == "0.25"


def focused(page: Any) -> str:
    """What has the focus: its words or its id."""
    script = "() => { const e = document.activeElement; return `${e.id}|${e.innerText || e.value || ''}` }"
    return str(page.evaluate(script))


def tab_to(page: Any, wanted: str) -> None:
    """Press Tab until what is wanted has the focus."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if wanted in focused(page):
            return
    raise AssertionError(f"{wanted} cannot be reached by keyboard")


def press(page: Any, wanted: str, key: str = "Enter") -> None:
    tab_to(page, wanted)
    page.keyboard.press(key)


def test_the_whole_return_by_keyboard_alone(world: World, opened: Opened) -> None:
    ret = first_return(world)
    page = opened("supplier", address(ret))

    def go(wanted: str) -> None:
        before = page.url
        press(page, wanted)
        page.wait_for_url(lambda url: url != before)

    for ref, amount in {**AMOUNTS, "NT31": ""}.items():
        go(f"{ref} ")
        press(page, "id_answer", "Space")
        if amount:
            tab_to(page, "id_amount")
            page.keyboard.type(amount)
        else:
            page.keyboard.press("ArrowDown")
            tab_to(page, "id_nil_reason")
            page.keyboard.type("Baseline survey in July")
        for _ in range(3 if amount else 2):
            go("Save and continue")
    go("Two declarations")
    press(page, "id_only_this_contract", "Space")
    press(page, "id_only_contracted", "Space")
    go("Save and continue")
    go("Check and submit")
    go("Submit return")
    assert page.get_by_role("heading", level=1).inner_text() == "Return received"
    ret.refresh_from_db()
    assert ret.state == "submitted"


def test_the_closed_return_says_why_until_when_and_whom_to_ask(
    world: World, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: dt.datetime(2026, 11, 12, 10, 0, tzinfo=dt.UTC))
    first_return(world, "cleaning")
    ret = world.contracts["cleaning"].returns.get(starts=dt.date(2026, 7, 1))
    text = opened("brightwell supplier", address(ret)).inner_text("main")
    assert "closed on 4 November 2026 because 20 days passed" in text
    assert "Ask NMC to reopen it" in text
