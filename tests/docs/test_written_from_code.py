"""Pages with lists from the code are current, and every command that a page shows exists with the options it shows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from cogapp import Cog

from commonweal.cli.main import main as program

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
WRITTEN = [page for page in PAGES if "[[[cog" in page.read_text()]


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    """Every command below `group` with the words that call it, groups included."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        yield (*path, name), command
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))


COMMANDS = dict(commands(program))


def shown() -> Iterator[tuple[str, str]]:
    """Page and line of every command that stands in a block of console input."""
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", page.read_text(), flags=re.DOTALL):
            for line in block.replace("\\\n", " ").splitlines():
                words = line.removeprefix("$ ").split("#")[0].strip()
                if words.startswith("commonweal "):
                    yield page.relative_to(ROOT).as_posix(), words


@pytest.mark.parametrize("page", WRITTEN, ids=[page.stem for page in WRITTEN])
def test_lists_from_the_code_are_current(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert Cog().main(["cog", "--check", "--diff", str(page)]) == 0, (
        f"write the page anew with `cog -r`:\n{capsys.readouterr().out}"
    )


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_has_a_heading_and_a_sentence(words: tuple[str, ...]) -> None:
    page = (ROOT / "docs" / "reference" / "command-line.md").read_text()
    assert re.search(rf"^#+ commonweal {' '.join(words)}$", page, flags=re.MULTILINE)
    assert COMMANDS[words].get_short_help_str(), "say in its docstring what the command does"


@pytest.mark.parametrize(("page", "line"), sorted(set(shown())))
def test_every_command_that_a_page_shows_exists(page: str, line: str) -> None:
    words = shlex.split(line)[1:]
    known = max((path for path in COMMANDS if tuple(words[: len(path)]) == path), key=len, default=None)
    assert known is not None, f"there is no such command: {line}"
    command = COMMANDS[known]
    options = {name for parameter in command.params for name in (*parameter.opts, *parameter.secondary_opts)}
    options |= set(click.Context(command).help_option_names)
    used = {word.split("=")[0] for word in words[len(known) :] if re.match(r"--?[A-Za-z]", word)}
    assert used <= options
    assert not isinstance(command, click.Group) or used, f"{' '.join(known)} needs one of its commands"


def test_the_readme_shows_five_different_commands() -> None:
    assert len({line.split()[1] for page, line in shown() if page == "README.md"}) >= 5
