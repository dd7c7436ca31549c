"""Long hammers: killed processes, power cuts, full and failing disks. Nothing acknowledged is lost; no hand work."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web.platform import power
from tests.web.platform.places import ROOT, environment, free_port, program, run

pytestmark = [pytest.mark.slow]
WRITER = str(ROOT / "tests" / "web" / "platform" / "writer.py")
ROUNDS, WRITERS, CUTS = 20, 6, 300
needs_strace = pytest.mark.skipif(
    not shutil.which("strace"), reason="strace is not here; it records writes and flushes"
)


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A deployment with an empty database, all of it in one file."""
    home = tmp_path_factory.mktemp("migrated")
    assert run(home, "migrate").returncode == 0
    with contextlib.closing(sqlite3.connect(home / "commonweal.sqlite3")) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return home


@pytest.fixture
def home(migrated: Path, tmp_path: Path) -> Path:
    """A copy of that deployment."""
    shutil.copy(migrated / "commonweal.sqlite3", tmp_path)
    return tmp_path


def acknowledged(home: Path) -> set[str]:
    """Return what was acknowledged; a last line that was cut off in the middle was not."""
    file = home / "acks"
    return set(file.read_text().rpartition("\n")[0].splitlines()) if file.exists() else set()


def stored(database: Path) -> tuple[set[str], set[str]]:
    """Return the acts of the business table and those of the log, after a look at every page."""
    with contextlib.closing(sqlite3.connect(database)) as opened:
        assert opened.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        business = {row[0] for row in opened.execute("SELECT key FROM core_message")}
        log = {json.loads(row[0])["key"] for row in opened.execute("SELECT new FROM audit_event")}
    return business, log


SWARM = """
import os, signal, sys, time, random
sys.path.insert(0, {root!r})
from tests.web.platform import writer
import django; django.setup()
from django.db import connection
chance = random.Random(7)
for turn in range({rounds}):
    begun = time.monotonic()
    size = os.path.getsize(sys.argv[1]) if os.path.exists(sys.argv[1]) else 0
    children = []
    for one in range({writers}):
        pid = os.fork()
        if not pid:
            try:
                sys.stdout = open(os.devnull, "w")
                writer.main(sys.argv[1], f"{{turn}}-{{one}}", 100000)
            finally:
                os._exit(1)
        children.append(pid)
    while not os.path.exists(sys.argv[1]) or os.path.getsize(sys.argv[1]) <= size:
        time.sleep(0.01)
    print(round(time.monotonic() - begun, 2), flush=True)
    time.sleep(chance.uniform(0.5, 1.5))
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    for pid in children:
        os.waitpid(pid, 0)
"""


def test_killed_in_the_middle_of_writing(home: Path) -> None:
    """SIGKILL to six writers at once, twenty times, with no pause and no hand work between."""
    code = SWARM.format(root=str(ROOT), rounds=ROUNDS, writers=WRITERS)
    done = subprocess.run(
        [sys.executable, "-c", code, str(home / "acks")], env=environment(home), capture_output=True, text=True
    )
    waits = [float(line) for line in done.stdout.split()]
    assert len(waits) == ROUNDS, done.stderr
    assert max(waits) <= 10, "the first write after a kill took longer than ten seconds"
    told = acknowledged(home)
    business, log = stored(home / "commonweal.sqlite3")
    assert len(told) >= 500
    assert told <= business, f"{len(told - business)} of {len(told)} acknowledged acts are lost"
    assert business == log, "an act without its log row, or the other way round"
    assert run(home, "verify").returncode == 0


def recorded(home: Path, count: int, pragma: str = "") -> list[power.Step]:
    """Run a writer under strace and return its writes and flushes, the acknowledgements among them."""
    words = [*power.TRACE, "-o", str(home / "trace"), sys.executable, WRITER, str(home / "acks"), "act", str(count)]
    done = subprocess.run(
        [*words, *([pragma] if pragma else [])], env=environment(home), capture_output=True, text=True, timeout=300
    )
    if "ptrace" in done.stderr.lower() or "not permitted" in done.stderr.lower():
        pytest.skip("this machine lets nobody trace a process")
    assert json.loads(done.stdout)["done"] == count, done.stderr
    return list(power.steps(home / "trace", ("commonweal.sqlite3", "commonweal.sqlite3-wal", "acks")))


def cuts(happened: list[power.Step], first: bytes, place: Path) -> Iterator[tuple[set[str], Path]]:
    """Yield what was acknowledged before each of many power cuts, and the database as it is found after it."""
    chance = random.Random(11)
    points = {chance.randrange(len(happened)) for _ in range(CUTS * 2)}
    points = set(sorted(points, key=lambda _: chance.random())[:CUTS])
    disk, told = power.Disk({"commonweal.sqlite3": bytearray(first)}), set()
    for number, step in enumerate(happened):
        if step.file == "acks":
            told.add(step.data.decode().strip())
        else:
            disk.take(step)
        if number in points:
            for old in place.glob("commonweal.sqlite3*"):
                old.unlink()
            for name, content in disk.cut(chance).items():
                (place / name).write_bytes(content)
            yield set(told), place / "commonweal.sqlite3"


def losses(home: Path, tmp: Path, count: int, pragma: str = "") -> tuple[int, int]:
    """Return how many power cuts were tried and how many lost something acknowledged or left the two tables unequal."""
    first = (home / "commonweal.sqlite3").read_bytes()
    happened = recorded(home, count, pragma)
    assert sum(step.call in ("fsync", "fdatasync") for step in happened) > 0
    tried = lost = 0
    tmp.mkdir()
    for told, database in cuts(happened, first, tmp):
        tried += 1
        try:
            business, log = stored(database)
        except sqlite3.DatabaseError:
            lost += 1
        else:
            lost += not (told <= business and business == log)
    return tried, lost


@needs_strace
def test_a_power_cut_loses_nothing_acknowledged(home: Path) -> None:
    tried, lost = losses(home, home / "after", 150)
    assert tried == CUTS
    assert lost == 0


@needs_strace
def test_the_replay_sees_what_a_weaker_setting_loses(home: Path) -> None:
    """The same replay with synchronous=NORMAL: were nothing lost, the test above would show nothing."""
    _, lost = losses(home, home / "after", 60, "PRAGMA synchronous=NORMAL")
    assert lost > 0


DISK_FULL = """
import json, os, resource, sys
sys.path.insert(0, {root!r})
import django; django.setup()
from django.db import DatabaseError, connection
from django.test import Client
from tests.web.platform import writer
from commonweal_web.core.outbox import Message
acks, refused, unlimited = [], 0, resource.RLIM_INFINITY
for number in range(20):
    writer.act(f"before-{{number}}"); acks.append(f"before-{{number}}")
wal = str(connection.settings_dict["NAME"]) + "-wal"
resource.setrlimit(resource.RLIMIT_FSIZE, (os.path.getsize(wal) + 40000, unlimited))
for number in range(60):
    try:
        writer.act(f"full-{{number}}")
    except DatabaseError as error:
        refused += 1
        kind = type(error).__name__
    else:
        acks.append(f"full-{{number}}")
read = Message.objects.count()
names = {{"Host": "socialvalue.northmere.example", "X-Forwarded-Proto": "https"}}
healthy = Client(headers=names).get("/healthz").status_code
resource.setrlimit(resource.RLIMIT_FSIZE, (unlimited, unlimited))
for number in range(20):
    writer.act(f"after-{{number}}"); acks.append(f"after-{{number}}")
print(json.dumps(dict(acks=acks, refused=refused, kind=kind, read=read, healthy=healthy)))
"""


def test_a_full_disk_refuses_in_words_and_reads_go_on(home: Path) -> None:
    """The process may write no further than a little past the end of the log file, and then may again."""
    code = DISK_FULL.format(root=str(ROOT))
    done = subprocess.run([sys.executable, "-c", code], env=environment(home), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    business, log = stored(home / "commonweal.sqlite3")
    assert found["refused"] > 20
    assert found["kind"] == "OperationalError"  # which a page with 503 and Retry-After answers
    assert found["read"] == len([key for key in found["acks"] if not key.startswith("after")])
    assert found["healthy"] == 200
    assert set(found["acks"]) == business == log
    assert run(home, "verify").returncode == 0


@needs_strace
@pytest.mark.parametrize("fault", ["pwrite64:error=EIO", "pwrite64:error=ENOSPC", "fdatasync:error=EIO"])
def test_a_failing_disk_loses_nothing_acknowledged(home: Path, fault: str) -> None:
    """Every seventh call fails for a while; what the writer was told is there afterwards, and the rest is refused."""
    words = [
        "strace",
        "-f",
        "-o",
        os.devnull,
        "-e",
        f"trace={fault.partition(':')[0]}",
        "-e",
        f"inject={fault}:when=60+7",
    ]
    done = subprocess.run(
        [*words, sys.executable, WRITER, str(home / "acks"), "act", "60"],
        env=environment(home), capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    if "ptrace" in done.stderr.lower() or "not permitted" in done.stderr.lower():
        pytest.skip("this machine lets nobody trace a process")
    found = json.loads(done.stdout)
    business, log = stored(home / "commonweal.sqlite3")
    assert acknowledged(home) <= business
    assert len(acknowledged(home)) == found["done"]
    assert business == log
    assert found["done"] + found["refused"] == 60
    assert run(home, "verify").returncode == 0


def ready(port: int, seconds: float) -> None:
    """Wait until the service is ready; how long that may take on an idle machine is no matter of a test."""
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        with contextlib.suppress(urllib.error.URLError, OSError):
            asked = urllib.request.Request(f"http://127.0.0.1:{port}/readyz", headers={"Host": "localhost"})
            with urllib.request.urlopen(asked, timeout=5) as answer:
                if answer.status == 200:
                    return
        time.sleep(0.2)
    raise AssertionError(f"not ready after {seconds} seconds")


def processes_of(home: Path) -> list[int]:
    """Return the processes that were started with this home."""
    found = []
    for place in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"COMMONWEAL_HOME={home}\0".encode() in place.read_bytes():
                found.append(int(place.parent.name))
    return found


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="processes are counted in /proc")
def test_the_service_is_ready_again_after_a_kill_and_stops_when_told(tmp_path: Path) -> None:
    """Killed with SIGKILL, its worker goes too, and the next start needs no hand; SIGTERM ends all of it in order."""
    changes = {"COMMONWEAL_MODE": "demo", "COMMONWEAL_HOSTS": None}
    port = free_port()
    command = program("serve", "--demo", "--bind", f"127.0.0.1:{port}", "--workers", "2")
    for end in (signal.SIGKILL, signal.SIGTERM):
        served = subprocess.Popen(command, env=environment(tmp_path, changes), cwd=tmp_path, stdout=subprocess.DEVNULL)
        try:
            ready(port, 300)
            os.kill(served.pid, end)
            served.wait(120)
            for _ in range(600):
                if not processes_of(tmp_path):
                    break
                time.sleep(0.1)
            assert processes_of(tmp_path) == []
        finally:
            for left in processes_of(tmp_path):
                os.kill(left, signal.SIGKILL)
    assert re.fullmatch(r"-?\d+", str(served.returncode))
