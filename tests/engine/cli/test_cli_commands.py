"""Every command: help with examples and statuses, JSON, and bad input that ends in a message and never a traceback."""

from __future__ import annotations

import runpy
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from commonweal import errors
from commonweal.checks.problem import NOWHERE, Problem, Severity
from commonweal.cli import base, look_up, progress
from commonweal.cli.base import Command
from commonweal.cli.main import COMMANDS, main
from commonweal.cli.status import MEANING, Status
from tests.engine.cli.conftest import Run, document


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        elif command is not None:
            yield (*path, name), command


LEAVES = dict(leaves(main))


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_help_says_what_it_does_with_examples_and_statuses(run: Run, words: tuple[str, ...]) -> None:
    result = run(*words, "--help")
    assert result.exit_code == 0
    assert "Examples:" in result.output
    assert "Exit status:" in result.output
    assert "--json" in result.output or "json]" in result.output
    command = LEAVES[words]
    assert isinstance(command, Command)
    assert command.help
    assert command.examples
    assert set(command.statuses) <= set(MEANING)


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_the_examples_of_a_command_are_its_own(words: tuple[str, ...]) -> None:
    command = LEAVES[words]
    assert isinstance(command, Command)
    known = [" ".join(("commonweal", *path)) for path in LEAVES]
    for example in command.examples:
        assert any(example.startswith(start) for start in known), example
    assert any(example.startswith(" ".join(("commonweal", *words))) for example in command.examples)


def test_every_status_has_a_meaning() -> None:
    assert set(MEANING) == set(Status)


def test_the_command_without_anything_lists_its_commands_in_order(run: Run) -> None:
    output = run("--help").output
    places = [output.index(f"\n  {name} ") for name in COMMANDS]
    assert places == sorted(places)


def test_an_unknown_command_is_a_usage_error(run: Run) -> None:
    result = run("reprot")
    assert result.exit_code == Status.USAGE
    assert "reprot" in result.output
    assert main.get_command(click.Context(main), "reprot") is None


def test_a_refusal_is_one_json_document_and_a_sentence(run: Run, tmp_path: Path) -> None:
    result = run("report", tmp_path / "nothing.xlsx", "-o", tmp_path / "out", "--json")
    assert result.exit_code == Status.REFUSED
    found = document(result)
    assert found["ok"] is False
    assert found["error"]["code"] == "bad_file"
    assert "nothing.xlsx was not found" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (errors.RefusedInput("Refused.", [Problem("a", Severity.ERROR, NOWHERE, "Found.", "Mend.")]), "problems"),
        (errors.OtherVersion("Other.", ["NT1 changed"]), "differences"),
    ],
)
def test_a_refusal_names_all_there_is(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: errors.CommonwealError, key: str
) -> None:
    def fail() -> None:
        raise error

    monkeypatch.setattr(look_up, "load_catalogue", fail)
    result = run("frameworks", "--json")
    assert result.exit_code == Status.REFUSED
    assert document(result)["error"][key]
    assert len(result.stderr.splitlines()) == 2


def test_a_fault_of_the_program_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(look_up, "load_catalogue", lambda: 1 / 0)
    result = run("frameworks")
    assert result.exit_code == Status.FAULT
    assert "ZeroDivisionError" in result.stderr
    assert "fault of Commonweal" in result.stderr


def test_a_stop_by_the_user_has_its_own_status(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(look_up, "load_catalogue", stop)
    result = run("frameworks")
    assert result.exit_code == Status.STOPPED
    assert "Stopped" in result.stderr


def test_a_reader_that_had_enough_is_no_error_of_ours(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise BrokenPipeError(base.errno.EPIPE, "Broken pipe")

    monkeypatch.setattr(look_up, "load_catalogue", broken)
    assert "could not be written" not in run("frameworks").stderr


def test_a_full_disk_is_told_with_the_file(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full() -> None:
        raise OSError(28, "No space left on device", "big.csv")

    monkeypatch.setattr(look_up, "load_catalogue", full)
    result = run("frameworks")
    assert result.exit_code == Status.NOT_WRITTEN
    assert "big.csv could not be written: No space left" in result.stderr


def test_a_terminal_sees_progress(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(progress.sys.stderr, "isatty", lambda: True, raising=False)
    with progress.Progress(3) as bar:
        bar("reading")
        bar("checking")
    shown = capsys.readouterr().err
    assert "checking" in shown
    assert "100%" in shown


def test_nobody_else_sees_progress(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ValueError, match="stop"):
        fail_halfway()
    assert capsys.readouterr().err == ""


def fail_halfway() -> None:
    with progress.Progress(3) as bar:
        bar("reading")
        raise ValueError("stop")


def test_it_runs_as_a_module(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["commonweal", "search", "--help"])
    monkeypatch.delitem(sys.modules, "commonweal.cli.main")
    with pytest.raises(SystemExit) as end:
        runpy.run_module("commonweal.cli.main", run_name="__main__")
    assert end.value.code == 0
    assert capsys.readouterr().out.startswith("Usage: commonweal search")


def test_it_runs_as_a_program_of_its_own(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "commonweal.cli.main"]
    listed = subprocess.run([*command, "frameworks"], capture_output=True, text=True, check=True)
    assert "svm-2025" in listed.stdout
    assert listed.stderr == ""
    refused = subprocess.run(
        [*command, "report", "nothing.csv", "-o", "out"], capture_output=True, text=True, cwd=tmp_path
    )
    assert refused.returncode == Status.REFUSED
    assert "Traceback" not in refused.stderr
    version = subprocess.run([*command, "--version"], capture_output=True, text=True, check=True)
    assert version.stdout.startswith("Commonweal ")
