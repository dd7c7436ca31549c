"""What the plan's page says of needs and measures: how many are chosen, and what keeps the plan from the panel."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.planning.measures import selectors
from commonweal_web.planning.models import Plan
from commonweal_web.planning.policies.deciding import decide_plan
from commonweal_web.planning.sections import Section


def section(plan: Plan, user: Any) -> Section:
    """
    Return the line of the task list. It is done when nothing stands against the choice.

    Where the policy asks for no measures, none need be chosen; where the body has no policy, one has to be.
    """
    rows, decided = selectors.measures_of(plan), decide_plan(plan, clock.today())
    problems = selectors.problems_of(plan, rows, decided)
    status = f"{len(rows)} chosen" if rows else "None chosen"
    hint = " ".join(selectors.in_words(one) for one in problems)
    done = not problems and (bool(rows) or decided.policy is not None)
    if not done and not hint:
        hint = "Choose a measure. The body has no policy in force that says that none is needed."
    return Section(
        key="measures",
        title="Needs and measures",
        url=reverse("planning:measure_list", args=[plan.pk]),
        status=status,
        done=done,
        hint=hint,
    )
