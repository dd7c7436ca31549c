"""The backup drill: a backup while others write, a restore on an empty place, everything compared."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.web.platform.places import GOOD, ROOT, answer, environment, run

WRITER = str(ROOT / "tests" / "web" / "platform" / "writer.py")
PASSWORD = "a-long-word-for-Ada-17"


def put_evidence(home: Path, content: bytes) -> str:
    name = hashlib.sha256(content).hexdigest()
    file = home / "evidence" / name[:2] / name[2:4] / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return name


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment with an administrator, forty acts, two evidence files and a session."""
    home = tmp_path_factory.mktemp("service")
    assert run(home, "migrate").returncode == 0
    made = run(home, "create-admin", "ada@northmere.example", "--name", "Ada Byron", "--password", PASSWORD)
    assert made.returncode == 0, made.stderr
    done = subprocess.run(
        [sys.executable, WRITER, str(home / "acks"), "first", "40"],
        env=environment(home),
        capture_output=True,
        text=True,
    )
    assert json.loads(done.stdout) == {"done": 40, "refused": 0}, done.stderr
    put_evidence(home, b"a list of hours")
    put_evidence(home, b"another list")
    with contextlib.closing(sqlite3.connect(home / "commonweal.sqlite3")) as database:
        database.execute("INSERT INTO django_session VALUES ('a-live-session-key', 'data', '2027-01-01')")
        database.commit()
    return home


@pytest.fixture(scope="module")
def kept(service: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup that was taken while a writer went on."""
    folder = tmp_path_factory.mktemp("kept") / "backup"
    writer = subprocess.Popen(
        [sys.executable, WRITER, str(service / "acks"), "meanwhile", "4000"], env=environment(service)
    )
    try:
        seen = (service / "acks").stat().st_size
        while (service / "acks").stat().st_size == seen:
            time.sleep(0.05)
        before = (service / "acks").read_text().splitlines()
        done = run(service, "backup", str(folder), "--json")
    finally:
        writer.kill()
        writer.wait()
    assert done.returncode == 0, done.stdout + done.stderr
    assert answer(done)["counts"]["core_message"] >= len(before)
    return folder


def test_a_restore_on_an_empty_place_agrees(kept: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "restore", str(kept), "--json")
    assert done.returncode == 0, done.stdout + done.stderr
    found = answer(done)
    assert found["agrees"] is True
    assert found["to_migrate"] == []
    assert found["counts"]["core_message"] == found["counts"]["audit_event"] - 1  # one row for the administrator
    assert run(tmp_path, "verify").returncode == 0
    assert run(tmp_path, "serve", "--check").returncode == 0
    with contextlib.closing(sqlite3.connect(tmp_path / "commonweal.sqlite3")) as database:
        assert database.execute("SELECT count(*) FROM django_session").fetchone() == (0,)


def test_no_key_and_no_session_is_in_it(kept: Path) -> None:
    content = b"".join(file.read_bytes() for file in kept.rglob("*") if file.is_file())
    for secret in (GOOD["COMMONWEAL_SECRET_KEY"], GOOD["COMMONWEAL_TOKEN_KEY"], "a-live-session-key", PASSWORD):
        assert secret.encode() not in content


def test_one_file_does_as_well(service: Path, tmp_path: Path) -> None:
    assert run(service, "backup", str(tmp_path / "one.tar")).returncode == 0
    assert [path.name for path in tmp_path.iterdir()] == ["one.tar"]
    (tmp_path / "new").mkdir()
    done = run(tmp_path / "new", "restore", str(tmp_path / "one.tar"))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "agree with the backup" in done.stdout
    again = run(service, "backup", str(tmp_path / "one.tar"))
    assert again.returncode == 3


@pytest.mark.parametrize("spoil", ["database", "evidence", "missing", "manifest"])
def test_a_spoilt_backup_restores_nothing(kept: Path, tmp_path: Path, spoil: str) -> None:
    copy, place = Path(shutil.copytree(kept, tmp_path / "copy")), tmp_path / "place"
    place.mkdir()
    evidence = next(file for file in (copy / "evidence").rglob("*") if file.is_file())
    if spoil == "missing":
        evidence.unlink()
    else:
        file = {"database": copy / "database.sqlite3", "evidence": evidence, "manifest": copy / "manifest.json"}[spoil]
        file.write_bytes(b"{" + file.read_bytes()[1:-1])
    done = run(place, "restore", str(copy))
    assert done.returncode == 3, done.stdout
    assert "Traceback" not in done.stderr
    assert not (place / "commonweal.sqlite3").exists()


def test_it_goes_to_an_empty_place_only(service: Path, kept: Path, tmp_path: Path) -> None:
    done = run(service, "restore", str(kept))
    assert done.returncode == 3
    assert "empty place only" in done.stderr
    assert run(service, "backup", str(kept)).returncode == 3
    (tmp_path / "empty").mkdir()
    assert "is no backup" in run(tmp_path, "restore", str(tmp_path / "empty")).stderr


def test_verify_names_what_is_wrong(kept: Path, tmp_path: Path) -> None:
    assert run(tmp_path, "restore", str(kept)).returncode == 0
    evidence = next(file for file in (tmp_path / "evidence").rglob("*") if file.is_file())
    evidence.write_bytes(b"something else")
    with contextlib.closing(sqlite3.connect(tmp_path / "commonweal.sqlite3")) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")]
        for name in names:
            database.execute(f'DROP TRIGGER "{name}"')
        database.execute("UPDATE audit_event SET verb = 'nothing_happened' WHERE seq = 7")
        database.commit()
    done = run(tmp_path, "verify")
    assert done.returncode == 1
    assert evidence.name in done.stdout
    assert "the log:" in done.stdout
    refused = run(tmp_path, "backup", str(tmp_path / "bad"))
    assert refused.returncode == 3
    assert "was changed" in refused.stderr
    assert not (tmp_path / "bad").exists()


def test_two_administrators_are_made_here_and_no_third(service: Path) -> None:
    done = run(service, "create-admin", "eve@northmere.example", "--name", "Eve", "--password", PASSWORD)
    assert done.returncode == 0, "what needs two people needs two to begin with"
    done = run(service, "create-admin", "una@northmere.example", "--name", "Una", "--password", PASSWORD)
    assert done.returncode == 3
    assert "by these two" in done.stderr


def stored_bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


@pytest.mark.slow
def test_a_quarter_of_a_gigabyte_comes_back_whole(service: Path, tmp_path: Path) -> None:
    """What RPO and RTO rest on; the time that it takes is printed, for a machine that does nothing else."""
    place = tmp_path / "place"
    (tmp_path / "full").mkdir()
    shutil.copytree(service, tmp_path / "full", dirs_exist_ok=True)
    for number in range(25):
        put_evidence(tmp_path / "full", bytes([number]) * 10_000_000)
    place.mkdir()
    begun = time.monotonic()
    done = run(tmp_path / "full", "backup", str(tmp_path / "kept"))
    took = time.monotonic() - begun
    assert done.returncode == 0, done.stderr
    begun = time.monotonic()
    assert run(place, "restore", str(tmp_path / "kept")).returncode == 0
    again = time.monotonic() - begun
    whole, back = (stored_bytes(home / "evidence") for home in (tmp_path / "full", place))
    assert whole == back >= 250_000_000
    assert took <= 30, "thrice the time that an idle machine may take"
    assert again <= 60
    print(f"backup {took:.1f} s, restore {again:.1f} s")
