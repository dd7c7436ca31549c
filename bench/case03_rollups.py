"""
Case 3: six roll-ups from stored pence, every state kept apart, over the Parquet files of a snapshot.

The peers are the same question by hand in DuckDB, Polars, pandas, SQLite and PostgreSQL, which are given a table that
was loaded before. At S the reference in plain Python runs too; at L only the engines that read the files.
"""

from __future__ import annotations

from functools import partial

from bench import engines, snapshots
from bench.harness import Bar, Candidate, Case


def product(scale: str) -> object:
    """The product, with one gigabyte."""
    return engines.product(snapshots.movements(scale))


def hand_duckdb(scale: str) -> object:
    """The peer that the bar is about."""
    return engines.hand_duckdb(snapshots.movements(scale))


def by_polars(scale: str) -> object:
    """Polars over the same files."""
    return engines.by_polars(snapshots.movements(scale))


def by_pandas(scale: str) -> object:
    """Pandas over the same files."""
    return engines.by_pandas(snapshots.movements(scale))


def plain_python(scale: str) -> object:
    """The reference."""
    return engines.plain_python(snapshots.movements(scale))


def _peers(scale: str) -> list[Candidate]:
    found = [Candidate("hand DuckDB", partial(hand_duckdb, scale)), Candidate("Polars", partial(by_polars, scale))]
    found.append(Candidate("pandas", partial(by_pandas, scale)))
    if scale != "L":
        engines.sqlite_of(scale)
        found.append(Candidate("SQLite", partial(engines.by_sqlite, scale)))
        if engines.postgres_reached():
            engines.postgres_of(scale)
            found.append(Candidate("PostgreSQL (wall)", partial(engines.by_postgres, scale)))
    if scale == "S":
        found.append(Candidate("plain Python reference", partial(plain_python, scale)))
    return found


def cases() -> list[Case]:
    found = []
    for scale in snapshots.scales("SM"):
        _, manifest = snapshots.snapshot(scale)
        bars = (Bar("hand DuckDB", 1.3), *((Bar("pandas", 1 / 5),) if scale == "L" else ()))
        found.append(
            Case(
                number=f"3 {scale}",
                title="six roll-ups from stored pence",
                items=manifest.rows,
                unit="movement",
                product=Candidate("commonweal", partial(product, scale)),
                peers=tuple(_peers(scale)),
                bars=bars,
                rounds=3,
                note="A server's processor time is its own and is not counted; compare PostgreSQL on the wall.",
            )
        )
    return found
