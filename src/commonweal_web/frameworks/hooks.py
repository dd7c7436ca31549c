"""
What apps above this one know: how many contracts a release measures; of a consultation without a draft, who keeps it
and where it belongs. They fill the lists in `ready`.

    hooks.releases_in_use_hooks.append(releases_in_use)
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from commonweal_web.frameworks.models import Consultation

releases_in_use_hooks: list[Callable[[int], Mapping[str, int]]] = []
"""Each returns, for a body, release id -> number of contracts that have not ended."""
consultation_keeper_hooks: list[Callable[[Any, Consultation], str]] = []
"""Each returns the role in which a person keeps a consultation, beside those who draft measures, or nothing."""
consultation_home_hooks: list[Callable[[Consultation], tuple[str, str] | None]] = []
"""Each returns the address and name of what a consultation without a draft is about, for its officers."""


def releases_in_use(body: int) -> dict[str, int]:
    """Return how many running contracts of a body each release measures."""
    found: Counter[str] = Counter()
    for hook in releases_in_use_hooks:
        found.update(hook(body))
    return dict(found)


def keeper_role(user: Any, consultation: Consultation) -> str:
    """Return the role in which a person keeps a consultation by what it is about, or nothing."""
    return next((role for hook in consultation_keeper_hooks if (role := hook(user, consultation))), "")


def consultation_home(consultation: Consultation) -> tuple[str, str] | None:
    """Return the address and name of what a consultation is about, where an app above knows it."""
    return next((found for hook in consultation_home_hooks if (found := hook(consultation))), None)
