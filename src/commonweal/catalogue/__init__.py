"""Frameworks, outcomes, criteria and measures: load, validate, look up."""

from commonweal.catalogue.catalogue import Catalogue, load_catalogue
from commonweal.catalogue.models import (
    Card,
    Citation,
    Criterion,
    Framework,
    Goal,
    GoalLink,
    Measure,
    Outcome,
    Relation,
    Rule,
    Target,
    Theme,
    Verified,
)
from commonweal.catalogue.root import data_root
from commonweal.catalogue.search import Hit, PartHit, Reason
from commonweal.catalogue.units import Unit, Units, units

__all__ = [
    "Card",
    "Catalogue",
    "Citation",
    "Criterion",
    "Framework",
    "Goal",
    "GoalLink",
    "Hit",
    "Measure",
    "Outcome",
    "PartHit",
    "Reason",
    "Relation",
    "Rule",
    "Target",
    "Theme",
    "Unit",
    "Units",
    "Verified",
    "data_root",
    "load_catalogue",
    "units",
]
