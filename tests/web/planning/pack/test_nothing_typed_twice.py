"""Nothing is typed twice: one measure and its figures go from the plan through every file, and stay as they were."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from commonweal.workbooks.bid_template import read_bid_workbook
from commonweal.workbooks.raw import read_workbook
from commonweal.workbooks.return_template import read_return_workbook
from commonweal_web.planning.models import Need, Plan, PlanMeasure, PlanVersion
from commonweal_web.planning.pack import files
from commonweal_web.planning.pack.content import asked_of
from commonweal_web.planning.pack.objects import bid_terms_of, return_terms_of
from tests.web.planning.pack import makers
from tests.web.world import World

pytestmark = pytest.mark.django_db
ROUTES = {
    "pack_tender_file": tuple(files.RENDERERS),
    "pack_marking_file": tuple(files.RENDERERS),
    "pack_bid_file": files.SHEETS,
    "pack_return_file": files.SHEETS,
}


@pytest.fixture
def version(world: World) -> PlanVersion:
    return makers.lock(world, makers.plan_to_lock(world))


def taken(client: Client, version: PlanVersion) -> dict[tuple[str, str], bytes]:
    """Download every file of a version."""
    found = {}
    for route, forms in ROUTES.items():
        for form in forms:
            answer = client.get(reverse(f"planning:{route}", args=[version.plan_id, version.number, form]))
            assert answer.status_code == 200, (route, form)
            assert answer.headers["Content-Type"] == files.FORMATS[form].media_type
            found[route, form] = answer.content
    return found


def cells(path: Path, data: bytes) -> list[list[str]]:
    """Return every row of a workbook, of all sheets."""
    path.write_bytes(data)
    return [row for sheet in read_workbook(path).sheets for row in sheet.rows]


def pdf_text(data: bytes) -> str:
    return re.sub(r"\s+", " ", " ".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages))


def test_one_measure_goes_through_every_file(
    version: PlanVersion, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    client = signed_in("commissioner")
    page = client.get(reverse("planning:pack_tender", args=[version.plan_id, 1])).content.decode()
    made = taken(client, version)
    for text in (page, made["pack_tender_file", "html"].decode(), pdf_text(made["pack_tender_file", "pdf"])):
        plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))
        assert "NT10 Apprenticeship weeks" in plain
        assert "£250.00" in plain
        assert "208" in plain
        assert "Fixture framework FX-2025.1 (invented)" in plain
        assert version.sha256 in plain.replace(" ", "")
    for form in files.SHEETS:
        rows = cells(tmp_path / f"pack.{form}", made["pack_tender_file", form])
        row = next(row for row in rows if row[0] == "NT10 Apprenticeship weeks" and len(row) > 3)
        assert any(cell.startswith("208") for cell in row), row
        assert any(cell in ("250", "250.00", "250.0") for cell in row), row


def test_the_bid_workbook_says_the_same_and_reads_back(
    version: PlanVersion, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    made = taken(signed_in("procurement"), version)
    for form in files.SHEETS:
        path = tmp_path / f"bid.{form}"
        rows = cells(path, made["pack_bid_file", form])
        assert ["Plan", "NMC-2026-P14"] in [row[:2] for row in rows]
        assert ["Plan version", "1"] in [row[:2] for row in rows]
        assert ["SHA-256 of the version", version.sha256] in [row[:2] for row in rows]
        assert ["Weight of social value", "20\u00a0% = 10\u00a0% quantities + 10\u00a0% quality"] in [
            row[:2] for row in rows
        ]
        row = next(row for row in rows if row[0] == "NT10" and row[1] == "Apprenticeship weeks")
        assert row[2] == "week"
        assert "Value per unit: £250.00 per week" in row[-1]
        assert "Expected over the whole contract: 208 weeks" in row[-1]
        assert "Evidence: Proof of NT10" in row[-1]
        read = read_bid_workbook(path, bid_terms_of(asked_of(version)))
        assert [problem.code for problem in read.problems] == ["missing_value"]  # the bidder's name is still blank


def test_the_return_template_says_the_same_and_reads_back(
    version: PlanVersion, signed_in: Callable[[str], Client], tmp_path: Path
) -> None:
    made = taken(signed_in("auditor"), version)
    path = tmp_path / "return.xlsx"
    rows = cells(path, made["pack_return_file", "xlsx"])
    assert ["SHA-256 of the version", version.sha256] in [row[:2] for row in rows]
    row = next(row for row in rows if row[:2] == ["NT10", "Apprenticeship weeks"])
    assert row[2:4] == ["week", "13"]  # 208 weeks over sixteen quarters
    assert "Value per unit: £250.00 per week" in row[-1]
    assert "Expected over the whole contract: 208 weeks" in row[-1]
    read = read_return_workbook(path, return_terms_of(asked_of(version)))
    assert {problem.code for problem in read.problems} == {"missing_value", "no_answer"}


def test_a_changed_plan_changes_no_byte(version: PlanVersion, signed_in: Callable[[str], Client]) -> None:
    client = signed_in("commissioner")
    before = taken(client, version)
    PlanMeasure.objects.filter(plan=version.plan, ref="NT10").update(
        target=Decimal(999), value_per_unit=Decimal(1), deliverable="Something else"
    )
    Plan.objects.filter(pk=version.plan_id).update(title="Another title", weight=Decimal(1), place="")
    Need.objects.update(title="Another need")
    assert taken(client, version) == before


def test_the_marking_scheme_has_the_same_weights(version: PlanVersion, signed_in: Callable[[str], Client]) -> None:
    page = signed_in("lead").get(reverse("planning:pack_marking", args=[version.plan_id, 1])).content.decode()
    assert "of 2.5 points" in page
    assert "How will you deliver in an emergency?" in page
