"""
Case 14: the same roll-ups, to the last byte, whatever the threads, the order of the rows, the number of files and the
engine.

Every answer is written as JSON and compared byte by byte. Times are printed, and no bar is set on them.
"""

from __future__ import annotations

import json
from functools import cache, partial
from pathlib import Path

import duckdb

from bench import engines, snapshots
from bench.harness import Candidate, Case


@cache
def rearranged(scale: str, parts: int) -> list[Path]:
    """Return the movements of a scale shuffled, in `parts` files."""
    folder = snapshots.cache_folder() / f"shuffled-{scale}-{parts}"
    if not folder.exists():
        unfinished = folder.with_suffix(".unfinished")
        unfinished.mkdir(parents=True, exist_ok=True)
        listed = ", ".join(f"'{file}'" for file in snapshots.movements(scale))
        for part in range(parts):
            duckdb.execute(
                f"COPY (FROM read_parquet([{listed}]) WHERE hash(movement) % {parts} = {part} "
                f"ORDER BY md5(movement)) TO '{unfinished}/{part}.parquet' (FORMAT parquet)"
            )
        unfinished.rename(folder)
    return sorted(folder.glob("*.parquet"))


def _bytes(answer: engines.Answer) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()


def product(scale: str, threads: int = 2, parts: int = 0) -> object:
    """The product over the snapshot's own files, or over `parts` files with the rows shuffled."""
    files = rearranged(scale, parts) if parts else snapshots.movements(scale)
    return _bytes(engines.product(files, threads=threads))


def elsewhere(scale: str, engine: str) -> object:
    """Another engine over the same Parquet, or over a table made of it."""
    if engine in ("by_sqlite", "by_postgres"):
        return _bytes(getattr(engines, engine)(scale))
    return _bytes(getattr(engines, engine)(snapshots.movements(scale)))


def cases() -> list[Case]:
    found = []
    for scale in snapshots.scales("TS"):
        _, manifest = snapshots.snapshot(scale)
        peers = [Candidate("commonweal, 1 thread", partial(product, scale, 1))]
        for parts in (1, 7):
            rearranged(scale, parts)
            peers.append(
                Candidate(f"commonweal, shuffled, {parts} file{'s'[: parts > 1]}", partial(product, scale, 2, parts))
            )
        named = {"DuckDB": "hand_duckdb", "Polars": "by_polars", "pandas": "by_pandas", "chDB": "by_chdb",
                 "SQLite": "by_sqlite", "plain Python": "plain_python"}  # fmt: skip
        if engines.postgres_reached():
            named["PostgreSQL (wall)"] = "by_postgres"
        peers += [Candidate(name, partial(elsewhere, scale, engine)) for name, engine in named.items()]
        found.append(
            Case(
                number=f"14 {scale}",
                title="byte-identical roll-ups",
                items=manifest.rows,
                unit="movement",
                product=Candidate("commonweal, 2 threads", partial(product, scale)),
                peers=tuple(peers),
                bars=(),
                rounds=3,
            )
        )
    return found
