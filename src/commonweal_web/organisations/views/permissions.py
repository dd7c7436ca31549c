"""The page of who may do what, made from the one table."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from commonweal_web.core.http import render
from commonweal_web.organisations import permission_table
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.roles import STRONG_SIGN_IN_ROLES, Role


@requires(Permission.PERMISSIONS_READ)
def permissions(request: HttpRequest) -> HttpResponse:
    context = {
        "title": "Who may do what",
        "lines": permission_table.lines(),
        "roles": [(role, role in STRONG_SIGN_IN_ROLES) for role in Role],
        "meaning": permission_table.MEANING,
    }
    return render(request, "organisations/permissions.html", context)


@requires(Permission.PERMISSIONS_READ)
def permissions_csv(request: HttpRequest) -> HttpResponse:
    response = HttpResponse(permission_table.as_csv(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="permissions.csv"'
    return response
