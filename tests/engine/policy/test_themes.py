"""Which theme of a policy a measure serves: every outcome of a shipped framework is told, and an unknown one is not."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from commonweal import errors
from commonweal.catalogue import load_catalogue
from commonweal.catalogue.models import Framework
from commonweal.catalogue.root import data_root
from commonweal.policy import bodies
from commonweal.policy.themes import load_themes, policy_themes


@pytest.mark.parametrize("framework", load_catalogue().frameworks, ids=lambda one: one.id)
def test_every_measure_and_outcome_of_a_shipped_framework_has_a_theme(framework: Framework) -> None:
    themes = policy_themes()
    assert all(themes.of(measure, framework) for measure in framework.measures)
    assert all((framework.family, one.code) in themes.outcomes for one in framework.outcomes)


def test_the_themes_that_policies_ask_for_are_known() -> None:
    asked = {
        must.theme
        for pack in bodies().values()
        for rule in pack.rules
        if rule.effect.measures is not None
        for must in rule.effect.measures.must_have
    }
    assert asked
    assert asked <= policy_themes().labels.keys()


def test_nobody_knows_the_themes_of_a_framework_that_is_not_listed() -> None:
    known = load_catalogue().framework("fx-2025.1")
    own = replace(known, family="northmere-local")
    assert policy_themes().of(known.measures[0], own) is None
    assert policy_themes().of(replace(known.measures[0], outcome="NEW"), known) == frozenset()


def test_a_theme_in_words() -> None:
    assert policy_themes().label("employment-and-skills") == "Employment and skills"
    assert policy_themes().label("green-homes") == "Green homes"


def test_a_theme_that_is_not_listed_is_refused(tmp_path: Path) -> None:
    text = (data_root() / "policies" / "themes.yaml").read_text(encoding="utf-8")
    file = tmp_path / "themes.yaml"
    file.write_text(text.replace("JOBS: [employment-and-skills]", "JOBS: [jobs]"), encoding="utf-8")
    with pytest.raises(errors.BadPack, match=r"themes\.yaml: jobs is no theme of this file"):
        load_themes(file)
