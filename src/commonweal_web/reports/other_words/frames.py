"""The frameworks and links that a body's pages may name: those for everybody and its own, never another body's."""

from __future__ import annotations

from commonweal_web.frameworks.kept import seen_by

__all__ = ["seen_by"]
