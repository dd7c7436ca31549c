"""Places at drop-in sessions: anybody books one, and gives it up by the link in the mail."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.frameworks.consulting import guard, pages, services
from commonweal_web.frameworks.consulting.forms import BookingForm, GiveUpForm
from commonweal_web.frameworks.consulting.services import seats
from commonweal_web.frameworks.models import DropIn, Seat
from commonweal_web.organisations.doors import public
from commonweal_web.organisations.sign_in_log import address_of
from commonweal_web.organisations.views.pages import data_of

FOLDER = "frameworks/consulting"


@public
def book(request: HttpRequest, consultation_id: int, drop_in_id: int) -> HttpResponse:
    """Ask for a place. The answer is the same for everybody; the mail says how it stands."""
    found = _found(consultation_id, drop_in_id)
    form = BookingForm(data_of(request))
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            arrived = request.arrived_at  # type: ignore[attr-defined] # set by ArrivalMiddleware
            guard.check(request.POST.get("opened", ""), arrived)
            mailbox = form.cleaned_data["email"]
            guard.not_too_often(arrived, booking=address_of(request), mailbox=mailbox)
            if not form.trapped:
                services.book(drop_in=found, arrived=arrived, **form.cleaned_data)
            return see_other(reverse("frameworks:drop_in_asked", args=[consultation_id, drop_in_id]))
    context = pages.of_session(found, clock.now()) | {
        "form": form,
        "opened": guard.kept_or_new(request.POST.get("opened", ""), clock.now()),
    }
    return render(request, f"{FOLDER}/book.html", context, status=status_of(form))


@public
def asked(request: HttpRequest, consultation_id: int, drop_in_id: int) -> HttpResponse:
    """What happens after a booking; it names nobody."""
    found = _found(consultation_id, drop_in_id)
    context = pages.of_session(found, clock.now()) | {"title": "Look at your e-mail"}
    return render(request, f"{FOLDER}/asked.html", context)


@public
def seat(request: HttpRequest, token: str) -> HttpResponse:
    """How somebody's place stands, and the button that gives it up."""
    found = seats.find(token)
    if found is None:
        return render(request, f"{FOLDER}/no_seat.html", {"title": "This link does not work"}, status=404)
    form = GiveUpForm(data_of(request))
    if form.is_bound and form.is_valid():
        with with_form_errors(form):
            services.give_up(token=token, now=clock.now())
            return see_other(reverse("frameworks:seat", args=[token]))
    context = pages.of_session(found.drop_in, clock.now()) | {
        "form": form,
        "title": "Your place" if found.state == Seat.State.PLACE else "Your booking",
        "state": found.state,
        "position": seats.position(found) if found.state == Seat.State.WAITING else 0,
    }
    return render(request, f"{FOLDER}/seat.html", context, status=status_of(form))


def _found(consultation_id: int, drop_in_id: int) -> DropIn:
    rows = DropIn.objects.select_related("consultation__body", "consultation__pack")
    return get_object_or_404(rows, pk=drop_in_id, consultation=consultation_id)
