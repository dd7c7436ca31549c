"""
Questions that an offer raises. They ask, and never change a score: an offer that is unlike others may still be right.

What is looked at: pounds offered against the contract's value, how much of them rests on one measure, pounds for each
person that the bidder employs, and what like contracts promised and were verified to deliver.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from commonweal.figures import Book
from commonweal.quantities import plain
from commonweal.scoring.models import Bidder, LotMeasure, Peer
from commonweal.scoring.result import Calculation, Evaluation, ids

LEAST_PEERS = 5
"""Fewer like contracts are counted, but nothing is concluded from them."""
TENTH = Decimal("0.1")
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Flag:
    """A question to one bidder: `figure` is the line of the book that raised it, `kind` what was looked at."""

    kind: str
    bidder: str
    question: str
    figure: str
    measure: str = ""


@dataclass(frozen=True, slots=True)
class Median:
    """The middle of what like contracts show, in per cent of their value or units per million pounds; `n` of them."""

    value: Decimal
    n: int

    @property
    def enough(self) -> bool:
        return self.n >= LEAST_PEERS


def flags(evaluation: Evaluation, book: Book) -> tuple[Flag, ...]:
    """Return the questions that the offers raise as they were offered, and enter what raised them into `book`."""
    calculation = evaluation.calculations[0]
    found: list[Flag] = []
    work = _Looking(evaluation, calculation, book)
    for bidder in evaluation.lot.bidders:
        found += work.share(bidder)
        found += work.one_measure(bidder)
        found += work.per_staff(bidder)
        for measure in evaluation.lot.measures:
            found += work.quantity(bidder, measure)
    return tuple(found)


def peer_median(peers: tuple[Peer, ...], *, what: str, measure: str = "") -> Median | None:
    """
    Return the median over like contracts of what they `promised` or had `verified`, or None where none says.

    Without a measure in per cent of the contract's value; with one in its unit per million pounds of it.
    """
    scale = Decimal(1_000_000) if measure else HUNDRED
    amounts = [(getattr(peer, what), peer.contract_value) for peer in peers if peer.measure == measure]
    rates = [amount * scale / value for amount, value in amounts if amount is not None and value > 0]
    return Median(median(rates), len(rates)) if rates else None


@dataclass(frozen=True, slots=True)
class _Looking:
    evaluation: Evaluation
    calculation: Calculation
    book: Book

    def share(self, bidder: Bidder) -> Iterator[Flag]:
        """Ask about an offer that is a large part of the contract's value, or far from what like contracts show."""
        lot = self.evaluation.lot
        if not self.calculation.pounds or not lot.contract_value:
            return
        value = f"{lot.ref}/contract-value"
        if value not in self.book:
            self.book.fact(value, "Contract value", lot.contract_value, "GBP", origin=str(lot.origin))
        line = self.book.figure(
            self._line(bidder, "share"),
            f"{bidder.name}: pounds offered as a percentage of the contract's value",
            "%",
            "percent",
            [self.calculation.pounds[bidder.name], value],
        )
        promised = peer_median(lot.peers, what="promised")
        if line.value >= lot.asking.share:
            question = (
                f"{bidder.name} offers social value of {_one(line.value)} % of the contract's value "
                f"({_peers(promised, 'promised')}). How will it be delivered at this price?"
            )
            yield Flag("share_of_contract_value", bidder.name, question, line.id)
        verified = peer_median(lot.peers, what="verified")
        if verified and verified.enough and line.value >= lot.asking.times_peers * verified.value:
            question = (
                f"{bidder.name} offers {_one(line.value)} % of the contract's value; "
                f"{_peers(verified, 'were verified to deliver')}. What will be different here?"
            )
            yield Flag("against_verified", bidder.name, question, line.id)

    def one_measure(self, bidder: Bidder) -> Iterator[Flag]:
        """Ask about an offer of several measures that rests mostly on one of them."""
        lot = self.evaluation.lot
        lines = {code: line for (who, code), line in self.calculation.by_measure.items() if who == bidder.name}
        whole = self.calculation.pounds.get(bidder.name, "")
        if len(lines) < 2 or not self.book[whole].value:
            return
        code = max(lines, key=lambda measure: self.book[lines[measure]].value)
        line = self.book.figure(
            self._line(bidder, "one-measure"),
            f"{bidder.name}: largest part of the offer from one measure, {code}",
            "%",
            "percent",
            [lines[code], whole],
        )
        if line.value >= lot.asking.one_measure:
            question = (
                f"{_one(line.value)} % of what {bidder.name} offers comes from {code}. How sure is that one promise?"
            )
            yield Flag("from_one_measure", bidder.name, question, line.id, code)

    def per_staff(self, bidder: Bidder) -> Iterator[Flag]:
        """Ask about an offer that is large for the people who would have to deliver it."""
        lot = self.evaluation.lot
        if lot.asking.per_staff is None or not bidder.staff or not self.calculation.pounds:
            return
        people = self.book.fact(
            self._line(bidder, "staff"),
            f"{bidder.name}: full-time equivalents employed",
            bidder.staff,
            "FTE",
            origin=str(bidder.origin),
        )
        line = self.book.figure(
            self._line(bidder, "per-staff"),
            f"{bidder.name}: pounds offered for each full-time equivalent employed",
            "GBP/FTE",
            "per",
            [self.calculation.pounds[bidder.name], people.id],
        )
        if line.value >= lot.asking.per_staff:
            question = (
                f"{bidder.name} offers £{line.value:,.2f} for each of its {plain(bidder.staff)} full-time equivalents. "
                f"Who will deliver it?"
            )
            yield Flag("per_fte", bidder.name, question, line.id)

    def quantity(self, bidder: Bidder, measure: LotMeasure) -> Iterator[Flag]:
        """Ask about a quantity far above what like contracts were verified to deliver, for their size."""
        lot = self.evaluation.lot
        offered = self.calculation.quantities.get((bidder.name, measure.code), "")
        verified = peer_median(lot.peers, what="verified", measure=measure.code)
        if not offered or not lot.contract_value or verified is None or not verified.enough:
            return
        millions = f"{lot.ref}/contract-millions"
        if millions not in self.book:
            worth = lot.contract_value / 1_000_000
            self.book.fact(millions, "Contract value in millions", worth, "GBP million", origin=str(lot.origin))
        line = self.book.figure(
            self._line(bidder, f"{measure.code}/per-million"),
            f"{bidder.name}, {measure.code}: offered per million pounds of contract value",
            measure.unit,
            "per",
            [offered, millions],
        )
        if line.value > lot.asking.times_peers * verified.value:
            question = (
                f"{bidder.name} offers {_one(line.value)} under {measure.code} (in {measure.unit}) for each million "
                f"pounds of contract value; "
                f"{verified.n} like contracts were verified at a median of {_one(verified.value)}. "
                f"What makes it possible?"
            )
            yield Flag("quantity_against_verified", bidder.name, question, line.id, measure.code)

    def _line(self, bidder: Bidder, name: str) -> str:
        lot = self.evaluation.lot
        return f"{lot.ref}/flag/{ids(lot.names)[bidder.name]}/{name}"


def _one(number: Decimal) -> str:
    """A percentage in a question: one decimal, half up."""
    return f"{number.quantize(TENTH, ROUND_HALF_UP):,}"


def _peers(found: Median | None, what: str) -> str:
    if found is None:
        return "no like contracts to compare with"
    if not found.enough:
        return f"n = {found.n}: too few like contracts to compare with, {LEAST_PEERS} are needed"
    return f"{found.n} like contracts {what} a median of {_one(found.value)} %"
