"""The packs against the collection of facts that they were made from: nothing lost, nothing changed on the way."""

from __future__ import annotations

import csv
import os
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from commonweal import packs
from commonweal.catalogue import load_catalogue
from commonweal.places import Gazetteer

SHARED = Path(os.environ.get("COMMONWEAL_SHARED", Path(__file__).resolve().parents[3] / "shared"))
REFERENCE = SHARED / "reference"

pytestmark = pytest.mark.skipif(
    not REFERENCE.is_dir(), reason="the shared reference folder is not beside this repository"
)


@cache
def facts(name: str) -> Any:
    """A reference file with every scalar as the text that stands there, so that no number passes through a float."""
    return yaml.load((REFERENCE / name).read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


def test_every_unit_cost_is_there_with_its_parts_and_years() -> None:
    entries = facts("open-proxies.yaml")["gmca_unit_cost_database_v1_4"]["entries"]
    costs = list(packs.unit_costs().by_id.values())
    assert len(costs) == len(entries)
    for cost, entry in zip(costs, entries, strict=True):
        assert (cost.code, cost.label, cost.per, cost.quality) == tuple(
            entry[k] for k in ("code", "label", "unit", "rag")
        )
        given = {p: (Decimal(entry[p]), entry[f"{p}_year"]) for p in ("fiscal", "economic", "social") if p in entry}
        assert {part.name: (part.value, part.price_year) for part in cost.parts} == given
        assert cost.transfer == (Decimal(entry["transfer_gbp"]) if "transfer_gbp" in entry else None)


def test_every_carbon_value_is_there() -> None:
    wanted = facts("open-proxies.yaml")["carbon_values_2022_prices"]
    entries = packs.load_series("value/carbon-2022-prices").entries
    assert {str(e.start.year): [e.low, e.value, e.high] for e in entries} == {
        year: [Decimal(number) for number in row] for year, row in wanted.items()
    }
    rebuilt = facts("open-proxies.yaml")["carbon_values_2020_prices_rebuilt"]
    older = packs.load_series("value/carbon-2020-prices").entries
    assert {str(e.start.year): e.value for e in older} == {year: Decimal(number) for year, number in rebuilt.items()}


def test_every_authority_keeps_its_earnings() -> None:
    rows = facts("open-proxies.yaml")["la_median_annual_earnings_2025"]["rows"]
    entries = packs.load_series("value/earnings-year-authority").entries
    gazetteer = Gazetteer()
    assert {entry.place: entry.value for entry in entries} == {
        gazetteer.place(code).code: Decimal(value) for code, _, value in rows
    }


def test_every_deflator_is_there() -> None:
    known = facts("open-proxies.yaml")["gdp_deflators"]
    calendar = packs.load_series("value/gdp-deflator-2024").entries
    assert {str(e.start.year): e.value for e in calendar} == {
        year: Decimal(index) for year, index in known["calendar_2024_100"]["index"].items()
    }
    budget = packs.load_series("value/gdp-deflator-budget-2015").entries
    rows = known["financial_year_1989_90_100"]["rows"]
    assert [(f"{e.start.year}/{(e.start.year + 1) % 100:02}", e.value) for e in budget] == [
        (year, Decimal(index)) for year, _, index in rows
    ]


def test_coventrys_indicators_are_complete() -> None:
    wanted = {item["code"]: item for o in facts("coventry-indicators.yaml")["outcomes"] for item in o["indicators"]}
    release = load_catalogue().framework("coventry-indicators")
    assert [measure.code for measure in release.measures] == list(wanted)
    for measure in release.measures:
        item = wanted[measure.code]
        while "same_as" in item:
            item = wanted[item["same_as"]]
        assert measure.label.startswith(item["label"])
        assert [measure.kind, measure.over_time, measure.over_contracts, measure.better] == [
            item[key] for key in ("kind", "over_time", "over_contracts", "better")
        ]
        assert (measure.sensitive, measure.expires) == ("sensitive" in item, "expires" in item)


def test_the_structure_of_the_toms_is_complete() -> None:
    known = facts("national-toms.yaml")
    release = load_catalogue().framework("national-toms")
    assert [measure.code for measure in release.measures] == [item["code"] for item in known["measures"]]
    codes = {measure.code for measure in release.measures}
    for measure, item in zip(release.measures, known["measures"], strict=True):
        exclusive = item.get("exclusive_with", [])
        assert set(measure.exclusive_with) == set(exclusive) & codes
        assert all(code in measure.note for code in set(exclusive) - codes)
        assert list(measure.may_stack_with) == item.get("may_stack_with", [])
        assert measure.verified == item["verified"]
        assert measure.theme == item["theme"]
        assert measure.evidence == item.get("evidence", "")
    assert len(release.rules) == len(known["rules"])


def test_essex_is_complete_with_its_links() -> None:
    known = facts("national-toms.yaml")["essex_ecc_toms"]
    release = load_catalogue().framework("essex-ecc")
    assert [measure.code for measure in release.measures] == [row[0] for row in known["measures"]]
    assert {m.code: m.relations[0].to.removeprefix("national-toms/") for m in release.measures if m.relations} == known[
        "to_national"
    ]


@pytest.mark.parametrize("release_id", ["svm-2020", "svm-2025", "svm-2026"])
def test_the_social_value_models_are_complete(release_id: str) -> None:
    known = facts(f"{release_id}.yaml")
    release = load_catalogue().framework(release_id)
    outcomes = known.get("outcomes") or [outcome for theme in known["themes"] for outcome in theme["outcomes"]]
    assert [(o.code, o.label) for o in release.outcomes] == [(o["code"], o["label"]) for o in outcomes]
    criteria = [c for outcome in outcomes for c in outcome.get("award_criteria", outcome.get("criteria", []))]
    assert [(c.code, c.label) for c in release.criteria] == [(c["code"], c["label"]) for c in criteria]
    for criterion, item in zip(release.criteria, criteria, strict=True):
        assert criterion.verified == item.get("verified", "secondary")
    metrics = [*known.get("metrics", []), *known.get("candidate_metrics", [])]
    assert [(m.code, m.label, m.outcome) for m in release.measures] == [
        (m["code"], m["label"], m["outcome"]) for m in metrics
    ]
    for measure, item in zip(release.measures, metrics, strict=True):
        assert (measure.verified, list(measure.criteria)) == (item["verified"], item["award_criteria"])
        assert [measure.card.numerator, measure.card.denominator] == [
            item.get(k, "") for k in ("numerator", "denominator")
        ]


@pytest.mark.parametrize(
    ("shipped", "source"),
    [
        ("places/places.csv", "places-uk.csv"),
        ("places/nuts.csv", "nuts-uk-2021.csv"),
        ("places/postcode-districts.csv", "postcode-district-lad-gb.csv"),
        ("places/deprivation.csv", "deprivation-local-authority-uk.csv"),
        ("codes/cpv.csv", "cpv.csv"),
        ("codes/org-id-schemes.csv", "org-id-schemes-uk.csv"),
        ("codes/units-unece.csv", "units-unece.csv"),
    ],
)
def test_tables_are_as_they_came(shipped: str, source: str) -> None:
    def rows(path: Path) -> list[list[str]]:
        with path.open(encoding="utf-8", newline="") as file:
            return list(csv.reader(file))

    assert rows(packs.data_root() / shipped) == rows(REFERENCE / source)
