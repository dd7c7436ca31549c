"""
The planned procurements of a quarter: their average weight against the policy's floor, and what running contracts have.

A plan belongs to the quarter in which its procurement commences, or, while no day is named, to that in which it was
made. A shared service sees its partners' plans as one portfolio, as the rule on the average asks.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from commonweal.periods import DAY, Period, add_months
from commonweal.policy import decide
from commonweal.policy.measures import Average, average_weighting
from commonweal.policy.rules import Answer, AverageRule
from commonweal.policy.writing import figures_of
from commonweal.quantities import plain
from commonweal_web.contracts.models import Contract, Kpi, Status
from commonweal_web.core.clock import LONDON
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import ActingFor, Organisation, in_force
from commonweal_web.organisations.policies import Permission, Reach
from commonweal_web.planning.models import Plan, Policy
from commonweal_web.planning.policies.deciding import facts_of_plan, keeps_policy
from commonweal_web.planning.policies.selectors import pack_of, policy_on

MIDNIGHT = dt.time(0, 0, tzinfo=LONDON)


@dataclass(frozen=True, slots=True)
class Line:
    """
    A plan of the quarter. `rule` is the average that the policy asks of it, None where it asks none; `listed` says
    that it pulls an average that is too low below the floor, so that it is on the panel's list and needs a reason.
    """

    plan: Plan
    rule: AverageRule | None
    listed: bool = False

    @property
    def counted(self) -> bool:
        """Whether its weight is part of the average."""
        return self.rule is not None and self.plan.weight is not None

    @property
    def needs_reason(self) -> bool:
        """Whether the officer still has to say why."""
        return self.listed and not self.plan.weight_reason.strip()


@dataclass(frozen=True, slots=True)
class Cover:
    """
    Contracts that run in the quarter. `asked` are those whose value the policy asks measures of, `below` those under
    that amount, `free` those without a stated value or of a body without a policy; each as (with KPIs, without).
    `amounts` are the amounts, more than one where bodies differ.
    """

    asked: tuple[int, int]
    below: tuple[int, int]
    free: tuple[int, int]
    amounts: tuple[Decimal, ...] = ()

    @property
    def rows(self) -> tuple[tuple[int, int], ...]:
        return (self.asked, self.below, self.free)

    @property
    def covered(self) -> int:
        """How many have KPIs."""
        return sum(one for one, _ in self.rows)

    @property
    def contracts(self) -> int:
        return sum(sum(row) for row in self.rows)


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A quarter of a body or a shared service; `average` is None where no weight counts yet."""

    body: Organisation
    quarter: Period
    on: dt.date
    lines: tuple[Line, ...]
    average: Average | None
    cover: Cover

    @property
    def counted(self) -> int:
        return sum(line.counted for line in self.lines)

    @property
    def listed(self) -> tuple[Line, ...]:
        """What is on the panel's list."""
        return tuple(line for line in self.lines if line.listed)


def quarter_of(day: dt.date) -> Period:
    """Return the quarter in which a day lies."""
    start = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    return Period(start, add_months(start, 3) - DAY)


def quarters_around(day: dt.date, *, back: int = 7, ahead: int = 4) -> list[Period]:
    """Return the quarters that a page offers, the latest first."""
    start = quarter_of(day).start
    return [quarter_of(add_months(start, 3 * step)) for step in range(ahead, -back - 1, -1)]


def quarter_of_plan(plan: Plan) -> Period:
    """Return the quarter to which a plan belongs."""
    return quarter_of(plan.commences or plan.created_at.astimezone(LONDON).date())


def portfolio_of(body: Organisation, quarter: Period, today: dt.date) -> Portfolio:
    """Return the planned procurements of a quarter, and the contracts that run in it."""
    on = min(today, quarter.end)
    bodies = _bodies(body, on)
    lines, average = _averaged(_lines(bodies, quarter, on))
    return Portfolio(body, quarter, on, lines, average, _cover(bodies, quarter, on))


def average_for(plan: Plan, on: dt.date) -> tuple[Average | None, tuple[Line, ...]]:
    """
    Return the average of a plan's quarter as its policy asks it, and the plans on the panel's list.

    The portfolio is that of the shared service which acts for the body, if one does, or else the body's own.
    """
    acting = ActingFor.objects.filter(in_force(on), partner=plan.authority).select_related("service").first()
    bodies = _bodies(acting.service if acting else plan.authority, on)
    lines, average = _averaged(_lines(bodies, quarter_of_plan(plan), on))
    return average, tuple(line for line in lines if line.listed)


def average_told(plan: Plan, on: dt.date) -> dict[str, Any] | None:
    """Return what `average_for` does in words, in JSON's own kinds, for a pack that is frozen."""
    average, listed = average_for(plan, on)
    if average is None:
        return None
    below = [
        {"plan": str(one.plan), "weight": plain(one.plan.weight or Decimal(0)), "reason": one.plan.weight_reason}
        for one in listed
    ]
    return {"words": average_words(average, quarter_of_plan(plan)), "below": below}


def average_words(average: Average, quarter: Period) -> str:
    """Return an average in words: "The average weight of July to September 2026 is 17.5%: below 20%."."""
    return f"The average weight of {quarter.label} is {average.shown}: {average.words}."


def plans_in(bodies: Iterable[Organisation], quarter: Period) -> QuerySet[Plan]:
    """Return the plans of a quarter, withdrawn ones left out."""
    first = dt.datetime.combine(quarter.start, MIDNIGHT)
    after = dt.datetime.combine(quarter.end + DAY, MIDNIGHT)
    made = Q(commences__isnull=True, created_at__gte=first, created_at__lt=after)
    named = Q(commences__gte=quarter.start, commences__lte=quarter.end)
    found = Plan.objects.filter(made | named, authority__in=list(bodies)).exclude(state=Plan.State.WITHDRAWN)
    return found.select_related("authority", "policy", "policy__body").order_by("authority__name", "reference")


def sees_whole(user: Any, body: Organisation) -> bool:
    """Return whether a person reads every line of the portfolio, or only the plans in which they have a part."""
    whole = organisations.organisations_with(user, Permission.DASHBOARD_READ, Reach.OWN)
    return whole.filter(pk=body.pk).exists()


def visible_plans(user: Any, lines: Sequence[Line]) -> set[int]:
    """Return which of these plans a person may open."""
    pks = [line.plan.pk for line in lines]
    return set(Plan.objects.filter(pk__in=pks).visible_to(user).values_list("pk", flat=True))


def _bodies(body: Organisation, on: dt.date) -> list[Organisation]:
    partners = ActingFor.objects.filter(in_force(on), service=body).select_related("partner")
    return [body, *(row.partner for row in partners)]


def _lines(bodies: Sequence[Organisation], quarter: Period, on: dt.date) -> list[Line]:
    in_force = {body.pk: policy_on(body, on) for body in bodies}
    found = []
    for plan in plans_in(bodies, quarter):
        policy = plan.policy if keeps_policy(plan) else in_force[plan.authority_id]
        found.append(Line(plan, None if policy is None else _rule(plan, policy, on)))
    return found


def _rule(plan: Plan, policy: Policy, on: dt.date) -> AverageRule | None:
    results = decide([pack_of(policy)], facts_of_plan(plan, on), topics=("average",))
    found = (one.rule.effect.average for one in results if one.answer is Answer.APPLIES)
    return next((one for one in found if one is not None), None)


def _averaged(lines: Sequence[Line]) -> tuple[tuple[Line, ...], Average | None]:
    """The average by the strictest of the rules that apply; where it is too low, what lies below is listed."""
    weights = [line.plan.weight for line in lines if line.rule is not None and line.plan.weight is not None]
    if not weights:
        return tuple(lines), None
    rule = max((line.rule for line in lines if line.rule is not None), key=lambda one: one.percent)
    average = average_weighting(weights, rule)
    below = [line for line in lines if not average.met and _below(line, rule.percent)]
    return tuple(Line(line.plan, line.rule, line in below) for line in lines), average


def _below(line: Line, floor: Decimal) -> bool:
    return line.rule is not None and line.plan.weight is not None and line.plan.weight < floor


def _cover(bodies: Iterable[Organisation], quarter: Period, on: dt.date) -> Cover:
    agreed = Kpi.objects.filter(contract=OuterRef("pk"), current__isnull=False, retired_on__isnull=True)
    counts = {"asked": [0, 0], "below": [0, 0], "free": [0, 0]}
    from_ = {body: _measured_from(body, on) for body in bodies}
    for body, least in from_.items():
        running = Contract.objects.filter(authority=body, starts__lte=quarter.end, ends__gte=quarter.start)
        rows = running.exclude(status=Status.DRAFT).annotate(has=Exists(agreed)).order_by()
        for value, has, number in rows.values_list("value_pence", "has").annotate(number=Count("pk")):
            kind = "free"
            if least is not None and value is not None:
                kind = "below" if Decimal(value) / 100 < least else "asked"
            counts[kind][0 if has else 1] += number
    asked, below, free = (tuple(counts[name]) for name in ("asked", "below", "free"))
    amounts = tuple(sorted({one for one in from_.values() if one is not None}))
    return Cover(asked, below, free, amounts)  # type: ignore[arg-type]  # pairs


def _measured_from(body: Organisation, on: dt.date) -> Decimal | None:
    """The amount from which the policy asks for measures, or else for consideration."""
    policy = policy_on(body, on)
    if policy is None:
        return None
    figures = figures_of(pack_of(policy))
    return figures.consider if figures.measure is None else figures.measure
