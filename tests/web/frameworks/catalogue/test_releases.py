"""The catalogue's first page and the page of a release, for somebody who is not signed in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client

from commonweal.catalogue import Catalogue, Framework, Verified, load_catalogue
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal_web.frameworks import selectors
from tests.web.frameworks.catalogue.reading import links, opened, page

pytestmark = pytest.mark.django_db
FRAMEWORKS = load_catalogue().frameworks


def test_every_release_is_named_with_what_it_holds_and_under_which_licence() -> None:
    shown = page("/catalogue/")
    for framework in FRAMEWORKS:
        assert framework.name in shown
        assert f"Release {framework.id}" in shown
        assert framework.publisher in shown
    assert "5 themes, 8 outcomes, 24 award criteria and 28 measures" in shown
    assert "Open Government Licence v3.0" in shown
    assert "17 goals with 169 targets" in shown
    assert "outline from secondary sources" in shown
    assert (
        shown.index("Social Value Model (2025)") < shown.index("Examples") < shown.index("Example framework FX-2026.1")
    )


def test_when_a_release_applies_is_told_as_on_today() -> None:
    shown = page("/catalogue/")
    assert "No longer in force: from 1 January 2021 until 30 September 2025" in shown
    assert "Not yet in force: from 1 January 2027" in shown
    assert "In force from 24 February 2025 until 31 December 2026" in shown


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda framework: framework.id)
def test_a_release_shows_everything_it_holds_and_links_to_it(framework: Framework) -> None:
    content = opened(f"/catalogue/{framework.id}/")
    shown = page(f"/catalogue/{framework.id}/")
    for one in (*framework.themes, *framework.outcomes, *framework.criteria, *framework.measures):
        assert " ".join(one.label.split()) in shown
    for rule in framework.rules:
        assert " ".join(rule.text.split()) in shown
    for source in framework.sources.values():
        assert (source.title or source.key) in shown
    reached = set(links(content))
    for one in (*framework.outcomes, *framework.criteria, *framework.measures):
        assert f"/catalogue/{framework.id}/{one.code}/".replace(" ", "%20") in reached
    assert "Licence of this copy:" in shown
    assert framework.publisher in shown


def test_what_is_not_confirmed_is_marked_once_for_each_item() -> None:
    framework = load_catalogue().framework("svm-2020")
    doubtful = sum(measure.verified is not Verified.TRUE for measure in framework.measures)
    shown = page("/catalogue/svm-2020/")
    assert f"Wording and unit of {doubtful} of 28 measures were not found in a source that was read" in shown
    assert shown.count("wording and unit not confirmed") == doubtful + 1
    marks = sum(m.verified is Verified.FALSE for m in (*framework.outcomes, *framework.rules))
    assert shown.count("wording not confirmed") == marks > 0
    assert "Trust Outline confirmed: found in a source that was read" in shown
    assert "Source checked on 21 November 2026, as the file of this release says" in shown


def test_the_same_words_say_everywhere_how_far_a_measure_is_confirmed() -> None:
    """A card, a list, a search and a mapping speak of what was confirmed, and no note says otherwise."""
    for measure in load_catalogue().framework("svm-2020").measures:
        assert "onfidence" not in measure.note
    card = page("/catalogue/svm-2020/SVM20-3-01/")
    assert "Wording and unit not confirmed: inferred or recalled, and found in no source that was read" in card
    listed = page("/catalogue/search/?q=SVM20-3-01")
    summary = page("/mapping/summary/?from=svm-2020&code=SVM20-3-01&to=national-toms")
    assert "wording and unit not confirmed" in listed
    assert "Wording and unit not confirmed" in summary
    sure = page("/mapping/summary/?from=svm-2020&code=SVM20-2-01&to=national-toms")
    assert "not confirmed" not in sure.partition("In National TOMs")[0]
    assert "Wording and unit confirmed: found in a source that was read" in page("/catalogue/svm-2020/SVM20-2-01/")


def test_a_list_says_how_each_measure_is_counted() -> None:
    shown = page("/catalogue/fx-2025.1/")
    assert "NT10 Apprenticeship weeks in weeks added up, priced" in shown
    assert "An invented example" in shown


def test_measures_can_be_narrowed_by_unit_kind_theme_and_trust() -> None:
    hours = page("/catalogue/svm-2020/?unit=hour")
    assert "measures fit the filter" in hours
    assert "People-hours of learning delivered under the contract" in hours
    assert "Apprenticeships created or kept under the contract" not in hours
    one = page("/catalogue/svm-2020/?theme=1&unit=hour&kind=quantity&trust=no")
    assert "1 of 28 measures fit the filter" in one
    assert "Theme 1 COVID-19 recovery" in one
    assert "Theme 2" not in one
    assert "Share of" in page("/catalogue/svm-2020/?kind=ratio")
    nothing = page("/catalogue/svm-2020/?unit=litre&theme=1")
    assert "No measure fits the filter" in nothing


def test_a_filter_that_there_is_not_is_said_and_shows_all() -> None:
    shown = page("/catalogue/svm-2020/?unit=nonsense")
    assert "There is a problem" in shown
    assert "Apprenticeships created or kept under the contract" in shown


def test_a_release_names_what_it_replaces_and_what_replaced_it() -> None:
    content = opened("/catalogue/svm-2025/")
    assert {"/catalogue/svm-2020/", "/catalogue/svm-2026/"} <= set(links(content))
    assert "/catalogue/compare/?one=svm-2020&other=svm-2025" in links(content)
    assert "/catalogue/compare/?one=svm-2025&other=svm-2026" in links(content)


def test_another_spelling_leads_to_the_page() -> None:
    client = Client()
    assert client.get("/catalogue/SVM-2020/").headers["Location"] == "/catalogue/svm-2020/"
    assert client.get("/catalogue/svm-2020/svm20-2-02/").headers["Location"] == "/catalogue/svm-2020/SVM20-2-02/"
    assert client.get("/catalogue/svm-2020/mac%202.1/").headers["Location"] == "/catalogue/svm-2020/MAC%202.1/"


@pytest.mark.parametrize(
    "address",
    ["/catalogue/nothing/", "/catalogue/svm-2020/NT999/", "/catalogue/svm-2020/framework.exe",
     "/catalogue/nothing/framework.csv", "/catalogue/sdg/18/", "/catalogue/sdg/8.99/", "/catalogue/compare.csv"],
)  # fmt: skip
def test_what_there_is_not_is_not_found(address: str) -> None:
    assert Client().get(address).status_code == 404


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    """A catalogue with one release of 600 measures."""
    old = load_catalogue().framework("svm-2020")
    many = tuple(
        replace(old.measures[n % 28], id=f"svm-2020/X{n}", code=f"X{n}", label=f"Thing {n}") for n in range(600)
    )
    known = Catalogue([replace(old, measures=many)], load_catalogue().goals)
    walk = load_crosswalk()
    monkeypatch.setattr(selectors, "public_catalogue", lambda: known)
    monkeypatch.setattr(selectors, "public_crosswalk", lambda: walk)
    return known


def test_a_large_release_comes_in_pages_that_keep_the_filter(large: Catalogue) -> None:
    first, last = opened("/catalogue/svm-2020/?kind=quantity"), page("/catalogue/svm-2020/?page=3")
    assert "kind=quantity&amp;page=2" in first
    assert "Thing 599" in last
    assert "Thing 1 " not in last
    assert len(first) < 400_000


def test_everybody_finds_the_catalogue(client: Any) -> None:
    start = opened("/")
    assert {"/catalogue/", "/mapping/"} <= set(links(start))
    assert 'href="/catalogue/"' in opened("/account/login/")
