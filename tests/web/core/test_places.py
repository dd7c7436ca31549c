"""The row of places, and pages for when the database is away."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from commonweal_web.core import places, plain_pages

NAMES = [("Home", "core:healthz"), ("Nowhere", "no:such"), ("Account", "account_email")]


@pytest.mark.parametrize(
    ("path", "marks"),
    [
        ("/account/email/", {"Account": "current"}),
        ("/account/email/more", {"Account": "active"}),
        ("/account/emails", {}),
        ("/healthz", {"Home": "current"}),
    ],
)
def test_the_place_that_holds_the_page_is_marked(path: str, marks: dict[str, str]) -> None:
    row = places.row(RequestFactory().get(path), NAMES)
    assert [place["text"] for place in row] == ["Home", "Account"]
    assert {place["text"]: key for place in row for key in ("current", "active") if key in place} == marks


@pytest.mark.parametrize(
    "answer", [plain_pages.unavailable(), plain_pages.too_large(), plain_pages.no_room(), plain_pages.fault("42")]
)
def test_a_page_without_a_database_is_in_our_look(answer: object) -> None:
    page = answer.content.decode()  # type: ignore[attr-defined]
    assert "cw-header" in page
    assert page.count("<h1") == 1


def test_the_words_come_even_where_templates_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> str:
        raise OSError("no template")

    monkeypatch.setattr(plain_pages, "render_to_string", broken)
    page = plain_pages.unavailable().content.decode()
    assert "did not answer in time" in page
    assert "<h1>" in page
