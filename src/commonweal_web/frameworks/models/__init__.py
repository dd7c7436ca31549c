"""Releases and measures that bodies keep, and consultations on their drafts."""

from commonweal_web.frameworks.models.consultations import Comment, Consultation, DropIn, Seat
from commonweal_web.frameworks.models.packs import LocalMeasure, Pack, Withdrawal

__all__ = ["Comment", "Consultation", "DropIn", "LocalMeasure", "Pack", "Seat", "Withdrawal"]
