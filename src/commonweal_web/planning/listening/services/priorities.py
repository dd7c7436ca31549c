"""Residents' priorities: a form is made, answered by anybody, its robots' answers hidden, its results published."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from commonweal.reporting import wording
from commonweal_web.core.errors import Refused
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.frameworks.consulting import guard
from commonweal_web.organisations.models import Organisation
from commonweal_web.planning import base
from commonweal_web.planning.doors import allow
from commonweal_web.planning.listening.phases import WORDS, Phase, phase_of
from commonweal_web.planning.listening.services.common import MAY, allow_at, digest, log, once
from commonweal_web.planning.models import Plan, Priority, PriorityAnswer

MOST_OPTIONS = 12
MOST_WARDS = 60
LONGEST = 120


@dataclass(frozen=True, slots=True)
class PriorityFields:
    """What a form on priorities says and asks."""

    title: str
    introduction: str
    options: tuple[str, ...]
    wards: tuple[str, ...]
    opens: dt.date
    closes: dt.date


@transaction.atomic
def priority_make(
    *, body: Organisation, plan: Plan | None, fields: PriorityFields, by: Any, now: dt.datetime
) -> Priority:
    """
    Make a form in which residents put options in order.

    :raises NotPermitted: for who drafts no plans of the body, or not this one
    :raises Refused: with fewer than two options or too many, one of them twice, or days that are not in order
    """
    allow_at(body, by)
    if plan is not None:
        allow(by, MAY, plan)
    row = Priority(body=body, plan=plan, made_by=by, made_at=now)
    _write(row, fields, now)
    log(body=body.pk, record=row, verb="priority_made", by=by, now=now, new=_facts(row) | {"plan": row.plan_id})
    return row


@transaction.atomic
def priority_edit(
    *, priority: Priority, fields: PriorityFields, version: int | None, by: Any, now: dt.datetime
) -> Priority:
    """
    Change a form before it opens.

    :raises NotPermitted, Refused: as `priority_make`, and once it is open
    :raises StaleVersion: if somebody else changed it since
    """
    row = _locked(priority, by)
    row.expect(version)
    _in_phase(row, now, Phase.COMING, "Its words and options can be changed only before it opens")
    old = _facts(row)
    row.touch()
    _write(row, fields, now)
    log(body=row.body_id, record=row, verb="priority_changed", by=by, now=now, old=old, new=_facts(row))
    return row


@transaction.atomic
def priority_extend(*, priority: Priority, closes: dt.date, version: int | None, by: Any, now: dt.datetime) -> Priority:
    """
    Let an open form close on a later day; never on an earlier one.

    :raises NotPermitted, Refused, StaleVersion: as `priority_edit`
    """
    row = _locked(priority, by)
    row.expect(version)
    _in_phase(row, now, Phase.OPEN, "Only an open form can be extended")
    if closes <= row.closes:
        raise Refused(
            f"The last day must be after {wording.day(row.closes)}, which people were told.",
            code="shorter",
            field="closes",
        )
    old, row.closes = {"closes": row.closes}, closes
    row.touch()
    row.save(update_fields=["closes", "version"])
    log(body=row.body_id, record=row, verb="priority_extended", by=by, now=now, old=old, new={"closes": closes})
    return row


@transaction.atomic
def priority_publish(*, priority: Priority, summary: str, version: int | None, by: Any, now: dt.datetime) -> Priority:
    """
    Publish the results with a summary; they stay as they are from then on.

    :raises NotPermitted, StaleVersion: as `priority_edit`
    :raises Refused: before it has closed, or without a summary
    """
    row = _locked(priority, by)
    row.expect(version)
    _in_phase(row, now, Phase.CLOSED, "Results are published once the form has closed")
    if not summary.strip():
        raise Refused("Enter the summary.", code="summary", field="summary")
    row.summary, row.published_by, row.published_at = summary.strip(), by, now
    row.touch()
    row.save(update_fields=["summary", "published_by", "published_at", "version"])
    new = {"summary": row.summary, "answers": row.answers.filter(hidden_reason="").count()}
    log(body=row.body_id, record=row, verb="priority_published", by=by, now=now, new=new)
    return row


def answer_send(
    *,
    priority: Priority,
    ranking: Sequence[str],
    ward: str,
    text: str,
    arrived: dt.datetime,
    trapped: bool = False,
    key: str = "",
) -> PriorityAnswer:
    """
    Keep one resident's order of the options; the same form sent twice is kept once.

    One that is `trapped` looks like a robot's: it is kept hidden, and its sender is answered as everybody is.

    :raises Refused: out of time, or where the order does not hold each option once
    """

    def act() -> int:
        refuse_out_of_time(priority, arrived)
        _refuse_order(priority, ranking, ward)
        return _keep(priority, ranking, ward, text.strip(), arrived, trapped).pk

    content = digest(str(priority.pk), *ranking, ward, text)
    return PriorityAnswer.objects.get(pk=once(key=key, content=content, act=act, now=arrived))


@transaction.atomic
def answer_hide(*, answer: PriorityAnswer, reason: str, by: Any, now: dt.datetime) -> None:
    """
    Leave an answer out of the results, such as a robot's; with an empty `reason` it counts again.

    :raises NotPermitted: as `priority_make`
    :raises Refused: once the results are published
    """
    priority = _locked(answer.priority, by)
    if priority.published_at is not None:
        raise Refused("The results are published and stay as they are.", code="published")
    row = PriorityAnswer.objects.select_for_update().get(pk=answer.pk)
    if row.hidden_reason == reason.strip():
        return
    old, row.hidden_reason = {"hidden": row.hidden_reason}, reason.strip()
    row.save(update_fields=["hidden_reason"])
    verb = "priority_answer_hidden" if row.hidden_reason else "priority_answer_shown"
    new = {"hidden": row.hidden_reason}
    log(body=priority.body_id, record=row, verb=verb, by=by, now=now, old=old, new=new, reason=row.hidden_reason)


def refuse_out_of_time(priority: Priority, arrived: dt.datetime) -> None:
    """
    Refuse what arrived before the first day or after the last one.

    :raises Refused: with when it arrived
    """
    phase = phase_of(priority, base.day_of(arrived))
    if phase is Phase.OPEN:
        return
    if phase is Phase.COMING:
        raise Refused(f"Answers are taken from {wording.day(priority.opens)}.", code="early")
    raise Refused(
        f"The form closed at the end of {wording.day(priority.closes)}. What you sent arrived on {moment(arrived)}, "
        "so it was not kept.",
        code="late",
    )


def _refuse_order(priority: Priority, ranking: Sequence[str], ward: str) -> None:
    if sorted(ranking) != sorted(one["key"] for one in priority.options):
        raise Refused("Give each option a place, and each place once. Open the form again.", code="order")
    if ward and ward not in priority.wards:
        raise Refused("Choose a ward from the list.", code="ward", field="ward")


def _keep(
    priority: Priority, ranking: Sequence[str], ward: str, text: str, arrived: dt.datetime, trapped: bool
) -> PriorityAnswer:
    made = PriorityAnswer.objects.create(
        priority=priority,
        ward=ward,
        ranking=list(ranking),
        text=text,
        received_at=arrived,
        hidden_reason=guard.TRAPPED if trapped else "",
    )
    new = {"priority": priority.pk, "sha256": digest(ward, *ranking, text)}
    log(body=priority.body_id, record=made, verb="priority_answered", by=None, now=arrived, new=new)
    return made


def _locked(priority: Priority, by: Any) -> Priority:
    """Return the form with its row locked; publishing waits for an answer that is being hidden."""
    allow_at(priority.body, by)
    if priority.plan is not None:
        allow(by, MAY, priority.plan)
    rows = Priority.objects.select_for_update(of=("self",)).select_related("body", "plan")
    return rows.get(pk=priority.pk)


def _write(row: Priority, fields: PriorityFields, now: dt.datetime) -> None:
    if fields.opens < base.day_of(now):
        raise Refused("The first day must be today or later.", code="past", field="opens")
    if fields.closes < fields.opens:
        raise Refused("The last day must be on or after the first day.", code="order", field="closes")
    options = _listed(fields.options, "option", "options", MOST_OPTIONS)
    if len(options) < 2:
        raise Refused("Enter at least 2 options: one alone cannot be put in order.", code="few", field="options")
    row.title, row.introduction = fields.title.strip(), fields.introduction.strip()
    row.options = [{"key": f"o{number}", "title": one} for number, one in enumerate(options, 1)]
    row.wards = _listed(fields.wards, "ward", "wards", MOST_WARDS)
    row.opens, row.closes = fields.opens, fields.closes
    row.save()


def _listed(lines: Iterable[str], one: str, field: str, most: int) -> list[str]:
    found = [" ".join(line.split()) for line in lines if line.strip()]
    if len(found) > most:
        raise Refused(f"Give {most} {field} at most; these are {len(found)}.", code="many", field=field)
    long = next((line for line in found if len(line) > LONGEST), "")
    if long:
        raise Refused(f"Shorten the {one} “{long[:40]}…” to {LONGEST} characters.", code="long", field=field)
    twice = next((line for line, count in Counter(map(str.casefold, found)).items() if count > 1), "")
    if twice:
        raise Refused(f"The {one} “{twice}” stands there twice. Take one out.", code="twice", field=field)
    return found


def _in_phase(row: Priority, now: dt.datetime, wanted: Phase, words: str) -> None:
    phase = phase_of(row, base.day_of(now))
    if phase is not wanted:
        raise Refused(f"{words}. This one is {WORDS[phase]}.", code="phase")


def _facts(row: Priority) -> dict[str, Any]:
    names = ("title", "opens", "closes", "wards")
    return {name: getattr(row, name) for name in names} | {"options": [one["title"] for one in row.options]}
