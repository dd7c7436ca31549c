"""What pages about listening read: soundings of a plan, forms on priorities with their results, posted needs."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet

from commonweal_web.frameworks.consulting import respondents
from commonweal_web.frameworks.consulting.phases import Phase, phase_of
from commonweal_web.frameworks.consulting.selectors import shown as shown_comments
from commonweal_web.organisations import selectors as organisations
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.listening import ranking
from commonweal_web.planning.models import Need, NeedOffer, Plan, PlanMeasure, Priority, PriorityAnswer, Sounding


def soundings_of(plan: Plan) -> QuerySet[Sounding]:
    """Return the soundings of a plan, the newest first."""
    found = Sounding.objects.filter(plan=plan).select_related("consultation__body", "consultation__pack", "plan")
    return found.order_by("-consultation__opens", "-pk")


def published_soundings(plan: Plan) -> list[Sounding]:
    """Return the soundings whose summary is published and goes with the tender, the oldest first."""
    found = soundings_of(plan).filter(in_tender=True, consultation__summary_at__isnull=False)
    return list(found.filter(consultation__withdrawn_at__isnull=True).order_by("consultation__opens", "pk"))


def who_answered(sounding: Sounding) -> str:
    """Say who answered: 14 suppliers and 3 community groups."""
    return respondents.counted(sounding.consultation)


def unfinished_soundings(plan: Plan, day: dt.date) -> list[Sounding]:
    """Return the soundings of a plan whose answers are still to be published."""
    over = (Phase.ANSWERED, Phase.WITHDRAWN)
    return [one for one in soundings_of(plan) if phase_of(one.consultation, day) not in over]


def comments_left(sounding: Sounding) -> int:
    """Return how many comments have no answer yet."""
    return shown_comments(sounding.consultation).filter(outcome="").count()


def may_draft_at(user: Any, body: Organisation) -> bool:
    """Say whether somebody keeps the forms on priorities and the posted needs of a body."""
    return organisations.organisations_with(user, Permission.PLAN_DRAFT).filter(pk=body.pk).exists()


def priorities_of(user: Any, body: Organisation) -> QuerySet[Priority]:
    """Return the forms of a body, without those about plans that somebody does not see."""
    seen = Plan.objects.visible_to(user).filter(authority=body)
    found = Priority.objects.filter(body=body).select_related("body", "plan")
    return found.filter(Q(plan__isnull=True) | Q(plan__in=seen.values("pk")))


def public_priorities() -> QuerySet[Priority]:
    """Return every form on priorities; all are public from the day on which they are made."""
    return Priority.objects.select_related("body").order_by("closes", "pk")


def counted_answers(priority: Priority) -> QuerySet[PriorityAnswer]:
    """Return the answers that count: all that are not hidden."""
    return priority.answers.filter(hidden_reason="")


def results_of(priority: Priority) -> ranking.Results:
    """Return what residents' answers come to."""
    answers = counted_answers(priority).order_by().values_list("ward", "ranking")
    return ranking.results(options=priority.options, wards=priority.wards, answers=answers)


def public_needs() -> QuerySet[Need]:
    """Return the needs that everybody sees."""
    found = Need.objects.filter(shown=True, closed_on__isnull=True, hidden_reason="").select_related("body")
    return found.prefetch_related("offers").order_by("body__name", "place", "title", "pk")


def posted_needs(body: Organisation) -> QuerySet[Need]:
    """Return what community groups posted at a body, with what else stands on its public list."""
    found = Need.objects.filter(body=body).filter(~Q(group="") | Q(shown=True))
    return found.prefetch_related("offers").order_by("-created_at", "-pk")


def waiting_needs(body: Organisation) -> int:
    """Return how many posted needs nobody looked at yet."""
    return (
        Need.objects.filter(body=body, shown=False, hidden_reason="", closed_on__isnull=True).exclude(group="").count()
    )


def left_of(need: Need) -> Decimal | None:
    """Return what is left to fill of a need; nothing where it does not say how much."""
    if need.quantity is None:
        return None
    return need.quantity - sum((one.quantity for one in need.offers.all()), Decimal(0))


def offers_of(need: Need) -> QuerySet[NeedOffer]:
    """Return the offers on a need in the order in which they came."""
    return need.offers.select_related("measure__plan", "by").order_by("pk")


def measures_for(user: Any, need: Need) -> QuerySet[PlanMeasure]:
    """Return the measures that can fill a need: in its unit, of the body's plans that somebody drafts."""
    plans = Plan.objects.allowing(user, Permission.PLAN_DRAFT).filter(authority=need.body_id)
    found = PlanMeasure.objects.filter(plan__in=plans.values("pk"), unit=need.unit).exclude(unit="")
    return found.select_related("plan").order_by("plan__reference", "order", "pk")
