"""The director's page of delegations."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.organisations import forms, listing, scopes, services
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Delegation, Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page


@requires(Permission.DELEGATION_GIVE)
def delegations(request: HttpRequest) -> HttpResponse:
    return render(request, "organisations/delegations.html", listing.delegations_page(request.user, clock.today()))


@requires(Permission.DELEGATION_GIVE, scopes.body_scope)
def give(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    home = reverse("organisations:delegations")
    choices = listing.delegation_choices(organisation, request.user, clock.today())
    return form_page(
        request,
        forms.DelegationForm(data_of(request), initial={"starts": clock.today()}, **choices),
        lambda answers: services.give_delegation(
            organisation=organisation, by=request.user, now=clock.now(), **answers
        ),
        done=home,
        said="Approval is delegated. The person was told by e-mail.",
        title="Delegate approval",
        caption=organisation,
        button="Delegate",
        intro="They approve KPIs and changes in your place. Nobody approves what they proposed themselves.",
        cancel_url=home,
    )


@requires(Permission.DELEGATION_GIVE, scopes.delegation_scope)
def revoke(request: HttpRequest, delegation: Delegation) -> HttpResponse:
    home = reverse("organisations:delegations")
    return form_page(
        request,
        forms.ReasonForm(data_of(request)),
        lambda answers: services.revoke_delegation(delegation=delegation, by=request.user, now=clock.now(), **answers),
        done=home,
        said="The delegation is revoked. What was approved under it stands.",
        title=f"Revoke the delegation to {delegation.delegate}",
        caption=delegation.organisation,
        button="Revoke",
        cancel_url=home,
    )
