"""What is lost between two items, in words."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.crosswalk.crosswalk import Way, load_crosswalk
from commonweal.crosswalk.items import Item
from commonweal.crosswalk.loss import RELATIONS, lost
from commonweal.crosswalk.models import Datum, Likeness, Link

MEASURE, OTHER = Item("a/1", "1", "One", "measure", "hour"), Item("b/1", "1", "Other", "measure", "hour")
WEEKS = Datum("weeks", "weeks planned for each apprentice", "week/person")


def way(
    relation: Likeness, factor: str = "", datum: Datum | None = None, *, inherited: bool = False, by: str = "a/1"
) -> Way:
    number = Decimal(factor) if factor else None
    return Way(Link("a/1", "b/1", "a", "b", relation, "why", factor=number, datum=datum), by, inherited)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (way(Likeness.SAME, "1"), "Nothing is lost."),
        (way(Likeness.CLOSE, "1"), "under a definition that is not quite the same"),
        (way(Likeness.NARROWER, "1"), "among other things"),
        (way(Likeness.SAME, "35"), "Each counts as 35."),
        (way(Likeness.CLOSE, "1", WEEKS), "It is multiplied by weeks planned for each apprentice: without"),
        (way(Likeness.CLOSE, "1", Datum("w", "weeks", "week", divide=True)), "It is divided by weeks"),
        (way(Likeness.BROADER), "Only a part of it belongs there"),
        (way(Likeness.RELATED), "Something else is counted there"),
        (way(Likeness.SAME), "the units differ"),
        (way(Likeness.SAME, "1", inherited=True, by="a/OUT"), "The link is one of a/OUT above it"),
    ],
)
def test_the_sentence_fits_the_link(given: Way, expected: str) -> None:
    assert expected in lost(given, MEASURE, OTHER)


def test_what_stands_above_is_named_in_the_words_that_are_given() -> None:
    assert "one of outcome PO2 above it" in lost(way(Likeness.SAME, inherited=True), MEASURE, OTHER, by="outcome PO2")


def test_nothing_is_counted_above_measures() -> None:
    outcome = Item("b/O", "O", "An outcome", "outcome")
    assert "Nothing is counted at this level" in lost(way(Likeness.CLOSE), MEASURE, outcome)
    assert "Nothing is counted at this level" in lost(way(Likeness.CLOSE), outcome, MEASURE)


def test_every_shipped_link_can_be_told() -> None:
    walk = load_crosswalk()
    for link in walk.links:
        assert lost(Way(link, link.source, inherited=False), walk.items[link.source], walk.items[link.target])
        assert RELATIONS[link.relation]
