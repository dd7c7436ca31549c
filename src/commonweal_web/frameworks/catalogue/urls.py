"""Addresses of the public catalogue."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.frameworks.catalogue import views

urlpatterns: list[URLPattern] = [
    path("catalogue/", views.catalogue, name="catalogue"),
    path("catalogue/search/", views.search, name="search"),
    path("catalogue/compare/", views.compare, name="compare"),
    path("catalogue/compare.csv", views.compare_file, name="compare_file"),
    path("catalogue/sdg/", views.goals, name="goals"),
    path("catalogue/sdg/<str:code>/", views.goal, name="goal"),
    path("catalogue/<str:release>/", views.release, name="release"),
    path("catalogue/<str:release>/framework.<slug:form>", views.release_file, name="release_file"),
    path("catalogue/<str:release>/<path:code>/values.csv", views.values_file, name="values_file"),
    path("catalogue/<str:release>/<path:code>/", views.item, name="item"),
]
