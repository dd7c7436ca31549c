"""When a stored file may be opened or rested upon: the rules in one place, and the words for each state."""

from __future__ import annotations

from django.db import models


class Scan(models.TextChoices):
    """What the scanner said. Only `clean`, or `none` where no scanner is configured, may be opened by an officer."""

    PENDING = "pending", "waiting for the scanner"
    CLEAN = "clean", "clean"
    INFECTED = "infected", "infected"
    NONE = "none", "not scanned: no scanner is configured"


VIRUS_FOUND = (
    "A virus was found in this file, so it was not accepted and nobody can open it. Your return is not affected. "
    "Check the computer that the file came from, then add a clean copy of the file. If you think that the file is "
    "safe, ask the contract manager how else to show the same evidence."
)
"""The standard wording for a file in which a virus was found."""

STILL_WAITING = (
    "This file is waiting for the virus check, so it cannot be opened yet. Nothing is lost: it is checked as soon as "
    "the scanner answers. Look again in a few minutes."
)


def first_state(*, scanner_configured: bool) -> Scan:
    """Return the state of a file that has just come in."""
    return Scan.PENDING if scanner_configured else Scan.NONE


def may_be_opened(scan: str, *, scanner_configured: bool) -> bool:
    """Return whether a file in this state may be opened or rested upon. One that was never scanned waits once a
    scanner is configured."""
    return scan == Scan.CLEAN or (scan == Scan.NONE and not scanner_configured)


def why_not(scan: str) -> str:
    """Return the words for a file that may not be opened."""
    return VIRUS_FOUND if scan == Scan.INFECTED else STILL_WAITING
