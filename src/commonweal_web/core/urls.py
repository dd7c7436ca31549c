"""Addresses of the app `core`: health pages and the accessibility statement."""

from __future__ import annotations

from django.urls import URLPattern, path

from commonweal_web.core import health, views

app_name = "core"
urlpatterns: list[URLPattern] = [
    path("accessibility", views.accessibility, name="accessibility"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
