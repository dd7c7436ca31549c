"""Which links lead from an item to a release, and links that contradict each other."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.catalogue import Catalogue, load_catalogue
from commonweal.checks.problem import Origin
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.items import Items
from commonweal.crosswalk.loops import contradictions
from commonweal.crosswalk.models import Datum, Likeness, Link

SHIPPED = load_crosswalk()


def link(source: str, target: str, relation: Likeness = Likeness.CLOSE, factor: str = "", **more: object) -> Link:
    release = [item.partition("/")[0] for item in (source, target)]
    made = Link(source, target, release[0], release[1], relation, "test", factor=Decimal(factor) if factor else None)
    return replace(made, origin=Origin(file="x.yaml", row=7), **more)  # type: ignore[arg-type]  # the test's own


def test_a_measure_has_its_own_links_or_else_those_above_it() -> None:
    (own,) = SHIPPED.ways("svm-2025/CW25-2-01", "svm-2020")
    assert (own.link.target, own.by, own.inherited, own.converts) == (
        "svm-2020/SVM20-2-02",
        "svm-2025/CW25-2-01",
        False,
        True,
    )
    (above,) = SHIPPED.ways("svm-2025/CW25-2-01", "svm-2026")
    assert (above.link.target, above.by, above.inherited, above.converts) == (
        "svm-2026.training",
        "svm-2025.outcome-2",
        True,
        False,
    )


def test_a_criterion_stands_between_a_measure_and_its_outcome() -> None:
    ways = SHIPPED.ways("svm-2025/CW25-1-06", "svm-2026")
    assert [(way.link.target, way.by) for way in ways] == [("svm-2026.progression", "svm-2025.mac-1d")]
    ways = SHIPPED.ways("svm-2020/SVM20-6-02", "svm-2025")
    assert [way.link.target for way in ways] == ["svm-2025.mac-1d", "svm-2025.outcome-7"]


def test_what_is_reached_twice_is_named_once() -> None:
    items = SHIPPED.items
    both = [link("svm-2025.mac-1d", "svm-2020.po-2"), link("svm-2025.outcome-1", "svm-2020.po-2")]
    both = [replace(one, source_release="svm-2025", target_release="svm-2020") for one in both]
    ways = Crosswalk(items, both).ways("svm-2025/CW25-1-06", "svm-2020")
    assert [way.by for way in ways] == ["svm-2025.mac-1d"]


def test_a_measure_that_repeats_another_takes_its_links() -> None:
    for source, target in (("fx-2026.1/NT10", "fx-svm-2025"), ("coventry-indicators/CV-E3-05", "national-toms")):
        assert SHIPPED.ways(source, target)[0].converts
    assert "sdg" in SHIPPED.releases("fx-2026.1")


def test_in_its_own_release_an_item_is_itself() -> None:
    (measure,) = SHIPPED.ways("fx-2025.1/NT10", "fx-2025.1")
    assert (measure.link.target, measure.link.relation, measure.converts) == ("fx-2025.1/NT10", Likeness.SAME, True)
    (criterion,) = SHIPPED.ways("svm-2026.jobs", "svm-2026")
    assert (criterion.link.target, criterion.converts) == ("svm-2026.jobs", False)


def test_links_count_on_their_days() -> None:
    dated = link(
        "fx-2025.1/NT17",
        "svm-2020/SVM20-8-01",
        applies_from=dt.date(2026, 1, 1),
        applies_until=dt.date(2026, 12, 31),
    )
    walk = Crosswalk(SHIPPED.items, [dated])
    days = (dt.date(2025, 12, 31), dt.date(2026, 1, 1), dt.date(2026, 12, 31), dt.date(2027, 1, 1), None)
    found = [bool(walk.ways("fx-2025.1/NT17", "svm-2020", on=day)) for day in days]
    assert found == [False, True, True, False, True]


def test_why_something_is_not_linked() -> None:
    assert "label was not found" in SHIPPED.reason("national-toms/NT69", "national-toms", "svm-2020")
    assert "likeness of a likeness" in SHIPPED.reason("essex-ecc/ECC1", "essex-ecc", "svm-2020")
    assert SHIPPED.reason("essex-ecc/ECC1", "essex-ecc", "national-toms") == ""
    assert SHIPPED.reason("fx-2026.1/NT17", "fx-2026.1", "coventry-indicators") != ""


def test_a_release_is_found_however_it_is_written() -> None:
    assert SHIPPED.known(" SVM-2020 ") == "svm-2020"
    with pytest.raises(errors.UnknownCode, match="Nearest: svm-2026, svm-2025, svm-2020"):
        SHIPPED.known("svm-202")


def test_what_coverage_counts() -> None:
    items = SHIPPED.items
    kinds = {release: {item.kind for item in items.counted(release)} for release in items.releases}
    assert kinds["svm-2026"] == {"criterion"}
    assert kinds["sdg"] == {"target"}
    assert kinds["fx-2025.1"] == {"measure"}
    assert items.counted("nothing") == ()
    assert "sdg" not in Items(Catalogue(load_catalogue().frameworks)).releases


A, B, C = "fx-2025.1/NT17", "fx-2026.1/NT17", "fx-svm-2025/SV6"


def said(*links: Link) -> list[str]:
    return [words for _, words in contradictions(links)]


def test_a_loop_of_conversions_must_come_back_to_the_same_amount() -> None:
    assert said(link(A, B, factor="2"), link(B, A, factor="0.5")) == []
    assert said(link(A, B, factor="1"), link(B, C, factor="2"), link(C, A, factor="0.5")) == []
    (words,) = said(link(A, B, factor="1"), link(B, C, factor="2"), link(C, A, factor="1"))
    assert words == f"{C} to {A} and back does not come to the same amount: a loop of conversions."
    with pytest.raises(errors.BadPack, match=r"^x.yaml line 7: .* loop of conversions\.$"):
        Crosswalk(SHIPPED.items, [link(A, B, factor="1"), link(B, A, factor="2")])


def test_a_datum_must_be_divided_out_again() -> None:
    weeks = Datum("weeks", "weeks", "week/person")
    times = link(A, B, factor="1", datum=weeks)
    assert said(times, link(B, A, factor="1", datum=replace(weeks, divide=True))) == []
    assert len(said(times, link(B, A, factor="1"))) == 1


def test_ways_that_never_come_back_may_differ() -> None:
    assert said(link(A, B, factor="1"), link(A, C, factor="5"), link(B, C, factor="2")) == []


def test_two_loops_through_one_measure_are_both_looked_at() -> None:
    d = "svm-2020/SVM20-8-01"
    links = [link(A, B, factor="1"), link(B, A, factor="1"), link(A, C, factor="3"), link(C, A, factor="1")]
    assert len(said(*links)) == 1
    assert said(*links[:2], link(C, d, factor="3"), link(d, C, factor="0.5"))[0].startswith(d)


def test_nothing_is_narrower_than_itself() -> None:
    narrower = Likeness.NARROWER
    assert said(link(A, B, narrower), link(B, C, narrower)) == []
    found = said(link(A, B, narrower), link(B, C, narrower), link(C, A, narrower))
    assert len(found) == 3
    assert found[0] == f"{A} is narrower than {B}, and round about the other way too."
