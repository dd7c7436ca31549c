"""Posted needs as officers keep them: look at one, show or hide it, record an offer on it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.contracts.pages import once
from commonweal_web.core import clock
from commonweal_web.core.forms import VersionedForm
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page
from commonweal_web.planning.listening import pages, scopes, selectors
from commonweal_web.planning.listening.forms import OfferForm, ReasonForm
from commonweal_web.planning.listening.services import needs as services
from commonweal_web.planning.models import Need

A_PAGE = 50
FOLDER = "planning/listening"


@requires(Permission.PLAN_READ, scopes.body_scope)
def posted_list(request: HttpRequest, body: Organisation) -> HttpResponse:
    """What community groups posted at a body."""
    page = Paginator(selectors.posted_needs(body), A_PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Posted needs",
        "caption": str(body),
        "body": body,
        "waiting": selectors.waiting_needs(body),
        "table": pages.posted_table(list(page)),
        "page": page,
    }
    return render(request, f"{FOLDER}/posted.html", context)


@requires(Permission.PLAN_READ, scopes.need_scope)
def posted_need(request: HttpRequest, need: Need) -> HttpResponse:
    """One need with its group, its address for officers, and the offers on it."""
    context = {
        "title": need.title,
        "caption": str(need.body),
        "need": need,
        "state": pages.state_of(need),
        "left": pages.left_words(need),
        "offers": pages.offers_table(need),
        "may_draft": selectors.may_draft_at(request.user, need.body),
    }
    return render(request, f"{FOLDER}/posted_need.html", context)


@requires(Permission.PLAN_DRAFT, scopes.need_scope)
def need_show(request: HttpRequest, need: Need) -> HttpResponse:
    """Put a need on the public list."""
    form = VersionedForm(data_of(request), initial={"version": need.version})
    return form_page(
        request,
        form,
        lambda answers: services.need_show(need=need, by=request.user, now=clock.now(), **answers),
        done=_one(need),
        said="The need is on the public list.",
        template=f"{FOLDER}/need_show.html",
        title="Show it on the public list",
        caption=need.title,
        need=need,
        left=pages.left_words(need),
        button="Show it",
        cancel_url=_one(need),
    )


@requires(Permission.PLAN_DRAFT, scopes.need_scope)
def need_hide(request: HttpRequest, need: Need) -> HttpResponse:
    """Keep a need off the public list."""
    form = ReasonForm(data_of(request), initial={"version": need.version})
    return form_page(
        request,
        form,
        lambda answers: services.need_hide(need=need, by=request.user, now=clock.now(), **answers),
        done=_one(need),
        said="The need is not on the public list.",
        template="layout_form.html",
        title="Keep it off the public list",
        caption=need.title,
        button="Keep it off",
        cancel_url=_one(need),
    )


@requires(Permission.PLAN_DRAFT, scopes.need_scope)
def need_offer(request: HttpRequest, need: Need) -> HttpResponse:
    """Record that part of a need is filled."""
    measures, left = selectors.measures_for(request.user, need), selectors.left_of(need)
    form = OfferForm(data_of(request), measures=measures, unit=need.unit, left=left)
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            once(
                request,
                lambda: services.offer_record(need=need, by=request.user, now=clock.now(), **form.cleaned_data).pk,
            )
            messages.success(request, "The offer is recorded.")
            return see_other(_one(need))
    context = {
        "title": "Record an offer",
        "caption": need.title,
        "form": form,
        "once": True,
        "button": "Record it",
        "cancel_url": _one(need),
    }
    return render(request, "layout_form.html", context, status_of(form))


def _one(need: Need) -> str:
    return reverse("planning:listening_posted_need", args=[need.body_id, need.pk])
