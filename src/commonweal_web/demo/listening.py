"""Listening in the demo: the market and residents on the grounds plan in autumn 2025, and what groups post in 2026."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from itertools import cycle, islice

from commonweal_web.demo import heard
from commonweal_web.demo.planned import GROUNDS_PLAN, PLAY_PLAN
from commonweal_web.demo.stage import Act, Stage, at
from commonweal_web.frameworks.consulting import services as consulting
from commonweal_web.frameworks.models import Comment
from commonweal_web.planning.listening.services import needs, priorities, soundings
from commonweal_web.planning.models import Need, Plan, Priority, Sounding

COMMISSIONER, LEAD = "commissioner@northmere", "social.value.lead@northmere"


def acts() -> list[Act]:
    """Return what happens, in its order."""
    return [
        Act(at(2025, 9, 15, 9), _sound, "journey 1: the market is asked"),
        Act(at(2025, 9, 15, 10), _ask_residents, "journey 1: residents are asked"),
        Act(at(2025, 9, 29), _market_answers, "journey 1: 17 answers of the market"),
        Act(at(2025, 10, 2), _residents_answer, "journey 1: 60 answers of residents"),
        Act(at(2025, 10, 14), _dispose, "journey 1: each answer gets its disposition"),
        Act(at(2025, 10, 15), _publish, "journey 1: what was heard is published"),
        Act(at(2026, 6, 15), _post, "groups post needs"),
        Act(at(2026, 6, 17), _show, "posted needs are shown"),
        Act(at(2026, 7, 6, 12), _ask_about_play, "residents are asked about playgrounds"),
        Act(at(2026, 7, 7), _play_answers, "residents answer about playgrounds"),
    ]


def _plan(reference: str) -> Plan:
    return Plan.objects.select_related("authority").get(authority__short_name="NMC", reference=reference)


def _sound(stage: Stage, now: dt.datetime) -> None:
    soundings.sounding_make(
        plan=_plan(GROUNDS_PLAN.reference),
        title=heard.SOUNDING,
        introduction=heard.ABOUT,
        questions=heard.ASKS,
        opens=heard.SOUNDED,
        closes=heard.SOUNDED_UNTIL,
        by=stage.person(COMMISSIONER),
        now=now,
    )


def _market_answers(_: Stage, now: dt.datetime) -> None:
    asked = Sounding.objects.get(plan__reference=GROUNDS_PLAN.reference).consultation
    for one in heard.SAID:
        row = asked.rows[one.question]["key"]
        consulting.send_comment(consultation=asked, row=row, text=one.text, name=one.name, kind=one.kind, arrived=now)


def _dispose(stage: Stage, now: dt.datetime) -> None:
    by = stage.person(COMMISSIONER)
    asked = Sounding.objects.get(plan__reference=GROUNDS_PLAN.reference).consultation
    for one in heard.SAID:
        said = Comment.objects.get(consultation=asked, name=one.name)
        consulting.answer_comment(comment=said, outcome=one.outcome, answer=one.answer, version=None, by=by, now=now)


def _publish(stage: Stage, now: dt.datetime) -> None:
    by, sounding = stage.person(COMMISSIONER), Sounding.objects.get(plan__reference=GROUNDS_PLAN.reference)
    consulting.publish(consultation=sounding.consultation, summary=heard.SUMMARY, version=None, by=by, now=now)
    soundings.sounding_in_tender(sounding=sounding, wanted=True, by=by, now=now)
    form = Priority.objects.get(title=heard.PRIORITY)
    priorities.priority_publish(priority=form, summary=heard.RESULT, version=None, by=by, now=now)


def _ask(stage: Stage, plan: Plan, fields: priorities.PriorityFields, now: dt.datetime) -> None:
    priorities.priority_make(body=plan.authority, plan=plan, fields=fields, by=stage.person(COMMISSIONER), now=now)


def _ask_residents(stage: Stage, now: dt.datetime) -> None:
    fields = priorities.PriorityFields(
        title=heard.PRIORITY,
        introduction=heard.INTRODUCTION,
        options=heard.OPTIONS,
        wards=heard.WARDS,
        opens=heard.SOUNDED,
        closes=dt.date(2025, 10, 12),
    )
    _ask(stage, _plan(GROUNDS_PLAN.reference), fields, now)


def _residents_answer(_: Stage, now: dt.datetime) -> None:
    orders = cycle(heard.ORDERS)
    for ward, number in heard.ANSWERS.items():
        for order in islice(orders, number):
            _rank(heard.PRIORITY, order, ward, now)


def _rank(title: str, order: str, ward: str, now: dt.datetime) -> None:
    form = Priority.objects.get(title=title)
    ranking = [form.options[int(number) - 1]["key"] for number in order]
    priorities.answer_send(priority=form, ranking=ranking, ward=ward, text="", arrived=now)


def _post(stage: Stage, now: dt.datetime) -> None:
    for fields in (*heard.POSTED, heard.WAITING):
        needs.need_post(body=stage.body("northmere"), fields=fields, arrived=now)


def _show(stage: Stage, now: dt.datetime) -> None:
    """Show what was looked at, and record that a firm fits a part of the shelves."""
    by = stage.person(LEAD)
    for fields in heard.POSTED:
        need = Need.objects.get(title=fields.title)
        needs.need_show(need=need, version=None, by=by, now=now)
    shelves = Need.objects.get(title=heard.POSTED[0].title)
    note = "Harbourside Gardens, two people for a day"
    needs.offer_record(need=shelves, quantity=Decimal(12), measure=None, note=note, by=by, now=now)


def _ask_about_play(stage: Stage, now: dt.datetime) -> None:
    fields = priorities.PriorityFields(
        title=heard.PLAY,
        introduction=heard.PLAY_ABOUT,
        options=heard.PLAY_OPTIONS,
        wards=heard.WARDS,
        opens=now.date(),
        closes=dt.date(2026, 8, 2),
    )
    _ask(stage, _plan(PLAY_PLAN.reference), fields, now)


def _play_answers(_: Stage, now: dt.datetime) -> None:
    for order in heard.PLAY_ANSWERS:
        _rank(heard.PLAY, order, "Tollgate", now)
