"""Addresses of the app `mapping`, all below /mapping/ and open to everybody."""

from __future__ import annotations

from django.urls import include, path

from commonweal_web.mapping.sheets.urls import urlpatterns as sheets
from commonweal_web.mapping.views import select, summary

app_name = "mapping"
tool = [
    path("", select.start, name="start"),
    path("goals/", select.goals, name="goals"),
    path("select/", select.select, name="select"),
    path("summary/", summary.summary, name="summary"),
    path("keep/", summary.keep, name="keep"),
    path("l/<str:digest>/", summary.link, name="link"),
    path("l/<str:digest>/kpis.<str:form>", summary.file, name="file"),
    path("l/<str:digest>/print/", summary.print_view, name="print"),
]
urlpatterns = [path("mapping/", include([*tool, *sheets]))]
