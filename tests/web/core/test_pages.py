"""Pages for refusals, and what every page carries."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client, override_settings

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.web.core.gallery")]


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/gallery/refused/stale", 409, ["Somebody changed this", "120 hours", "150 hours"]),
        ("/gallery/refused/permitted", 403, ["You cannot do this", "strategic directors", "ask the person who gives"]),
        ("/gallery/refused/state", 409, ["cannot be done now", "locked on 4 November 2026", "reopened"]),
        ("/nothing/here", 404, ["There is no such page", "Check the address", "need none"]),
    ],
)
def test_a_refusal_says_what_why_and_how_to_mend(address: str, status: int, words: list[str]) -> None:
    answer = Client().get(address)
    assert answer.status_code == status
    page = answer.content.decode()
    assert not [word for word in words if word not in page]


def test_who_signed_in_is_told_whom_to_ask_and_a_visitor_is_not(django_user_model: Any) -> None:
    visitor = Client()
    assert "contract's owner" not in html.unescape(visitor.get("/nothing/here").content.decode())
    person = Client()
    person.force_login(django_user_model.objects.create_user(email="a@example.org", password=None))
    page = html.unescape(person.get("/nothing/here").content.decode())
    assert "There is nothing here for you" in page
    assert "ask the contract's owner to add you" in page


def test_a_script_gets_the_refusal_as_data() -> None:
    answer = Client().get("/gallery/refused/state", headers={"Accept": "application/json"})
    assert answer.status_code == 409
    assert answer.json()["message"].startswith("This return was locked")


def test_a_form_without_its_token_says_why() -> None:
    answer = Client(enforce_csrf_checks=True).post("/gallery/form", {})
    assert answer.status_code == 403
    assert "too old to be sent" in answer.content.decode()


def test_a_form_with_errors_says_so_in_title_summary_and_status() -> None:
    answer = Client().post("/gallery/form", {"supplier": "Green"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>Error: Check this claim - Commonweal</title>" in page
    assert 'href="#id_starts_day"' in page


@pytest.mark.parametrize("address", ["/gallery/parts", "/gallery/form", "/account/login/", "/nothing"])
def test_every_page_has_language_title_skip_link_one_heading_and_a_footer(address: str) -> None:
    page = Client().get(address).content.decode()
    assert '<html lang="en-GB"' in page
    assert re.search(r"<title>[^<]+ - Commonweal</title>", page)
    assert 'class="govuk-skip-link"' in page
    assert page.count("<h1") == 1
    assert "Accessibility statement" in page
    assert "unsafe-inline" not in Client().get(address).headers["Content-Security-Policy"]


def test_values_of_a_table_are_escaped_and_figures_open_their_working() -> None:
    page = Client().get("/gallery/parts").content.decode()
    assert "Green &lt;b&gt;Spaces" in page
    assert 'class="cw-figure cw-number" href="#working"' in page
    assert 'role="region" aria-label="KPIs of this contract" tabindex="0"' in page


def test_an_empty_table_says_why() -> None:
    assert "No KPI yet." in Client().get("/gallery/parts?empty").content.decode()


def test_page_links_keep_the_filter() -> None:
    page = Client().get("/gallery/parts?state=late&page=3").content.decode()
    assert "?state=late&amp;page=4" in page


@override_settings(DEBUG=False)
@pytest.mark.parametrize(
    "address", ["/account/login/", "/account/signup/", "/account/password/reset/", "/account/password/reset/done/"]
)
def test_sign_in_pages_are_ours(address: str) -> None:
    page = Client().get(address).content.decode()
    assert "cw-header" in page
    assert not re.search(r"\bplease\b", page, re.IGNORECASE)
