"""Commands that other packages add to the command line by entry points."""

from __future__ import annotations

import sys
import types
from importlib.metadata import EntryPoint

import click
import pytest

from commonweal.cli import base
from commonweal.cli.base import LazyGroup


@pytest.fixture
def group(monkeypatch: pytest.MonkeyPatch) -> LazyGroup:
    """A group with one command of its own, and a package that adds one and tries to replace the other."""
    own, other = types.ModuleType("own_commands"), types.ModuleType("other_commands")
    own.show = click.Command("show", help="Own.")  # type: ignore[attr-defined]
    other.serve, other.show = click.Command("serve"), click.Command("show", help="Other.")  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "own_commands", own)
    monkeypatch.setitem(sys.modules, "other_commands", other)
    added = [EntryPoint(name, f"other_commands:{name}", "commands") for name in ("show", "serve")]
    monkeypatch.setattr(base, "entry_points", lambda *, group: added if group == "commands" else [])
    return LazyGroup(modules={"show": "own_commands"}, plugins="commands")


def test_they_follow_the_own_ones(group: LazyGroup) -> None:
    context = click.Context(group)
    assert group.list_commands(context) == ["show", "serve"]
    found = group.get_command(context, "serve")
    assert found is not None
    assert found.name == "serve"


def test_they_replace_no_own_one(group: LazyGroup) -> None:
    found = group.get_command(click.Context(group), "show")
    assert found is not None
    assert found.help == "Own."


def test_an_unknown_one_is_not_found(group: LazyGroup) -> None:
    assert group.get_command(click.Context(group), "sreve") is None
