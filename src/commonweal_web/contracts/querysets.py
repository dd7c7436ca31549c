"""Which contracts a person sees: every query for people starts here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from commonweal_web.core import clock
from commonweal_web.organisations import emergency, selectors
from commonweal_web.organisations.models import in_force
from commonweal_web.organisations.policies import Permission, Reach, roles_with
from commonweal_web.organisations.roles import BUYER_ROLES, DIRECTORATE_ROLES, SUPPLIER_ROLES, Role

if TYPE_CHECKING:
    from commonweal_web.contracts.models import Contract  # noqa: F401  # names the type of the rows

NOBODYS = Q(pk__in=[])
"""The condition that no contract meets, to begin from."""
NEAR = (Reach.ASSIGNED, Reach.MASKED)
DELEGATED = frozenset({Permission.KPI_READ, Permission.KPI_APPROVE})
PARTS: dict[Role, tuple[str, ...]] = {
    Role.CM: ("owner", "deputy", "verifier"),
    Role.COM: ("commissioner",),
    Role.PRO: ("procurement",),
    Role.APP: ("director",),
    Role.SVL: ("lead",),
    Role.AUD: ("auditor",),
    Role.VCS: ("beneficiary",),
}
"""The part in a contract that goes with each role whose reach is "assigned"."""


class ContractQuerySet(QuerySet["Contract"]):
    """Contracts, narrowed to what a person may see or do."""

    def allowing(self, user: Any, permission: Permission) -> ContractQuerySet:
        """Return the contracts on which `user` holds `permission` today, through any of their roles."""
        if not getattr(user, "is_authenticated", False):
            return self.none()
        held = selectors.roles_held(user)
        whole = roles_with(permission, Reach.OWN) & held
        near = roles_with(permission, *NEAR) & held
        condition = NOBODYS
        if whole & BUYER_ROLES:
            condition |= Q(authority__in=selectors.acted_for(user, whole & BUYER_ROLES))
        if whole & SUPPLIER_ROLES:
            condition |= self._supplied_by(user, whole & SUPPLIER_ROLES)
        if near:
            condition |= self._assigned_to(user, near)
        if permission in DELEGATED:
            condition |= self._delegated_to(user)
        body = emergency.body_read_by(user, permission)
        if body is not None:
            condition |= Q(authority=body)
        return self.filter(pk__in=self.model._default_manager.filter(condition).values("pk"))

    def visible_to(self, user: Any) -> ContractQuerySet:
        """Return the contracts whose KPIs and progress `user` may read; every other one does not exist for them."""
        return self.allowing(user, Permission.KPI_READ)

    def _supplied_by(self, user: Any, roles: frozenset[Role]) -> Q:
        suppliers = selectors.memberships(user).filter(role__in=roles).values("organisation")
        day = clock.today()
        return Q(contract_suppliers__supplier__in=suppliers) & in_force(day, "contract_suppliers__")

    def _assigned_to(self, user: Any, roles: frozenset[Role]) -> Q:
        """A part in a contract counts for the role that goes with it, held at the authority or its shared service."""
        in_time = in_force(clock.today(), "assignments__")
        found = NOBODYS
        for role in roles & PARTS.keys():
            mine = Q(assignments__user=user, assignments__part__in=PARTS[role]) & in_time
            # A beneficiary's organisation is not the authority: the part alone tells which contract.
            found |= mine if role is Role.VCS else mine & Q(authority__in=selectors.acted_for(user, {role}))
        directed = roles & DIRECTORATE_ROLES
        if directed:
            own = selectors.memberships(user).filter(role__in=directed, directorate__isnull=False)
            found |= Q(directorate__in=own.values("directorate"))
        return found

    def _delegated_to(self, user: Any) -> Q:
        """Contracts of a delegated directorate (or of the whole body) up to the limit of the delegation."""
        found = NOBODYS
        for held in selectors.delegations_held(user):
            area = Q(directorate=held.directorate_id) if held.directorate_id else Q(authority=held.organisation_id)
            found |= area & (Q() if held.limit_pence is None else Q(value_pence__lte=held.limit_pence))
        return found
