"""Pages of emergency access: open one, end it, and what the body's own people see of it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_POST

from commonweal_web.core import clock, idempotency
from commonweal_web.core.errors import NotPermitted
from commonweal_web.core.http import render, see_other
from commonweal_web.organisations import emergency_listing, emergency_reading, scopes, second_factor, services
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.emergency_forms import EmergencyForm
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page

PAGE = 10


@requires(Permission.EMERGENCY_OPEN)
def accesses(request: HttpRequest) -> HttpResponse:
    """Open an emergency access, or see the one that runs; and the own ones so far."""
    if not second_factor.done(request):
        raise NotPermitted("Sign in with your second factor first. An emergency access needs it.", code="second_factor")
    return form_page(
        request,
        EmergencyForm(data_of(request)),
        lambda answers: _open_once(request, answers),
        done=reverse("organisations:emergency"),
        said="The emergency access is open, and the body's auditors are told.",
        template="organisations/emergency.html",
        title="Emergency access",
        button="Open the access and tell the auditors",
        once=True,
        running=emergency_reading.running_for(request.user),
        past=emergency_listing.past_of(request.user, clock.now()),
    )


def _open_once(request: HttpRequest, answers: dict[str, Any]) -> None:
    """A form that is sent twice opens one access."""
    now = clock.now()
    idempotency.idempotent(
        user=request.user,
        key=request.POST.get(idempotency.FIELD, ""),
        body_hash=idempotency.form_hash(request.POST),
        act=lambda: services.open_emergency_access(by=request.user, now=now, **answers).pk,
        now=now,
    )


@require_POST
@requires(Permission.EMERGENCY_OPEN)
def end(request: HttpRequest) -> HttpResponse:
    """End the own access before its time."""
    ended = services.end_emergency_access(by=request.user, now=clock.now())
    if ended is None:
        messages.info(request, "No emergency access of yours runs. It has ended already.")
    else:
        messages.success(request, f"The emergency access to {ended.organisation} has ended.")
    return see_other(reverse("organisations:emergency"))


@requires(Permission.EMERGENCY_WATCH, scopes.watched_scope)
def of_body(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Every emergency access to a body, newest first, with the pages that were read."""
    page = Paginator(emergency_listing.to_body(organisation), PAGE).get_page(request.GET.get("page"))
    context = {
        "title": "Emergency accesses",
        "organisation": organisation,
        "page": page,
        "accesses": emergency_listing.with_pages(page.object_list, clock.now()),
    }
    return render(request, "organisations/emergency_log.html", context)
