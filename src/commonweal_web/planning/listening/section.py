"""What listening says on a plan's page: soundings that are under way hold the plan, the rest is a choice."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal.reporting import wording
from commonweal_web.core import clock
from commonweal_web.frameworks.consulting.phases import Phase, phase_of
from commonweal_web.planning.listening import selectors
from commonweal_web.planning.models import Plan, Sounding
from commonweal_web.planning.sections import Section


def section(plan: Plan, user: Any) -> Section:
    """Say who was asked about the plan, and whose answers are still open."""
    soundings, left = list(selectors.soundings_of(plan)), selectors.unfinished_soundings(plan, clock.today())
    forms = plan.priorities.count()
    if left:
        status = "Under way"
    elif soundings or forms:
        status = "Done"
    else:
        status = "Nobody was asked"
    said = []
    if soundings:
        said.append("1 sounding" if len(soundings) == 1 else f"{len(soundings)} soundings")
    if forms:
        said.append("1 form on priorities" if forms == 1 else f"{forms} forms on priorities")
    hint = f"{' and '.join(said)}." if said else "You can ask the market and residents; nothing hangs on it."
    return Section(
        key="listening",
        title="Market and residents",
        url=reverse("planning:listening_plan", args=[plan.pk]),
        status=status,
        done=not left,
        hint=_missing(left[0]) if left else hint,
    )


def _missing(sounding: Sounding) -> str:
    asked = sounding.consultation
    match phase_of(asked, clock.today()):
        case Phase.CLOSED:
            count = selectors.comments_left(sounding)
            if count:
                return f"{asked.title}: {count} comment{'' if count == 1 else 's'} without an answer."
            return f"{asked.title}: its answers are to be published."
    return f"{asked.title} is open to the end of {wording.day(asked.closes)}."
