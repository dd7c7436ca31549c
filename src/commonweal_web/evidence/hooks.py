"""
What apps above this one know of an item of evidence (the claims that rest on it) and of the stored bytes (that they
keep them for a record of their own). They fill the lists in `ready`.

    hooks.uses_hooks.append(uses_of)
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commonweal_web.evidence.models import EvidenceItem


@dataclass(frozen=True, slots=True)
class Use:
    """One thing that rests on an item: in words, where it is, and whether it is frozen (handed in or checked)."""

    words: str
    href: str = ""
    frozen: bool = False


holders_hooks: list[Callable[[str], set[int]]] = []
"""Each returns the ids of the bodies that need the bytes of this SHA-256 for something else than evidence."""
uses_hooks: list[Callable[[EvidenceItem], list[Use]]] = []
"""Each returns what rests on an item."""
replaced_hooks: list[Callable[..., None]] = []
"""Each is called with `old`, `new`, `by`, `now`, as keywords, in the transaction: drafts move to the new item."""
withdrawn_hooks: list[Callable[..., None]] = []
"""Each is called with `item`, `by`, `now`, as keywords, in the transaction: drafts let the item go."""


def holders_of(sha256: str) -> set[int]:
    """Return the ids of the bodies that need the bytes of a file for something else than an item of evidence."""
    return {body for hook in holders_hooks for body in hook(sha256)}


def uses_of(item: EvidenceItem) -> list[Use]:
    """Return everything that rests on an item."""
    return [use for hook in uses_hooks for use in hook(item)]


def replaced(*, old: EvidenceItem, new: EvidenceItem, by: Any, now: dt.datetime) -> None:
    """Tell whoever asked that an item was replaced."""
    for hook in replaced_hooks:
        hook(old=old, new=new, by=by, now=now)


def withdrawn(*, item: EvidenceItem, by: Any, now: dt.datetime) -> None:
    """Tell whoever asked that an item was withdrawn."""
    for hook in withdrawn_hooks:
        hook(item=item, by=by, now=now)
