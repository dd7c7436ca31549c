"""What counts of an offer, whether a lot can be scored at all, and how marks become the one that counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.checks.problem import Severity
from commonweal.figures import Book
from commonweal.portfolio import Supplier
from commonweal.scoring import (
    TOTAL,
    Bidder,
    Consensus,
    Declaration,
    Disregard,
    Formula,
    Lot,
    Offer,
    accepted,
    agreed,
    check_lot,
    evaluate,
)
from tests.engine.scoring.lots import criterion, d, declared, lot, marked, marks

FIRST, SECOND = dt.date(2026, 2, 3), dt.date(2026, 2, 9)
RULE = "unsupported quantity is disregarded"
PLAIN = lot(criterion(), offers={"a": {"M1": 100}, "b": {"M1": 50}}, values={"M1": "2"}, unsupported_rule=RULE)


def decision(quantity: int = 40, on: dt.date | None = FIRST, **more: str) -> Disregard:
    return Disregard("a", "M1", d(quantity), on, **({"by": "officer", "reason": "not on this contract"} | more))


def codes(one: Lot) -> list[str]:
    return [problem.code for problem in check_lot(one) if problem.severity is Severity.ERROR]


def total(one: Lot, bidder: str, at: int = -1) -> Decimal:
    book = Book()
    evaluation = evaluate(one, book)
    return book[evaluation.calculations[at].points[bidder, TOTAL]].value


def test_a_number_without_its_text_is_disregarded_where_the_tender_says_so() -> None:
    bare = replace(PLAIN.offers[0], plan=" ")
    asked = replace(PLAIN, offers=(bare, PLAIN.offers[1]), text_needed=True)
    taken = accepted(asked)["a", "M1"]
    assert (taken.offered, taken.quantity, len(taken.less)) == (100, 0, 1)
    assert [p.code for p in check_lot(asked)] == ["number_without_text"]
    assert total(asked, "a") == 0
    assert total(replace(asked, text_needed=False), "a") == 10


def test_a_text_without_its_number_counts_for_nothing_and_is_named() -> None:
    asked = replace(PLAIN, offers=(replace(PLAIN.offers[0], quantity=None), PLAIN.offers[1]), text_needed=True)
    assert ("a", "M1") not in accepted(asked)
    assert [p.code for p in check_lot(asked)] == ["text_without_number"]
    assert total(asked, "a") == 0


def test_decisions_count_from_their_day_on_and_every_calculation_is_kept() -> None:
    decided = replace(PLAIN, decisions=(decision(40), decision(20, SECOND)))
    assert [accepted(decided, until=day)["a", "M1"].quantity for day in (None, FIRST, SECOND)] == [100, 60, 40]
    book = Book()
    evaluation = evaluate(decided, book)
    assert [book[one.pounds["a"]].value for one in evaluation.calculations] == [200, 120, 80]
    assert evaluation.last.leaders == ("b",)
    assert evaluation.calculations[1].leaders == ("a",)


def test_a_cap_on_a_measure_counts_after_decisions() -> None:
    (measure,) = PLAIN.measures
    capped = replace(PLAIN, measures=(replace(measure, cap=d(55)),), decisions=(decision(40),))
    assert [accepted(capped, until=day)["a", "M1"].quantity for day in (None, FIRST)] == [55, 55]
    assert len(accepted(capped, until=FIRST)["a", "M1"].less) == 2
    assert accepted(capped)["b", "M1"].less == ()


def test_a_cap_on_the_whole_offer_counts_for_points_only() -> None:
    capped = replace(PLAIN, total_cap=d(120))
    book = Book()
    evaluation = evaluate(capped, book)
    assert book[evaluation.last.pounds["a"]].value == 120
    assert book[evaluation.last.pounds["b"]].value == 100
    assert evaluation.last.numbers.scores() == {"a": 10, "b": Decimal("8.333333333333333333333333333")}


WRONG = {
    "weights_do_not_sum": replace(PLAIN, weight=d(20)),
    "no_rule_for_decision": replace(PLAIN, unsupported_rule="", decisions=(decision(),)),
    "decision_incomplete": replace(PLAIN, decisions=(decision(reason=""),)),
    "decision_above_offer": replace(PLAIN, decisions=(decision(60), decision(60, SECOND))),
    "negative_offer": replace(PLAIN, offers=(replace(PLAIN.offers[0], quantity=d(-1)), PLAIN.offers[1])),
    "unknown_reference": replace(PLAIN, offers=(*PLAIN.offers, Offer("c", "M1", d(1)))),
    "nothing_to_score": replace(PLAIN, criteria=()),
    "not_scored": replace(PLAIN, criteria=(criterion(highest_mark=d(5)),)),
    "no_target": replace(PLAIN, criteria=(criterion(formula=Formula.AGAINST_TARGET),)),
    "bad_bands": replace(PLAIN, criteria=(criterion(formula=Formula.BANDED),)),
    "no_price": replace(
        PLAIN,
        criteria=(criterion(formula=Formula.PER_POUND_OF_CONTRACT),),
        bidders=(Bidder(Supplier("a"), price=d(0)), Bidder(Supplier("b"), price=d(9))),
    ),
    "parent_scored": replace(PLAIN, criteria=(criterion(), criterion("Q1", parent="Q"))),
    "criterion_circle": replace(
        PLAIN,
        criteria=(criterion(), criterion("X", parent="Y", formula=None), criterion("Y", parent="X", formula=None)),
    ),
}


@pytest.mark.parametrize("code", WRONG)
def test_each_thing_in_the_way_of_a_fair_score_is_refused(code: str) -> None:
    assert set(codes(WRONG[code])) == {code}
    with pytest.raises(errors.RefusedInput, match="Lot L1 cannot be scored until") as refused:
        evaluate(WRONG[code], Book())
    assert {problem.code for problem in refused.value.problems} == {code}


def test_more_references_that_lead_nowhere() -> None:
    assert "no bidders" in check_lot(replace(PLAIN, bidders=()))[0].found
    assert codes(replace(PLAIN, criteria=(criterion(measure="M9"),))) == ["unknown_reference"]
    nobody = replace(decision(), measure="M9")
    assert codes(replace(PLAIN, decisions=(nobody,))) == ["unknown_reference", "decision_above_offer"]
    dateless = replace(PLAIN, decisions=(decision(on=None),))
    assert codes(dateless) == ["decision_incomplete"]
    assert accepted(dateless, until=SECOND)["a", "M1"].quantity == 100


def test_values_that_are_missing_or_not_used_are_named() -> None:
    bare = lot(criterion(), offers={"a": {"M1": 1, "M2": 5}}, values={"M1": "2", "M2": None})
    assert [(p.code, p.severity) for p in check_lot(bare)] == [("measure_without_value", Severity.WARNING)]
    assert total(bare, "a") == 10
    free = lot(criterion(measure="M1"), offers={"a": {"M1": 1}}, values={"M1": "2"})
    assert [(p.code, p.severity) for p in check_lot(free)] == [("value_not_used", Severity.NOTE)]


MARKED = lot(marked(), offers={"a": {}, "b": {}}, values={"M1": None}, declarations=declared("E1", "E2"))
GIVEN = marks("M", {"a": {"E1": 3, "E2": 5}, "b": {"E1": 2, "E2": 2}})
MODERATED = replace(MARKED, marks=GIVEN, consensus=(Consensus("a", "M", d(4), "Strong, but no mentor."),))


def test_marks_that_agree_count_and_others_are_moderated_with_a_reason() -> None:
    assert codes(MODERATED) == []
    found = agreed(MODERATED)
    assert (found["a", "M"].mark, found["a", "M"].is_moderated) == (4, True)
    assert (found["b", "M"].mark, found["b", "M"].is_moderated) == (2, False)
    assert total(MODERATED, "a") == 8
    assert agreed(MARKED) == {}


MARKS_WRONG = {
    "no_consensus": replace(MODERATED, consensus=()),
    "consensus_without_reason": replace(MODERATED, consensus=(Consensus("a", "M", d(4), " "),)),
    "no_mark": replace(MODERATED, marks=GIVEN[:2]),
    "mark_too_high": replace(MODERATED, consensus=(Consensus("a", "M", d(6), "Very good."),)),
    "mark_twice": replace(MODERATED, marks=(*GIVEN, GIVEN[3])),
    "mark_for_formula": replace(
        MODERATED,
        criteria=(*MODERATED.criteria, criterion()),
        weight=d(20),
        marks=(*GIVEN, replace(GIVEN[0], criterion="Q")),
    ),
}


@pytest.mark.parametrize("code", MARKS_WRONG)
def test_each_wrong_mark_is_refused(code: str) -> None:
    assert codes(MARKS_WRONG[code]) == [code]


def test_a_consensus_without_own_marks_is_refused_where_it_stands() -> None:
    alone = replace(MODERATED, marks=GIVEN[2:])
    assert codes(alone) == ["no_mark"]
    assert "a under M" in check_lot(alone)[0].found


def test_nobody_marks_without_a_dated_declaration_or_with_a_conflict() -> None:
    undated = replace(MODERATED, declarations=(*declared("E1"), Declaration("E2")))
    missing = replace(MODERATED, declarations=declared("E1"))
    conflict = replace(MODERATED, declarations=(*declared("E1"), Declaration("E2", FIRST, conflict=True)))
    assert codes(undated) == codes(missing) == ["no_declaration"] * 2
    assert codes(conflict) == ["mark_despite_conflict"] * 2


def test_a_consensus_that_stands_twice_is_refused() -> None:
    twice = replace(MODERATED, consensus=MODERATED.consensus * 2)
    assert [p.found for p in check_lot(twice)] == ["The panel has two marks for a under M."]
