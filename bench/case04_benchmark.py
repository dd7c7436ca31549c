"""
Case 4: what is normal in each category, over all contracts, from one row per contract.

The product's answers are exact; the peers divide in doubles, which is near enough at six decimals for these data: they
must agree, or the case ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import duckdb

from bench import snapshots
from bench.harness import Bar, Candidate, Case
from commonweal.analytics.contracts import duck_normal, reference_normal
from commonweal.analytics.rollups import Normal
from commonweal.benchmarks import MINIMUM, By

MILLION = 1_000_000


def product(scale: str) -> object:
    """The product."""
    _, file = snapshots.totals(scale)
    return _whole(duck_normal([file], by=By.CATEGORY, as_at=snapshots.AS_AT))


def _whole(found: Iterable[Normal]) -> list[tuple[str, int, list[int] | None]]:
    """Rates as whole millionths."""
    return [
        (one.name, one.n, None if one.median is None else [int(part * MILLION) for part in one[2:]])  # type: ignore[operator]
        for one in found
    ]


def hand_duckdb(scale: str) -> object:
    """One GROUP BY with quantile_cont over doubles."""
    _, file = snapshots.totals(scale)
    with duckdb.connect(config={"threads": 2}) as connection:
        rows = connection.execute(f"""
            SELECT category, count(*), quantile_cont(verified_pence::DOUBLE / spent_pence, [0.25, 0.5, 0.75]),
                sum(verified_pence)::DOUBLE / sum(spent_pence)
            FROM '{file}' WHERE counts_from <= DATE '{snapshots.AS_AT}' GROUP BY category ORDER BY category
        """).fetchall()
    return [
        (name, n, [round(part * MILLION) for part in (*quarters, together)] if n >= MINIMUM else None)
        for name, n, quarters, together in rows
    ]


def by_pandas(scale: str) -> object:
    """Groupby and quantile over doubles."""
    import pandas as pd

    _, file = snapshots.totals(scale)
    columns = ["category", "counts_from", "spent_pence", "verified_pence"]
    frame = pd.read_parquet(file, columns=columns)
    frame = frame[pd.to_datetime(frame["counts_from"]) <= pd.Timestamp(snapshots.AS_AT)]
    frame["rate"] = frame["verified_pence"] / frame["spent_pence"]
    grouped = frame.groupby("category", sort=True)
    quarters = grouped["rate"].quantile([0.25, 0.5, 0.75]).unstack()
    sums = grouped.agg(n=("rate", "size"), verified=("verified_pence", "sum"), spent=("spent_pence", "sum"))
    return [
        (name, int(n), [round(q * MILLION) for q in (*qs, verified / spent)] if n >= MINIMUM else None)
        for (name, n, verified, spent), qs in zip(sums.itertuples(name=None), quarters.to_numpy(), strict=True)
    ]


def plain_python(scale: str) -> object:
    """The reference, in exact fractions, over totals in memory."""
    found, _ = snapshots.totals(scale)
    return _whole(reference_normal(found, by=By.CATEGORY, as_at=snapshots.AS_AT))


def cases() -> list[Case]:
    found = []
    for scale in snapshots.scales("SM"):
        contracts, _ = snapshots.totals(scale)
        peers = [Candidate("hand DuckDB", partial(hand_duckdb, scale)), Candidate("pandas", partial(by_pandas, scale))]
        if scale == "S":
            peers.append(Candidate("plain Python reference", partial(plain_python, scale)))
        found.append(
            Case(
                number=f"4 {scale}",
                title="what is normal in each category, from contract totals",
                items=len(contracts),
                unit="contract",
                product=Candidate("commonweal", partial(product, scale)),
                peers=tuple(peers),
                bars=(Bar("hand DuckDB", 1.3),),
                rounds=7,
                most_ms=500 if scale == "L" else None,
            )
        )
    return found
