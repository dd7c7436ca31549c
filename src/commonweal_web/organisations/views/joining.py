"""Ways in: a supplier registers itself, and somebody follows an invitation."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.errors import Refused
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations import forms, services, sign_in_log, throttle
from commonweal_web.organisations.doors import public
from commonweal_web.organisations.services.invitations import open_invitation
from commonweal_web.organisations.services.registration import tell_about_the_try
from commonweal_web.organisations.services.sessions import begin_session
from commonweal_web.organisations.views.pages import data_of


@public
def register(request: HttpRequest) -> HttpResponse:
    form = forms.RegisterForm(data_of(request))
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            _not_too_often(request)
            try:
                user, organisation = services.register_supplier(now=clock.now(), **form.cleaned_data)
            except Refused as refused:
                if refused.code == "in_use":
                    tell_about_the_try(email=form.cleaned_data["email"], now=clock.now())
                raise
            begin_session(request, user)
            messages.success(request, f"{organisation} is registered, and you are its administrator.")
            return see_other(reverse("organisations:body", args=[organisation.pk]))
    context = {"form": form, "title": "Register your organisation"}
    return render(request, "organisations/register.html", context, status=status_of(form))


@public
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = open_invitation(token, clock.now())
    except Refused as refused:
        words = {"title": "This link does not work any more", "message": refused.message}
        return render(request, "organisations/no_invitation.html", words, status=404)
    form: Any = forms.ReasonForm if request.user.is_authenticated else forms.JoinForm
    form = form(data_of(request))
    if request.user.is_authenticated:
        form.fields.clear()
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            return _accept(request, token, form.cleaned_data)
    context: dict[str, Any] = {"form": form, "title": "Join", "invitation": found, "here": request.get_full_path()}
    return render(request, "organisations/invitation.html", context, status=status_of(form))


def _accept(request: HttpRequest, token: str, answers: dict[str, Any]) -> HttpResponse:
    had_account = request.user.is_authenticated
    person, membership = services.accept_invitation(token=token, user=request.user, now=clock.now(), **answers)
    if membership is None:
        messages.info(request, "The administrator of your organisation was asked to give you a role.")
    else:
        messages.success(request, f"You now work for {membership.organisation} here.")
    if had_account:
        return see_other(reverse("organisations:account"))
    begin_session(request, person)
    return see_other("/" if membership is not None else reverse("organisations:account"))


def _not_too_often(request: HttpRequest) -> None:
    left = throttle.try_now(clock.now(), registration=sign_in_log.address_of(request))
    if left:
        raise Refused(throttle.words(left), code="slowed")
