"""`create-admin`: the first platform administrator, who sets up everybody else in the service."""

from __future__ import annotations

import click

from commonweal.cli.base import Command
from commonweal.cli.show import say, write_json
from commonweal.cli.status import Status
from commonweal_web.cli import common


@click.command(
    "create-admin",
    cls=Command,
    examples=["commonweal create-admin ada@northmere.example --name 'Ada Byron'"],
    statuses={Status.FINE: "the account is there", Status.REFUSED: "the account was not made, and why"},
)
@click.argument("email")
@click.option("--name", required=True, help="How the person is called in the service.")
@click.password_option(help="Asked for when it is not given. Better leave it out: other users see command lines.")
def create_admin(email: str, name: str, password: str, as_json: bool) -> None:
    """
    Make the first or the second platform administrator, with the address EMAIL.

    What needs two people needs both of them; later ones are made in the service. A second factor is set up at the
    first sign-in.
    """
    common.start_django()
    from commonweal_web.cli.first_admin import create
    from commonweal_web.core import clock

    with common.refusals():
        create(email=email, name=name, password=password, now=clock.now())
    if as_json:
        write_json({"created": email})
    else:
        say(f"{email} can sign in now, and is asked to set up a second factor.")
