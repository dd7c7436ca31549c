"""What may be shown: small counts of people, and all that would give them away, are withheld."""

from __future__ import annotations

from commonweal.disclosure.gate import LIMIT, WIDTH, Policy
from commonweal.disclosure.people import counts_people, verified_people
from commonweal.disclosure.publication import ALL, Axis, Dimension, Publication, Rate, Sum, Table
from commonweal.disclosure.safe import Safe, SafeCell, SafeNumber, SafeTable, protect

__all__ = [
    "ALL",
    "LIMIT",
    "WIDTH",
    "Axis",
    "Dimension",
    "Policy",
    "Publication",
    "Rate",
    "Safe",
    "SafeCell",
    "SafeNumber",
    "SafeTable",
    "Sum",
    "Table",
    "counts_people",
    "protect",
    "verified_people",
]
