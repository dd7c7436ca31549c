"""Sessions as officers keep them: add one, move it, cancel it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from commonweal_web.core import clock
from commonweal_web.frameworks.consulting import forms, pages, services
from commonweal_web.frameworks.consulting.scopes import consultation_scope
from commonweal_web.frameworks.consulting.views.officers import office_page
from commonweal_web.frameworks.models import Consultation, DropIn
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of

TOLD = "Everybody with a place, or on the waiting list, is told by mail."


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def add(request: HttpRequest, consultation: Consultation) -> HttpResponse:
    """Add a drop-in session."""
    form = forms.DropInForm(data_of(request))

    def act(answers: dict[str, Any]) -> Any:
        facts = {name: answers[name] for name in ("starts_at", "ends_at", "where", "seats")}
        return services.add_drop_in(consultation=consultation, by=request.user, now=clock.now(), **facts)

    return office_page(
        request, form, act, consultation, title="Add a drop-in session", said="The session is shown to everybody."
    )


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def move(request: HttpRequest, consultation: Consultation, drop_in: DropIn) -> HttpResponse:
    """Hold a session at another time or place."""
    form = forms.MoveForm(data_of(request), initial=_now(drop_in))

    def act(answers: dict[str, Any]) -> Any:
        facts = {name: answers[name] for name in ("starts_at", "ends_at", "where", "reason", "version")}
        return services.move_drop_in(drop_in=drop_in, by=request.user, now=clock.now(), **facts)

    return office_page(
        request,
        form,
        act,
        consultation,
        title="Move the session",
        said=f"The session is moved. {TOLD}",
        button="Move it",
        intro=f"It is to be held on {pages.times(drop_in)}, {drop_in.where}. Places and turns stay. {TOLD}",
    )


@requires(Permission.MEASURE_DRAFT, consultation_scope)
def cancel(request: HttpRequest, consultation: Consultation, drop_in: DropIn) -> HttpResponse:
    """Say that a session is not held."""
    form = forms.ReasonForm(data_of(request), initial={"version": drop_in.version})

    def act(answers: dict[str, Any]) -> Any:
        return services.cancel_drop_in(drop_in=drop_in, by=request.user, now=clock.now(), **answers)

    return office_page(
        request,
        form,
        act,
        consultation,
        title="Cancel the session",
        said=f"The session is cancelled. {TOLD}",
        button="Cancel the session",
        intro=f"{pages.times(drop_in)}, {drop_in.where}. The public page says that it is cancelled and why. {TOLD} "
        "This cannot be undone; add another session instead.",
    )


def _now(drop_in: DropIn) -> dict[str, Any]:
    starts, ends = (timezone.localtime(one, clock.LONDON) for one in (drop_in.starts_at, drop_in.ends_at))
    times = {"day": starts.date(), "starts": f"{starts:%H:%M}", "ends": f"{ends:%H:%M}"}
    return times | {"where": drop_in.where, "version": drop_in.version}
