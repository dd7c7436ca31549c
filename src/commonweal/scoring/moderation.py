"""
From evaluators' own marks to the one that counts: agreed by all, or moderated to a consensus with a written reason.

Nobody marks who has not declared that there is no conflict of interest. Where marks differ, nothing is averaged.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from commonweal.checks.problem import Problem, Severity
from commonweal.quantities import plain
from commonweal.scoring.models import Consensus, Criterion, Lot, Mark


@dataclass(frozen=True, slots=True)
class Agreed:
    """The mark that counts for a bidder under a criterion, with its reason and the marks that it came from."""

    criterion: Criterion
    bidder: str
    mark: Decimal
    reason: str
    origin: str
    own: tuple[Mark, ...]
    is_moderated: bool = False


def agreed(lot: Lot) -> dict[tuple[str, str], Agreed]:
    """
    Return the mark that counts by bidder and criterion: the consensus, or else the mark that every evaluator gave.

    Where evaluators differ and there is no consensus, or nobody gave a mark, there is none; `mark_problems` says so.
    """
    found = {}
    for criterion in marked(lot):
        for bidder in lot.names:
            own, moderated = _own(lot, bidder, criterion), _consensus(lot, bidder, criterion)
            if moderated is not None:
                found[bidder, criterion.code] = Agreed(
                    criterion, bidder, moderated.mark, moderated.reason, str(moderated.origin), own, True
                )
            elif len({mark.mark for mark in own}) == 1:
                reason = " ".join(mark.reason for mark in own if mark.reason)
                found[bidder, criterion.code] = Agreed(criterion, bidder, own[0].mark, reason, str(own[0].origin), own)
    return found


def marked(lot: Lot) -> tuple[Criterion, ...]:
    """Return the criteria that have marks."""
    return tuple(criterion for criterion in lot.leaves if criterion.formula is None)


def mark_problems(lot: Lot) -> Iterator[Problem]:
    """Yield what is wrong with declarations, marks and consensus: each of them an error, for nothing may be guessed."""
    yield from _undeclared(lot)
    given: tuple[Mark | Consensus, ...] = (*lot.marks, *lot.consensus)
    for mark in given:
        yield from _above(lot, mark)
    yield from _twice(lot)
    for criterion in marked(lot):
        for bidder in lot.names:
            yield from _unmoderated(lot, bidder, criterion)


def _undeclared(lot: Lot) -> Iterator[Problem]:
    declared = {declaration.evaluator: declaration for declaration in lot.declarations}
    for mark in lot.marks:
        declaration = declared.get(mark.evaluator)
        if declaration is None or declaration.on is None:
            found = f"{mark.evaluator} gave marks without a dated declaration about conflicts of interest."
            mend = "Record the declaration on the Declarations sheet first."
            yield Problem("no_declaration", Severity.ERROR, mark.origin, found, mend, lot.ref)
        elif declaration.conflict:
            found = f"{mark.evaluator} declared a conflict of interest and gave a mark."
            mend = "Take the mark out; somebody without a conflict gives it."
            yield Problem("mark_despite_conflict", Severity.ERROR, mark.origin, found, mend, lot.ref)


def _above(lot: Lot, mark: Mark | Consensus) -> Iterator[Problem]:
    criterion = next((c for c in marked(lot) if c.code == mark.criterion), None)
    if criterion is None:
        found = f"Criterion {mark.criterion} is not scored by marks."
        mend = "Give marks for a criterion without a formula and without others below it."
        yield Problem("mark_for_formula", Severity.ERROR, mark.origin, found, mend, lot.ref)
    elif criterion.highest_mark is not None and mark.mark > criterion.highest_mark:
        found = f"The mark {plain(mark.mark)} is above the highest, {plain(criterion.highest_mark)}."
        yield Problem("mark_too_high", Severity.ERROR, mark.origin, found, "Correct the mark.", lot.ref)


def _twice(lot: Lot) -> Iterator[Problem]:
    seen: set[tuple[str, ...]] = set()
    given: tuple[Mark | Consensus, ...] = (*lot.marks, *lot.consensus)
    for mark in given:
        who = mark.evaluator if isinstance(mark, Mark) else ""
        key = (mark.bidder, mark.criterion, who)
        if key in seen:
            found = f"{who or 'The panel'} has two marks for {mark.bidder} under {mark.criterion}."
            yield Problem("mark_twice", Severity.ERROR, mark.origin, found, "Keep the one that counts.", lot.ref)
        seen.add(key)


def _unmoderated(lot: Lot, bidder: str, criterion: Criterion) -> Iterator[Problem]:
    own, moderated = _own(lot, bidder, criterion), _consensus(lot, bidder, criterion)
    about = f"{bidder} under {criterion.code}"
    if not own:
        where = moderated.origin if moderated else criterion.origin
        found = f"No evaluator gave a mark of their own for {about}."
        mend = "Record each evaluator's mark before the consensus."
        yield Problem("no_mark", Severity.ERROR, where, found, mend, lot.ref)
    elif moderated is None and len({mark.mark for mark in own}) > 1:
        marks = " and ".join(plain(mark.mark) for mark in own)
        found = f"The evaluators gave {marks} for {about}, and there is no consensus."
        mend = "Record the consensus with its reason; marks are not averaged."
        yield Problem("no_consensus", Severity.ERROR, own[-1].origin, found, mend, lot.ref)
    elif moderated is not None and not moderated.reason.strip():
        found = f"The consensus of {plain(moderated.mark)} for {about} has no reason."
        yield Problem(
            "consensus_without_reason", Severity.ERROR, moderated.origin, found, "Write down the reason.", lot.ref
        )


def _own(lot: Lot, bidder: str, criterion: Criterion) -> tuple[Mark, ...]:
    return tuple(mark for mark in lot.marks if (mark.bidder, mark.criterion) == (bidder, criterion.code))


def _consensus(lot: Lot, bidder: str, criterion: Criterion) -> Consensus | None:
    return next((c for c in lot.consensus if (c.bidder, c.criterion) == (bidder, criterion.code)), None)
