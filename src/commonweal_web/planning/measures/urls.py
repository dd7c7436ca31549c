"""Addresses of `planning.measures`; their names stand in the namespace `planning`."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.planning.measures.views import measures, needs

NEEDS = "organisations/<int:organisation_id>/needs/"
PLAN = "plans/<int:plan_id>/"
MEASURE = PLAN + "measures/<int:measure_id>/"

urlpatterns: list[URLPattern] = [
    path(NEEDS, needs.needs, name="measure_needs"),
    path(NEEDS + "new/", needs.need_new, name="measure_need_new"),
    path(NEEDS + "<int:need_id>/", needs.need, name="measure_need"),
    path(NEEDS + "<int:need_id>/close/", needs.need_close, name="measure_need_close"),
    path(PLAN + "needs/", needs.plan_needs, name="measure_plan_needs"),
    path(PLAN + "measures/", measures.measure_list, name="measure_list"),
    path(PLAN + "measures/suggested/", measures.suggested, name="measure_suggested"),
    path(PLAN + "measures/new/", measures.local, name="measure_local"),
    path(PLAN + "measures/values/", measures.measures_value, name="measure_values"),
    path(PLAN + "measures/waive/", measures.measure_waive, name="measure_waive"),
    path(MEASURE, measures.measure_edit, name="measure_edit"),
    path(MEASURE + "move/", measures.measure_move, name="measure_move"),
    path(MEASURE + "remove/", measures.measure_remove, name="measure_remove"),
]
