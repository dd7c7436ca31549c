"""A body's own limits on measures and weights: how many, which must be there, and the average over a portfolio."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from commonweal import errors
from commonweal.checks.problem import NOWHERE, Problem, Severity
from commonweal.policy.rules import AverageRule, MeasureLimits, MustHave
from commonweal.quantities import plain

ONE_PLACE = Decimal("0.1")


@dataclass(frozen=True, slots=True)
class Chosen:
    """A measure that was chosen for a tender, with the themes that it serves."""

    code: str
    themes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Waiver:
    """An approval that is on record: who set the must-have of a theme aside, and why."""

    theme: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Average:
    """
    The average weight of a portfolio in per cent, unrounded, and whether it reaches `rule.percent`.

    `words` is "met" or "below 20%"; `follows` is what must happen where it is below.
    """

    value: Decimal
    rule: AverageRule
    met: bool
    words: str
    follows: tuple[str, ...]

    @property
    def shown(self) -> str:
        """The average with one decimal, half up, as people read it: 17.5%."""
        return f"{self.value.quantize(ONE_PLACE, ROUND_HALF_UP)}%"


def check_measures(
    chosen: Sequence[Chosen], limits: MeasureLimits, *, waivers: Collection[Waiver] = ()
) -> list[Problem]:
    """
    Return what stands against a choice of measures: too many, too few, one twice, or a must-have that is missing.

    A must-have may be set aside only by the role that the policy names, with a reason.
    """
    found: list[Problem] = []
    codes = [one.code for one in chosen]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        found.append(_problem("measure_twice", f"{code} is chosen twice.", "Keep it once.", code))
    if limits.at_most is not None and len(chosen) > limits.at_most:
        say = f"{len(chosen)} measures are chosen; the limit is {limits.at_most}."
        found.append(_problem("too_many_measures", say, f"Remove {len(chosen) - limits.at_most}."))
    if limits.at_least is not None and len(chosen) < limits.at_least:
        say = f"{len(chosen)} measures are chosen; at least {limits.at_least} are needed."
        found.append(_problem("too_few_measures", say, f"Add {limits.at_least - len(chosen)}."))
    for must in limits.must_have:
        found += _missing(must, chosen, waivers)
    return found


def average_weighting(weights: Sequence[Decimal], rule: AverageRule) -> Average:
    """
    Return the plain average of the weights of a portfolio's procurements, in per cent, compared unrounded.

    :raises BadQuantity: if there are none, or one is not from 0 to 100
    """
    if not weights:
        raise errors.BadQuantity("There is no procurement to average. Give at least one weight.")
    for weight in weights:
        if not 0 <= weight <= 100:
            raise errors.BadQuantity(f"A weight of {plain(weight)}% is not from 0 to 100. Correct it.")
    value = sum(weights, Decimal(0)) / len(weights)
    # Compared as a product: a third has no exact decimal.
    met = sum(weights, Decimal(0)) >= rule.percent * len(weights)
    words = "met" if met else f"below {plain(rule.percent)}%"
    return Average(value, rule, met, words, () if met else rule.below)


def _missing(must: MustHave, chosen: Sequence[Chosen], waivers: Collection[Waiver]) -> list[Problem]:
    have = sum(must.theme in one.themes for one in chosen)
    if have >= must.at_least:
        return []
    given = [waiver for waiver in waivers if waiver.theme == must.theme]
    if any(waiver.by == must.waived_by and waiver.reason.strip() for waiver in given if must.waived_by):
        return []
    theme = must.theme.replace("-", " ")
    say = f"{have} measures of {theme} are chosen; at least {must.at_least} must be."
    if given:
        say += f" The approval on record, by {given[0].by}, does not set this aside."
    mend = f"Add one of {theme}"
    if must.waived_by:
        written = " in writing" if must.in_writing else ""
        mend += f", or record the approval of the {must.waived_by}{written}, with the reason"
    return [_problem("must_have_missing", say, f"{mend}.", must.theme)]


def _problem(code: str, found: str, mend: str, subject: str = "") -> Problem:
    return Problem(code, Severity.ERROR, NOWHERE, found, mend, subject)
