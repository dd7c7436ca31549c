"""`serve`: the service, its worker beside it."""

from __future__ import annotations

import ipaddress
import os
from pathlib import Path
from typing import Any

import click

from commonweal.cli.base import Command
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal_web.cli import common

DEMO_DATA = "commonweal_web.demo.loading"


@click.command(
    cls=Command,
    examples=["commonweal serve --demo", "commonweal serve --workers 4", "commonweal serve --check"],
    statuses={
        Status.FINE: "it was told to stop, and did; with --check: it would start",
        Status.REFUSED: "the settings or the database are unsafe, and each reason is named",
    },
)  # fmt: skip
@click.option("--bind", metavar="ADDRESS:PORT", default="127.0.0.1:8000", show_default=True, help="Where to listen.")
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="How many web processes.")
@click.option("--demo", is_flag=True, help="Invented data, sign-in by one click, this computer only.")
@click.option("--worker/--no-worker", "with_worker", default=True, help="Whether to start the worker too.")
@click.option("--check", "only_check", is_flag=True, help="Say whether it would start, and end.")
def serve(bind: str, workers: int, demo: bool, with_worker: bool, only_check: bool, as_json: bool) -> None:
    """
    Run the service.

    It refuses to start where it would be unsafe. Settings come from the environment: docs/reference/settings.md names
    them all. Put a web server with TLS before it. SIGTERM lets each request under way finish first.
    """
    common.set_mode(demo=demo)
    if demo:  # links in pages and mails lead to where the demo listens
        os.environ.setdefault("COMMONWEAL_BASE_URL", f"http://{bind}")
    settings = common.start_django()
    if settings.DEMO and not is_loopback(bind):
        raise common.Unsafe(
            f"The demo does not listen on {bind}: anybody can sign in to it as anybody. "
            "Leave out --bind, or choose a port of this computer: --bind 127.0.0.1:8080"
        )
    warnings = common.refuse_unsafe()
    common.make_home([settings.STATIC_ROOT])
    if only_check:
        _say_checked(warnings, as_json=as_json)
        return
    prepare(settings)
    from commonweal_web.cli.server import Server

    lines = [f"Commonweal is at http://{bind}", *(_demo_lines(settings) if settings.DEMO else [])]
    close_connections()
    Server(
        bind=bind, workers=workers, with_worker=with_worker, ready=lambda: say("", *lines, "Stop it with Ctrl+C.")
    ).run()


def is_loopback(bind: str) -> bool:
    """Return whether only this computer reaches the address."""
    host = bind.rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:  # a name, a socket file, nothing: any of them may be reached from elsewhere
        return False


def prepare(settings: Any) -> None:
    """Migrate where this process may, collect static files, and load the demo's data into an empty demo."""
    from django.db import connection

    from commonweal_web.cli.migrate import migrate_locked

    if connection.vendor == "sqlite" or settings.DEMO:
        migrate_locked()
        common.refuse_unsafe()
    elif missing := common.unapplied():
        raise common.NotReady(
            f"The database lacks {len(missing)} migrations. Take a backup, then run: "
            "commonweal migrate --owner ADDRESS --serve-as ROLE"
        )
    collect_static(settings)
    if settings.DEMO:
        load_demo()


def close_connections() -> None:
    """Leave no connection open that the web processes would share with this one."""
    from django.db import connection, connections

    connections.close_all()
    if hasattr(connection, "close_pool"):
        connection.close_pool()


def collect_static(settings: Any) -> None:
    """Copy, hash and compress the static files, unless none was changed since the last time."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    lines = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            full = Path(storage.path(path))
            lines.append(f"{path} {full.stat().st_size} {full.stat().st_mtime_ns}")
    stamp, mark = "\n".join(sorted(lines)), settings.STATIC_ROOT / ".collected-from"
    if mark.is_file() and mark.read_text() == stamp:
        return
    say("Preparing static files.")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(stamp)


def load_demo() -> None:
    """Load the demo's data where there is none yet."""
    from importlib import import_module
    from importlib.util import find_spec

    from django.contrib.auth import get_user_model

    if find_spec(DEMO_DATA) is not None and not get_user_model()._default_manager.exists():
        say("Loading the demo's data.")
        import_module(DEMO_DATA).load(progress=say)


def _say_checked(warnings: list[str], *, as_json: bool) -> None:
    if as_json:
        write_json({"starts": True, "warnings": warnings})
    else:
        say(*warnings, "The settings are safe to start with.")


def _demo_lines(settings: Any) -> list[str]:
    """Return whom one can be in the demo: one sign-in for each role, and where the data is."""
    from commonweal_web.organisations.models import Membership
    from commonweal_web.organisations.roles import Role

    people: dict[str, str] = {}
    for role, email in Membership.objects.order_by("pk").values_list("role", "user__email"):
        people.setdefault(role, email)
    lines = [f"  {Role(role).label:<28} {email}" for role, email in people.items()]
    return [
        *(["Sign in with one click as anybody. One for each role:", *lines] if lines else []),
        f"Its data is in {os.path.relpath(settings.HOME)}: delete that folder to start afresh.",
    ]
