"""The frameworks and links that a body's pages may name: those for everybody and its own, never another body's."""

from __future__ import annotations

from functools import lru_cache

from commonweal_web.frameworks import kept
from commonweal_web.frameworks.models import Pack

TOLD = (Pack.Kind.FRAMEWORK, Pack.Kind.LINKS)


def seen_by(body: int) -> kept.State:
    """Return what is published for everybody or by a body itself, read and joined with what is shipped."""
    return _state(tuple(row for row in kept.stamp() if row.kind in TOLD and (row.shown or row.body == body)))


@lru_cache(maxsize=16)
def _state(rows: tuple[kept.Row, ...]) -> kept.State:
    return kept.State(rows)
