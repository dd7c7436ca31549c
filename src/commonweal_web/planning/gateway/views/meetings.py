"""Meetings of a panel: the list, a new one, its agenda, holding it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from commonweal_web.core import clock
from commonweal_web.core.http import render
from commonweal_web.organisations.doors import requires
from commonweal_web.organisations.policies import Permission
from commonweal_web.organisations.views.pages import data_of, form_page
from commonweal_web.planning.gateway import forms, pages
from commonweal_web.planning.gateway.scopes import panel_scope
from commonweal_web.planning.gateway.services import meetings as services
from commonweal_web.planning.models import Meeting, Panel

FOLDER = "planning/gateway"


@requires(Permission.PLAN_READ, panel_scope)
def meetings(request: HttpRequest, panel: Panel) -> HttpResponse:
    """A panel's meetings."""
    context = {
        "title": "Meetings",
        "caption": f"{panel}, {panel.body}",
        "panel": panel,
        "table": pages.meetings_table(panel),
        "may_arrange": services.may_arrange(request.user, panel.body),
    }
    return render(request, f"{FOLDER}/meetings.html", context)


@requires(Permission.PANEL_ARRANGE, panel_scope)
def meeting_make(request: HttpRequest, panel: Panel) -> HttpResponse:
    """Make a meeting."""
    form = forms.MeetingForm(data_of(request))
    return form_page(
        request,
        form,
        lambda answers: services.meeting_make(panel=panel, by=request.user, now=clock.now(), **answers),
        done=pages.meeting_url,
        said="The meeting is made. Put plans on its agenda from their own pages.",
        template="layout_form.html",
        title="Make a meeting",
        caption=f"{panel}, {panel.body}",
        button="Make the meeting",
        cancel_url=reverse("planning:panel_meetings", args=[panel.body_id, panel.pk]),
    )


@requires(Permission.PLAN_READ, panel_scope)
def meeting(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """One meeting: its agenda, who sits on the panel, what was decided."""
    return render(request, f"{FOLDER}/meeting.html", _context(request, meeting))


@requires(Permission.PANEL_ARRANGE, panel_scope)
def hold(request: HttpRequest, meeting: Meeting) -> HttpResponse:
    """Close the meeting: the votes decide each plan."""
    form = forms.ConfirmForm(data_of(request), initial={"version": meeting.version})

    def act(answers: dict[str, Any]) -> Any:
        return services.meeting_hold(meeting=meeting, by=request.user, now=clock.now(), shown=answers["version"])

    return form_page(
        request,
        form,
        act,
        done=pages.meeting_url(meeting),
        said="The meeting is held. Its plans are decided, and those who wrote them were told by mail.",
        template=f"{FOLDER}/hold.html",
        **_context(request, meeting) | {"title": "Hold the meeting", "button": "Close the votes and decide"},
        cancel_url=pages.meeting_url(meeting),
    )


def _context(request: HttpRequest, meeting: Meeting) -> dict[str, Any]:
    return {
        "title": "Meeting of the panel",
        "caption": str(meeting.panel),
        "panel": meeting.panel,
        **pages.agenda(meeting, request.user, clock.today()),
    }
