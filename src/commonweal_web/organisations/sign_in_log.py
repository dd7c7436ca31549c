"""What happens at the door, noted as it happens; what changes how somebody signs in is in the audit log as well."""

from __future__ import annotations

import ipaddress
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.models import EmailAddress
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db import transaction

from commonweal_web.audit import services as audit
from commonweal_web.core import clock
from commonweal_web.organisations import second_factor, throttle
from commonweal_web.organisations.models import SignInEvent, User
from commonweal_web.organisations.selectors import home_organisation, memberships

PLATFORM = 0
WAYS = {
    "password": "password",
    "socialaccount": "identity provider",
    "totp": "authenticator app",
    "webauthn": "passkey",
    "recovery_codes": "recovery code",
}


def connect() -> None:
    """Listen to what the sign-in library tells; called once when the app is ready."""
    user_logged_in.connect(_signed_in, dispatch_uid="commonweal.signed_in")
    user_logged_out.connect(_signed_out, dispatch_uid="commonweal.signed_out")
    password_changed.connect(_password_changed, dispatch_uid="commonweal.password_changed")
    password_set.connect(_password_changed, dispatch_uid="commonweal.password_set")
    password_reset.connect(_password_reset, dispatch_uid="commonweal.password_reset")
    mfa.authentication_failed.connect(_code_failed, dispatch_uid="commonweal.code_failed")


def note(request: Any, kind: SignInEvent.Kind, user: Any, how: str = "") -> None:
    """Note one event at the door; `user` is None where nobody is known by what was typed."""
    SignInEvent.objects.create(at=clock.now(), kind=kind, user=user, how=how[:60], address=address_of(request) or None)


def address_of(request: Any) -> str:
    """Return the address that the request came from, or nothing where it is not known."""
    try:
        return str(ipaddress.ip_address(get_client_ip(request) or ""))
    except (ValueError, AttributeError):
        return ""


def account_named(email: str) -> User | None:
    """Return the account that goes with an address, for the note only: what the person sees is the same without."""
    found = filter_users_by_email(email, for_login=True) if email else []
    return found[0] if len(found) == 1 else None


def _signed_in(sender: Any, request: Any, user: Any, **_: Any) -> None:
    used = [record.get("type") or record.get("method") for record in get_authentication_records(request, user)]
    how = ", ".join(dict.fromkeys(WAYS.get(str(way), str(way)) for way in used))
    note(request, SignInEvent.Kind.SIGNED_IN, user, how)


def _signed_out(sender: Any, request: Any, user: Any, **_: Any) -> None:
    if user is not None:
        note(request, SignInEvent.Kind.SIGNED_OUT, user)


def _password_changed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    _change(request, user, SignInEvent.Kind.PASSWORD)


def _password_reset(sender: Any, request: Any, user: Any, **_: Any) -> None:
    """
    Whoever resets by mail has proved the address. A factor set up before that, on an address that nobody had proved,
    may be somebody else's: it goes.
    """
    unproved = EmailAddress.objects.filter(user=user, verified=False, email__iexact=user.email)
    if unproved.exists():
        Authenticator.objects.filter(user=user).delete()
        unproved.update(verified=True)
    throttle.forgive(clock.now(), all_of=("account", user.email))
    _change(request, user, SignInEvent.Kind.PASSWORD_RESET)


def note_factors(request: Any, before: dict[int, str]) -> None:
    """Log what was added or removed since `before`; a factor just set up counts for this session."""
    after = factors_of(request.user)
    for pk in after.keys() - before.keys():
        second_factor.note(request.session, request.user, second_factor.SET_UP)
        _change(request, request.user, SignInEvent.Kind.FACTOR_ADDED, after[pk])
    for pk in before.keys() - after.keys():
        _change(request, request.user, SignInEvent.Kind.FACTOR_REMOVED, before[pk])


def factors_of(user: Any) -> dict[int, str]:
    """Return the person's apps and passkeys by id; nobody has none."""
    found = Authenticator.objects.filter(user_id=user.pk, type__in=second_factor.FACTORS)
    return dict(found.values_list("pk", "type")) if user.pk else {}


def _code_failed(sender: Any, request: Any, user: Any, **_: Any) -> None:
    note(request, SignInEvent.Kind.FAILED, user, "code")


@transaction.atomic
def _change(request: Any, user: Any, kind: SignInEvent.Kind, type_: str = "") -> None:
    """Note a change to how somebody signs in, here and in the audit log of their organisation."""
    how = WAYS.get(str(type_), "")
    note(request, kind, user, how)
    home = home_organisation(user)
    first = memberships(user).order_by("pk").first()
    audit.record(
        organisation_id=home.pk if home else PLATFORM,
        by=user,
        role=first.role if first else "",
        verb=f"sign_in.{kind.value}",
        record=user,
        now=clock.now(),
        new={"second_factor": how} if how else None,
    )
