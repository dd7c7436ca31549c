"""How a plan's weight stands against the least that policy and law ask, and whose approvals are still missing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from commonweal.policy.rules import Answer
from commonweal.quantities import plain
from commonweal_web.core import clock
from commonweal_web.organisations.models import ActingFor, Membership, User, in_force
from commonweal_web.organisations.policies import Permission, roles_with
from commonweal_web.planning.doors import may
from commonweal_web.planning.models import Interest, Plan, PlanPart, WeightApproval
from commonweal_web.planning.policies.deciding import Decided

NEEDED = 2
"""People who must approve a weight below the floor."""
WRITING = ("commissioner", "procurement", "lead")
"""The parts of those who write a plan and so never approve its weight."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """
    Where a weight stands. `asked` says that a rule asks for one, `unknown` that this cannot be told yet.

    `approvals` are those of this very weight; they count only where it is below the floor.
    """

    weight: Decimal | None
    floor: Decimal | None
    asked: bool
    unknown: bool
    approvals: tuple[WeightApproval, ...]

    @property
    def below(self) -> bool:
        """Whether the weight is below the floor."""
        return self.weight is not None and self.floor is not None and self.weight < self.floor

    @property
    def missing(self) -> int:
        """How many approvals are still missing."""
        return max(NEEDED - len(self.approvals), 0) if self.below else 0

    @property
    def done(self) -> bool:
        """Whether the plan can go on with this weight."""
        if self.weight is None:
            return not self.asked and not self.unknown
        return not self.missing

    @property
    def waiting(self) -> str:
        """What it waits for, in words; empty where it waits for nothing."""
        return {0: "", 1: "Waiting for a second approval", 2: "Waiting for two approvals"}[self.missing]


def weighing_of(plan: Plan, decided: Decided) -> Weighing:
    """Return where the weight of a plan stands."""
    answer = decided.least_weight.answer
    given = plan.weight_approvals.filter(weight=plan.weight).select_related("by").order_by("at", "pk")
    return Weighing(
        weight=plan.weight,
        floor=decided.floor,
        asked=answer is Answer.APPLIES,
        unknown=answer is Answer.UNKNOWN,
        approvals=tuple(given) if plan.weight is not None else (),
    )


def split_words(plan: Plan) -> str:
    """Return weight and split as people write them: "20 % (10 + 10)"; empty where no weight is set."""
    if plan.weight is None:
        return ""
    words = per_cent(plan.weight)
    if plan.quantitative is None or plan.qualitative is None:
        return words
    return f"{words} ({_number(plan.quantitative)} + {_number(plan.qualitative)})"


def per_cent(number: Decimal) -> str:
    """Return a share as people write it: "20 %", "17.5 %"."""
    return f"{_number(number)} %"


def why_not(plan: Plan, user: Any) -> str:
    """Return why somebody who holds the role still cannot approve this plan's weight; empty where they can."""
    wrote = PlanPart.objects.filter(plan=plan, user=user, part__in=WRITING).exists()
    if wrote or plan.created_by_id == user.pk:
        return "You write this plan, so others approve its weight."
    if Interest.objects.filter(plan=plan, user=user).exists():
        return "You declared an interest in this plan, so others approve its weight."
    return ""


def who_may(plan: Plan) -> list[User]:
    """Return the people who may approve a weight below the floor on this plan and have not yet, by name."""
    services = ActingFor.objects.filter(in_force(clock.today()), partner=plan.authority_id).values_list(
        "service", flat=True
    )
    held = Membership.objects.filter(
        in_force(clock.today()),
        organisation__in=[plan.authority_id, *services],
        role__in=list(roles_with(Permission.WEIGHT_BELOW_FLOOR)),
        user__is_active=True,
    )
    given = plan.weight_approvals.filter(weight=plan.weight).values("by")
    people = User.objects.filter(pk__in=held.values("user")).exclude(pk__in=given).order_by("name")
    return [one for one in people if may(one, Permission.WEIGHT_BELOW_FLOOR, plan) and not why_not(plan, one)]


def _number(number: Decimal) -> str:
    return plain(Decimal(number))
