"""
Which measures suit a tender, with the reasons for each, and how many minutes a measure costs those who answer it.

Nothing here decides: people choose, and a policy's limits are checked by `commonweal.policy.measures`.
"""

from __future__ import annotations

from commonweal.suggest.burden import Burden, Proof, burden_of, total_burden
from commonweal.suggest.measures import Asked, Because, History, Suggestion, Wanted, Why, suggest

__all__ = [
    "Asked",
    "Because",
    "Burden",
    "History",
    "Proof",
    "Suggestion",
    "Wanted",
    "Why",
    "burden_of",
    "suggest",
    "total_burden",
]
