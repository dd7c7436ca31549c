"""Measures are suggested for a reason that is named, and ranked by reasons."""

from __future__ import annotations

import pytest

from commonweal import errors
from commonweal.catalogue import load_catalogue
from commonweal.suggest import Asked, Because, History, Suggestion, Wanted, suggest

FX = "fx-2025.1"
CARE = Wanted("Care leavers need first jobs", "Tollgate", ("care leavers",))


def found(**asked: object) -> tuple[Suggestion, ...]:
    return suggest(load_catalogue(), release=FX, **asked)  # type: ignore[arg-type]  # the call under test


def codes(suggestions: tuple[Suggestion, ...]) -> list[str]:
    return [one.measure.code for one in suggestions]


def test_without_a_reason_nothing_is_suggested() -> None:
    assert found() == ()


def test_a_need_finds_measures_by_its_tags_and_says_where_they_stand() -> None:
    [care] = found(needs=[CARE])
    assert care.measure.code == "CL"
    assert [(why.kind, why.words) for why in care.why] == [
        (Because.NEED, "Care leavers need first jobs (Tollgate): its label has “care leaver”.")
    ]
    assert care.burden.per_return == 45


def test_a_need_without_tags_is_looked_for_by_its_title_and_the_place_is_left_out_where_there_is_none() -> None:
    [why] = found(needs=[Wanted("Apprenticeship weeks")])[0].why
    assert why.words == "Apprenticeship weeks: its label has “apprenticeship” and “week”."


def test_a_synonym_says_what_it_means() -> None:
    words = [why.words for one in found(needs=[Wanted("Climate", tags=("net zero",))]) for why in one.why]
    assert words
    assert all("which means “net zero”" in one for one in words)


def test_what_is_only_spelt_alike_is_no_reason() -> None:
    assert found(needs=[Wanted("x", tags=("carre leavrs",))]) == ()


def test_a_measure_answers_a_need_once_by_the_word_that_fits_best() -> None:
    found_ = found(needs=[Wanted("Young", tags=("skills", "apprentice", "care leavers"))])
    assert all(len(one.why) == 1 for one in found_)
    care = next(one for one in found_ if one.measure.code == "CL")
    assert "care leaver" in care.why[0].words


def test_more_needs_come_first_then_rules_then_history() -> None:
    needs = [CARE, Wanted("Green skills", "Harbour", ("green skills",))]
    past = History("contracts of division 77", 4, {"NT17": 3, "NT31": 1, "GONE": 2})
    rule = Asked(Because.POLICY, "Policy 2025.1 asks for one.", frozenset({"NT10", "GONE"}))
    suggested = found(needs=needs, asked=[rule], history=past)
    assert codes(suggested)[:2] == ["CL", "NT10"]
    assert codes(suggested)[-2:] == ["NT17", "NT31"]
    by_code = {one.measure.code: one for one in suggested}
    assert [why.kind for why in by_code["NT10"].why] == [Because.NEED, Because.POLICY]
    assert by_code["NT17"].why[0].words == "3 of 4 contracts of division 77 used it."


def test_what_is_chosen_or_not_taken_any_more_is_left_out() -> None:
    assert codes(found(needs=[CARE], without=frozenset({"CL"}))) == []


def test_the_fewest_minutes_decide_among_equals() -> None:
    rule = Asked(Because.LAW, "The model must be used.", frozenset({"NT31", "NT17", "NT1"}))
    minutes = [one.burden.per_return for one in found(asked=[rule])]
    assert minutes == sorted(minutes)


def test_a_release_that_is_not_known_is_refused() -> None:
    with pytest.raises(errors.UnknownCode):
        suggest(load_catalogue(), release="fx-1999")
