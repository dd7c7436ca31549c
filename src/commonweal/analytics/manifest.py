"""The manifest of a snapshot: which files belong to it, what they hold, and on which ledger and data they rest."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from commonweal import errors
from commonweal.analytics.rows import NUMBERS, SCALES

MANIFEST = "manifest.json"
FORMAT = "commonweal-snapshot/1"


@dataclass(frozen=True, slots=True)
class Stored:
    """One file: `path` in the snapshot with "/" between folders, SHA-256 of its bytes, their number, rows."""

    path: str
    sha256: str
    size: int
    rows: int


@dataclass(frozen=True, slots=True)
class Movements(Stored):
    """
    The movements of one body and financial year (by the calendar year in which it begins; None for undated ones).

    `pence` is what each account holds, `last` the highest number of a movement, `last_movement` the id of that one.
    """

    year: int | None
    pence: dict[str, int]
    last: int
    last_movement: str


@dataclass(frozen=True, slots=True)
class Body:
    """One body: its folder, a fingerprint of the facts that its files were made from, and the files."""

    name: str
    folder: str
    fingerprint: str
    movements: tuple[Movements, ...]
    tariffs: Stored
    contracts: Stored

    @property
    def files(self) -> tuple[Stored, ...]:
        return (*self.movements, self.tariffs, self.contracts)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a snapshot rests on: the day its facts were known on, the engine, and the release of the data package."""

    as_at: str
    made_by: str
    data_release: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """A whole snapshot."""

    stamp: Stamp
    bodies: tuple[Body, ...] = field(default=())

    def __iter__(self) -> Iterator[Body]:
        return iter(self.bodies)

    def body(self, name: str) -> Body | None:
        """Return the body called `name`, or None."""
        return next((body for body in self.bodies if body.name == name), None)

    @property
    def rows(self) -> int:
        """Movements in all files."""
        return sum(file.rows for body in self.bodies for file in body.movements)

    @property
    def pence(self) -> dict[str, int]:
        """Pence that each account holds over all bodies and years."""
        totals = {account.value: 0 for account in NUMBERS}
        for file in (file for body in self.bodies for file in body.movements):
            for account, pence in file.pence.items():
                totals[account] += pence
        return totals

    def paths(self, folder: Path, kind: str) -> list[Path]:
        """Return the files of one kind: movements, tariffs or contracts."""
        if kind == "movements":
            return [folder / file.path for body in self.bodies for file in body.movements]
        return [folder / getattr(body, kind).path for body in self.bodies]


def load(folder: Path) -> Manifest:
    """
    Read the manifest of the snapshot in `folder`.

    :raises BadSnapshot: if there is none, it cannot be read, or it is of another format
    """
    try:
        document = json.loads((folder / MANIFEST).read_bytes())
    except OSError:
        raise errors.BadSnapshot(
            f"{folder} holds no snapshot: {MANIFEST} is missing. Make one with `commonweal snapshot build`."
        ) from None
    except ValueError:
        raise _unreadable(folder, "it is no JSON") from None
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise _unreadable(folder, f"its format is not {FORMAT}")
    try:
        return Manifest(Stamp(**document["stamp"]), tuple(_body(one) for one in document["bodies"]))
    except (KeyError, TypeError, AttributeError):
        raise _unreadable(folder, "an entry is missing or unknown") from None


def save(folder: Path, manifest: Manifest) -> None:
    """Put the manifest in place in one step: until then, and if anything fails, the former one stands."""
    document = {
        "format": FORMAT,
        "stamp": asdict(manifest.stamp),
        "scales": dict(SCALES),
        "accounts": {account.value: number for account, number in NUMBERS.items()},
        "rows": manifest.rows,
        "pence": manifest.pence,
        "bodies": [asdict(body) for body in manifest.bodies],
    }
    text = json.dumps(document, indent=1, ensure_ascii=False) + "\n"
    unfinished = folder / f".{MANIFEST}.unfinished"
    unfinished.write_text(text, encoding="utf-8")
    put_in_place(unfinished, folder / MANIFEST)


def put_in_place(unfinished: Path, final: Path) -> None:
    """Make a finished file reach the disk, then give it its name in one step."""
    _sync(unfinished)
    os.replace(unfinished, final)
    _sync(final.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def remove_others(folder: Path, kept: Iterable[Stored]) -> None:
    """Remove the Parquet files that no longer belong to the snapshot; anything else in the folder is left alone."""
    wanted = {folder / file.path for file in kept}
    for path in (folder / "bodies").glob("*/*.parquet"):
        if path not in wanted:
            path.unlink()
    for empty in (folder / "bodies").glob("*"):
        if empty.is_dir() and not any(empty.iterdir()):
            empty.rmdir()


def _body(one: dict[str, Any]) -> Body:
    return Body(
        **{
            **one,
            "movements": tuple(Movements(**file) for file in one["movements"]),
            "tariffs": Stored(**one["tariffs"]),
            "contracts": Stored(**one["contracts"]),
        }
    )


def _unreadable(folder: Path, why: str) -> errors.BadSnapshot:
    return errors.BadSnapshot(f"{folder / MANIFEST} cannot be used: {why}. Make the snapshot again.")
