"""Nobody works a withheld number out: a solver attacks 150 random publications, and shows first that it can."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from commonweal.disclosure import Policy, Publication, Safe, SafeCell, SafeTable, protect
from tests.engine.disclosure.attacker import Attacker, Range
from tests.engine.disclosure.random_publications import SHAPES, random_publication

SEEDS = range(150)
HIDDEN = "in no table"


def naive(publication: Publication, policy: Policy, *, pounds: bool = False, rest: bool = False) -> Safe:
    """Hide small counts and nothing else; with `pounds` or `rest`, leave pounds, or sums and rates, as they are."""
    everything = protect(publication, replace(policy, limit=0))
    careful = protect(publication, policy)

    def hidden(cell: SafeCell) -> SafeCell:
        small = cell.count is not None and policy.small(cell.count)
        if not small:
            return cell
        return replace(cell, count=None, pounds=cell.pounds if pounds else None, mark=f"fewer than {policy.limit}")

    tables = [SafeTable(table.name, tuple(map(hidden, table.cells))) for table in everything.tables]
    sums, rates = (everything.sums, everything.rates) if rest else (careful.sums, careful.rates)
    return Safe(tuple(tables), sums, rates, ())


@cache
def guarded(seed: int) -> tuple[Publication, Policy, Safe]:
    publication, policy = random_publication(seed)
    return publication, policy, protect(publication, policy)


@cache
def attacked(seed: int, *, marks: bool) -> tuple[Range, ...]:
    """Return what is known of each withheld number and, with `marks`, of each small group that no table shows."""
    publication, policy, safe = guarded(seed)
    attacker = Attacker(publication, safe, policy, marks=marks)
    if marks and not any(dimension.outcome for dimension in publication.dimensions):
        for combination, count in publication.counts.items():
            if 1 <= count < policy.limit:
                attacker.wanted.setdefault(tuple((value,) for value in combination), HIDDEN)
    return tuple(attacker.ranges())


def broken(ranges: list[Range]) -> bool:
    return any(one.found and 1 <= one.true <= 9 for one in ranges)


@pytest.mark.parametrize("marks", [False, True], ids=["numbers", "numbers and marks"])
def test_no_withheld_count_is_ever_found(marks: bool) -> None:
    ranges = [one for seed in SEEDS for one in attacked(seed, marks=marks)]
    assert len(ranges) > 900
    assert sum(1 <= one.true <= 9 for one in ranges) > 300
    assert [one for one in ranges if one.found] == []
    assert all(one.low <= one.true <= one.high for one in ranges), "the attacker reads something that is not so"


def test_withheld_numbers_stay_within_a_wide_range() -> None:
    ranges = [one for seed in SEEDS for one in attacked(seed, marks=False)]
    wide = sum(one.high - one.low >= 5 for one in ranges)
    assert wide * 100 >= len(ranges) * 95


WAYS: dict[str, Callable[[Publication, Policy], Safe]] = {
    "margins": naive,
    "pounds": lambda publication, policy: naive(publication, policy, pounds=True),
    "sums and rates": lambda publication, policy: naive(publication, policy, rest=True),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_attacker_breaks_what_hides_small_counts_alone(way: str) -> None:
    publications = [random_publication(seed) for seed in SEEDS[:50]]
    attacks = [Attacker(p, WAYS[way](p, policy), policy, marks=False).ranges() for p, policy in publications]
    with_something = [ranges for ranges in attacks if ranges]
    assert len(with_something) >= 30
    assert sum(map(broken, with_something)) * 2 > len(with_something)


def test_small_groups_that_no_table_shows_are_not_found_between_the_tables() -> None:
    hidden = [one for seed in SEEDS for one in attacked(seed, marks=True) if one.where == HIDDEN]
    assert len(hidden) > 50
    assert [one for one in hidden if one.found] == []


def test_what_can_be_found_because_of_an_earlier_table_is_named() -> None:
    found, unnamed = 0, []
    for seed in SEEDS:
        publication, policy = random_publication(seed)
        first, *others = publication.tables
        if not others:
            continue
        publication = replace(publication, tables=(replace(first, published_before=True), *others))
        safe = protect(publication, policy)
        assert all(cell.count is not None for cell in safe.tables[0].cells)
        attacker = Attacker(publication, safe, policy, marks=True)
        for key, known in zip(attacker.wanted, attacker.ranges(), strict=True):
            if known.found:
                found += 1
                unnamed += [known] if publication.name_of(key) not in safe.exposed else []
    assert found
    assert unnamed == []


def test_every_shape_is_attacked() -> None:
    assert len(SEEDS) % len(SHAPES) == 0
    assert all(any(attacked(seed, marks=False) for seed in SEEDS[at :: len(SHAPES)]) for at in range(len(SHAPES)))
