"""Opening a locked return again: the contract manager asks with a reason, another person grants it until a day."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from commonweal.periods import day_in_words
from commonweal_web.audit.models import Event
from commonweal_web.contracts.doors import allow
from commonweal_web.core import outbox
from commonweal_web.core.errors import Invalid, NotPermitted, Refused
from commonweal_web.delivery import people
from commonweal_web.delivery.models import Reopening, Return
from commonweal_web.delivery.returns.acting import locked_return, role_for
from commonweal_web.delivery.returns.dates import HERE, Where, london_day, period_of, standing
from commonweal_web.delivery.returns.sending import log
from commonweal_web.organisations.policies import Permission

LONGEST = dt.timedelta(days=62)
"""A reopening has an end, and a near one: a longer one would be a new due date."""


@transaction.atomic
def reopening_ask(*, ret: Return, reason: str, by: Any, now: dt.datetime) -> Reopening:
    """
    Ask that a locked return be opened again.

    :raises Refused: if it is not locked, or was asked for already
    """
    ret = locked_return(ret=ret, by=by, permission=Permission.REOPENING_ASK)
    if not reason.strip():
        raise Invalid({"reason": ["Say why the return should be opened again."]})
    if standing(ret, london_day(now)).where is not Where.LOCKED:
        raise Refused("This return is not locked, so there is nothing to reopen.", code="not_locked")
    if ret.reopenings.filter(state=Reopening.State.ASKED).exists():
        raise Refused("Somebody has asked for this already. It waits for the social value lead.", code="asked")
    asked = Reopening.objects.create(ret=ret, reason=reason, asked_by=by, asked_at=now)
    log(
        ret,
        "reopening.asked",
        by,
        role_for(by, Permission.REOPENING_ASK),
        now,
        new={"reopening": asked.pk},
        reason=reason,
    )
    _tell(ret, people.lead(ret.contract, london_day(now)), f"asked-{asked.pk}", f"Asked by {by.name}: {reason}", now)
    return asked


@transaction.atomic
def reopening_wish(*, ret: Return, reason: str, by: Any, now: dt.datetime) -> None:
    """
    Write to the contract manager for the supplier: why the return is late, and that it be reopened. The manager asks
    the social value lead, or does not; this opens nothing.

    :raises Refused: if it is not locked, or the manager was written to about it today, or nobody can be written to
    """
    ret = locked_return(ret=ret, by=by, permission=Permission.RETURN_SUBMIT)
    today = london_day(now)
    if not reason.strip():
        raise Invalid({"reason": ["Say why the return is late."]})
    if standing(ret, today).where is not Where.LOCKED:
        raise Refused("This return is not closed, so there is nothing to reopen.", code="not_locked")
    manager = people.contract_manager(ret.contract, today)
    if manager is None:
        raise Refused("Nobody at the council is named for this contract. Ring the council.", code="nobody")
    key = f"wished-{ret.pk}-{today}"
    if outbox.Message.objects.filter(key=f"reopening:{key}").exists():
        raise Refused(f"{manager.name} was written to about it today. Wait for the answer.", code="asked")
    words = f"{by.name} writes for the supplier and wants it reopened: {reason.strip()}\n\nSign in to ask for it."
    _tell(ret, manager, key, words, now)
    role = role_for(by, Permission.RETURN_SUBMIT)
    log(ret, "reopening.wished", by, role, now, new={"manager": manager.user_id}, reason=reason.strip())


def wishes_of(ret: Return) -> QuerySet[Event]:
    """Return when the supplier asked the contract manager to have a return reopened, and why."""
    return Event.objects.filter(record_type=ret._meta.label_lower, record_id=ret.pk, verb="reopening.wished").order_by(
        "pk"
    )


@transaction.atomic
def reopening_grant(*, reopening: Reopening, until: dt.date, reason: str = "", by: Any, now: dt.datetime) -> Reopening:
    """
    Open the return again until the end of `until`. It stays late by the days that it is late, and locks by itself.

    :raises NotPermitted: if `by` is the person who asked
    :raises Refused: if it was decided already
    """
    ret, reopening = _locked(reopening, by)
    today = london_day(now)
    if until < today:
        raise Invalid({"until": ["The last day must be today or later."]})
    if until > today + LONGEST:
        raise Invalid({"until": [f"The last day must be on or before {day_in_words(today + LONGEST)}."]})
    old = ret.open_until
    ret.open_until = until
    ret.touch()
    ret.save(update_fields=["open_until", "version"])
    _decided(reopening, Reopening.State.GRANTED, reason, by, now, until)
    log(
        ret,
        "reopening.granted",
        by,
        role_for(by, Permission.REOPENING_GRANT),
        now,
        old={"open_until": old},
        new={"open_until": until},
        reason=reason or reopening.reason,
    )
    words = f"It is open until the end of {day_in_words(until)} and locks again by itself. It stays marked as late."
    _tell(ret, people.live_contact(ret.contract, today), f"granted-{reopening.pk}", words, now)
    return reopening


@transaction.atomic
def reopening_refuse(*, reopening: Reopening, reason: str, by: Any, now: dt.datetime) -> Reopening:
    """Leave the return locked, with a reason; raises as `reopening_grant`."""
    ret, reopening = _locked(reopening, by)
    if not reason.strip():
        raise Invalid({"reason": ["Say why it stays closed."]})
    _decided(reopening, Reopening.State.REFUSED, reason, by, now, None)
    log(ret, "reopening.refused", by, role_for(by, Permission.REOPENING_GRANT), now, reason=reason)
    return reopening


def _locked(reopening: Reopening, by: Any) -> tuple[Return, Reopening]:
    ret = locked_return(ret=reopening.ret, by=by, permission=Permission.REOPENING_GRANT)
    found = Reopening.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=reopening.pk)
    allow(by, Permission.REOPENING_GRANT, ret.contract)
    if found.state != Reopening.State.ASKED:
        raise Refused(f"This was {found.get_state_display()} already.", code="decided")
    if found.asked_by_id == by.pk:
        raise NotPermitted("You asked for this, so another person decides it.", code="own_request")
    if ret.state in HERE:
        raise Refused("The return has come in the meantime, so there is nothing to reopen.", code="sent")
    return ret, found


def _decided(reopening: Reopening, state: str, reason: str, by: Any, now: dt.datetime, until: dt.date | None) -> None:
    reopening.state, reopening.until, reopening.decision_reason = state, until, reason
    reopening.decided_by, reopening.decided_at = by, now
    reopening.save(update_fields=["state", "until", "decision_reason", "decided_by", "decided_at"])


def _tell(ret: Return, to: people.Addressee | None, key: str, words: str, now: dt.datetime) -> None:
    if to is None:
        return
    period, contract = period_of(ret).label, ret.contract
    outbox.queue(
        key=f"reopening:{key}",
        to=to.email,
        to_user_id=to.user_id,
        organisation_id=contract.authority_id,
        subject=f"Reopening of the return for {period}",
        body=f"Dear {to.name},\n\nThis is about the return of {contract} for {period}.\n{words}\n",
        now=now,
    )
