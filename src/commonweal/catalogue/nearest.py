"""The error for a name that nobody knows, with the known names that look like it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from commonweal.errors import UnknownCode


def nearest(what: str, wanted: str, known: Iterable[str], *, every: bool = False) -> UnknownCode:
    """
    Return the error that says that there is no `what` called `wanted`, and which known names look like it.

    With `every` it names all that there are: for a list that fits into a sentence.
    """
    names = {name.casefold(): name for name in known}
    close = [names[key] for key in difflib.get_close_matches(wanted.strip().casefold(), names, n=5, cutoff=0.5)]
    there_are = f" There are: {', '.join(names.values())}." if every else ""
    if not close:
        mend = there_are or " Check the spelling."
        return UnknownCode(f"There is no {what} called {wanted!r}, nor anything like it.{mend}")
    return UnknownCode(f"There is no {what} called {wanted!r}. Nearest: {', '.join(close)}.{there_are}", close)
