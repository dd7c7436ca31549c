"""Two releases side by side."""

from __future__ import annotations

from dataclasses import replace

import pytest

from commonweal.catalogue import Card, Catalogue, Framework, Measure, load_catalogue
from commonweal.crosswalk.compare import Change, Comparison, Pair, compare
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.items import Items
from commonweal.crosswalk.models import Likeness, Link
from commonweal.portfolio import Aggregation, Kind


def release(name: str) -> Framework:
    return load_catalogue().framework(name)


def side_by_side(one: str, other: str) -> Comparison:
    return compare(load_crosswalk(), release(one), release(other))


def pair(comparison: Comparison, code: str) -> Pair:
    return next(p for p in comparison.pairs if code in (p.one and p.one.code, p.other and p.other.code))


def made(*measures: Measure, links: tuple[Link, ...] = ()) -> Comparison:
    """The release fx-2025.1 beside one of the same family that holds `measures` and nothing else."""
    one = release("fx-2025.1")
    other = replace(one, id="fx-new", themes=(), outcomes=(), measures=tuple(replace(m, outcome="") for m in measures))
    one = replace(one, themes=(), outcomes=(), measures=tuple(replace(m, outcome="") for m in one.measures))
    return compare(Crosswalk(Items(Catalogue([one, other])), links), one, other)


def measure(code: str, **changes: object) -> Measure:
    found = next(m for m in release("fx-2025.1").measures if m.code == code)
    new = str(changes.pop("new", code))
    return replace(found, id=f"fx-new/{new}", framework="fx-new", code=new, **changes)


def test_the_counts_add_up_to_the_pairs() -> None:
    found = side_by_side("svm-2020", "svm-2025")
    assert sum(found.counts().values()) == len(found.pairs)
    ones = {p.one.id for p in found.pairs if p.one}
    others = {p.other.id for p in found.pairs if p.other}
    for framework, ids in ((found.one, ones), (found.other, others)):
        items = (*framework.themes, *framework.outcomes, *framework.criteria, *framework.measures)
        assert ids == {item.id for item in items}


def test_releases_whose_codes_differ_are_paired_by_links_that_say_same_or_close() -> None:
    found = side_by_side("svm-2020", "svm-2025")
    hours = pair(found, "SVM20-2-04")
    assert hours.other is not None
    assert (hours.other.code, hours.change, hours.by) == ("CW25-2-02", Change.UNIT, "linked as close")
    assert ("hours", "weeks") in {(d.one, d.other) for d in hours.differences if d.field == "unit"}
    assert pair(found, "PO1").change is Change.REMOVED
    assert pair(found, "CW25-1-01").change is Change.ADDED


def test_criteria_are_compared_where_a_release_has_no_measures() -> None:
    found = side_by_side("svm-2025", "svm-2026")
    assert {p.other.code for p in found.of(Change.WORDING) if p.other} == {"jobs", "conditions", "pay", "progression"}
    assert found.of(Change.MEANING) == ()
    assert pair(found, "jobs").by == "linked as same"
    assert "parts" in {d.field for d in pair(found, "jobs").differences}


def test_one_family_is_paired_by_code() -> None:
    found = side_by_side("fx-2025.1", "fx-2026.1")
    assert found.counts()[Change.NONE] == len(found.pairs) == 17
    assert {p.by for p in found.pairs} == {"the same code"}


def test_two_families_are_never_paired_by_code() -> None:
    one, other = release("fx-2025.1"), release("national-toms")
    assert {m.code for m in one.measures} & {m.code for m in other.measures}
    assert {p.by for p in compare(load_crosswalk(), one, other).pairs} == {""}


def test_a_value_that_may_be_shown_is_compared() -> None:
    worth = {"fx-2025.1/NT1": "£30,000", "fx-2026.1/NT1": "£31,000"}
    found = compare(load_crosswalk(), release("fx-2025.1"), release("fx-2026.1"), worth=lambda m: worth.get(m.id, ""))
    assert [(p.one.code, d.one, d.other) for p in found.of(Change.VALUE) if p.one for d in p.differences] == [
        ("NT1", "£30,000", "£31,000")
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"unit": "day", "label": "Other words"}, Change.UNIT),
        ({"label": "Other words"}, Change.WORDING),
        ({"label": "Other words", "kind": Kind.MONEY}, Change.MEANING),
        ({"card": Card(counts="Something else")}, Change.MEANING),
        ({"evidence": "Another list"}, Change.AROUND),
        ({"exclusive_with": ("NT17",)}, Change.AROUND),
        ({"note": "A remark"}, Change.NONE),
    ],
)
def test_what_matters_most_names_the_change(changes: dict[str, object], expected: Change) -> None:
    assert pair(made(measure("NT10", **changes)), "NT10").change is expected


@pytest.mark.parametrize(("likeness", "expected"), [(Likeness.SAME, Change.WORDING), (Likeness.CLOSE, Change.MEANING)])
def test_a_definition_in_other_words_keeps_its_meaning_where_the_link_says_so(
    likeness: Likeness, expected: Change
) -> None:
    link = Link("fx-2025.1/NT10", "fx-new/X1", "fx-2025.1", "fx-new", likeness, "why")
    said = measure("NT10", new="X1", card=Card(counts="The same in other words"), label="Weeks")
    assert pair(made(said, links=(link,)), "X1").change is expected
    other = measure("NT10", new="X1", over_time=Aggregation.LAST)
    assert pair(made(other, links=(link,)), "X1").change is Change.MEANING, "adding up otherwise is no matter of words"


def test_spaces_and_capitals_are_no_change() -> None:
    old = measure("NT10")
    assert pair(made(replace(old, label=old.label.upper() + "  ")), "NT10").change is Change.NONE


def test_what_is_the_same_by_statement_belongs_together_whatever_its_code() -> None:
    found = pair(made(measure("NT10", new="N10", same_as="fx-2025.1/NT10")), "N10")
    assert found.one is not None
    assert (found.one.code, found.by) == ("NT10", "stated as the same")


def test_an_item_is_paired_with_each_of_its_close_counterparts_and_not_with_related_ones() -> None:
    links = tuple(
        Link("fx-2025.1/NT10", f"fx-new/{code}", "fx-2025.1", "fx-new", likeness, "why")
        for code, likeness in (("X1", Likeness.CLOSE), ("X2", Likeness.CLOSE), ("X3", Likeness.RELATED))
    )
    found = made(*(measure("NT10", new=code) for code in ("X1", "X2", "X3")), links=links)
    assert {p.other.code for p in found.pairs if p.one and p.other} == {"X1", "X2"}
    assert pair(found, "X3").change is Change.ADDED
