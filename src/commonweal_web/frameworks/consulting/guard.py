"""
Against robots, without puzzles and without anybody else's service.

A form carries the moment at which it was opened, signed; nobody fills one in within a few seconds, and one that was
opened long ago is sent once more. A field that people do not see says who fills in everything. Tries are counted by
network address. Each refusal says what to do, and the form comes back with all that was typed.
"""

from __future__ import annotations

import datetime as dt
import re

from django.core import signing

from commonweal_web.core.errors import Refused
from commonweal_web.organisations import throttle

SALT = "commonweal.consulting.opened"
QUICKEST = dt.timedelta(seconds=3)
OLDEST = dt.timedelta(hours=24)
MOST_LINKS = 3
TRAP = "leave_empty"
"""The field that people do not see."""
TRAPPED = "A field that people do not see was filled in, as robots do."
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)


def opened(now: dt.datetime) -> str:
    """Return the mark of a form that is opened now."""
    return signing.Signer(salt=SALT).sign(str(int(now.timestamp())))


def kept_or_new(mark: str, now: dt.datetime) -> str:
    """Return the mark that a form came with where it is still good, else a new one."""
    age = _age(mark, now)
    return mark if age is not None and age <= OLDEST else opened(now)


def check(mark: str, now: dt.datetime) -> None:
    """
    Refuse a form that was sent faster than anybody writes, or that was opened long ago.

    :raises Refused: with what to do
    """
    age = _age(mark, now)
    if age is None or age > OLDEST:
        raise Refused(
            "This page was open for more than a day, so nothing was sent. All that you wrote is still here: "
            "look through it and send it again.",
            code="old",
        )
    if age < QUICKEST:
        raise Refused(
            "This came within a moment of opening the page, as robots do it, so nothing was sent. All that you wrote "
            "is still here: wait a few seconds and send it again.",
            code="quick",
        )


def not_too_often(now: dt.datetime, **subjects: object) -> None:
    """
    Count a try, and refuse it within a pause.

    :raises Refused: with how long to wait
    """
    left = throttle.try_now(now, **subjects)
    if left:
        minutes = max(1, -(-int(left.total_seconds()) // 60))
        raise Refused(
            f"A great deal was sent from your network within the last hour. Wait {minutes} "
            f"minute{'' if minutes == 1 else 's'} and send it again; all that you wrote is still here.",
            code="slowed",
        )


def links_in(text: str) -> int:
    """Return how many addresses of web pages a text holds."""
    return len(LINK.findall(text))


def _age(mark: str, now: dt.datetime) -> dt.timedelta | None:
    try:
        seconds = int(signing.Signer(salt=SALT).unsign(mark))
    except (signing.BadSignature, ValueError):
        return None
    return dt.timedelta(seconds=int(now.timestamp()) - seconds)
