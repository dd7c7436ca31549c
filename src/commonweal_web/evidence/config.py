"""The store and the scanner of this service, and its limits, from the settings."""

from __future__ import annotations

from django.conf import settings

from commonweal_web.evidence.scanner import Scanner
from commonweal_web.evidence.store import Store


def store() -> Store:
    """Return the store below `settings.EVIDENCE_ROOT`."""
    return Store(settings.EVIDENCE_ROOT)


def scanner() -> Scanner:
    """Return the scanner at `settings.CLAMD`, which may be none."""
    return Scanner(settings.CLAMD, timeout=settings.CLAMD_SECONDS)


def file_bytes() -> int:
    """Return the most bytes of one file."""
    return int(settings.EVIDENCE_FILE_BYTES)


def return_files() -> int:
    """Return the most files of one contract and period."""
    return int(settings.EVIDENCE_RETURN_FILES)


def return_bytes() -> int:
    """Return the most bytes of all files of one contract and period."""
    return int(settings.EVIDENCE_RETURN_BYTES)
