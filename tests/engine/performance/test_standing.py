"""Red, amber, green and the suggested rating: journeys 4, 7 and 14."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from commonweal.performance import Rag, Rating, RatingBands, Reported, Standing, rag, reported, suggest_rating

D = Decimal
DUE_ON = dt.date(2026, 10, 15)


def colour(verified: str, due: str, **more: object) -> Standing:
    return rag(verified=D(verified), due=D(due), green=D(95), amber=D(80), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("verified", "due", "share", "expected"),
    [
        ("1.875", "2.0", "93.75", Rag.AMBER),
        ("13", "13", "100", Rag.GREEN),
        ("60", "75", "80.00", Rag.AMBER),
        ("31250", "31250", "100", Rag.GREEN),
        ("0", "0.625", "0", Rag.RED),
        ("5", "12", "41.67", Rag.RED),
        ("228", "600", "38.00", Rag.RED),
        ("95", "100", "95", Rag.GREEN),
        ("94.9999", "100", "95.00", Rag.AMBER),
        ("79.9999", "100", "80.00", Rag.RED),
        ("160", "100", "160", Rag.GREEN),
    ],
)
def test_rag_compares_verified_with_due(verified: str, due: str, share: str, expected: Rag) -> None:
    found = colour(verified, due)
    assert (found.rag, found.percent) == (expected, D(share))


def test_journey_4_words() -> None:
    assert colour("0", "0.625", state=Reported.NIL, reason="baseline survey in July").words == (
        "0% of what was due; nil, reason given"
    )
    assert colour("0", "0.625", state=Reported.NIL).words == "0% of what was due; nil, no reason given"
    assert colour("1.875", "2").words == "93.75% of what was due"
    assert colour("3", "5", state=Reported.NIL, reason="holiday").words == "60% of what was due"
    assert colour("0", "5", state=Reported.MISSING).words == "0% of what was due; no return"


def test_nothing_due_is_never_red() -> None:
    ahead = colour("1", "0")
    assert (ahead.rag, ahead.percent, ahead.words) == (Rag.NOT_DUE, None, "not due, 1 ahead")
    assert colour("0", "0").words == "not due"


@pytest.mark.parametrize(
    ("verified", "limit", "expected", "share"),
    [
        ("80", "100", Rag.GREEN, "80"),
        ("105", "100", Rag.GREEN, "105"),
        ("106", "100", Rag.AMBER, "106"),
        ("120", "100", Rag.AMBER, "120"),
        ("121", "100", Rag.RED, "121"),
        ("500", "100", Rag.RED, "500"),
    ],
)
def test_for_a_limit_less_is_better(verified: str, limit: str, expected: Rag, share: str) -> None:
    found = colour(verified, limit, better="down")
    assert (found.rag, found.percent, found.words) == (expected, D(share), f"{share}% of the limit")


@pytest.mark.parametrize(("verified", "expected"), [("0", Rag.GREEN), ("1", Rag.RED)])
def test_a_limit_of_zero_is_a_real_limit(verified: str, expected: Rag) -> None:
    found = colour(verified, "0", better="down")
    assert (found.rag, found.percent, found.words) == (expected, None, f"{verified} against a limit of 0")


@pytest.mark.parametrize(
    ("target", "day", "received", "nil", "expected"),
    [
        ("75", DUE_ON, False, False, Reported.NOT_DUE),
        ("75", dt.date(2026, 10, 16), False, False, Reported.MISSING),
        ("0", dt.date(2026, 10, 16), False, False, Reported.NOT_DUE),
        ("75", dt.date(2026, 10, 1), True, False, Reported.CLAIMED),
        ("75", dt.date(2026, 11, 1), True, True, Reported.NIL),
        ("0", dt.date(2026, 10, 1), True, True, Reported.NIL),
    ],
)
def test_nil_missing_and_not_due_stay_apart(
    target: str, day: dt.date, received: bool, nil: bool, expected: Reported
) -> None:
    assert reported(target=D(target), due_on=DUE_ON, as_at=day, received=received, nil=nil) is expected


BANDS = RatingBands(good=D(95), approaching_target=D(85), requires_improvement=D(60))


@pytest.mark.parametrize(
    ("verified", "expected", "reason"),
    [
        ("103", Rating.GOOD, "103% of what was due: the contract calls 95% or more good"),
        ("92", Rating.APPROACHING_TARGET, "92% of what was due: the contract calls 85% or more approaching target"),
        ("60", Rating.REQUIRES_IMPROVEMENT, "60% of what was due: the contract calls 60% or more requires improvement"),
        ("59.99", Rating.INADEQUATE, "59.99% of what was due: the contract calls less than 60% inadequate"),
    ],
)
def test_a_rating_is_suggested_from_the_contracts_bands(verified: str, expected: Rating, reason: str) -> None:
    found = suggest_rating(standing=colour(verified, "100"), bands=BANDS)
    assert (found.rating, found.reason, found.note) == (expected, f"{reason}.", "suggestion only")


def test_without_a_line_to_inadequate_none_is_suggested() -> None:
    found = suggest_rating(standing=colour("3", "100"), bands=RatingBands(D(95), D(80)))
    assert found.rating is Rating.REQUIRES_IMPROVEMENT
    assert "below 80%, and the contract draws no line to inadequate" in found.reason


def test_a_limit_that_was_kept_is_good() -> None:
    assert suggest_rating(standing=colour("50", "100", better="down"), bands=BANDS).rating is Rating.GOOD
    assert suggest_rating(standing=colour("112", "100", better="down"), bands=BANDS).rating is Rating.APPROACHING_TARGET


def test_without_bands_or_target_the_rating_is_other() -> None:
    unbanded = suggest_rating(standing=colour("3", "100"), bands=None)
    assert unbanded.rating is Rating.OTHER
    assert "sets no bands" in unbanded.reason
    early = suggest_rating(standing=colour("1", "0"), bands=BANDS)
    assert (early.rating, early.reason) == (Rating.OTHER, "Nothing to rate yet: not due, 1 ahead.")
