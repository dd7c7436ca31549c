"""Framework files: what refers to what, and what `same_as` brings along."""

from __future__ import annotations

from pathlib import Path

import pytest

from commonweal import errors
from commonweal.catalogue import Catalogue, Verified, load_catalogue
from commonweal.catalogue.loader import load_framework, load_goals
from commonweal.portfolio import Aggregation, Kind

HEAD = """\
id: mine-1
family: mine
name: Mine
short_name: Mine
publisher: Us
licence: own-wording
verified: true
checked_on: 2026-11-01
"""
BODY = """\
themes:
  - {code: T, label: Theme, verified: true, sources: [a]}
outcomes:
  - {code: O, theme: T, label: Outcome, verified: true, goals: [{code: "8.5", by: publisher, reason: stated}]}
criteria:
  - {code: C, outcome: O, label: Criterion, verified: secondary, parts: [one], code_verified: false}
measures:
  - {code: M1, label: First, unit: hour, kind: quantity, over_time: sum, over_contracts: sum, outcome: O, criteria: [C],
     counts: Hours}
  - {code: M2, same_as: M1}
  - {code: M3, label: Third, unit: percent, kind: ratio, over_time: recompute, over_contracts: recompute,
     exclusive_with: [M1], may_stack_with: [M2], relations: [{to: mine-1/M1, relation: close}]}
rules:
  - {id: r, text: A rule, sources: [a]}
sources:
  a: {title: A source, href: "https://example.org"}
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "framework.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(errors.BadPack) as caught:
        load_framework(write(folder, text), name="mine.yaml")
    return str(caught.value).splitlines()


def test_a_framework_comes_through_whole(tmp_path: Path) -> None:
    framework = load_framework(write(tmp_path, HEAD + BODY))
    assert framework.id == "mine-1"
    assert framework.sources["a"].href == "https://example.org"
    assert framework.rules[0].text == "A rule"
    (theme,), (outcome,), (criterion,) = framework.themes, framework.outcomes, framework.criteria
    assert (theme.id, outcome.theme, criterion.outcome) == ("mine-1/T", "T", "O")
    assert (outcome.goals[0].code, outcome.goals[0].by) == ("8.5", "publisher")
    assert (criterion.verified, criterion.parts, criterion.code_verified) == (Verified.SECONDARY, ("one",), False)
    first, second, third = framework.measures
    assert (first.id, first.theme, first.outcome, first.criteria) == ("mine-1/M1", "T", "O", ("C",))
    assert (first.kind, first.over_time, first.card.counts) == (Kind.QUANTITY, Aggregation.SUM, "Hours")
    assert second.same_as == "mine-1/M1"
    assert (third.theme, third.relations[0].to) == ("", "mine-1/M1")


def test_same_as_takes_the_definition_and_keeps_its_own_place(tmp_path: Path) -> None:
    catalogue = load_catalogue(extra=[write(tmp_path, HEAD + BODY)])
    second = catalogue.measure("M2")
    assert (second.id, second.label, second.unit, second.card.counts) == ("mine-1/M2", "First", "hour", "Hours")
    assert (second.outcome, second.same_as) == ("", "mine-1/M1")
    assert catalogue.framework("mine-1").measures[1] == second


def test_a_folder_of_frameworks_can_be_added(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    write(tmp_path / "deep", HEAD + BODY)
    assert load_catalogue(extra=[tmp_path]).framework("mine-1").name == "Mine"
    assert "mine-1" not in {framework.id for framework in load_catalogue().frameworks}


def test_an_id_that_is_taken_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path, HEAD.replace("mine-1", "svm-2020") + BODY)
    with pytest.raises(errors.BadPack, match="two frameworks called svm-2020"):
        load_catalogue(extra=[path])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("theme: T,", "theme: X,", 'mine.yaml line 12: there is no theme "X". Add the theme or correct it.'),
        ("outcome: O, label: C", "outcome: X, label: C", 'mine.yaml line 14: there is no outcome "X".'),
        ("outcome: O, criteria", "outcome: X, criteria", 'mine.yaml line 16: there is no outcome "X".'),
        ("criteria: [C]", "criteria: [X]", 'mine.yaml line 16: there is no criterion "X".'),
        ("exclusive_with: [M1]", "exclusive_with: [X]", 'mine.yaml line 20: there is no measure "X".'),
        ("may_stack_with: [M2]", "may_stack_with: [X]", 'mine.yaml line 20: there is no measure "X".'),
        ("same_as: M1", "same_as: X", 'mine.yaml line 18: there is no measure "X".'),
        ("sources: [a]}\noutcomes", "sources: [x]}\noutcomes", 'mine.yaml line 10: there is no source "x".'),
        ("rule, sources: [a]", "rule, sources: [x]", 'mine.yaml line 22: there is no source "x".'),
        ("code: M3", "code: M1", 'mine.yaml line 16: code "M1" stands twice. Keep one of them.'),
        (", unit: hour", "", 'mine.yaml line 16: property "unit" is missing in M1.'),
    ],
)
def test_what_refers_to_nothing_is_refused(tmp_path: Path, old: str, new: str, message: str) -> None:
    assert old in BODY
    assert refused(tmp_path, HEAD + BODY.replace(old, new, 1))[0].startswith(message)


def test_an_unknown_property_is_refused_with_its_line(tmp_path: Path) -> None:
    lines = refused(tmp_path, HEAD + BODY.replace("counts: Hours", "count: Hours"))
    assert lines[0].startswith('mine.yaml line 17: unknown property "count" in M1. Allowed: code, label, unit')


def test_same_as_across_releases_and_in_circles(tmp_path: Path) -> None:
    def catalogue(same: str) -> Catalogue:
        framework = load_framework(write(tmp_path, HEAD + BODY.replace("same_as: M1", f"same_as: {same}")))
        return Catalogue([*load_catalogue().frameworks, framework])

    assert catalogue("fx-2025.1/NT17").measure("mine-1/M2").unit == "hour"
    with pytest.raises(errors.BadPack, match="mine-1/M2 is the same_as fx-1/NT17, which no pack has"):
        catalogue("fx-1/NT17")
    with pytest.raises(errors.BadPack, match="mine-1/M2 is the same_as itself"):
        catalogue("mine-1/M2")


def test_goals_that_are_wrong_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "sdg.yaml"
    path.write_text("id: x\ngoals: []\n", encoding="utf-8")
    with pytest.raises(errors.BadPack, match=r'sdg\.yaml line 1: property "label" is missing in x\. Add it\.'):
        load_goals(path)
