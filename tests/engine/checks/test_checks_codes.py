from __future__ import annotations

from dataclasses import replace

import pytest

from commonweal.catalogue import data_root
from commonweal.checks import codes
from commonweal.checks.context import Context
from commonweal.checks.nearest import nearest
from commonweal.places import Gazetteer
from commonweal.portfolio import Supplier
from tests.engine.checks.cases import CONTEXT, book, claim, contract, count, found, kpi

NOTHING = Context()


@pytest.mark.parametrize(("name", "expected"), [("fx-2025.1", 0), (" FX-2025.1 ", 0), ("", 0), ("fx-2025.2", 1)])
def test_frameworks_are_known_in_any_case(name, expected):
    assert count("unknown_framework", contracts=[contract(framework=name)]) == expected
    assert count("unknown_framework", NOTHING, contracts=[contract(framework=name)]) == 0


def test_unknown_frameworks_and_measures_name_the_nearest():
    problem = found("unknown_framework", book(contracts=[contract(framework="fx-2025.2")]))[0]
    assert problem.found == "No framework release is called fx-2025.2. Did you mean fx-2025.1?"
    measure = found("unknown_measure", book(kpis=[kpi(measure="NT-17")]))[0]
    assert measure.found.startswith("fx-2025.1 has no measure NT-17. Did you mean NT17")


def test_measures_are_looked_for_in_their_contracts_release_only():
    assert count("unknown_measure", kpis=[kpi(), kpi(measure=" ")]) == 0
    assert count("unknown_measure", kpis=[kpi(measure="ZZ")], contracts=[contract(framework="other")]) == 0
    assert count("unknown_measure", kpis=[kpi(measure="ZZ", contract="C9")]) == 0


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("E06000001", 0),
        ("hartlepool", 0),
        ("TS24", 0),
        ("ts24 7aa", 0),
        ("", 0),
        ("Hartlepol", 1),
        ("E06999999", 1),
        ("Coventry City Council", 0),
        ("Harbour ward", 0),
        ("Harbour", 0),
    ],
)
def test_places_are_codes_names_or_postcodes(place, expected):
    for rows in (
        {"contracts": [contract(place=place)]},
        {"kpis": [kpi(place=place)]},
        {"claims": [claim(place=place)]},
    ):
        assert count("unknown_place", **rows) == expected
        assert count("unknown_place", NOTHING, **rows) == 0


def test_an_unknown_place_names_the_nearest_and_twice_the_same():
    problems = found("unknown_place", book(kpis=[kpi(place="Hartlepol"), kpi(ref="K2", place="Hartlepol")]))
    assert {p.found for p in problems} == {"No place is called Hartlepol. Did you mean Hartlepool?"}


@pytest.mark.parametrize(
    ("category", "expected"),
    [
        ("77313000", ""),
        ("77313000-7", ""),
        ("Grounds", ""),
        ("3000000", "3000000 has lost its leading zero: 03000000 is Farm products."),
        ("77313001", "No CPV code is 77313001. Did you mean 77313000 or 77310000?"),
        ("99999999", "No CPV code is 99999999."),
    ],
)
def test_cpv_codes_exist_and_keep_their_zero(category, expected):
    problems = found("unknown_cpv", book(contracts=[contract(category=category)]))
    assert [p.found for p in problems] == ([expected] if expected else [])
    assert count("unknown_cpv", NOTHING, contracts=[contract(category=category)]) == 0


@pytest.mark.parametrize(("unit", "expected"), [("hour", 0), ("No. of hours", 0), ("", 0), ("huors", 1)])
def test_units_are_known_by_what_people_write(unit, expected):
    problems = found("unknown_unit", book(kpis=[kpi(unit=unit)]))
    assert len(problems) == expected
    assert all("Did you mean hours" in p.found for p in problems)


def supplied(scheme: str, number: str):
    return {"contracts": [contract(suppliers=(Supplier("Harbourside", scheme, number),))]}


@pytest.mark.parametrize(
    ("scheme", "number", "whole"),
    [
        ("GB-COH", "9442333", "09442333"),
        ("gb-coh", " 9442333.0 ", "09442333"),
        ("GB-COH", "sc1234", "SC001234"),
        ("GB-SC", "SC42386", "SC042386"),
    ],
)
def test_lost_zeros_are_given_back(scheme, number, whole):
    problem = found("identifier_lost_zeros", book(**supplied(scheme, number)))[0]
    assert f"it is {whole}." in problem.found
    assert count("identifier_does_not_fit", **supplied(scheme, number)) == 0


@pytest.mark.parametrize(
    ("scheme", "number", "unfit"),
    [
        ("GB-COH", "09442333", 0),
        ("GB-COH", "094423331", 1),
        ("GB-COH", "n/a", 1),
        ("GB-COH", "", 0),
        ("GB-SC", "42386", 1),
        ("GB-CHC", "12345", 1),
        ("GG-RCE", "anything", 0),
        ("XX-ZZZ", "anything", 0),
    ],
)
def test_what_lost_no_zeros_is_compared_with_its_register(scheme, number, unfit):
    assert count("identifier_lost_zeros", **supplied(scheme, number)) == 0
    assert count("identifier_does_not_fit", **supplied(scheme, number)) == unfit


def test_an_unfit_number_shows_what_fits():
    problem = found("identifier_does_not_fit", book(**supplied("GB-CHC", "12345")))[0]
    assert problem.found == (
        "12345 of Harbourside does not fit the numbers of Charity Commission, which look like 1090095."
    )
    bare = replace(CONTEXT, schemes={"GB-CHC": replace(CONTEXT.schemes["GB-CHC"], example="")})
    plain = found("identifier_does_not_fit", book(**supplied("GB-CHC", "12345")), bare)[0]
    assert plain.found.endswith("Charity Commission.")


@pytest.mark.parametrize(("scheme", "expected"), [("GB-COH", 0), ("gb-coh", 0), ("", 0), ("GB-CHO", 1)])
def test_registers_are_known(scheme, expected):
    assert count("unknown_identifier_scheme", **supplied(scheme, "1")) == expected
    assert count("unknown_identifier_scheme", NOTHING, **supplied(scheme, "1")) == 0


def test_guesses_stop_where_a_file_has_another_list_altogether():
    units = [kpi(unit=f"hourss {n}") for n in range(codes.MOST_GUESSES + 1)]
    problems = found("unknown_unit", book(kpis=units))
    assert ["Did you mean" in p.found for p in problems] == [True] * codes.MOST_GUESSES + [False]


def test_places_are_compared_with_names_only_so_often(monkeypatch):
    monkeypatch.setattr(codes, "MOST_GUESSES", 1)
    problems = found("unknown_place", book(kpis=[kpi(place="Hartlepol"), kpi(ref="K2", place="Darlingtn")]))
    assert [p.found for p in problems] == ["No place is called Hartlepol. Did you mean Hartlepool?"]


def test_a_name_of_several_places_asks_for_the_code(tmp_path):
    header, *rows = (data_root() / "places" / "places.csv").read_text(encoding="utf-8").splitlines()
    hartlepool = next(row for row in rows if row.startswith("E06000001"))
    (tmp_path / "places.csv").write_text("\n".join([header, hartlepool, hartlepool.replace("E06000001", "E06000999")]))
    context = replace(CONTEXT, gazetteer=Gazetteer(tmp_path))
    problem = found("unknown_place", book(kpis=[kpi(place="Hartlepool")]), context)[0]
    assert "E06000001 (Hartlepool, unitary), E06000999" in problem.found


def test_nearest_looks_at_no_sentences_and_nothing_empty():
    assert nearest("hartlepol", ["Hartlepool", "hartlepool"]) == ["Hartlepool"]
    assert nearest(" ", ["Hartlepool"]) == nearest("x" * 61, ["x" * 61]) == []
    assert nearest("x" * 60, ["x" * 60]) == ["x" * 60]
