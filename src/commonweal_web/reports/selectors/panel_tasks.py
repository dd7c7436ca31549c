"""What the panel and the approval of a plan need from somebody: votes, meetings, conditions, measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from commonweal.periods import day_in_words
from commonweal_web.delivery.returns.dates import london_day
from commonweal_web.planning.gateway import waiting
from commonweal_web.reports.links import link
from commonweal_web.reports.selectors.one_task import MOST, Collector, Task, since


def votes(user: Any, day: dt.date) -> Iterator[Task]:
    """Plans before a panel on which a member has not voted yet."""
    for sitting in waiting.votes(user, day)[:MOST]:
        on = sitting.meeting.on
        where = link("planning:panel_sitting", sitting.plan_id, sitting.pk)
        words = f"Vote at the {sitting.meeting.panel}"
        yield Task(words, str(sitting.plan), where, on, f"meeting on {day_in_words(on)}", late=on < day)


def meetings(user: Any, day: dt.date) -> Iterator[Task]:
    """Meetings whose day has come and whose votes are still open."""
    for meeting in waiting.meetings(user, day)[:MOST]:
        panel = meeting.panel
        where = link("planning:panel_meeting", panel.body_id, panel.pk, meeting.pk)
        yield Task("Close the votes of a meeting", str(panel), where, meeting.on, f"met on {day_in_words(meeting.on)}")


def conditions(user: Any, day: dt.date) -> Iterator[Task]:
    """Conditions to answer, for who works on the plan, and to close, for the panel."""
    kinds = (("Answer a condition", waiting.to_answer(user, day)), ("Close a condition", waiting.to_close(user, day)))
    for words, rows in kinds:
        for one in rows[:MOST]:
            plan = one.sitting.plan
            at = one.answered_at or one.sitting.decided_at
            on = london_day(at) if at else day
            yield Task(f"{words}: {one.text}", str(plan), link("planning:panel_gateway", plan.pk), on, since(on))


def measures(user: Any, day: dt.date) -> Iterator[Task]:
    """Measures of plans that have passed the panel, for the director or a delegate."""
    for plan, count, at in waiting.approvals(user, day)[:MOST]:
        on = london_day(at)
        words = f"{count} measure{'' if count == 1 else 's'} of a plan to approve"
        yield Task(words, str(plan), link("planning:panel_approve", plan.pk), on, since(on))


PANEL: tuple[Collector, ...] = (votes, meetings, conditions, measures)
