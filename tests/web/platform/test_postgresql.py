"""Two roles on PostgreSQL, and the backup drill there. Needs DATABASE_URL with a role that may make databases."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.web.platform.places import ROOT, answer, environment, run

ADDRESS = os.environ.get("DATABASE_URL", "")
WRITER = str(ROOT / "tests" / "web" / "platform" / "writer.py")
pytestmark = pytest.mark.skipif(not ADDRESS.startswith("postgres"), reason="DATABASE_URL names no PostgreSQL")


@dataclass(frozen=True, slots=True)
class Place:
    """A database with the addresses of its two roles."""

    owner: str
    served: str
    role: str

    def changes(self, *, owner: bool = False) -> dict[str, str | None]:
        return {"DATABASE_URL": self.owner if owner else self.served}


@pytest.fixture
def place() -> Iterator[Place]:
    import psycopg

    name = f"cw_{secrets.token_hex(6)}"
    with psycopg.connect(ADDRESS, autocommit=True) as admin:
        admin.execute(f"CREATE ROLE {name}_owner LOGIN PASSWORD 'word'")
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD 'word'")
        admin.execute(f"CREATE DATABASE {name} OWNER {name}_owner")
        parts = urlsplit(ADDRESS)
        at = f"{parts.hostname}:{parts.port or 5432}/{name}"
        yield Place(f"postgres://{name}_owner:word@{at}", f"postgres://{name}:word@{at}", name)
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)")
        admin.execute(f"DROP ROLE {name}")
        admin.execute(f"DROP ROLE {name}_owner")


def test_the_service_does_not_own_the_log(place: Place, tmp_path: Path) -> None:
    before = run(tmp_path, "worker", "--once", changes=place.changes())
    assert before.returncode == 3
    assert "commonweal migrate" in before.stderr
    done = run(tmp_path, "migrate", "--owner", place.owner, "--serve-as", place.role, changes=place.changes())
    assert done.returncode == 0, done.stderr
    as_owner = run(tmp_path, "serve", "--check", changes=place.changes(owner=True))
    assert as_owner.returncode == 3
    assert "commonweal.E011" in as_owner.stderr
    as_served = run(tmp_path, "serve", "--check", changes=place.changes())
    assert as_served.returncode == 0, as_served.stderr
    acts = subprocess.run(
        [sys.executable, WRITER, str(tmp_path / "acks"), "a", "5"],
        env=environment(tmp_path, place.changes()), capture_output=True, text=True,
    )  # fmt: skip
    assert json.loads(acts.stdout) == {"done": 5, "refused": 0}, acts.stderr
    import psycopg

    for words in ("UPDATE audit_event SET verb = 'x'", "DELETE FROM audit_event", "TRUNCATE audit_event"):
        with psycopg.connect(place.served) as served, pytest.raises(psycopg.errors.InsufficientPrivilege):
            served.execute(words)


@pytest.mark.skipif(not shutil.which("pg_dump"), reason="pg_dump is not here")
def test_the_drill(place: Place, tmp_path: Path) -> None:
    import psycopg

    home, kept = tmp_path / "home", tmp_path / "kept"
    home.mkdir()
    assert (
        run(home, "migrate", "--owner", place.owner, "--serve-as", place.role, changes=place.changes()).returncode == 0
    )
    writer = [sys.executable, WRITER, str(home / "acks"), "a"]
    subprocess.run([*writer, "20"], env=environment(home, place.changes()), check=True, capture_output=True)
    with psycopg.connect(place.owner) as owner:
        owner.execute("INSERT INTO django_session VALUES ('a-live-session-key', 'data', '2027-01-01')")
    meanwhile = subprocess.Popen([*writer[:-1], "b", "3000"], env=environment(home, place.changes()))
    try:
        done = run(home, "backup", str(kept), "--json", changes=place.changes(owner=True))
    finally:
        meanwhile.kill()
        meanwhile.wait()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "word" not in done.stdout
    refused = run(home, "restore", str(kept), changes=place.changes(owner=True))
    assert refused.returncode == 3
    assert "empty place only" in refused.stderr
    with psycopg.connect(place.owner) as owner:
        owner.execute("DROP SCHEMA public CASCADE")
        owner.execute("CREATE SCHEMA public")
    back = run(home, "restore", str(kept), "--json", changes=place.changes(owner=True))
    assert back.returncode == 0, back.stdout + back.stderr
    assert answer(back)["counts"] == answer(done)["counts"]
    with psycopg.connect(place.owner) as owner:
        row = owner.execute("SELECT count(*) FROM django_session").fetchone()
        assert row == (0,)
