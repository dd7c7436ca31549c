"""Pages of the people of an organisation: invite, give a role, end one, let somebody leave, who came in when."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.organisations import forms, listing, scopes, services
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Membership, Organisation, User
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page


def _people(organisation: Organisation) -> str:
    return reverse("organisations:people", args=[organisation.pk])


def _person(organisation: Organisation, person: User) -> str:
    return reverse("organisations:person", args=[organisation.pk, person.pk])


@requires(Permission.PEOPLE_MANAGE, scopes.body_scope)
def people(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    context = listing.people_page(organisation, clock.today(), clock.now())
    return render(request, "organisations/people.html", context)


@requires(Permission.PEOPLE_MANAGE, scopes.person_scope)
def person(request: HttpRequest, organisation: Organisation, person: User) -> HttpResponse:
    context = listing.person_page(organisation, person, request.user, clock.today())
    return render(request, "organisations/person.html", context)


@requires(Permission.PEOPLE_MANAGE, scopes.body_scope)
def invite(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    return form_page(
        request,
        forms.InviteForm(data_of(request), organisation=organisation),
        lambda answers: services.invite(organisation=organisation, by=request.user, now=clock.now(), **answers),
        done=_people(organisation),
        said="The invitation is on its way by e-mail. The link works for 14 days.",
        title="Invite somebody",
        caption=organisation,
        button="Send invitation",
        cancel_url=_people(organisation),
    )


@requires(Permission.PEOPLE_MANAGE, scopes.person_scope)
def give_role(request: HttpRequest, organisation: Organisation, person: User) -> HttpResponse:
    form = forms.GiveRoleForm(data_of(request), organisation=organisation, initial={"starts": clock.today()})
    return form_page(
        request,
        form,
        lambda answers: services.give_role(
            organisation=organisation, user=person, by=request.user, now=clock.now(), **answers
        ),
        done=_person(organisation, person),
        said="The role is given. The person signs in again to use it.",
        title=f"Give {person} a role",
        caption=organisation,
        button="Give role",
        cancel_url=_person(organisation, person),
    )


def _ending(request: HttpRequest, organisation: Organisation, person: User, act: Any, title: str, button: str) -> Any:
    others = forms.people_of(organisation, clock.today()).exclude(pk=person.pk)

    def end(answers: dict[str, Any]) -> None:
        answers.pop("when")
        act(by=request.user, now=clock.now(), **answers)

    return form_page(
        request,
        forms.EndRoleForm(data_of(request), people=others),
        end,
        done=_person(organisation, person),
        said="Done. It stays on record with its dates.",
        title=title,
        caption=organisation,
        button=button,
        cancel_url=_person(organisation, person),
    )


@requires(Permission.PEOPLE_MANAGE, scopes.membership_scope)
def end_role(request: HttpRequest, organisation: Organisation, membership: Membership) -> HttpResponse:
    def act(**answers: Any) -> None:
        services.end_role(membership=membership, **answers)

    title = f"End the role of {membership.user} as {membership.get_role_display()}"
    return _ending(request, organisation, membership.user, act, title, "End role")  # type: ignore[no-any-return]


@requires(Permission.PEOPLE_MANAGE, scopes.person_scope)
def leave(request: HttpRequest, organisation: Organisation, person: User) -> HttpResponse:
    def act(**answers: Any) -> None:
        services.leave(organisation=organisation, user=person, **answers)

    title = f"{person} leaves {organisation}"
    return _ending(request, organisation, person, act, title, "End all roles")  # type: ignore[no-any-return]


@requires(Permission.MFA_RESET, scopes.person_scope)
def ask_reset(request: HttpRequest, organisation: Organisation, person: User) -> HttpResponse:
    return form_page(
        request,
        forms.ReasonForm(data_of(request)),
        lambda answers: services.ask_second_factor_reset(
            organisation=organisation, person=person, by=request.user, now=clock.now(), **answers
        ),
        done=_person(organisation, person),
        said="Another administrator has to carry it out. They find it under Requests.",
        title=f"Reset the second factor of {person}",
        caption=organisation,
        button="Ask for the reset",
        intro="Make sure that it is really them who asks, for example by calling them. Two administrators are needed.",
        cancel_url=_person(organisation, person),
    )


@requires(Permission.SIGN_INS_READ, scopes.body_scope)
def sign_ins(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    context = listing.sign_ins_page(organisation, clock.now(), request.GET.get("kind", ""))
    return render(request, "organisations/sign_ins.html", context)
