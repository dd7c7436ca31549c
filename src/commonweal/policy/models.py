"""
Which Social Value Model is to be used, whether it must be, and the least weight of social value.

The model that the tender documents name is the one to use. Where they name none, it follows from the type of buyer, the
day on which the procurement commenced and its value; never from today's date.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal.policy.facts import MODELS, Facts
from commonweal.policy.rules import Answer, Result, Weighting

NAMED = "named_model"


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """
    The models that may be used, whether one of them must be, and why.

    `answer` applies where a model is mandatory, does not apply where none is; `models` may hold a named model all the
    same. Two models mean that the buyer could choose. `missing` names the facts without which it cannot be told.
    """

    answer: Answer
    models: tuple[str, ...]
    because: str
    missing: tuple[str, ...]
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class LeastWeight:
    """The highest of the minimum weights that apply, if any, and the facts without which it cannot be told."""

    answer: Answer
    weighting: Weighting | None
    missing: tuple[str, ...]
    results: tuple[Result, ...]


def choose_model(results: Iterable[Result], facts: Facts) -> ModelChoice:
    """Return which model is to be used, from the results of the packs in question and the model named, if any."""
    rules = tuple(result for result in results if result.rule.topic == "model")
    answer, missing = together(rules)
    applying = [result for result in rules if result.answer is Answer.APPLIES]
    models = tuple(dict.fromkeys(model for result in applying for model in result.rule.effect.models))
    fact = facts.get(NAMED)
    named = fact.value if fact is not None and isinstance(fact.value, frozenset) else frozenset()
    if len(named) == 1 and named <= set(MODELS):
        because = "The tender documents name it, and what they name is used."
        return ModelChoice(answer, tuple(named), because, missing, rules)
    if answer is Answer.UNKNOWN:
        because = next(result.because for result in rules if result.answer is Answer.UNKNOWN)
        return ModelChoice(answer, models, because, missing, rules)
    if not applying:
        return ModelChoice(answer, (), "No model is mandatory.", (), rules)
    return ModelChoice(answer, models, " ".join(result.because for result in applying), (), rules)


def least_weight(results: Iterable[Result]) -> LeastWeight:
    """
    Return the highest of the minimum weights that apply; each keeps its own basis.

    `missing` then names what is missing for a rule that might ask for still more.
    """
    rules = tuple(result for result in results if result.rule.topic == "weighting")
    answer, missing = together(rules)
    weights = {result: result.rule.effect.weighting for result in rules}
    found = [weight for result, weight in weights.items() if weight and result.answer is Answer.APPLIES]
    highest = max(found, key=lambda weight: weight.percent, default=None)
    if highest is not None:
        higher = [one for one, weight in weights.items() if weight is None or weight.percent > highest.percent]
        _, missing = together([one for one in higher if one.answer is Answer.UNKNOWN])
    return LeastWeight(answer, highest, missing, rules)


def together(results: Sequence[Result]) -> tuple[Answer, tuple[str, ...]]:
    """
    Return whether any of several rules applies, and the facts that are missing where that cannot be told.

    One that applies decides; none at all is an answer too: it does not apply.
    """
    if any(result.answer is Answer.APPLIES for result in results):
        return Answer.APPLIES, ()
    unknown = [result for result in results if result.answer is Answer.UNKNOWN]
    if not unknown:
        return Answer.DOES_NOT_APPLY, ()
    named = (name for result in unknown for name in (result.missing or (result.because,)))
    return Answer.UNKNOWN, tuple(dict.fromkeys(named))


def points(weighting: Weighting, *, absolute_method: bool, non_price: Decimal = Decimal(100)) -> Decimal:
    """
    Return the least weight in per cent of the total score.

    With an absolute method the minimum is a share of the non-price criteria, where the rule says so: 10 % of a
    `non_price` share of 60 % is 6 % of the total. Otherwise it is of the total score as it stands.
    """
    if absolute_method and weighting.absolute_basis:
        return weighting.percent * non_price / 100
    return weighting.percent
