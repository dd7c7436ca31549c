"""`worker`: the schedules and the queue, in a process of their own."""

from __future__ import annotations

import click

from commonweal.cli.base import Command
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal_web.cli import common


@click.command(
    cls=Command,
    examples=["commonweal worker", "commonweal worker --once"],
    statuses={Status.FINE: "it was told to stop, and did", Status.REFUSED: "the settings or the database are unsafe"},
)
@click.option("--once", is_flag=True, help="Run what is due now, and end.")
@click.option("--demo", is_flag=True, help="Work for the demo.")
@click.option("--with-parent", type=int, hidden=True)
def worker(once: bool, demo: bool, with_parent: int | None, as_json: bool) -> None:
    """
    Send e-mails, reminders and alarms, scan files and check what is stored.

    `commonweal serve` starts one by itself. Any number may run at a time; each piece of work is done once. On SIGTERM
    it ends the piece at hand and stops.
    """
    common.set_mode(demo=demo)
    common.start_django()
    common.refuse_unsafe()
    if missing := common.unapplied():
        raise common.NotReady(f"The database lacks {len(missing)} migrations. Run commonweal migrate first.")
    from commonweal_web.core import clock, jobs

    if once:
        done = jobs.run_due(clock.now())
        if as_json:
            write_json({"run": done})
        else:
            say(*(f"Ran {name}" for name in done), f"{len(done)} jobs were due.")
        return
    if with_parent is not None:
        common.end_with(with_parent)
    jobs.run_worker()
