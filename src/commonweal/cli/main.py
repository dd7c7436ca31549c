"""The entry point `commonweal`: the group of all commands."""

from __future__ import annotations

import click

from commonweal.cli.base import LazyGroup

COMMANDS = {
    "report": "report",
    "explain": "explain",
    "check": "check",
    "template": "template",
    "receive": "receive",
    "frameworks": "look_up",
    "show": "look_up",
    "search": "look_up",
    "value": "value",
    "map": "map",
    "policy": "policy",
    "benchmark": "benchmark",
    "pack": "pack",
    "snapshot": "snapshot",
    "score": "score",
    "demo": "demo",
}
"""Each command and the module of this package that holds it; a module is read when its command is called."""


@click.group(
    cls=LazyGroup,
    modules={name: f"commonweal.cli.{module}" for name, module in COMMANDS.items()},
    plugins="commonweal.commands",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="commonweal", message="Commonweal %(version)s")
def main() -> None:
    """
    Follow social value promises from the policy that asks for them to the proof that they were kept.

    Contracts, KPIs and returns go in as the spreadsheets that people have; a report comes out that opens down to
    its last figure.
    """


if __name__ == "__main__":
    main(prog_name="commonweal")
