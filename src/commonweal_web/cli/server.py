"""Gunicorn with sync workers, and the worker of the jobs as a process beside them that is kept running."""

from __future__ import annotations

import os
import subprocess  # nosec B404 starts this very program
import sys
import threading
from collections.abc import Callable
from typing import Any

from gunicorn.app.base import BaseApplication

from commonweal_web.cli import common

REQUEST_TIMEOUT = 60
GRACE = 30
"""Seconds that a request under way gets to finish after SIGTERM."""


class Server(BaseApplication):  # type: ignore[misc] # gunicorn has no types
    """The web processes; `ready` is called once they listen."""

    def __init__(self, *, bind: str, workers: int, with_worker: bool, ready: Callable[[], None]) -> None:
        self.wanted = {"bind": bind, "workers": workers}
        self.jobs = Beside([sys.executable, "-m", "commonweal.cli.main", "worker", "--with-parent", str(os.getpid())])
        self.with_worker = with_worker
        self.ready = ready
        super().__init__()

    def load_config(self) -> None:
        def when_ready(_: Any) -> None:
            if self.with_worker:
                self.jobs.start()
            self.ready()

        settings = {
            **self.wanted,
            "worker_class": "sync",
            "timeout": REQUEST_TIMEOUT,
            "graceful_timeout": GRACE,
            "max_requests": 5000,
            "max_requests_jitter": 500,
            "loglevel": "warning",
            "control_socket_disable": True,
            "limit_request_line": 8190,
            "when_ready": when_ready,
            "post_fork": lambda arbiter, _: common.end_with(arbiter.pid),
            "on_exit": lambda _: self.jobs.stop(),
        }
        for name, value in settings.items():
            if name in self.cfg.settings:
                self.cfg.set(name, value)

    def load(self) -> Any:
        from commonweal_web.wsgi import application

        return application


class Beside:
    """A process that is started again when it ends, until it is told to stop."""

    def __init__(self, command: list[str]) -> None:
        self.command = command
        self.ending = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        threading.Thread(target=self._keep, daemon=True).start()

    def stop(self) -> None:
        self.ending.set()
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(GRACE)
            except subprocess.TimeoutExpired:
                self.process.kill()

    def _keep(self) -> None:
        wait = 1
        while not self.ending.is_set():
            self.process = subprocess.Popen(  # nosec B603 this very program, no shell
                self.command, start_new_session=True
            )
            while self.process.poll() is None and not self.ending.wait(1):
                wait = 1
            self.ending.wait(wait)
            wait = min(wait * 2, 60)
