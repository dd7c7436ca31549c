"""The app `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "commonweal_web.reports"
    label = "reports"
