"""The plain and the fast implementation give the same answers, cell by cell, over the same random rows."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given, settings

from commonweal import errors
from commonweal.analytics.build import build, by_body, opened
from commonweal.analytics.duck import DuckRollups
from commonweal.analytics.reference import ReferenceRollups
from commonweal.analytics.rollups import ROLLUPS, Weights
from commonweal.analytics.rows import STATES, Row, Tariff
from commonweal.ledger import Account
from tests.engine.analytics import samples, strategies

pytest.importorskip("duckdb", reason="the optional part `analytics` is not installed")


@contextmanager
def both(rows: list[Row], tariffs: list[Tariff]) -> Iterator[tuple[ReferenceRollups, DuckRollups]]:
    with tempfile.TemporaryDirectory() as folder:
        build(Path(folder) / "s", by_body(rows, tariffs, []), stamp=samples.STAMP)
        with opened(Path(folder) / "s") as fast:
            yield ReferenceRollups(rows, tariffs), fast


@settings(max_examples=15)
@given(rows=strategies.many_rows(), tariffs=strategies.tariffs(), weights=strategies.weights())
def test_every_answer_is_the_same(rows: list[Row], tariffs: list[Tariff], weights: Weights) -> None:
    with both(rows, tariffs) as (plain, fast):
        assert fast.roll_up(list(ROLLUPS)) == plain.roll_up(list(ROLLUPS))
        assert fast.roll_up(["cohort"]) == plain.roll_up(["cohort"])
        assert fast.audit() == plain.audit()
        assert fast.unsound() == plain.unsound()
        for state in (Account.VERIFIED, Account.PENDING):
            assert fast.crosswalk(weights, state=state) == plain.crosswalk(weights, state=state)


@settings(max_examples=25)
@given(rows=strategies.many_rows(), weights=strategies.weights())
def test_roll_ups_and_crosswalk_lose_no_penny(rows: list[Row], weights: Weights) -> None:
    plain = ReferenceRollups(rows)
    for cells in plain.roll_up(list(ROLLUPS)).values():
        for state in STATES:
            assert sum(cell.of(state) for cell in cells) == sum(
                cell.of(state) for cell in plain.roll_up(["cohort"])["cohort"]
            )
        assert sum(cell.priced + cell.unpriced for cell in cells) == len(rows)
    crossed = sum(one.pence for one in plain.crosswalk(weights))
    assert crossed == sum(cell.of(Account.VERIFIED) for cell in plain.roll_up(["cohort"])["cohort"])


def test_without_rows_there_are_no_cells() -> None:
    plain = ReferenceRollups([])
    with DuckRollups([]) as fast:
        assert fast.roll_up(list(ROLLUPS)) == plain.roll_up(list(ROLLUPS)) == {name: [] for name in ROLLUPS}
        assert fast.roll_up([]) == plain.roll_up([]) == {}
        assert fast.crosswalk(Weights(())) == plain.crosswalk(Weights(())) == []
        assert fast.audit() == plain.audit() == []
        assert fast.unsound() == plain.unsound() == []


def test_an_unknown_roll_up_is_refused_with_those_that_there_are() -> None:
    with pytest.raises(errors.UnknownCode, match="body-year"):
        ReferenceRollups([]).roll_up(["bodies"])
