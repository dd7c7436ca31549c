"""Which plans a person sees: every query for people starts here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from commonweal_web.core import clock
from commonweal_web.organisations import selectors
from commonweal_web.organisations.models import in_force
from commonweal_web.organisations.policies import Permission, Reach, roles_with
from commonweal_web.organisations.roles import DIRECTORATE_ROLES, Role

if TYPE_CHECKING:
    from commonweal_web.planning.models import Plan  # noqa: F401  # names the type of the rows

NOBODYS = Q(pk__in=[])
PARTS: dict[Role, str] = {
    Role.COM: "commissioner",
    Role.PRO: "procurement",
    Role.SVL: "lead",
    Role.APP: "director",
    Role.AUD: "auditor",
}
"""The part in a plan that goes with each role whose reach is "assigned"."""


class PlanQuerySet(QuerySet["Plan"]):
    """Plans, narrowed to what a person may see or do."""

    def allowing(self, user: Any, permission: Permission) -> PlanQuerySet:
        """Return the plans on which `user` holds `permission` today, through any of their roles."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        held = selectors.roles_held(user)
        whole, near = (roles_with(permission, reach) & held for reach in (Reach.OWN, Reach.ASSIGNED))
        condition = NOBODYS
        if whole:
            condition |= Q(authority__in=selectors.acted_for(user, whole))
        if near:
            condition |= self._assigned_to(user, near)
        return self.filter(pk__in=self.model._default_manager.filter(condition).values("pk"))

    def visible_to(self, user: Any) -> PlanQuerySet:
        """Return the plans that `user` may read; every other one does not exist for them."""
        return self.allowing(user, Permission.PLAN_READ)

    def _assigned_to(self, user: Any, roles: frozenset[Role]) -> Q:
        day = clock.today()
        found = NOBODYS
        for role in roles & PARTS.keys():
            mine = Q(parts__user=user, parts__part=PARTS[role]) & in_force(day, "parts__")
            found |= mine & Q(authority__in=selectors.acted_for(user, {role}))
        directed = roles & DIRECTORATE_ROLES
        if directed:
            own = selectors.memberships(user).filter(role__in=directed, directorate__isnull=False)
            found |= Q(directorate__in=own.values("directorate"))
        if Role.CAT in roles:
            seat = Q(sittings__meeting__panel__members__user=user)
            found |= (
                seat
                & in_force(day, "sittings__meeting__panel__members__")
                & Q(authority__in=selectors.acted_for(user, {Role.CAT}))
            )
        return found
