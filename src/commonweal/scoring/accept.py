"""
What counts of each offer: the quantity after the tender's own rules and after decisions, each step with its reason.

The rules apply in this order: a quantity without its text is disregarded where the tender says so; then decisions
that disregard a part; then the cap on the measure.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from commonweal.scoring.models import Disregard, Lot, LotMeasure, Offer

ZERO = Decimal(0)
NO_TEXT = "the tender asks for a number and a text; this offer has no description and plan"
TEXT_RULE = "a number without its text is disregarded"
CAP_RULE = "cap on the measure"


@dataclass(frozen=True, slots=True)
class Less:
    """A part of an offer that does not count: how much, under which rule, why, and who decided when."""

    quantity: Decimal
    rule: str
    reason: str
    origin: str
    on: dt.date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """An offer and what counts of it: `offered` less each of `less`, all in the measure's unit."""

    offer: Offer
    measure: LotMeasure
    offered: Decimal
    less: tuple[Less, ...]

    @property
    def quantity(self) -> Decimal:
        return self.offered - sum((part.quantity for part in self.less), ZERO)


Accepted = Mapping[tuple[str, str], Taken]


def accepted(lot: Lot, *, until: dt.date | None = None) -> dict[tuple[str, str], Taken]:
    """
    Return what counts of each offer by bidder and measure; what was not offered is not in it.

    Decisions count up to and on the day `until`; without it none does.
    """
    measures = {measure.code: measure for measure in lot.measures}
    found = {}
    for offer in lot.offers:
        if offer.quantity is not None:
            decisions = [d for d in lot.decisions if _counts(d, offer, until)]
            found[offer.bidder, offer.measure] = _taken(lot, offer, offer.quantity, measures[offer.measure], decisions)
    return found


def decision_days(lot: Lot) -> list[dt.date]:
    """Return the days on which something was decided, oldest first."""
    return sorted({decision.on for decision in lot.decisions if decision.on is not None})


def _counts(decision: Disregard, offer: Offer, until: dt.date | None) -> bool:
    same = (decision.bidder, decision.measure) == (offer.bidder, offer.measure)
    return same and until is not None and decision.on is not None and decision.on <= until


def _taken(lot: Lot, offer: Offer, offered: Decimal, measure: LotMeasure, decisions: list[Disregard]) -> Taken:
    less: list[Less] = []
    left = offered
    if lot.text_needed and not offer.has_text:
        less.append(Less(offered, TEXT_RULE, NO_TEXT, str(offer.origin)))
        left = ZERO
    for decision in decisions:
        part = min(decision.quantity, left)
        less.append(Less(part, lot.unsupported_rule, decision.reason, str(decision.origin), decision.on, decision.by))
        left -= part
    if measure.cap is not None and left > measure.cap:
        less.append(Less(left - measure.cap, CAP_RULE, "no more than the cap counts", str(measure.origin)))
    return Taken(offer, measure, offered, tuple(less))
