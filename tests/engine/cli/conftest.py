"""What the tests of the command line share: a way to run it, and a small input."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from commonweal.catalogue import data_root
from commonweal.cli.main import main

Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    """Run one command; every argument is turned into text."""

    def call(*arguments: object) -> Result:
        return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="commonweal")

    return call


@pytest.fixture
def first_quarter() -> Path:
    """The example contract after its first quarter: journey 4."""
    return data_root() / "examples" / "contract-workbook-q1-2026"


@pytest.fixture(scope="session")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report on the example contract as at 31 July 2026, made once."""
    folder = tmp_path_factory.mktemp("stored") / "report"
    source = data_root() / "examples" / "contract-workbook-q1-2026"
    arguments = ["report", str(source), "-o", str(folder), "--as-at", "2026-07-31", "--formats", "csv"]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    return folder


def document(result: Result) -> Any:
    """The JSON that a command wrote to standard output."""
    return json.loads(result.stdout)
