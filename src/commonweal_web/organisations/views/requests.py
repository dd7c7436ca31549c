"""Pages of what two people decide: ask, see, carry out or refuse, withdraw."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other
from commonweal_web.organisations import forms, listing, scopes, services
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import TwoPersonRequest
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page


@requires(Permission.MFA_RESET)
def requests(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/requests.html", listing.requests_page(request.user, clock.now()))


@requires(Permission.ORGANISATION_CREATE)
def ask_organisation(request: HttpRequest) -> HttpResponse:
    home = reverse("organisations:requests")
    return form_page(
        request,
        forms.NewOrganisationForm(data_of(request)),
        lambda answers: services.ask_organisation(by=request.user, now=clock.now(), **answers),
        done=home,
        said="Another platform administrator has to carry it out.",
        title="Create an organisation",
        caption="Needs two platform administrators",
        button="Ask for it",
        cancel_url=home,
    )


@requires(Permission.ORGANISATION_CREATE)
def ask_administrator(request: HttpRequest) -> HttpResponse:
    home = reverse("organisations:requests")
    return form_page(
        request,
        forms.NewAdministratorForm(data_of(request)),
        lambda answers: services.ask_platform_administrator(by=request.user, now=clock.now(), **answers),
        done=home,
        said="Another platform administrator has to carry it out.",
        title="Make another platform administrator",
        caption="Needs two platform administrators",
        button="Ask for it",
        cancel_url=home,
    )


@requires(Permission.ORGANISATION_CREATE)
def ask_administrator_end(request: HttpRequest) -> HttpResponse:
    home = reverse("organisations:requests")
    return form_page(
        request,
        forms.EndAdministratorForm(data_of(request)),
        lambda answers: services.ask_platform_administrator_end(by=request.user, now=clock.now(), **answers),
        done=home,
        said="Another platform administrator has to carry it out.",
        title="End a platform administrator",
        caption="Needs two other platform administrators",
        button="Ask for it",
        intro="The role and every session of that person end when another administrator carries it out.",
        cancel_url=home,
    )


@requires(Permission.ORGANISATION_CREATE)
def ask_reset(request: HttpRequest) -> HttpResponse:
    """For an organisation whose only administrator lost the second factor."""
    home = reverse("organisations:requests")
    return form_page(
        request,
        forms.ResetForm(data_of(request)),
        lambda answers: services.ask_reset_by_address(by=request.user, now=clock.now(), **answers),
        done=home,
        said="Another administrator has to carry it out.",
        title="Reset somebody's second factor",
        caption="Needs two platform administrators",
        button="Ask for the reset",
        intro="For an organisation with no second administrator. Make sure that it is really them who asks.",
        cancel_url=home,
    )


@requires(Permission.MFA_RESET, scopes.request_scope)
def request_page(request: HttpRequest, asked: TwoPersonRequest) -> HttpResponse:
    home = reverse("organisations:requests")

    def act(answers: dict[str, Any]) -> None:
        services.decide_request(
            request=asked,
            carry_out=answers["decision"] == "yes",
            reason=answers["reason"],
            by=request.user,
            now=clock.now(),
        )

    return form_page(
        request,
        forms.DecisionForm(data_of(request)),
        act,
        done=home,
        said="Your decision is recorded.",
        template="organisations/request.html",
        cancel_url=home,
        **listing.request_page(asked, request.user, clock.now()),
    )


@require_POST
@requires(Permission.MFA_RESET, scopes.request_scope)
def withdraw(request: HttpRequest, asked: TwoPersonRequest) -> HttpResponse:
    services.withdraw_request(request=asked, by=request.user, now=clock.now())
    return see_other(reverse("organisations:requests"))
