"""Journey 3 to the penny and the hundredth, from the shipped example alone."""

from __future__ import annotations

from decimal import Decimal

import pytest

from commonweal.figures import Book
from commonweal.scoring import TOTAL, Evaluation, combinations, evaluate, flags, flips
from commonweal.scoring.flags import peer_median
from tests.engine.scoring.lots import HARBOURSIDE, OAKLINE, VERDANT, grounds, tender

BIDDERS = (VERDANT, OAKLINE, HARBOURSIDE)


@pytest.fixture(scope="module")
def scored() -> tuple[Evaluation, Book]:
    book = Book()
    return evaluate(grounds(), book), book


def shown(scored: tuple[Evaluation, Book], at: int, code: str) -> list[str]:
    evaluation, book = scored
    return [str(book[evaluation.calculations[at].shown[who, code]].value) for who in BIDDERS]


def pounds(scored: tuple[Evaluation, Book], at: int) -> list[str]:
    evaluation, book = scored
    return [str(book[evaluation.calculations[at].pounds[who]].value) for who in BIDDERS]


def test_the_example_has_no_problem() -> None:
    assert tender().problems == []


@pytest.mark.parametrize(
    ("code", "worth"),
    [
        ("NT1", ["1440000.00", "1080000.00", "960000.00"]),
        ("NT10", ["104000.00", "78000.00", "52000.00"]),
        ("NT17", ["14000.00", "7000.00", "21000.00"]),
        ("NT18", ["360000.00", "420000.00", "300000.00"]),
        ("NT31", ["9600.00", "6000.00", "2400.00"]),
        ("CL", ["36000.00", "54000.00", "108000.00"]),
    ],
)
def test_offers_in_pounds(scored: tuple[Evaluation, Book], code: str, worth: list[str]) -> None:
    evaluation, book = scored
    assert [str(book[evaluation.calculations[0].by_measure[who, code]].value) for who in BIDDERS] == worth


def test_scores_as_offered(scored: tuple[Evaluation, Book]) -> None:
    assert pounds(scored, 0) == ["1963600.00", "1645000.00", "1443400.00"]
    assert shown(scored, 0, "QUANT") == ["10.00", "8.38", "7.35"]
    assert shown(scored, 0, "QUAL") == ["4.00", "8.00", "10.00"]
    assert shown(scored, 0, TOTAL) == ["14.00", "16.38", "17.35"]
    assert scored[0].calculations[0].leaders == (HARBOURSIDE,)


def test_scores_after_the_clarification_keep_the_former_ones(scored: tuple[Evaluation, Book]) -> None:
    evaluation, _ = scored
    assert [one.label for one in evaluation.calculations] == ["As offered", "After the decisions of 3 February 2026"]
    assert pounds(scored, 1) == ["1911600.00", "1645000.00", "1443400.00"]
    assert shown(scored, 1, TOTAL) == ["14.00", "16.61", "17.55"]
    (less,) = evaluation.last.taken[VERDANT, "NT10"].less
    assert (less.quantity, less.rule, str(less.on)) == (208, "unsupported quantity is disregarded", "2026-02-03")


def test_every_line_comes_out_again_from_the_facts(scored: tuple[Evaluation, Book]) -> None:
    _, book = scored
    assert [entry.id for entry in book if book.recompute(entry.id) != entry.value] == []


def test_questions_to_verdant(scored: tuple[Evaluation, Book]) -> None:
    evaluation, _ = scored
    before = {key: line for one in evaluation.calculations for key, line in one.points.items()}
    asked = flags(evaluation, scored[1])
    words = {flag.kind: flag.question for flag in asked}
    assert {flag.bidder for flag in asked} == {VERDANT}
    assert "81.8 %" in words["share_of_contract_value"]
    assert "9 like contracts promised a median of 46.0 %" in words["share_of_contract_value"]
    assert "73.3 % of what Verdant Facilities plc offers comes from NT1" in words["from_one_measure"]
    assert "were verified to deliver a median of" in words["against_verified"]
    assert before == {key: line for one in evaluation.calculations for key, line in one.points.items()}


def test_the_leader_stands_in_all_64_combinations(scored: tuple[Evaluation, Book]) -> None:
    for one in scored[0].calculations:
        together = combinations(one.numbers)
        assert len(together.rows) == 64
        assert together.led_by() == {(HARBOURSIDE,): 64}


def test_nt18_alone_can_alter_the_order(scored: tuple[Evaluation, Book]) -> None:
    found = flips(scored[0].calculations[0].numbers)
    likely = [flip for flip in found if flip.within(Decimal(10))]
    assert [(f.measure, str(f.stands), str(f.changed), f.leaders) for f in likely] == [
        ("NT18", "4.981", "4.982", (OAKLINE,))
    ]
    # Beyond ten times: (371,920 - 175,600) / (26,000 - 20,800) and 192,800 / 1,680, by hand.
    assert {f.measure: f.stands for f in found if f not in likely} == {
        "NT10": Decimal("37.753"),
        "NT31": Decimal("114.761"),
    }


def test_after_the_clarification_two_are_level_at_4_765(scored: tuple[Evaluation, Book]) -> None:
    (flip,) = [f for f in flips(scored[0].last.numbers) if f.measure == "NT18"]
    assert (str(flip.changed), flip.level, flip.order) == ("4.765", True, ((OAKLINE,), (HARBOURSIDE,), (VERDANT,)))


def test_the_medians_of_like_contracts_have_their_number() -> None:
    promised = peer_median(grounds().peers, what="promised")
    assert promised is not None
    assert (promised.n, promised.enough, promised.value) == (9, True, Decimal(46))


def test_a_lot_scored_by_marks_alone_has_no_value_anywhere() -> None:
    book = Book()
    lot = tender("bids-home-care-2026").lots[0]
    evaluation = evaluate(lot, book)
    assert [str(book[evaluation.last.shown[name, TOTAL]].value) for name in lot.names] == ["9.00", "7.50"]
    assert all(measure.value_per_unit is None for measure in lot.measures)
    assert evaluation.last.pounds == {}
    assert not [entry.id for entry in book if "GBP" in entry.unit or "£" in entry.label]
    assert flips(evaluation.last.numbers) == ()
