"""The app `performance`."""

from django.apps import AppConfig


class PerformanceConfig(AppConfig):
    name = "commonweal_web.performance"
    label = "performance"
