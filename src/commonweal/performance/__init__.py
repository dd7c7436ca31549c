"""
What was due, how far it was kept, where it is heading, and what the contract's own terms say about that.

Pure functions on exact decimals. Each returns a small value that holds its working. Only verified amounts count as
delivered; they are compared with what was due to date and never with the whole-life promise.
"""

from __future__ import annotations

from commonweal.performance.aggregation import Aggregate, Item, aggregate
from commonweal.performance.forecast import Forecast, forecast, run_rate_needed
from commonweal.performance.remedies import CreditCeiling, Shortfall, credit_ceiling, shortfall
from commonweal.performance.standing import (
    Rag,
    Rating,
    RatingBands,
    Reported,
    Standing,
    SuggestedRating,
    rag,
    reported,
    suggest_rating,
)
from commonweal.performance.targets import (
    BothWays,
    Change,
    Due,
    PeriodTarget,
    against_both,
    due_to_date,
    percent,
    profile_weights,
    reprofile,
    scale_targets,
    targets_by_period,
    total_of,
)

__all__ = [
    "Aggregate",
    "BothWays",
    "Change",
    "CreditCeiling",
    "Due",
    "Forecast",
    "Item",
    "PeriodTarget",
    "Rag",
    "Rating",
    "RatingBands",
    "Reported",
    "Shortfall",
    "Standing",
    "SuggestedRating",
    "against_both",
    "aggregate",
    "credit_ceiling",
    "due_to_date",
    "forecast",
    "percent",
    "profile_weights",
    "rag",
    "reported",
    "reprofile",
    "run_rate_needed",
    "scale_targets",
    "shortfall",
    "suggest_rating",
    "targets_by_period",
    "total_of",
]
