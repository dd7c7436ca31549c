"""Addresses of `planning.listening`; their names stand in the namespace `planning`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.planning.listening.views import needs, priorities, public_needs, public_priorities, soundings

PLAN, BODY = "plans/<int:plan_id>/", "organisations/<int:organisation_id>/"
SOUNDING = f"{PLAN}soundings/<int:sounding_id>/"
PRIORITY = f"{BODY}priorities/<int:priority_id>/"
NEED = f"{BODY}posted-needs/<int:need_id>/"
OPEN = "priorities/<int:priority_id>/"

urlpatterns: list[URLPattern] = [
    path(f"{PLAN}listening/", soundings.plan_listening, name="listening_plan"),
    path(f"{PLAN}soundings/new/", soundings.sounding_new, name="listening_sounding_new"),
    path(f"{SOUNDING}questions/", soundings.sounding_questions, name="listening_sounding_questions"),
    path(f"{SOUNDING}tender/", soundings.sounding_tender, name="listening_sounding_tender"),
    path(f"{BODY}priorities/", priorities.priorities, name="listening_priorities"),
    path(f"{BODY}priorities/new/", priorities.priority_new, name="listening_priority_new"),
    path(PRIORITY, priorities.priority, name="listening_priority_office"),
    path(f"{PRIORITY}edit/", priorities.priority_edit, name="listening_priority_edit"),
    path(f"{PRIORITY}publish/", priorities.priority_publish, name="listening_priority_publish"),
    path(f"{PRIORITY}answers/", priorities.answers, name="listening_answers"),
    path(f"{PRIORITY}answers/<int:answer_id>/hide/", priorities.answer_hide, name="listening_answer_hide"),
    path(f"{BODY}posted-needs/", needs.posted_list, name="listening_posted"),
    path(NEED, needs.posted_need, name="listening_posted_need"),
    path(f"{NEED}show/", needs.need_show, name="listening_need_show"),
    path(f"{NEED}hide/", needs.need_hide, name="listening_need_hide"),
    path(f"{NEED}offer/", needs.need_offer, name="listening_need_offer"),
    path("priorities/", public_priorities.priorities, name="listening_public_priorities"),
    path(OPEN, public_priorities.priority, name="listening_priority"),
    path(f"{OPEN}received/<str:token>/", public_priorities.received, name="listening_priority_received"),
    path(f"{OPEN}results/", public_priorities.results, name="listening_priority_results"),
    path(f"{OPEN}results.csv", public_priorities.results_file, name="listening_priority_file"),
    path("needs/", public_needs.needs, name="listening_public_needs"),
    path("needs/post/", public_needs.post, name="listening_need_post"),
    path("needs/received/<str:token>/", public_needs.received, name="listening_need_received"),
    path("needs/<int:need_id>/", public_needs.need, name="listening_need"),
]
