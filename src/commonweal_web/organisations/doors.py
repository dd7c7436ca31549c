"""
The doors: every view names its permission, and gets the record that it is about only through it.

    @requires(Permission.KPI_READ, contract_scope)
    def contract_page(request, contract): ...

A scope loads the record from the address. It raises `Http404` where the person does not see the record at all, and
`NotPermitted` where they see it but may not do this. A platform administrator whom it keeps out is let in to
read, where the table says break-glass and an emergency access runs.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from commonweal_web.core.errors import NotPermitted
from commonweal_web.organisations import emergency_reading, selectors
from commonweal_web.organisations.policies import TABLE, Permission, holders_in_words

View = Callable[..., HttpResponse]
Scope = Callable[..., dict[str, Any]]
"""(user, permission, **arguments of the address) -> the arguments that the view gets instead."""


def requires(permission: Permission, scope: Scope | None = None) -> Callable[[View], View]:
    """Let a view run only for a signed-in person who holds `permission`; `scope` finds the record and checks it."""

    def decorate(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, **address: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            found = functools.partial(_found, request.user, permission, scope, address)
            try:
                arguments = found()
            except (Http404, NotPermitted):
                page = emergency_reading.read(request, permission, lambda: view(request, **found()))
                if page is None:
                    raise
                return page
            return view(request, **arguments)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.scope = scope  # type: ignore[attr-defined]
        return guarded

    return decorate


def _found(user: Any, permission: Permission, scope: Scope | None, address: dict[str, Any]) -> dict[str, Any]:
    """Return what the view gets: what the scope finds for this person, or the address where no record is named."""
    if scope is not None:
        return scope(user, permission, **address)
    require(user, permission)
    return address


def public(view: View) -> View:
    """Mark a view as open to everybody, signed in or not; the list of such views is a test's."""
    view.public = True  # type: ignore[attr-defined]
    return view


def require(user: Any, permission: Permission) -> None:
    """
    Refuse unless the person holds `permission` in any of their roles in force.

    :raises NotPermitted: with who may
    """
    if not selectors.roles_of(user, permission):
        raise NotPermitted(
            f"Your roles do not let you {TABLE[permission].action}. This is for: {holders_in_words(permission)}."
        )
