"""Minutes per bid and per return: every row of both tables, and what an evidence rule's words tell."""

from __future__ import annotations

import pytest

from commonweal.catalogue import load_catalogue
from commonweal.suggest import Burden, Proof, burden_of, total_burden
from commonweal.suggest.burden import BID, COUNTING, METHOD, PROVING, SENSITIVE, Count, count_of, proof_of


@pytest.mark.parametrize("count", Count)
def test_each_thing_that_is_counted_has_its_minutes(count: Count) -> None:
    assert BID[count] > 0
    assert COUNTING[count] >= 0


@pytest.mark.parametrize("proof", Proof)
def test_each_kind_of_evidence_has_its_minutes(proof: Proof) -> None:
    assert PROVING[proof] > 0


@pytest.mark.parametrize(
    ("evidence", "kind", "proof"),
    [
        ("Payroll extract with outcode", "quantity", Proof.RECORDS),
        ("Ledger lines with postcode", "money", Proof.RECORDS),
        ("Employer letter and confirmation of the leaving-care team", "quantity", Proof.CONFIRMATION),
        ("The group's confirmation", "quantity", Proof.CONFIRMATION),
        ("Calculation sheet", "quantity", Proof.CALCULATION),
        ("independent verification, baseline year and amount", "quantity", Proof.CALCULATION),
        ("A list of the visits", "quantity", Proof.RECORDS),
        ("", "quantity", Proof.NOT_NAMED),
        ("Payroll", "narrative", Proof.ACCOUNT),
    ],
)
def test_the_words_of_an_evidence_rule_tell_its_kind(evidence: str, kind: str, proof: Proof) -> None:
    assert proof_of(evidence, kind) is proof


@pytest.mark.parametrize(
    ("unit", "kind", "count"),
    [
        ("person", "quantity", Count.PEOPLE),
        ("week", "quantity", Count.TIME),
        ("GBP", "money", Count.POUNDS),
        ("tCO2e", "quantity", Count.MEASURED),
        ("percent", "ratio", Count.SHARE),
        ("person", "ratio", Count.SHARE),
        ("text", "narrative", Count.WORDS),
        ("certificate", "quantity", Count.OTHER),
    ],
)
def test_a_unit_tells_what_is_counted(unit: str, kind: str, count: Count) -> None:
    assert count_of(unit, kind) is count


def test_a_measure_costs_a_method_and_a_quantity_once_and_counting_and_proving_each_time() -> None:
    found = burden_of(evidence="Employer letter", unit="person", sensitive=True)
    assert found.bid == METHOD + BID[Count.PEOPLE]
    assert found.per_return == COUNTING[Count.PEOPLE] + PROVING[Proof.CONFIRMATION] + SENSITIVE
    assert (
        found.because == "Counts people; evidence: a confirmation by somebody else; people are asked for their consent."
    )
    assert burden_of(evidence="Payroll", unit="person") == Burden(
        50, 25, "Counts people; evidence: records that are kept anyway."
    )


def test_minutes_of_several_measures_add_up() -> None:
    each = [burden_of(evidence=m.evidence, unit=m.unit) for m in load_catalogue().framework("fx-2025.1").measures]
    total = total_burden(each)
    assert total == Burden(sum(one.bid for one in each), sum(one.per_return for one in each))
    assert total_burden([]) == Burden(0, 0)
