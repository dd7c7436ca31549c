"""What comes out of scoring a lot: every calculation, with the lines of the book that hold its points."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commonweal.checks.problem import Problem
from commonweal.scoring.accept import Accepted
from commonweal.scoring.models import Lot
from commonweal.scoring.moderation import Agreed
from commonweal.scoring.points import Numbers, Places

POUNDS = "GBP"
POINTS = "point"
TOTAL = ""
"""The code under which a calculation keeps a bidder's points over all criteria."""


@dataclass(frozen=True, slots=True)
class Calculation:
    """
    One scoring of a lot: `label` says which, `until` up to which day decisions count.

    `points` and `shown` are lines of the book by bidder and criterion (or TOTAL): not rounded, and to two decimals.
    `pounds` are lines of each offer's pounds, empty for a lot that counts none; `by_measure` those of its parts.
    """

    number: int
    label: str
    until: dt.date | None
    taken: Accepted
    points: Mapping[tuple[str, str], str]
    shown: Mapping[tuple[str, str], str]
    pounds: Mapping[str, str]
    by_measure: Mapping[tuple[str, str], str]
    quantities: Mapping[tuple[str, str], str]
    order: Places
    numbers: Numbers

    @property
    def named(self) -> str:
        """The label as it stands within a sentence or after a colon: "as offered"."""
        return self.label[:1].lower() + self.label[1:]

    @property
    def leaders(self) -> tuple[str, ...]:
        """Who leads: one bidder, or all that share the first place."""
        return self.order[0]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All calculations of a lot, oldest first, with the marks that counted and what is worth a look."""

    lot: Lot
    calculations: tuple[Calculation, ...]
    marks: Mapping[tuple[str, str], Agreed]
    problems: tuple[Problem, ...]

    @property
    def last(self) -> Calculation:
        """The calculation that stands."""
        return self.calculations[-1]


def ids(names: Sequence[str]) -> dict[str, str]:
    """Return a short id for each name, fit for the name of a line; where two are alike, the later has a number."""
    found: dict[str, str] = {}
    for name in names:
        words = "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in name.casefold()).split()) or "x"
        used, number = words, 1
        while used in found.values():
            number += 1
            used = f"{words}-{number}"
        found[name] = used
    return found
