"""
Score a lot in a book, so that every point can be opened down to the cell of the offer or mark that it rests on.

A lot is scored as offered, and again after each day on which something was decided; every calculation is kept.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal import errors
from commonweal.checks.problem import Severity
from commonweal.figures import Book
from commonweal.quantities import plain
from commonweal.scoring.accept import Taken, accepted, decision_days
from commonweal.scoring.check import check_lot
from commonweal.scoring.formulas import Formula
from commonweal.scoring.models import Bidder, Criterion, Lot
from commonweal.scoring.moderation import Agreed, agreed
from commonweal.scoring.points import Numbers, places
from commonweal.scoring.result import POINTS, POUNDS, TOTAL, Calculation, Evaluation, ids


def evaluate(lot: Lot, book: Book) -> Evaluation:
    """
    Score a lot and enter every step into `book`.

    Points are exact up to 28 digits and not rounded; `hundredth` lines hold what is shown. Bidders that agree to
    twelve decimals share a place.

    :raises RefusedInput: if anything in the way of a fair score is wrong, with all of it
    """
    problems = check_lot(lot)
    wrong = [problem for problem in problems if problem.severity is Severity.ERROR]
    if wrong:
        raise errors.RefusedInput(f"Lot {lot.ref} cannot be scored until {len(wrong)} errors are mended.", wrong)
    marks = agreed(lot)
    work = _Scoring(lot, book, marks)
    calculations = [work.calculate(1, "As offered", None)]
    for number, day in enumerate(decision_days(lot), start=2):
        calculations.append(work.calculate(number, f"After the decisions of {day:%-d %B %Y}", day))
    return Evaluation(lot, tuple(calculations), marks, tuple(problems))


@dataclass(slots=True)
class _Scoring:
    lot: Lot
    book: Book
    marks: Mapping[tuple[str, str], Agreed]
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.ids = ids(self.lot.names)

    def calculate(self, number: int, label: str, until: dt.date | None) -> Calculation:
        stem = f"{self.lot.ref}/{number}"
        taken = accepted(self.lot, until=until)
        quantities = {key: self._quantity(stem, one) for key, one in taken.items()}
        by_measure = self._by_measure(stem, quantities) if self.lot.counts_pounds else {}
        pounds = {b.name: self._pounds(stem, b, by_measure) for b in self.lot.bidders} if self.lot.counts_pounds else {}
        points: dict[tuple[str, str], str] = {}
        for criterion in self.lot.leaves:
            points |= self._leaf(stem, criterion, quantities, pounds)
        for who in self.lot.names:
            self._sum(stem, who, TOTAL, "all criteria", points)
        shown = {key: self._shown(line) for key, line in points.items()}
        numbers = Numbers(
            self.lot,
            {key: self.book[line].value for key, line in quantities.items()},
            {key: one.mark for key, one in self.marks.items()},
        )
        order = places({who: self.book[points[who, TOTAL]].value for who in self.lot.names})
        return Calculation(number, label, until, taken, points, shown, pounds, by_measure, quantities, order, numbers)

    def _quantity(self, stem: str, one: Taken) -> str:
        """Enter what was offered, and what counts of it where that is less."""
        who, code, unit = self.ids[one.offer.bidder], one.measure.code, one.measure.unit
        about = f"{one.offer.bidder}, {code} {one.measure.label}"
        offered = self._fact(
            f"{self.lot.ref}/offered/{who}/{code}",
            f"{about}: offered",
            one.offered,
            unit,
            str(one.offer.origin),
            one.offer.working,
        )
        less = [
            self._fact(
                f"{stem}/{who}/{code}/less/{at}",
                f"{about}: not counted ({part.rule})",
                part.quantity,
                unit,
                part.origin,
                _decided(part.reason, part.on, part.by),
            )
            for at, part in enumerate(one.less, start=1)
        ]
        if not less:
            return offered
        return self.book.figure(
            f"{stem}/{who}/{code}/counts", f"{about}: counts", unit, "difference", [offered, *less]
        ).id

    def _by_measure(self, stem: str, quantities: Mapping[tuple[str, str], str]) -> dict[tuple[str, str], str]:
        found = {}
        for measure in self.lot.measures:
            if measure.value_per_unit is None:
                continue
            source = "; ".join(
                part
                for part in (
                    measure.value_series,
                    measure.value_source,
                    f"as on {measure.value_on:%-d %B %Y}" if measure.value_on else "",
                )
                if part
            )
            value = self._fact(
                f"{self.lot.ref}/value/{measure.code}",
                f"{measure.code} {measure.label}: pounds per unit",
                measure.value_per_unit,
                f"GBP/{measure.unit}",
                str(measure.origin),
                source,
            )
            for who in self.lot.names:
                if (who, measure.code) in quantities:
                    found[who, measure.code] = self.book.figure(
                        f"{stem}/{self.ids[who]}/{measure.code}/pounds",
                        f"{who}, {measure.code} {measure.label}: pounds",
                        POUNDS,
                        "value",
                        [quantities[who, measure.code], value],
                    ).id
        return found

    def _pounds(self, stem: str, bidder: Bidder, by_measure: Mapping[tuple[str, str], str]) -> str:
        who = bidder.name
        parts = [line for (name, _), line in by_measure.items() if name == who]
        whole = self.book.figure(f"{stem}/{self.ids[who]}/pounds", f"{who}: pounds offered", POUNDS, "sum", parts).id
        if self.lot.total_cap is None:
            return whole
        cap = self._fact(
            f"{self.lot.ref}/cap",
            "Most pounds of one offer that count",
            self.lot.total_cap,
            POUNDS,
            str(self.lot.origin),
        )
        return self.book.figure(
            f"{stem}/{self.ids[who]}/pounds/counts", f"{who}: pounds that count", POUNDS, "smallest", [whole, cap]
        ).id

    def _leaf(
        self,
        stem: str,
        criterion: Criterion,
        quantities: Mapping[tuple[str, str], str],
        pounds: Mapping[str, str],
    ) -> dict[tuple[str, str], str]:
        weight = self._fact(
            f"{self.lot.ref}/criterion/{criterion.code}",
            f"{criterion.code} {criterion.label}: weight",
            criterion.weight,
            POINTS,
            str(criterion.origin),
        )
        if criterion.formula is None:
            return {(who, criterion.code): self._marked(stem, who, criterion, weight) for who in self.lot.names}
        amounts = {
            who: self._capped(stem, who, criterion, quantities.get((who, criterion.measure), ""))
            if criterion.measure
            else self._capped(stem, who, criterion, pounds[who])
            for who in self.lot.names
        }
        return self._formula(stem, criterion, amounts, weight)

    def _capped(self, stem: str, who: str, criterion: Criterion, line: str) -> str:
        if not line or criterion.cap is None:
            return line
        unit = self.book[line].unit
        cap = self._fact(
            f"{self.lot.ref}/criterion/{criterion.code}/cap",
            f"{criterion.code}: the most that counts",
            criterion.cap,
            unit,
            str(criterion.origin),
        )
        return self.book.figure(
            f"{stem}/{self.ids[who]}/{criterion.code}/capped",
            f"{who}, {criterion.code}: amount that counts",
            unit,
            "smallest",
            [line, cap],
        ).id

    def _formula(
        self, stem: str, criterion: Criterion, amounts: Mapping[str, str], weight: str
    ) -> dict[tuple[str, str], str]:
        if criterion.formula is Formula.PER_POUND_OF_CONTRACT:
            amounts = {who: self._ratio(stem, who, criterion, line) for who, line in amounts.items()}
        common = self._common(stem, criterion, [line for line in amounts.values() if line], weight)
        found = {}
        for who, line in amounts.items():
            rule, rest = common
            entry = f"{stem}/{self.ids[who]}/{criterion.code}/points"
            label = f"{who}, {criterion.code} {criterion.label}: points"
            if line:
                done = self.book.figure(entry, label, POINTS, rule, [line, *rest])
            else:
                done = self.book.figure(entry, label, POINTS, "sum", [], note="no offer, so no points")
            found[who, criterion.code] = done.id
        return found

    def _ratio(self, stem: str, who: str, criterion: Criterion, line: str) -> str:
        bidder = next(b for b in self.lot.bidders if b.name == who)
        if not line or bidder.price is None:
            return ""
        price = self._fact(
            f"{self.lot.ref}/price/{self.ids[who]}", f"{who}: price", bidder.price, POUNDS, str(bidder.origin)
        )
        return self.book.figure(
            f"{stem}/{self.ids[who]}/{criterion.code}/per-pound",
            f"{who}, {criterion.code}: for each pound of its price",
            f"{self.book[line].unit}/GBP",
            "quotient",
            [line, price],
        ).id

    def _common(self, stem: str, criterion: Criterion, lines: list[str], weight: str) -> tuple[str, list[str]]:
        """Return the rule of a formula, and its inputs after the bidder's own amount."""
        match criterion.formula:
            case Formula.AGAINST_TARGET:
                target = self._fact(
                    f"{self.lot.ref}/criterion/{criterion.code}/target",
                    f"{criterion.code}: target",
                    criterion.target or Decimal(0),
                    self.book[lines[0]].unit if lines else POUNDS,
                    str(criterion.origin),
                )
                return "score", [target, weight]
            case Formula.BANDED:
                return "banded", [line for pair in self._bands(criterion) for line in pair]
            case Formula.RANK:
                return "rank_score", [weight, *lines]
            case _:
                if not lines:
                    return "score", [weight, weight]
                best = self.book.figure(
                    f"{stem}/best/{criterion.code}",
                    f"{criterion.code} {criterion.label}: best offer",
                    self.book[lines[0]].unit,
                    "largest",
                    lines,
                )
                return "score", [best.id, weight]

    def _bands(self, criterion: Criterion) -> list[tuple[str, str]]:
        stem, where = f"{self.lot.ref}/criterion/{criterion.code}/band", str(criterion.origin)
        return [
            (
                self._fact(f"{stem}/{at}/from", f"{criterion.code}: band {at} begins at", start, "", where),
                self._fact(f"{stem}/{at}/points", f"{criterion.code}: points of band {at}", worth, POINTS, where),
            )
            for at, (start, worth) in enumerate(criterion.bands, start=1)
        ]

    def _marked(self, stem: str, who: str, criterion: Criterion, weight: str) -> str:
        one = self.marks[who, criterion.code]
        words = f"{who}, {criterion.code} {criterion.label}"
        stem_of = f"{self.lot.ref}/mark/{self.ids[who]}/{criterion.code}"
        given = ", ".join(f"{m.evaluator} {plain(m.mark)}" for m in one.own)
        mark = self._fact(
            stem_of, f"{words}: mark", one.mark, "", one.origin, f"{one.reason} (own marks: {given})".strip()
        )
        highest = self._fact(
            f"{self.lot.ref}/criterion/{criterion.code}/highest",
            f"{criterion.code}: highest mark",
            criterion.highest_mark or Decimal(0),
            "",
            str(criterion.origin),
        )
        return self.book.figure(
            f"{stem}/{self.ids[who]}/{criterion.code}/points",
            f"{words}: points",
            POINTS,
            "score",
            [mark, highest, weight],
        ).id

    def _sum(self, stem: str, who: str, code: str, words: str, points: dict[tuple[str, str], str]) -> str:
        """Enter the points of a criterion that has others below it, and of those first."""
        parts = [
            points.get((who, c.code)) or self._sum(stem, who, c.code, f"{c.code} {c.label}", points)
            for c in self.lot.below(code)
        ]
        stem_of = f"{stem}/{self.ids[who]}/{code}" if code else f"{stem}/{self.ids[who]}"
        line = self.book.figure(f"{stem_of}/points", f"{who}, {words}: points", POINTS, "sum", parts)
        points[who, code] = line.id
        return line.id

    def _shown(self, line: str) -> str:
        return self.book.figure(
            f"{line.removesuffix('/points')}/score", f"{self.book[line].label}, as shown", POINTS, "hundredth", [line]
        ).id

    def _fact(self, entry: str, label: str, value: Decimal, unit: str, origin: str, source: str = "") -> str:
        """Enter a fact once: the calculations of a lot share what was given."""
        if entry not in self.book:
            self.book.fact(entry, label, value, unit, origin=origin, source=source)
        return entry


def _decided(reason: str, on: dt.date | None, by: str) -> str:
    day = f"decided on {on:%-d %B %Y}" if on else ""
    return "; ".join(part for part in (reason, day, f"by {by}" if by else "") if part)
