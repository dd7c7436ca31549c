"""What every service of a return begins with: who acts, may they, the row under its lock, and is it open today."""

from __future__ import annotations

import datetime as dt
from typing import Any

from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Kpi
from commonweal_web.core.errors import Refused
from commonweal_web.delivery.models import Claim, ClaimState, Return, Typist
from commonweal_web.delivery.returns.dates import HERE, london_day, may_be_typed, why_locked
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import Permission


def role_for(user: Any, permission: Permission) -> str:
    """Return the role in which somebody acts, for the log; of several the first by name."""
    return min(selectors.roles_of(user, permission), default="")


def locked_return(*, ret: Return, by: Any, permission: Permission, version: int | None = None) -> Return:
    """
    Return the row of `ret` under its lock, once `by` may do this to it and saw its version.

    :raises NotPermitted: with the reason
    :raises StaleVersion: if somebody changed it meanwhile
    """
    found = Return.objects.select_for_update(of=("self",)).select_related("contract__authority").get(pk=ret.pk)
    allow(by, permission, found.contract)
    found.expect(version)
    return found


def require_open(ret: Return, now: dt.datetime) -> None:
    """
    Refuse if nothing can be typed into the return today.

    :raises Refused: in words: already sent, closed, or not begun
    """
    today = london_day(now)
    if may_be_typed(ret, today):
        return
    if ret.state in HERE:
        raise Refused("This return was sent, so it cannot be changed. Recall it, or send a correction.", code="sent")
    if today < ret.starts:
        raise Refused("This period has not begun yet. The return opens on its first day.", code="not_begun")
    authority = ret.contract.authority
    raise Refused(" ".join(why_locked(ret, today, authority.short_name or authority.name)), code="locked")


def note_typist(ret: Return, by: Any, now: dt.datetime) -> None:
    """Note that somebody typed for the supplier: they can never verify this return."""
    Typist.objects.get_or_create(ret=ret, user=by, defaults={"at": now})


def current_claim(ret: Return, kpi: Kpi) -> Claim | None:
    """Return the claim of a KPI that counts: the latest revision that was not withdrawn."""
    claims = Claim.objects.filter(ret=ret, kpi=kpi).exclude(state=ClaimState.WITHDRAWN)
    return claims.order_by("-revision").first()


def next_revision(ret: Return, kpi: Kpi) -> int:
    """Return the number of the next revision of a claim."""
    last = Claim.objects.filter(ret=ret, kpi=kpi).order_by("-revision").first()
    return last.revision + 1 if last else 1
