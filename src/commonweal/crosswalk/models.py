"""What a crosswalk holds: links between items of two releases, and what is known to have no counterpart."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from commonweal.catalogue import Verified
from commonweal.checks.problem import NOWHERE, Origin

GOALS = "sdg"
"""The release under which the Sustainable Development Goals are linked: sdg/8 is a goal, sdg/8.5 a target."""

WHOLE = 10_000
"""A whole delivery in basis points."""


class Likeness(StrEnum):
    """How two items are alike; it is read from left to right: the source is narrower than the target."""

    SAME = "same"
    CLOSE = "close"
    NARROWER = "narrower"
    BROADER = "broader"
    RELATED = "related"
    NONE = "none"


BACKWARDS: Mapping[Likeness, Likeness] = {
    Likeness.NARROWER: Likeness.BROADER,
    Likeness.BROADER: Likeness.NARROWER,
}
"""The likeness read from right to left, where it is another one."""

CONVERTIBLE = (Likeness.SAME, Likeness.CLOSE, Likeness.NARROWER)
"""Only part of what is broader, or merely related, belongs to the target: no factor can say which part."""


@dataclass(frozen=True, slots=True)
class Datum:
    """
    What must be known beside a quantity to convert it, such as the weeks planned for each apprentice.

    The quantity is multiplied by it, or divided where `divide` is set.
    """

    name: str
    label: str
    unit: str
    divide: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """
    One item of a release linked to one of another: full ids, such as fx-2025.1/NT10 and sdg/4.4.

    `factor` is the number of target units that one source unit makes, before any `datum`; None means that nothing
    can be converted. `weight` is the share of the delivery in basis points. Both dates are included.
    """

    source: str
    target: str
    source_release: str
    target_release: str
    relation: Likeness
    reason: str
    author: str = ""
    verified: Verified = Verified.FALSE
    factor: Decimal | None = None
    datum: Datum | None = None
    weight: int | None = None
    applies_from: dt.date | None = None
    applies_until: dt.date | None = None
    backwards: bool = False
    origin: Origin = NOWHERE

    @property
    def converts(self) -> bool:
        """Whether a quantity can be converted along this link, if its datum is known."""
        return self.factor is not None

    def in_force(self, on: dt.date | None) -> bool:
        """Whether the link counts on a day; without a day every link does."""
        if on is None:
            return True
        return (self.applies_from or dt.date.min) <= on <= (self.applies_until or dt.date.max)

    def overlaps(self, other: Link) -> bool:
        """Whether both links count on some day."""
        return _starts_by(self, other) and _starts_by(other, self)


def _starts_by(one: Link, other: Link) -> bool:
    return (one.applies_from or dt.date.min) <= (other.applies_until or dt.date.max)


@dataclass(frozen=True, slots=True)
class NotLinked:
    """Items that have no counterpart in another release, with the reason; no items stand for the whole release."""

    source_release: str
    target_release: str
    items: frozenset[str]
    reason: str
    origin: Origin = NOWHERE
