"""PostgreSQL's own programs for a dump and its way back. A password goes to them by the environment only."""

from __future__ import annotations

import os
import shutil
import subprocess  # nosec B404 pg_dump and pg_restore, without a shell
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from commonweal_web.core.errors import Refused

NAMES = {"HOST": "PGHOST", "PORT": "PGPORT", "USER": "PGUSER", "PASSWORD": "PGPASSWORD", "NAME": "PGDATABASE"}


def dump(target: Path, *, leave_out: list[str], look: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """
    Dump one state of the database, and return what `look` finds in that same state.

    The rows of the tables in `leave_out` stay behind.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
        without = [f"--exclude-table-data={table}" for table in leave_out]
        _run("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={target}", *without)
        return look()


def load(source: Path) -> None:
    """Bring a dump into an empty database."""
    _run("pg_restore", "--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={_name()}", str(source))


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _run(program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if path is None:
        raise Refused(
            f"{program} was not found. Install the client programs of PostgreSQL (on Debian: postgresql-client) "
            "of the server's version or newer.",
            code="no_program",
        )
    known = connection.settings_dict
    environment = {**os.environ, **{name: str(known[key]) for key, name in NAMES.items() if known.get(key)}}
    done = subprocess.run([path, *arguments], env=environment, capture_output=True, text=True)  # nosec B603 no shell
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it gave no reason"]
        raise Refused(f"{program} could not do its work: {said[-1]}", code="program_failed")
