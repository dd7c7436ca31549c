"""Checks a stored snapshot: every file against the manifest, and every penny that can be worked out again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from commonweal.analytics import duck, sql
from commonweal.analytics.build import opened
from commonweal.analytics.manifest import Manifest, Movements, Stored, load, sha256
from commonweal.analytics.rollups import Difference
from commonweal.analytics.rows import NUMBERS

ACCOUNTS = {number: account.value for account, number in NUMBERS.items()}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found: sentences about files and sums, and the rows whose pence differ. Both empty means sound."""

    manifest: Manifest
    found: tuple[str, ...]
    differing: tuple[Difference, ...]

    @property
    def sound(self) -> bool:
        return not self.found and not self.differing


def check(folder: Path, *, threads: int = duck.THREADS, memory: str = duck.MEMORY) -> Checked:
    """
    Compare the files of a snapshot with its manifest, then work out their sums and pence again.

    Files that are missing or altered are named, and then nothing is read from them.

    :raises BadSnapshot: if there is no manifest that can be read
    :raises MissingExtra: if DuckDB is not installed
    """
    manifest = load(folder)
    found = [*_files(folder, (file for body in manifest for file in body.files))]
    if found:
        return Checked(manifest, tuple(found), ())
    with opened(folder, threads=threads, memory=memory) as rollups:
        found.extend(_sums(manifest, rollups))
        found.extend(rollups.unsound())
        return Checked(manifest, tuple(found), tuple(rollups.audit()))


def _files(folder: Path, files: Iterable[Stored]) -> Iterable[str]:
    for file in files:
        path = folder / file.path
        if not path.is_file():
            yield f"{file.path} is missing."
        elif (path.stat().st_size, sha256(path)) != (file.size, file.sha256):
            yield f"{file.path} was altered: its bytes are not those that the manifest names."


def _sums(manifest: Manifest, rollups: duck.DuckRollups) -> Iterable[str]:
    """Yield what the manifest says of a file of movements and its rows do not."""
    rows: dict[tuple[str, int | None], int] = defaultdict(int)
    pence: dict[tuple[str, int | None], dict[str, int]] = defaultdict(lambda: dict.fromkeys(ACCOUNTS.values(), 0))
    last: dict[tuple[str, int | None], tuple[int, str]] = {}
    sums = sql.SUMS.replace("FROM staged", "FROM movements")
    for body, year, source, target, count, moved, number, movement in rollups.connection.execute(sums).fetchall():
        key = (body, year)
        rows[key] += count
        pence[key][ACCOUNTS[source]] -= moved or 0
        pence[key][ACCOUNTS[target]] += moved or 0
        last[key] = max(last.get(key, (0, "")), (number, movement))
    for body in manifest:
        for file in body.movements:
            key = (body.name, file.year)
            yield from _file_sums(file, rows[key], pence[key], last.get(key, (0, "")))


def _file_sums(file: Movements, rows: int, pence: dict[str, int], last: tuple[int, str]) -> Iterable[str]:
    if rows != file.rows:
        yield f"{file.path} holds {rows:,} movements; the manifest says {file.rows:,}."
    for account, said in file.pence.items():
        if pence.get(account) != said:
            yield f"{file.path}: {account} holds {pence.get(account)} pence; the manifest says {said}."
    if last != (file.last, file.last_movement):
        yield f"{file.path} ends with movement {last[1]}; the manifest says {file.last_movement}."
