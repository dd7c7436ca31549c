"""Checks of what is stored that hold for every app: the database's own, and each evidence file against its name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection

from commonweal_web.core.verification import Result, register

NAME = re.compile(r"[0-9a-f]{64}")
NOT_KEPT = frozenset({"django_session", "usersessions_usersession"})
"""Tables whose rows a backup leaves out: a session in a stolen backup would open an account."""


def tables() -> list[str]:
    """Return every table of the service that exists."""
    there = set(connection.introspection.table_names())
    return sorted({model._meta.db_table for model in apps.get_models(include_auto_created=True)} & there)


def counts() -> dict[str, int]:
    """Return the number of rows of each table that a backup holds."""
    found = {}
    with connection.cursor() as cursor:
        for table in tables():
            if table not in NOT_KEPT:
                cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # nosec B608 our own tables
                found[table] = int(cursor.fetchone()[0])
    return found


def evidence_files(root: Path) -> Iterator[Path]:
    """Yield every stored file below `root` whose name is the hash of its content."""
    if root.is_dir():
        yield from sorted(file for file in root.rglob("*") if NAME.fullmatch(file.name) and file.is_file())


def sha256(file: Path) -> str:
    """Return the SHA-256 of a file, read in pieces."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


@register("database")
def database_is_whole() -> Result:
    """Ask SQLite to look at every page and every foreign key; PostgreSQL keeps both itself."""
    problems: list[str] = []
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA integrity_check")
            problems += [str(row[0]) for row in cursor.fetchall() if row[0] != "ok"]
            cursor.execute("PRAGMA foreign_key_check")
            problems += [f"row {row[1]} of {row[0]} points to a row of {row[2]} that is gone" for row in cursor]
    found = counts()
    return Result(f"{sum(found.values()):,} rows in {len(found)} tables", problems)


@register("evidence files")
def evidence_matches_names() -> Result:
    """Compare the bytes of every stored file with its name."""
    files = list(evidence_files(settings.EVIDENCE_ROOT))
    wrong = [f"{file.name} was changed: its content has another hash" for file in files if sha256(file) != file.name]
    return Result(f"{len(files):,} files", wrong)
