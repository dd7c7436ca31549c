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
    assert tokens("its bus status analysis yes") == ["its", "bus", "status", "analysis", "yes"]


def test_synonyms_point_from_each_word_to_the_others(tmp_path: Path) -> None:
    path = tmp_path / "synonyms.yaml"
    path.write_text("id: s\nlabel: S\ngroups:\n  - {words: [job, employment], means: [employed]}\n", encoding="utf-8")
    assert load_synonyms(path) == {"job": ("employment", "employed"), "employment": ("job", "employed")}
