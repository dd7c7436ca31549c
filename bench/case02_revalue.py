"""
Case 2: the pence of every claim worked out again from quantity x value in force x share kept.

One movement in about ten thousand was made wrong by a penny before, and every candidate must list exactly those, with
the right pence: an answer that is empty by mistake is a different answer. Values are looked up by day in half-open
spans; local values stand before national ones by measure and region, as the snapshot's tariffs have them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from functools import cache, partial
from pathlib import Path

import duckdb

from bench import snapshots
from bench.harness import Bar, Candidate, Case
from commonweal.analytics.duck import DuckRollups

EVERY = 9973
WANTED = "number, movement, body, pence"
NEEDED = ["number", "movement", "body", "pence", "priced", "priced_by", "day", "amount", "kept"]


@cache
def altered(scale: str) -> list[Path]:
    """Return the files of a scale's snapshot with a penny more in some of the rows that rest on a value."""
    folder = snapshots.cache_folder() / f"altered-{scale}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        unfinished.mkdir(parents=True, exist_ok=True)
        for number, file in enumerate(snapshots.movements(scale)):
            duckdb.execute(
                f"COPY (SELECT * REPLACE (pence + CASE WHEN priced = 1 AND number % {EVERY} = 0 THEN 1 ELSE 0 END AS "
                f"pence) FROM '{file}') TO '{unfinished}/{number:04}.parquet' "
                f"(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
            )
        unfinished.rename(folder)
    return sorted(folder.glob("*.parquet"))


def product(scale: str) -> object:
    """The product."""
    with DuckRollups(altered(scale), [snapshots.tariffs(scale)]) as rollups:
        return rollups.audit()


def hand_duckdb(scale: str) -> object:
    """A join by hand with the arithmetic in one expression."""
    with duckdb.connect(config={"threads": 2, "memory_limit": "4GB"}) as connection:
        return connection.execute(f"""
            SELECT {WANTED}, again FROM (
                SELECT {WANTED}, CAST((2::HUGEINT * amount * value * kept + 1000000000000000000::HUGEINT)
                    // 2000000000000000000::HUGEINT AS BIGINT) AS again
                FROM read_parquet('{altered(scale)[0].parent}/*.parquet') AS movement
                JOIN '{snapshots.tariffs(scale)}' AS tariff ON tariff.priced_by = movement.priced_by
                    AND day >= valid_from AND day < valid_to
                WHERE priced = 1
            ) WHERE pence <> again ORDER BY number
        """).fetchall()


def by_polars(scale: str) -> object:
    """A join as of the day, and 128-bit products: 64 bits would wrap without a word."""
    import polars as pl

    values = pl.scan_parquet(snapshots.tariffs(scale)).sort("valid_from")
    lines = pl.scan_parquet(altered(scale)).select(NEEDED).filter(pl.col("priced") == 1).sort("day")
    joined = lines.join_asof(values, left_on="day", right_on="valid_from", by="priced_by", check_sortedness=False)
    product_ = pl.col("amount").cast(pl.Int128) * pl.col("value") * pl.col("kept")
    again = ((product_ + 5 * 10**17) // 10**18).cast(pl.Int64).alias("again")
    wrong = joined.filter(pl.col("day") < pl.col("valid_to")).with_columns(again)
    wrong = wrong.filter(pl.col("again") != pl.col("pence")).sort("number")
    return list(wrong.select("number", "movement", "body", "pence", "again").collect().iter_rows())


def by_pandas(scale: str) -> object:
    """merge_asof, and products of Python's whole numbers, which do not wrap."""
    import pandas as pd
    import pyarrow.parquet as pq

    table = pq.read_table([str(one) for one in altered(scale)], columns=NEEDED, filters=[("priced", "=", 1)])
    lines = table.to_pandas().sort_values("day")
    values = pq.read_table(str(snapshots.tariffs(scale))).to_pandas()
    values = values[["priced_by", "valid_from", "valid_to", "value"]].sort_values("valid_from")
    for frame, column in ((lines, "day"), (values, "valid_from")):
        frame[column] = pd.to_datetime(frame[column]).astype("datetime64[s]")
    joined = pd.merge_asof(lines, values, left_on="day", right_on="valid_from", by="priced_by")
    gross = joined["amount"].astype(object) * joined["value"].astype(object) * joined["kept"].astype(object)
    joined["again"] = (gross + 5 * 10**17) // 10**18
    wrong = joined[joined["again"] != joined["pence"]].sort_values("number")
    columns = [wrong[name].tolist() for name in ("number", "movement", "body", "pence", "again")]
    return [(int(n), m, b, int(p), int(a)) for n, m, b, p, a in zip(*columns, strict=True)]


def by_decimal(scale: str) -> object:
    """A loop over exact decimals, the values searched in sorted lists."""
    values: dict[str, tuple[list[object], list[tuple[object, Decimal]]]] = defaultdict(lambda: ([], []))
    for name, first, after, value in duckdb.execute(
        f"SELECT priced_by, valid_from, valid_to, value FROM '{snapshots.tariffs(scale)}' ORDER BY 1, 2"
    ).fetchall():
        values[name][0].append(first)
        values[name][1].append((after, Decimal(value).scaleb(-6)))
    cursor = duckdb.connect().execute(
        f"SELECT {', '.join(NEEDED)} FROM read_parquet('{altered(scale)[0].parent}/*.parquet') WHERE priced = 1"
    )
    found, penny = [], Decimal(1)
    while rows := cursor.fetchmany(50_000):
        for number, movement, body, pence, _, name, day, amount, kept in rows:
            starts, spans = values[name]
            after, value = spans[bisect_right(starts, day) - 1]  # type: ignore[type-var]  # both are dates
            pounds = Decimal(amount).scaleb(-6) * value * Decimal(kept).scaleb(-8)
            again = int((pounds * 100).quantize(penny, ROUND_HALF_UP)) if day < after else None
            if again != pence:
                found.append((number, movement, body, pence, again))
    return sorted(found)


def cases() -> list[Case]:
    found = []
    for scale in snapshots.scales("SM"):
        altered(scale)
        snapshots.tariffs(scale)
        [(items,)] = duckdb.execute(
            f"SELECT count(*) FROM read_parquet('{altered(scale)[0].parent}/*.parquet') WHERE priced = 1"
        ).fetchall()
        peers = [
            Candidate("hand DuckDB", partial(hand_duckdb, scale)),
            Candidate("Polars", partial(by_polars, scale)),
            Candidate("pandas", partial(by_pandas, scale)),
            Candidate("Decimal loop", partial(by_decimal, scale)),
        ]
        if scale == "L":
            peers = peers[:2]
        wide = (Bar("pandas", 1 / 3), Bar("Decimal loop", 1 / 12)) if scale == "M" else ()
        found.append(
            Case(
                number=f"2 {scale}",
                title="revalue every claim, list those that differ",
                items=items,
                unit="claim",
                product=Candidate("commonweal", partial(product, scale)),
                peers=tuple(peers),
                bars=(Bar("hand DuckDB", 1.3), *wide),
                rounds=3,
            )
        )
    return found
