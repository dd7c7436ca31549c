"""A misspelt word finds the known ones that look like it."""

from __future__ import annotations

import pytest

from commonweal.catalogue.spelling import LIKELY, Spelling

WORDS = (
    "bicycle",
    "apprentice",
    "apprenticeship",
    "carbon",
    "car",
    "care",
    "leaver",
    "living",
    "wage",
    "volunteering",
    "waste",
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("aprentiship", "apprenticeship"),
        ("apprentise", "apprentice"),
        ("carbn", "carbon"),
        ("leever", "leaver"),
        ("livving", "living"),
        ("volenteering", "volunteering"),
        ("wgae", "wage"),
        ("bycicle", "bicycle"),
        ("carbon", "carbon"),
    ],
)
def test_the_word_that_is_meant_comes_first(written: str, meant: str) -> None:
    assert Spelling(WORDS).near(written)[0] == meant


def test_nothing_looks_like_nonsense() -> None:
    assert Spelling(WORDS).near("zzzz") == []
    assert Spelling([]).near("care") == []


@pytest.mark.parametrize(("written", "other"), [("abuse", "use"), ("litter", "literacy")])
def test_a_word_that_only_sounds_a_little_like_it_is_another(written: str, other: str) -> None:
    assert Spelling([other]).near(written) == []


def test_no_more_words_than_asked_for() -> None:
    assert len(Spelling(WORDS).near("care", most=1)) == 1


def test_the_right_word_is_found_among_thousands() -> None:
    many = [f"care{a}{b}{c}" for a in "abcdefghij" for b in "abcdefghij" for c in "abcdefghij"]
    assert len(many) > LIKELY
    assert Spelling([*many, "caregiver"]).near("cargiver")[0] == "caregiver"
