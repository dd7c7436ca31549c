"""Tender scoring: formulas by name, rules on offers, moderation, ranking, sensitivity, questions and awards."""

from commonweal.scoring.accept import Less, Taken, accepted
from commonweal.scoring.award import Award, award
from commonweal.scoring.check import check_lot
from commonweal.scoring.evaluate import evaluate
from commonweal.scoring.flags import Flag, flags
from commonweal.scoring.formulas import (
    Formula,
    against_target,
    banded,
    per_pound_of_contract,
    rank,
    relative_to_best,
)
from commonweal.scoring.models import (
    Asking,
    Bidder,
    Consensus,
    Criterion,
    Declaration,
    Disregard,
    Lot,
    LotMeasure,
    Mark,
    Offer,
    Peer,
    Tender,
)
from commonweal.scoring.moderation import Agreed, agreed
from commonweal.scoring.points import Numbers, place_of, places
from commonweal.scoring.result import TOTAL, Calculation, Evaluation
from commonweal.scoring.sensitivity import Combinations, Flip, combinations, flips

__all__ = [
    "TOTAL",
    "Agreed",
    "Asking",
    "Award",
    "Bidder",
    "Calculation",
    "Combinations",
    "Consensus",
    "Criterion",
    "Declaration",
    "Disregard",
    "Evaluation",
    "Flag",
    "Flip",
    "Formula",
    "Less",
    "Lot",
    "LotMeasure",
    "Mark",
    "Numbers",
    "Offer",
    "Peer",
    "Taken",
    "Tender",
    "accepted",
    "against_target",
    "agreed",
    "award",
    "banded",
    "check_lot",
    "combinations",
    "evaluate",
    "flags",
    "flips",
    "per_pound_of_contract",
    "place_of",
    "places",
    "rank",
    "relative_to_best",
]
