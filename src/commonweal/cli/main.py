"""The entry point `commonweal`: the group of all commands."""

from __future__ import annotations

import click

from commonweal.cli import check, explain, look_up, report, value
from commonweal.cli.base import Group


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="commonweal", message="Commonweal %(version)s")
def main() -> None:
    """
    Follow social value promises from the policy that asks for them to the proof that they were kept.

    Contracts, KPIs and returns go in as the spreadsheets that people have; a report comes out that opens down to
    its last figure.
    """


for command in (report.report, explain.explain, *look_up.COMMANDS, value.value, check.check):
    main.add_command(command)

if __name__ == "__main__":
    main(prog_name="commonweal")
