"""
Three-valued logic: yes, no, and unknown.

The tables are Kleene's: what is unknown stays unknown, unless the other part decides alone (no and unknown is no; yes
or unknown is yes). So a missing fact never passes and never fails a rule by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Truth(StrEnum):
    """Whether a statement holds."""

    TRUE = "yes"
    FALSE = "no"
    UNKNOWN = "unknown"


def of(value: bool) -> Truth:
    """Return what is known for certain."""
    return Truth.TRUE if value else Truth.FALSE


def both(parts: Iterable[Truth]) -> Truth:
    """Return whether all hold: one no decides, then one unknown; nothing at all holds."""
    seen = set(parts)
    if Truth.FALSE in seen:
        return Truth.FALSE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.TRUE


def either(parts: Iterable[Truth]) -> Truth:
    """Return whether one of them holds: one yes decides, then one unknown; of nothing at all none holds."""
    seen = set(parts)
    if Truth.TRUE in seen:
        return Truth.TRUE
    return Truth.UNKNOWN if Truth.UNKNOWN in seen else Truth.FALSE


def negate(truth: Truth) -> Truth:
    """Return the opposite; the opposite of unknown is unknown."""
    return {Truth.TRUE: Truth.FALSE, Truth.FALSE: Truth.TRUE, Truth.UNKNOWN: Truth.UNKNOWN}[truth]
