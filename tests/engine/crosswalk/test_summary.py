"""A summary holds all that it shows: whole in itself, one text, read back the same."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from decimal import Decimal

import pytest

from commonweal import errors
from commonweal.catalogue import Catalogue, GoalLink, load_catalogue
from commonweal.crosswalk.crosswalk import Crosswalk, load_crosswalk
from commonweal.crosswalk.items import Items
from commonweal.crosswalk.mapping import Fit, mapping
from commonweal.crosswalk.models import Likeness
from commonweal.crosswalk.summary import Summary, from_text, sha256_of, to_text
from commonweal.reporting.build import mapping_summary
from commonweal.reporting.build.mapping_summary import release_of, summarise

DAY = dt.date(2026, 11, 22)


def made(source: str, *targets: str, codes: tuple[str, ...] = ()) -> Summary:
    return summarise(load_catalogue(), load_crosswalk(), source=source, codes=codes, targets=targets, on=DAY)


def test_the_journeys_eight_metrics() -> None:
    summary = made("fx-svm-2025", "fx-2025.1")
    (counted,) = summary.coverage
    assert (counted.all, counted.convertible, counted.related) == (8, 6, 7)
    assert (counted.convertible_percent, counted.related_percent) == ("75.0 %", "87.5 %")
    assert counted.unmapped == ("fx-svm-2025/SV5",)
    fits = [line.fit("fx-2025.1") for line in summary.lines]
    assert [fits.count(fit) for fit in Fit] == [4, 2, 0, 1, 1]
    five = summary.line("fx-svm-2025/SV5")
    assert five is not None
    assert five.gap("fx-2025.1") == "nothing in the other framework is like it"
    assert five.ways == ()


def test_a_line_holds_the_card_the_way_and_the_goals() -> None:
    summary = made("fx-svm-2025", "fx-2025.1", codes=("SV2",))
    (line,) = summary.lines
    assert line.item.unit_words == "people"
    assert line.item.counts == "People who start an apprenticeship on the contract, each once"
    assert (line.item.theme, line.item.outcome) == ("PEOPLE: People and skills", "A: Good jobs and skills")
    (way,) = line.ways
    assert (way.target.code, way.relation, way.factor) == ("NT10", Likeness.CLOSE, Decimal(1))
    assert way.datum is not None
    assert way.datum.name == "weeks_per_apprentice"
    assert [(goal.code, goal.goal, goal.weight, goal.by_code) for goal in line.goals] == [
        ("4.4", "4", 6000, ""),
        ("8.6", "8", 4000, ""),
    ]
    assert summary.line("fx-svm-2025/SV1") is None
    assert line.gap("fx-2025.1") == ""


def test_lines_keep_the_order_of_the_source_and_codes_that_of_the_choice() -> None:
    summary = made("fx-svm-2025", "fx-2025.1", "fx-2025.1", codes=("SV4", "B", "SV2", "SV4"))
    assert [line.item.code for line in summary.lines] == ["SV2", "SV4", "SV6", "SV7"]
    assert summary.codes == ("SV4", "B", "SV2")
    assert [one.to for one in summary.coverage] == ["fx-2025.1"]
    assert [release.id for release in summary.releases] == ["fx-svm-2025", "fx-2025.1"]


@pytest.mark.parametrize("source", [framework.id for framework in load_catalogue().frameworks])
def test_every_shipped_release_reads_back_the_same(source: str) -> None:
    crosswalk = load_crosswalk()
    summary = made(source, *crosswalk.releases(source))
    text = to_text(summary)
    again = from_text(text)
    assert again == summary
    assert to_text(again) == text
    for target in summary.targets:
        engine = mapping(crosswalk, source=source, target=target.id, on=DAY)
        counted = summary.counted(target.id)
        assert (counted.convertible, counted.related) == (engine.convertible, engine.related)
        assert counted.unmapped == tuple(item.id for item in engine.unmapped)
        assert {line.item.id: line.fit(target.id) for line in summary.lines} == {i.id: f for i, f in engine.fits}
        assert {line.item.id for line in summary.lines if line.must_choose(target.id)} == set(counted.choices)


def test_every_link_is_reached_from_its_source() -> None:
    crosswalk = load_crosswalk()
    lost = []
    for pair in sorted({(link.source_release, link.target_release) for link in crosswalk.links}):
        links = [link for link in crosswalk.links if (link.source_release, link.target_release) == pair]
        for link in links:
            summary = made(pair[0], pair[1], codes=(link.source,))
            ways = [(way.target.id, way.reason) for line in (*summary.lines, *summary.groups) for way in line.ways]
            if (link.target, link.reason) not in ways:
                lost.append((link.source, link.target))
    assert len(crosswalk.links) == 441
    assert lost == []


def test_what_stands_above_keeps_its_own_links_and_is_not_counted() -> None:
    summary = made("svm-2025", "svm-2020", codes=("O2",))
    above = [line for line in summary.groups if line.item.kind == "outcome"]
    assert above
    assert all(way.to == "svm-2020" and not way.by for line in above for way in line.ways)
    assert summary.coverage[0].all == len(summary.lines)
    assert {line.item.id for line in above}.isdisjoint(line.item.id for line in summary.lines)


def test_a_measure_that_is_linked_only_through_its_outcome_says_so() -> None:
    summary = made("svm-2020", "svm-2025", codes=("SVM20-2-03",))
    ways = summary.lines[0].ways
    assert ways
    assert {way.by_words.partition(":")[0] for way in ways} == {"PO2"}
    assert all(way.factor is None and way.datum is None for way in ways)
    assert {goal.by_code for goal in summary.lines[0].goals} == {"PO2"}


def test_what_no_link_leads_to_the_goals_serves_those_of_its_counterpart() -> None:
    lines = [line for line in made("essex-ecc", "national-toms").lines if line.goals]
    assert lines
    for line in lines:
        assert {goal.by_code for goal in line.goals} <= {way.target.code for way in line.ways}


def test_goals_that_a_framework_states_itself_stand_where_no_link_does() -> None:
    catalogue = load_catalogue()
    measure = catalogue.measure("fx-svm-2025/SV5")
    goals = (GoalLink("3.4", by="publisher", reason="health"), GoalLink("8"))
    framework = catalogue.framework("fx-svm-2025")
    measures = tuple(replace(m, goals=goals) if m.id == measure.id else m for m in framework.measures)
    changed = Catalogue([replace(framework, measures=measures), catalogue.framework("fx-2025.1")], catalogue.goals)
    summary = summarise(changed, load_crosswalk(), source="fx-svm-2025", codes=("SV5",), targets=["fx-2025.1"], on=DAY)
    assert [(goal.code, goal.goal, goal.author) for goal in summary.lines[0].goals] == [
        ("3.4", "3", "the publisher"),
        ("8", "8", "proposed"),
    ]


def test_goals_come_from_a_measures_own_counterparts_each_once_and_from_no_wider_likeness() -> None:
    catalogue, crosswalk = load_catalogue(), load_crosswalk()
    links = [link for link in crosswalk.links if (link.source_release, link.target_release) != ("svm-2020", "sdg")]
    without = Crosswalk(crosswalk.items, links)
    summary = summarise(catalogue, without, source="svm-2020", targets=["svm-2025"], codes=["PO2"], on=DAY)
    goals = {line.item.code: [goal.code for goal in line.goals] for line in summary.lines}
    assert goals["SVM20-2-03"] == []
    assert goals["SVM20-2-04"]
    jobs = made("svm-2026", "svm-2025", codes=("jobs",)).lines[0]
    assert [goal.code for goal in jobs.goals] == ["8.5", "8.7", "8.8", "4.5", "8.6", "10.2"]


def test_without_goals_in_the_catalogue_nothing_serves_one() -> None:
    shipped = load_catalogue()
    catalogue = Catalogue([shipped.framework("fx-svm-2025"), shipped.framework("fx-2025.1")])
    links = [link for link in load_crosswalk().links if link.source_release == "fx-svm-2025"]
    crosswalk = Crosswalk(Items(catalogue), links)
    summary = summarise(catalogue, crosswalk, source="fx-svm-2025", targets=["fx-2025.1"], on=DAY)
    assert all(line.goals == () for line in summary.lines)


def test_a_release_is_kept_with_its_hash_terms_and_name() -> None:
    catalogue = load_catalogue()
    release = release_of(catalogue, "svm-2020")
    assert release.short_name == "SVM 2020"
    assert release.superseded_by == "svm-2025"
    assert any("Open Government Licence v3.0" in line for line in release.attribution)
    framework = catalogue.framework("svm-2020")
    other = replace(framework, name="Another name", licence="of our own")
    changed = release_of(Catalogue([other]), "svm-2020")
    assert changed.sha256 != release.sha256
    assert changed.attribution == ("Another name: " + framework.publisher + ". Terms of this copy: of our own.",)
    assert release_of(catalogue, "sdg").sha256 == sha256_of(catalogue.goals)
    with pytest.raises(errors.UnknownCode):
        release_of(catalogue, "nothing")


def test_hashes_are_forgotten_before_they_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_summary, "MOST_HASHES", 1)
    monkeypatch.setattr(mapping_summary, "_HASHES", {})
    catalogue = load_catalogue()
    first = release_of(catalogue, "fx-2025.1").sha256
    assert release_of(catalogue, "fx-2026.1").sha256 != first
    assert len(mapping_summary._HASHES) == 1
    assert release_of(catalogue, "fx-2025.1").sha256 == first


def test_what_is_no_summary_is_refused() -> None:
    text = to_text(made("fx-svm-2025", "fx-2025.1"))
    for broken in (
        "",
        "[]",
        text[:-20],
        text.replace('"made_on":"2026-11-22"', '"made_on":"soon"'),
        '{"format":"mapping/1"}',
    ):
        with pytest.raises(errors.BadReport, match="no summary"):
            from_text(broken)
    later = json.loads(text) | {"format": "mapping/2"}
    with pytest.raises(errors.BadReport, match="mapping/1 can be read"):
        from_text(json.dumps(later))


def test_the_hash_takes_mappings_and_numbers() -> None:
    one = sha256_of({"b": Decimal("1.50"), "a": (DAY, None)})
    assert one == sha256_of({"a": (DAY, None), "b": Decimal("1.5")})
    assert one != sha256_of({"a": (DAY, None), "b": Decimal("1.6")})
