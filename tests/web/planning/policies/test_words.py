"""Rules in plain words, whatever a pack holds; and what one version changes of another."""

from __future__ import annotations

import pytest

from commonweal.policy import bodies, law
from commonweal.policy.rules import PolicyPack
from commonweal_web.planning.policies.pages import rules_table
from commonweal_web.planning.policies.words import TOPICS, differences, effect_words, value_words, when_words

PACKS = {**law(), **bodies()}


@pytest.mark.parametrize("pack", PACKS.values(), ids=PACKS.keys())
def test_every_rule_of_every_shipped_pack_reads(pack: PolicyPack) -> None:
    table = rules_table(pack)
    assert len(table.rows) == len(pack.rules)
    for rule in pack.rules:
        assert rule.topic in TOPICS
        words = " ".join([value_words(rule), *effect_words(rule.effect)])
        assert words.strip()
        assert not any(mark in words for mark in ("Compare(", "frozenset", "Decimal", "None"))
    assert differences(pack, pack) == []
    assert differences(None, pack)


def test_conditions_that_are_not_and_or() -> None:
    found = {rule.id: when_words(rule.when) for pack in PACKS.values() for rule in pack.rules}
    assert any("not (" in words for words in found.values())
    assert any(") or (" in words for words in found.values())
    assert found["nmc-plan"] == "the contract value as the body counts it: more than £250,000"


def test_what_a_later_version_changes_is_told_topic_by_topic() -> None:
    found = {one.topic: one for one in differences(bodies()["northmere"], bodies()["bradford"])}
    assert "Tier" in found
    assert found["Tier"].now == ()
    assert any("unless the head of procurement approves on record in writing" in one for one in found["Measures"].now)
