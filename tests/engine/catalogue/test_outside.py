"""A framework that somebody brings: refused with its line for everything that is wrong, and never built too large."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from commonweal import errors, packs
from commonweal.catalogue import Framework, load_catalogue, units
from commonweal.catalogue.loader import parse_framework
from commonweal.catalogue.outside import MOST_MEASURES, read_framework
from commonweal.catalogue.strict import Bounds, live, parse, unread
from commonweal.catalogue.writing import framework_text
from commonweal.checks.problem import Problem

HEAD: dict[str, Any] = {
    "id": "northmere-local-2027.1",
    "family": "northmere-local",
    "name": "Northmere local measures 2027",
    "short_name": "Northmere 2027",
    "publisher": "Northmere City Council",
    "licence": "Our own work",
    "verified": True,
    "checked_on": dt.date(2026, 7, 8),
    "outcomes": [{"code": "O1", "label": "Better parks", "verified": True, "goals": [{"code": "11.7"}]}],
}
MEASURE: dict[str, Any] = {
    "code": "L1",
    "label": "Hours in parks",
    "unit": "hour",
    "kind": "quantity",
    "over_time": "sum",
    "over_contracts": "sum",
    "outcome": "O1",
}


def text(*measures: dict[str, Any], **head: Any) -> str:
    return framework_text({**HEAD, **head, "measures": [{**MEASURE, **one} for one in measures]})


def read(written: str) -> tuple[Framework | None, list[Problem]]:
    return read_framework(written, name="ours.yaml", catalogue=load_catalogue(), units=units(), load=packs.load_series)


def found(written: str) -> list[tuple[str, int]]:
    release, problems = read(written)
    assert release is None
    assert all(one.where.file == "ours.yaml" and one.found and one.mend for one in problems)
    return [(one.code, one.where.row) for one in problems]


def line(written: str, of: str) -> int:
    return next(at for at, row in enumerate(written.splitlines(), 1) if of in row)


def test_a_sound_release_is_what_the_loader_reads() -> None:
    written = text({}, {"code": "8.10", "values": "value/fx-2025.1-nt17"}, {"code": "L3", "same_as": "fx-2025.1/NT1"})
    release, problems = read(written)
    assert problems == []
    assert release == parse_framework(written, name="ours.yaml")
    assert release is not None
    assert [one.code for one in release.measures] == ["L1", "8.10", "L3"]


def test_what_is_empty_is_not_written_and_nothing_is_an_alias() -> None:
    shared = [{"code": "8.5"}]
    written = text({"goals": shared, "counts": "", "evidence": None}, {"code": "L2", "goals": shared})
    assert "counts" not in written
    assert "evidence" not in written
    assert "*" not in written


@pytest.mark.parametrize(
    ("measure", "code", "at"),
    [
        ({"unit": "hrs"}, "unknown_unit", "unit: hrs"),
        ({"unit": "zzzzzz"}, "unknown_unit", "unit: zzzzzz"),
        ({"outcome": "O9"}, "unknown_reference", "outcome: O9"),
        ({"same_as": "fx-2025.1/NT999"}, "unknown_reference", "same_as"),
        ({"goals": [{"code": "99.9"}]}, "unknown_reference", "99.9"),
        ({"values": "value/nobody"}, "unknown_reference", "value/nobody"),
        ({"values": "value/fx-2025.1-nt1"}, "other_unit", "value/fx-2025.1-nt1"),
        ({"label": "=HYPERLINK(1)"}, "live_text", "HYPERLINK"),
        ({"label": " @sum"}, "live_text", "@sum"),
        ({"counts": "-cmd"}, "live_text", "-cmd"),
        ({"colour": "red"}, "unknown_property", "colour"),
    ],
)
def test_a_measure_is_refused_with_its_line(measure: dict[str, Any], code: str, at: str) -> None:
    written = text(measure)
    assert found(written) == [(code, line(written, at))]


def test_a_unit_is_refused_with_what_it_may_have_been() -> None:
    assert "hour" in read(text({"unit": "hrs"}))[1][0].mend
    assert "FTE-year" in read(text({"unit": "qqqqqqqq"}))[1][0].mend


def test_a_code_that_stands_twice() -> None:
    written = text({}, {})
    assert [code for code, _ in found(written)] == ["duplicate_code", "duplicate_code"]


@pytest.mark.parametrize(
    ("head", "code"),
    [
        ({"id": "fx-2025.1"}, "taken"),
        ({"id": "Our List"}, "bad_id"),
        ({"id": "x" * 81}, "bad_id"),
        (
            {"outcomes": [{"code": "O1", "label": "l", "verified": True, "goals": [{"code": "18"}]}]},
            "unknown_reference",
        ),
    ],
)
def test_a_head_is_refused(head: dict[str, Any], code: str) -> None:
    assert [one for one, _ in found(text({}, **head))] == [code]


def test_a_release_without_measures() -> None:
    assert found(text()) == [("no_measures", 1)]


@pytest.mark.parametrize("things", ["", ", counts: [" + "a, " * 100 + "b]"])
def test_too_many_measures_are_refused_by_their_number_at_the_first_one_too_many(things: str) -> None:
    """Said even where the file holds more things than are read, because it is the plainer reason."""
    rows = "".join(f"- {{code: M{at}{things}}}\n" for at in range(MOST_MEASURES + 3))
    release, problems = read(f"goals: [measures]\nnote: measures\nmeasures:\n{rows}themes: []\n")
    assert release is None
    (one,) = problems
    assert (one.where.row, one.found) == (MOST_MEASURES + 4, "5,003 measures; at most 5,000 are taken.")
    assert one.mend == "Split the file into several."


@pytest.mark.parametrize(
    ("written", "say"),
    [
        ("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "line 2: an alias stands here"),
        ("[" * 1000, "line 1: more than 20 things lie in each other"),
        ("- 1\n" * 150_001, "line 150000: more than 150,000 things"),
        ("measures: 1\nb: [" + "1, " * 1_500_000 + "1]\n- ", "line 2: more than 150,000 things"),
        ("a" * 8_000_001, "has 8,000,001 characters"),
        ("", "the file is empty"),
        ("a: [", "Mend the YAML there"),
    ],
)
def test_text_that_would_grow_is_not_built(written: str, say: str) -> None:
    release, problems = read(written)
    assert release is None
    (one,) = problems
    assert one.code == "unreadable"
    assert say in f"line {one.where.row}: {one.found} {one.mend}"


def test_an_error_of_one_sentence_is_kept_whole() -> None:
    one = unread(errors.BadPack("No."), "x.yaml")
    assert (one.found, one.mend, one.where.row) == ("No.", "", 1)


def test_bounds_let_ordinary_text_through() -> None:
    assert parse("a: [1, {b: c}]", name="x", bounds=Bounds(things=7, depth=3)).data == {"a": [1, {"b": "c"}]}
    with pytest.raises(errors.BadPack, match="more than 2 things lie"):
        parse("a: [1, {b: c}]", name="x", bounds=Bounds(depth=2))


@pytest.mark.parametrize(
    ("written", "is_live"),
    [
        ("=1+1", True),
        ("'=1", True),
        ("\t@a", True),
        ("＝1", True),
        ("-12.5", False),
        ("+1,000", False),
        ("-a", True),
        ("a=b", False),
    ],
)
def test_live_text(written: str, is_live: bool) -> None:
    assert live(written) is is_live
