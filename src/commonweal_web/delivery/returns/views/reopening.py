"""Asking that a locked return be reopened, and deciding it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.delivery.models import Reopening, Return
from commonweal_web.delivery.returns import reopening as services
from commonweal_web.delivery.returns.dates import standing
from commonweal_web.delivery.returns.forms import GrantForm, ReasonForm
from commonweal_web.delivery.returns.scopes import reopening_scope, return_scope
from commonweal_web.delivery.returns.views.common import context_of, url
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission


@requires(Permission.REOPENING_ASK, return_scope)
def return_reopening(request: HttpRequest, ret: Return) -> HttpResponse:
    """Ask that a locked return be opened again."""
    form = ReasonForm(
        request.POST or None,
        label="Why should it be opened again?",
        initial={"version": ret.version},
    )
    if form.is_valid():
        with with_form_errors(form):
            services.reopening_ask(ret=ret, reason=form.cleaned_data["reason"], by=request.user, now=clock.now())
            messages.success(request, "Your request went to the social value lead, who decides it.")
            return see_other(url("return", ret))
    page = context_of(ret, "Ask for this return to be reopened", form=form, button="Ask", cancel_url=url("return", ret))
    return render(request, "delivery/returns/reopening_ask.html", page, status=status_of(form))


@requires(Permission.RETURN_SUBMIT, return_scope)
def return_wish(request: HttpRequest, ret: Return) -> HttpResponse:
    """Ask the contract manager, for the supplier, to have a closed return reopened."""
    form = ReasonForm(request.POST or None, label="Why is the return late?", initial={"version": ret.version})
    if form.is_valid():
        with with_form_errors(form):
            services.reopening_wish(ret=ret, reason=form.cleaned_data["reason"], by=request.user, now=clock.now())
            messages.success(request, "Your words went to the contract manager, who asks for the reopening.")
            return see_other(url("return", ret))
    page = context_of(
        ret,
        "Ask for this return to be reopened",
        form=form,
        button="Send to the council",
        cancel_url=url("return", ret),
    )
    return render(request, "delivery/returns/reopening_ask.html", page | {"wish": True}, status=status_of(form))


@requires(Permission.REOPENING_GRANT, reopening_scope)
def reopening_decide(request: HttpRequest, ret: Return, reopening: Reopening) -> HttpResponse:
    """Grant a reopening until a day, or refuse it."""
    now = clock.now()
    form = GrantForm(request.POST or None, initial={"version": ret.version})
    if form.is_valid():
        with with_form_errors(form):
            given = form.cleaned_data
            if given["verdict"] == "grant":
                services.reopening_grant(
                    reopening=reopening, until=given["until"], reason=given["reason"], by=request.user, now=now
                )
            else:
                services.reopening_refuse(reopening=reopening, reason=given["reason"], by=request.user, now=now)
            messages.success(request, "Your decision is kept, and the supplier is told.")
            return see_other(url("return", ret))
    page = context_of(
        ret,
        "Decide about reopening",
        form=form,
        reopening=reopening,
        standing=standing(ret, clock.today()),
        button="Save the decision",
        cancel_url=url("return", ret),
    )
    return render(request, "delivery/returns/reopening_decide.html", page, status=status_of(form))
