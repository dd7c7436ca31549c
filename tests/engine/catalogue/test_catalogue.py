"""Looking things up in the shipped catalogue."""

from __future__ import annotations

import pytest

from commonweal import errors
from commonweal.catalogue import Catalogue, load_catalogue
from commonweal.portfolio import Aggregation, Kind


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def test_it_is_read_once(catalogue: Catalogue) -> None:
    assert load_catalogue() is catalogue


def test_the_example_framework_is_the_journeys_fixture(catalogue: Catalogue) -> None:
    release = catalogue.framework("fx-2025.1")
    assert release.example
    assert [measure.code for measure in release.measures] == ["NT1", "CL", "NT10", "NT17", "NT18", "NT31", "TRN", "RLW"]
    assert [measure.unit for measure in release.measures] == [
        *("FTE-year", "person", "week", "hour", "GBP", "tCO2e", "person", "percent")
    ]
    leavers, wage = catalogue.measure("CL", framework="fx-2025.1"), catalogue.measure("RLW", framework="fx-2025.1")
    assert (leavers.may_stack_with, leavers.sensitive, leavers.cohort) == (("NT1",), True, "care_leaver")
    assert (leavers.over_time, leavers.over_contracts) == (Aggregation.DISTINCT, Aggregation.DISTINCT)
    assert (wage.kind, wage.values, wage.over_time) == (Kind.RATIO, None, Aggregation.RECOMPUTE)
    assert wage.card.numerator
    assert wage.card.denominator


def test_the_next_release_changes_three_values_and_nothing_else(catalogue: Catalogue) -> None:
    old, new = catalogue.framework("fx-2025.1"), catalogue.framework("fx-2026.1")
    changed = [b.code for a, b in zip(old.measures, new.measures, strict=True) if a.values != b.values]
    assert changed == ["NT1", "NT10", "NT31"]
    assert all(b.same_as == a.id and b.unit == a.unit for a, b in zip(old.measures, new.measures, strict=True))
    assert (old.superseded_by, new.replaces) == ("fx-2026.1", "fx-2025.1")


def test_a_measure_is_found_by_id_code_alias_and_in_any_case(catalogue: Catalogue) -> None:
    assert catalogue.measure("fx-2026.1/NT10").id == "fx-2026.1/NT10"
    assert catalogue.measure("nt10", framework="FX-2026.1").id == "fx-2026.1/NT10"
    assert catalogue.measure("fx-2026.1/NT10", framework="fx-2026.1").code == "NT10"
    assert catalogue.measure("cv-e2-05").label.startswith("Hours helping under-24s into work (CV advice, mock")
    assert catalogue.measure("FM1", framework="national-toms").code == "NT1"
    assert catalogue.measure("RE1").id == "national-toms/NT1"


def test_a_bare_code_of_several_releases_lists_them(catalogue: Catalogue) -> None:
    with pytest.raises(errors.UnknownCode, match=r"NT1 is a measure of several frameworks: .*national-toms") as caught:
        catalogue.measure("NT1")
    assert caught.value.nearest == ("fx-2025.1/NT1", "fx-2026.1/NT1", "national-toms/NT1")


@pytest.mark.parametrize(
    ("code", "framework", "near"),
    [("NTT10", "fx-2025.1", "NT10"), ("ECC100", None, "ECC10"), ("svm-2020/SVM20-1-10", None, "SVM20-1-01")],
)
def test_an_unknown_code_comes_with_those_that_look_like_it(
    catalogue: Catalogue, code: str, framework: str | None, near: str
) -> None:
    with pytest.raises(errors.UnknownCode, match=near) as caught:
        catalogue.measure(code, framework=framework)
    assert near in caught.value.nearest


def test_nothing_near_is_said_too(catalogue: Catalogue) -> None:
    with pytest.raises(errors.UnknownCode, match="nor anything like it") as caught:
        catalogue.framework("qqqqqq")
    assert caught.value.nearest == ()
    with pytest.raises(errors.UnknownCode, match="svm-2025"):
        catalogue.framework("svm-2027")


def test_same_as_resolves_in_coventrys_list(catalogue: Catalogue) -> None:
    repeated = catalogue.measure("CV-E3-06")
    assert (repeated.label, repeated.outcome, repeated.same_as) == (
        "Apprentices",
        "CV-E3",
        "coventry-indicators/CV-E2-04",
    )
    assert all(measure.unit for measure in catalogue.measures)


def test_essex_measures_say_what_they_are_like(catalogue: Catalogue) -> None:
    (relation,) = catalogue.measure("ECC10").relations
    assert (relation.to, relation.relation, relation.verified) == ("national-toms/NT10", "close", "false")
    assert catalogue.measure("ECC7").relations == ()
    assert sum(bool(measure.relations) for measure in catalogue.framework("essex-ecc").measures) == 24


def test_goal_codes_are_strings(catalogue: Catalogue) -> None:
    assert catalogue.target("8.10").label == "Access to banking, insurance and finance"
    assert catalogue.target("8.1").label == "Sustained economic growth per person"
    assert catalogue.goal("8").name == "Decent work and economic growth"
    assert [goal.code for goal in catalogue.goals] == [str(number) for number in range(1, 18)]
    with pytest.raises(errors.UnknownCode, match=r"no target called '8\.11'"):
        catalogue.target("8.11")
    with pytest.raises(errors.UnknownCode, match="no goal called '18'"):
        catalogue.goal("18")


def test_goal_links_come_from_the_measure_or_else_its_outcome(catalogue: Catalogue) -> None:
    job = catalogue.measure("SVM20-1-01")
    outcome = catalogue.outcome(job)
    assert outcome is not None
    assert [(link.code, link.by) for link in catalogue.goal_links(job)] == [
        ("1", "publisher"),
        ("1.5", "proposed"),
        ("3.8", "proposed"),
        ("8.5", "proposed"),
    ]
    assert not outcome.goals_complete
    assert catalogue.outcome(catalogue.measure("ECC10")) is None
    assert catalogue.goal_links(catalogue.measure("ECC10")) == ()


def test_toms_rules_and_groups_are_there_without_values(catalogue: Catalogue) -> None:
    jobs = catalogue.measure("national-toms/NT4")
    assert (jobs.exclusive_with, jobs.may_stack_with) == (("NT3", "NT5", "NT6", "NT76"), ("NT1",))
    assert jobs.monetised
    assert jobs.values is None
    rules = {rule.id: rule for rule in catalogue.framework("national-toms").rules}
    assert rules["deadweight"].verified == "false"
    assert "NT63" in catalogue.measure("national-toms/NT28").note
