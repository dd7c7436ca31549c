"""
The second factor as a duty: whoever must use one sees nothing but the pages that set it up, and a session that was
entered past it is ended.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from commonweal_web.organisations import second_factor, sign_in_log

GetResponse = Callable[[HttpRequest], HttpResponse]

OPEN = frozenset(
    {
        "account_logout",
        "account_reauthenticate",
        "account_inactive",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
        "organisations:second_factor",
    }
)
"""The pages that a person sees who still has to set up a second factor."""
ONE_TRANSACTION = ("/account/2fa/", "/account/password/")
"""The library's pages that change how somebody signs in: the change and its row in the log stand or fall together."""


class SecondFactorMiddleware:
    """Let a person with a role that needs it do nothing before the second factor was used."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method != "POST" or not request.path.startswith(ONE_TRANSACTION):
            return self.get_response(request)
        with transaction.atomic():
            who, before = request.user.pk, sign_in_log.factors_of(request.user)
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif who is not None and request.user.pk == who:
                sign_in_log.note_factors(request, before)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        if getattr(view, "public", False) or _name(request) in OPEN:
            return None
        if not request.user.is_authenticated or second_factor.done(request) or not second_factor.needed(request.user):
            return None
        if not second_factor.has_one(request.user):
            return HttpResponseRedirect(reverse("organisations:second_factor"))
        logout(request)
        messages.warning(request, "Sign in again and use your second factor. Your role needs it.")
        return HttpResponseRedirect(reverse("account_login"))


def _name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""
