"""
Writes a snapshot: Parquet files of one body and financial year each, sorted by contract, and a manifest over them.

A file is written beside its place, flushed to disk and renamed to a name that holds the start of its own SHA-256; the
manifest is replaced last, in one step. A process that is killed leaves the former snapshot whole, and a reader with
the former manifest keeps its files until the new one stands. A body whose facts have not changed keeps its files.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from commonweal import errors
from commonweal.analytics import duck
from commonweal.analytics.contracts import ContractRow
from commonweal.analytics.manifest import MANIFEST, Body, Manifest, Stamp, load, remove_others, save
from commonweal.analytics.rows import Row, Tariff
from commonweal.analytics.writer import BodyFacts, Writer


@dataclass(frozen=True, slots=True)
class Built:
    """The manifest in place now, and the bodies that were written, kept as they were, and dropped."""

    manifest: Manifest
    written: tuple[str, ...]
    kept: tuple[str, ...]
    dropped: tuple[str, ...]


def by_body(rows: Iterable[Row], tariffs: Iterable[Tariff], contracts: Iterable[ContractRow]) -> dict[str, BodyFacts]:
    """Sort the facts of several bodies apart."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row.body].append(row)
    totals: dict[str, list[ContractRow]] = defaultdict(list)
    for one in contracts:
        totals[one.body].append(one)
    priced: dict[str, list[Tariff]] = defaultdict(list)
    for tariff in tariffs:
        priced[tariff.priced_by].append(tariff)
    return {
        body: BodyFacts(
            found[body],
            [t for name in sorted({row.priced_by for row in found[body]}) for t in priced.get(name, ())],
            totals[body],
        )
        for body in sorted({*found, *totals})
    }


def build(
    folder: Path,
    facts: Mapping[str, BodyFacts],
    *,
    stamp: Stamp,
    bodies: Collection[str] = (),
    threads: int = duck.THREADS,
    memory: str = duck.MEMORY,
) -> Built:
    """
    Write the snapshot of `facts` into `folder`, which is new, empty, or holds a former one.

    Only bodies whose facts changed are written. With `bodies`, only those are looked at and all others stay;
    without, bodies that `facts` do not have are dropped.

    :raises BadSnapshot: if a body is not in the facts, or tariffs overlap
    :raises BadOutput: if the folder holds something else
    """
    missing = sorted(set(bodies) - facts.keys())
    if missing:
        raise errors.BadSnapshot(f"The input has no body {missing[0]!r}. It has: {', '.join(facts) or 'none'}.")
    former = former_of(folder)
    chosen = {name: one for name, one in facts.items() if not bodies or name in bodies}
    for one in chosen.values():
        refuse_overlaps(one.tariffs)
    prints = {name: fingerprint(one, stamp) for name, one in chosen.items()}
    changed = [name for name in chosen if not _stands(folder, former, name, prints[name])]
    made: dict[str, Body] = {}
    with Writer(folder, threads=threads, memory=memory) as writer:
        for name in changed:
            made[name] = writer.body(name, chosen[name], prints[name])
    stay = [one for one in former or () if one.name not in made and (bodies or one.name in chosen)]
    manifest = Manifest(stamp, tuple(sorted([*stay, *made.values()], key=lambda one: one.name)))
    save(folder, manifest)
    remove_others(folder, (file for one in manifest for file in one.files))
    dropped = tuple(one.name for one in former or () if manifest.body(one.name) is None)
    return Built(manifest, tuple(changed), tuple(one.name for one in stay), dropped)


def refresh(
    folder: Path,
    staged: Sequence[Path],
    *,
    stamp: Stamp,
    threads: int = duck.THREADS,
    memory: str = duck.MEMORY,
) -> Built:
    """
    Bring a snapshot up to date with movements that were appended to the ledger since, read from Parquet files with
    the columns `rows.COLUMNS`, such as a database wrote them.

    Of each body, movements up to the last one that the snapshot holds are passed over; only the files of the years
    that newer ones count in are written. A folder without a snapshot gets one of all movements. Tariffs and contract
    totals stay as they are: `build` makes those.

    :raises BadOutput: if the folder holds something else
    """
    former = former_of(folder) or Manifest(stamp)
    known = {body.name: body for body in former}
    with Writer(folder, threads=threads, memory=memory) as writer:
        added = writer.append(staged, known)
    manifest = Manifest(stamp, tuple(sorted({**known, **added}.values(), key=lambda one: one.name)))
    save(folder, manifest)
    remove_others(folder, (file for one in manifest for file in one.files))
    return Built(manifest, tuple(sorted(added)), tuple(sorted(known.keys() - added.keys())), ())


def former_of(folder: Path) -> Manifest | None:
    """
    Return the manifest of the snapshot that stands in `folder`, None where it is new or empty.

    :raises BadOutput: if the folder holds something else
    """
    if folder.exists() and not folder.is_dir():
        raise errors.BadOutput(f"{folder} is a file. Give the name of a folder for the snapshot.")
    if not folder.is_dir() or not any(entry for entry in folder.iterdir() if not entry.name.startswith(".")):
        return None
    if not (folder / MANIFEST).is_file() and any(entry.name != "bodies" for entry in folder.iterdir()):
        raise errors.BadOutput(f"{folder} holds files that are no snapshot. Give an empty or a new folder.")
    return load(folder) if (folder / MANIFEST).is_file() else None


def refuse_overlaps(tariffs: Iterable[Tariff]) -> None:
    """
    Two values in force on one day would count a row twice.

    :raises BadSnapshot: if dates of one tariff overlap, or one ends before it starts
    """
    ordered = sorted(tariffs)
    for one in ordered:
        if one.valid_to <= one.valid_from:
            raise errors.BadSnapshot(f"The value of {one.priced_by} from {one.valid_from} ends on {one.valid_to}.")
    for one, other in pairwise(ordered):
        if one.priced_by == other.priced_by and other.valid_from < one.valid_to:
            raise errors.BadSnapshot(f"Two values of {one.priced_by} are in force on {other.valid_from}. Keep one.")


def fingerprint(facts: BodyFacts, stamp: Stamp) -> str:
    """Return a hash of everything that a body's files are made from, the release of the data included."""
    seen = hashlib.sha256(stamp.data_release.encode())
    for kind in (facts.rows, facts.tariffs, facts.contracts):
        for one in kind:
            seen.update(repr(tuple(one)).encode())
    return seen.hexdigest()


def _stands(folder: Path, former: Manifest | None, name: str, print_: str) -> bool:
    body = former.body(name) if former else None
    return body is not None and body.fingerprint == print_ and all((folder / one.path).is_file() for one in body.files)


@contextmanager
def opened(folder: Path, *, threads: int = duck.THREADS, memory: str = duck.MEMORY) -> Iterator[duck.DuckRollups]:
    """Open the snapshot in `folder` for questions. Raises as `manifest.load` and `duck.connect`."""
    manifest = load(folder)
    with tempfile.TemporaryDirectory(prefix="commonweal-") as spill:
        files = [manifest.paths(folder, kind) for kind in ("movements", "tariffs")]
        with duck.DuckRollups(*files, threads=threads, memory=memory, spill=Path(spill)) as found:
            yield found
