"""The panel's report shows every calculation; a debrief holds nothing of another bidder's offer."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal.figures import Book, Fact
from commonweal.reporting import wording
from commonweal.reporting.model import Headlines, Prose, Report, Table
from commonweal.reporting.render_csv import render_csv
from commonweal.reporting.render_html import render_html
from commonweal.reporting.render_json import render_json
from commonweal.reporting.render_xlsx import render_xlsx
from commonweal.reporting.scoring.debrief import debrief, folder_name
from commonweal.reporting.scoring.questions import flip_words
from commonweal.reporting.scoring.report import scoring_report
from commonweal.scoring import Evaluation, Formula, Lot, Tender, evaluate, flips
from tests.engine.scoring.lots import (
    HARBOURSIDE,
    OAKLINE,
    VERDANT,
    criterion,
    d,
    declared,
    grounds,
    lot,
    marked,
    marks,
    tender,
)

DAY = dt.date(2026, 2, 10)


def panel(*lots: Lot) -> tuple[Report, list[Evaluation], Book]:
    book = Book()
    evaluations = [evaluate(one, book) for one in lots]
    report = scoring_report(Tender("Three bids", list(lots)), evaluations, book, as_at=DAY, made_by="a test")
    return report, evaluations, book


def table(report: Report, name: str) -> list[list[str]]:
    found = next(t for t in report.tables() if t.name == name)
    return [[word.line for word in row] for row in wording.table_words(found)]


def prose(report: Report) -> str:
    return "\n".join(
        text
        for section in report.sections
        for block in section.blocks
        if isinstance(block, Prose)
        for text in block.paragraphs
    )


@pytest.fixture(scope="module")
def journey() -> tuple[Report, list[Evaluation], Book]:
    return panel(grounds())


def test_both_calculations_are_shown_with_two_decimals(journey: tuple[Report, list[Evaluation], Book]) -> None:
    report = journey[0]
    assert table(report, "scores-nmc-2026-014-1") == [
        [HARBOURSIDE, "1,443,400", "7.35", "10.00", "17.35", "1"],
        [OAKLINE, "1,645,000", "8.38", "8.00", "16.38", "2"],
        [VERDANT, "1,963,600", "10.00", "4.00", "14.00", "3"],
    ]
    assert [row[1] for row in table(report, "scores-nmc-2026-014-2")] == ["1,443,400", "1,645,000", "1,911,600"]
    assert [row[4] for row in table(report, "scores-nmc-2026-014-2")] == ["17.55", "16.61", "14.00"]


def test_every_score_opens_its_working(journey: tuple[Report, list[Evaluation], Book]) -> None:
    report, _, book = journey
    scores = next(t for t in report.tables() if t.name == "scores-nmc-2026-014-2")
    for row in scores.rows:
        assert all(cell.figure in book for cell in row.cells[1:-1])


def test_what_does_not_count_is_listed_with_rule_reason_and_day(journey: tuple[Report, list[Evaluation], Book]) -> None:
    (row,) = table(journey[0], "less-nmc-2026-014")
    assert row[:4] == [VERDANT, "NT10", "208 weeks", "unsupported quantity is disregarded"]
    assert row[5] == "3 February 2026"


def test_the_panel_reads_how_surely(journey: tuple[Report, list[Evaluation], Book]) -> None:
    words = prose(journey[0])
    assert f"As offered: {HARBOURSIDE} leads in all 64 combinations of 6 values moved by 20\u00a0% down or up." in words
    assert "The only value that alone can alter the order is NT18, between 4.981 and 4.982 times its value" in words
    rows = table(journey[0], "alone-nmc-2026-014-1")
    assert [row[0].split()[0] for row in rows] == ["NT1", "NT10", "NT17", "NT18", "NT31", "CL"]
    assert rows[1][3] == "beyond 10 times, or below a tenth"
    assert len(table(journey[0], "together-nmc-2026-014-1")) == 64


def test_questions_stand_with_their_figures(journey: tuple[Report, list[Evaluation], Book]) -> None:
    rows = table(journey[0], "questions-nmc-2026-014")
    assert {row[0] for row in rows} == {VERDANT}
    assert rows[0][1].startswith("81.8")


def test_the_moderation_is_shown_with_own_marks_and_reason(journey: tuple[Report, list[Evaluation], Book]) -> None:
    rows = [row for row in table(journey[0], "marks-nmc-2026-014") if row[0] == OAKLINE]
    assert [(row[2], row[3]) for row in rows] == [("Evaluator A", "3"), ("Evaluator B", "5"), ("Consensus", "4")]
    assert "no mentor" in rows[2][4]


def test_all_formats_take_the_report(journey: tuple[Report, list[Evaluation], Book]) -> None:
    html = render_html(journey[0]).decode()
    assert "17.55" in html
    assert render_xlsx(journey[0])
    assert any("17.55" in data.decode("utf-8-sig") for data in render_csv(journey[0]).values())


def test_a_lot_without_pounds_shows_none() -> None:
    one = tender("bids-home-care-2026").lots[0]
    report, evaluations, book = panel(one)
    own = debrief(evaluations[0], book, bidder="Saltmarsh Care Ltd", as_at=DAY, made_by="a test")
    for text in (render_json(report).decode(), render_json(own).decode()):
        assert "£" not in text
        assert "GBP" not in text


def tied(**more: object) -> Lot:
    return lot(criterion(), offers={"x": {"M": 3}, "y": {"M": 3}, "z": {}}, **more)


def test_a_tie_at_the_top_is_said_and_nobody_is_compared_with() -> None:
    report, evaluations, book = panel(tied())
    assert "x and y share the first place on social value. The tie is not broken here." in prose(report)
    (headlines,) = [b for s in report.sections for b in s.blocks if isinstance(b, Headlines)]
    assert [item.label for item in headlines.items] == ["1. x (shared)", "1. y (shared)", "3. z"]
    own = debrief(evaluations[0], book, bidder="z", as_at=DAY, made_by="a test")
    assert "shared; nobody is compared with" in render_json(own).decode()
    first = debrief(evaluations[0], book, bidder="x", as_at=DAY, made_by="a test")
    assert "1 of 3, shared" in render_json(first).decode()
    assert "z offers nothing under M." in prose(report)
    assert "Everything that was offered counts." in prose(report)
    chosen = debrief(evaluations[0], book, bidder="x", as_at=DAY, made_by="a test", winner="y")
    assert "you and y scored the same" in prose(chosen)


def test_more_measures_than_can_be_combined_are_said_to_be() -> None:
    many = {f"M{at}": at for at in range(13)}
    report, _, _ = panel(lot(criterion(), offers={"x": many, "y": {"M1": 1}}))
    assert "13 measures make 8,192 combinations" in prose(report)
    seven = {f"M{at}": at for at in range(7)}
    report, _, _ = panel(lot(criterion(), offers={"x": seven, "y": {"M1": 1}}))
    assert not [t for t in report.tables() if t.name.startswith("together")]
    assert "No value alone can alter the order, were it a tenth or 10 times as much." in prose(report)


def test_a_lead_that_moves_is_counted() -> None:
    close = lot(criterion(), offers={"x": {"A": 10}, "y": {"B": 9}})
    report, evaluations, _ = panel(close)
    assert "the lead is with" in prose(report)
    words = flip_words(flips(evaluations[0].last.numbers))
    assert words.startswith("Alone can alter the order: ")


def test_a_debrief_holds_nothing_of_anothers_offer(journey: tuple[Report, list[Evaluation], Book]) -> None:
    _, (evaluation,), book = journey
    for bidder, sealed in (
        (OAKLINE, [VERDANT, "1,443,400", "1443400", "1911600", "1,911,600", "416", "1200"]),
        (VERDANT, [OAKLINE, "1443400", "1645000", "1,645,000", "700000", "312"]),
        (HARBOURSIDE, [OAKLINE, VERDANT, "1645000", "1911600", "312", "416"]),
    ):
        report = debrief(evaluation, book, bidder=bidder, as_at=DAY, made_by="a test")
        text = render_json(report).decode() + render_html(report).decode()
        assert [word for word in sealed if word in text] == []
        assert bidder in text
        assert "Evaluator A" not in text
        assert all(report.book.recompute(entry.id) == entry.value for entry in report.book)


def test_a_debrief_gives_scores_reasons_and_the_leaders_advantage(
    journey: tuple[Report, list[Evaluation], Book],
) -> None:
    _, (evaluation,), book = journey
    report = debrief(evaluation, book, bidder=OAKLINE, as_at=DAY, made_by="a test")
    assert table(report, "scores") == [
        ["Quantity of the social value offered", "10", "8.61", "7.55", "−1.06"],
        ["Quality of the plan to deliver it", "10", "8.00", "10.00", "2.00"],
        ["Social value", "20", "16.61", "17.55", "0.94"],
    ]
    assert f"Quality of the plan to deliver it: {HARBOURSIDE} scored 2.00 more of 10 points." in prose(report)
    assert f"you scored 1.06 more than {HARBOURSIDE}" in prose(report)
    assert "names no mentor" in table(report, "reasons")[0][2]
    points = report.book["NMC-2026-014/2/oakline-grounds-ltd/QUANT/points"]
    assert isinstance(points, Fact)
    assert "stay sealed" in points.origin
    verdant = debrief(evaluation, book, bidder=VERDANT, as_at=DAY, made_by="a test")
    assert table(verdant, "less-nmc-2026-014")[0][1] == "NT10"
    leader = debrief(evaluation, book, bidder=HARBOURSIDE, as_at=DAY, made_by="a test")
    assert [c.heading for c in leader.tables()[0].columns] == ["Criterion", "Points to be had", "Yours"]
    assert folder_name(evaluation, OAKLINE).startswith("nmc-2026-014-oakline-grounds-ltd")


def test_own_formulas_keep_their_working_in_a_debrief() -> None:
    one = lot(
        criterion(formula=Formula.AGAINST_TARGET, target=d(10)),
        marked("M", 5),
        offers={"x": {"A": 5}, "y": {"A": 8}},
        declarations=declared("E"),
        marks=marks("M", {"x": {"E": 2}, "y": {"E": 2}}),
        start=dt.date(2026, 4, 1),
        end=dt.date(2027, 3, 31),
        total_cap=d(7),
    )
    _, (evaluation,), book = panel(one)
    report = debrief(evaluation, book, bidder="x", as_at=DAY, made_by="a test")
    assert not isinstance(report.book["L1/1/x/Q/points"], Fact)
    assert report.book.recompute("L1/1/x/score") == Decimal("7.00")
    free = replace(
        one, criteria=(criterion(formula=Formula.RANK, measure="A"),), weight=d(10), marks=(), declarations=()
    )
    _, (evaluation,), book = panel(free)
    report = debrief(evaluation, book, bidder="x", as_at=DAY, made_by="a test")
    assert [section.anchor for section in report.sections] == ["scores", "offer"]
    assert isinstance(report.tables()[0], Table)
