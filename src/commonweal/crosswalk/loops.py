"""Finds links that contradict each other: loops of conversions that create something, and loops of narrower."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from fractions import Fraction

from commonweal.crosswalk.models import Likeness, Link

Data = Mapping[str, int]
Made = tuple[Fraction, Data]

UNCHANGED: Made = (Fraction(1), {})


def contradictions(links: Iterable[Link]) -> list[tuple[Link, str]]:
    """
    Return each link that contradicts others, with what is wrong in words.

    Around any loop of conversions one must come back to the amount one began with, and nothing may be narrower than
    itself. Dates are not looked at: links of different days must agree as well.
    """
    known = list(links)
    converting = [link for link in known if link.converts]
    return [*_unequal(converting), *_narrower_than_itself(known)]


def _unequal(links: list[Link]) -> list[tuple[Link, str]]:
    """Within a group of measures that all lead to each other, give each an amount; a link that disagrees is wrong."""
    out: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        out[link.source].append(link)
    reach = {source: _reached(source, out) for source in out}
    amounts: dict[str, Made] = {}
    found = []
    for link in links:
        if link.source not in reach.get(link.target, ()):
            continue
        if link.source not in amounts:
            amounts |= _amounts(link.source, out, reach)
        here, there = _along(amounts[link.source], link), amounts[link.target]
        if here != there:
            words = f"{link.source} to {link.target} and back does not come to the same amount: a loop of conversions."
            found.append((link, words))
    return found


def _amounts(root: str, out: Mapping[str, list[Link]], reach: Mapping[str, set[str]]) -> dict[str, Made]:
    amounts, waiting = {root: UNCHANGED}, [root]
    while waiting:
        here = waiting.pop()
        for link in out[here]:
            if link.target not in amounts and root in reach.get(link.target, ()):
                amounts[link.target] = _along(amounts[here], link)
                waiting.append(link.target)
    return amounts


def _along(made: Made, link: Link) -> Made:
    factor, data = made[0] * Fraction(link.factor or 0), dict(made[1])
    if link.datum:
        data[link.datum.name] = data.get(link.datum.name, 0) + (-1 if link.datum.divide else 1)
    return factor, {name: times for name, times in data.items() if times}


def _reached(start: str, out: Mapping[str, list[Link]]) -> set[str]:
    seen: set[str] = set()
    waiting = [start]
    while waiting:
        for link in out.get(waiting.pop(), ()):
            if link.target not in seen:
                seen.add(link.target)
                waiting.append(link.target)
    return seen


def _narrower_than_itself(links: list[Link]) -> list[tuple[Link, str]]:
    wider: dict[str, list[Link]] = defaultdict(list)
    for link in links:
        if link.relation is Likeness.NARROWER:
            wider[link.source].append(link)
    found = []
    for link in (one for several in wider.values() for one in several):
        if link.source in _reached(link.target, wider):
            found.append((link, f"{link.source} is narrower than {link.target}, and round about the other way too."))
    return found
