"""Journey 10.7 in a browser, with scripts and without: a comment is typed, checked, sent and receipted."""

from __future__ import annotations

import sqlite3

import pytest

from tests.browser.conftest import Demo, Open

TRIES = 60


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_comments_on_a_row_without_an_account(demo: Demo, window: Open, scripts: bool) -> None:
    page = window(java_script_enabled=scripts, viewport={"width": 320, "height": 700}).new_page()
    words = f"Count the weeks of training, too ({'with' if scripts else 'without'} scripts)."
    page.goto(f"{demo.address}/consultations/")
    page.get_by_role("link", name="Northmere's own measures for 2027").click()
    page.get_by_role("link", name="Apprenticeship weeks").click()
    page.get_by_label("Your comment").fill(words)
    page.get_by_label("Small or medium-sized firm").check()
    for _ in range(TRIES):  # whoever is quicker than a person is asked again, and keeps what they typed
        page.get_by_role("button", name="Check your comment").click()
        if page.locator("h1").inner_text() == "Check your comment":
            break
        assert page.get_by_label("Your comment").input_value() == words
        assert page.get_by_label("Small or medium-sized firm").is_checked()
    page.get_by_role("button", name="Change it").click()
    assert page.get_by_label("Your comment").input_value() == words
    page.get_by_role("button", name="Check your comment").click()
    page.get_by_role("button", name="Send comment").click()
    assert "Comment received" in page.locator("h1").inner_text()
    assert words in page.inner_text("main")
    with sqlite3.connect(demo.home / "commonweal.sqlite3") as database:
        found = database.execute("select row, kind, hidden_reason from frameworks_comment where text = ?", [words])
        assert found.fetchall() == [("NM3", "sme", "")]
