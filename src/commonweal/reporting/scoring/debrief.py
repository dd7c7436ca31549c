"""
A debrief for one bidder: its own scores with their working and reasons, and how the leader's compare.

Nothing of another bidder's offer is in it: no quantity, no pounds, no words. Where a point rests on another's offer,
such as the best one, its working stays with the panel and the debrief says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from commonweal.figures import Book, Fact, Figure
from commonweal.portfolio import Source
from commonweal.reporting.build.names import slug
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import Block, Cell, Column, Facts, Prose, Report, Row, Section, Show, Table
from commonweal.reporting.scoring.report import less_table, offer_table
from commonweal.reporting.wording import number
from commonweal.scoring.models import Criterion
from commonweal.scoring.points import place_of
from commonweal.scoring.result import POINTS, TOTAL, Evaluation, ids

OF_THE_PANEL = "the panel's evaluation; it rests on other offers too, which stay sealed"
LEADER = "leader"


def debrief(
    evaluation: Evaluation,
    book: Book,
    *,
    bidder: str,
    as_at: dt.date,
    made_by: str,
    winner: str = "",
    attributions: Sequence[str] = (),
) -> Report:
    """
    Return the debrief of one bidder: own scores and reasons, what did not count, and the winner's relative advantage.

    `winner` is who was awarded the lot; without it the leader on social value, and nobody where the lead is shared.
    """
    leaders = evaluation.last.leaders
    ahead = winner or (leaders[0] if len(leaders) == 1 else "")
    work = _Debrief(evaluation, book, bidder, ahead)
    lot = evaluation.lot
    return Report(
        title=f"Debrief: {bidder}",
        subtitle=f"{lot.title} ({lot.ref}), social value",
        as_at=as_at,
        sections=work.sections(),
        book=work.own,
        sources=list[Source](),
        attributions=list(attributions),
        made_by=made_by,
    )


class _Debrief:
    def __init__(self, evaluation: Evaluation, book: Book, bidder: str, ahead: str) -> None:
        self.evaluation = evaluation
        self.book = book
        self.bidder = bidder
        self.ahead = ahead if ahead != bidder else ""
        self.own = Book()
        named = ids(evaluation.lot.names)
        self.others = {f"/{short}/" for name, short in named.items() if name != bidder}

    def sections(self) -> list[Section]:
        last, lot = self.evaluation.last, self.evaluation.lot
        scores: list[Block] = [self._head(), self._scores()]
        if self.ahead:
            scores.append(Prose(tuple(self._advantages()), bullets=True))
        for line in (*last.quantities.items(), *last.by_measure.items()):
            if line[0][0] == self.bidder:
                self._copy(line[1])
        if last.pounds:
            self._copy(last.pounds[self.bidder])
        offers: list[Block] = [offer_table(self.evaluation, last, self.own, [self.bidder])]
        less = less_table(self.evaluation, [self.bidder])
        if less.rows:
            offers.append(less)
        sections = [
            Section("scores", "Your scores", tuple(scores), caption=lot.ref),
            Section("reasons", "Reasons", (self._reasons(),)),
            Section("offer", "What you offered, and what counts", tuple(offers)),
        ]
        return [section for section in sections if section.anchor != "reasons" or self._mine()]

    def _head(self) -> Facts:
        last, lot = self.evaluation.last, self.evaluation.lot
        place, shared = place_of(self.bidder, last.order), next(g for g in last.order if self.bidder in g)
        words = f"{place} of {len(lot.names)}" + (", shared" if len(shared) > 1 else "")
        items = [("Bidder", self.bidder), ("Place on social value", words)]
        if self.ahead:
            items.append(("Compared with", self.ahead))
        elif len(last.leaders) > 1:
            items.append(("First place", "shared; nobody is compared with"))
        return Facts(tuple(items))

    def _scores(self) -> Table:
        columns = [
            Column("criterion", "Criterion"),
            Column("weight", "Points to be had", Show.QUANTITY),
            Column("own", "Yours", Show.SCORE),
        ]
        if self.ahead:
            columns += [
                Column("ahead", self.ahead, Show.SCORE),
                Column("less", "Difference", Show.SCORE),
            ]
        rows = []
        for code, label, weight in self._criteria():
            cells = [Cell(label), Cell(weight), figure_cell(self.own, self._copy(self._shown(self.bidder, code)))]
            if self.ahead:
                cells += [figure_cell(self.own, line) for line in self._compared(code)]
            rows.append(Row(tuple(cells), "total" if code == TOTAL else ""))
        return Table("scores", "Your scores", tuple(columns), tuple(rows))

    def _criteria(self) -> list[tuple[str, str, Decimal]]:
        lot = self.evaluation.lot
        return [*((c.code, c.label, c.weight) for c in lot.criteria), (TOTAL, "Social value", lot.weight)]

    def _compared(self, code: str) -> tuple[str, str]:
        """Enter the leader's shown score, which every bidder may know, and its difference from the bidder's own."""
        theirs, name = self.book[self._shown(self.ahead, code)], code or "total"
        shown = self.own.fact(
            f"{LEADER}/{name}", f"{self.ahead}: {name}", theirs.value, POINTS, origin="the panel's evaluation"
        )
        less = self.own.figure(
            f"{LEADER}/{name}/difference",
            f"{name}: {self.ahead} above you",
            POINTS,
            "difference",
            [shown.id, self._shown(self.bidder, code)],
        )
        return shown.id, less.id

    def _advantages(self) -> list[str]:
        found = []
        for criterion in self.evaluation.lot.leaves:
            theirs = self.book[self._shown(self.ahead, criterion.code)].value
            mine = self.book[self._shown(self.bidder, criterion.code)].value
            found.append(_advantage(self.ahead, criterion, theirs - mine))
        return found

    def _mine(self) -> list[tuple[Criterion, str, str]]:
        """The marks that count for the bidder: criterion, mark in words, reason."""
        return [
            (one.criterion, f"{number(one.mark)} of {number(one.criterion.highest_mark or one.mark)}", one.reason)
            for (who, _), one in self.evaluation.marks.items()
            if who == self.bidder
        ]

    def _reasons(self) -> Table:
        columns = (Column("criterion", "Criterion"), Column("mark", "Mark"), Column("reason", "Reason"))
        rows = tuple(Row((Cell(c.label), Cell(mark), Cell(reason or "–"))) for c, mark, reason in self._mine())
        return Table("reasons", "Why you were given these marks", columns, rows)

    def _shown(self, who: str, code: str) -> str:
        return self.evaluation.last.shown[who, code]

    def _copy(self, line: str) -> str:
        """Enter a line of the panel's book with its working, unless that rests on another bidder's lines."""
        entry = self.book[line]
        if line in self.own:
            return line
        if isinstance(entry, Fact):
            # Own marks of single evaluators stay with the panel; the mark that counts has its reason beside it.
            source = "" if "/mark/" in line else entry.source
            self.own.enter(Fact(entry.id, entry.label, entry.value, entry.unit, entry.origin, source))
        elif self._rests_on_others(entry):
            self.own.fact(entry.id, entry.label, entry.value, entry.unit, origin=OF_THE_PANEL)
        else:
            for part in entry.inputs:
                self._copy(part)
            self.own.enter(entry)
        return line

    def _rests_on_others(self, entry: Figure) -> bool:
        """Whether one of the inputs is another bidder's, or the best of all offers."""
        return any(other in f"{part}/" for part in entry.inputs for other in (*self.others, "/best/"))


def _advantage(ahead: str, criterion: Criterion, difference: Decimal) -> str:
    label = criterion.label
    if difference > 0:
        return f"{label}: {ahead} scored {number(difference, 2)} more of {number(criterion.weight)} points."
    if difference < 0:
        return f"{label}: you scored {number(-difference, 2)} more than {ahead}."
    return f"{label}: you and {ahead} scored the same."


def folder_name(evaluation: Evaluation, bidder: str) -> str:
    """Return the name of the folder that holds a bidder's debrief."""
    return f"{slug(evaluation.lot.ref)}-{slug(bidder)}"
