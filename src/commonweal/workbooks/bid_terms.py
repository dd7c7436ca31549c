"""What a bid workbook is made from, what its sheet of offers looks like, and what a bidder fills in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal.catalogue import Measure
from commonweal.periods import Period
from commonweal.quantities import plain
from commonweal.scoring.models import Offer
from commonweal.workbooks.bid_helpers import Post, SharedInput
from commonweal.workbooks.layout import MOST, ONE, ZERO, Cell, Column, SheetLayout
from commonweal.workbooks.versions import Facts, Terms

GIVEN = frozenset({"measure", "label", "unit", "card"})
TYPED = ("quantity", "people", "description", "plan")
BOTH = "A quantity without description and plan is disregarded."
ASKS = (Column("bidder", "Name of the bidder", "As in the registration.", required=True),)
LAYOUT = SheetLayout(
    "offer",
    "Offer",
    "One row for each measure. Leave a row blank where nothing is offered.",
    (
        Column("measure", "Measure code", "Code of the measure.", required=True, width=12),
        Column("label", "Measure", "What the measure counts.", width=32),
        Column("unit", "Unit", "What is counted.", width=10),
        Column(
            "quantity",
            "Quantity offered",
            "In the unit of the row, over the whole contract. Blank: what the helper sheets add up to.",
            Cell.NUMBER,
            low=ZERO,
            high=MOST,
        ),
        Column(
            "people",
            "People",
            "For weeks: how many people they are for. Blank if it is not known.",
            Cell.WHOLE,
            low=ONE,
            high=Decimal(100_000),
            width=10,
        ),
        Column("description", "What is offered", "In words a resident understands.", width=44),
        Column("plan", "How and when", "Who does what by when, and with whom.", width=44),
        Column("helped", "From the helpers", "Worked out from the sheets Attribution and FTE.", width=14),
        Column("card", "Do and do not", "What counts for this measure and what does not.", width=60),
    ),
)


@dataclass(frozen=True, slots=True)
class BidTerms:
    """
    What a bid workbook is made from: a lot of a tender, its measures, and the term that limits weeks and FTE.

    `text_needed` is the tender's rule that a number without its text is disregarded; `caps` are the most that counts
    by measure code. `about` are further facts that name what the form was made from, such as a plan and its version;
    `said` are further facts of a measure by its code, such as its value and what is expected. Both are shown, and are
    part of the form's version.
    """

    lot: str
    title: str
    release: str
    measures: tuple[Measure, ...]
    start: dt.date
    end: dt.date
    text_needed: bool = False
    caps: Mapping[str, Decimal] = field(default_factory=dict)
    about: Facts = ()
    said: Mapping[str, Facts] = field(default_factory=dict)

    @property
    def term(self) -> Period:
        return Period(self.start, self.end)

    @property
    def terms(self) -> Terms:
        """The version of the form: lot, term, rule, and of each measure its wording, unit, card and cap."""
        return Terms(
            (
                ("Form", "Bid"),
                ("Lot", self.lot),
                ("Title", self.title),
                ("Framework release", self.release),
                ("First day", self.start.isoformat()),
                ("Last day", self.end.isoformat()),
                ("Number and text", BOTH if self.text_needed else "A quantity counts without a text."),
                *self.about,
            ),
            tuple((m.code, self._facts(m)) for m in self.measures),
        )

    def _facts(self, measure: Measure) -> Facts:
        cap = self.caps.get(measure.code)
        return (
            ("wording", measure.label),
            ("unit", measure.unit),
            ("kind", str(measure.kind)),
            ("what counts", measure.card.counts),
            ("what does not count", measure.card.does_not_count),
            ("evidence", measure.evidence),
            ("the most that counts", "" if cap is None else plain(cap)),
            *self.said.get(measure.code, ()),
        )


@dataclass(frozen=True, slots=True)
class Bid:
    """
    What a bidder filled in: offers, people by measure for weeks, and the rows of both helpers.

    An offer without a typed quantity whose helpers have something gets theirs when it is read.
    """

    bidder: str = ""
    offers: tuple[Offer, ...] = ()
    people: Mapping[str, int] = field(default_factory=dict)
    inputs: tuple[SharedInput, ...] = ()
    posts: tuple[Post, ...] = ()
