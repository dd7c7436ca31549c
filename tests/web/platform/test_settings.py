"""The service refuses to start unsafe, and as shipped has nothing to warn about."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from commonweal_web.core import checks, config
from tests.web.platform.places import GOOD, ROOT, answer, environment, run

PAGE = ROOT / "docs" / "reference" / "settings.md"
NORTHMERE = {
    "id": "northmere",
    "name": "Northmere City Council",
    "client_id": "c",
    "secret": "s",
    "server_url": "https://id.northmere.example",
    "domains": ["northmere.example"],
}


def test_the_shipped_deployment_has_no_warning(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "DEBUG", "--database", "default"]
    done = subprocess.run(command, env=environment(tmp_path), capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout + done.stderr


BAD: dict[str, tuple[dict[str, str | None], str]] = {
    "debugging": ({"COMMONWEAL_DEBUG": "1"}, "commonweal.E001"),
    "no key": ({"COMMONWEAL_SECRET_KEY": None}, "commonweal.E002"),
    "example key": ({"COMMONWEAL_SECRET_KEY": "not-secret-" + "k" * 60}, "commonweal.E002"),
    "short key": ({"COMMONWEAL_SECRET_KEY": "Ab3-x9Qz_7uWm2"}, "commonweal.E002"),
    "repeated key": ({"COMMONWEAL_SECRET_KEY": "ab" * 40}, "commonweal.E002"),
    "no token key": ({"COMMONWEAL_TOKEN_KEY": None}, "commonweal.E003"),
    "no hosts": ({"COMMONWEAL_HOSTS": None}, "commonweal.E004"),
    "all hosts": ({"COMMONWEAL_HOSTS": "*"}, "commonweal.E004"),
    "one key for both": ({"COMMONWEAL_TOKEN_KEY": GOOD["COMMONWEAL_SECRET_KEY"]}, "commonweal.E005"),
    "plain http": ({"COMMONWEAL_BASE_URL": "http://northmere.example"}, "commonweal.E010"),
    "evidence not writable": ({"COMMONWEAL_EVIDENCE_ROOT": "/dev/null/evidence"}, "commonweal.E007"),
    "no database": ({"DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"}, "commonweal.E009"),
    "demo in the open": ({"COMMONWEAL_MODE": "demo"}, "commonweal.E008"),
    "unknown mode": ({"COMMONWEAL_MODE": "debug"}, "Use demo, deployment or test"),
    "another database": ({"DATABASE_URL": "mysql://a@b/c"}, "must start with sqlite:// or postgres://"),
}


@pytest.mark.parametrize("name", BAD)
def test_it_refuses_to_start(tmp_path: Path, name: str) -> None:
    changes, code = BAD[name]
    done = run(tmp_path, "serve", "--check", changes=changes)
    assert done.returncode == 3, done.stdout + done.stderr
    assert code in done.stderr
    assert "Traceback" not in done.stderr


def test_a_good_deployment_would_start(tmp_path: Path) -> None:
    done = run(tmp_path, "serve", "--check", "--json")
    assert done.returncode == 0, done.stderr
    assert answer(done) == {"ok": True, "starts": True, "warnings": []}


def test_a_key_may_come_from_a_file(tmp_path: Path) -> None:
    (tmp_path / "key").write_text(GOOD["COMMONWEAL_SECRET_KEY"])
    changes = {"COMMONWEAL_SECRET_KEY": None, "COMMONWEAL_SECRET_KEY_FILE": str(tmp_path / "key")}
    assert run(tmp_path, "serve", "--check", changes=changes).returncode == 0


def test_the_wsgi_entry_refuses_too(tmp_path: Path) -> None:
    bad = environment(tmp_path, {"COMMONWEAL_HOSTS": None, "COMMONWEAL_BASE_URL": None})
    done = subprocess.run([sys.executable, "-c", "import commonweal_web.wsgi"], env=bad, capture_output=True, text=True)
    assert done.returncode != 0
    assert "commonweal.E004" in done.stderr


@pytest.mark.parametrize("bind", ["0.0.0.0:8000", ":8000", "192.0.2.7:80", "[::]:8000", "unix:/run/commonweal"])
def test_the_demo_listens_on_this_computer_only(tmp_path: Path, bind: str) -> None:
    done = run(tmp_path, "serve", "--demo", "--check", "--bind", bind, changes={"COMMONWEAL_HOSTS": None})
    assert done.returncode == 3
    assert "anybody can sign in" in done.stderr


def weak_sqlite(home: Path, command: str) -> str:
    """Start with an init command weaker than the shipped one, and return what the checks say."""
    code = (
        "import os\nfrom commonweal_web.core import config\n"
        f"config.SQLITE_OPTIONS.update({command})\n"
        "import django; django.setup()\n"
        "from django.core.checks import run_checks\n"
        "print([m.id + m.msg for m in run_checks(databases=['default'])])"
    )
    done = subprocess.run([sys.executable, "-c", code], env=environment(home), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"}, "synchronous is below FULL"),
        ({"init_command": "PRAGMA synchronous=FULL;"}, "the journal is not WAL"),
        ({"transaction_mode": "DEFERRED"}, "do not begin IMMEDIATE"),
        ({"init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=EXTRA;"}, "[]"),
    ],
)
def test_a_weak_sqlite_is_found_on_the_live_connection(tmp_path: Path, options: dict[str, str], said: str) -> None:
    assert said in weak_sqlite(tmp_path, repr(options))


def test_identity_providers_speak_for_their_domains() -> None:
    apps, domains = config.identity_providers(json.dumps([NORTHMERE]))
    assert [app["provider_id"] for app in apps] == ["northmere"]
    assert domains == {"northmere": ["northmere.example"]}
    assert config.identity_providers("") == ([], {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "is not JSON"),
        ("{}", "JSON list"),
        (json.dumps([{**NORTHMERE, "domains": []}]), "domains must list"),
        (json.dumps([{**NORTHMERE, "colour": "teal"}]), "colour"),
        (json.dumps([NORTHMERE, NORTHMERE]), "twice"),
        (json.dumps([NORTHMERE, {**NORTHMERE, "id": "other"}]), "belongs to northmere"),
    ],
)
def test_a_provider_without_a_body_is_refused(text: str, said: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=said):
        config.identity_providers(text)


def test_every_variable_and_every_check_is_on_the_page() -> None:
    settings = (ROOT / "src" / "commonweal_web" / "settings.py").read_text()
    asked = set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', settings))
    page = PAGE.read_text()
    assert len(asked) > 10
    assert {name for name in asked if f"`{name}`" not in page} == set()
    assert set(re.findall(r"`((?:COMMONWEAL|DATABASE|EMAIL)_[A-Z_]+)`", page)) - asked <= {"COMMONWEAL_SECRET_KEY_FILE"}
    numbers = re.findall(r"error\(\s*(\d+)", Path(checks.__file__).read_text())
    ids = {f"commonweal.E{int(number):03d}" for number in numbers} | {"commonweal.W001"}
    ids |= {"commonweal.E002", "commonweal.E003"}
    assert {code for code in ids if f"`{code}`" not in page} == set()
