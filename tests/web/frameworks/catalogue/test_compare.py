"""Two releases side by side."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from tests.web.frameworks.catalogue.reading import links, opened, page

pytestmark = pytest.mark.django_db
MODELS = "/catalogue/compare/?one=svm-2020&other=svm-2025"


def test_counts_stand_on_top_and_agree_with_the_file() -> None:
    shown = page(MODELS)
    answer = Client().get("/catalogue/compare.csv?one=svm-2020&other=svm-2025")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    ends = {(row["Change"], row["Code in svm-2020"], row["Code in svm-2025"]) for row in rows}
    for change in ("added", "removed", "changed unit", "changed meaning", "changed wording"):
        count = sum(end[0] == change for end in ends)
        assert f"{change.capitalize()} {count} " in shown
        assert f"{change.capitalize()} ({count})" in shown
    assert answer.headers["Content-Disposition"] == 'attachment; filename="svm-2020-and-svm-2025.csv"'
    assert {row["Licence"] for row in rows} == {"Open Government Licence v3.0"}


def test_what_changed_is_told_field_by_field() -> None:
    shown = page(MODELS)
    assert (
        "Measure SVM20-2-04, linked as close Weeks of training delivered CW25-2-02 Unit hours → becomes weeks" in shown
    )
    assert "Said in other words" in shown
    meaning, wording = shown.index("Changed meaning (1)"), shown.index("Changed wording (9)")
    assert meaning < wording < shown.index("MAC 6.2, linked as close")
    assert "Open Government Licence v3.0" in shown


def test_values_that_may_be_shown_are_compared() -> None:
    shown = page("/catalogue/compare/?one=fx-2025.1&other=fx-2026.1")
    assert "Changed value (3)" in shown
    assert "Value £250 → becomes £260" in shown
    assert "14 items did not change" in shown
    assert "Nothing was removed." in shown


def test_two_families_are_compared_by_their_links() -> None:
    shown = page("/catalogue/compare/?one=essex-ecc&other=national-toms")
    assert "different families" in shown
    assert "Changed surroundings" in shown


def test_the_page_offers_releases_that_follow_each_other() -> None:
    content = opened("/catalogue/compare/")
    assert MODELS in links(content)
    assert "Added" not in page("/catalogue/compare/")
    assert MODELS in links(opened("/catalogue/compare/?one=svm-2025&other=svm-2020"))


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("one=svm-2020", "Choose the second release."),
        ("other=svm-2020", "Choose the first release."),
        ("one=svm-2020&other=svm-2020", "Choose another release than the first."),
        ("one=svm-2020&other=nothing", "There is a problem"),
    ],
)
def test_what_cannot_be_compared_is_said(query: str, said: str) -> None:
    assert said in page(f"/catalogue/compare/?{query}", status=422)
    assert opened(f"/catalogue/compare/?{query}", status=422).count("<title>Error: ") == 1
