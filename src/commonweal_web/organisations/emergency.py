"""
Reading in an emergency: which body the request at hand may read beyond the person's own roles.

`doors.requires` opens it for one GET of a platform administrator with an emergency access that runs, and closes it
when the page is made. Everything that asks who sees what asks here, so a form that is sent, a task and a command never
find it open.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from commonweal_web.organisations.policies import Permission, opened_in_an_emergency

MASKED = "This file names people, so it stays closed under an emergency access. Ask the body's own people about it."


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads which body."""

    person: int
    body: int


_open: ContextVar[Reading | None] = ContextVar("emergency_reading", default=None)


@contextlib.contextmanager
def reading(*, person: int, body: int) -> Iterator[None]:
    """Let `person` read `body` inside the block."""
    token = _open.set(Reading(person, body))
    try:
        yield
    finally:
        _open.reset(token)


def body_read_by(user: Any, permission: Permission) -> int | None:
    """Return the body on which `user` holds `permission` by an emergency access, in this request alone."""
    found = _open.get()
    if found is None or found.person != getattr(user, "pk", None) or not opened_in_an_emergency(permission):
        return None
    return found.body
