"""
What keeps the service from starting unsafe. Each check has an id, a row in `docs/reference/settings.md` and a test.

Settings are looked at by `settings_problems`; a live connection, which alone knows what the database really does, by
`database_problems`. `commonweal serve`, the WSGI entry and Django's own `check` run both.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.utils import OperationalError

SHORTEST_SECRET_KEY, SHORTEST_TOKEN_KEY, FEWEST_CHARACTERS = 50, 32, 12
NOT_SECRET = ("not-secret", "django-insecure", "change-me", "changeme", "secret")
LOG_TABLE = "audit_event"
NEW_KEY = "Make one with: python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"


def error(number: int, message: str, hint: str) -> Error:
    return Error(message, hint=hint, id=f"commonweal.E{number:03d}")


@register()
def settings_problems(**_: Any) -> list[CheckMessage]:
    """Return what is unsafe in the settings themselves."""
    found: list[CheckMessage] = [*_folder()]
    if settings.MODE == "demo":
        found += _demo()
    if settings.MODE == "deployment":
        found += [*_deployment(), *_keys(), *_mail()]
    return found


@register(Tags.database)
def database_problems(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Return what is unsafe in how the database keeps its promises, asked on a live connection."""
    if "default" not in (databases or ()):
        return []
    connection: Any = connections["default"]
    try:
        connection.ensure_connection()
    except (OperationalError, ImproperlyConfigured) as problem:
        words = str(problem).strip().splitlines() or ["no reason given"]
        return [error(9, f"The database cannot be reached: {words[0]}", "Check DATABASE_URL and that it is running.")]
    if connection.vendor == "sqlite":
        return [] if connection.is_in_memory_db() else [*_sqlite(connection)]
    return [*_postgresql(connection)]


def _deployment() -> Iterator[CheckMessage]:
    if settings.DEBUG:
        yield error(1, "DEBUG is on; it shows strangers how the service works inside.", "Remove COMMONWEAL_DEBUG.")
    if not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS:
        yield error(
            4,
            "COMMONWEAL_HOSTS does not say under which names the service is reached.",
            "Name each, with commas: COMMONWEAL_HOSTS=socialvalue.northmere.gov.uk",
        )
    if urlsplit(settings.BASE_URL).scheme != "https":
        yield error(10, "COMMONWEAL_BASE_URL does not start with https://.", "Links in e-mails are made from it.")


def _keys() -> Iterator[CheckMessage]:
    keys = {name: _setting(name) for name in ("SECRET_KEY", "TOKEN_KEY")}
    for number, (name, shortest) in enumerate(
        (("SECRET_KEY", SHORTEST_SECRET_KEY), ("TOKEN_KEY", SHORTEST_TOKEN_KEY)), start=2
    ):
        if problem := _weak(keys[name], shortest):
            yield error(number, f"COMMONWEAL_{name} {problem}.", NEW_KEY)
    if keys["SECRET_KEY"] and keys["SECRET_KEY"] == keys["TOKEN_KEY"]:
        yield error(5, "COMMONWEAL_SECRET_KEY and COMMONWEAL_TOKEN_KEY are the same.", "Give each a key of its own.")


def _setting(name: str) -> str:
    try:
        return str(getattr(settings, name))
    except ImproperlyConfigured:  # Django's own refusal of an empty key, which says less
        return ""


def _weak(key: str, shortest: int) -> str:
    if not key:
        return "is missing"
    if key.lower().startswith(NOT_SECRET):
        return "is an example and not a secret"
    if len(key) < shortest:
        return f"has {len(key)} characters; it needs {shortest} or more"
    if len(set(key)) < FEWEST_CHARACTERS:
        return "repeats too few different characters"
    return ""


def _mail() -> Iterator[CheckMessage]:
    if settings.EMAIL_BACKEND.endswith("dummy.EmailBackend"):
        yield Warning(
            "No mail server is set, so no reminder and no sign-in link is ever sent.",
            hint="Set EMAIL_URL, like smtp+tls://user:password@mail.northmere.gov.uk:587",
            id="commonweal.W001",
        )


def _demo() -> Iterator[CheckMessage]:
    strange = sorted(set(settings.ALLOWED_HOSTS) - set(settings.LOCAL_HOSTS))
    if strange:
        yield error(
            8,
            f"The demo would answer as {', '.join(strange)}; anybody can sign in to it as anybody.",
            "Remove COMMONWEAL_HOSTS, or run a deployment: COMMONWEAL_MODE=deployment",
        )


def _folder() -> Iterator[CheckMessage]:
    for name, folder in (("COMMONWEAL_HOME", settings.HOME), ("COMMONWEAL_EVIDENCE_ROOT", settings.EVIDENCE_ROOT)):
        if why := cannot_write(Path(folder)):
            yield error(
                7, f"The folder of {name} cannot be written: {why}.", f"Set {name} to a folder of the web user."
            )


def cannot_write(folder: Path) -> str:
    """Return why no file can be written in `folder`, which is made where it is missing; nothing if one can."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".probe-"):
            return ""
    except OSError as problem:
        return problem.strerror or str(problem)


def _sqlite(connection: Any) -> Iterator[CheckMessage]:
    def pragma(name: str) -> Any:
        with connection.cursor() as cursor:
            cursor.execute(f"PRAGMA {name}")
            return cursor.fetchone()[0]

    weak = []
    if str(pragma("journal_mode")).lower() != "wal":
        weak.append("the journal is not WAL")
    if int(pragma("synchronous")) < 2:
        weak.append("synchronous is below FULL, which can lose what was acknowledged when the power fails")
    if int(pragma("foreign_keys")) != 1:
        weak.append("foreign keys are not checked")
    if (connection.transaction_mode or "").upper() not in ("IMMEDIATE", "EXCLUSIVE"):
        weak.append("transactions do not begin IMMEDIATE, so that two can change the same record")
    if weak:
        yield error(6, f"SQLite is set too weak: {'; '.join(weak)}.", "Leave the options of the database as shipped.")


def _postgresql(connection: Any) -> Iterator[CheckMessage]:
    with connection.cursor() as cursor:
        for name in ("synchronous_commit", "fsync"):
            cursor.execute("SELECT current_setting(%s)", [name])
            if cursor.fetchone()[0] == "off":
                yield error(6, f"PostgreSQL has {name} off and can lose what was acknowledged.", f"Set {name} = on.")
        if settings.MODE != "deployment":
            return
        cursor.execute(
            "SELECT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user), "
            "pg_has_role(current_user, relowner, 'MEMBER'), "
            "has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE') "
            "OR has_table_privilege(oid, 'TRUNCATE') FROM pg_class WHERE oid = to_regclass(%s)",
            [LOG_TABLE],
        )
        row = cursor.fetchone()
    if row and any(row):
        yield error(
            11,
            "The database role of the service owns the audit log, or may change it.",
            "Run the service as a second role: docs/how-to/run-the-service.md, 'Two roles on PostgreSQL'.",
        )
