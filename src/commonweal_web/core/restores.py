"""The way back from a backup: onto an empty place only, checked before, and counted, compared and verified after."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from commonweal_web.core import backups, pg_tools, stored, verification
from commonweal_web.core.backups import DUMP_FILE, EVIDENCE, SQLITE_FILE, Say, quiet
from commonweal_web.core.errors import Refused


def restore(folder: Path, *, say: Say = quiet) -> list[str]:
    """
    Restore the backup in `folder` and return what does not agree with it afterwards; an empty list is the good end.

    :raises Refused: if the backup is not whole, or the place is not empty; nothing was restored then
    """
    say("Checking the backup.")
    manifest = backups.read_manifest(folder)
    _check_place(manifest)
    say("Restoring the evidence.")
    for name in manifest["files"]:
        if name.startswith(f"{EVIDENCE}/"):
            backups.copy_hashed(folder / name, settings.EVIDENCE_ROOT / name.removeprefix(f"{EVIDENCE}/"))
    say("Restoring the database.")
    if connection.vendor == "sqlite":
        _restore_sqlite(folder / SQLITE_FILE)
    else:
        pg_tools.load(folder / DUMP_FILE)
    say("Checking what was restored.")
    return compare(manifest)


def _check_place(manifest: Mapping[str, Any]) -> None:
    if manifest["database"] != connection.vendor:
        raise Refused(
            f"The backup is of {manifest['database']}, and DATABASE_URL names {connection.vendor}. "
            "Restore it into the same kind of database.",
            code="other_database",
        )
    if any(stored.evidence_files(settings.EVIDENCE_ROOT)):
        raise Refused(
            "The evidence folder holds files already. A restore goes to an empty place only.", code="not_empty"
        )
    if connection.vendor == "sqlite":
        taken = Path(connection.settings_dict["NAME"]).exists()
    else:
        taken = bool(connection.introspection.table_names())
    if taken:
        raise Refused(
            "There is a database already. A restore goes to an empty place only: move the old one away, "
            "or name another in COMMONWEAL_HOME or DATABASE_URL.",
            code="not_empty",
        )


def _restore_sqlite(source: Path) -> None:
    connection.close()
    target = Path(connection.settings_dict["NAME"])
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    backups.copy_hashed(source, part)
    os.replace(part, target)
    backups.flush_folder(target.parent)


def compare(manifest: Mapping[str, Any]) -> list[str]:
    """Return in words where counts, facts or checks differ from those of the manifest."""
    counts = stored.counts()
    wrong = [
        f"{table} has {counts.get(table, 0):,} rows; the backup noted {number:,}"
        for table, number in manifest["counts"].items()
        if counts.get(table) != number
    ]
    results = verification.run_all()
    for name, facts in manifest["facts"].items():
        now = dict(results[name].facts) if name in results else {}
        wrong += [
            f"{name}: {key} is {now.get(key)}, the backup noted {was}"
            for key, was in facts.items()
            if now.get(key) != was
        ]
    return wrong + [problem for problem in verification.problems(results) if problem not in manifest["problems"]]
