"""Addresses of `planning.gateway`; their names stand in the namespace `planning`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.planning.gateway.views import approving, meetings, sittings

PANEL = "organisations/<int:organisation_id>/panels/<int:panel_id>/meetings/"
MEETING = f"{PANEL}<int:meeting_id>/"
PLAN = "plans/<int:plan_id>/gateway/"
SITTING = f"{PLAN}<int:sitting_id>/"
CONDITION = f"{PLAN}conditions/<int:condition_id>/"

urlpatterns: list[URLPattern] = [
    path(PANEL, meetings.meetings, name="panel_meetings"),
    path(f"{PANEL}new/", meetings.meeting_make, name="panel_meeting_make"),
    path(MEETING, meetings.meeting, name="panel_meeting"),
    path(f"{MEETING}hold/", meetings.hold, name="panel_hold"),
    path(PLAN, sittings.gateway, name="panel_gateway"),
    path(f"{PLAN}put/", sittings.put, name="panel_put"),
    path(f"{PLAN}interest/", sittings.interest, name="panel_interest"),
    path(f"{PLAN}approve/", approving.approve, name="panel_approve"),
    path(f"{PLAN}approve/<int:measure_id>/send-back/", approving.send_back, name="panel_send_back"),
    path(f"{PLAN}new-version/", approving.reopen, name="panel_reopen"),
    path(SITTING, sittings.sitting, name="panel_sitting"),
    path(f"{SITTING}pack.<str:form>", sittings.pack_file, name="panel_pack"),
    path(f"{SITTING}vote/", sittings.vote, name="panel_vote"),
    path(f"{CONDITION}answer/", sittings.answer, name="panel_answer"),
    path(f"{CONDITION}close/", sittings.close, name="panel_close"),
]
