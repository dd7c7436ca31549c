"""What every command shares: examples and exit statuses in its help, `--json`, and errors in plain English."""

from __future__ import annotations

import errno
import json
import traceback
from collections.abc import Mapping, Sequence
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any, NoReturn

import click

from commonweal import errors
from commonweal.cli.status import Status


class Command(click.Command):
    """
    A command whose help ends with examples and exit statuses, and that ends in a message where its input is bad.

    `statuses` says what the statuses mean here; those that every command has are added.
    """

    def __init__(
        self,
        *args: Any,
        examples: Sequence[str] = (),
        statuses: Mapping[Status, str] | None = None,
        json: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        self.statuses = {
            Status.FINE: "done",
            **(statuses or {}),
            Status.USAGE: "the command cannot be understood as it stands",
        }
        if json:
            self.params.append(click.Option(["--json", "as_json"], is_flag=True, help="Write JSON, for programs."))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Examples"):
            for example in self.examples:
                formatter.write(f"{'':{formatter.current_indent}}{example}\n")
        with formatter.section("Exit status"):
            formatter.write_dl([(str(int(status)), self.statuses[status]) for status in sorted(self.statuses)])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except errors.CommonwealError as error:
            refuse(error, as_json=bool(ctx.params.get("as_json")))
        except KeyboardInterrupt:
            click.echo("\nStopped. What was there before is unchanged.", err=True)
            ctx.exit(int(Status.STOPPED))
        except OSError as error:
            if error.errno == errno.EPIPE:  # the reader of a pipe had enough; click ends quietly
                raise
            not_written(error, as_json=bool(ctx.params.get("as_json")))
        except (click.ClickException, click.Abort, click.exceptions.Exit):
            raise
        except Exception:
            fault()


class Group(click.Group):
    """A group of such commands, in the order in which they were entered."""

    command_class = Command

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.commands)


class LazyGroup(Group):
    """
    A group that reads the module of a command only when that command is asked for, so that others start fast.

    Other packages add commands by entry points of the group `plugins`; none of them can replace one of `modules`.
    """

    def __init__(self, *args: Any, modules: Mapping[str, str], plugins: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.modules = dict(modules)
        self.plugins = plugins

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self.modules, *sorted(self._added())]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in self.modules:
            command = getattr(import_module(self.modules[cmd_name]), cmd_name)
        elif entry := self._added().get(cmd_name):
            command = entry.load()
        else:
            return None
        assert isinstance(command, click.Command)  # the module holds the command under its own name
        return command

    def _added(self) -> dict[str, EntryPoint]:
        return {entry.name: entry for entry in entry_points(group=self.plugins) if entry.name not in self.modules}


def refuse(error: errors.CommonwealError, *, as_json: bool) -> NoReturn:
    """Say what was refused and why, and end."""
    if isinstance(error, errors.BadOutput):
        _end(Status.NOT_WRITTEN, {"code": error.code, "message": error.message}, [error.message], as_json=as_json)
    details: dict[str, Any] = {"code": error.code, "message": error.message}
    if isinstance(error, errors.RefusedInput):
        details["problems"] = [str(problem) for problem in error.problems]
    if isinstance(error, errors.OtherVersion):
        details["differences"] = list(error.differences)
    if isinstance(error, errors.UnknownCode):
        details["nearest"] = list(error.nearest)
    lines = [error.message, *details.get("problems", []), *details.get("differences", [])]
    _end(Status.REFUSED, details, lines, as_json=as_json)


def not_written(error: OSError, *, as_json: bool) -> NoReturn:
    """Say which file could not be written, and end."""
    name = error.filename or "The output"
    message = (
        f"{name} could not be written: {error.strerror or error}. Check the folder, its rights and the space left."
    )
    _end(Status.NOT_WRITTEN, {"code": "not_written", "message": message}, [message], as_json=as_json)


def fault() -> NoReturn:
    """Show where Commonweal itself failed, and end: no input, however bad, should come to this."""
    click.echo(traceback.format_exc(), err=True)
    click.echo("This is a fault of Commonweal, not of your input. Report it with the lines above.", err=True)
    click.get_current_context().exit(int(Status.FAULT))


def _end(status: Status, details: Mapping[str, Any], lines: Sequence[str], *, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"ok": False, "status": int(status), "error": details}, indent=2, ensure_ascii=False))
    click.echo("\n".join(["Error: " + lines[0], *(f"  {line}" for line in lines[1:])]), err=True)
    click.get_current_context().exit(int(status))
