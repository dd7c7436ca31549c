"""The shipped crosswalk: every measure is linked or registered with its reason, and every link can be used soundly."""

from __future__ import annotations

import re
from itertools import permutations
from pathlib import Path

import pytest

from commonweal.catalogue import Verified, data_root, load_catalogue
from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.models import GOALS, Likeness, Link
from commonweal.portfolio import Kind

CROSSWALK = load_crosswalk()
PAIRS = list(permutations(CROSSWALK.items.releases, 2))
FILES = sorted((data_root() / "crosswalks").glob("*__*.yaml"))


@pytest.mark.parametrize(("source", "target"), PAIRS)
def test_every_measure_is_linked_or_registered_with_its_reason(source: str, target: str) -> None:
    for item in CROSSWALK.items.counted(source):
        linked = bool(CROSSWALK.ways(item.id, target))
        reason = CROSSWALK.reason(item.id, source, target)
        assert linked != bool(reason), f"{item.id} to {target}: link it, or say in not-linked.yaml why not"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_named_after_its_pair(path: Path) -> None:
    assert f"id: {path.stem}\n" in path.read_text(encoding="utf-8")


def test_pairs_that_the_reference_supports_are_linked() -> None:
    both_ways = [
        ("svm-2020", "svm-2025"),
        ("svm-2025", "svm-2026"),
        ("essex-ecc", "national-toms"),
        ("coventry-indicators", "national-toms"),
        ("coventry-indicators", "svm-2020"),
        ("coventry-indicators", "svm-2025"),
    ]
    for one, other in both_ways:
        assert other in CROSSWALK.releases(one)
        assert one in CROSSWALK.releases(other)
    for release in ("svm-2020", "svm-2025", "national-toms", "coventry-indicators"):
        assert GOALS in CROSSWALK.releases(release)


def test_links_are_proposals_unless_a_source_says_otherwise() -> None:
    assert {link.target for link in CROSSWALK.links if link.verified is not Verified.FALSE} == {"sdg/1"}
    assert {link.author for link in CROSSWALK.links if link.verified is Verified.FALSE} == {"Commonweal"}


def units_of(link: Link) -> tuple[str, str]:
    return CROSSWALK.items[link.source].unit, CROSSWALK.items[link.target].unit


def test_no_published_measure_becomes_another_unit_unless_a_factor_or_a_datum_says_how() -> None:
    one_each = {("count", "person"), ("person", "count")}
    for link in CROSSWALK.links:
        if link.converts and link.datum is None and link.factor == 1:
            source, target = units_of(link)
            assert source == target or (source, target) in one_each, link
        if link.relation in (Likeness.BROADER, Likeness.RELATED):
            assert not link.converts


def test_water_is_converted_both_ways() -> None:
    litres = {units_of(link): link.factor for link in CROSSWALK.links if "litre" in units_of(link)}
    assert {units: str(factor) for units, factor in litres.items()} == {
        ("m3", "litre"): "1000",
        ("litre", "m3"): "0.001",
    }


def test_links_between_releases_of_the_model_are_those_of_the_reference() -> None:
    links = {(k.source, k.target, k.relation.value) for k in CROSSWALK.links if not k.backwards}
    assert ("svm-2020.mac-6.3", "svm-2025.mac-1e", "same") in links
    assert ("svm-2020.po-7", "svm-2025.outcome-8", "close") in links
    assert ("svm-2025.outcome-2", "svm-2026.training", "close") in links
    assert CROSSWALK.reason("svm-2020.po-8", "svm-2020", "svm-2025") == "community integration has no direct successor"


def test_goals_are_those_that_the_frameworks_name() -> None:
    catalogue = load_catalogue()
    for release in ("svm-2020", "svm-2025", "fx-2025.1"):
        named = {(o.id, link.code) for o in catalogue.framework(release).outcomes for link in o.goals}
        linked = {
            (
                CROSSWALK.items[k.source].above[0] if k.source.count("/") and release == "fx-2025.1" else k.source,
                k.target,
            )
            for k in CROSSWALK.links
            if (k.source_release, k.target_release) == (release, GOALS)
        }
        codes = {(source, target.removeprefix("sdg/")) for source, target in linked}
        assert named <= codes, named - codes


def test_equal_labels_of_the_county_are_what_its_framework_says() -> None:
    catalogue = load_catalogue()
    for measure in catalogue.framework("essex-ecc").measures:
        linked = {way.link.target for way in CROSSWALK.ways(measure.id, "national-toms")}
        assert {relation.to for relation in measure.relations} <= linked
        if measure.kind is Kind.REFERENCE:
            assert not any(way.converts for way in CROSSWALK.ways(measure.id, "national-toms"))


def test_every_reason_is_said_in_words() -> None:
    for one in (*CROSSWALK.links, *CROSSWALK.not_linked):
        assert re.search(r"[A-Za-z]{3}", one.reason)
