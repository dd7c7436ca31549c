"""What can be taken away, and that licensed values are nowhere in it."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from commonweal import packs
from commonweal_web.core import clock
from commonweal_web.frameworks import selectors
from tests.web.frameworks.catalogue.reading import crawled

pytestmark = pytest.mark.django_db
OGL = "Contains public sector information licensed under the Open Government Licence v3.0."
CANARY = "713.377331"


def unpacked(content: bytes) -> str:
    """Everything that can be read in a file, as text."""
    if not content.startswith(b"PK"):
        return content.decode("utf-8", "replace")
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("ods", "application/vnd.oasis.opendocument.spreadsheet"),
        ("json", "application/json"),
    ],
)
def test_each_file_holds_the_measures_with_licence_and_attribution(form: str, media_type: str) -> None:
    answer = Client().get(f"/catalogue/svm-2020/framework.{form}")
    assert answer.headers["Content-Type"] == media_type
    assert answer.headers["Content-Disposition"] == f'attachment; filename="svm-2020.{form}"'
    text = unpacked(answer.content)
    assert "People-hours of learning delivered under the contract" in text
    assert OGL in text
    assert "Open Government Licence v3.0" in text


def test_the_json_can_be_read_by_a_program() -> None:
    data = json.loads(Client().get("/catalogue/fx-2025.1/framework.json").content)
    assert data["format"] == "commonweal-report"
    assert {section["anchor"] for section in data["sections"]} == {"about", "items", "rules", "values", "sources"}


@pytest.fixture
def licensed(settings: Any, tmp_path: Path) -> Iterator[None]:
    """A value pack of a licensed user, as the command line imports it, with a value that is found nowhere else."""
    table = tmp_path / "values.csv"
    lines = [f"{code},{CANARY},GBP/{unit},2024-04-01" for code, unit in (("NT10", "week"), ("NT17", "hour"))]
    table.write_text("\n".join(["code,value,unit,from", *lines]) + "\n", encoding="utf-8")
    packs.import_pack(table, "Licence 2026/117", tmp_path / "packs", "national-toms")
    settings.PACKS_ROOT = tmp_path / "packs"
    selectors.forget()
    yield
    selectors.forget()


def test_a_licensed_value_is_on_no_page_and_in_no_file(licensed: None) -> None:
    [(_, _), (_, _), (own, _)] = selectors.value_packs()
    value = selectors.value_for(release_id="national-toms", code="NT10", pack=own, on=clock.today())
    assert value is not None
    assert str(value.per_unit) == CANARY  # so that there is something to be found
    starts = [
        "/catalogue/",
        "/catalogue/national-toms/",
        *(f"/catalogue/national-toms/framework.{form}" for form in ("csv", "xlsx", "ods", "json")),
        *(f"/catalogue/search/?q={words}" for words in ("NT10", "apprentice", CANARY)),
        "/catalogue/compare/?one=national-toms&other=essex-ecc",
        "/catalogue/compare.csv?one=national-toms&other=essex-ecc",
    ]
    found = crawled(starts, below="/catalogue/national-toms/")
    assert len(found) > 80
    hits = [address for address, content in found.items() if CANARY in unpacked(content).replace(f"“{CANARY}”", "")]
    assert hits == ["/catalogue/search/?q=713.377331"]  # what one typed oneself, in its own box
    assert unpacked(found[hits[0]]).count(CANARY) <= 4
    assert Client().get("/catalogue/national-toms/NT10/values.csv").status_code == 404
