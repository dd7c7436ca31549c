"""Identity providers speak for the addresses of their own body only, and sign nobody up; answers take equal time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.cache import cache
from django.test import Client, RequestFactory, override_settings

from commonweal_web.organisations import second_factor
from commonweal_web.organisations.adapters import SocialAdapter
from commonweal_web.organisations.models import SignInEvent, User
from tests.web.world import World

DOMAINS = {"northmere": ["northmere.example"], "eastholt": ["eastholt.example"]}


@pytest.fixture(autouse=True)
def _providers() -> Iterator[None]:
    cache.clear()
    apps = [
        {
            "provider_id": one,
            "name": one,
            "client_id": one,
            "secret": "s",
            "settings": {"server_url": "https://x.example"},
        }
        for one in DOMAINS
    ]
    with override_settings(OIDC_DOMAINS=DOMAINS, SOCIALACCOUNT_PROVIDERS={"openid_connect": {"APPS": apps}}):
        yield


def come_in(provider: str, **claims: Any) -> tuple[Any, Any]:
    """Let a provider vouch for somebody; return the request and what the library would sign in as."""
    request = RequestFactory().get("/account/oidc/callback/")
    request.session = Client().session
    request.user = AnonymousUser()
    request._messages = FallbackStorage(request)  # type: ignore[attr-defined] # as the middleware does
    account = SocialAccount(provider=provider, uid=claims.get("sub", "1"), extra_data={"id_token": claims})
    login = SocialLogin(user=User(), account=account)
    login.lookup()
    with context.request_context(request):
        SocialAdapter(request).pre_social_login(request, login)
    return request, login


def test_a_person_of_the_body_gets_in_and_is_known_again(world: World) -> None:
    request, login = come_in("northmere", email="Manager@northmere.example")
    assert login.user == world.people["manager"]
    assert not request.session.get(second_factor.SESSION_KEY)
    assert SocialAccount.objects.get().user == world.people["manager"]
    _, again = come_in("northmere", email="manager@northmere.example")
    assert again.is_existing


def test_several_factors_at_the_provider_fulfil_the_duty(world: World) -> None:
    request, login = come_in("northmere", email="manager@northmere.example", amr=["pwd", "mfa"])
    request.user = login.user
    assert second_factor.done(request)


@pytest.mark.parametrize(
    ("provider", "claims"),
    [
        ("eastholt", {"email": "manager@northmere.example"}),
        ("northmere", {"email": "supplier@harbourside.example"}),
        ("northmere", {"email": "stranger@northmere.example"}),
        ("northmere", {"email": "manager@northmere.example", "email_verified": False}),
        ("northmere", {"email": "manager@northmere.example.evil.example"}),
        ("northmere", {}),
        ("unknown", {"email": "manager@northmere.example"}),
    ],
)
def test_nobody_else_gets_in(world: World, provider: str, claims: dict[str, Any]) -> None:
    with pytest.raises(ImmediateHttpResponse) as stopped:
        come_in(provider, **claims)
    assert stopped.value.response["Location"] == "/account/login/"
    assert SignInEvent.objects.get().kind == "failed"
    assert not SocialAccount.objects.exists()


def test_a_closed_account_does_not_get_in_by_a_provider(world: World) -> None:
    User.objects.filter(pk=world.people["manager"].pk).update(is_active=False)
    with pytest.raises(ImmediateHttpResponse):
        come_in("northmere", email="manager@northmere.example")
