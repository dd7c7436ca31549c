"""The rows that people comment on: read from the draft with the engine's checks, and compared with what followed."""

from __future__ import annotations

import pytest

from commonweal_web.core.errors import Refused
from commonweal_web.frameworks.consulting import drafts
from commonweal_web.frameworks.models import Pack
from tests.web.frameworks.consulting import makers
from tests.web.world import World

pytestmark = pytest.mark.django_db


def rows(world: World, document: str = makers.FRAMEWORK) -> dict[str, drafts.Row]:
    return {row["key"]: row for row in drafts.rows_of(makers.pack(world, document))}


def test_a_row_is_a_measure_with_its_card_under_its_outcome(world: World) -> None:
    row = rows(world)["NM1"]
    assert (row["code"], row["title"], row["group"]) == (
        "NM1", "Local people employed", "Work and skills: More local people in work",
    )  # fmt: skip
    facts = dict(row["facts"])
    assert facts["Unit"] == "FTE-year"
    assert facts["Does not count"] == "People who worked on it before"


def test_a_measure_that_repeats_another_shows_that_ones_definition(world: World) -> None:
    assert dict(rows(world)["NM3"]["facts"])["Counts"] == "Hours in working time"
    document = makers.FRAMEWORK.replace("same_as: NM2", "same_as: fx-2025.1/NT10").replace(
        "label: Hours repeated, ", ""
    )
    row = rows(world, document)["NM3"]
    assert row["title"] == "Apprenticeship weeks"
    assert dict(row["facts"])["Unit"] == "week"


def test_no_row_holds_a_value_in_pounds(world: World) -> None:
    document = makers.FRAMEWORK.replace("    does_not_count", "    values: value/canary-777\n    does_not_count")
    assert "canary" not in str(rows(world, document))


def test_a_link_reads_as_a_sentence_with_factor_and_reason(world: World) -> None:
    found = {row["key"]: row for row in drafts.rows_of(makers.links(world))}
    assert list(found) == ["NT1-to-8.5", "NT10-to-8.6", "NT31"]
    assert found["NT1-to-8.5"]["title"].startswith("NT1 Local people employed is narrower than 8.5 ")
    assert found["NT31"]["title"].endswith("has no counterpart")
    assert found["NT31"]["group"] == "From FX-2026.1 to the Sustainable Development Goals"
    facts = dict(found["NT10-to-8.6"]["facts"])
    assert facts["Factor"] == "1"
    assert facts["What else must be known"] == "weeks planned for each (week/person)"
    assert facts["Reason"] == "weeks of training"


def test_a_link_to_what_nobody_may_see_shows_its_code(world: World) -> None:
    document = makers.LINKS.replace("fx-2026.1", "private-1").replace("sdg/8.5", "svm-2026.jobs")
    rows = drafts.rows_of(makers.links(world, document))
    assert rows[0]["title"].startswith("NT1 is narrower than ")
    assert rows[0]["code"].startswith("NT1 to ")


def test_keys_fit_an_address_and_stand_once(world: World) -> None:
    document = makers.FRAMEWORK.replace("code: NM1", 'code: "A/1 (x)"').replace("code: NM2", 'code: "A 1 x"')
    document = document.replace("same_as: NM2", 'same_as: "A 1 x"').replace("code: NM3", 'code: ".."')
    assert list(rows(world, document)) == ["A-1-x-", "A-1-x", "row"]
    same = makers.FRAMEWORK.replace("code: NM1", "code: A.1").replace("code: NM2", 'code: "A.1 "')
    keys = list(rows(world, same.replace("same_as: NM2", 'same_as: "A.1 "')))
    assert len(set(keys)) == 3


def test_a_framework_of_criteria_or_outcomes_only_can_be_put_to_comment(world: World) -> None:
    head = makers.FRAMEWORK.partition("measures:")[0]
    assert list(rows(world, head)) == ["JOBS"]
    criteria = "criteria:\n  - {code: MAC1, label: Jobs for local people, outcome: JOBS, verified: true}\n"
    assert rows(world, head + criteria)["MAC1"]["group"] == "Work and skills: More local people in work"


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("id: [", "cannot be read"),
        (makers.FRAMEWORK.replace("outcome: JOBS", "outcome: NONE"), 'there is no outcome "NONE"'),
        (makers.FRAMEWORK.replace("unit: hour", "unitt: hour"), 'unknown property "unitt"'),
        ("a: &x [1]\nb: *x\n", "cannot be read"),
        (makers.FRAMEWORK.partition("themes:")[0], "has no measure"),
    ],
)
def test_a_draft_that_cannot_be_read_is_refused_with_the_place(world: World, document: str, said: str) -> None:
    with pytest.raises(Refused, match=said.replace("[", r"\[")):
        drafts.rows_of(makers.pack(world, document))


def test_a_draft_of_too_many_rows_or_of_values_is_refused(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Refused, match="not on values"):
        drafts.rows_of(makers.pack(world, kind=Pack.Kind.VALUES))
    monkeypatch.setattr(drafts, "MOST_ROWS", 2)
    with pytest.raises(Refused, match="3 rows"):
        drafts.rows_of(makers.pack(world))


def test_what_changed_is_told_by_code_and_field(world: World) -> None:
    before = list(rows(world).values())
    document = makers.FRAMEWORK.replace("    unit: hour", "    unit: day").replace("Local people", "People nearby")
    document = document.replace("code: NM3", "code: NM4")
    changes = drafts.compare(before, list(rows(world, document).values()))
    assert [row["key"] for row in changes.added] == ["NM4"]
    assert [row["key"] for row in changes.removed] == ["NM3"]
    assert {row["key"]: row["facts"] for row in changes.changed} == {
        "NM1": [["Name", "Local people employed", "People nearby employed"]],
        "NM2": [["Unit", "hour", "day"]],
    }
