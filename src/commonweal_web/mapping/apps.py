"""The app `mapping`."""

from django.apps import AppConfig


class MappingConfig(AppConfig):
    name = "commonweal_web.mapping"
    label = "mapping"
