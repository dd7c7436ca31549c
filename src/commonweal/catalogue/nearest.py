"""The error for a name that nobody knows, with the known names that look like it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from commonweal.errors import UnknownCode


def nearest(what: str, wanted: str, known: Iterable[str]) -> UnknownCode:
    """Return the error that says that there is no `what` called `wanted`, and which known names look like it."""
    names = {name.casefold(): name for name in known}
    close = [names[key] for key in difflib.get_close_matches(wanted.strip().casefold(), names, n=5, cutoff=0.5)]
    if not close:
        return UnknownCode(f"There is no {what} called {wanted!r}, nor anything like it. Check the spelling.")
    return UnknownCode(f"There is no {what} called {wanted!r}. Nearest: {', '.join(close)}.", close)
