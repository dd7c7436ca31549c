"""
Case 9: from a ledger in SQLite to the snapshot: all of it, and the new movements of fifty contracts.

The product takes the movements by ADBC into one Parquet file and makes the files of bodies and years from that. The
peers are the same copy by ADBC alone, which is neither sorted nor divided, and the sqlite3 module with a CSV between.
For fifty contracts every candidate reads their newest movements; only the product has a snapshot to bring up to date.
"""

from __future__ import annotations

import csv
import shutil
import sqlite3
import tempfile
from functools import cache, partial
from pathlib import Path

import duckdb

from bench import snapshots
from bench.harness import Bar, Candidate, Case
from commonweal.analytics.build import refresh
from commonweal.analytics.manifest import Manifest
from commonweal.analytics.rows import COLUMNS

ALL = f"SELECT {', '.join(COLUMNS)} FROM movements"
TYPED = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items())
SUMS = "SELECT count(*), sum(pence) FILTER (target = 6), sum(amount) FROM"
Sums = tuple[int, int, int]


@cache
def ledger(scale: str) -> Path:
    """Return an SQLite database with the whole ledger of a scale, in the order in which it was posted."""
    file = snapshots.cache_folder() / f"ledger-{scale}.sqlite"
    if not file.exists():
        unfinished = file.with_suffix(".unfinished")
        unfinished.unlink(missing_ok=True)
        kinds = {"DATE": "TEXT", "VARCHAR": "TEXT"}
        database = sqlite3.connect(unfinished)
        columns = ", ".join(f"{name} {kinds.get(kind, 'INTEGER')}" for name, kind in COLUMNS.items())
        database.execute(f"CREATE TABLE movements ({columns})")
        marks = ", ".join("?" * len(COLUMNS))
        days = ", ".join(f"{n}::VARCHAR" if k == "DATE" else n for n, k in COLUMNS.items())
        for path in snapshots.staged(scale):
            cursor = duckdb.connect().execute(f"SELECT {days} FROM '{path}' ORDER BY number")
            while rows := cursor.fetchmany(100_000):
                database.executemany(f"INSERT INTO movements VALUES ({marks})", rows)
        database.execute("CREATE INDEX by_number ON movements (number)")
        database.commit()
        database.close()
        unfinished.rename(file)
    return file


def by_adbc(scale: str, into: Path, where: str = "", *, compression: str = "zstd") -> Path:
    """Copy the movements into one Parquet file by ADBC."""
    import adbc_driver_sqlite.dbapi
    import pyarrow.parquet as pq

    file = into / "adbc.parquet"
    with adbc_driver_sqlite.dbapi.connect(f"file:{ledger(scale)}?mode=ro") as database, database.cursor() as cursor:
        cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": "65536"})
        cursor.execute(f"{ALL} {where}")
        reader = cursor.fetch_record_batch()
        with pq.ParquetWriter(file, reader.schema, compression=compression) as writer:
            for batch in reader:
                writer.write_batch(batch)
    return file


def by_module(scale: str, into: Path, where: str = "") -> Path:
    """Copy the movements into one Parquet file by the sqlite3 module and a CSV."""
    rows = sqlite3.connect(ledger(scale)).execute(f"{ALL} {where}")
    with (into / "rows.csv").open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows(rows)
    kinds = ", ".join(f"'{name}': '{kind}'" for name, kind in COLUMNS.items())
    words = ", ".join(f"'{name}'" for name, kind in COLUMNS.items() if kind == "VARCHAR")
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute(
            f"COPY (FROM read_csv('{into}/rows.csv', columns = {{{kinds}}}, header = false, auto_detect = false, "
            f"force_not_null = [{words}])) TO '{into}/module.parquet' (FORMAT parquet, COMPRESSION zstd)"
        )
    return into / "module.parquet"


def _sums(file: Path) -> Sums:
    [found] = duckdb.execute(f"{SUMS} '{file}'").fetchall()
    return found  # type: ignore[return-value]  # three whole numbers


def full_product(scale: str) -> object:
    """All movements into a new snapshot."""
    with tempfile.TemporaryDirectory(dir=snapshots.cache_folder()) as into:
        copied = by_adbc(scale, Path(into), compression="none")
        built = refresh(Path(into) / "snapshot", [copied], stamp=snapshots.STAMP, memory=snapshots.MEMORY)
        return _snapshot_sums(Path(into) / "snapshot", built.manifest)


def _snapshot_sums(folder: Path, manifest: Manifest) -> Sums:
    files = ", ".join(f"'{path}'" for path in manifest.paths(folder, "movements"))
    return _sums_of(f"read_parquet([{files}])")


def _sums_of(source: str) -> Sums:
    [found] = duckdb.execute(f"{SUMS} {source}").fetchall()
    return found  # type: ignore[return-value]  # three whole numbers


def full_adbc(scale: str) -> object:
    """All movements by ADBC alone."""
    with tempfile.TemporaryDirectory(dir=snapshots.cache_folder()) as into:
        return _sums(by_adbc(scale, Path(into)))


def full_module(scale: str) -> object:
    """All movements by the sqlite3 module."""
    with tempfile.TemporaryDirectory(dir=snapshots.cache_folder()) as into:
        return _sums(by_module(scale, Path(into)))


@cache
def newest(scale: str) -> tuple[int, str]:
    """Return the last number before, and the text that picks, the newest movements: a month of fifty contracts."""
    [(last,)] = duckdb.execute(
        f"SELECT max(number) FROM read_parquet({[str(p) for p in snapshots.staged(scale)]})"
    ).fetchall()
    return last, f"WHERE number > {last}"


@cache
def with_news(scale: str) -> str:
    """Append a month of fifty contracts of the largest body to the ledger, if not there yet; return how to pick it."""
    last, where = newest(scale)
    database = sqlite3.connect(ledger(scale))
    if not database.execute(f"SELECT count(*) FROM movements {where}").fetchall()[0][0]:
        columns = list(COLUMNS)
        changed = {"number": f"{last} + row_number() OVER (ORDER BY number)", "movement": "movement || '/new'",
                   "claim": "claim || '/new'", "day": "'2026-09-30'", "started": "'2026-09-01'"}  # fmt: skip
        picked = ", ".join(changed.get(name, name) for name in columns)
        database.execute(
            f"INSERT INTO movements SELECT {picked} FROM movements WHERE contract IN (SELECT DISTINCT contract FROM "
            f"movements WHERE body = 'Body 000' ORDER BY contract LIMIT 50) AND source = 0 AND day >= '2025-06-01' "
            f"AND day < '2025-10-01'"
        )
        database.commit()
    database.close()
    return where


copies: dict[str, list[Path]] = {}


def prepare(scale: str, number: int) -> None:
    """Make copies of the snapshot, one for each run: a refresh changes what it is given."""
    folder, _ = snapshots.snapshot(scale)
    place = Path(tempfile.mkdtemp(dir=snapshots.cache_folder()))
    copies[scale] = [shutil.copytree(folder, place / str(at)) for at in range(number)]


def news_product(scale: str) -> object:
    """Bring a copy of the snapshot up to date, and sum up what is new in it."""
    if not copies.get(scale):
        prepare(scale, 1)  # in a new process
    with tempfile.TemporaryDirectory(dir=snapshots.cache_folder()) as into:
        where = with_news(scale)
        copied = by_adbc(scale, Path(into), where, compression="none")
        folder = copies[scale].pop()
        built = refresh(folder, [copied], stamp=snapshots.STAMP)
        [body] = [built.manifest.body(name) for name in built.written]
        assert body is not None
        return _sums_of(f"(FROM '{folder / body.movements[-1].path}' {where})")


def news_adbc(scale: str) -> object:
    """The new movements by ADBC alone."""
    with tempfile.TemporaryDirectory(dir=snapshots.cache_folder()) as into:
        return _sums(by_adbc(scale, Path(into), with_news(scale)))


def news_module(scale: str) -> object:
    """The new movements by the sqlite3 module."""
    with tempfile.TemporaryDirectory(dir=snapshots.cache_folder()) as into:
        return _sums(by_module(scale, Path(into), with_news(scale)))


def cases() -> list[Case]:
    found = []
    for scale in snapshots.scales("SM"):
        _, manifest = snapshots.snapshot(scale)
        ledger(scale)
        found.append(
            Case(
                number=f"9 {scale} full",
                title="from a ledger in SQLite to a new snapshot",
                items=manifest.rows,
                unit="movement",
                product=Candidate("commonweal", partial(full_product, scale)),
                peers=(
                    Candidate("bare ADBC copy", partial(full_adbc, scale)),
                    Candidate("sqlite3 module", partial(full_module, scale)),
                ),
                bars=(Bar("bare ADBC copy", 1.5),),
                rounds=3,
            )
        )
    for scale in snapshots.scales("SM"):
        where = with_news(scale)
        [(items,)] = sqlite3.connect(ledger(scale)).execute(f"SELECT count(*) FROM movements {where}").fetchall()
        prepare(scale, 7)
        found.append(
            Case(
                number=f"9 {scale} news",
                title="the new movements of fifty contracts into the snapshot",
                items=items,
                unit="movement",
                product=Candidate("commonweal", partial(news_product, scale)),
                peers=(
                    Candidate("bare ADBC copy", partial(news_adbc, scale)),
                    Candidate("sqlite3 module", partial(news_module, scale)),
                ),
                bars=(),
                rounds=5,
                most_ms=100,
            )
        )
    return found
