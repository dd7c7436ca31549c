"""How surely somebody leads, against a plain search that looks at every factor."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal import errors
from commonweal.figures import Book
from commonweal.scoring import Formula, Lot, Numbers, combinations, evaluate, flips, places
from commonweal.scoring.sensitivity import factor_words
from tests.engine.scoring.lots import criterion, d, declared, lot, marked, marks
from tests.engine.scoring.test_scoring_in_a_book import MORE

THOUSANDTH = Decimal("0.001")


def numbers(one: Lot) -> Numbers:
    return evaluate(one, Book()).last.numbers


def test_combinations_are_all_of_them_down_first() -> None:
    together = combinations(numbers(lot(criterion(), offers={"a": {"M1": 3, "M2": 1}, "b": {"M1": 1, "M2": 3}})))
    assert [[str(f) for f in row.factors] for row in together.rows] == [
        ["0.8", "0.8"], ["0.8", "1.2"], ["1.2", "0.8"], ["1.2", "1.2"]
    ]  # fmt: skip
    assert together.led_by() == {("a", "b"): 2, ("b",): 1, ("a",): 1}
    assert [f"{score:.2f}" for score in together.rows[1].scores] == ["8.18", "10.00"]
    assert together.rows[1].leaders == ("b",)


def test_more_than_twelve_measures_are_refused() -> None:
    many = {f"M{at}": 1 for at in range(13)}
    with pytest.raises(errors.BadScoring, match="13 measures make 8,192 combinations; at most 12"):
        combinations(numbers(lot(criterion(), offers={"a": many})))
    twelve = {f"M{at}": 1 for at in range(2)}
    assert len(combinations(numbers(lot(criterion(), offers={"a": twelve}))).rows) == 4


def test_where_one_measure_is_all_there_is_only_a_value_of_nothing_makes_everybody_level() -> None:
    found = flips(numbers(lot(criterion(), offers={"a": {"M": 3}, "b": {"M": 2}})))
    assert [(str(f.stands), str(f.changed), f.order) for f in found] == [("0.001", "0.000", (("a", "b"),))]
    assert not found[0].within(d(10))


def test_a_band_that_is_reached_alters_the_order() -> None:
    one = lot(
        criterion(formula=Formula.BANDED, bands=((d(100), d(5)), (d(200), d(10)))),
        marked("M", 2),
        offers={"a": {"X": 100}, "b": {"X": 50, "Y": 150}},
        values={"X": "1", "Y": "1"},
        declarations=declared("E"),
        marks=marks("M", {"a": {"E": 5}, "b": {"E": 0}}),
    )
    found = {f.measure: f for f in flips(numbers(one)) if f.changed < 1}
    assert numbers(one).scores() == {"a": 7, "b": 10}
    assert factor_words(found["Y"]) == "between 0.999 and 1"
    assert found["Y"].leaders == ("a",)


def brute(work: Numbers, measure: str, steps: int) -> Decimal | None:
    """The first factor above one, in steps of a thousandth, at which the order is another."""
    base = places(work.scores())
    for at in range(1001, steps + 1):
        if places(work.scores({measure: at * THOUSANDTH})) != base:
            return at * THOUSANDTH
    return None


quantities = st.integers(0, 40)


@pytest.mark.parametrize("formula", Formula)
@given(
    offered=st.lists(st.tuples(quantities, quantities), min_size=3, max_size=3),
    given_marks=st.lists(st.integers(0, 5), min_size=3, max_size=3),
)
@settings(max_examples=12)
def test_the_first_change_is_the_one_that_a_plain_search_finds(
    formula: Formula, offered: list[tuple[int, int]], given_marks: list[int]
) -> None:
    names = ("a", "b", "c")
    more = {Formula.AGAINST_TARGET: {"target": d(50)}, Formula.BANDED: {"bands": ((d(20), d(2)), (d(60), d(7)))}}
    one = lot(
        criterion(formula=formula, **more.get(formula, {})),
        marked("M", 10),
        offers={n: {"X": x, "Y": y} for n, (x, y) in zip(names, offered, strict=True)},
        values={"X": "1", "Y": "2"},
        declarations=declared("E"),
        marks=marks("M", {n: {"E": mark} for n, mark in zip(names, given_marks, strict=True)}),
    )
    work = numbers(one)
    above = {f.measure: f.changed for f in flips(work, farthest=3) if f.changed > 1}
    assert {"X": above.get("X"), "Y": above.get("Y")} == {"X": brute(work, "X", 3000), "Y": brute(work, "Y", 3000)}
    assert set(MORE) == set(more)


def test_a_cap_on_the_whole_is_a_bend_too() -> None:
    one = lot(criterion(), offers={"a": {"X": 10}, "b": {"Y": 8}}, values={"X": "1", "Y": "1"}, total_cap=d(12))
    (flip,) = [f for f in flips(numbers(one)) if f.measure == "Y" and f.changed > 1]
    assert (str(flip.changed), flip.level, flip.leaders) == ("1.250", True, ("b",))
    assert factor_words(flip) == "at 1.25"
