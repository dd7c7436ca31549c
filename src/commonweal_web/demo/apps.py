"""The app `demo`, installed in demo mode only."""

from __future__ import annotations

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "commonweal_web.demo"
    label = "demo"
    verbose_name = "Demo"
