"""The demo's own pages: the tour, who to be, which day it is, and the mail that went out."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import urlize
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET, require_POST

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.outbox import Message
from commonweal_web.core.templatetags.worth import day as in_words
from commonweal_web.demo import days
from commonweal_web.demo import tour as tours
from commonweal_web.demo.forms import DayForm
from commonweal_web.organisations.doors import public
from commonweal_web.organisations.models import User
from commonweal_web.organisations.services import sign_in_without_password

MAILS = 25


@public
@require_GET
def tour(request: HttpRequest) -> HttpResponse:
    """What to try, as whom."""
    return render(request, "demo/tour.html", {"title": "Tour of the demo", "parts": tours.parts()})


@public
@require_GET
def people(request: HttpRequest) -> HttpResponse:
    """Everybody one can be."""
    context = {"title": "Change person", "groups": tours.everybody(), "go_to": request.GET.get("go_to", "/")}
    return render(request, "demo/people.html", context)


@public
@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Be another person, by one click."""
    user = User.objects.filter(email=request.POST.get("email", ""), is_active=True).first()
    if user is None:
        raise Http404("There is nobody with this address in the demo.")
    sign_in_without_password(request, user)
    go_to = request.POST.get("go_to", "/")
    safe = url_has_allowed_host_and_scheme(go_to, allowed_hosts={request.get_host()})
    return see_other(go_to if safe else "/")


@public
def day(request: HttpRequest) -> HttpResponse:
    """Choose the day: what the script holds for the days between happens."""
    today = clock.today()
    form = DayForm(request.POST or None, ahead=days.ahead(today), initial={"day": request.GET.get("day", "")})
    if form.is_valid():
        with with_form_errors(form):
            wanted = form.chosen()
            reached = days.go_to(wanted)
            if reached < wanted:
                messages.info(request, f"It is {in_words(reached)} so far: much happens in these weeks. Go on.")
                return see_other(f"{reverse('demo:day')}?day={wanted.isoformat()}")
            messages.success(request, f"It is {in_words(reached)} now.")
            return see_other(reverse("demo:tour"))
    context = {"title": "Choose the day", "form": form, "button": "Go to this day", "cancel_url": reverse("demo:tour")}
    return render(request, "demo/day.html", context, status=status_of(form))


@public
@require_GET
def mail(request: HttpRequest) -> HttpResponse:
    """The mail that the demo sent, newest first."""
    page = Paginator(Message.objects.order_by("-created_at", "-pk"), MAILS).get_page(request.GET.get("page"))
    return render(request, "demo/mail.html", {"title": "Mail sent by the demo", "page": page})


@public
@require_GET
def letter(request: HttpRequest, message_id: int) -> HttpResponse:
    """One mail, with its links."""
    message = get_object_or_404(Message, pk=message_id)
    context = {"title": message.subject, "message": message, "body": linked(request, message.body)}
    return render(request, "demo/letter.html", context)


def linked(request: HttpRequest, body: str) -> SafeString:
    """Return a mail's text with its addresses as links, which lead to where the demo runs now."""
    from django.conf import settings

    here = request.build_absolute_uri("/").rstrip("/")
    return SafeString(urlize(body.replace(settings.BASE_URL, here), autoescape=True))
