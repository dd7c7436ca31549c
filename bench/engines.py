"""
The six roll-ups and their like in other engines, written as somebody who knows the engine would by hand.

Each takes the same Parquet files of movements, or a table made of them, and returns what the product returns: for each
roll-up its cells (key, movements with pounds, movements without, pence of each state) in order.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from bench import snapshots
from commonweal.analytics.duck import DuckRollups
from commonweal.analytics.reference import ReferenceRollups
from commonweal.analytics.rollups import ROLLUPS, in_order
from commonweal.analytics.rows import COLUMNS, NUMBERS, STATES, Row

KEYS = ["body", "year", "quarter", "framework", "measure", "supplier", "region", "place", "cohort", "theme", "outcome"]
NEEDED = [*KEYS, "source", "target", "pence"]
AT = [NUMBERS[state] for state in STATES]
Answer = dict[str, list[tuple[Any, ...]]]


def product(files: Sequence[Path], threads: int = 2, memory: str = "1GB") -> Answer:
    """The product: roll-ups as a page would ask for them, the opening of the files included."""
    with DuckRollups(files, threads=threads, memory=memory) as rollups:
        return rollups.roll_up(list(ROLLUPS))  # type: ignore[return-value]  # named tuples are tuples


def plain_python(files: Sequence[Path]) -> Answer:
    """The reference implementation over rows in memory, the reading of the files included."""
    rows = [Row(*row) for row in fetch(files, list(COLUMNS))]
    return ReferenceRollups(rows).roll_up(list(ROLLUPS))  # type: ignore[return-value]  # named tuples are tuples


def hand_duckdb(files: Sequence[Path], threads: int = 2) -> Answer:
    """One GROUPING SETS pass with a filtered sum for each state."""
    sets = ", ".join(f"({', '.join(keys)})" for keys in ROLLUPS.values())
    states = ", ".join(
        f"coalesce(sum(pence) FILTER (target = {at}), 0) - coalesce(sum(pence) FILTER (source = {at}), 0)" for at in AT
    )
    listed = ", ".join(f"'{file}'" for file in files)
    with duckdb.connect(config={"threads": threads, "memory_limit": "8GB"}) as connection:
        rows = connection.execute(
            f"SELECT GROUPING({', '.join(KEYS)}), {', '.join(KEYS)}, count(pence), count(*) - count(pence), {states} "
            f"FROM read_parquet([{listed}]) GROUP BY GROUPING SETS ({sets})"
        ).fetchall()
    return _by_mask(rows, KEYS)


def _by_mask(rows: Iterable[Sequence[Any]], keys: Sequence[str]) -> Answer:
    masks = {
        int("".join("0" if key in wanted else "1" for key in keys), 2): (name, [keys.index(key) + 1 for key in wanted])
        for name, wanted in ROLLUPS.items()
    }
    found: Answer = {name: [] for name in ROLLUPS}
    first = len(keys) + 1
    for row in rows:
        name, at = masks[int(row[0])]
        states = tuple(int(part) for part in row[first + 2 :])
        found[name].append((tuple(row[one] for one in at), int(row[first]), int(row[first + 1]), states))
    return _sorted(found)


def _sorted(found: Answer) -> Answer:
    return {name: sorted(cells, key=lambda cell: in_order(cell[0])) for name, cells in found.items()}


def by_polars(files: Sequence[Path]) -> Answer:
    """A lazy group_by for each roll-up, all collected together."""
    import polars as pl

    lines = pl.scan_parquet(list(files)).select(NEEDED)
    pence = pl.col("pence")
    sums = [
        (pence.filter(pl.col("target") == at).sum() - pence.filter(pl.col("source") == at).sum()).alias(f"state{at}")
        for at in AT
    ]
    counts = [pence.count().alias("priced"), pence.null_count().alias("unpriced")]
    frames = pl.collect_all([lines.group_by(keys).agg(*counts, *sums) for keys in ROLLUPS.values()])
    found: Answer = {}
    for (name, keys), frame in zip(ROLLUPS.items(), frames, strict=True):
        wide = len(keys)
        found[name] = [(row[:wide], row[wide], row[wide + 1], row[wide + 2 :]) for row in frame.iter_rows()]
    return _sorted(found)


def by_pandas(files: Sequence[Path]) -> Answer:
    """A groupby by keys and accounts for each roll-up; words as categories, no NULL in pence."""
    import pyarrow.parquet as pq

    words = [name for name in NEEDED if COLUMNS.get(name) == "VARCHAR"]
    table = pq.read_table([str(file) for file in files], columns=NEEDED, read_dictionary=words)
    frame = table.combine_chunks().to_pandas(integer_object_nulls=False, types_mapper=_nullable)
    frame["priced"] = frame["pence"].notna().astype("int64")
    frame["pence"] = frame["pence"].fillna(0).astype("int64")
    for word in words:
        frame[word] = frame[word].astype("category")
    found: Answer = {}
    for name, keys in ROLLUPS.items():
        grouped = frame.groupby([*keys, "source", "target"], observed=True, dropna=False, sort=False)
        sums = grouped.agg(pence=("pence", "sum"), priced=("priced", "sum"), rows=("priced", "size"))
        found[name] = _folded(sums.itertuples(name=None), len(keys))
    return _sorted(found)


def _nullable(kind: Any) -> Any:
    import pandas as pd
    import pyarrow as pa

    return {pa.int64(): pd.Int64Dtype(), pa.int16(): pd.Int16Dtype(), pa.int8(): pd.Int8Dtype()}.get(kind)


def _folded(rows: Iterable[tuple[Any, ...]], wide: int) -> list[tuple[Any, ...]]:
    """Fold sums by source and target into the states of each key."""
    import pandas as pd

    cells: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * (len(NUMBERS) + 2))
    for (*key, source, target), pence, priced, count in rows:
        cell = cells[tuple(_python(None if pd.isna(part) else part) for part in key)]
        cell[int(source)] -= int(pence)
        cell[int(target)] += int(pence)
        cell[-2] += int(priced)
        cell[-1] += int(count) - int(priced)
    return [(key, cell[-2], cell[-1], tuple(cell[at] for at in AT)) for key, cell in cells.items()]


def _python(part: Any) -> Any:
    return part if part is None or isinstance(part, str) else int(part)


def fetch(files: Sequence[Path], columns: Sequence[str]) -> list[tuple[Any, ...]]:
    listed = ", ".join(f"'{file}'" for file in files)
    with duckdb.connect(config={"threads": 2}) as connection:
        return connection.execute(f"SELECT {', '.join(columns)} FROM read_parquet([{listed}])").fetchall()


@cache
def sqlite_of(scale: str) -> Path:
    """Return an SQLite database with the needed columns of a scale's movements."""
    file = snapshots.cache_folder() / f"movements-{scale}.sqlite"
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        with sqlite3.connect(unfinished) as database:
            kinds = ", ".join(f"{name} {'TEXT' if COLUMNS.get(name) == 'VARCHAR' else 'INTEGER'}" for name in NEEDED)
            database.execute(f"CREATE TABLE movements ({kinds})")
            marks = ", ".join("?" * len(NEEDED))
            database.executemany(f"INSERT INTO movements VALUES ({marks})", fetch(snapshots.movements(scale), NEEDED))
        database.close()
        unfinished.rename(file)
    return file


def _filtered(kind: str) -> str:
    return ", ".join(
        f"coalesce(sum(pence) FILTER (WHERE target = {at}), 0){kind} - "
        f"coalesce(sum(pence) FILTER (WHERE source = {at}), 0){kind}"
        for at in AT
    )


def by_sqlite(scale: str) -> Answer:
    """A GROUP BY for each roll-up: SQLite has no grouping sets."""
    database = sqlite3.connect(sqlite_of(scale))
    found: Answer = {}
    for name, keys in ROLLUPS.items():
        wide, listed = len(keys), ", ".join(keys)
        text = (
            f"SELECT {listed}, count(pence), count(*) - count(pence), {_filtered('')} FROM movements GROUP BY {listed}"
        )
        found[name] = [(row[:wide], row[wide], row[wide + 1], tuple(row[wide + 2 :])) for row in database.execute(text)]
    database.close()
    return _sorted(found)


def postgres_reached() -> bool:
    """Whether a PostgreSQL server answers where COMMONWEAL_BENCH_POSTGRES says, or else on 127.0.0.1."""
    import psycopg

    try:
        _postgres().close()
    except psycopg.OperationalError:
        return False
    return True


def _postgres() -> Any:
    import psycopg

    wanted = os.environ.get("COMMONWEAL_BENCH_POSTGRES", "host=127.0.0.1 dbname=postgres connect_timeout=2")
    return psycopg.connect(wanted)


@cache
def postgres_of(scale: str) -> str:
    """Return the name of a PostgreSQL table with the needed columns of a scale's movements."""
    table = f"commonweal_bench_{scale.lower()}"
    with _postgres() as database:
        [(there,)] = database.execute("SELECT to_regclass(%s) IS NOT NULL", [table]).fetchall()
        if not there:
            words = 'text COLLATE "C"'
            kinds = ", ".join(f"{name} {words if COLUMNS.get(name) == 'VARCHAR' else 'bigint'}" for name in NEEDED)
            database.execute(f"CREATE TABLE {table} ({kinds})")
            with database.cursor().copy(f"COPY {table} FROM STDIN") as copying:
                for row in fetch(snapshots.movements(scale), NEEDED):
                    copying.write_row(row)
    return table


def by_postgres(scale: str) -> Answer:
    """One GROUPING SETS pass with a filtered sum for each state; sums of bigint are numeric there."""
    table = postgres_of(scale)
    sets = ", ".join(f"({', '.join(wanted)})" for wanted in ROLLUPS.values())
    text = (
        f"SELECT GROUPING({', '.join(KEYS)}), {', '.join(KEYS)}, count(pence), count(*) - count(pence), "
        f"{_filtered('')} FROM {table} GROUP BY GROUPING SETS ({sets})"
    )
    with _postgres() as database:
        return _by_mask(database.execute(text).fetchall(), KEYS)


def by_chdb(files: Sequence[Path]) -> Answer:
    """ClickHouse in the process, over the same files."""
    import json

    import chdb

    needed = ", ".join(NEEDED)
    source = " UNION ALL ".join(f"SELECT {needed} FROM file('{file}', 'Parquet')" for file in files)
    found: Answer = {}
    for name, keys in ROLLUPS.items():
        states = ", ".join(
            f"toString(sumIf(toInt128(pence), target = {at} AND pence IS NOT NULL)"
            f" - sumIf(toInt128(pence), source = {at} AND pence IS NOT NULL))"
            for at in AT
        ).replace("toInt128(pence)", "toInt128(ifNull(pence, 0))")
        listing = ", ".join(keys)
        text = (
            f"SELECT {listing}, toString(count(pence)), toString(count() - count(pence)), {states} "
            f"FROM ({source}) GROUP BY {listing} SETTINGS max_threads = 2"
        )
        wide = len(keys)
        cells = []
        for line in str(chdb.query(text, "JSONCompactEachRow")).splitlines():
            row = json.loads(line)
            cells.append((tuple(row[:wide]), int(row[wide]), int(row[wide + 1]), tuple(map(int, row[wide + 2 :]))))
        found[name] = cells
    return _sorted(found)
