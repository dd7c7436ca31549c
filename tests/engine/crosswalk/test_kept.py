"""A kept summary gives the same ways as the links it was made from, whatever they say later."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.kept import KeptCrosswalk, KeptItems
from commonweal.crosswalk.models import GOALS
from commonweal.crosswalk.sheet import kpis
from tests.engine.crosswalk.sheets import DAY, SV, summary, two_ways

PAIRS = [(SV, "fx-2025.1"), ("coventry-indicators", "national-toms"), ("svm-2026", "svm-2025"), ("svm-2020", GOALS)]


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_the_ways_are_those_of_the_links_on_the_day(source: str, target: str) -> None:
    made, links = summary(source, (target,)), load_crosswalk()
    kept = KeptCrosswalk(made)
    for line, release in itertools.product(made.lines, (target, GOALS)):
        now = [way for way in links.ways(line.item.id, release, on=DAY) if release == target]
        then = [way for way in kept.ways(line.item.id, release) if release == target]
        told = [[(w.link.target, w.link.factor if w.converts else None, w.link.weight, w.inherited) for w in ways]
                for ways in (now, then)]  # fmt: skip
        assert sorted(told[0], key=str) == sorted(told[1], key=str), line.item.id
        if not now and release == target:
            assert kept.reason(line.item.id, source, release) in (
                links.reason(line.item.id, source, release),
                "not linked",
            )


def test_every_measure_serves_the_goals_that_the_links_say() -> None:
    made, links = summary(), load_crosswalk()
    kept = KeptCrosswalk(made)
    for line in made.lines:
        own = {way.link.target for way in links.ways(line.item.id, GOALS, on=DAY) if not way.inherited}
        assert own <= {way.link.target for way in kept.ways(line.item.id, GOALS)}


def test_goals_come_in_their_order_with_their_names() -> None:
    goals = [item for item in KeptItems(summary()).of(GOALS).values() if item.kind == "goal"]
    assert [int(goal.code) for goal in goals] == sorted(int(goal.code) for goal in goals)
    assert {goal.code: goal.label for goal in goals}["4"] == "Quality education"


def test_an_item_is_itself_in_its_own_release_and_unknown_elsewhere() -> None:
    kept = KeptCrosswalk(summary())
    (way,) = kept.ways("fx-2025.1/NT10", "fx-2025.1")
    assert (way.link.target, way.converts, way.inherited) == ("fx-2025.1/NT10", True, False)
    assert kept.ways("fx-2025.1/NT10", SV) == ()
    assert kept.reason("fx-2025.1/NT10", "fx-2025.1", SV) == ""
    goals = kept.ways("fx-2025.1/NT10", GOALS)
    assert goals
    assert all(way.inherited for way in goals), "a counterpart serves the goals of what it stands for"


def test_what_waits_for_a_choice_goes_nowhere() -> None:
    made = two_ways()
    assert [way.converts for way in KeptCrosswalk(made).ways(f"{SV}/SV6", "fx-2025.1")] == [True, True]
    waits = KeptCrosswalk(made, undecided=[(f"{SV}/SV6", "fx-2025.1")])
    assert [way.converts for way in waits.ways(f"{SV}/SV6", "fx-2025.1")] == [False, False]


def test_the_counterparts_of_a_criterion_are_its_kpis() -> None:
    made = summary()
    line = made.line(f"{SV}/SV2")
    assert line is not None
    criterion = replace(line, item=replace(line.item, id=f"{SV}/C1", kind="criterion", unit=""))
    text = replace(line.item, id=f"{SV}/T1", unit="text")
    whole = replace(made, lines=(criterion, criterion, replace(line, item=text)))
    assert [thing.id for thing in kpis(whole)] == ["fx-2025.1/NT10"]
    assert kpis(summary("svm-2026", ("svm-2025",))) == ()
