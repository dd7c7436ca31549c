"""Where queued tasks lie: a file beside an SQLite database, or tables of a PostgreSQL one, with signed messages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from huey.api import PostgresHuey, SqliteHuey
from huey.serializer import SignedSerializer


def settings_for(home: Path, database: dict[str, Any]) -> dict[str, Any]:
    """Return the queue's settings for this database."""
    if database["ENGINE"].endswith("postgresql"):
        named = {"host": "HOST", "port": "PORT", "user": "USER", "password": "PASSWORD", "dbname": "NAME"}
        where = {ours: database[theirs] for ours, theirs in named.items() if database.get(theirs)}
        kind = "PostgresQueue"
    else:
        where = {"filename": str(home / "jobs.sqlite3"), "fsync": True, "timeout": 20}
        kind = "SqliteQueue"
    path = f"commonweal_web.core.queue_storage.{kind}"
    return {"name": "commonweal", "huey_class": path, "immediate": False, "connection": where}


def _signed() -> SignedSerializer:
    return SignedSerializer(secret=settings.SECRET_KEY, salt="commonweal jobs")


class SqliteQueue(SqliteHuey):
    """The queue in a file of its own, so that it never waits for the database's one writer."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        Path(kwargs["filename"]).parent.mkdir(parents=True, exist_ok=True)
        super().__init__(name, serializer=_signed(), **kwargs)


class PostgresQueue(PostgresHuey):
    """The queue in tables of the service's own database, for workers on several machines."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        super().__init__(name, serializer=_signed(), table_prefix="jobs", **kwargs)
