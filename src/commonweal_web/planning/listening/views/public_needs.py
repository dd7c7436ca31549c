"""Needs that everybody sees, and the form by which a community group posts one."""

from __future__ import annotations

from django.core import signing
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonweal_web.core import clock, idempotency
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.frameworks.consulting import guard
from commonweal_web.organisations.doors import public
from commonweal_web.organisations.sign_in_log import address_of
from commonweal_web.organisations.views.pages import data_of
from commonweal_web.planning.listening import pages, selectors
from commonweal_web.planning.listening.forms import PostForm
from commonweal_web.planning.listening.services import needs as services
from commonweal_web.planning.models import Need

A_PAGE = 50
RECEIPT = "commonweal.listening.need"
FOLDER = "planning/listening"


@public
def needs(request: HttpRequest) -> HttpResponse:
    """Every need on the public list, with what is left to fill."""
    page = Paginator(selectors.public_needs(), A_PAGE).get_page(request.GET.get("page"))
    items = [(one, pages.left_words(one)) for one in page]
    context = {"title": "What communities need", "items": items, "page": page}
    return render(request, f"{FOLDER}/public_needs.html", context)


@public
def need(request: HttpRequest, need_id: int) -> HttpResponse:
    """One need; who posted it is named, how to reach them is not."""
    found = get_object_or_404(selectors.public_needs(), pk=need_id)
    context = {
        "title": found.title,
        "caption": str(found.body),
        "need": found,
        "left": pages.left_words(found),
        "text": pages.paragraphs(found.text),
    }
    return render(request, f"{FOLDER}/public_need.html", context)


@public
def post(request: HttpRequest) -> HttpResponse:
    """A community group says what it needs."""
    form = PostForm(data_of(request))
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            arrived = request.arrived_at  # type: ignore[attr-defined] # set by ArrivalMiddleware
            guard.check(request.POST.get("opened", ""), arrived)
            guard.not_too_often(arrived, need=address_of(request))
            made = services.need_post(
                body=form.cleaned_data["body"],
                fields=form.values(),
                arrived=arrived,
                trapped=form.trapped,
                key=request.POST.get(idempotency.FIELD, ""),
            )
            token = signing.Signer(salt=RECEIPT).sign(str(made.pk))
            return see_other(reverse("planning:listening_need_received", args=[token]))
    opened = guard.kept_or_new(request.POST.get("opened", ""), clock.now())
    context = {"title": "Post what your group needs", "form": form, "opened": opened, "once": True, "button": "Post it"}
    return render(request, f"{FOLDER}/need_post.html", context, status=status_of(form))


@public
def received(request: HttpRequest, token: str) -> HttpResponse:
    """The receipt, by a link that only the sender has."""
    try:
        pk = int(signing.Signer(salt=RECEIPT).unsign(token))
    except (signing.BadSignature, ValueError):
        raise Http404("There is no such receipt.") from None
    found = get_object_or_404(Need.objects.select_related("body").prefetch_related("offers"), pk=pk)
    context = {"title": "We have it", "need": found, "left": pages.left_words(found)}
    return render(request, f"{FOLDER}/need_received.html", context)
