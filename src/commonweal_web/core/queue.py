"""The loop that runs the schedules and the queued tasks: Huey's, behind `django.tasks`. Imported only where it runs."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from typing import Any

import structlog
from django.conf import settings
from huey.api import crontab
from huey.consumer import Consumer
from huey.contrib import djhuey

from commonweal_web.core import clock, jobs
from commonweal_web.core.demo_clock import demo_now

try:
    import fcntl
except ImportError:  # a system without file locks; one process serves there
    fcntl = None  # type: ignore[assignment]

log = structlog.get_logger(__name__)


@djhuey.db_periodic_task(crontab(), expires=50, name="commonweal.tick")
def tick() -> None:
    """Run what is due, once a minute; a tick that waited too long is dropped, since the next one does its work."""
    moment = (demo_now() if settings.DEMO else None) or clock.now()
    with clock.fixed(moment):
        jobs.run_due(moment)


class QuietConsumer(Consumer):
    """A consumer beside a web server, which keeps the process's signals to itself."""

    def _set_signal_handlers(self) -> None:
        """Take no signal."""


def consumer(*, threads: int, kind: type[Consumer] = Consumer) -> Consumer:
    """Return a consumer whose first act is to catch up."""
    tick()
    return kind(djhuey.HUEY, workers=threads, max_delay=2, graceful_signal="TERM")


def start_thread() -> threading.Thread:
    """Start a thread that waits until no other process of this machine runs the jobs, and then runs them."""
    thread = threading.Thread(target=_run_alone, name="jobs", daemon=True)
    thread.start()
    return thread


def _run_alone() -> None:
    try:
        with _only_one():
            consumer(threads=1, kind=QuietConsumer).run()
    except Exception:
        log.exception("jobs_thread_ended")


@contextlib.contextmanager
def _only_one() -> Iterator[Any]:
    settings.HOME.mkdir(parents=True, exist_ok=True)
    with (settings.HOME / "jobs.lock").open("w") as lock:
        if fcntl is not None:
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
