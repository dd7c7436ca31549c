"""
The ladder of reminders: how many days from the due day, to whom, and in which words. Data, one list per tier.

Days that are no working days roll to the next one; the engine's calendar does that.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from commonweal_web.contracts.models import Tier


class To(StrEnum):
    """Whom a message of the ladder goes to."""

    CONTACT = "contact"
    MANAGER = "manager"
    HEAD = "head"


@dataclass(frozen=True, slots=True)
class Rule:
    """One message: `offset` days from the due day (below zero is before it), to whom, and its subject."""

    offset: int
    to: To
    subject: str

    @property
    def name(self) -> str:
        return f"{self.offset:+d}-{self.to}"


_SOON = Rule(-10, To.CONTACT, "Your return for {period} is due on {due}")
_NEARLY = Rule(-3, To.CONTACT, "Your return for {period} is due on {due}")
_LATE = Rule(1, To.CONTACT, "Your return for {period} was due on {due}")
_TO_MANAGER = Rule(5, To.MANAGER, "No return for {period} from {supplier}")
_TO_HEAD = Rule(10, To.HEAD, "Still no return for {period} from {supplier}")

LADDERS: Mapping[str, tuple[Rule, ...]] = {
    Tier.LIGHT: (_SOON, _LATE, Rule(10, To.MANAGER, "No return for {period} from {supplier}")),
    Tier.STANDARD: (_SOON, _NEARLY, _LATE, _TO_MANAGER, _TO_HEAD),
    Tier.MAJOR: (_SOON, _NEARLY, _LATE, _TO_MANAGER, _TO_HEAD),
}
