"""Choosing the day: the demo's clock goes forward, and what the script holds for the days between is played."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import dataclass

from django.db import transaction

from commonweal_web.core import clock
from commonweal_web.core.demo_clock import move_demo_clock
from commonweal_web.core.errors import Refused
from commonweal_web.delivery import reminders
from commonweal_web.demo import journey
from commonweal_web.demo.stage import Act, on, play

MORNING = 9
SECONDS = 10
"""How long one request plays; what is left is played by the next one, from the day that was reached."""
LAST = dt.date(2027, 6, 30)


@dataclass(frozen=True, slots=True)
class Day:
    """A day worth going to, and why."""

    day: dt.date
    why: str


DAYS = (
    Day(dt.date(2026, 7, 20), "Check Harbourside's first return"),
    Day(dt.date(2026, 10, 16), "The day after returns were due: Brightwell's is missing"),
    Day(dt.date(2026, 11, 12), "Brightwell's return is locked; reopen it"),
    Day(dt.date(2027, 5, 12), "A whole year of Harbourside's returns"),
)


def ahead(today: dt.date) -> list[Day]:
    """Return the days that are still to come."""
    return [one for one in DAYS if one.day > today]


def go_to(day: dt.date, *, seconds: float = SECONDS) -> dt.date:
    """
    Let the demo's clock show the morning of `day`, and play what happens until then.

    Return the day that was reached: an earlier one where there was more to play than fits into one request.

    :raises Refused: for a day that is not after today, or after the script ends
    """
    began, now = time.monotonic(), clock.now()
    if not clock.today() < day <= LAST:
        raise Refused(
            f"Choose a day after {clock.today():%-d %B %Y} and up to {LAST:%-d %B %Y}. The clock of the demo goes "
            "forward only.",
            code="day",
            field="day",
        )
    acts = [act for act in journey.acts() if now < act.at <= on(day, MORNING)]
    reached = clock.today()
    while reached < day and time.monotonic() - began < seconds:
        following = _next_day(acts, reached, day)
        _play_until(acts, reached, following)
        reached = following
    return reached


def _next_day(acts: list[Act], reached: dt.date, day: dt.date) -> dt.date:
    """The next day on which something is in the script; at most a week on."""
    waiting = [act.at.date() for act in acts if act.at > on(reached, MORNING)]
    after = min(waiting, default=day) + dt.timedelta(days=1)
    return min(after, reached + dt.timedelta(days=7), day)


@transaction.atomic
def _play_until(acts: list[Act], reached: dt.date, day: dt.date) -> None:
    """Play the acts after the morning of one day to that of another, with what runs by itself each day."""
    between = [act for act in acts if on(reached, MORNING) < act.at <= on(day, MORNING)]
    each = [reached + dt.timedelta(days=n) for n in range(1, (day - reached).days + 1)]
    between += [Act(on(one, 8), lambda stage, now: _daily(now), "what runs each day") for one in each]
    play(between, strict=False)
    with clock.fixed(on(day, MORNING)):
        move_demo_clock(to=on(day, MORNING))


def _daily(now: dt.datetime) -> None:
    """The day's reminders; what else runs by itself changes nothing from one day to the next in this script."""
    reminders.send_due(now)
