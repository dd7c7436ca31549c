"""`backup`: everything that a restore needs, except the keys."""

from __future__ import annotations

import tarfile
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from commonweal.cli.base import Command
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal_web.cli import common

if TYPE_CHECKING:
    from commonweal_web.core.backups import Say


@click.command(
    cls=Command,
    examples=["commonweal backup backups/2026-11-04", "commonweal backup backups/2026-11-04.tar"],
    statuses={
        Status.FINE: "the backup is whole, and everything in it holds",
        Status.LOOK: "the backup is whole, and shows something wrong that was wrong before",
        Status.REFUSED: "no backup was made, and why",
    },
)
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--demo", is_flag=True, help="Back up the demo's data.")
@click.pass_context
def backup(context: click.Context, target: Path, demo: bool, as_json: bool) -> None:
    """
    Write a backup of the database and the evidence to TARGET, a new folder, or a file that ends in .tar.

    The service may go on. The keys are not in it: keep them elsewhere, or the person tokens cannot be used again.
    """
    common.set_mode(demo=demo)
    common.start_django()
    from commonweal_web.core import backups

    tell = backups.quiet if as_json else say
    with common.refusals():
        manifest = _as_file(target, tell) if target.suffix == ".tar" else backups.take(target, say=tell)
    problems = manifest["problems"]
    if as_json:
        write_json({"target": str(target), **manifest})
    else:
        rows = sum(manifest["counts"].values())
        say(f"{rows:,} rows and {len(manifest['files']) - 1:,} evidence files are in {target}.", *problems)
    context.exit(int(Status.LOOK if problems else Status.FINE))


def _as_file(target: Path, tell: Say) -> dict[str, Any]:
    """Make the backup in a folder beside `target`, and put it into one file."""
    from commonweal_web.core import backups
    from commonweal_web.core.errors import Refused

    if target.exists():
        raise Refused(f"{target} is there already. Name a new file.", code="not_empty")
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        inside = Path(folder) / target.stem
        manifest = backups.take(inside, say=tell)
        part = Path(folder) / "whole.tar"
        with tarfile.open(part, "w") as archive:
            archive.add(inside, arcname=target.stem)
        backups.flush(part)
        part.rename(target)
    backups.flush_folder(target.parent)
    return manifest
