"""
Backups: the database first, then the evidence, then a list of all with counts, facts and hashes.

Evidence files are named by their content, so one that comes in meanwhile is extra and harmless, and one that the
database knows of is there already. No key is in a backup: keys come from the environment and are kept elsewhere. No
session is in it either, so that a stolen backup opens no account; people sign in again after a restore.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

import commonweal
from commonweal_web.core import clock, pg_tools, stored, verification
from commonweal_web.core.errors import Refused

FORM = "commonweal-backup-1"
MANIFEST, SQLITE_FILE, DUMP_FILE, EVIDENCE = "manifest.json", "database.sqlite3", "database.pgdump", "evidence"
PIECE = 1024 * 1024
Say = Callable[[str], object]


def quiet(_: str) -> None:
    """Say nothing."""


def take(folder: Path, *, say: Say = quiet) -> dict[str, Any]:
    """
    Write a backup into `folder`, which appears only when it is whole, and return its manifest.

    :raises Refused: if the folder holds something already, or a fact of the database does not hold
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Refused(f"{folder} holds something already. Name a new or an empty folder.", code="not_empty")
    part = folder.with_name(folder.name + ".part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True, mode=0o700)
    try:
        manifest = _write(part, say)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    if folder.exists():
        folder.rmdir()
    part.rename(folder)
    flush_folder(folder.parent)
    return manifest


def _write(part: Path, say: Say) -> dict[str, Any]:
    begun = clock.now()
    say("Copying the database.")
    if connection.vendor == "sqlite":
        database = copy_sqlite(part / SQLITE_FILE)
        with reading_from(part / SQLITE_FILE):
            found = _facts()
        settle_sqlite(part / SQLITE_FILE)
    else:
        database = part / DUMP_FILE
        found = pg_tools.dump(database, leave_out=sorted(stored.NOT_KEPT), look=_facts)
    say("Copying the evidence.")
    files = {database.name: stored.sha256(database), **dict(_copy_evidence(part / EVIDENCE))}
    manifest = {
        "form": FORM,
        "release": commonweal.__version__,
        "database": connection.vendor,
        "begun": begun.isoformat(),
        "finished": clock.now().isoformat(),
        **found,
        "files": files,
    }
    write_flushed(part / MANIFEST, json.dumps(manifest, indent=1, sort_keys=True).encode())
    flush_folder(part)
    return manifest


def _facts() -> dict[str, Any]:
    """Return what the copy holds, counted and checked in the copy itself."""
    results = verification.run_all()
    return {
        "counts": stored.counts(),
        "facts": {name: dict(result.facts) for name, result in results.items()},
        "problems": verification.problems(results),
    }


def copy_sqlite(target: Path) -> Path:
    """
    Copy the SQLite database in one go while others go on writing, without its sessions.

    VACUUM INTO reads one state of the database; a copy made step by step starts over with each write and never ends.
    """
    source = sqlite3.connect(f"file:{connection.settings_dict['NAME']}?mode=ro", uri=True, timeout=20)
    with contextlib.closing(source):
        source.execute("VACUUM INTO ?", [str(target)])
    with contextlib.closing(sqlite3.connect(target)) as copy:
        copy.execute("PRAGMA secure_delete=ON")
        there = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for table in sorted(stored.NOT_KEPT & there):
            copy.execute(f'DELETE FROM "{table}"')  # nosec B608 a name of our own list
        copy.commit()
    return target


def settle_sqlite(file: Path) -> None:
    """Bring everything into the one file, and the file to the disk."""
    with contextlib.closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode=DELETE")
    flush(file)


@contextlib.contextmanager
def reading_from(file: Path) -> Iterator[None]:
    """Let the database of this process be `file` inside the block: for a command of its own, not for a server."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = str(file)
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


def _copy_evidence(target: Path) -> Iterator[tuple[str, str]]:
    root = settings.EVIDENCE_ROOT
    for file in stored.evidence_files(root):
        place = target / file.relative_to(root)
        found = copy_hashed(file, place)
        if found != file.name:
            raise Refused(
                f"The evidence file {file.name} was changed: its content has another hash. The backup was not made, "
                "so that it does not take the place of a good one. Run: commonweal verify",
                code="spoilt_file",
            )
        yield f"{EVIDENCE}/{file.relative_to(root).as_posix()}", found


def copy_hashed(source: Path, target: Path) -> str:
    """Copy a file, flush it to the disk, and return the SHA-256 of what was read."""
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with source.open("rb") as read, target.open("xb") as write:
        while piece := read.read(PIECE):
            digest.update(piece)
            write.write(piece)
        write.flush()
        os.fsync(write.fileno())
    return digest.hexdigest()


def write_flushed(file: Path, content: bytes) -> None:
    """Write a small file and flush it to the disk."""
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())


def flush(file: Path) -> None:
    """Flush a file that another program wrote."""
    with file.open("rb+") as opened:
        os.fsync(opened.fileno())


def flush_folder(folder: Path) -> None:
    """Flush the names in a folder, so that a file put there is found after a power cut."""
    if os.name != "nt":
        number = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(number)
        finally:
            os.close(number)


def read_manifest(folder: Path) -> Mapping[str, Any]:
    """
    Read the manifest of a backup and compare every file with it.

    :raises Refused: with every file that is missing, extra or changed
    """
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError):
        raise Refused(f"{folder} is no backup: it has no readable {MANIFEST}.", code="no_backup") from None
    if manifest.get("form") != FORM:
        raise Refused(f"{folder} has the form {manifest.get('form')}; this release reads {FORM}.", code="other_form")
    files = manifest["files"]
    wrong = [f"{name} is missing" for name in files if not (folder / name).is_file()]
    wrong += [
        f"{name} was changed" for name, sha in files.items() if (folder / name).is_file() and _other(folder / name, sha)
    ]
    if wrong:
        raise Refused("\n  ".join(["The backup is not whole; nothing was restored:", *wrong]), code="spoilt_backup")
    return manifest


def _other(file: Path, sha: str) -> bool:
    return stored.sha256(file) != sha
