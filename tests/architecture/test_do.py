"""What a new user meets when do.py cannot do its work, and when its environment is half made."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import do

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files that do.py reads, with `do` pointed at it."""
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    for file in ("do.py", "pyproject.toml"):
        shutil.copy(ROOT / file, tmp_path)
    for attribute, value in {"ROOT": tmp_path, "BOOT": tmp_path / ".boot", "VENV": tmp_path / ".venv"}.items():
        monkeypatch.setattr(do, attribute, value)
    monkeypatch.setattr(do, "BIN", tmp_path / ".venv" / do.BIN.name)
    return tmp_path


@pytest.fixture
def commands(checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
    """The commands of the preparation, noted down and acted out as far as do.py looks at their traces."""
    noted: list[tuple[str, ...]] = []

    def act(*command: str) -> None:
        noted.append(command)
        if "--target" in command:
            (checkout / ".boot" / "bin").mkdir(parents=True)
            (checkout / ".boot" / "bin" / "uv").touch(mode=0o755)
        if command[1] == "venv":
            do.BIN.mkdir(parents=True, exist_ok=True)
            (do.BIN / "python").touch(mode=0o755)

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
