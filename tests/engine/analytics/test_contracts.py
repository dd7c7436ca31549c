"""The benchmark over all bodies: what the fast way says is what the exact one says, edges included."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commonweal.analytics import contracts
from commonweal.analytics.build import by_body
from commonweal.analytics.contracts import contract_row, duck_normal, reference_normal
from commonweal.analytics.writer import Writer
from commonweal.benchmarks import By, ContractTotals

pytest.importorskip("duckdb", reason="the optional part `analytics` is not installed")

AS_AT = dt.date(2026, 7, 31)
STARTS = [None, dt.date(2024, 2, 29), dt.date(2025, 7, 31), dt.date(2025, 8, 1), dt.date(2024, 3, 31)]


@st.composite
def totals(draw: st.DrawFn) -> list[ContractTotals]:
    return [
        ContractTotals(
            ref=f"C{number}",
            body=draw(st.sampled_from(["A", "B"])),
            category=draw(st.sampled_from(["", "45000000-7", "45210000-2", "cleaning"])),
            region=draw(st.sampled_from(["", "London"])),
            start=draw(st.sampled_from(STARTS)),
            value_pence=draw(st.sampled_from([None, 24_999_999, 25_000_000])),
            spent_pence=draw(st.sampled_from([None, 0, 1, 3, 700_000, 999_999_999_999])),
            verified_pence=draw(st.sampled_from([None, 0, 0, 1, 2, 5, 10**9])),
            status=draw(st.sampled_from(["", "Insolvent"])),
            is_framework_agreement=draw(st.integers(0, 9)) == 0,
        )
        for number in range(draw(st.integers(1, 25)))
    ]


def stored(found: list[ContractTotals], folder: Path) -> list[Path]:
    facts = by_body([], [], [contract_row(one) for one in found])
    with Writer(folder, threads=2, memory="1GB") as writing:
        return [folder / writing.body(name, one, "").contracts.path for name, one in facts.items()]


@settings(max_examples=6)
@given(found=totals(), minimum=st.sampled_from([1, 2, 4, 8]))
def test_both_ways_agree_in_every_group(
    tmp_path_factory: pytest.TempPathFactory, found: list[ContractTotals], minimum: int
) -> None:
    files = stored(found, tmp_path_factory.mktemp("s"))
    for by in (By.CATEGORY, By.VALUE_BAND, By.YEAR):
        fast = duck_normal(files, by=by, as_at=AS_AT, minimum=minimum)
        assert fast == reference_normal(found, by=by, as_at=AS_AT, minimum=minimum)


def like(rates: list[tuple[int, int]]) -> list[ContractTotals]:
    return [
        ContractTotals(f"C{at}", "A", start=dt.date(2024, 1, 1), spent_pence=spent, verified_pence=verified)
        for at, (verified, spent) in enumerate(rates)
    ]


@pytest.mark.parametrize(
    "rates",
    [
        [(0, 7)] * 5 + [(1, 3)] * 4,  # ties at zero
        [(1, 2_000_000), (1, 2_000_000), (3, 2_000_000)],  # half a millionth
        [(499_999_999_999, 10**18), (1, 3), (1, 3)],
        [(10**12 - 1, 2 * 10**18), (5, 10**7), (10**12 - 1, 2 * 10**18 + 7)],  # cut off just below a half
        [(10**12, 1), (5, 1), (7, 2)],  # above what a double holds to the quarter
        [(9 * 10**9, 1), (5, 1), (7, 2)],
    ],
)
def test_edges_of_rounding_agree(tmp_path: Path, rates: list[tuple[int, int]]) -> None:
    found = like(rates)
    fast = duck_normal(stored(found, tmp_path / "s"), by=By.BODY, as_at=AS_AT, minimum=1)
    assert fast == reference_normal(found, by=By.BODY, as_at=AS_AT, minimum=1)


def test_where_cutting_off_could_show_the_group_is_worked_out_exactly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exact: list[object] = []
    real = contracts._exactly
    monkeypatch.setattr(contracts, "_exactly", lambda pairs: exact.append(1) or real(pairs))  # type: ignore[func-returns-value]
    # Cut off, the lower quartile is 0.00000049999925; in full it is 0.000000500000225.
    near = like([(10**12 - 1, 2 * 10**18), (5_000_009, 10**13)])
    [group] = duck_normal(stored(near, tmp_path / "s"), by=By.BODY, as_at=AS_AT, minimum=1)
    assert group.lower == Decimal("0.000001")
    sure = like([(1, 3)] * 3)
    assert duck_normal(stored(sure, tmp_path / "t"), by=By.BODY, as_at=AS_AT, minimum=1)
    assert len(exact) == 1


def test_a_small_group_shows_its_number_and_nothing_else(tmp_path: Path) -> None:
    seven = like([(1, 3)] * 7)
    [group] = duck_normal(stored(seven, tmp_path / "s"), by=By.BODY, as_at=AS_AT)
    assert group == ("A", 7, None, None, None, None)
    assert reference_normal(seven, by=By.BODY, as_at=AS_AT) == [group]


def test_a_rate_is_cut_off_and_a_row_without_one_has_none() -> None:
    [third] = like([(2, 3)])
    assert contract_row(third).rate == 666_666_666_666
    assert contract_row(ContractTotals("C1")).rate is None
    assert contract_row(ContractTotals("C1", start=dt.date.max)).counts_from is None
    [huge] = like([(10**9, 1)])
    assert contract_row(huge).rate is None
