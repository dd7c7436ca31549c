"""Strict YAML: what is refused, and how the message names file, line and property."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import Field

from commonweal import errors
from commonweal.catalogue.schema import CitationFile, FrameworkFile
from commonweal.catalogue.strict import Strict, load, parse, read, sentence, validate


class Inner(Strict):
    code: str
    value: str = ""


class Outer(Strict):
    id: str
    entries: tuple[Inner, ...] = ()
    more: dict[str, Inner] = Field(default_factory=dict)
    ready: bool = False
    count: int = 0


def findings(text: str) -> list[str]:
    document = parse(text, name="values/wages/x.yaml")
    validate(document, Outer)
    return [sentence(problem) for problem in document.problems]


def test_an_unknown_property_is_named_with_file_line_and_what_is_allowed() -> None:
    assert findings("id: value/x\nentries:\n  - code: a\n    vaule: '1'\n") == [
        'values/wages/x.yaml line 4: unknown property "vaule" in a. Allowed: code, value.'
    ]
    assert findings("id: value/x\nfoo: 1\nbar: 2\n") == [
        'values/wages/x.yaml line 2: unknown property "foo" in value/x. Allowed: id, entries, more, ready, count.',
        'values/wages/x.yaml line 3: unknown property "bar" in value/x. Allowed: id, entries, more, ready, count.',
    ]


def test_what_is_allowed_is_known_inside_lists_and_mappings_too() -> None:
    assert findings("id: a\nmore:\n  first: {code: c, z: 1}\n") == [
        'values/wages/x.yaml line 3: unknown property "z" in c. Allowed: code, value.'
    ]
    assert Outer.allowed(("ready", "what")) == Outer.allowed() == ["id", "entries", "more", "ready", "count"]
    assert Outer.allowed(("more",)) == ["code", "value"]


def test_a_key_that_stands_twice_is_refused() -> None:
    assert findings("id: a\nready: true\nid: b\n") == [
        'values/wages/x.yaml line 3: property "id" stands twice. Keep one of them.'
    ]


def test_a_missing_property_points_at_what_lacks_it() -> None:
    assert findings("id: a\nentries:\n  - value: '1'\n") == [
        'values/wages/x.yaml line 3: property "code" is missing in a. Add it.'
    ]


def test_a_wrong_kind_of_value_says_what_was_expected() -> None:
    (found,) = findings("id: 12\n")
    assert found.startswith("values/wages/x.yaml line 1: id in 12: Input should be a valid string")
    (whole,) = findings("[1, 2]\n")
    assert whole.startswith("values/wages/x.yaml line 1: the file in values/wages/x.yaml: Input should be")


@pytest.mark.parametrize(
    ("written", "kind"),
    [("4.81", "float"), ("012", "int"), ("0x1F", "int"), ("yes", "bool"), ("2020-01-01 10:00:00", "timestamp")],
)
def test_what_yaml_would_change_must_be_quoted(written: str, kind: str) -> None:
    (found,) = findings(f"id: {written}\n")[:1]
    assert found == f'values/wages/x.yaml line 1: {written} is read by YAML as a {kind}. Put it in quotes: "{written}".'


def test_a_day_that_is_not_in_the_calendar_is_refused() -> None:
    assert findings("id: 2025-02-30\n")[0] == (
        "values/wages/x.yaml line 1: 2025-02-30 is no day of the calendar. Correct the date."
    )


def test_aliases_are_refused() -> None:
    found = findings("id: a\nentries: [&x {code: a}, *x]\n")
    assert found[0] == "values/wages/x.yaml line 2: an alias stands here. Write the thing out."


def test_plain_values_come_through() -> None:
    document = parse("id: a\nready: false\ncount: -3\nentries: []\n", name="x")
    result = validate(document, Outer)
    assert result == Outer(id="a", ready=False, count=-3)
    assert parse("a: null\nb: 0\nc: 2025-04-01\n", name="x").data["a"] is None


def test_a_file_that_is_no_yaml_names_the_line() -> None:
    with pytest.raises(errors.BadPack, match=r"^x.yaml line 2: .*Mend the YAML there\.$"):
        parse("id: a\n  : [\n", name="x.yaml")
    with pytest.raises(errors.BadPack, match=r"^x.yaml line 1: the file is empty"):
        parse("# nothing\n", name="x.yaml")
    with pytest.raises(errors.BadPack, match=r"x\.yaml line 1: "):
        parse("id: \x07\n", name="x.yaml")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(errors.BadPack, match=r"gone\.yaml cannot be read"):
        read(tmp_path / "gone.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"id: caf\xe9\n")
    with pytest.raises(errors.BadPack, match=r"latin.yaml cannot be read: .*Save it as UTF-8 text\."):
        read(tmp_path / "latin.yaml")


def test_load_tells_everything_that_is_wrong_at_once(tmp_path: Path) -> None:
    path = tmp_path / "pack.yaml"
    path.write_text("id: a\nfoo: 1\nentries:\n  - {vaule: '2', code: b}\n", encoding="utf-8")
    with pytest.raises(errors.BadPack) as caught:
        load(path, Outer, name="pack.yaml")
    assert str(caught.value).splitlines() == [
        'pack.yaml line 4: unknown property "vaule" in b. Allowed: code, value.',
        'pack.yaml line 2: unknown property "foo" in a. Allowed: id, entries, more, ready, count.',
    ]
    path.write_text("id: a\n", encoding="utf-8")
    assert load(path, Outer) == Outer(id="a")


def test_a_trust_is_true_secondary_or_false() -> None:
    document = parse("verified: maybe\n", name="x.yaml")
    assert validate(document, FrameworkFile) is None
    assert any("write true, secondary or false" in problem.found for problem in document.problems)


def test_lines_of_things_that_are_not_there_are_those_around_them() -> None:
    document = parse("id: a\nentries:\n  - code: b\n", name="x.yaml")
    assert document.line(("entries", 0, "value")) == 3
    assert document.line(("nowhere",)) == 1
    assert document.subject(("entries", 0, "code", "deeper")) == "b"
    assert validate(parse("title: T\n", name="x"), CitationFile) == CitationFile(title="T")
