"""Addresses of `planning.gateway`; their names stand in the namespace `planning`."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
