"""Crosswalk files and the register: what comes through, and everything that is refused with file, line and reason."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.catalogue import Verified, load_catalogue
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.files import load_links, load_not_linked, parse_links
from commonweal.crosswalk.items import Items
from commonweal.crosswalk.models import Likeness, Link, NotLinked

ITEMS = Items(load_catalogue())
HEAD = """\
id: svm-2020__fx-2025.1
from: svm-2020
to: fx-2025.1
label: Test
licence: own-wording
author: Us
verified: false
checked_on: 2026-11-21
"""
LAST = 8
"""The last line of the head."""


def links_of(folder: Path, rows: str, *, head: str = HEAD) -> tuple[list[Link], list[NotLinked]]:
    path = folder / "links.yaml"
    path.write_text(f"{head}rows:\n{rows}", encoding="utf-8")
    return load_links(path, items=ITEMS)


def refused(folder: Path, rows: str, *, head: str = HEAD) -> str:
    with pytest.raises(errors.BadPack) as caught:
        Crosswalk(ITEMS, *links_of(folder, rows, head=head))
    return str(caught.value)


def row(more: str, source: str = "svm-2020/SVM20-8-01", target: str = "fx-2025.1/NT17") -> str:
    return f"  - {{from: {source}, to: {target}, {more}}}\n"


CLOSE = 'relation: close, reason: alike, factor: "1"'


def test_a_row_comes_through_whole(tmp_path: Path) -> None:
    more = (
        'relation: close, reason: alike, author: Them, verified: secondary, factor: "2.5", weight: 10000, '
        "applies_from: 2026-01-01, applies_until: 2026-12-31, "
        "datum: {name: n, label: number, unit: week/hour}"
    )
    (link,), none = links_of(tmp_path, row(more, target="fx-2025.1/NT10"))
    assert none == []
    assert (link.source, link.target) == ("svm-2020/SVM20-8-01", "fx-2025.1/NT10")
    assert (link.source_release, link.target_release) == ("svm-2020", "fx-2025.1")
    assert (link.relation, link.reason, link.author, link.verified) == (
        Likeness.CLOSE,
        "alike",
        "Them",
        Verified.SECONDARY,
    )
    assert (link.factor, link.weight, link.backwards) == (Decimal("2.5"), 10_000, False)
    assert (link.applies_from, link.applies_until) == (dt.date(2026, 1, 1), dt.date(2026, 12, 31))
    assert link.datum is not None
    assert (link.datum.name, link.datum.label, link.datum.unit, link.datum.divide) == (
        "n",
        "number",
        "week/hour",
        False,
    )
    assert (link.origin.file, link.origin.row) == ("links.yaml", LAST + 2)


def test_a_row_takes_the_author_of_its_file(tmp_path: Path) -> None:
    (link,), _ = links_of(tmp_path, row(CLOSE))
    assert (link.author, link.verified, link.weight) == ("Us", Verified.FALSE, None)


def test_a_file_that_holds_both_ways_is_read_backwards_too(tmp_path: Path) -> None:
    rows = (
        row('relation: narrower, reason: part, factor: "1"')
        + row("relation: broader, reason: whole", "svm-2020/SVM20-2-01", "fx-2025.1/NT1")
        + row("relation: same, reason: one way, one_way: true", "svm-2020/SVM20-2-02", "fx-2025.1/NT1")
        + row(
            'relation: close, reason: weeks, factor: "1", datum: {name: w, label: weeks, unit: week/count}',
            "svm-2020/SVM20-2-02",
            "fx-2025.1/NT10",
        )
    )
    links, _ = links_of(tmp_path, rows, head=HEAD + "both_ways: true\n")
    back = {(k.source, k.relation): k for k in links if k.backwards}
    assert set(back) == {
        ("fx-2025.1/NT17", Likeness.BROADER),
        ("fx-2025.1/NT1", Likeness.NARROWER),
        ("fx-2025.1/NT10", Likeness.CLOSE),
    }
    assert not back["fx-2025.1/NT17", Likeness.BROADER].converts
    assert not back["fx-2025.1/NT1", Likeness.NARROWER].converts
    weeks = back["fx-2025.1/NT10", Likeness.CLOSE]
    assert (weeks.source_release, weeks.target_release, weeks.factor) == ("fx-2025.1", "svm-2020", 1)
    assert weeks.datum is not None
    assert weeks.datum.divide


def test_none_is_kept_with_its_reason(tmp_path: Path) -> None:
    links, (none,) = links_of(tmp_path, "  - {from: svm-2020.po-8, relation: none, reason: nothing like it}\n")
    assert links == []
    assert (none.items, none.reason) == (frozenset({"svm-2020.po-8"}), "nothing like it")
    assert none.origin.row == LAST + 2


BAD_ROWS = {
    "unknown key": (row("relation: close, reason: alike, factr: 1"), 'unknown property "factr"'),
    "duplicate key": (row("relation: close, relation: same, reason: a"), 'property "relation" stands twice'),
    "missing reason": (row("relation: close"), 'property "reason" is missing'),
    "empty reason": (row('relation: close, reason: ""'), "reason"),
    "unknown relation": (row("relation: alike, reason: a"), "relation"),
    "unquoted factor": (row("relation: close, reason: a, factor: 0.5"), "quotes"),
    "unknown source": (row(CLOSE, source="svm-2020/NO"), 'svm-2020 has no "svm-2020/NO"'),
    "unknown target": (row(CLOSE, target="fx-2025.1/NO"), 'fx-2025.1 has no "fx-2025.1/NO"'),
    "target of another release": (row(CLOSE, target="fx-2026.1/NT17"), 'fx-2025.1 has no "fx-2026.1/NT17"'),
    "no target": ("  - {from: svm-2020.po-8, relation: close, reason: a}\n", 'fx-2025.1 has no ""'),
    "none with a target": (row("relation: none, reason: a"), "and yet a target"),
    "factor of what is broader": (row('relation: broader, reason: a, factor: "1"'), "a factor for what is broader"),
    "factor of what is related": (row('relation: related, reason: a, factor: "1"'), "a factor for what is related"),
    "factor of an outcome": (row(CLOSE, source="svm-2020.po-8"), "a factor from a outcome to a measure"),
    "factor of zero": (row('relation: close, reason: a, factor: "0"'), "which is not above zero"),
    "factor of a percentage": (row(CLOSE, source="svm-2020/SVM20-6-01"), "as another percentage only"),
    "factor other than 1 of a percentage": (
        row('relation: close, reason: a, factor: "2"', "svm-2020/SVM20-6-01", "fx-2025.1/RLW"),
        "as another percentage only",
    ),
    "datum without a factor": (
        row("relation: close, reason: a, datum: {name: n, label: l, unit: hour/hour}"),
        "a datum without a factor",
    ),
    "datum in the wrong unit": (
        row('relation: close, reason: a, factor: "1", datum: {name: n, label: l, unit: week/person}'),
        "does not make hour of hour. Write hour/hour",
    ),
    "dates that end first": (
        row(f"{CLOSE}, applies_from: 2026-01-02, applies_until: 2026-01-01"),
        "it ends on 2026-01-01, before it begins",
    ),
    "weight of nothing": (row(f"{CLOSE}, weight: 0"), "the weight is 0"),
    "weight above the whole": (row(f"{CLOSE}, weight: 10001"), "the weight is 10001"),
}


@pytest.mark.parametrize("name", BAD_ROWS)
def test_a_bad_row_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    rows, words = BAD_ROWS[name]
    said = refused(tmp_path, rows)
    assert words in said
    assert f"links.yaml line {LAST + 2}: " in said


BETWEEN_ROWS = {
    "overlapping dates": (
        row(f"{CLOSE}, applies_until: 2026-06-30") + row(f"{CLOSE}, applies_from: 2026-06-30"),
        LAST + 3,
        f"stands in links.yaml line {LAST + 2} for the same days",
    ),
    "weights that make less": (
        row(f"{CLOSE}, weight: 6000")
        + row('relation: close, reason: a, factor: "1", weight: 3999', target="fx-2025.1/NT1"),
        LAST + 2,
        "make 9,999. Let the weights of one source add up to 10000",
    ),
    "a row without a weight": (
        row(f"{CLOSE}, weight: 10000") + row(CLOSE, target="fx-2025.1/NT1"),
        LAST + 2,
        "make 10,000, and 1 more row has none",
    ),
    "two rows without a weight": (
        row(f"{CLOSE}, weight: 10000") + row(CLOSE, target="fx-2025.1/NT1") + row(CLOSE, target="fx-2025.1/NT31"),
        LAST + 2,
        "make 10,000, and 2 more rows have none",
    ),
    "weights after one has ended": (
        row(f"{CLOSE}, weight: 6000, applies_until: 2026-12-31")
        + row('relation: close, reason: a, factor: "1", weight: 4000', target="fx-2025.1/NT1"),
        LAST + 3,
        "make 4,000 from 2027-01-01",
    ),
    "weights once one has begun": (
        row(f"{CLOSE}, weight: 10000")
        + row("relation: related, reason: a, weight: 1, applies_from: 2027-01-01", target="fx-2025.1/NT1"),
        LAST + 2,
        "make 10,001 from 2027-01-01",
    ),
    "linked and not linked": (
        row(CLOSE) + "  - {from: svm-2020/SVM20-8-01, relation: none, reason: a}\n",
        LAST + 3,
        "is linked to fx-2025.1, but stands here as not linked",
    ),
}


@pytest.mark.parametrize("name", BETWEEN_ROWS)
def test_rows_that_do_not_fit_each_other_are_refused(tmp_path: Path, name: str) -> None:
    rows, line, words = BETWEEN_ROWS[name]
    said = refused(tmp_path, rows)
    assert words in said
    assert f"links.yaml line {line}: " in said


def test_weights_of_days_apart_need_not_make_one_whole(tmp_path: Path) -> None:
    rows = (
        row(f"{CLOSE}, weight: 10000, applies_until: 2026-12-31")
        + row(f"{CLOSE}, weight: 2500, applies_from: 2027-01-01, applies_until: 9999-12-31")
        + row("relation: related, reason: a, weight: 7500, applies_from: 2027-01-01", target="fx-2025.1/NT1")
    )
    assert len(Crosswalk(ITEMS, *links_of(tmp_path, rows)).links) == 3


BAD_HEADS = {
    "unknown release": (HEAD.replace("from: svm-2020\n", "from: svm-2021\n"), 'no release "svm-2021"', 2),
    "unknown target release": (HEAD.replace("to: fx-2025.1\n", "to: fx-2024.1\n"), 'no release "fx-2024.1"', 3),
    "itself": (HEAD.replace("to: fx-2025.1\n", "to: svm-2020\n"), "svm-2020 is linked to itself", 3),
    "id": (HEAD.replace("id: svm-2020__", "id: svm-2025__"), "Write svm-2020__fx-2025.1", 1),
    "no author": (HEAD.replace("author: Us\n", ""), 'property "author" is missing', 1),
}


@pytest.mark.parametrize("name", BAD_HEADS)
def test_a_bad_head_is_refused_with_its_line(tmp_path: Path, name: str) -> None:
    head, words, line = BAD_HEADS[name]
    said = refused(tmp_path, row(CLOSE), head=head)
    assert words in said
    assert f"links.yaml line {line}: " in said


def test_what_has_no_known_unit_has_no_factor(tmp_path: Path) -> None:
    head = HEAD.replace("svm-2020", "essex-ecc")
    said = refused(tmp_path, row(CLOSE, source="essex-ecc/ECC16"), head=head)
    assert "line 10: a factor for what is not counted, or whose unit is not known" in said


def test_a_weight_or_another_factor_has_no_way_back_by_itself(tmp_path: Path) -> None:
    for more in ('relation: close, reason: a, factor: "2"', f"{CLOSE}, weight: 10000"):
        assert "write the way back in its file" in refused(tmp_path, row(more), head=HEAD + "both_ways: true\n")


def test_a_row_that_stands_in_the_file_of_the_way_back_is_refused(tmp_path: Path) -> None:
    forwards, _ = links_of(tmp_path, row(CLOSE), head=HEAD + "both_ways: true\n")
    head = HEAD.replace("svm-2020__fx-2025.1", "fx-2025.1__svm-2020")
    head = head.replace("from: svm-2020", "from: fx-2025.1").replace("to: fx-2025.1", "to: svm-2020")
    back, _ = links_of(tmp_path, row(CLOSE, "fx-2025.1/NT17", "svm-2020/SVM20-8-01"), head=head)
    with pytest.raises(errors.BadPack, match=r"fx-2025.1/NT17 to svm-2020/SVM20-8-01 stands in .* for the same days"):
        Crosswalk(ITEMS, [*forwards, *back])


REGISTER = """\
id: not-linked
label: Test
licence: own-wording
author: Us
verified: false
checked_on: 2026-11-21
entries:
"""


def registered(folder: Path, entries: str) -> list[NotLinked]:
    path = folder / "none.yaml"
    path.write_text(REGISTER + entries, encoding="utf-8")
    return load_not_linked(path, items=ITEMS, name="none.yaml")


def test_an_entry_speaks_of_its_items_or_of_whole_releases(tmp_path: Path) -> None:
    found = registered(
        tmp_path,
        "  - {from: [fx-2025.1, fx-2026.1], to: [svm-2020, sdg], items: [fx-2026.1/NT1], reason: one}\n"
        "  - {from: [svm-2025, svm-2026], to: [svm-2025, svm-2020], reason: all}\n",
    )
    assert [(one.source_release, one.target_release, one.items, one.reason) for one in found] == [
        ("fx-2026.1", "svm-2020", frozenset({"fx-2026.1/NT1"}), "one"),
        ("fx-2026.1", "sdg", frozenset({"fx-2026.1/NT1"}), "one"),
        ("svm-2025", "svm-2020", frozenset(), "all"),
        ("svm-2026", "svm-2025", frozenset(), "all"),
        ("svm-2026", "svm-2020", frozenset(), "all"),
    ]


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("{from: [svm-2021], to: [sdg], reason: a}", 'no release "svm-2021"'),
        ("{from: [svm-2020], to: [sgd], items: [x], reason: a}", 'no release "sgd"'),
        ("{from: [svm-2020], to: [sdg], items: [svm-2025/CW25-1-01], reason: a}", 'svm-2020 has no "svm-2025/CW25-1'),
        ("{from: [svm-2020], to: [sdg]}", 'property "reason" is missing'),
        ("{from: [svm-2020], to: [sdg], reason: a, why: b}", 'unknown property "why"'),
    ],
)
def test_a_bad_entry_is_refused_with_its_line(tmp_path: Path, entry: str, words: str) -> None:
    with pytest.raises(errors.BadPack) as caught:
        registered(tmp_path, f"  - {entry}\n")
    assert words in str(caught.value)
    assert "none.yaml line 8: " in str(caught.value)


def test_a_whole_pair_that_is_linked_is_not_registered(tmp_path: Path) -> None:
    links, _ = links_of(tmp_path, row(CLOSE))
    none = registered(tmp_path, "  - {from: [svm-2020], to: [fx-2025.1], reason: a}\n")
    with pytest.raises(errors.BadPack, match=r"none\.yaml line 8: svm-2020 to fx-2025\.1 is linked, but stands here"):
        Crosswalk(ITEMS, links, none)


def test_a_file_of_your_own_is_added(tmp_path: Path) -> None:
    framework = tmp_path / "framework.yaml"
    framework.write_text(
        "id: mine-1\nfamily: mine\nname: Mine\nshort_name: Mine\npublisher: Us\nlicence: own-wording\nverified: true\n"
        "checked_on: 2026-11-01\nmeasures:\n  - {code: H, label: Hours, unit: hour, kind: quantity, over_time: sum, "
        "over_contracts: sum}\n",
        encoding="utf-8",
    )
    head = HEAD.replace("svm-2020", "mine-1")
    path = tmp_path / "mine.yaml"
    path.write_text(f"{head}rows:\n{row(CLOSE, source='mine-1/H')}", encoding="utf-8")
    walk = load_crosswalk(extra=[path], catalogue=load_catalogue(extra=[framework]))
    assert walk.releases("mine-1") == ("fx-2025.1",)
    assert walk.ways("mine-1/H", "fx-2025.1")[0].converts
    assert load_crosswalk().releases("mine-1") == ()
    with pytest.raises(errors.BadPack, match='no release "mine-1"'):
        load_crosswalk(extra=[path])


def test_links_from_a_text_are_read_as_those_of_a_file(tmp_path: Path) -> None:
    text = f"{HEAD}rows:\n{row(CLOSE)}"
    assert [one.target for one in parse_links(text, items=ITEMS, name="ours.yaml")[0]] == ["fx-2025.1/NT17"]
    links, none = links_of(tmp_path, row(CLOSE))
    walk = load_crosswalk(texts={"ours.yaml": text})
    assert [one.target for one in walk.links if one.origin.file == "ours.yaml"] == [links[0].target]
    assert none == []


@pytest.mark.parametrize(
    ("rows", "say"),
    [
        (row(CLOSE.replace("alike", "=1+1")), "line 10: '=1+1' begins as a formula does"),
        (row(CLOSE, target="fx-2025.1/NT999"), "line 10: fx-2025.1 has no"),
        (row("relation: close"), 'line 10: property "reason" is missing'),
        ("  - &a {from: x}\n  - *a\n", "line 11: an alias stands here"),
    ],
)
def test_links_from_a_text_are_refused_with_their_line(rows: str, say: str) -> None:
    with pytest.raises(errors.BadPack, match=r"ours\.yaml") as caught:
        parse_links(f"{HEAD}rows:\n{rows}", items=ITEMS, name="ours.yaml")
    assert say in str(caught.value)
