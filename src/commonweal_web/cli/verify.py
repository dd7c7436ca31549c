"""`verify`: whether what is stored still holds together."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from commonweal.cli.base import Command
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal_web.cli import common


@click.command(
    cls=Command,
    examples=["commonweal verify", "commonweal verify --anchor log-anchor-2026-07-08.json", "commonweal verify --json"],
    statuses={
        Status.FINE: "everything holds",
        Status.LOOK: "something is wrong, and is named",
        Status.REFUSED: "the anchor is no anchor file",
    },
)
@click.option("--demo", is_flag=True, help="Look at the demo's data.")
@click.option(
    "--anchor", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="An anchor file kept outside."
)
@click.pass_context
def verify(context: click.Context, demo: bool, anchor: Path | None, as_json: bool) -> None:
    """
    Check what is stored: the ledger's balances, the chain of the audit log, each evidence file against its hash.

    Nothing is changed. Run it as often as you like, also while the service runs.
    """
    common.set_mode(demo=demo)
    common.start_django()
    from commonweal_web.core import verification

    results = verification.run_all()
    if anchor is not None:
        results["the log against the anchor"] = _log_against(anchor)
    problems = verification.problems(results)
    if as_json:
        write_json(
            {
                "holds": not problems,
                "checks": {
                    name: {"said": result.said, "problems": list(result.problems), "facts": dict(result.facts)}
                    for name, result in results.items()
                },
            }
        )
    else:
        say(*(f"{name}: {result.said}" for name, result in results.items()))
        say("Everything holds." if not problems else "Something is wrong:", *(f"  {problem}" for problem in problems))
    context.exit(int(Status.LOOK if problems else Status.FINE))


def _log_against(anchor: Path) -> Any:
    from commonweal_web.audit import stored
    from commonweal_web.core.errors import Refused

    try:
        return stored.log_against(anchor.read_bytes())
    except Refused as error:
        raise common.NotReady(error.message) from None
