"""Definitions in plain words."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from commonweal.catalogue import Card, Measure, Verified, load_catalogue, words
from commonweal.portfolio import Aggregation, Kind

MEASURE = Measure(
    id="own-1/A1",
    framework="own-1",
    code="A1",
    label="Hours given",
    unit="hour",
    kind=Kind.QUANTITY,
    over_time=Aggregation.SUM,
    over_contracts=Aggregation.DISTINCT,
    card=Card(counts="Hours of staff"),
    cohort="long_term_unemployed",
    exclusive_with=("A2", "A3"),
    evidence="A list",
)


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        ("unit", "hours"),
        ("kind", "a quantity"),
        ("over_time", "Added up from period to period"),
        ("over_contracts", "Each person or thing counts once, however many contracts it is in"),
        ("counts", "Hours of staff"),
        ("does_not_count", ""),
        ("cohort", "long term unemployed"),
        ("better", "more is better"),
        ("exclusive_with", "A2, A3"),
        ("evidence", "A list"),
        ("label", "Hours given"),
    ],
)
def test_each_part_of_a_definition_has_words(field: str, expected: str) -> None:
    assert words.said(MEASURE, field) == expected
    assert field in words.FIELDS


def test_every_shipped_definition_has_words() -> None:
    for measure in load_catalogue().measures:
        for field in words.FIELDS.keys() - {"parts", "value"}:
            assert isinstance(words.said(measure, field), str)
    assert words.KINDS.keys() == set(Kind)
    assert words.OVER_TIME.keys() == words.OVER_CONTRACTS.keys() == set(Aggregation)


def test_a_unit_that_nobody_knows_stays_as_it_is_written() -> None:
    assert words.unit_words("bushel") == "bushel"


def test_when_a_release_applies_and_what_it_holds() -> None:
    release = load_catalogue().framework("svm-2020")
    assert words.in_force(release) == "from 1 January 2021 until 30 September 2025"
    assert words.in_force(replace(release, applies_until=None)) == "from 1 January 2021"
    assert words.in_force(replace(release, applies_from=None)) == "until 30 September 2025"
    assert words.in_force(replace(release, applies_from=None, applies_until=None)) == ""
    assert words.counted(release) == [(5, "themes"), (8, "outcomes"), (24, "award criteria"), (28, "measures")]
    small = replace(release, themes=(), measures=release.measures[:1], applies_from=dt.date(2026, 1, 1))
    assert words.counted(small)[-1] == (1, "measure")


def test_trust_says_of_what_it_speaks_and_a_mark_uses_the_same_words() -> None:
    assert words.trust(words.OUTLINE, Verified.TRUE) == "Outline confirmed: found in a source that was read"
    assert words.mark(words.OUTLINE, Verified.TRUE) == ""
    for verified in (Verified.SECONDARY, Verified.FALSE):
        mark = words.mark(words.wording_of("measure"), verified)
        assert words.trust(words.wording_of("measure"), verified).casefold().startswith(mark)
    assert words.mark(words.wording_of("outcome"), Verified.FALSE) == "wording not confirmed"
