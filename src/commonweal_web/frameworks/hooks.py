"""
What apps above this one know of a release: how many contracts are measured by it. They fill the list in `ready`.

    hooks.releases_in_use_hooks.append(releases_in_use)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

releases_in_use_hooks: list[Callable[[int], Mapping[str, int]]] = []
"""Each returns, for a body, release id -> number of contracts that have not ended."""


def releases_in_use(body: int) -> dict[str, int]:
    """Return how many running contracts of a body each release measures."""
    found: Counter[str] = Counter()
    for hook in releases_in_use_hooks:
        found.update(hook(body))
    return dict(found)
