"""
Tries to get in slow down after five failures, by account and by the address they come from.

After the fifth failure within an hour there is a pause of one minute, then of two, four and so on up to fifteen. An
office shares one address, so an address has twenty failures free. What is counted is a keyed digest of what was
typed, so an account that exists and one that does not behave alike. A passkey and the link by mail are not held up:
nobody can keep the owner out by failing on purpose.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.crypto import salted_hmac

from commonweal_web.organisations.models import SignInFailure

REMEMBERED = dt.timedelta(hours=1)
LONGEST_PAUSE = dt.timedelta(minutes=15)
FREE = {
    "account": 5,
    "code": 5,
    "address": 20,
    "registration": 10,
    "comment": 20,
    "booking": 20,
    "mailbox": 6,
    "mapping": 60,
    "priority": 60,  # a library or a school answers from one address
    "need": 10,
}


def key(kind: str, value: object) -> str:
    """Return the digest under which tries of a kind (a key of `FREE`) are counted."""
    return salted_hmac(f"commonweal.throttle.{kind}", str(value).strip().lower(), algorithm="sha256").hexdigest()


@transaction.atomic
def try_now(now: dt.datetime, **subjects: object) -> dt.timedelta:
    """
    Count one try and return no time; or, within a pause, count nothing and return how long it still lasts.

    A try is counted before it is made, so that many at once find no gap; `forgive` takes it back.
    """
    left = max((_pause(kind, key(kind, value), now) for kind, value in subjects.items()), default=dt.timedelta())
    if left <= dt.timedelta():
        rows = (SignInFailure(key=key(kind, value), at=now) for kind, value in subjects.items())
        SignInFailure.objects.bulk_create(rows)
        return dt.timedelta()
    return left


@transaction.atomic
def forgive(now: dt.datetime, *, all_of: tuple[str, object], one_of: tuple[str, object] | None = None) -> None:
    """After a success: forget the failures of `all_of`, and the one try just made of `one_of`."""
    SignInFailure.objects.filter(key=key(*all_of)).delete()
    if one_of is not None:
        last = SignInFailure.objects.filter(key=key(*one_of)).order_by("-at", "-pk").first()
        if last is not None:
            last.delete()
    SignInFailure.objects.filter(at__lt=now - REMEMBERED).delete()


def words(left: dt.timedelta) -> str:
    """Say how long to wait."""
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return f"Too many tries that failed. Wait {minutes} minute{'' if minutes == 1 else 's'}, then try again."


def _pause(kind: str, digest: str, now: dt.datetime) -> dt.timedelta:
    found = list(
        SignInFailure.objects.filter(key=digest, at__gt=now - REMEMBERED).order_by("-at").values_list("at", flat=True)
    )
    over = len(found) - FREE[kind]
    if over < 0:
        return dt.timedelta()
    pause = min(dt.timedelta(minutes=2 ** min(over, 10)), LONGEST_PAUSE)
    return found[0] + pause - now
