"""Addresses of the app `planning`: its parts keep their own."""

from __future__ import annotations

from django.urls import include, path

app_name = "planning"
PARTS = ("policies", "plans", "measures", "gateway", "listening", "pack")
urlpatterns = [path("", include(f"commonweal_web.planning.{part}.urls")) for part in PARTS]
