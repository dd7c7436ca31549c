"""The known codes that look most like an unknown one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

MOST = 3
LIKENESS = 0.6
LONGEST = 60
"""Letters. A longer "code" is a sentence, and comparing it would cost seconds."""


def nearest(code: str, known: Iterable[str], *, likeness: float = LIKENESS) -> list[str]:
    """Return up to three of `known` that look like `code`, best first; case and outer spaces do not count."""
    wanted = code.strip().casefold()
    if not wanted or len(wanted) > LONGEST:
        return []
    names: dict[str, str] = {}
    for name in known:
        names.setdefault(name.strip().casefold(), name)
    return [names[key] for key in difflib.get_close_matches(wanted, names, n=MOST, cutoff=likeness)]
