"""
Where one KPI stands at a date: each state's quantity and pounds, what was due, and what follows from both.

Every number is entered in the book with its working; a `Standing` holds the ids. A state that nothing ever came into
has no id, which is not the same as zero.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal import performance
from commonweal.figures import Book
from commonweal.ledger import DELIVERY_SIDE, ZERO, Account, Slot
from commonweal.periods import Period
from commonweal.portfolio import Aggregation, Claim, Contract, Decision, Kind, Kpi, Outcome, Target
from commonweal.posting import whole_life_target
from commonweal.reporting.build.flows import POUNDS, Flows, denominator_id, everything, kpi_id, pounds_id, quantity_id
from commonweal.reporting.build.targets import PROMISED, SUMMED, TargetLines
from commonweal.reporting.wording import waiting

STATES = (*DELIVERY_SIDE, Account.RELIEVED, Account.TRANSFERRED, Account.WRITTEN_OFF)
CLAIMED, DUE, DUE_FIRST = "claimed", "due", "due before changes"
SHORT, UNCLAIMED = "short", "unclaimed"


@dataclass(slots=True)
class Standing:
    """
    Ids of a KPI's lines: `quantity` and `pounds` by name of state, or "promised", "claimed", "due", "due before
    changes", "short" (of what was due) and "unclaimed" (due, and neither verified nor pending).

    `percent` is verified of due. `stands` is None for a KPI that is told in words or has no dates.
    """

    book: Book
    contract: Contract
    kpi: Kpi
    quantity: dict[str, str] = field(default_factory=dict)
    pounds: dict[str, str] = field(default_factory=dict)
    percent: str = ""
    stands: performance.Standing | None = None
    targets: list[tuple[Period, str, str]] = field(default_factory=list)
    verified_in: dict[Period, str] = field(default_factory=dict)
    nils: list[Claim] = field(default_factory=list)
    no_due: str = ""
    caveat: str = ""

    @property
    def stem(self) -> str:
        """The beginning of the ids of this KPI's lines."""
        return kpi_id(self.kpi)

    @property
    def no_colour(self) -> str:
        """Why a KPI without a colour has none: it is told in words, or nothing says when it is due."""
        return "told in words" if self.kpi.over_time is Aggregation.NONE else self.no_due

    @property
    def unit(self) -> str:
        """The unit in which the KPI is compared: a ratio's is per cent."""
        return "percent" if self.kpi.kind is Kind.RATIO else self.kpi.unit

    def amount(self, name: str) -> Decimal | None:
        """Return the quantity of `name`, or None where it has no line."""
        return self.book[self.quantity[name]].value if name in self.quantity else None

    def worth(self, name: str) -> Decimal | None:
        """Return the pounds of `name`, or None where it has no line."""
        return self.book[self.pounds[name]].value if name in self.pounds else None


def in_words(standing: Standing, stands: performance.Standing, *, short: bool = False) -> str:
    """Say where a KPI `stands`, and what of the gap waits for a check."""
    kpi = standing.kpi
    if kpi.over_time not in SUMMED or kpi.kind is Kind.RATIO or kpi.better == "down":
        return stands.words
    pending = standing.amount(Account.PENDING.value) or ZERO
    waits = waiting(verified=stands.verified, pending=pending, due=stands.due, unit=standing.unit, short=short)
    return "; ".join(filter(None, [stands.words, waits]))


@dataclass(frozen=True, slots=True)
class KpiFacts:
    """Everything in a portfolio that is about one KPI."""

    contract: Contract
    kpi: Kpi
    targets: list[Target]
    claims: list[Claim]
    decisions: list[Decision]


def stand(flows: Flows, facts: KpiFacts, as_at: dt.date) -> Standing:
    """Enter the lines of one KPI as at the end of `as_at`, and return where they are."""
    builder = _Builder(flows, facts, as_at)
    builder.states()
    builder.by_period()
    builder.promised()
    builder.due()
    builder.against_due()
    builder.caveats()
    return builder.standing


class _Builder:
    def __init__(self, flows: Flows, facts: KpiFacts, as_at: dt.date) -> None:
        self.flows, self.book, self.facts, self.as_at = flows, flows.book, facts, as_at
        self.kpi = facts.kpi
        self.standing = Standing(flows.book, facts.contract, facts.kpi)
        self.standing.nils = [claim for claim in facts.claims if claim.nil]
        self.stem = kpi_id(facts.kpi)

    def states(self) -> None:
        for account in STATES:
            name = account.value
            label = f"{self.kpi.ref} {name.replace('_', ' ')}"
            quantity = self._over_time(account, f"{self.stem}/{name}/quantity", label)
            self._keep(
                name, quantity, self.flows.pounds(self.kpi, f"{self.stem}/{name}/pounds", f"{label}, pounds", account)
            )
        self._claimed()

    def _claimed(self) -> None:
        """All that was claimed: what came into pending from outside, whatever became of it."""
        moved = self.flows.came_from_outside
        ins, outs = moved(self.kpi, Account.PENDING, everything, quantity_id)
        label = f"{self.kpi.ref} claimed"
        quantity = ""
        if self.kpi.over_time in SUMMED:
            quantity = self.flows.total(f"{self.stem}/claimed/quantity", label, self.kpi.unit, ins, outs)
        ins, outs = moved(self.kpi, Account.PENDING, everything, pounds_id)
        pounds = ""
        if self.kpi.value_per_unit is not None:
            pounds = self.flows.total(f"{self.stem}/claimed/pounds", f"{label}, pounds", POUNDS, ins, outs)
        self._keep(CLAIMED, quantity, pounds)

    def _over_time(self, account: Account, line: str, label: str) -> str:
        rule = self.kpi.over_time
        if rule is Aggregation.NONE:
            return ""
        if rule is Aggregation.RECOMPUTE or self.kpi.kind is Kind.RATIO:
            return self._ratio(account, line, label)
        if rule in SUMMED:
            return self.flows.quantity(self.kpi, line, label, account)
        by_period = list(self._by_period(account, line, label).values())
        if not by_period:
            return ""
        inputs = by_period if rule is Aggregation.AVERAGE else by_period[-1:]
        return self.book.figure(
            line, label, self.kpi.unit, "mean" if rule is Aggregation.AVERAGE else "last", inputs
        ).id

    def by_period(self) -> None:
        """Enter what is verified in each period, for measures that add up over time."""
        if self.kpi.over_time in SUMMED and self.kpi.kind is not Kind.RATIO:
            line = f"{self.stem}/verified/in"
            self.standing.verified_in = self._by_period(Account.VERIFIED, line, f"{self.kpi.ref} verified")

    def _by_period(self, account: Account, line: str, label: str) -> dict[Period, str]:
        periods = {m.slot.period for m in self.flows.movements(self.kpi) if m.slot.period and m.target is account}
        found = {}
        for period in sorted(periods):

            def in_period(slot: Slot, period: Period = period) -> bool:
                return slot.period == period

            where = f"{line}/{period.start}/{period.end}"
            found[period] = self.flows.quantity(self.kpi, where, f"{label}, {period.label}", account, in_period)
        return found

    def _ratio(self, account: Account, line: str, label: str) -> str:
        """Enter numerator over denominator; nothing where no denominator stands in the account."""
        moves = [m for m in self.flows.movements(self.kpi) if m.denominator]
        ins = [denominator_id(m) for m in moves if m.target is account]
        outs = [denominator_id(m) for m in moves if m.source is account]
        under = self.flows.total(f"{line}/denominator", f"{label}: denominator", self.kpi.unit, ins, outs)
        if not under or not self.book[under].value:
            return ""
        over = self.flows.quantity(self.kpi, f"{line}/numerator", f"{label}: numerator", account)
        return self.book.figure(line, label, "percent", "percent", [over, under]).id

    def promised(self) -> None:
        amount = whole_life_target(self.kpi, self.facts.targets)
        if amount is None:
            return
        label = f"{self.kpi.ref} promised over the whole contract"
        unit = self.standing.unit
        line = f"{self.stem}/promised/quantity"
        first = self.book.fact(f"{line}/first", f"{label}, as first agreed", amount, unit, origin=str(self.kpi.origin))
        changes = [self._change(line, d, unit) for d in self.facts.decisions if d.outcome is Outcome.VARIED]
        quantity = self.book.figure(line, label, unit, "sum", [first.id, *changes]).id
        self._keep(PROMISED, quantity, self._worth(f"{self.stem}/promised/pounds", label, quantity))

    def _change(self, line: str, decision: Decision, unit: str) -> str:
        label = f"{self.kpi.ref} changed{f': {decision.reason}' if decision.reason else ''}"
        where = f"{line}/change/{decision.ref or decision.origin.row}"
        return self.book.fact(where, label, decision.amount, unit, origin=str(decision.origin), source=decision.by).id

    def due(self) -> None:
        targets = TargetLines(self.standing, self.facts)
        first, now = targets.lines(0), targets.lines(None)
        self.standing.targets = [(period, first.get(period, ""), line) for period, line in now.items()]
        if not now:
            self.standing.no_due = "no target by period" if self.facts.contract.term else "no dates in the input"
            return
        quantity = self._fallen_due(f"{self.stem}/due/quantity", f"{self.kpi.ref} due to date", now, standing=True)
        self._keep(DUE, quantity, self._worth(f"{self.stem}/due/pounds", f"{self.kpi.ref} due to date", quantity))
        if any(first.get(period) != line for period, line in now.items()):
            label = f"{self.kpi.ref} due to date before changes"
            before = self._fallen_due(f"{self.stem}/due-first/quantity", label, first, standing=False)
            self._keep(DUE_FIRST, before, "")
        if not quantity:
            self.standing.no_due = "not due"

    def _fallen_due(self, line: str, label: str, targets: dict[Period, str], *, standing: bool) -> str:
        """Enter what fell due by `as_at`: never more than the part of the promise that still stands."""
        unit = self.standing.unit
        ended = [target for period, target in sorted(targets.items()) if period.end <= self.as_at]
        ended = [target for target in ended if self.book[target].value]
        if not ended:
            return ""
        if self.kpi.over_time is Aggregation.AVERAGE:
            return self.book.figure(line, label, unit, "mean", ended).id
        if self.kpi.over_time not in SUMMED:
            return self.book.figure(line, label, unit, "last", ended[-1:]).id
        released = self._released(line) if standing else ""
        if not released:
            return self.book.figure(line, label, unit, "sum", ended).id
        by_targets = self.book.figure(f"{line}/targets", f"{label}, by the targets", unit, "sum", ended).id
        return self.book.figure(line, label, unit, "smallest", [by_targets, released]).id

    def _released(self, line: str) -> str:
        """Enter what still stands of the promise, where a part was relieved, transferred or written off."""
        gone = [self.standing.quantity[a.value] for a in STATES[-3:] if self.standing.quantity.get(a.value)]
        promised = self.standing.quantity.get(PROMISED)
        if not gone or not promised:
            return ""
        label = f"{self.kpi.ref} promise that still stands"
        return self.book.figure(f"{line}/standing", label, self.kpi.unit, "difference", [promised, *gone]).id

    def against_due(self) -> None:
        standing, book = self.standing, self.book
        due = standing.quantity.get(DUE)
        verified = standing.quantity.get(Account.VERIFIED.value)
        if due and verified:
            label = f"{self.kpi.ref} verified as a percentage of what was due"
            standing.percent = book.figure(f"{self.stem}/percent", label, "percent", "percent", [verified, due]).id
        if due and self.kpi.over_time in SUMMED:
            pending = standing.quantity.get(Account.PENDING.value)
            done = [line for line in (verified,) if line]
            self._lacking(SHORT, "short of what was due", [due, *done])
            self._lacking(
                UNCLAIMED, "due and neither verified nor pending", [due, *done, *([pending] if pending else [])]
            )
        self._rate(due, verified)

    def _lacking(self, name: str, words: str, inputs: list[str]) -> None:
        label = f"{self.kpi.ref} {words}"
        quantity = self.book.figure(f"{self.stem}/{name}/quantity", label, self.kpi.unit, "shortfall", inputs).id
        self._keep(name, quantity, self._worth(f"{self.stem}/{name}/pounds", label, quantity))

    def _rate(self, due: str | None, verified: str | None) -> None:
        """Set colour and words, by the contract's own thresholds. KPIs that are told in words have no colour."""
        if self.kpi.over_time is Aggregation.NONE or (not due and self.standing.no_due != "not due"):
            return
        contract, nil = self.facts.contract, self._latest_nil()
        self.standing.stands = performance.rag(
            verified=self.book[verified].value if verified else ZERO,
            due=self.book[due].value if due else ZERO,
            green=contract.rag_green,
            amber=contract.rag_amber,
            better=self.kpi.better,
            state=performance.Reported.NIL if nil else None,
            reason=nil.reason if nil else "",
        )

    def _latest_nil(self) -> Claim | None:
        latest = max(self.facts.claims, key=lambda claim: claim.period.end, default=None)
        return latest if latest and latest.nil else None

    def caveats(self) -> None:
        """Say how far people can be told apart: by tokens, or only as declared."""
        if self.kpi.over_time is not Aggregation.DISTINCT:
            return
        claims = [claim for claim in self.facts.claims if not claim.nil]
        tokens = [token for claim in claims for token in claim.persons]
        name, repeated = f"{self.kpi.contract} {self.kpi.ref} counts people once", len(tokens) - len(set(tokens))
        if any(not claim.persons for claim in claims):
            words = "not every line carries person tokens: the periods are added up as declared"
            self.standing.caveat = f"{name}, but {words}."
        elif repeated:
            self.standing.caveat = f"{name}, but {repeated} person tokens stand in it more than once."

    def _worth(self, line: str, label: str, quantity: str) -> str:
        return self.flows.worth(self.kpi, line, f"{label}, pounds", quantity)

    def _keep(self, name: str, quantity: str, pounds: str) -> None:
        if quantity:
            self.standing.quantity[name] = quantity
        if pounds:
            self.standing.pounds[name] = pounds
