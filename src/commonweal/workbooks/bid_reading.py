"""From the rows of a bid workbook to offers, with the rules that one cell alone cannot show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from decimal import Decimal

from commonweal.catalogue import Measure
from commonweal.checks.problem import Problem, Severity
from commonweal.quantities import plain
from commonweal.scoring.models import Offer
from commonweal.workbooks.bid_helpers import fte_of, helped, post, shared_input
from commonweal.workbooks.bid_terms import BOTH, TYPED, Bid, BidTerms
from commonweal.workbooks.forms import FormRead
from commonweal.workbooks.promises import above_most, above_weeks, refused, weeks_of
from commonweal.workbooks.tables import Line

NEAR = Decimal("0.005")
"""How far a typed quantity may be from what its helpers add up to: half of the second decimal that sheets show."""


def offer_of(line: Line, bidder: str) -> Offer:
    values = {name: line.values[name] for name in ("measure", "quantity", "description", "plan") if name in line.values}
    return Offer(bidder=bidder, origin=line.origin, **values)


class Reading:
    """Turns rows into offers, with the rules that one cell alone cannot show."""

    def __init__(self, asked: BidTerms, read: FormRead, problems: list[Problem]) -> None:
        self.asked = asked
        self.read = read
        self.problems = problems
        self.known = {measure.code: measure for measure in asked.measures}
        self.inputs = tuple(shared_input(line) for line in read.helpers["attribution"])
        self.posts = tuple(post(line) for line in self._sound_posts(read.helpers["fte"]))

    def bid(self) -> Bid:
        """Return everything that can be taken."""
        self._check_helpers()
        bidder = str(self.read.answers.get("bidder", ""))
        offers: dict[str, Offer] = {}
        people: dict[str, int] = {}
        for line in self.read.lines:
            measure = self.known.get(str(line.values["measure"]))
            problem = self._row_problem(line, measure, offers)
            if problem is not None:
                self.problems.append(problem)
            elif measure is not None and (offer := self._filled(line, measure, bidder)) is not None:
                offers[measure.code] = offer
                if "people" in line.values:
                    people[measure.code] = line.values["people"]
        return Bid(bidder, tuple(offers.values()), people, self.inputs, self.posts)

    def _row_problem(self, line: Line, measure: Measure | None, offers: Mapping[str, Offer]) -> Problem | None:
        code = str(line.values["measure"])
        if measure is None:
            found = f"This form has no measure {code}."
            return refused(line, "measure", "unknown_measure", found, "Use the rows as they are given.")
        if code in offers:
            return refused(line, "measure", "duplicate", f"{code} stands twice.", "Put the offer in one row.")
        built, quantity = self._helped(code), line.values.get("quantity")
        if quantity is not None and built is not None and abs(quantity - built) > NEAR:
            found = f"The quantity is {plain(quantity)}, but the helper sheets add up to {plain(built)}."
            return refused(line, "quantity", "helper_differs", found, "Leave the cell blank, or correct one of them.")
        amount = built if quantity is None else quantity
        if amount is None:
            return None
        return above_most(line, "quantity", amount, measure) or above_weeks(
            line, "quantity", amount, measure, weeks_of(self.asked.start, self.asked.end)
        )

    def _filled(self, line: Line, measure: Measure, bidder: str) -> Offer | None:
        built = self._helped(measure.code)
        if built is None and not any(name in line.values for name in TYPED):
            return None
        offer = offer_of(line, bidder)
        if offer.quantity is None:
            offer = replace(offer, quantity=built)
        self._check_text(line, offer)
        return replace(offer, working=self._working(measure.code))

    def _check_text(self, line: Line, offer: Offer) -> None:
        if self.asked.text_needed and offer.quantity is not None and not offer.has_text:
            missing = "description" if not offer.description else "plan"
            found = f"{offer.measure} has a quantity without description and plan."
            self.problems.append(
                Problem("number_without_text", Severity.WARNING, line.at(missing), found, f"{BOTH} Fill in both.")
            )

    def _helped(self, code: str) -> Decimal | None:
        return helped(code, self.inputs, self.posts, self.asked.term)

    def _working(self, code: str) -> str:
        parts = [str(row) for row in self.inputs if row.measure == code]
        posts = [row for row in self.posts if row.measure == code]
        if posts:
            parts.append(f"{len(posts)} rows of people make {plain(fte_of(posts, self.asked.term))} FTE-years")
        return "; ".join(parts)

    def _sound_posts(self, lines: Iterable[Line]) -> Iterator[Line]:
        for line in lines:
            start, end = line.values["start"], line.values.get("end")
            if end is not None and end < start:
                found = f"The last day {end:%-d %B %Y} is before the first."
                self.problems.append(refused(line, "end", "impossible_dates", found, "Correct one of the dates."))
            elif start > self.asked.end or (end or self.asked.end) < self.asked.start:
                found = f"Nobody works on the contract then: it runs {self.asked.term}."
                self.problems.append(refused(line, "start", "outside_contract", found, "Correct the dates."))
            else:
                yield line

    def _check_helpers(self) -> None:
        """Note rows of helpers for measures that are not asked for, and people counted under two that exclude."""
        for key in ("attribution", "fte"):
            for line in self.read.helpers[key]:
                if str(line.values["measure"]) not in self.known:
                    found = f"This form has no measure {line.values['measure']}."
                    self.problems.append(
                        refused(line, "measure", "unknown_measure", found, "Choose a measure of the list.")
                    )
        for line in self.read.helpers["fte"]:
            person, code = line.values.get("person"), str(line.values["measure"])
            excluded = self.known[code].exclusive_with if code in self.known else ()
            for other in self.posts:
                if person and other.person == person and other.measure in excluded:
                    found = f"{person} is counted under {code} and under {other.measure}, which exclude each other."
                    mend = "Count the person under one of them."
                    self.problems.append(Problem("person_twice", Severity.ERROR, line.at("person"), found, mend))
