"""Search by everyday words."""

from __future__ import annotations

import pytest

from tests.web.frameworks.catalogue.reading import links, opened, page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "found", "why"),
    [
        ("care leavers", "CV-S2-02", "“care leaver” is in its name"),
        ("living wage", "CV-S4-02", "“living wage” is in its name"),
        ("apprentice", "CV-E2-04", "“apprentice” is in its name"),
        ("aprentiship", "NT10", "“aprentiship” was read as “apprenticeship”, which is in its name"),
        ("rlw", "CV-S4-02", "“living wage” in its name means the same as “rlw”"),
        ("NT17", "NT17", "“nt17” is in its code"),
        ("living wage", "CV-S4", "“living wage” is in its name"),
    ],
)
def test_everyday_words_find_measures_and_say_why(words: str, found: str, why: str) -> None:
    shown = page(f"/catalogue/search/?q={words}")
    assert f"{found} " in shown
    assert why in shown
    assert f"Search for “{words}”" in shown


def test_award_criteria_and_targets_are_found_beside_measures() -> None:
    content = opened("/catalogue/search/?q=pay better than the legal minimum")
    assert "/catalogue/svm-2026/pay/" in links(content)
    assert "/catalogue/sdg/8/" in links(opened("/catalogue/search/?q=decent work"))
    assert "4 Quality education" in page("/catalogue/search/?q=quality education").replace("Goal, SDGs", "")
    assert "/catalogue/svm-2020/4/" in links(opened("/catalogue/search/?q=equal opportunity"))


def test_a_search_keeps_to_a_framework() -> None:
    shown = page("/catalogue/search/?q=apprentice&in=essex-ecc")
    assert "ECC10" in shown
    assert "NT10" not in shown
    assert "CV-E2-04" not in shown


def test_what_fits_a_part_only_is_said() -> None:
    assert "No measure fits, but what follows does" in page("/catalogue/search/?q=apprenticeships&in=svm-2026")


def test_nothing_found_says_what_to_try() -> None:
    shown = page("/catalogue/search/?q=zzzz&in=svm-2020")
    assert "Nothing of Social Value Model (2020) fits “zzzz”" in shown
    assert "Look in all frameworks" in shown
    assert "plainer ones: apprentice" in shown
    assert "/catalogue/search/?q=zzzz" in links(opened("/catalogue/search/?q=zzzz&in=svm-2020"))
    assert "Look in all frameworks" not in page("/catalogue/search/?q=zzzz")


def test_nothing_asked_gives_examples() -> None:
    shown = page("/catalogue/search/")
    assert "Write what you would say to a colleague" in shown
    assert "measures" not in shown
    assert "Write what you would say" in page("/catalogue/search/?q=%20%20")


def test_too_much_asked_and_an_unknown_framework_are_said() -> None:
    assert "There is a problem" in page(f"/catalogue/search/?q={'a' * 201}", status=422)
    shown = page("/catalogue/search/?q=apprentice&in=nothing", status=422)
    assert "There is no framework called “nothing”. There are: coventry-indicators, essex-ecc, " in shown
    assert "What follows is from all of them." in shown
    compared = page("/catalogue/compare/?one=nothing&other=svm-2020", status=422)
    assert "There is no framework called “nothing”. There are: coventry-indicators, " in compared


def test_what_was_typed_is_shown_as_text() -> None:
    content = opened("/catalogue/search/?q=<script>alert(1)</script>")
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_only_the_first_fifty_are_shown() -> None:
    assert "The first 50 measures" in page("/catalogue/search/?q=people")


def test_what_is_called_so_or_has_the_code_stands_first() -> None:
    code = page("/catalogue/search/?q=MAC 2.2")
    assert "MAC 2.2 Employment and training" in code
    assert "MAC 1.1" not in code
    goal = page("/catalogue/search/?q=reduced inequalities")
    assert goal.index("10 Reduced inequalities") < goal.index("Water use reduced")
    assert "No measure fits" not in code
