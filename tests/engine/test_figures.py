"""The golden thread: figures keep their inputs, come out again from facts alone, and refuse a broken book."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commonweal import errors
from commonweal.figures import RULES, Book, Fact, Figure, apply


@pytest.fixture
def book() -> Book:
    result = Book()
    result.fact("hours", "hours verified", Decimal(60), "hour", origin="returns.csv, row 4", source="confirmed")
    result.fact("value", "pounds per hour", Decimal("17.50"), "GBP/hour", origin="kpis.csv, row 2")
    result.figure("pounds", "hours in pounds", "GBP", "value", ["hours", "value"])
    return result


def test_a_figure_is_worked_out_when_it_is_entered(book: Book) -> None:
    assert book["pounds"] == Figure("pounds", "hours in pounds", Decimal("1050.00"), "GBP", "value", ("hours", "value"))
    assert [entry.id for entry in book] == ["hours", "value", "pounds"]
    assert "pounds" in book
    assert len(book) == 3


def test_recomputing_trusts_no_stored_result(book: Book) -> None:
    book.enter(Figure("total", "total", Decimal("9999.00"), "GBP", "sum", ("pounds", "pounds")))
    assert book.recompute("total") == Decimal("2100.00")
    assert book.recompute("hours") == Decimal(60)


def test_a_deep_chain_does_not_exhaust_the_stack(book: Book) -> None:
    last = "pounds"
    for number in range(5000):
        last = book.figure(f"s{number}", "step", "GBP", "sum", [last]).id
    assert book.recompute(last) == Decimal("1050.00")


def test_an_id_is_used_once(book: Book) -> None:
    with pytest.raises(errors.BadReport, match="stands twice"):
        book.fact("hours", "again", Decimal(1), "hour", origin="")


def test_an_unknown_line_is_named(book: Book) -> None:
    with pytest.raises(errors.BadReport, match="no line 'punds'"):
        book.recompute("punds")


def test_figures_that_rest_on_themselves_are_refused(book: Book) -> None:
    book.enter(Figure("a", "a", Decimal(1), "GBP", "sum", ("b",)))
    book.enter(Figure("b", "b", Decimal(1), "GBP", "sum", ("a",)))
    with pytest.raises(errors.BadReport, match="rests on itself"):
        book.recompute("a")


def test_an_input_may_serve_twice_on_the_way(book: Book) -> None:
    book.figure("twice", "twice", "GBP", "sum", ["pounds", "pounds"])
    book.figure("thrice", "thrice", "GBP", "sum", ["twice", "pounds"])
    assert book.recompute("thrice") == Decimal("3150.00")


@pytest.mark.parametrize(
    ("rule", "numbers", "result"),
    [
        ("given", ["5"], "5"),
        ("sum", ["1.5", "2"], "3.5"),
        ("sum", [], "0"),
        ("difference", ["416", "214", "180"], "22"),
        ("shortfall", ["12", "5"], "7"),
        ("shortfall", ["5", "12"], "0"),
        ("value", ["0.125", "0.02"], "0.00"),
        ("value", ["0.5", "0.01"], "0.01"),
        ("value", ["-0.5", "0.01"], "-0.01"),
        ("value", ["75", "17.50", "0.5"], "656.25"),
        ("remainder", ["1.01", "0.34", "0.34"], "0.33"),
        ("percent", ["5", "12"], "41.67"),
        ("percent", ["184", "184"], "100.00"),
        ("mean", ["1", "2", "2"], "1.666667"),
        ("last", ["8", "10"], "10"),
        ("count", ["1", "1", "1"], "3"),
        ("share_capped", ["34510.00", "50", "20000"], "17255.00"),
        ("share_capped", ["90000.00", "50", "20000"], "20000"),
        ("share_capped", ["90000.00", "50"], "45000.00"),
        ("per", ["202", "15"], "13.466667"),
        ("prorated", ["208", "1", "16"], "13.000000"),
        ("stretch", ["50", "92", "93", "120"], "0.416667"),
        ("stretch", ["50", "0", "93", "120"], "38.750000"),
        ("smallest", ["3", "1", "2"], "1"),
        ("largest", ["3", "1", "2"], "3"),
        ("penny_part", ["1050.00", "0.1", "60"], "1.75"),
        ("converted", ["3", "1", "78"], "234"),
        ("converted_per", ["100", "1", "78"], "1.282051"),
        ("part", ["10.001", "3333", "10000"], "3.3333333"),
        ("penny_part_down", ["10.01", "3333", "10000"], "3.33"),
        ("score", ["1645000", "1963600", "10"], "8.377469953147280505194540640"),
        ("score", ["4", "5", "10"], "8"),
        ("score", ["12", "10", "10"], "10"),
        ("score", ["-1", "10", "10"], "0"),
        ("score", ["0", "0", "10"], "0"),
        ("quotient", ["1443400", "2400000"], "0.6014166666666666666666666667"),
        ("banded", ["5", "1", "2", "5", "6", "9", "10"], "6"),
        ("banded", ["0.5", "1", "2"], "0"),
        ("rank_score", ["36", "10", "48", "36", "32"], "6.666666666666666666666666667"),
        ("hundredth", ["8.375"], "8.38"),
        ("projected", ["60", "60", "15"], "960"),
    ],
)
def test_each_rule_by_an_example(rule: str, numbers: list[str], result: str) -> None:
    assert apply(rule, [Decimal(n) for n in numbers]) == Decimal(result)


def test_every_rule_has_an_example_and_a_sentence() -> None:
    marks = test_each_rule_by_an_example.pytestmark  # type: ignore[attr-defined]
    shown = {case[0] for mark in marks for case in mark.args[1]}
    assert shown == set(RULES)
    assert all(len(sentence) > 10 for _, sentence in RULES.values())


@pytest.mark.parametrize(("rule", "numbers"), [("percent", ["1", "0"]), ("last", []), ("percent", ["1"])])
def test_a_rule_that_cannot_take_the_numbers_says_so(rule: str, numbers: list[str]) -> None:
    with pytest.raises(errors.BadReport, match="cannot be applied"):
        apply(rule, [Decimal(n) for n in numbers])


def test_an_unknown_rule_is_refused() -> None:
    with pytest.raises(errors.BadReport, match="does not have"):
        apply("guess", [])


money = st.decimals(min_value="-100000", max_value="100000", places=2)


@given(st.lists(money, min_size=1, max_size=20))
def test_a_sum_does_not_depend_on_the_order(numbers: list[Decimal]) -> None:
    assert apply("sum", numbers) == apply("sum", list(reversed(numbers)))


@given(st.lists(money, min_size=1, max_size=8))
def test_what_is_left_and_the_parts_make_the_whole(parts: list[Decimal]) -> None:
    whole = sum(parts, Decimal(0)) + Decimal("7.31")
    assert apply("remainder", [whole, *parts]) == Decimal("7.31")


def test_facts_keep_their_origin(book: Book) -> None:
    assert book["hours"] == Fact("hours", "hours verified", Decimal(60), "hour", "returns.csv, row 4", "confirmed")
