"""Tables and texts that pages of listening show, as data for their templates."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.urls import reverse

from commonweal.quantities import plain
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import day as day_words
from commonweal_web.core.templatetags.worth import moment
from commonweal_web.frameworks.consulting import pages as consulting
from commonweal_web.frameworks.consulting.phases import WORDS as SOUNDING_WORDS
from commonweal_web.frameworks.consulting.phases import Phase as SoundingPhase
from commonweal_web.frameworks.consulting.phases import phase_of as sounding_phase
from commonweal_web.planning.listening import phases, ranking, selectors
from commonweal_web.planning.models import Need, Plan, Priority, PriorityAnswer

paragraphs = consulting.paragraphs


def soundings(plan: Plan, day: dt.date) -> list[dict[str, Any]]:
    """Return the soundings of a plan with who answered and what can be done."""
    return [
        {
            "row": one,
            "asked": one.consultation,
            "when": consulting.when(one.consultation, day),
            "state": SOUNDING_WORDS[sounding_phase(one.consultation, day)].capitalize(),
            "who": selectors.who_answered(one),
            "left": selectors.comments_left(one),
            "coming": sounding_phase(one.consultation, day) is SoundingPhase.COMING,
            "answered": sounding_phase(one.consultation, day) is SoundingPhase.ANSWERED,
        }
        for one in selectors.soundings_of(plan)
    ]


def priorities_table(rows: list[Priority], day: dt.date) -> Table:
    """Return forms on priorities, each with its number of answers."""
    columns = [Column("Form"), Column("State"), Column("Answers", numeric=True)]
    cells = [
        [
            Cell(
                one.title,
                href=reverse("planning:listening_priority_office", args=[one.body_id, one.pk]),
                hint=phases.when(one, day),
            ),
            Cell(phases.WORDS[phases.phase_of(one, day)].capitalize()),
            Cell(f"{selectors.counted_answers(one).count():,}"),
        ]
        for one in rows
    ]
    empty = "Residents were not asked yet."
    return Table("Forms on priorities", columns, cells, empty=empty, hide_caption=True, stacks=True)


def wards_table(found: ranking.Results) -> Table:
    """Return how many answered in each ward, with what stands first and the warning where they are few."""
    columns = [Column("Ward"), Column("Answers", numeric=True), Column("Stands first"), Column("Note")]
    rows = [
        [
            Cell(one.name),
            Cell(f"{one.answers:,}"),
            Cell(one.lines[0].title if one.lines else "Not shown"),
            Cell(one.warning or "None"),
        ]
        for one in found.wards
    ]
    return Table("Answers by ward", columns, rows, stacks=True)


def order_table(group: ranking.Group) -> Table:
    """Return the order of a group, with means and first places."""
    columns = [Column("Option"), Column("Place", numeric=True), Column("Mean place", numeric=True)]
    columns.append(Column("First places", numeric=True))
    rows = [
        [Cell(line.title), Cell(str(place)), Cell(line.mean_words), Cell(f"{line.firsts:,}")]
        for place, line in enumerate(group.lines, 1)
    ]
    return Table(f"{group.name}: {group.answers:,} answers", columns, rows, stacks=True)


def firsts_table(group: ranking.Group) -> Table:
    """Return the order by first places alone."""
    columns = [Column("Option"), Column("First places", numeric=True)]
    lines = sorted(group.lines, key=lambda line: -line.firsts)
    rows = [[Cell(line.title), Cell(f"{line.firsts:,}")] for line in lines]
    return Table(f"{group.name}, by first places alone", columns, rows, stacks=True)


def results(priority: Priority) -> dict[str, Any]:
    """Return what both the officers' and the public page of results show."""
    found = selectors.results_of(priority)
    shown = [one for one in found.wards if one.lines]
    return {
        "found": found,
        "method": ranking.METHOD,
        "everybody": order_table(found.everybody) if found.everybody.lines else None,
        "firsts": firsts_table(found.everybody) if found.everybody.lines else None,
        "wards": wards_table(found) if found.wards else None,
        "ward_orders": [order_table(one) for one in shown],
    }


def answers_table(rows: list[PriorityAnswer]) -> Table:
    """Return answers with their words, without ward and order: nobody reads those singly."""
    columns = [Column("Answer"), Column("Words"), Column("Counts"), Column("What can be done")]
    cells = [
        [
            Cell(f"Answer {one.pk}", hint=moment(one.received_at)),
            Cell(one.text or "None"),
            Cell("No" if one.hidden_reason else "Yes", hint=one.hidden_reason),
            Cell(
                f"Count answer {one.pk} after all" if one.hidden_reason else f"Leave answer {one.pk} out",
                href=reverse("planning:listening_answer_hide", args=[one.priority.body_id, one.priority_id, one.pk]),
            ),
        ]
        for one in rows
    ]
    return Table("Answers", columns, cells, empty="Nobody answered yet.", hide_caption=True, stacks=True)


def left_words(need: Need) -> str:
    """Say what is left to fill of a need."""
    left = selectors.left_of(need)
    if left is None or need.quantity is None:
        return "It is not said how much"
    if not left:
        return "Filled"
    return f"{plain(left)} of {plain(need.quantity)} {consulting.in_units(need.unit)} left to fill"


def state_of(need: Need) -> str:
    """Say whether everybody sees a need."""
    if need.hidden_reason:
        return "Not shown"
    if need.closed_on is not None:
        return "Closed"
    return "Shown to everybody" if need.shown else "Nobody looked at it yet"


def posted_table(rows: list[Need]) -> Table:
    """Return posted needs for officers."""
    columns = [Column("Need"), Column("Who"), Column("State"), Column("Left")]
    cells = [
        [
            Cell(
                one.title,
                href=reverse("planning:listening_posted_need", args=[one.body_id, one.pk]),
                hint=f"{one.place or 'The whole area'}, {day_words(one.created_at)}",
            ),
            Cell(one.group or one.source),
            Cell(state_of(one), hint=one.hidden_reason),
            Cell(left_words(one)),
        ]
        for one in rows
    ]
    empty = "No community group posted a need yet."
    return Table("Posted needs", columns, cells, empty=empty, hide_caption=True, stacks=True)


def offers_table(need: Need) -> Table:
    """Return what was offered on a need."""
    columns = [Column("Offered"), Column("By"), Column("Recorded")]
    rows = [
        [
            Cell(f"{plain(one.quantity)} {consulting.in_units(need.unit)}"),
            Cell(f"{one.measure.plan.reference}: {one.measure}" if one.measure else one.note, hint=one.note),
            Cell(f"{one.by}, {day_words(one.at)}"),
        ]
        for one in selectors.offers_of(need)
    ]
    return Table("Offers", columns, rows, empty="Nothing was offered yet.", stacks=True)
