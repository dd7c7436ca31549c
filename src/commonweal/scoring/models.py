"""
The facts of a tender that scoring works on: lots, criteria, measures, bidders, offers, marks and decisions.

Nothing here computes. A lot without a formula that counts pounds knows no value of any measure.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal.checks.problem import NOWHERE, Origin, Problem
from commonweal.portfolio import Kind, Source, Supplier
from commonweal.scoring.formulas import Formula


@dataclass(frozen=True, slots=True)
class Criterion:
    """
    What is scored, with its `weight` in points.

    A criterion with others below it (their `parent`) is their sum; one with a `formula` counts an amount: the pounds
    of all measures, or the quantity of one `measure`; any other has marks from 0 to `highest_mark`. `bands` are pairs
    of least amount and points; `cap` is the most of the amount that counts.
    """

    code: str
    label: str
    weight: Decimal
    parent: str = ""
    formula: Formula | None = None
    measure: str = ""
    target: Decimal | None = None
    bands: tuple[tuple[Decimal, Decimal], ...] = ()
    cap: Decimal | None = None
    highest_mark: Decimal | None = None
    origin: Origin = NOWHERE

    @property
    def counts_pounds(self) -> bool:
        """Whether it adds up pounds of all measures."""
        return self.formula is not None and not self.measure


@dataclass(frozen=True, slots=True)
class LotMeasure:
    """
    A measure that bidders are asked about. `value_per_unit` is in pounds, as published with the tender on `value_on`.

    `cap` is the most of the quantity that counts, in `unit`.
    """

    code: str
    label: str
    unit: str
    kind: Kind = Kind.QUANTITY
    value_per_unit: Decimal | None = None
    value_series: str = ""
    value_source: str = ""
    value_on: dt.date | None = None
    cap: Decimal | None = None
    evidence: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Bidder:
    """Who bids, at what `price` in pounds; `staff` are the people it employs, where that is known."""

    supplier: Supplier
    price: Decimal | None = None
    staff: Decimal | None = None
    workbook: str = ""
    origin: Origin = NOWHERE

    @property
    def name(self) -> str:
        return self.supplier.name


@dataclass(frozen=True, slots=True)
class Offer:
    """
    What a bidder offers under one measure: a quantity in the measure's unit, what it is, and how it will be done.

    `working` says how the quantity came about where a helper built it.
    """

    bidder: str
    measure: str
    quantity: Decimal | None = None
    description: str = ""
    plan: str = ""
    working: str = ""
    origin: Origin = NOWHERE

    @property
    def has_text(self) -> bool:
        """Whether both the description and the plan are there."""
        return bool(self.description.strip() and self.plan.strip())


@dataclass(frozen=True, slots=True)
class Declaration:
    """What an evaluator declared about conflicts of interest, before any mark was seen."""

    evaluator: str
    on: dt.date | None = None
    conflict: bool = False
    details: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Mark:
    """One evaluator's own mark for one bidder under one criterion."""

    bidder: str
    criterion: str
    evaluator: str
    mark: Decimal
    reason: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Consensus:
    """The mark that the panel agreed on, with its reason in writing."""

    bidder: str
    criterion: str
    mark: Decimal
    reason: str = ""
    on: dt.date | None = None
    by: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Disregard:
    """A decision to leave `quantity` of an offer out of the score, under the rule that the tender published."""

    bidder: str
    measure: str
    quantity: Decimal
    on: dt.date | None = None
    by: str = ""
    reason: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Peer:
    """
    A like contract: what was promised and what was verified, in pounds, or in the unit of `measure` where one is named.
    """

    contract: str
    contract_value: Decimal
    measure: str = ""
    promised: Decimal | None = None
    verified: Decimal | None = None
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Asking:
    """
    From when an offer is asked about; such a question never changes a score.

    `share` and `one_measure` are percentages: of the contract's value, and of the offer. `per_staff` is pounds for
    each person the bidder employs. `times_peers` is how many times the median of like contracts.
    """

    share: Decimal = Decimal(75)
    one_measure: Decimal = Decimal(70)
    per_staff: Decimal | None = None
    times_peers: Decimal = Decimal(2)


@dataclass(frozen=True, slots=True)
class Lot:
    """
    One lot of a tender with everything that its score rests on. `weight` is its social value weight in points.

    `text_needed` is the rule that a quantity without description and plan is disregarded; `unsupported_rule` are the
    published words under which an unsupported quantity may be disregarded, empty where the tender has no such rule.
    `total_cap` is the most pounds of one offer that count.
    """

    ref: str
    title: str
    weight: Decimal
    body: str = ""
    contract_value: Decimal | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    framework: str = ""
    value_pack: str = ""
    value_on: dt.date | None = None
    text_needed: bool = False
    unsupported_rule: str = ""
    total_cap: Decimal | None = None
    asking: Asking = Asking()
    directorate: str = ""
    category: str = ""
    owner: str = ""
    deputy: str = ""
    criteria: tuple[Criterion, ...] = ()
    measures: tuple[LotMeasure, ...] = ()
    bidders: tuple[Bidder, ...] = ()
    offers: tuple[Offer, ...] = ()
    declarations: tuple[Declaration, ...] = ()
    marks: tuple[Mark, ...] = ()
    consensus: tuple[Consensus, ...] = ()
    decisions: tuple[Disregard, ...] = ()
    peers: tuple[Peer, ...] = ()
    origin: Origin = NOWHERE

    @property
    def counts_pounds(self) -> bool:
        """Whether any criterion counts pounds; if none does, no value of a measure enters anything about the lot."""
        return any(criterion.counts_pounds for criterion in self.criteria)

    @property
    def names(self) -> tuple[str, ...]:
        """The bidders by name, in the order of the input."""
        return tuple(bidder.name for bidder in self.bidders)

    def below(self, code: str) -> tuple[Criterion, ...]:
        """Return the criteria straight below one, or at the top for ""."""
        return tuple(criterion for criterion in self.criteria if criterion.parent == code)

    @property
    def leaves(self) -> tuple[Criterion, ...]:
        """The criteria that are scored themselves, in order."""
        return tuple(criterion for criterion in self.criteria if not self.below(criterion.code))

    def offer(self, bidder: str, measure: str) -> Offer | None:
        """Return what a bidder offers under a measure, or None."""
        return next((o for o in self.offers if (o.bidder, o.measure) == (bidder, measure)), None)


@dataclass(slots=True)
class Tender:
    """Everything that one input of bids holds."""

    title: str = ""
    lots: list[Lot] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
