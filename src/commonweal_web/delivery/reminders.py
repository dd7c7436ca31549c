"""
The ladder at work: each morning, every message that is due and was not queued yet goes into the outbox.

What is due follows from dates alone, and a message's key is contract, rule and due day: after a stop everything is
caught up, and nothing goes twice.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from commonweal.periods import DAY, day_in_words
from commonweal_web.contracts.models import Status
from commonweal_web.core import outbox
from commonweal_web.delivery import people
from commonweal_web.delivery.calendar import calendar_of
from commonweal_web.delivery.ladder import LADDERS, Rule, To
from commonweal_web.delivery.models import Return, ReturnState
from commonweal_web.delivery.returns.dates import london_day, period_of

WAITED_FOR = (ReturnState.EXPECTED, ReturnState.DRAFT)
EARLIEST = dt.timedelta(days=14)
"""How far before a due day the first message of any ladder can lie."""
STILL_TOLD = dt.timedelta(days=30)
"""For how long after a period closed officers are still told, where nothing ran on the day itself."""


def send_due(now: dt.datetime) -> int:
    """Queue what is due today or was due earlier; return how many messages are new."""
    today = london_day(now)
    return sum(_for_return(ret, today, now) for ret in waited_for(today))


def waited_for(today: dt.date) -> QuerySet[Return]:
    """Return the returns that are not here and near enough to their due day, or their close, to be written about."""
    return (
        Return.objects.filter(
            contract__status=Status.LIVE,
            state__in=WAITED_FOR,
            due__lte=today + EARLIEST,
            locks__gte=today - STILL_TOLD,
        )
        .select_related("contract", "contract__authority", "contract__directorate__head")
        .order_by("due", "pk")
    )


def rungs(ret: Return) -> list[tuple[Rule, dt.date]]:
    """Return the messages of a return's ladder with the working day of each."""
    calendar = calendar_of(ret.contract)
    return [(rule, calendar.roll_forward(ret.due + DAY * rule.offset)) for rule in LADDERS[ret.contract.tier]]


@transaction.atomic
def _for_return(ret: Return, today: dt.date, now: dt.datetime) -> int:
    live = ret.contract.went_live_at
    begun = london_day(live) if live else ret.contract.starts
    due = [rule for rule, on in rungs(ret) if begun <= on <= today]
    return sum(_queue(ret, rule, today, now) for rule in due if today <= ret.locks or rule.to is not To.CONTACT)


def _queue(ret: Return, rule: Rule, today: dt.date, now: dt.datetime) -> bool:
    key = f"return:{ret.contract_id}:{rule.name}:{ret.due}"
    if outbox.Message.objects.filter(key=key).exists():
        return False
    to = _addressee(ret, rule.to, today)
    if to is None:
        return _alarm(ret, today, now)
    words = {
        "period": period_of(ret).label,
        "due": day_in_words(ret.due),
        "supplier": people.supplier_name(ret.contract),
    }
    _send(ret, key, to, rule.subject.format(**words), _body(ret, rule, words, today), now)
    return True


def _addressee(ret: Return, to: To, today: dt.date) -> people.Addressee | None:
    match to:
        case To.CONTACT:
            return people.live_contact(ret.contract, today)
        case To.MANAGER:
            return people.contract_manager(ret.contract, today)
        case To.HEAD:
            return people.head_of_service(ret.contract, today)


def _alarm(ret: Return, today: dt.date, now: dt.datetime) -> bool:
    """Tell the contract manager on the same day that there is nobody to remind."""
    manager = people.contract_manager(ret.contract, today)
    key = f"return:{ret.contract_id}:no-live-contact:{ret.due}"
    if manager is None or outbox.Message.objects.filter(key=key).exists():
        return False
    supplier = people.supplier_name(ret.contract)
    body = (
        f"{ret.contract.reference} {ret.contract.title} has no live supplier contact: everybody named at {supplier} "
        f"has left or has a locked account, and no deputy is left. The reminder for {period_of(ret).label}, due on "
        f"{day_in_words(ret.due)}, went to nobody.\n\nName a contact on the contract's page, and tell {supplier} "
        f"about the return:\n{_address(ret)}\n"
    )
    _send(ret, key, manager, f"No live supplier contact: {ret.contract.reference}", body, now)
    return True


def _send(ret: Return, key: str, to: people.Addressee, subject: str, body: str, now: dt.datetime) -> None:
    outbox.queue(
        key=key,
        to=to.email,
        to_user_id=to.user_id,
        organisation_id=ret.contract.authority_id,
        subject=subject,
        body=f"Dear {to.name},\n\n{body}",
        now=now,
    )


def _body(ret: Return, rule: Rule, words: dict[str, str], today: dt.date) -> str:
    contract = f"{ret.contract.reference} {ret.contract.title}"
    locks = day_in_words(ret.locks)
    if rule.to is To.CONTACT and rule.offset < 0:
        said = (
            f"The return of {contract} for {words['period']} is due on {words['due']}. It is filled in from your last "
            f"return as far as we can. If there was nothing to report, say so: that counts as a return."
        )
    elif rule.to is To.CONTACT:
        said = (
            f"The return of {contract} for {words['period']} was due on {words['due']} and is not here yet. You can "
            f"send it until the end of {locks}; after that day the period is closed."
        )
    else:
        said = (
            f"{words['supplier']} has not sent the return of {contract} for {words['period']}, due on {words['due']}. "
            f"It shows as missing, and nothing is estimated in its place. The period closes at the end of {locks}."
        )
    return f"{said}\n\n{_address(ret)}\n"


def _address(ret: Return) -> str:
    return settings.BASE_URL + reverse("delivery:return", args=[ret.contract_id, ret.pk])
