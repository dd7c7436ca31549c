"""The policy packs: each lies where its id says, cites what it lists, and names models and roles that exist."""

from __future__ import annotations

import pytest
import yaml

from commonweal.catalogue import data_root, load_catalogue
from commonweal.catalogue.models import Verified
from commonweal.policy import PolicyPack, bodies, law, thresholds
from commonweal.policy.facts import FIELDS, MODELS

PACKS = [*law().values(), *bodies().values()]
every_pack = pytest.mark.parametrize("pack", PACKS, ids=[pack.id for pack in PACKS])
FOLDERS = {"law": "law", "body": "bodies"}


def test_what_is_there() -> None:
    assert set(law()) == {
        "consultation-2025",
        "scotland",
        "social-value-act-2012",
        "social-value-models",
        "uk-procurement-act-2023",
        "wales",
    }
    assert set(bodies()) == {"belfast", "bradford", "northmere", "rotherham", "star"}


@every_pack
def test_it_lies_where_its_id_says(pack: PolicyPack) -> None:
    path = data_root() / "policies" / FOLDERS[pack.kind] / f"{pack.id}.yaml"
    assert yaml.safe_load(path.read_text(encoding="utf-8"))["id"] == pack.id


@every_pack
def test_every_rule_has_its_source_and_the_day_it_was_checked(pack: PolicyPack) -> None:
    for rule in pack.rules:
        assert rule.source.title
        assert rule.checked_on.isoformat() >= "2026-01-01"
        assert rule.source.href or pack.example, rule.id
        assert rule.verified is Verified.TRUE or rule.note or pack.id == "consultation-2025", rule.id
        assert rule.start or rule.proposal or pack.undated


@every_pack
def test_nothing_was_cut_short(pack: PolicyPack) -> None:
    """A comma inside a flow map cuts a text in two: texts end as sentences do, titles do not end in mid-air."""
    for rule in pack.rules:
        assert rule.summary.endswith((".", ")")), rule.id
        assert rule.title[-1].isalnum() or rule.title[-1] in ")%", rule.id
        assert not {rule.title.split()[-1], rule.provision.split()[-1]} & {"or", "and", "of", "the"}


def test_every_rule_has_an_id_of_its_own() -> None:
    ids = [rule.id for pack in PACKS for rule in pack.rules]
    assert len(ids) == len(set(ids))


def test_models_are_releases_of_the_catalogue() -> None:
    known = {framework.id for framework in load_catalogue().frameworks}
    assert set(MODELS) <= known
    assert {model for pack in PACKS for rule in pack.rules for model in rule.effect.models} == set(MODELS)


def test_only_what_was_consulted_on_is_a_proposal() -> None:
    for pack in PACKS:
        assert {rule.proposal for rule in pack.rules} == {pack.id == "consultation-2025"}


def test_the_two_five_million_are_two() -> None:
    act = next(rule for rule in law()["uk-procurement-act-2023"].rules if rule.id == "pa23-s52")
    note = next(rule for rule in law()["social-value-models"].rules if rule.id == "svm-2026-kpis")
    assert "comparator='gt'" in repr(act.when)
    assert "comparator='gte'" in repr(note.when)


def test_thresholds_run_without_a_gap_to_this_day() -> None:
    table = thresholds()
    assert table.spans[-1][1] is None
    assert {row.special for row in table.rows} == {"", "defence_security", "utilities"}
    assert all(row.amount > 0 for row in table.rows)


def test_every_field_is_asked_for_or_given_to_a_question() -> None:
    texts = "".join(path.read_text(encoding="utf-8") for path in (data_root() / "policies").rglob("*.yaml"))
    asked = {name for name in FIELDS if f"field: {name}," in texts}
    # Rules are dated by the first; the next start clocks, name a model, and choose rows of the thresholds.
    assert set(FIELDS) - asked == {"commenced", "entered_into", "named_model", "utilities"}
