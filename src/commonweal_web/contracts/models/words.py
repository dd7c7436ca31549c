"""The engine's words as choices of a column."""

from __future__ import annotations


def choices_of(words: type) -> list[tuple[str, str]]:
    """Return value and plain words of each member."""
    return [(member.value, member.value.replace("_", " ")) for member in words]  # type: ignore[attr-defined]
