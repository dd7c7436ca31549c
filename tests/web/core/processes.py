"""A process of its own with the service in it, which a test may kill: on the test database, or on an SQLite file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection

START = "import json, django; django.setup()\n"
MIGRATE = """
from django.core.management import call_command
for app in "core", "audit":
    call_command("migrate", app, verbosity=0)
"""


class Processes:
    """Runs pieces of Python in a process with the service's settings; each ends with `print(json.dumps(...))`."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.environment = {**os.environ, **self._database(), "COMMONWEAL_HOME": str(home), "COMMONWEAL_MODE": "test"}
        self.environment["EMAIL_URL"] = f"filemail:///{home / 'mail'}"
        self.environment["DJANGO_SETTINGS_MODULE"] = "commonweal_web.settings"
        (home / "mail").mkdir(parents=True)

    def _database(self) -> dict[str, str]:
        if connection.vendor == "sqlite":
            return {"DATABASE_URL": f"sqlite:///{self.home / 'commonweal.sqlite3'}"}
        db = {name: quote(str(value), safe="") for name, value in connection.settings_dict.items()}
        who = f"{db['USER']}:{db['PASSWORD']}" if db["PASSWORD"] else db["USER"]
        port = f":{db['PORT']}" if db["PORT"] else ""
        return {"DATABASE_URL": f"postgres://{who}@{db['HOST']}{port}/{db['NAME']}"}

    def start(self, code: str) -> subprocess.Popen[str]:
        """Start the code and leave it running."""
        whole = START + textwrap.dedent(code)
        command = [sys.executable, "-c", whole]
        return subprocess.Popen(
            command, env=self.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def run(self, code: str) -> Any:
        """Run the code to its end and return what it printed."""
        process = self.start(code)
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return json.loads(out or "null")

    def run_until_killed(self, code: str) -> None:
        """Run code that kills itself."""
        process = self.start(code)
        _, err = process.communicate(timeout=300)
        assert process.returncode == -signal.SIGKILL, err


@pytest.fixture
def processes(tmp_path: Path, transactional_db: None) -> Processes:
    """Return a runner whose database is migrated and empty."""
    runner = Processes(tmp_path / "home")
    if connection.vendor == "sqlite":
        runner.run(MIGRATE)
    return runner
