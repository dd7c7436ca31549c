"""The own account: who one is here, how one signs in, and the page that asks for a second factor."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other
from commonweal_web.organisations import listing, second_factor
from commonweal_web.organisations.doors import public, requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.ACCOUNT_OWN)
def account(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/account.html", listing.own_account(request.user, clock.today()))


@requires(Permission.ACCOUNT_OWN)
def set_up_second_factor(request: HttpRequest) -> HttpResponse:
    if second_factor.has_one(request.user) or not second_factor.needed(request.user):
        return see_other("/account/2fa/")
    return render(request, "organisations/second_factor.html", {"title": "Set up a second factor"})


@public
def how_to_join(request: HttpRequest) -> HttpResponse:
    """In place of the library's sign-up: nobody gets in by typing an address."""
    return render(request, "organisations/how_to_join.html", {"title": "Get an account"})


@requires(Permission.ACCOUNT_OWN)
def address_is_fixed(request: HttpRequest) -> HttpResponse:
    """In place of the library's page for changing addresses: an address is who somebody is in the log."""
    messages.info(request, "Your e-mail address is how you are known here. Ask your administrator to change it.")
    return see_other("/account/")
