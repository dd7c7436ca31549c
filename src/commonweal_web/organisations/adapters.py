"""
Where our rules enter the sign-in library: slow-down, mail by the outbox, no open sign-up, identity providers tied to
the e-mail domains of one body, and a second factor that cannot be taken away where it is a duty.
"""

from __future__ import annotations

import base64
import uuid
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.httpkit import get_client_ip
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponseRedirect
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.crypto import salted_hmac

from commonweal_web.core import clock, outbox
from commonweal_web.organisations import second_factor, sign_in_log, throttle
from commonweal_web.organisations.models import SignInEvent, User

UNKNOWN_TO_US = "No account here goes with this sign-in. Ask the administrator of your organisation to invite you."
UNKNOWN_ACCOUNT = "account/email/unknown_account"


class AccountAdapter(DefaultAccountAdapter):
    """Passwords: the same answer for every address, slower after failures, mail through the outbox."""

    error_messages: ClassVar = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": "This account is closed.",
        "email_password_mismatch": "The e-mail address or the password is not right. Check both and try again.",
        "invalid_login": "The e-mail address or the password is not right. Check both and try again.",
        "incorrect_password": "The password is not right. Type it again.",
        "enter_current_password": "The current password is not right. Type it again.",
        "incorrect_code": "The code is not right. Type the one that your app shows now.",
        "invalid_password_reset": "This link was used or is too old. Ask for a new one.",
        "invalid_or_expired_key": "This link was used or is too old. Ask for a new one.",
        "too_many_login_attempts": "Too many tries that failed. Wait a few minutes, then try again.",
        "rate_limited": "Too many tries. Wait a minute, then try again.",
        "same_as_current": "The new one must differ from the current one.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the mail; the words are those of the library's text templates, restyled by us."""
        site = {"name": "Commonweal", "domain": settings.BASE_URL.split("://")[-1]}
        whole = {"request": self.request, "email": email, "current_site": site, **context}
        subject = render_to_string(f"{template_prefix}_subject.txt", whole)
        body = render_to_string(f"{template_prefix}_message.txt", whole, self.request)
        if template_prefix == UNKNOWN_ACCOUNT:
            _read_as_for_a_known_address(email)
        now = clock.now()
        outbox.queue(
            key=f"account:{template_prefix.rpartition('/')[2]}:{uuid.uuid4()}",
            to=email,
            subject=f"Commonweal: {' '.join(subject.split())}",
            body=body.strip(),
            now=now,
        )

    def send_notification_mail(
        self,
        template_prefix: str,
        user: Any,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        agent = self.get_http_user_agent(self.request)[:200]
        words = {"timestamp": clock.now(), "ip": get_client_ip(self.request), "user_agent": agent, "user": user}
        self.send_mail(template_prefix, email or user.email, {**words, **(context or {})})

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        account = credentials.get("email", "")
        left = throttle.try_now(clock.now(), account=account, address=sign_in_log.address_of(request))
        if left:
            sign_in_log.note(request, SignInEvent.Kind.SLOWED, sign_in_log.account_named(account))
            raise ValidationError(throttle.words(left), code="slowed")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        user = super().authenticate(request, **credentials)
        if user is not None:
            throttle.forgive(
                clock.now(),
                all_of=("account", credentials.get("email", "")),
                one_of=("address", sign_in_log.address_of(request)),
            )
        return user

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        known = sign_in_log.account_named(credentials.get("email", ""))
        sign_in_log.note(request, SignInEvent.Kind.FAILED, known, "password")

    def reauthenticate(self, user: Any, password: str) -> bool:
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])


def _read_as_for_a_known_address(email: str) -> None:
    """Read once more, as the library does to make a link for an account, so that the time says nothing."""
    list(EmailAddress.objects.filter(email=email, user=None))


class MfaAdapter(DefaultMFAAdapter):
    """The second factor: named Commonweal in the app, and kept where a role makes it a duty."""

    error_messages: ClassVar = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "Your role needs a second factor. Add another one first, then remove this one.",
        "incorrect_code": "The code is not right. Type the one that your app shows now.",
    }

    def get_totp_issuer(self) -> str:
        return "Commonweal"

    def encrypt(self, text: str) -> str:
        """Keep the secrets of apps and recovery codes unreadable for whoever has a copy of the database only."""
        return _keys().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _keys().decrypt(encrypted_text.encode()).decode()

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        if not second_factor.needed(authenticator.user):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=second_factor.FACTORS)
        return others.exclude(pk=authenticator.pk).exists()


class _SlowCode:
    """A form for a code of the second factor that slows down like the password does."""

    user: Any

    def clean_code(self) -> str:
        now = clock.now()
        left = throttle.try_now(now, code=self.user.pk)
        if left:
            sign_in_log.note(context.request, SignInEvent.Kind.SLOWED, self.user, "code")
            raise ValidationError(throttle.words(left), code="slowed")
        code: str = super().clean_code()  # type: ignore[misc] # of the library's form
        throttle.forgive(now, all_of=("code", self.user.pk))
        return code


class SlowAuthenticateForm(_SlowCode, AuthenticateForm):
    """The code at sign-in."""


class SlowReauthenticateForm(_SlowCode, ReauthenticateForm):
    """The code asked again before a change to how somebody signs in."""


class SocialAdapter(DefaultSocialAccountAdapter):
    """Identity providers: each speaks for the addresses of one body and for nobody else; nobody signs up by one."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        domains = settings.OIDC_DOMAINS.get(sociallogin.account.provider, [])
        claims = _claims(sociallogin.account.extra_data)
        address = str(claims.get("email") or "").strip().lower()
        user = sociallogin.user if sociallogin.is_existing else User.objects.filter(email=address).first()
        spoken_for = _domain(address) in domains and claims.get("email_verified") is not False
        if user is None or not spoken_for or _domain(user.email) not in domains or not user.is_active:
            sign_in_log.note(request, SignInEvent.Kind.FAILED, user if spoken_for else None, "identity provider")
            messages.error(request, UNKNOWN_TO_US)
            raise ImmediateHttpResponse(HttpResponseRedirect(reverse("account_login")))
        if not sociallogin.is_existing:
            sociallogin.connect(request, user)
        if "mfa" in (claims.get("amr") or []):
            second_factor.note(request.session, user, second_factor.PROVIDER)


def _keys() -> MultiFernet:
    """The key now in use and those before it, so that a new secret key locks nobody out."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    digests = [salted_hmac("commonweal.second_factor", "", secret=one, algorithm="sha256").digest() for one in secrets]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(digest)) for digest in digests])


def _claims(extra: Any) -> dict[str, Any]:
    """What the provider says about the person; what it signed comes before what its page of user facts says."""
    extra = extra if isinstance(extra, dict) else {}
    return {**extra, **(extra.get("userinfo") or {}), **(extra.get("id_token") or {})}


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower()
