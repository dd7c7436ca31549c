"""The app `planning`."""

from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "commonweal_web.planning"
    label = "planning"
