"""Fill an empty database with the demo: bodies, people, contracts, a year of returns, a register; the clock set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import transaction

from commonweal_web.core import clock
from commonweal_web.core.demo_clock import move_demo_clock
from commonweal_web.demo import bodies, consulting, listening, making, planning, register, small, year
from commonweal_web.demo.stage import Act, at, play

BEGIN = at(2025, 4, 1, 7)
START = at(2026, 7, 8, 9)
"""The moment at which the demo begins: Wednesday 8 July 2026, when journey 4 can be done by hand."""


def script() -> list[Act]:
    """Return every act before the demo begins."""
    return [*making.acts(), *year.acts(), *small.acts(), *consulting.acts(), *planning.acts(), *listening.acts()]


@transaction.atomic
def load(progress: Callable[[str], Any] = print) -> None:
    """
    Write the whole demo, in one transaction: all of it is there, or nothing.

    :param progress: told in words what is done
    """
    with clock.fixed(BEGIN):
        bodies.make(BEGIN)
    played = play([act for act in script() if act.at <= START], strict=True)
    listed = register.make(START)
    move_demo_clock(to=START)
    progress(f"{played} acts of a year were played, and {listed} contracts of a register were taken over.")
