"""What every page's header shows: the body of the person who is signed in, and their places. One query a request."""

from __future__ import annotations

import structlog
from django.db import DatabaseError
from django.http import HttpRequest

from commonweal_web.core import places
from commonweal_web.organisations import emergency_reading, selectors
from commonweal_web.organisations.policies import Permission, roles_with
from commonweal_web.organisations.roles import BUYER_ROLES, Role

CACHE = "_commonweal_header"
OFFICERS = BUYER_ROLES
PLACES: tuple[tuple[str, str, Permission, bool], ...] = (
    # words, address, the permission whose holders get it, for officers only
    ("Home", "reports:home", Permission.ACCOUNT_OWN, False),
    ("Contracts", "contracts:list", Permission.KPI_READ, False),
    ("Plans", "planning:plan_bodies", Permission.PLAN_READ, True),
    ("Verify", "delivery:queue", Permission.CLAIM_VERIFY, True),
    ("Portfolio", "reports:portfolios", Permission.DASHBOARD_READ, True),
    ("Frameworks", "frameworks:keeping", Permission.MEASURE_PUBLISH, True),
    ("Log", "reports:log", Permission.AUDIT_READ, True),
    ("Samples", "delivery:samples", Permission.SAMPLE_CHECK, True),
    ("People", "organisations:bodies", Permission.PEOPLE_MANAGE, False),
    ("Requests", "organisations:requests", Permission.ORGANISATION_CREATE, False),
    ("Emergency access", "organisations:emergency", Permission.EMERGENCY_OPEN, False),
    ("Who may do what", "organisations:permissions", Permission.PERMISSIONS_READ, False),
)
OPEN: tuple[tuple[str, str], ...] = (
    ("Catalogue", "frameworks:catalogue"),
    ("Mapping tool", "mapping:start"),
    ("Consultations", "frameworks:consultations"),
    ("Priorities", "planning:listening_public_priorities"),
    ("Needs", "planning:listening_public_needs"),
)
"""Where a stranger may go: words and address."""
BANNER = "organisations/emergency_banner.html"
log = structlog.get_logger(__name__)


def header(request: HttpRequest) -> dict[str, object]:
    """Return `body_name` and `places` for a page; nothing for a stranger, and nothing while the database is away."""
    if not hasattr(request, CACHE):
        try:
            setattr(request, CACHE, _header(request))
        except DatabaseError:
            log.warning("header_without_database")
            return {}
    found: dict[str, object] = getattr(request, CACHE)
    return found


def _header(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"show_sign_in": True, "places": places.row(request, OPEN)}
    held = list(selectors.memberships(user).order_by("pk").values_list("role", "organisation__name"))
    roles = {role for role, _ in held}
    mine = [
        (words, name)
        for words, name, permission, officers in PLACES
        if roles & (roles_with(permission) & OFFICERS if officers else roles_with(permission)) or name == "reports:home"
    ]
    shown: dict[str, object] = {"body_name": held[0][1] if held else "", "places": places.row(request, mine)}
    access = emergency_reading.running_for(user) if Role.PA in roles else None
    return shown if access is None else shown | {"emergency_template": BANNER, "emergency": access}
