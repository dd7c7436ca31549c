"""A service of its own for a test: a folder, an environment, and commands run as programs."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
KEEP = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT", "VIRTUAL_ENV", "PYTHONPATH")
GOOD = {
    "COMMONWEAL_MODE": "deployment",
    "COMMONWEAL_HOSTS": "socialvalue.northmere.example",
    "COMMONWEAL_SECRET_KEY": secrets.token_urlsafe(64),
    "COMMONWEAL_TOKEN_KEY": secrets.token_urlsafe(64),
    "COMMONWEAL_CLAMD": "127.0.0.1:3310",
    "EMAIL_URL": "smtp+tls://user:word@mail.northmere.example:587",
    "DJANGO_SETTINGS_MODULE": "commonweal_web.settings",
}


def environment(home: Path, changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Return a good deployment in `home`, with `changes`; a variable that is None is left out."""
    made = {name: os.environ[name] for name in KEEP if name in os.environ}
    made |= {**GOOD, "COMMONWEAL_HOME": str(home), "HOME": str(home)}
    for name, value in (changes or {}).items():
        made.pop(name, None)
        if value is not None:
            made[name] = value
    return made


def program(*words: str) -> list[str]:
    return [sys.executable, "-m", "commonweal.cli.main", *words]


def run(home: Path, *words: str, changes: Mapping[str, str | None] | None = None) -> subprocess.CompletedProcess[str]:
    """Run one command of the service to its end."""
    return subprocess.run(
        program(*words), env=environment(home, changes), cwd=home, capture_output=True, text=True, timeout=300
    )


def answer(done: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """Return the JSON that a command wrote."""
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
