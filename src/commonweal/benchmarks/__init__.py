"""What is normal: verified value and units per pound spent, among contracts that are alike."""

from __future__ import annotations

from commonweal.benchmarks.distribution import (
    MINIMUM,
    Aside,
    Benchmark,
    By,
    Group,
    Like,
    Quartiles,
    Rank,
    SetAside,
    benchmark,
    quantile,
    rank_of,
)
from commonweal.benchmarks.totals import ContractTotals, Units, totals_of

__all__ = [
    "MINIMUM",
    "Aside",
    "Benchmark",
    "By",
    "ContractTotals",
    "Group",
    "Like",
    "Quartiles",
    "Rank",
    "SetAside",
    "Units",
    "benchmark",
    "quantile",
    "rank_of",
    "totals_of",
]
