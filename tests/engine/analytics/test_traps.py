"""Where SQL engines give a plausible wrong number: each trap with rows that would show it."""

from __future__ import annotations

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal import errors
from commonweal.analytics import duck
from commonweal.analytics.build import build, by_body, opened
from commonweal.analytics.reference import PER_PENNY, ReferenceRollups
from commonweal.analytics.rollups import Crossed, Weight, Weights, half_up
from commonweal.analytics.rows import Row, Tariff, financial_quarter, financial_year
from commonweal.ledger import Account
from tests.engine.analytics import samples
from tests.engine.analytics.samples import row, verified

pytest.importorskip("duckdb", reason="the optional part `analytics` is not installed")


def asked(tmp_path: Path, rows: list[Row], tariffs: list[Tariff] | None = None) -> duck.DuckRollups:
    known = samples.TARIFFS if tariffs is None else tariffs
    built = build(tmp_path / "s", by_body(rows, known, []), stamp=samples.STAMP).manifest
    files = [built.paths(tmp_path / "s", kind) for kind in ("movements", "tariffs")]
    return duck.DuckRollups(*files)


@settings(max_examples=15)
@given(st.lists(st.integers(-(10**30), 10**30), min_size=1, max_size=20))
def test_half_goes_away_from_zero_in_both_engines(numbers: list[int]) -> None:
    with_edges = [*numbers, 25, -25, 5, -5, -7, 7, 15, -15, -14, 14]
    expected = [
        int((Decimal(n) / 10).quantize(Decimal(1), ROUND_HALF_UP)) if abs(n) < 10**20 else None for n in with_edges
    ]
    connection = duck.connect()
    rows = connection.execute(
        "SELECT half_up(n::HUGEINT, 10) FROM (SELECT unnest(?::HUGEINT[]) AS n)", [with_edges]
    ).fetchall()
    connection.close()
    assert [one for (one,) in rows] == [half_up(n, 10) for n in with_edges]
    assert all(e in (None, half_up(n, 10)) for n, e in zip(with_edges, expected, strict=True))


def test_minus_seven_halves_go_to_minus_four_and_not_where_sql_or_python_cut_off() -> None:
    assert half_up(-7, 2) == -4
    assert half_up(-5, 10) == -1
    assert half_up(5, 10) == 1
    assert half_up(-4, 10) == 0


def test_a_product_of_large_numbers_is_128_bits_wide(tmp_path: Path) -> None:
    large = row(1, amount=9 * 10**18, pence=0)
    with asked(tmp_path, [large]) as fast:
        [found] = fast.audit()
    assert found.again == 9 * 10**18 * 2_500_000 * 10**8 // PER_PENNY > 2 * 10**15


def test_pounds_of_nothing_are_not_a_sum_of_zero(tmp_path: Path) -> None:
    rows = [row(1, pence=None, priced=0), row(2, supplier="T", claim="R2")]
    with asked(tmp_path, rows) as fast:
        without, with_pounds = fast.roll_up(["supplier"])["supplier"]
    assert (without.priced, without.unpriced, without.claimed) == (0, 1, 0)
    assert (with_pounds.priced, with_pounds.unpriced, with_pounds.claimed) == (1, 0, 500)


def test_small_account_numbers_from_parquet_do_not_overflow(tmp_path: Path) -> None:
    rows = [row(1), row(2, source=5, target=9, priced=2)]
    with asked(tmp_path, rows) as fast:
        [cell] = fast.roll_up(["cohort"])["cohort"]
    assert cell.of(Account.WITHDRAWN) == cell.claimed == 500
    assert cell.of(Account.PENDING) == 0


@pytest.mark.parametrize(
    ("day", "value"),
    [("2026-04-14", None), ("2026-04-15", 100), ("2026-06-14", 100), ("2026-06-15", 102), ("2026-09-30", None)],
)
def test_a_value_holds_from_its_first_day_to_the_day_before_the_next(
    tmp_path: Path, day: str, value: int | None
) -> None:
    tariffs = [
        Tariff("C1/K1", dt.date(2026, 4, 15), dt.date(2026, 6, 15), 1_000_000),
        Tariff("C1/K1", dt.date(2026, 6, 15), dt.date(2026, 9, 30), 1_020_000),
    ]
    line = row(1, day=dt.date.fromisoformat(day), amount=1_000_000, pence=7)
    with asked(tmp_path, [line], tariffs) as fast:
        assert [one.again for one in fast.audit()] == [value]
    assert [one.again for one in ReferenceRollups([line], tariffs).audit()] == [value]


@pytest.mark.parametrize(
    ("day", "year", "quarter"),
    [("2026-01-01", 2025, 4), ("2026-03-31", 2025, 4), ("2026-04-01", 2026, 1), ("2026-12-31", 2026, 3)],
)
def test_the_financial_year_begins_in_april(tmp_path: Path, day: str, year: int, quarter: int) -> None:
    when = dt.date.fromisoformat(day)
    assert (financial_year(when), financial_quarter(when)) == (year, quarter)
    with asked(tmp_path, [row(1, day=when)]) as fast:
        assert [cell.key[2:] for cell in fast.roll_up(["outcome-quarter"])["outcome-quarter"]] == [(year, quarter)]


def test_a_period_over_the_end_of_march_counts_in_the_year_in_which_it_ends(tmp_path: Path) -> None:
    split = {"started": dt.date(2026, 1, 15), "day": dt.date(2026, 4, 14)}
    rows = [row(1, **split), verified(2, **split), row(3, claim="R2", day=dt.date(2026, 3, 31))]
    with asked(tmp_path, rows) as fast:
        cells = fast.roll_up(["body-year"])["body-year"]
    assert [(cell.key, cell.claimed) for cell in cells] == [(("A", 2025), 500), (("A", 2026), 500)]


def test_a_crosswalk_with_several_targets_counts_nothing_twice(tmp_path: Path) -> None:
    rows = [row(1, pence=101, priced=3), verified(2, pence=101), row(3, measure="M2", claim="R2"),
            verified(4, measure="M2", claim="R2")]  # fmt: skip
    weights = Weights((Weight("F", "M1", "X", 3333), Weight("F", "M1", "Y", 3333), Weight("F", "M1", "Z", 3334)))
    expected = [
        Crossed("A", 2026, "", 500), Crossed("A", 2026, "X", 34), Crossed("A", 2026, "Y", 34),
        Crossed("A", 2026, "Z", 33),
    ]  # fmt: skip
    with asked(tmp_path, rows) as fast:
        assert fast.crosswalk(weights) == expected
    assert ReferenceRollups(rows).crosswalk(weights) == expected


@pytest.mark.parametrize(
    ("weights", "said"),
    [
        ([("M1", "X", 9999)], "add up to 9,999"),
        ([("M1", "X", 0), ("M1", "Y", 10000)], "is 0"),
        ([("M1", "X", 5000), ("M1", "X", 5000)], "stands twice"),
    ],
)
def test_weights_that_make_no_whole_are_refused(weights: list[tuple[str, str, int]], said: str) -> None:
    with pytest.raises(errors.BadSnapshot, match=said):
        Weights(tuple(Weight("F", *one) for one in weights))


def test_an_overdrawn_account_and_pence_without_pounds_are_named(tmp_path: Path) -> None:
    rows = [row(1, pence=None), verified(2, amount=3_000_000, pence=400)]
    with asked(tmp_path, rows) as fast:
        found = fast.unsound()
    assert found == ReferenceRollups(rows).unsound()
    assert found == [
        "1 rows have pence though no pounds are used, or have none though they are.",
        "1 accounts are overdrawn, or hold pence without an amount.",
    ]


def test_words_come_back_as_they_were(tmp_path: Path) -> None:
    words = ["", '"', 'a,"b"', "two\nlines", "Ynys Môn", " spaced ", "NULL", "0012"]
    rows = [row(number, supplier=word, claim=str(number)) for number, word in enumerate(words, 1)]
    with asked(tmp_path, rows) as fast:
        assert [cell.key[0] for cell in fast.roll_up(["supplier"])["supplier"]] == sorted(words)


def test_a_snapshot_is_opened_with_its_own_tariffs(tmp_path: Path) -> None:
    build(tmp_path / "s", samples.two_bodies(), stamp=samples.STAMP)
    with opened(tmp_path / "s") as fast:
        assert fast.audit() == []
