"""
The second factor: for whom it is a duty, and whether this session was entered with one.

A session knows in two ways: the sign-in library's own records of what was used, and a note of ours for what it does
not record (a factor just set up, an identity provider that vouches for one, the demo, a test). A note names the person
it is about, so that it never counts for the next one who signs in from the same browser.
"""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest

from commonweal_web.organisations.roles import STRONG_SIGN_IN_ROLES
from commonweal_web.organisations.selectors import memberships

SESSION_KEY = "commonweal_second_factor"
SET_UP, PROVIDER, DEMO, TEST = "set_up", "provider", "demo", "test"
FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def needed(user: Any) -> bool:
    """Say whether one of the person's roles in force makes a second factor a duty."""
    return memberships(user).filter(role__in=STRONG_SIGN_IN_ROLES).exists()


def has_one(user: Any) -> bool:
    """Say whether the person has set up an authenticator app or a passkey."""
    return Authenticator.objects.filter(user_id=user.pk, type__in=FACTORS).exists()


def note(session: Any, user: Any, how: str) -> None:
    """Write down in the session that `user` fulfilled the duty by `how`."""
    session[SESSION_KEY] = f"{user.pk}:{how}"


def done(request: HttpRequest) -> bool:
    """Say whether the signed-in person entered this session with a second factor."""
    user: Any = request.user
    if any(record.get("method") == "mfa" for record in get_authentication_records(request, user)):
        return True
    who, _, how = str(request.session.get(SESSION_KEY, "")).partition(":")
    return who == str(user.pk) and how in _accepted()


def _accepted() -> set[str]:
    """The notes that count: that of a test or of the demo only in that mode."""
    return {SET_UP, PROVIDER} | ({DEMO} if settings.DEMO else set()) | ({TEST} if settings.MODE == "test" else set())
