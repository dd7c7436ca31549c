"""Category panels of a body and who sits on them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render, see_other, status_of, with_form_errors
from commonweal_web.core.tables import summary_row
from commonweal_web.core.templatetags.worth import day
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.models import Organisation
from commonweal_web.organisations.policies import Permission
from commonweal_web.planning.models import Panel, PanelMember
from commonweal_web.planning.policies import pages, selectors, services
from commonweal_web.planning.policies.forms import EndForm, PanelForm, SeatForm
from commonweal_web.planning.policies.scopes import body_scope, member_scope, panel_scope


@requires(Permission.MEASURES_READ, body_scope)
def panel_list(request: HttpRequest, body: Organisation) -> HttpResponse:
    """The panels of a body."""
    table = pages.panels_table(selectors.panels_of(body), clock.today())
    context = pages.body_context(body, request.user, "panels") | {"title": "Category panels", "table": table}
    return render(request, "planning/policies/panels.html", context)


@requires(Permission.MEASURES_READ, panel_scope)
def panel_page(request: HttpRequest, panel: Panel) -> HttpResponse:
    """One panel: what it votes on, and who sits on it."""
    context = pages.body_context(panel.body, request.user, "")
    seats = selectors.seats_of(panel)
    rows = [
        ("Categories", pages.categories_of(panel)),
        ("Directorate", str(panel.directorate or "Every directorate")),
        ("Votes that a decision needs", str(panel.quorum)),
        ("Last day", day(panel.ends) if panel.ends else "None named"),
    ]
    may_arrange = bool(context["may_arrange"])
    context |= {
        "title": panel.name,
        "panel": panel,
        "facts": [summary_row(key, value) for key, value in rows],
        "table": pages.seats_table(panel, seats, clock.today(), may_arrange=may_arrange),
    }
    return render(request, "planning/policies/panel.html", context)


@requires(Permission.PANEL_ARRANGE, body_scope)
def panel_new(request: HttpRequest, body: Organisation) -> HttpResponse:
    """Make a panel."""
    form = PanelForm(request.POST or None, body=body)
    if form.is_valid():
        with with_form_errors(form):
            panel = services.panel_make(body=body, fields=form.values(), by=request.user, now=clock.now())
            messages.success(request, "The panel is made. Seat its members next.")
            return see_other(_here(panel))
    cancel = reverse("planning:panel_list", args=[body.pk])
    return _form(request, form, "Make a panel", str(body), "Make the panel", cancel)


@requires(Permission.PANEL_ARRANGE, panel_scope)
def panel_edit(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Change a panel."""
    form = PanelForm(request.POST or None, body=panel.body, initial=PanelForm.of(panel))
    if form.is_valid():
        with with_form_errors(form):
            services.panel_edit(panel=panel, fields=form.values(), by=request.user, now=clock.now())
            messages.success(request, "The panel is changed.")
            return see_other(_here(panel))
    return _form(request, form, "Change the panel", panel.name, "Save", _here(panel))


@requires(Permission.PANEL_ARRANGE, panel_scope)
def panel_seat(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Give somebody a seat."""
    today = clock.today()
    form = SeatForm(request.POST or None, body=panel.body, today=today, initial={"starts": today})
    if form.is_valid():
        with with_form_errors(form):
            said = form.cleaned_data
            services.panel_seat(panel=panel, by=request.user, now=clock.now(), **said)
            messages.success(request, f"{said['user']} has a seat from {day(said['starts'])}.")
            return see_other(_here(panel))
    return _form(request, form, "Seat a member", panel.name, "Give the seat", _here(panel))


@requires(Permission.PANEL_ARRANGE, member_scope)
def panel_unseat(request: HttpRequest, member: PanelMember) -> HttpResponse:
    """Name the last day of a seat."""
    form = EndForm(request.POST or None, initial={"ends": clock.today()})
    here = _here(member.panel)
    if form.is_valid():
        with with_form_errors(form):
            services.panel_unseat(member=member, ends=form.cleaned_data["ends"], by=request.user, now=clock.now())
            messages.success(request, "The seat ends. What was voted stays.")
            return see_other(here)
    return _form(request, form, f"End the seat of {member.user}", member.panel.name, "End the seat", here)


def _form(request: HttpRequest, form: Any, title: str, caption: str, button: str, cancel: str) -> HttpResponse:
    context = {"title": title, "caption": caption, "form": form, "button": button, "cancel_url": cancel}
    return render(request, "layout_form.html", context, status_of(form))


def _here(panel: Panel) -> str:
    return reverse("planning:panel_page", args=[panel.body_id, panel.pk])
