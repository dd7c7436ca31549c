"""
The JSON Schemas of the data package, made from the models that the loaders use.

`python -m commonweal.catalogue.json_schemas` writes them anew; a test fails while they are out of date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from commonweal.catalogue.crosswalk_schema import CrosswalkFile, NotLinkedFile
from commonweal.catalogue.policy_schema import PolicyFile, ThemesFile, ThresholdsFile
from commonweal.catalogue.reference import (
    AdditionalityFile,
    CalendarFile,
    DiscountFile,
    LicencesFile,
    SubstitutesFile,
    TablesFile,
)
from commonweal.catalogue.root import data_root
from commonweal.catalogue.schema import FrameworkFile, GoalsFile, SynonymsFile, UnitsFile
from commonweal.catalogue.strict import Strict
from commonweal.catalogue.unit_costs import CollectionFile
from commonweal.catalogue.values import ValueFile

KINDS: Mapping[str, tuple[str, type[Strict]]] = {
    "framework": ("frameworks/*/*/framework.yaml", FrameworkFile),
    "goals": ("goals/*.yaml", GoalsFile),
    "synonyms": ("catalogue/synonyms.yaml", SynonymsFile),
    "units": ("units/units.yaml", UnitsFile),
    "licences": ("licences/licences.yaml", LicencesFile),
    "calendar": ("calendars/*.yaml", CalendarFile),
    "not-linked": ("crosswalks/not-linked.yaml", NotLinkedFile),
    "crosswalk": ("crosswalks/*.yaml", CrosswalkFile),
    "policy-law": ("policies/law/*.yaml", PolicyFile),
    "policy-body": ("policies/bodies/*.yaml", PolicyFile),
    "policy-themes": ("policies/themes.yaml", ThemesFile),
    "thresholds": ("policies/thresholds/*.yaml", ThresholdsFile),
    "tables": ("*/tables.yaml", TablesFile),
    "discount": ("values/discount/*.yaml", DiscountFile),
    "additionality": ("values/additionality/*.yaml", AdditionalityFile),
    "unit-costs": ("values/unit-costs/*.yaml", CollectionFile),
    "substitutes": ("values/substitutes.yaml", SubstitutesFile),
    "value": ("values/*/*.yaml", ValueFile),
}
"""Each kind of file: where it lies and its schema. The first that fits a file is its kind."""


def kind_of(path: str) -> str | None:
    """Return the kind of a file of the data package by its path from the root, or None if it has none."""
    return next((kind for kind, (pattern, _) in KINDS.items() if Path("/", path).match(f"/{pattern}")), None)


def schema_text(kind: str) -> str:
    """Return the JSON Schema of a kind of file, as it is stored."""
    _, model = KINDS[kind]
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(by_alias=True)}
    return json.dumps(schema, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def write_all(folder: Path) -> None:
    """Write every schema into `folder`."""
    folder.mkdir(exist_ok=True)
    for kind in KINDS:
        (folder / f"{kind}.schema.json").write_text(schema_text(kind), encoding="utf-8")


if __name__ == "__main__":  # pragma: no cover - the command; what it calls is tested
    write_all(data_root() / "schemas")
