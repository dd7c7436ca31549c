"""The definition card of a measure, and the pages of outcomes, criteria and goals."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from django.test import Client

from commonweal.catalogue import load_catalogue
from commonweal.series import Entry, ValueSeries
from commonweal_web.frameworks import selectors
from commonweal_web.frameworks.catalogue import cards, drawing
from tests.web.frameworks.catalogue.reading import links, opened, page

pytestmark = pytest.mark.django_db
SMALL = ("fx-2025.1", "fx-svm-2025", "svm-2025", "svm-2026")


@pytest.mark.parametrize("release", SMALL)
def test_every_item_has_its_page(release: str) -> None:
    framework = load_catalogue().framework(release)
    for one in (*framework.themes, *framework.outcomes, *framework.criteria, *framework.measures):
        shown = page(f"/catalogue/{release}/{one.code}/")
        assert " ".join(one.label.split()) in shown
        assert "Licence of this copy:" in shown


def test_a_card_says_what_counts_and_what_does_not_as_two_lists() -> None:
    shown = page("/catalogue/fx-2025.1/CL/")
    assert "Counts ✓ People who left local authority care and start work" in shown
    assert "Does not count ✕ Anything after month 12 ✕ A person already counted" in shown


def test_a_card_says_how_the_measure_is_counted() -> None:
    shown = page("/catalogue/national-toms/NT1/")
    assert "Unit FTE-years" in shown
    assert "Kind A quantity; more is better" in shown
    assert "How the unit is counted FTE 1.0 = at least 35 hours a week" in shown
    assert "Over time Added up from period to period" in shown
    assert "Over contracts Added up from contract to contract" in shown
    assert "Evidence per person: length of employment" in shown
    assert "Never together with NT1b" in shown
    assert "May stand beside NT3" in shown
    assert "Also called RE1, FM1" in shown
    assert "Its value differs from place to place" in shown


def test_a_licensed_measure_says_why_no_value_is_shown_and_an_unpriced_one_that_there_is_none() -> None:
    licensed = page("/catalogue/national-toms/NT10/")
    assert "under a licence that does not let the values be shown here" in licensed
    assert "£" not in licensed
    assert "This framework puts no pounds on the measure" in page("/catalogue/svm-2025/CW25-2-01/")
    assert Client().get("/catalogue/national-toms/NT10/values.csv").status_code == 404
    assert Client().get("/catalogue/national-toms/NT999/values.csv").status_code == 404


def test_a_value_stands_with_its_day_source_and_licence_and_its_former_one_is_drawn() -> None:
    content = opened("/catalogue/fx-2026.1/NT10/")
    shown = page("/catalogue/fx-2026.1/NT10/")
    assert "£260 for one week, from 1 April 2026, money of the day" in shown
    assert "The value rose from £250 to £260 between April 2025 and April 2026" in shown
    assert "1 April 2025 £250 money of the day Invented for this project" in shown
    assert "Licence of the values: Invented test data of this project" in shown
    assert content.count("<svg") == 2
    assert "style=" not in content
    assert "<script>" not in content
    answer = Client().get("/catalogue/fx-2026.1/NT10/values.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="fx-2026.1-NT10-values.csv"'
    assert "NT10,Apprenticeship weeks,2026-04-01,,,260,weeks" in answer.content.decode()


def test_values_by_place_withdrawn_or_not_verified_are_told_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = (
        Entry(dt.date(2020, 1, 1), Decimal("10.5"), "one", status="withdrawn"),
        Entry(dt.date(2025, 1, 1), Decimal("12"), "one", place="E08000026", verified=False, until=dt.date(2026, 1, 1)),
    )
    sources = {"one": {"title": "A source"}}
    series = ValueSeries("value/x", "X", "GBP/week", "real", entries, "2021", "OGL-UK-3.0", sources)
    monkeypatch.setattr(selectors, "shown_series", lambda m: series if m.id == "fx-2026.1/NT10" else None)
    shown = page("/catalogue/fx-2026.1/NT10/")
    assert "1 January 2025 until 1 January 2026 E08000026 £12 value not confirmed prices of 2021 A source" in shown
    assert "£10.50 withdrawn" in shown
    assert "for one week" in shown
    assert "The value rose" not in shown


def test_many_values_are_cut_and_the_file_has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    days = [dt.date(2010, 1, 1) + dt.timedelta(days=30 * n) for n in range(70)]
    series = ValueSeries(
        "value/x", "X", "GBP/week", "nominal", tuple(Entry(day, Decimal(70 - n), "one") for n, day in enumerate(days))
    )
    monkeypatch.setattr(selectors, "shown_series", lambda m: series if m.id == "fx-2026.1/NT10" else None)
    shown = page("/catalogue/fx-2026.1/NT10/")
    assert "10 more values are in the file" in shown
    assert "The value fell from £70 to £1" in shown
    rows = Client().get("/catalogue/fx-2026.1/NT10/values.csv").content.decode().splitlines()
    assert len(rows) == 71


def test_links_say_relation_counterpart_and_what_is_lost_in_both_directions() -> None:
    shown = page("/catalogue/national-toms/NT10/")
    ways_out, ways_in = shown.split("From other frameworks")
    assert "is close to Apprenticeship weeks ECC10, Essex ECC All of it is counted there" in ways_out
    assert "is related to Local people taking up apprenticeships" in ways_out
    assert "Something else is counted there: no quantity can be carried over" in ways_out
    assert "It is divided by weeks planned for each apprentice" in ways_out
    assert "Apprenticeships created or kept under the contract SVM20-2-02, SVM 2020 is close to" in ways_in
    assert "It is multiplied by weeks planned for each apprentice" in ways_in
    assert "Commonweal, proposed" in shown
    assert "is related to Skills" not in shown
    assert "/catalogue/essex-ecc/ECC10/" in links(opened("/catalogue/national-toms/NT10/"))


def test_goals_stated_and_linked_are_shown() -> None:
    assert "8.5 Full employment, decent work and equal pay serves" in page("/catalogue/svm-2025/O1/")
    shown = page("/catalogue/national-toms/NT10/")
    assert "4.4 More young people and adults with skills for work is related to Commonweal, proposed" in shown
    assert "/catalogue/sdg/4/" in links(opened("/catalogue/national-toms/NT10/"))


def test_history_names_what_a_measure_repeats_and_what_repeats_it() -> None:
    assert "Same as NT10 Apprenticeship weeks, FX-2025.1" in page("/catalogue/fx-2026.1/NT10/")
    assert "Repeated by NT10 Apprenticeship weeks, FX-2026.1" in page("/catalogue/fx-2025.1/NT10/")


def test_a_measure_of_our_own_says_so() -> None:
    shown = page("/catalogue/svm-2025/CW25-1-01/")
    assert "its publisher sets none here" in shown
    assert "Wording and unit not confirmed: inferred or recalled" in shown


def test_an_outcome_and_a_criterion_show_what_stands_around_them() -> None:
    outcome = page("/catalogue/svm-2025/O1/")
    assert "Theme M1" in outcome
    assert "1a Create and keep high quality jobs" in outcome
    assert "CW25-1-01 New jobs (FTE)" in outcome
    criterion = page("/catalogue/svm-2025/1a/")
    assert "Outcome O1: Fair work" in criterion
    assert "New apprenticeships on the contract, in the relevant area" in criterion
    assert "is the same as High-quality jobs created and kept" in criterion
    assert "Nothing is counted at this level" in criterion
    theme = page("/catalogue/svm-2025/M1/")
    assert "Outcomes O1 Fair work" in theme


def test_a_link_of_what_stands_above_names_it_by_its_code() -> None:
    assert "The link is one of outcome PO2 above it" in page("/catalogue/svm-2020/MAC%202.1/")


def test_the_goals_name_how_much_serves_each() -> None:
    shown = page("/catalogue/sdg/")
    for goal in load_catalogue().goals:
        assert f"{goal.code} {goal.name}" in shown
    assert "Publisher: United Nations" in shown
    assert "does not reflect its views" in shown


def test_a_goal_names_its_targets_and_what_serves_them() -> None:
    shown = page("/catalogue/sdg/8/")
    for target in load_catalogue().goal("8").targets:
        assert f"{target.code} {target.label}" in shown
    assert "Fair work outcome O1 SVM 2025 serves" in shown
    assert "/catalogue/svm-2025/O1/" in links(opened("/catalogue/sdg/8/"))
    assert "Nothing of a framework is linked to it" in shown
    assert Client().get("/catalogue/sdg/8.5/").headers["Location"] == "/catalogue/sdg/8/#target-8.5"
    assert "Goal 16" in page("/catalogue/sdg/17/")


def test_points_are_parted_by_semicolons_and_lines() -> None:
    assert cards.points("one thing; another.\nA third") == ["One thing", "Another", "A third"]
    assert cards.points("") == []


def test_steps_are_drawn_from_two_values_on_and_their_texts_do_not_meet() -> None:
    day = dt.date(2025, 4, 1)
    one = drawing.Point(day, Decimal(5))
    assert drawing.steps([one], until=day, words="x") == ""
    many = [drawing.Point(day + dt.timedelta(days=n), Decimal(n)) for n in range(100)]
    wide = drawing.steps(many, until=day, words='A "rise"')
    assert wide.count("<text") < 60
    assert "&quot;rise&quot;" in wide
    flat = drawing.steps([one, drawing.Point(day, Decimal(0))], until=day, words="x")
    assert "£5" in flat
