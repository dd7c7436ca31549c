"""What a new user meets when do.py cannot do its work, and when its environment is half made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import do

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files that do.py reads, with `do` pointed at it."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    (tmp_path / "scripts").mkdir()
    for file in ("do.py", "pyproject.toml", *do.FRONT_END):
        shutil.copy(ROOT / file, tmp_path / file)
    folders = {"ROOT": "", "BOOT": ".boot", "VENV": ".venv", "MODULES": "node_modules", "VENDOR": "vendor"}
    for attribute, folder in folders.items():
        monkeypatch.setattr(do, attribute, tmp_path / folder)
    monkeypatch.setattr(do, "BIN", tmp_path / ".venv" / do.BIN.name)
    return tmp_path


@pytest.fixture
def commands(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands of the preparation, noted down and acted out as far as do.py looks at their traces."""
    noted: list[tuple[str, ...]] = []

    def act(*command: str) -> None:
        noted.append(command)
        if "requirements/node.txt" in command:
            (checkout / ".boot" / "node").mkdir(parents=True)
        elif "--target" in command:
            (checkout / ".boot" / "bin").mkdir(parents=True)
            (checkout / ".boot" / "bin" / "uv").touch(mode=0o755)
        if command[1] == "venv":
            do.BIN.mkdir(parents=True, exist_ok=True)
            (do.BIN / "python").touch(mode=0o755)
        if "ci" in command:
            (checkout / "node_modules").mkdir(exist_ok=True)
        if "scripts/vendor.py" in command:
            (checkout / "vendor").mkdir(exist_ok=True)

    monkeypatch.setattr(do, "run", act)
    monkeypatch.setattr(do, "agree_settings", lambda: None)
    return noted


def test_too_old_a_python_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(do.sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or later"):
        do.main(["demo"])


@pytest.mark.parametrize("arguments", [[], ["dmeo"]])
def test_an_unknown_task_lists_the_known_ones(arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"do\.py demo"):
        do.main(arguments)


def test_without_packages_to_fetch_the_message_says_what_to_do(checkout: Path) -> None:
    bare = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": "", "PIP_CONFIG_FILE": os.devnull}
    again = [sys.executable, "do.py", "demo"]
    if subprocess.run([sys.executable, "-m", "pip", "--version"], capture_output=True).returncode:
        again[0] = getattr(sys, "_base_executable", sys.executable)
    done = subprocess.run(again, cwd=checkout, env=bare, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "Could not prepare .venv" in done.stderr
    assert "Check the network" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_second_run_prepares_nothing(commands: list[tuple[str, ...]]) -> None:
    do.prepare("run")
    first = len(commands)
    do.prepare("run")
    assert first == len(commands) == 4


def test_an_environment_for_the_tests_is_good_for_the_demo_and_not_the_other_way(
    commands: list[tuple[str, ...]],
) -> None:
    do.prepare("run")
    do.prepare("test")
    assert any("requirements/test.txt" in command for command in commands)
    count = len(commands)
    do.prepare("run")
    assert len(commands) == count


def test_a_broken_try_is_started_over(commands: list[tuple[str, ...]], checkout: Path) -> None:
    do.prepare("run")
    (checkout / ".venv" / "made-from").unlink()
    do.prepare("run")
    assert [command[1] for command in commands].count("venv") == 2
    assert sum("--target" in command for command in commands) == 1


def test_a_changed_requirement_makes_a_new_environment(commands: list[tuple[str, ...]], checkout: Path) -> None:
    do.prepare("run")
    with (checkout / "requirements" / "run.txt").open("a") as file:
        file.write("# changed\n")
    do.prepare("run")
    assert [command[1] for command in commands].count("venv") == 2


def test_the_front_end_is_fetched_once_and_again_after_a_change(
    commands: list[tuple[str, ...]], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(do.shutil, "which", lambda name, path=None: f"bin/{name}")
    do.prepare_front_end("run")
    count = len(commands)
    assert ("bin/npm", "ci", "--ignore-scripts", "--silent", "--omit=dev") in commands
    do.prepare_front_end("run")
    assert len(commands) == count
    with (checkout / "package-lock.json").open("a") as file:
        file.write("\n")
    do.prepare_front_end("run")
    assert len(commands) == count + 2


def test_the_tests_fetch_what_only_they_need_and_the_demo_takes_that_too(commands: list[tuple[str, ...]]) -> None:
    do.prepare_front_end("run")
    do.prepare_front_end("test")
    assert [command for command in commands if "ci" in command][-1][-1] == "--silent"
    count = len(commands)
    do.prepare_front_end("run")
    assert len(commands) == count


def test_a_machine_without_npm_gets_one_beside_uv(
    commands: list[tuple[str, ...]], checkout: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(do.shutil, "which", lambda name, path=None: None if name == "npm" else f"bin/{name}")
    first = do.fetch_npm("bin/uv")
    assert first[-1] == str(checkout / ".boot" / "node")
    assert any("requirements/node.txt" in command for command in commands)
    count = len(commands)
    assert do.fetch_npm("bin/uv") == first
    assert len(commands) == count


def test_uv_asks_the_index_that_pip_is_set_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = {":env:.index-url": "", "global.index-url": "https://mirror.example/simple", "global.cert": "ca.pem"}

    def answer(command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        return subprocess.CompletedProcess(command, 0, stdout=answers.get(command[-1], "") + "\n")

    monkeypatch.setattr(do.subprocess, "run", answer)
    monkeypatch.setattr(do.os, "environ", {"SSL_CERT_FILE": "own.pem"})
    do.agree_settings()
    assert do.os.environ["UV_DEFAULT_INDEX"] == "https://mirror.example/simple"
    assert do.os.environ["SSL_CERT_FILE"] == "own.pem"
    assert do.os.environ["UV_PYTHON_DOWNLOADS"] == "never"


@pytest.fixture
def tools(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Stand-ins for the tools: each part prints which it is and where its database is; the one that is named fails."""
    for prepare in ("prepare", "prepare_front_end"):
        monkeypatch.setattr(do, prepare, lambda level: None)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def make(failing: str) -> None:
        do.BIN.mkdir(parents=True)
        for tool in ("ruff", "mypy", "lint-imports"):
            (do.BIN / tool).write_text("#!/bin/sh\n")
        (do.BIN / "pytest").write_text(
            '#!/bin/sh\ncase "$*" in *"--no-cov tests/web/demo"*) part=longer;; *"not browser"*) part=postgresql;;'
            ' *"--no-cov tests/web"*) part=service;; *"--no-cov tests/browser"*) part=browser;; *) part=engine;; esac\n'
            f'echo $part${{DATABASE_URL:+@$DATABASE_URL}}; [ $part != "{failing}" ]\n'
        )
        for tool in do.BIN.iterdir():
            tool.chmod(0o755)

    return make


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        ("engine", "pytest"),
        ("service", "tests of the service"),
        ("longer", "longer tests of the service"),
        ("browser", "tests of the service in a browser"),
        ("postgresql", "service on PostgreSQL"),
    ],
)
def test_each_part_counts_as_much(
    tools: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, failing: str, words: str
) -> None:
    tools(failing)
    monkeypatch.setenv("DATABASE_URL", "postgres://here")
    with pytest.raises(SystemExit, match=f"^Failed: {words}.$"):
        do.main(["test"])


def test_the_words_of_the_service_come_last_and_one_part_alone_knows_the_server(
    tools: Callable[[str], None], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    tools("none")
    do.main(["test"])
    said = [line for line in capfd.readouterr().out.splitlines() if line and not line.endswith(":")]
    assert said == ["engine", "service", "browser", "longer"]
    monkeypatch.setenv("DATABASE_URL", "postgres://here")
    do.main(["test"])
    said = [line for line in capfd.readouterr().out.splitlines() if line and not line.endswith(":")]
    assert said == ["engine", "service", "postgresql@postgres://here", "browser", "longer"]


def test_the_parts_leave_no_test_of_the_service_out() -> None:
    short, browser, longer = do.PARTS.values()
    left_out = {word.removeprefix("--ignore=") for word in short if word.startswith("--ignore=")}
    assert left_out == set(longer)
    assert {"tests/web", *browser} == set(do.SERVICE)
    assert all((do.ROOT / part).is_dir() for part in (*longer, *do.SERVICE))
    assert all((do.ROOT / "tests" / "web" / part).exists() for part in do.ONCE.split())
