"""What the book says is what plain numbers give, whatever the formula; order and ties do not depend on names."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.figures import Book
from commonweal.portfolio import Supplier
from commonweal.scoring import TOTAL, Bidder, Formula, Lot, evaluate, place_of, places
from commonweal.scoring.result import ids
from tests.engine.scoring.lots import criterion, d, declared, lot, marked, marks

NAMES = ("a", "b", "c")
MORE: dict[Formula, dict[str, Any]] = {
    Formula.AGAINST_TARGET: {"target": d(500)},
    Formula.BANDED: {"bands": ((d(10), d(2)), (d(400), d(7)))},
}


def whole(formula: Formula, amounts: list[list[int | None]], **more: Any) -> Lot:
    """Pounds by a formula, one measure by the same, and marks below a criterion of their own."""
    offers = {
        name: {f"M{at}": amount for at, amount in enumerate(mine) if amount is not None}
        for name, mine in zip(NAMES, amounts, strict=True)
    }
    criteria = (
        criterion("P", 10, formula, **MORE.get(formula, {})),
        criterion("ONE", 8, formula, measure="M1", **MORE.get(formula, {})),
        criterion("TOP", 6, None),
        marked("S1", 4, parent="TOP"),
        marked("S2", 2, parent="TOP"),
    )
    given_marks = marks("S1", {n: {"E1": at} for at, n in enumerate(NAMES)}) + marks(
        "S2", {n: {"E1": 3} for n in NAMES}
    )
    return lot(
        *criteria,
        offers=offers,
        values={"M0": "2", "M1": "0.5", "M2": None},
        declarations=declared("E1"),
        marks=given_marks,
        **more,
    )


amounts = st.lists(st.lists(st.none() | st.integers(0, 1000), min_size=3, max_size=3), min_size=3, max_size=3)


@pytest.mark.parametrize("formula", Formula)
@given(offered=amounts, capped=st.booleans())
@settings(max_examples=40)
def test_the_book_and_plain_numbers_agree(formula: Formula, offered: list[list[int | None]], capped: bool) -> None:
    one = whole(formula, offered, total_cap=d(700) if capped else None)
    if capped:
        one = replace(
            one, criteria=(replace(one.criteria[0], cap=d(300)), replace(one.criteria[1], cap=d(90)), *one.criteria[2:])
        )
    book = Book()
    calculation = evaluate(one, book).last
    in_book = {name: book[calculation.points[name, TOTAL]].value for name in NAMES}
    assert all(abs(in_book[name] - score) < Decimal("1E-20") for name, score in calculation.numbers.scores().items())
    assert all(book.recompute(entry.id) == entry.value for entry in book)
    for name in NAMES:
        parts = sum(book[calculation.points[name, code]].value for code in ("P", "ONE", "TOP"))
        assert parts == in_book[name]


@given(offered=amounts, order=st.permutations(NAMES))
@settings(max_examples=40)
def test_the_order_of_bidders_changes_no_score(offered: list[list[int | None]], order: list[str]) -> None:
    one = whole(Formula.RELATIVE_TO_BEST, offered)
    shuffled = replace(one, bidders=tuple(sorted(one.bidders, key=lambda b: order.index(b.name))))
    first, second = (evaluate(each, Book()).last.numbers.scores() for each in (one, shuffled))
    assert {name: first[name] for name in NAMES} == {name: second[name] for name in NAMES}


def test_a_tie_at_the_top_is_shared_and_the_next_place_is_the_third() -> None:
    order = places({"a": d(7), "b": d(9), "c": Decimal("9.0000000000000001"), "d": d(7)})
    assert order == (("b", "c"), ("a", "d"))
    assert [place_of(name, order) for name in "abcd"] == [3, 1, 1, 3]
    with pytest.raises(KeyError):
        place_of("e", order)
    tied = lot(criterion(), offers={"x": {"M": 3}, "y": {"M": 3}})
    assert evaluate(tied, Book()).last.leaders == ("x", "y")


@pytest.mark.parametrize("formula", Formula)
def test_a_measure_that_nobody_offers_gives_nobody_points(formula: Formula) -> None:
    bare = lot(
        criterion(formula=formula, measure="M", **MORE.get(formula, {})), offers={"a": {}, "b": {}}, values={"M": None}
    )
    book = Book()
    assert evaluate(bare, book).last.numbers.scores() == {"a": 0, "b": 0}


def test_names_that_look_alike_have_lines_of_their_own() -> None:
    assert ids(["A & B", "A B", "é", "A-B"]) == {"A & B": "a-b", "A B": "a-b-2", "é": "x", "A-B": "a-b-3"}
    alike = lot(criterion(), offers={"A B": {"M": 1}, "A & B": {"M": 2}})
    assert evaluate(alike, Book()).last.leaders == ("A & B",)


def test_values_carry_their_source_into_the_book() -> None:
    one = lot(criterion(), offers={"a": {"M": 2}}, values={"M": "3"}, bidders=(Bidder(Supplier("a")),))
    measure = replace(one.measures[0], value_series="value/m", value_source="a page")
    book = Book()
    evaluate(replace(one, measures=(measure,)), book)
    assert book["L1/value/M"].source == "value/m; a page"  # type: ignore[union-attr]
