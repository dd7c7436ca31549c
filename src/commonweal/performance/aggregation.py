"""Adding up along one axis: over time, or over contracts, as each measure declares."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from commonweal.performance.targets import SIX_PLACES, ZERO, percent
from commonweal.periods import Period
from commonweal.portfolio import Aggregation

NO_TOKENS = "people without tokens are added up: the same person may be counted more than once"


@dataclass(frozen=True, slots=True)
class Item:
    """
    One amount to be added up. `key` is its period over time, its contract over contracts.

    For a ratio `amount` is the numerator. `persons` are keyed tokens, one per person counted.
    """

    key: Hashable
    amount: Decimal
    denominator: Decimal | None = None
    persons: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Aggregate:
    """
    The result: `value` is None where the items cannot be added up, and `caveat` says why or what is uncertain.

    `groups` is how many periods or contracts went in; for a ratio, both sums are kept.
    """

    rule: Aggregation
    value: Decimal | None
    groups: int
    caveat: str = ""
    numerator: Decimal | None = None
    denominator: Decimal | None = None


def aggregate(*, rule: Aggregation, items: Sequence[Item]) -> Aggregate:
    """
    Add up `items` by `rule`, whatever their order. Items of one key (several places in one period) are summed first.

    sum; average of the keys, half up to six decimals; last: the latest period; distinct: each token once;
    recompute: sum of numerators over sum of denominators, as a percentage to two decimals, never an average of
    percentages; none: not added up. No items give no value, which is not zero.
    """
    if not items:
        return Aggregate(rule, None, 0, "nothing to add up")
    return _RULES[rule](items, _by_key(items))


def _by_key(items: Sequence[Item]) -> dict[Hashable, Decimal]:
    sums: dict[Hashable, Decimal] = {}
    for item in items:
        sums[item.key] = sums.get(item.key, ZERO) + item.amount
    return sums


def _sum(items: Sequence[Item], sums: Mapping[Hashable, Decimal]) -> Aggregate:
    return Aggregate(Aggregation.SUM, sum(sums.values(), ZERO), len(sums))


def _average(items: Sequence[Item], sums: Mapping[Hashable, Decimal]) -> Aggregate:
    mean = (sum(sums.values(), ZERO) / len(sums)).quantize(SIX_PLACES, ROUND_HALF_UP)
    return Aggregate(Aggregation.AVERAGE, mean, len(sums))


def _last(items: Sequence[Item], sums: Mapping[Hashable, Decimal]) -> Aggregate:
    periods = [key for key in sums if isinstance(key, Period)]
    if len(periods) < len(sums):
        return Aggregate(Aggregation.LAST, None, len(sums), "the latest is only known over time, not over contracts")
    latest = max(periods, key=lambda period: (period.end, period.start))
    return Aggregate(Aggregation.LAST, sums[latest], len(sums))


def _distinct(items: Sequence[Item], sums: Mapping[Hashable, Decimal]) -> Aggregate:
    tokens = frozenset[str]().union(*(item.persons for item in items))
    unnamed = sum((max(ZERO, item.amount - len(item.persons)) for item in items), ZERO)
    # Where only some of an item's people were verified, nobody knows which: never more than were counted.
    people = min(Decimal(len(tokens)) + unnamed, sum(sums.values(), ZERO))
    return Aggregate(Aggregation.DISTINCT, people, len(sums), NO_TOKENS if unnamed else "")


def _recompute(items: Sequence[Item], sums: Mapping[Hashable, Decimal]) -> Aggregate:
    if any(item.denominator is None for item in items):
        return Aggregate(Aggregation.RECOMPUTE, None, len(sums), "a denominator is missing")
    top = sum(sums.values(), ZERO)
    bottom = sum((item.denominator for item in items if item.denominator is not None), ZERO)
    value = percent(top, bottom)
    return Aggregate(
        Aggregation.RECOMPUTE, value, len(sums), "" if value is not None else "nothing to divide by", top, bottom
    )


def _none(items: Sequence[Item], sums: Mapping[Hashable, Decimal]) -> Aggregate:
    if len(sums) == 1:
        return Aggregate(Aggregation.NONE, next(iter(sums.values())), 1)
    return Aggregate(Aggregation.NONE, None, len(sums), "this measure is not added up")


_RULES = {
    Aggregation.SUM: _sum,
    Aggregation.AVERAGE: _average,
    Aggregation.LAST: _last,
    Aggregation.DISTINCT: _distinct,
    Aggregation.RECOMPUTE: _recompute,
    Aggregation.NONE: _none,
}
