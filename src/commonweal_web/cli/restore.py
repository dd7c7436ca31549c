"""`restore`: the way back from a backup, onto an empty place."""

from __future__ import annotations

import contextlib
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click

from commonweal.cli.base import Command
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal_web.cli import common


@click.command(
    cls=Command,
    examples=["commonweal restore backups/2026-11-04", "commonweal restore backups/2026-11-04.tar"],
    statuses={
        Status.FINE: "everything is back: counts, chain and hashes agree with the backup",
        Status.LOOK: "it is back, and something differs from the backup, which is named",
        Status.REFUSED: "nothing was restored, and why",
    },
)
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--demo", is_flag=True, help="Restore into the demo.")
@click.pass_context
def restore(context: click.Context, source: Path, demo: bool, as_json: bool) -> None:
    """
    Restore the backup SOURCE onto an empty place, and compare everything with it.

    Set COMMONWEAL_HOME or DATABASE_URL to the empty place, and the same keys as before. Everybody signs in again.
    """
    common.set_mode(demo=demo)
    settings = common.start_django()
    from commonweal_web.core import backups, restores

    common.make_home([settings.HOME, settings.EVIDENCE_ROOT])
    tell = backups.quiet if as_json else say
    with common.refusals(), _unpacked(source, settings.HOME) as folder:
        manifest = backups.read_manifest(folder)
        wrong = restores.restore(folder, say=tell)
        missing = common.unapplied()
    if as_json:
        write_json({"agrees": not wrong, "differs": wrong, "counts": manifest["counts"], "to_migrate": missing})
    else:
        rows = sum(manifest["counts"].values())
        say(f"{rows:,} rows and {len(manifest['files']) - 1:,} evidence files are back.")
        say("Counts, chain and hashes agree with the backup." if not wrong else "It differs from the backup:", *wrong)
        if missing:
            say("The backup is of an older release. Run: commonweal migrate")
    context.exit(int(Status.LOOK if wrong else Status.FINE))


@contextlib.contextmanager
def _unpacked(source: Path, beside: Path) -> Iterator[Path]:
    """Yield the folder of the backup; a .tar is unpacked first, and nothing in it may point out of its folder."""
    if source.is_dir():
        yield source
        return
    with tempfile.TemporaryDirectory(dir=beside, prefix=".restore-") as folder:
        with tarfile.open(source) as archive:
            archive.extractall(folder, filter="data")  # nosec B202 the filter refuses what points elsewhere
        yield next(path for path in Path(folder).iterdir() if path.is_dir())
