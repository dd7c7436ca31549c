"""
What a permanent link holds: a summary as it was on the day, as canonical text under its own SHA-256.

The shapes are the engine's (`commonweal.crosswalk.summary`); they are named here for the rest of the app.
"""

from __future__ import annotations

import base64
import hashlib

from commonweal.crosswalk.mapping import Fit
from commonweal.crosswalk.models import Datum, Likeness
from commonweal.crosswalk.summary import (
    FORMAT,
    Counted,
    Gap,
    Goal,
    Line,
    Release,
    Summary,
    Thing,
    Way,
    from_text,
    to_text,
)
from commonweal_web.mapping.models import Frozen

__all__ = [
    "FORMAT",
    "Counted",
    "Datum",
    "Fit",
    "Gap",
    "Goal",
    "Likeness",
    "Line",
    "Release",
    "Summary",
    "Thing",
    "Way",
    "digest",
    "from_text",
    "read",
    "to_text",
]


def digest(text: str) -> str:
    """Return the SHA-256 of a content as URL-safe base64 of 43 signs."""
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()


def read(frozen: Frozen) -> Summary:
    """Return the summary that is kept in a row."""
    return from_text(frozen.content)
