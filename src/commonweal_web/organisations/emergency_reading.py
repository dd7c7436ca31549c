"""
The one place where an emergency access lets somebody in: the door, after their own roles did not.

A page is shown under it only for a GET, only where the table marks its permission with break-glass, and only once its
row is in the body's log.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse

from commonweal_web.core import clock
from commonweal_web.organisations import emergency, second_factor, selectors
from commonweal_web.organisations.emergency_models import EmergencyAccess
from commonweal_web.organisations.policies import Permission, opened_in_an_emergency
from commonweal_web.organisations.roles import Role
from commonweal_web.organisations.services.emergency import note_read


def running_for(user: Any) -> EmergencyAccess | None:
    """Return the access that `user` can read under now: still a platform administrator, and without a role there."""
    if not getattr(user, "pk", None):
        return None
    access = EmergencyAccess.objects.running(clock.now()).filter(person=user).select_related("organisation").first()
    if access is None or not selectors.memberships(user).filter(role=Role.PA).exists():
        return None
    own = selectors.acted_for(user, [role.value for role in Role])
    return None if own.filter(pk=access.organisation_id).exists() else access


def read(request: HttpRequest, permission: Permission, make: Callable[[], HttpResponse]) -> HttpResponse | None:
    """Return the page that `make` makes under the person's emergency access, noted in the log; None without one."""
    if request.method not in ("GET", "HEAD") or not opened_in_an_emergency(permission):
        return None
    access = running_for(request.user)
    if access is None or not second_factor.done(request):
        return None
    with emergency.reading(person=access.person_id, body=access.organisation_id):
        response = make()
    if response.status_code < 300:
        note_read(access=access, page=request.path, by=request.user, now=clock.now())
    return response
