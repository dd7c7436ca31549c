"""`migrate`: bring the database to the form of this release, one process at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import Any

import click

from commonweal.cli.base import Command
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal_web.cli import common

LOCK = 7_260_491_035
"""The number of the advisory lock on PostgreSQL; any number that nobody else takes."""


@click.command(
    cls=Command,
    examples=["commonweal migrate", "commonweal migrate --owner postgres://owner@db/commonweal --serve-as commonweal"],
    statuses={Status.FINE: "the database is current", Status.REFUSED: "the settings or the database do not allow it"},
)
@click.option("--owner", metavar="ADDRESS", help="On PostgreSQL: the address with the role that owns the tables.")
@click.option("--serve-as", metavar="ROLE", help="On PostgreSQL: the role of the service, which gets its rights.")
def migrate(owner: str | None, serve_as: str | None, as_json: bool) -> None:
    """
    Bring the database to the form that this release needs.

    Take a backup first. On PostgreSQL the tables belong to one role, and the service runs as another that can neither
    change nor delete a row of the audit log.
    """
    if owner:
        os.environ["DATABASE_URL"] = owner
    settings = common.start_django()
    common.make_home([settings.HOME])
    applied = migrate_locked()
    if serve_as:
        grant(serve_as)
    if as_json:
        write_json({"applied": applied, "serve_as": serve_as})
    else:
        say(*(f"Applied {name}" for name in applied), "The database is current.")


def migrate_locked() -> list[str]:
    """Apply what is missing while no other process does, and return it."""
    from django.core.management import call_command

    with _alone():
        missing = common.unapplied()
        if missing:
            call_command("migrate", interactive=False, verbosity=0)
        return missing


def grant(role: str) -> None:
    """Give `role` what the service needs: every table but the log's rows can be written; those only grow."""
    from django.db import connection, transaction

    from commonweal_web.core.checks import LOG_TABLE

    if connection.vendor != "postgresql":
        raise common.NotReady("Roles are a matter of PostgreSQL; SQLite has none. Leave out --serve-as.")
    who, log = connection.ops.quote_name(role), connection.ops.quote_name(LOG_TABLE)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {who}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {who}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {who}")
        cursor.execute(f"REVOKE UPDATE, DELETE, TRUNCATE ON {log} FROM {who}")


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """Hold the lock of migrations: a file beside the SQLite database, or an advisory lock of PostgreSQL."""
    from django.conf import settings
    from django.db import connection

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
        return
    with (settings.HOME / "migrate.lock").open("w") as file:
        _lock(file)
        yield


def _lock(file: Any) -> None:
    try:
        import fcntl
    except ImportError:  # a system without file locks; one process serves there
        return
    fcntl.flock(file, fcntl.LOCK_EX)
