"""Pages of an organisation: its facts, numbers, directorates and the shared services that act for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.organisations import forms, listing, scopes, services
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import ActingFor, Directorate, Identifier, Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page


def _home(organisation: Organisation) -> str:
    return reverse("organisations:body", args=[organisation.pk])


@requires(Permission.ACCOUNT_OWN)
def bodies(request: HttpRequest) -> HttpResponse:
    found = scopes.bodies_of(request.user)
    return render(request, "organisations/bodies.html", {"title": "Your organisations", "bodies": found})


@requires(Permission.ACCOUNT_OWN, scopes.body_scope)
def body(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return render(request, "organisations/body.html", listing.body_page(organisation, request.user, clock.today()))


@requires(Permission.PEOPLE_MANAGE, scopes.body_scope)
def edit(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    names = ("name", "short_name", "size", "place", "is_vcse", "token_sharing", "version")
    form = forms.OrganisationForm(data_of(request), initial={name: getattr(organisation, name) for name in names})

    def act(answers: dict[str, Any]) -> None:
        version = answers.pop("version")
        services.edit_organisation(
            organisation=organisation, facts=answers, version=version, by=request.user, now=clock.now()
        )

    return form_page(
        request,
        form,
        act,
        done=_home(organisation),
        said="The facts of the organisation are saved.",
        title="Facts of the organisation",
        caption=organisation,
        cancel_url=_home(organisation),
    )


@requires(Permission.PEOPLE_MANAGE, scopes.body_scope)
def add_identifier(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return form_page(
        request,
        forms.IdentifierForm(data_of(request)),
        lambda answers: services.add_identifier(organisation=organisation, by=request.user, now=clock.now(), **answers),
        done=_home(organisation),
        said="The number is added.",
        title="Add a number in a register",
        caption=organisation,
        cancel_url=_home(organisation),
    )


@requires(Permission.PEOPLE_MANAGE, scopes.identifier_scope)
def remove_identifier(request: HttpRequest, organisation: Organisation, identifier: Identifier) -> HttpResponse:
    return form_page(
        request,
        forms.ReasonForm(data_of(request)),
        lambda answers: services.remove_identifier(identifier=identifier, by=request.user, now=clock.now(), **answers),
        done=_home(organisation),
        said="The number is taken away. The log keeps it.",
        title=f"Take away {identifier}",
        caption=organisation,
        button="Take it away",
        cancel_url=_home(organisation),
    )


def _directorate(request: HttpRequest, organisation: Organisation, row: Directorate | None, title: str) -> HttpResponse:
    initial = {"name": row.name, "head": row.head_id} if row else None
    form = forms.DirectorateForm(data_of(request), organisation=organisation, day=clock.today(), initial=initial)
    return form_page(
        request,
        form,
        lambda answers: services.set_directorate(
            organisation=organisation, directorate=row, by=request.user, now=clock.now(), **answers
        ),
        done=_home(organisation),
        said="The directorate is saved.",
        title=title,
        caption=organisation,
        cancel_url=_home(organisation),
    )


@requires(Permission.PEOPLE_MANAGE, scopes.body_scope)
def add_directorate(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return _directorate(request, organisation, None, "Add a directorate")


@requires(Permission.PEOPLE_MANAGE, scopes.directorate_scope)
def edit_directorate(request: HttpRequest, organisation: Organisation, directorate: Directorate) -> HttpResponse:
    return _directorate(request, organisation, directorate, f"Change {directorate}")


@requires(Permission.PEOPLE_MANAGE, scopes.body_scope)
def add_service(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return form_page(
        request,
        forms.PartnerForm(data_of(request)),
        lambda answers: services.begin_acting(partner=organisation, by=request.user, now=clock.now(), **answers),
        done=_home(organisation),
        said="From that day the shared service acts for you.",
        title="Let a shared service act for you",
        caption=organisation,
        intro="Its people see your contracts as far as their roles reach, until the last day.",
        cancel_url=_home(organisation),
    )


@requires(Permission.PEOPLE_MANAGE, scopes.acting_scope)
def end_service(request: HttpRequest, organisation: Organisation, acting: ActingFor) -> HttpResponse:
    return form_page(
        request,
        forms.LastDayForm(data_of(request)),
        lambda answers: services.end_acting(acting=acting, by=request.user, now=clock.now(), **answers),
        done=_home(organisation),
        said="After that day the shared service acts for you no more.",
        title=f"End what {acting.service} does for you",
        caption=organisation,
        cancel_url=_home(organisation),
    )
