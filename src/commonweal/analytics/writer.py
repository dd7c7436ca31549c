"""Writes the Parquet files of a snapshot, one at a time, each in place only when it is whole and on the disk."""

from __future__ import annotations

import csv
import hashlib
import re
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from commonweal.analytics import duck, sql
from commonweal.analytics.contracts import CONTRACT_COLUMNS, ContractRow
from commonweal.analytics.manifest import Body, Movements, Stored, put_in_place, sha256
from commonweal.analytics.rows import COLUMNS, NUMBERS, TARIFF_COLUMNS, Row, Tariff

ACCOUNTS = {number: account.value for account, number in NUMBERS.items()}
SHORT = 12


@dataclass(frozen=True, slots=True)
class BodyFacts:
    """What one body's files are made from. `tariffs` are those that its rows name, `contracts` its own."""

    rows: Sequence[Row]
    tariffs: Sequence[Tariff]
    contracts: Sequence[ContractRow]


def slug(name: str) -> str:
    """Return the folder of a body: its name in plain letters, and enough of a hash to tell any two apart."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")[:40] or "body"
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


class Writer:
    """Writes files into a snapshot's folder by way of a hidden one beside them, which goes when the work ends."""

    def __init__(self, folder: Path, *, threads: int, memory: str) -> None:
        self.folder = folder
        duck.required()  # before anything is made: without DuckDB there is no folder either
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.glob(".unfinished-*"):  # of a process that was killed
            shutil.rmtree(left, ignore_errors=True)
        self.hidden = Path(tempfile.mkdtemp(prefix=".unfinished-", dir=folder))
        self.connection = duck.connect(threads=threads, memory=memory, spill=self.hidden)

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_: object) -> None:
        self.connection.close()
        shutil.rmtree(self.hidden, ignore_errors=True)

    def body(self, name: str, facts: BodyFacts, print_: str) -> Body:
        """Write all files of one body."""
        self._stage(f"SELECT {sql.STAGED} FROM ({self._read(facts.rows, COLUMNS)})")
        movements = tuple(self._movements(name, year, ()) for year in self._years()[name]) if facts.rows else ()
        return Body(
            name,
            slug(name),
            print_,
            movements,
            self._facts(name, "tariffs", sorted(facts.tariffs), TARIFF_COLUMNS),
            self._facts(name, "contracts", sorted(facts.contracts, key=lambda one: one.contract), CONTRACT_COLUMNS),
        )

    def append(self, staged: Sequence[Path], known: Mapping[str, Body]) -> dict[str, Body]:
        """Write the files that `staged` movements are new to, and return their bodies as they are now."""
        lasts = [(name, max((file.last for file in one.movements), default=0)) for name, one in known.items()]
        duck.view(self.connection, "appended", staged, COLUMNS)
        self.connection.execute(
            "CREATE TEMP TABLE lasts AS SELECT unnest(?::VARCHAR[]) AS body, unnest(?::BIGINT[]) AS last",
            [[name for name, _ in lasts], [last for _, last in lasts]],
        )
        # A database may hand over wider numbers, and days as text.
        typed = ", ".join(f"CAST({name} AS {kind}) AS {name}" for name, kind in COLUMNS.items())
        new = "FROM appended LEFT JOIN lasts USING (body) WHERE number > coalesce(last, 0)"
        self._stage(f"SELECT {sql.STAGED} FROM (SELECT {typed} {new})")
        return {name: self._appended(name, years, known.get(name)) for name, years in self._years().items()}

    def _appended(self, name: str, years: Sequence[int | None], body: Body | None) -> Body:
        if body is None:
            nothing = BodyFacts((), (), ())
            body = Body(
                name,
                slug(name),
                "",
                (),
                self._facts(name, "tariffs", nothing.tariffs, TARIFF_COLUMNS),
                self._facts(name, "contracts", nothing.contracts, CONTRACT_COLUMNS),
            )
        stay = [file for file in body.movements if file.year not in years]
        old = {file.year: [file] for file in body.movements}
        new = [self._movements(name, year, old.get(year, ())) for year in years]
        return replace(body, movements=tuple(sorted([*stay, *new], key=_by_year)), fingerprint="")

    def _stage(self, query: str) -> None:
        # One sort for all files; each of them is then a run of neighbouring rows.
        self.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE staged AS {query} ORDER BY body, year NULLS FIRST, contract, number"
        )
        self.sums: dict[tuple[str, int | None], list[tuple[Any, ...]]] = defaultdict(list)
        for body, year, *rest in self.connection.execute(sql.SUMS).fetchall():
            self.sums[body, year].append(tuple(rest))

    def _years(self) -> dict[str, list[int | None]]:
        found: dict[str, list[int | None]] = defaultdict(list)
        for body, year in self.sums:
            found[body].append(year)
        return found

    def _movements(self, name: str, year: int | None, former: Sequence[Movements]) -> Movements:
        """Write the staged movements of one body and year, together with those of the `former` file if any."""
        new = "SELECT * FROM staged WHERE body = getvariable('body') AND year IS NOT DISTINCT FROM getvariable('year')"
        self.connection.execute("SET VARIABLE body = ?", [name])
        self.connection.execute("SET VARIABLE year = ?", [year])
        query = new  # in the order of the table, which DuckDB keeps
        for file in former:
            path = sql.quoted(str(self.folder / file.path))
            query = f"FROM (FROM read_parquet({path}) UNION ALL ({new})) ORDER BY contract, number"
        label = "undated" if year is None else f"{year}-{(year + 1) % 100:02}"
        stored = self._copy(query, slug(name), label)
        return _summed(stored, year, self.sums[name, year], former)

    def _facts(
        self, name: str, kind: str, facts: Sequence[Tariff] | Sequence[ContractRow], columns: Mapping[str, str]
    ) -> Stored:
        return self._copy(self._read(facts, columns), slug(name), kind)

    def _copy(self, query: str, body: str, label: str) -> Stored:
        unfinished = self.hidden / "unfinished.parquet"
        copy = f"COPY ({query}) TO {sql.quoted(str(unfinished))} ({sql.PARQUET})"
        [(rows,)] = self.connection.execute(copy).fetchall()
        digest, size = sha256(unfinished), unfinished.stat().st_size
        path = f"bodies/{body}/{label}.{digest[:SHORT]}.parquet"
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        put_in_place(unfinished, self.folder / path)
        return Stored(path, digest, size, rows)

    def _read(self, facts: Iterable[tuple[Any, ...]], columns: Mapping[str, str]) -> str:
        """Return the text that reads `facts`, after putting them into a CSV beside the snapshot."""
        file = self.hidden / "staged.csv"
        with file.open("w", newline="", encoding="utf-8") as stream:
            csv.writer(stream, lineterminator="\n").writerows(facts)
        names = ", ".join(f"{sql.quoted(name)}: {sql.quoted(kind)}" for name, kind in columns.items())
        words = ", ".join(sql.quoted(name) for name, kind in columns.items() if kind == "VARCHAR")
        return (
            f"FROM read_csv({sql.quoted(str(file))}, columns = {{{names}}}, header = false, auto_detect = false, "
            f"delim = ',', quote = '\"', escape = '\"', nullstr = '', force_not_null = [{words}], parallel = false)"
        )


def _summed(
    stored: Stored, year: int | None, sums: Sequence[tuple[Any, ...]], former: Sequence[Movements]
) -> Movements:
    pence = {account.value: 0 for account in NUMBERS}
    for file in former:
        pence |= file.pence
    for source, target, _, moved, _, _ in sums:
        pence[ACCOUNTS[source]] -= moved or 0
        pence[ACCOUNTS[target]] += moved or 0
    ends = [(last, movement) for *_, last, movement in sums] + [(file.last, file.last_movement) for file in former]
    last, movement = max(ends)
    return Movements(stored.path, stored.sha256, stored.size, stored.rows, year, pence, last, movement)


def _by_year(file: Movements) -> tuple[bool, int]:
    return (file.year is not None, file.year or 0)
