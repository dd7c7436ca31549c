"""Every file of the data package: its schema, its ids, its sources, its licence, and what must never be in it."""

from __future__ import annotations

import csv
import gzip
import json
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from commonweal import packs
from commonweal.catalogue import data_root, load_catalogue, units
from commonweal.catalogue.json_schemas import KINDS, kind_of, schema_text, write_all
from commonweal.catalogue.strict import read, sentence, validate
from commonweal.catalogue.values import ValueFile, check_values
from commonweal.places import Gazetteer

ROOT = data_root()
OTHERS = ("examples", "headings")
"""Folders whose files have a form of their own and tests of their own."""

FILES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in ROOT.rglob("*")
    if path.is_file() and "__pycache__" not in path.parts and path.name not in ("__init__.py", "py.typed")
)
YAML = [name for name in FILES if name.endswith(".yaml") and name.split("/")[0] not in OTHERS]
VALUES = [name for name in YAML if kind_of(name) == "value"]
TABLES = [name for name in YAML if kind_of(name) == "tables"]
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
MONEY_KEYS = ("value", "low", "high", "rate", "deadweight", "displacement", "leakage")


@cache
def raw(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def plain(data: Any) -> Any:
    """What YAML holds, as JSON would: days as text."""
    return json.loads(json.dumps(data, default=str))


def mappings(data: Any) -> Iterator[dict[str, Any]]:
    """Every mapping inside `data`, itself included."""
    if isinstance(data, dict):
        yield data
        data = list(data.values())
    if isinstance(data, list):
        for item in data:
            yield from mappings(item)


@cache
def listed_tables() -> dict[str, dict[str, Any]]:
    return {f"{name.split('/')[0]}/{t['file']}": t for name in TABLES for t in raw(name)["tables"]}


@pytest.mark.parametrize("name", FILES)
def test_every_file_has_a_kind_and_readable_text(name: str) -> None:
    top = name.split("/")[0]
    if top in OTHERS or name == "CHANGELOG.md" or top == "schemas":
        assert (ROOT / name).read_text(encoding="utf-8")
    elif name.endswith(".yaml"):
        assert kind_of(name), "no schema fits this file"
        assert (ROOT / name).read_text(encoding="utf-8").startswith("# "), "begin with a comment that says what it is"
    elif name == "values/unit-costs/unit-costs.csv":
        assert raw("values/unit-costs/unit-costs.yaml")["table"] == "unit-costs.csv"
    else:
        assert name in listed_tables(), "list this table in tables.yaml"


@pytest.mark.parametrize("name", YAML)
def test_the_loaders_schema_takes_the_file(name: str) -> None:
    kind = kind_of(name)
    assert kind is not None
    document = read(ROOT / name, name=name)
    file = validate(document, KINDS[kind][1])
    if isinstance(file, ValueFile):
        check_values(document, file, units())
    assert [sentence(problem) for problem in document.problems] == []


@pytest.mark.parametrize("name", YAML)
def test_the_json_schema_takes_the_file_too(name: str) -> None:
    kind = kind_of(name)
    schema = json.loads((ROOT / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8"))
    jsonschema_rs.validator_for(schema).validate(plain(raw(name)))


@pytest.mark.parametrize("kind", KINDS)
def test_the_stored_json_schema_is_current(kind: str) -> None:
    stored = (ROOT / "schemas" / f"{kind}.schema.json").read_text(encoding="utf-8")
    assert json.loads(stored) == json.loads(schema_text(kind)), "run python -m commonweal.catalogue.json_schemas"


def test_all_schemas_are_written_at_once(tmp_path: Path) -> None:
    write_all(tmp_path / "schemas")
    assert {p.name: p.read_text() for p in (tmp_path / "schemas").iterdir()} == {
        f"{kind}.schema.json": schema_text(kind) for kind in KINDS
    }
    assert kind_of("values/unknown.yaml") is None


def test_no_schema_is_left_over() -> None:
    assert {p.name for p in (ROOT / "schemas").iterdir()} == {f"{kind}.schema.json" for kind in KINDS}


def test_ids_are_unique() -> None:
    counts = Counter(raw(name)["id"] for name in YAML)
    counts.update(measure.id for measure in load_catalogue().measures)
    for framework in load_catalogue().frameworks:
        counts.update(item.id for item in (*framework.themes, *framework.outcomes, *framework.criteria))
    counts.update(list(packs.unit_costs().by_id))
    assert [key for key, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("name", YAML)
def test_cited_sources_are_listed(name: str) -> None:
    listed = set(raw(name).get("sources", {}))
    cited: set[str] = set()
    for item in mappings({key: value for key, value in raw(name).items() if key != "sources"}):
        cited.update(item.get("sources", []))
        if isinstance(item.get("source"), str) and name.startswith("values/"):
            cited.add(item["source"])
    assert cited <= listed, f"cited, but not listed: {cited - listed}"


@pytest.mark.parametrize("name", YAML)
def test_the_licence_may_be_shipped(name: str) -> None:
    used = {item["licence"] for item in mappings(raw(name)) if isinstance(item.get("licence"), str)}
    for licence_id in used:
        licence = packs.licence(licence_id)
        assert licence.may_ship, f"{licence_id} may not be shipped"
        assert licence.attribution
    needs_one = kind_of(name) not in ("licences", "synonyms")
    assert used or not needs_one, "name the licence"


@pytest.mark.parametrize("name", YAML)
def test_says_when_it_was_checked_and_how_sure_it_is(name: str) -> None:
    data = raw(name)
    if kind_of(name) != "synonyms":
        assert data["checked_on"].isoformat() >= "2026-01-01"
    if kind_of(name) not in ("synonyms", "licences", "units", "tables"):
        assert data["verified"] in (True, False, "secondary")


@pytest.mark.parametrize("name", YAML)
def test_numbers_are_quoted(name: str) -> None:
    def floats(data: Any) -> Iterator[float]:
        for item in mappings(data):
            yield from (value for value in item.values() if isinstance(value, float))

    assert list(floats(raw(name))) == []
    for item in mappings(raw(name)):
        if "comparator" in item:
            continue  # a condition of a rule: its amounts are quoted by its own schema, and its values are words
        for key in MONEY_KEYS:
            if key in item and not isinstance(item[key], dict) and item[key] is not None:
                assert isinstance(item[key], str), f"{key}: quote {item[key]}"
                assert NUMBER.fullmatch(item[key])


@pytest.mark.parametrize("name", VALUES)
def test_value_file(name: str) -> None:
    data = raw(name)
    assert data["id"] == f"value/{Path(name).stem}"
    unit = data["unit"]
    assert unit == "index" or unit.removeprefix("GBP/") in units()
    assert data["kind"] == "nominal" or data["price_base"], "real values need a price base"
    by_place: dict[str, list[Any]] = {}
    for entry in data["entries"]:
        by_place.setdefault(entry.get("place", ""), []).append(entry["from"])
        assert entry["source"] in data["sources"]
    for starts in by_place.values():
        assert starts == sorted(set(starts)), "entries run oldest first, each date once"
        if data["cadence"] == "yearly":
            years = [day.year for day in starts]
            assert years == list(range(years[0], years[-1] + 1)), "a year is missing"
    gazetteer = Gazetteer()
    for place in by_place:
        assert not place or gazetteer.place(place).current


@pytest.mark.parametrize("name", VALUES)
def test_value_series_is_found_by_its_id(name: str) -> None:
    series = packs.load_series(f"value/{Path(name).stem}")
    assert series.id in packs.series_ids()
    assert len(series.entries) == len(raw(name)["entries"])
    assert series.may_export


def test_framework_units_and_values_are_known() -> None:
    for framework in load_catalogue().frameworks:
        for measure in framework.measures:
            assert measure.unit in units(), measure.id
            if measure.values:
                assert packs.load_series(measure.values).unit == f"GBP/{measure.unit}"
            assert measure.kind != "ratio" or measure.unit == "percent"


def test_frameworks_lie_where_their_id_says() -> None:
    for name in YAML:
        if kind_of(name) == "framework":
            _, family, release, _ = name.split("/")
            assert (raw(name)["family"], raw(name)["id"]) == (family, release)


def test_releases_refer_to_releases() -> None:
    catalogue = load_catalogue()
    ids = {framework.id for framework in catalogue.frameworks}
    for framework in catalogue.frameworks:
        assert {framework.replaces, framework.superseded_by} - {""} <= ids


def test_goal_links_and_relations_exist() -> None:
    catalogue = load_catalogue()
    for framework in catalogue.frameworks:
        for item in (*framework.outcomes, *framework.measures):
            for link in item.goals:
                assert catalogue.target(link.code) if "." in link.code else catalogue.goal(link.code)
        for measure in framework.measures:
            for relation in measure.relations:
                assert catalogue.measure(relation.to)


@pytest.mark.parametrize("table", sorted(listed_tables()))
def test_tables_hold_what_is_said_of_them(table: str) -> None:
    said = listed_tables()[table]
    opened = gzip.open if table.endswith(".gz") else open
    with opened(ROOT / table, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == said["columns"]
    assert len(rows) - 1 == said["rows"]
    keys = [tuple(row[rows[0].index(column)] for column in said["key"]) for row in rows[1:]]
    assert len(set(keys)) == len(keys), "a key stands twice"
    assert all(len(row) == len(rows[0]) for row in rows)
    assert all(cell == cell.strip() for row in rows for cell in row)


def test_places_refer_to_places() -> None:
    places = {place.code: place for place in Gazetteer()}
    for place in places.values():
        around = (place.country, place.region, place.county, place.combined_authority, *place.replaced_by)
        assert set(around) - {""} <= set(places), place.code


def test_cpv_codes_have_their_parents() -> None:
    with (ROOT / "codes" / "cpv.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    codes = {row["code"] for row in rows}
    assert all(re.fullmatch(r"[0-9]{8}", code) for code in codes)
    assert {row["parent"] for row in rows} - {""} <= codes
    assert all(bool(row["parent"]) == (row["level"] != "division") for row in rows)


def test_counts() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.goals) == 17
    assert sum(len(goal.targets) for goal in catalogue.goals) == 169
    model = catalogue.framework("svm-2020")
    assert [len(x) for x in (model.themes, model.outcomes, model.criteria, model.measures)] == [5, 8, 24, 28]
    assert [len(x) for x in (lambda f: (f.themes, f.outcomes, f.criteria))(catalogue.framework("svm-2025"))] == [
        5,
        8,
        5,
    ]
    assert [len(x) for x in (lambda f: (f.outcomes, f.criteria))(catalogue.framework("svm-2026"))] == [2, 6]
    coventry = catalogue.framework("coventry-indicators")
    assert [len(coventry.themes), len(coventry.outcomes), len(coventry.measures)] == [3, 15, 57]
    assert sum(bool(measure.same_as) for measure in coventry.measures) == 5
    assert len(catalogue.framework("essex-ecc").measures) == 39
    assert len(catalogue.framework("national-toms").measures) == 51
    assert [len(catalogue.framework(f"fx-{year}.1").measures) for year in (2025, 2026)] == [8, 8]
    assert len(catalogue.framework("fx-svm-2025").measures) == 8
    assert len(packs.unit_costs().by_id) == 684
    gazetteer = list(Gazetteer())
    assert (len(gazetteer), sum(place.current for place in gazetteer)) == (462, 412)
    assert len(packs.load_series("value/earnings-year-authority").entries) == 348


def test_every_year_of_the_carbon_values_is_there() -> None:
    for name in ("value/carbon-2022-prices", "value/carbon-2020-prices"):
        assert [entry.start.year for entry in packs.load_series(name).entries] == list(range(2020, 2051))


class TestNothingLicensedIsHere:
    """National TOMs and HACT values are licensed to their users only; they never stand in the package."""

    def test_licences_that_forbid_it_are_named_and_unused(self) -> None:
        forbidden = {key for key, licence in packs.licences().items() if not licence.may_ship}
        assert {"national-toms-values", "hact-values"} <= forbidden
        used = {
            item["licence"] for name in YAML for item in mappings(raw(name)) if isinstance(item.get("licence"), str)
        }
        assert not used & forbidden

    def test_the_structure_of_the_toms_carries_no_amount(self) -> None:
        for release in ("national-toms", "essex-ecc"):
            framework = load_catalogue().framework(release)
            assert all(measure.values is None for measure in framework.measures)
            text = (ROOT / "frameworks" / framework.family / release / "framework.yaml").read_text(encoding="utf-8")
            assert not re.search(r"£|GBP ?[0-9]|[0-9],[0-9]{3}|[0-9]+\.[0-9]{2}\b", text)

    def test_no_series_and_no_price_names_a_licensed_publisher(self) -> None:
        for name in VALUES:
            text = (ROOT / name).read_text(encoding="utf-8").casefold()
            assert not re.search(r"\btoms?\b|social value portal|\bhact\b|social value bank|measureup", text), name
        for series_id in packs.series_ids():
            assert not series_id.startswith(("value/toms", "value/nt", "value/hact"))


def test_what_is_not_verified_stays_marked() -> None:
    assert not packs.load_series("value/qaly").entries[0].verified
    assert packs.load_series("value/wellby").entries[0].verified
    model = load_catalogue().framework("svm-2026")
    assert {item.verified for item in (*model.outcomes, *model.criteria)} == {"secondary"}
    assert not any(measure.official for measure in load_catalogue().framework("svm-2025").measures)


def test_open_substitutes_name_series_and_measures_that_exist() -> None:
    for substitute in packs.substitutes():
        assert all(packs.load_series(series_id) for series_id in substitute.values)
        assert all(load_catalogue().measure(measure) for measure in substitute.measures)
