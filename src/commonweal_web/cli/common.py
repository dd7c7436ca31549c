"""What the commands of the service share: environment, Django (read only when asked for), refusals in words."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from commonweal.errors import CommonwealError


class NotReady(CommonwealError):
    """The service cannot start, or the command cannot run, as it is set up now."""

    code = "not_ready"


class Unsafe(NotReady):
    """The settings or the database would make the service unsafe."""

    code = "unsafe_settings"


def set_mode(*, demo: bool) -> None:
    """Choose the demo: its mode, and a folder of its own unless the environment names one."""
    if demo:
        os.environ["COMMONWEAL_MODE"] = "demo"
        os.environ.setdefault("COMMONWEAL_HOME", ".demo")


def start_django() -> Any:
    """
    Make Django ready and return its settings.

    :raises NotReady: if the packages of the service are not installed, or a setting cannot be read
    """
    if importlib.util.find_spec("django") is None or importlib.util.find_spec("environ") is None:
        raise NotReady("The service is not installed with this command line. Install commonweal[web].")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "commonweal_web.settings")
    import django
    from django.conf import settings
    from django.core.exceptions import ImproperlyConfigured

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise NotReady(f"A setting cannot be used: {error}") from None
    return settings


def refuse_unsafe() -> list[str]:
    """
    Run every check, of the settings first and then of the database, and return the warnings in words.

    :raises Unsafe: with every error and how to mend it
    """
    _refuse(None)
    return _refuse(["default"])


def _refuse(databases: list[str] | None) -> list[str]:
    from django.conf import settings
    from django.core.checks import ERROR, run_checks

    found = run_checks(include_deployment_checks=settings.MODE == "deployment", databases=databases)
    lines = [f"{problem.msg} {problem.hint or ''} ({problem.id})".replace("  ", " ") for problem in found]
    if any(problem.level >= ERROR for problem in found):
        raise Unsafe("\n  ".join(["The service does not start like this:", *lines]))
    return lines


def unapplied() -> list[str]:
    """Return the names of the migrations that the database still lacks."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [f"{migration.app_label} {migration.name}" for migration, _ in plan]


def make_home(folders: Sequence[Path]) -> None:
    """Make the folders of the service, closed to other users of the machine."""
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)


def end_with(parent: int) -> None:
    """Stop this process soon after the one that started it is gone, however it went."""

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=watch, daemon=True).start()


@contextlib.contextmanager
def refusals() -> Iterator[None]:
    """Turn a refusal of the service into one of the command line."""
    from commonweal_web.core.errors import Refused

    try:
        yield
    except Refused as refused:
        raise NotReady(refused.message) from None
