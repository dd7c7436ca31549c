"""Everyday words find measures."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal.catalogue import load_catalogue
from commonweal.catalogue.search import load_synonyms, tokens


def found(words: str, limit: int = 8) -> list[str]:
    return [hit.measure.id for hit in load_catalogue().search(words, limit=limit)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("care leavers", "coventry-indicators/CV-S2-02"),
        ("our children", "coventry-indicators/CV-S2-02"),
        ("living wage", "coventry-indicators/CV-S4-02"),
        ("RLW", "coventry-indicators/CV-S4-02"),
        ("apprentice", "coventry-indicators/CV-E2-04"),
        ("aprentices", "coventry-indicators/CV-E2-04"),
        ("care leevers", "coventry-indicators/CV-S2-02"),
        ("apprenticeship weeks", "national-toms/NT10"),
        ("volunteering for charities", "national-toms/NT17"),
        ("co2", "coventry-indicators/CV-V1-06"),
        ("cyber", "svm-2020/SVM20-3-04"),
        ("ex forces", "essex-ecc/ECC3a"),
        ("modern slavery", "national-toms/NT43"),
    ],
)
def test_everyday_words_find_the_measure(words: str, expected: str) -> None:
    assert expected in found(words)


def test_a_code_comes_first_and_real_frameworks_before_examples() -> None:
    assert found("NT17")[0] == "national-toms/NT17"
    assert found("NT17")[1:3] == ["fx-2025.1/NT17", "fx-2026.1/NT17"]


def test_more_of_the_words_ranks_higher() -> None:
    hits = load_catalogue().search("hours with schools", limit=50)
    counts = [len(hit.matched) for hit in hits]
    assert counts == sorted(counts, reverse=True)
    assert hits[0].matched == ("hour", "school")


def test_nothing_fits_nothing() -> None:
    assert found("zzzz qqqq") == []
    assert found("") == []
    assert found("of the") == []


def test_the_limit_holds() -> None:
    assert len(found("people", limit=3)) == 3


@given(st.text(max_size=60))
def test_any_text_may_be_searched_for(words: str) -> None:
    hits = load_catalogue().search(words, limit=5)
    assert len(hits) <= 5
    assert all(hit.score > 0 for hit in hits)


def test_words_are_plain() -> None:
    assert tokens("The Companies' Cafés, CO2e of 8.10 & glass") == ["company", "cafe", "co2e", "8.10", "glass"]
    assert tokens("this bus status analysis yes") == ["bus", "status", "analysis", "yes"]


def test_synonyms_point_from_each_word_to_the_others(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("id: s\nlabel: S\ngroups:\n  - {words: [job, employment], means: [employed]}\n", encoding="utf-8")
    assert load_synonyms(path) == {"job": ("employment", "employed"), "employment": ("job", "employed")}


def why(words: str, measure: str) -> set[tuple[str, str, str]]:
    hits = load_catalogue().search(words, limit=50)
    [hit] = [hit for hit in hits if hit.measure.id == measure]
    return {(reason.found, reason.how.value, reason.place.value) for reason in hit.why}


@pytest.mark.parametrize(
    ("words", "measure", "expected"),
    [
        ("care leavers", "coventry-indicators/CV-S2-02", ("care leaver", "has the words", "label")),
        ("care leevers", "coventry-indicators/CV-S2-02", ("care leaver", "is spelt like it", "label")),
        ("rlw", "coventry-indicators/CV-S4-02", ("living wage", "means the same", "label")),
        ("aprentiship", "coventry-indicators/CV-E2-01", ("apprenticeship", "is spelt like it", "label")),
        ("nt17", "national-toms/NT17", ("nt17", "has the words", "code")),
    ],
)
def test_a_hit_says_why_it_was_found(words: str, measure: str, expected: tuple[str, str, str]) -> None:
    assert why(words, measure) == {expected}


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("carbn", "carbon"),
        ("unemployd", "unemployed"),
        ("volenteering", "volunteering"),
        ("livving wage", "living wage"),
    ],
)
def test_the_likeliest_spelling_comes_first(words: str, first: str) -> None:
    assert load_catalogue().search(words)[0].why[0].found == first


def test_a_search_may_be_kept_to_releases() -> None:
    hits = load_catalogue().search("apprentice", limit=50, releases=("essex-ecc", "svm-2025"))
    assert {hit.measure.framework for hit in hits} == {"essex-ecc", "svm-2025"}


def test_outcomes_criteria_and_goals_are_found_beside_measures() -> None:
    hits = load_catalogue().search_parts("pay better than legal minimum", limit=3)
    assert (hits[0].release, hits[0].part.code) == ("svm-2026", "pay")
    assert ("sdg", "8.5") in {(hit.release, hit.part.code) for hit in load_catalogue().search_parts("8.5")}
    assert {hit.release for hit in load_catalogue().search_parts("skills", releases=["svm-2026"])} == {"svm-2026"}


def test_of_a_very_long_question_the_first_words_count() -> None:
    words = " ".join(["zzzz"] * 16)
    assert load_catalogue().search(f"{words} apprentice") == []
    assert load_catalogue().search_parts(f"apprentice {words}")


def test_a_word_with_the_same_meaning_is_never_looked_for_in_codes() -> None:
    """What one calls a school visit another calls a CV; that is no reason to find every code that begins with CV."""
    assert {reason.place.value for hit in load_catalogue().search("school visits", limit=50) for reason in hit.why} <= {
        "label",
        "definition",
        "outcome or theme",
    }
    assert found("school visit")[0] == "essex-ecc/ECC19"


def parts(words: str) -> list[str]:
    return [f"{hit.release}/{hit.part.code}" for hit in load_catalogue().search_parts(words, limit=8)]


def test_a_code_brings_what_has_it_and_nothing_that_has_half_of_it() -> None:
    assert parts("MAC 2.2") == parts("mac2.2") == ["svm-2020/MAC 2.2"]
    assert parts("NT1") == [], "a code is not guessed: T1 is another one"
    assert found("NT1")[:3] == ["national-toms/NT1", "fx-2025.1/NT1", "fx-2026.1/NT1"]


def test_a_whole_label_comes_first_even_of_an_example() -> None:
    hits = load_catalogue().search("apprenticeships created", limit=3)
    assert hits[0].measure.id == "fx-svm-2025/SV2"
    assert [hit.exact for hit in hits] == [True, False, False]
    assert parts("Reduced inequalities")[0] == "sdg/10"


@pytest.mark.parametrize("words", ["than", "the of", "who are these", "than that which is"])
def test_little_words_find_nothing(words: str) -> None:
    assert found(words) == parts(words) == []
