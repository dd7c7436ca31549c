"""The app `organisations`."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "commonweal_web.organisations"
    label = "organisations"

    def ready(self) -> None:
        """Listen to what the sign-in library tells of people coming, failing and changing how they sign in."""
        from commonweal_web.organisations import sign_in_log

        sign_in_log.connect()
