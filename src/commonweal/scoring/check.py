"""
Whether a lot can be scored: weights that add up, formulas that have what they need, decisions that the rules allow.

Everything is collected; one error is enough that nothing is scored, for a score that left something out would be
unfair to somebody.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from commonweal import errors
from commonweal.checks.problem import Origin, Problem, Severity
from commonweal.quantities import plain
from commonweal.scoring.formulas import Formula, banded
from commonweal.scoring.models import Criterion, Disregard, Lot, Offer
from commonweal.scoring.moderation import mark_problems

ZERO = Decimal(0)


def check_lot(lot: Lot) -> list[Problem]:
    """Return everything that stands in the way of scoring a lot, as errors, and what is worth a look, as warnings."""
    return [
        *_weights(lot),
        *(problem for criterion in lot.criteria for problem in _criterion(lot, criterion)),
        *_references(lot),
        *_values(lot),
        *_offers(lot),
        *(problem for decision in lot.decisions for problem in _decision(lot, decision)),
        *mark_problems(lot),
    ]


def _error(lot: Lot, code: str, where: Origin, found: str, mend: str) -> Problem:
    return Problem(code, Severity.ERROR, where, found, mend, lot.ref)


def _weights(lot: Lot) -> Iterator[Problem]:
    if not lot.criteria or not lot.bidders:
        what = "criteria" if not lot.criteria else "bidders"
        yield _error(lot, "nothing_to_score", lot.origin, f"Lot {lot.ref} has no {what}.", f"Add its {what}.")
        return
    groups = [("", lot.weight, lot.origin), *((c.code, c.weight, c.origin) for c in lot.criteria if lot.below(c.code))]
    for code, weight, where in groups:
        parts = lot.below(code)
        whole = sum((part.weight for part in parts), ZERO)
        if whole != weight:
            words = " + ".join(plain(part.weight) for part in parts) or "nothing"
            what = f"criterion {code}" if code else f"lot {lot.ref}"
            found = f"The weights below {what} are {words} = {plain(whole)}, and its own weight is {plain(weight)}."
            yield _error(lot, "weights_do_not_sum", where, found, "Make them add up.")
    yield from _circle(lot)


def _circle(lot: Lot) -> Iterator[Problem]:
    """A criterion that no path leads to from the top stands below itself."""
    reached, waiting = set(), [""]
    while waiting:
        below = [criterion.code for criterion in lot.below(waiting.pop())]
        reached.update(below)
        waiting.extend(below)
    for criterion in lot.criteria:
        if criterion.code not in reached:
            found = f"Criterion {criterion.code} stands below itself, or below one that does."
            yield _error(lot, "criterion_circle", criterion.origin, found, "Correct the parent.")


def _criterion(lot: Lot, criterion: Criterion) -> Iterator[Problem]:
    if lot.below(criterion.code):
        if criterion.formula is not None or criterion.highest_mark is not None:
            found = f"Criterion {criterion.code} is the sum of those below it, and has a formula or marks of its own."
            yield _error(lot, "parent_scored", criterion.origin, found, "Score the criteria below it only.")
        return
    if (criterion.formula is None) == (criterion.highest_mark is None):
        found = f"Criterion {criterion.code} needs either a formula or a highest mark."
        yield _error(lot, "not_scored", criterion.origin, found, "Give one of the two.")
    if criterion.formula is Formula.AGAINST_TARGET and (criterion.target is None or criterion.target <= 0):
        found = f"Criterion {criterion.code} is scored against a target, and has none above zero."
        yield _error(lot, "no_target", criterion.origin, found, "Give the target.")
    if criterion.formula is Formula.BANDED:
        try:
            banded(amounts={}, bands=criterion.bands, points=criterion.weight)
        except errors.BadScoring as error:
            yield _error(lot, "bad_bands", criterion.origin, f"Criterion {criterion.code}: {error}", "See above.")
    if criterion.formula is Formula.PER_POUND_OF_CONTRACT:
        for bidder in lot.bidders:
            if bidder.price is None or bidder.price <= 0:
                found = f"{bidder.name} has no price above zero, and {criterion.code} is scored per pound of it."
                yield _error(lot, "no_price", bidder.origin, found, "Give the price.")


def _references(lot: Lot) -> Iterator[Problem]:
    """A reader refuses these already; a lot that was put together otherwise is looked at here."""
    measures = {measure.code for measure in lot.measures}
    counted: tuple[Offer | Disregard, ...] = (*lot.offers, *lot.decisions)
    for one in counted:
        if one.bidder not in lot.names or one.measure not in measures:
            found = f"Lot {lot.ref} has no bidder {one.bidder} or no measure {one.measure}."
            yield _error(lot, "unknown_reference", one.origin, found, "Correct the name or the code.")
    for criterion in lot.criteria:
        if criterion.measure and criterion.measure not in measures:
            found = f"Criterion {criterion.code} counts {criterion.measure}, which is no measure of the lot."
            yield _error(lot, "unknown_reference", criterion.origin, found, "Correct the code.")


def _values(lot: Lot) -> Iterator[Problem]:
    for measure in lot.measures:
        if lot.counts_pounds and measure.value_per_unit is None:
            found = f"Measure {measure.code} has no value per unit, and the lot counts pounds."
            mend = "Give its value with the source, or score its quantity by a criterion of its own."
            yield Problem("measure_without_value", Severity.WARNING, measure.origin, found, mend, lot.ref)
        elif not lot.counts_pounds and measure.value_per_unit is not None:
            found = f"Measure {measure.code} has a value per unit, but no criterion of the lot counts pounds."
            mend = "Nothing: the value is left out of everything about this lot."
            yield Problem("value_not_used", Severity.NOTE, measure.origin, found, mend, lot.ref)


def _offers(lot: Lot) -> Iterator[Problem]:
    for offer in lot.offers:
        if offer.quantity is not None and offer.quantity < 0:
            found = f"{offer.bidder} offers {plain(offer.quantity)} under {offer.measure}."
            yield _error(lot, "negative_offer", offer.origin, found, "An offer cannot be below zero. Ask the bidder.")
        if lot.text_needed and offer.quantity is not None and not offer.has_text:
            found = f"{offer.bidder} offers {plain(offer.quantity)} under {offer.measure} without description and plan."
            mend = "Nothing: under the tender's own rule the quantity is disregarded."
            yield Problem("number_without_text", Severity.WARNING, offer.origin, found, mend, lot.ref)
        if lot.text_needed and offer.quantity is None:
            found = f"{offer.bidder} describes {offer.measure} without a quantity."
            mend = "Nothing: without a number there is nothing to count."
            yield Problem("text_without_number", Severity.WARNING, offer.origin, found, mend, lot.ref)


def _decision(lot: Lot, decision: Disregard) -> Iterator[Problem]:
    offer = lot.offer(decision.bidder, decision.measure)
    offered = offer.quantity if offer and offer.quantity is not None else ZERO
    same = [d for d in lot.decisions if (d.bidder, d.measure) == (decision.bidder, decision.measure)]
    about = f"{decision.bidder} under {decision.measure}"
    if not lot.unsupported_rule:
        found = f"A quantity of {about} is disregarded, but the tender published no rule for that."
        mend = "Write the published rule on the Lots sheet, or take the decision out."
        yield _error(lot, "no_rule_for_decision", decision.origin, found, mend)
    if decision.on is None or not decision.reason.strip() or not decision.by.strip():
        found = f"The decision about {about} lacks its day, its reason or who took it."
        yield _error(lot, "decision_incomplete", decision.origin, found, "Give all three.")
    if sum((d.quantity for d in same), ZERO) > offered:
        found = f"More is disregarded of {about} than the {plain(offered)} that it offers."
        yield _error(lot, "decision_above_offer", decision.origin, found, "Correct the quantity.")
