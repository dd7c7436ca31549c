"""Step 2: the KPIs, what is lost, the gaps named; and every shipped link is there."""

from __future__ import annotations

import datetime as dt
import html
import re

import pytest
from django.test import Client

from commonweal.crosswalk.crosswalk import load_crosswalk
from commonweal.crosswalk.mapping import mapping
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.mapping import layout, selectors
from commonweal_web.mapping.frozen import Summary
from tests.web.world import NOON

pytestmark = pytest.mark.django_db
DAY = NOON.date()


def page_of(address: str) -> str:
    answer = Client().get(address)
    assert answer.status_code == 200, address
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.content.decode()))


def words(text: str) -> str:
    return " ".join(text.split())


def made(source: str, *targets: str, codes: tuple[str, ...] = (), on: dt.date = DAY) -> Summary:
    return selectors.today_summary(source=source, codes=codes, targets=targets, on=on)


def test_the_journey_reads_as_it_should() -> None:
    said = words(page_of("/mapping/summary/?from=fx-svm-2025&to=fx-2025.1"))
    assert "FX-SVM-2025 in the words of FX-2025.1" in said
    assert (
        "6 of 8 can be converted (75.0 %), 7 of 8 related (87.5 %), 1 has no counterpart: "
        "Suppliers with the standards for mental health at work." in said
    )
    assert "for mental health at work: nothing in the other framework is like it" in said
    assert "people × weeks planned for each apprentice = weeks" in said
    assert "Ask now for: weeks planned for each apprentice" in said
    assert "Close to NT10 Apprenticeship weeks (weeks)" in said
    assert "8 Decent work and economic growth (8.6: 40 %)" in said
    assert "Broader than CL Care leavers into work (people)" in said


def test_what_has_no_counterpart_is_never_a_zero() -> None:
    (beside,) = layout.beside(made("fx-svm-2025", "fx-2025.1"))
    rows = [row for table in beside.tables for row in table.rows]
    (five,) = [row for row in rows if "SV5" in row[0].html]
    assert "No counterpart" in five[2].html
    assert (five[3].html, five[4].html or five[4].text) == ("–", "–")
    assert not re.search(r">\s*0(\.0)?\s*<", "".join(str(cell.html) for cell in five))


def test_a_measure_with_two_targets_must_be_chosen_or_split() -> None:
    said = words(page_of("/mapping/summary/?from=svm-2020&code=SVM20-8-01&to=national-toms"))
    assert "Choose or split" in said
    assert "0 of 1 can be converted (0.0 %), 1 needs a choice first: " in said
    assert "SVM20-8-01" in said
    assert "make 100 %; counted as each of them it would be counted twice." in said


def test_links_to_the_catalogue_and_back_to_step_one() -> None:
    page = Client().get("/mapping/summary/?from=fx-svm-2025&code=SV2&to=fx-2025.1").content.decode()
    assert 'href="/catalogue/fx-svm-2025/SV2/"' in page
    assert 'href="/catalogue/fx-2025.1/NT10/"' in page
    assert "/mapping/select/?from=fx-svm-2025&amp;code=SV2&amp;to=fx-2025.1" in page
    goals = Client().get("/mapping/summary/?from=fx-2025.1&code=NT10&to=sdg").content.decode()
    assert 'href="/catalogue/sdg/4/#target-4.4"' in goals


def test_several_frameworks_each_have_their_part_and_sources_are_named() -> None:
    said = words(page_of("/mapping/summary/?from=svm-2020&code=PO2&to=national-toms&to=svm-2025"))
    assert "SVM 2020 in the words of National TOMs and SVM 2025" in said
    assert "In Social Value Model (2025)" in said
    assert "Contains public sector information licensed under the Open Government Licence v3.0." in said
    assert "Only the words of this project" not in said
    assert "PO2 as a whole" in said
    assert "Related only through PO2" in said
    assert "Wording and unit not confirmed" in said
    assert "Award criterion MAC 2.2" in said


def test_criteria_are_answered_in_words() -> None:
    said = words(page_of("/mapping/summary/?from=svm-2026&to=svm-2025"))
    assert "6 award criteria of Social Value Model (PPN 026), all that there are" in said
    assert "not counted: answered in words" in said
    one = layout.chosen_words(made("svm-2026", "svm-2025", codes=("jobs",)))
    assert one == "1 award criterion chosen from Social Value Model (PPN 026)"


def every_pair() -> list[tuple[str, str]]:
    return sorted({(link.source_release, link.target_release) for link in load_crosswalk().links})


@pytest.mark.parametrize("pair", every_pair(), ids=lambda pair: "--".join(pair))
def test_every_link_of_a_pair_is_in_the_tool(pair: tuple[str, str]) -> None:
    source, target = pair
    crosswalk = frameworks.public_crosswalk()
    links = [link for link in crosswalk.links if (link.source_release, link.target_release) == pair]
    lost = []
    for link in links:
        summary = made(source, target, codes=(link.source,))
        ways = {(way.target.id, way.reason) for line in (*summary.lines, *summary.groups) for way in line.ways}
        shown = "".join(
            str(row[2].html) for one in layout.beside(summary) for table in one.tables for row in table.rows
        )
        if (link.target, link.reason) not in ways or html.escape(crosswalk.items[link.target].label) not in shown:
            lost.append((link.source, link.target))
    assert not lost
    assert links[0].target_release in {one.id for one in made(source, target).targets}
    said = Client().get(f"/mapping/summary/?from={source}&to={target}")
    assert said.status_code == 200


def test_all_shipped_links_are_walked() -> None:
    crosswalk = frameworks.public_crosswalk()
    assert len(crosswalk.links) == 441
    assert {(link.source_release, link.target_release) for link in crosswalk.links} == set(every_pair())


@pytest.mark.parametrize("source", sorted({source for source, _ in every_pair()}))
def test_each_outcome_is_summed_up_as_the_engine_does(source: str) -> None:
    crosswalk = frameworks.public_crosswalk()
    framework = selectors.release_named(source)
    for outcome in framework.outcomes or [None]:
        codes = (outcome.code,) if outcome else ()
        targets = crosswalk.releases(source)
        summary = made(source, *targets, codes=codes)
        for target in targets:
            engine = mapping(crosswalk, source=source, target=target, codes=codes, on=DAY)
            counted = summary.counted(target)
            assert (counted.all, counted.convertible, counted.related, counted.unmapped) == (
                len(engine.fits),
                engine.convertible,
                engine.related,
                tuple(item.id for item in engine.unmapped),
            ), (outcome, target)
            pairs = {(row.item.id, row.target.id) for row in engine.rows if row.target}
            assert {(line.item.id, way.target.id) for line in summary.lines for way in line.ways_to(target)} == pairs


def test_a_summary_needs_few_queries(django_assert_max_num_queries: object) -> None:
    with django_assert_max_num_queries(3):  # type: ignore[operator]
        assert Client().get("/mapping/summary/?from=svm-2020&to=national-toms&to=sdg").status_code == 200
