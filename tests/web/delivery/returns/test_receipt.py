"""The receipt's hash is of everything that was sent: whatever is typed otherwise gives another hash."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from commonweal_web.core import clock
from commonweal_web.delivery.models import Claim, Receipt, Return
from commonweal_web.delivery.returns import sending
from commonweal_web.delivery.returns.canonical import canonical_text, sha256_of
from commonweal_web.delivery.returns.receipt import receipt_report
from tests.web.delivery.returns.helpers import fill_in, first_return
from tests.web.world import World

OF_A_CLAIM: dict[str, Any] = {
    "revision": 7,
    "amount": Decimal("74.999999"),
    "denominator": Decimal(3),
    "nil": True,
    "nil_reason": "Nothing this time",
    "account": "Fewer weeks than planned",
    "place": "NM4",
    "cohort": "Care leavers",
    "valid_until": dt.date(2027, 1, 1),
    "working": {"sessions": []},
    "warnings_answered": {"far_from_last": "A dry spring"},
}
OF_A_RETURN: dict[str, Any] = {
    "only_this_contract": False,
    "only_contracted": False,
    "account": "A wet spring.",
    "starts": dt.date(2026, 4, 2),
    "ends": dt.date(2026, 6, 29),
}
NOT_SENT = {"id", "version", "state", "updated_at", "updated_by"}
"""What the service notes about a claim, and nobody typed."""
BY_NAME = {"ret", "kpi", "kpi_version"}
"""They stand in the text by their reference or number."""


def hash_of(ret: Return, claims: list[Claim]) -> str:
    return sha256_of(canonical_text(ret=ret, claims=claims, number=1, received_at=clock.now()))


@pytest.fixture
def sent(world: World) -> tuple[Return, list[Claim]]:
    ret = first_return(world)
    fill_in(ret, world.people["supplier"])
    claims = Claim.objects.filter(ret=ret).select_related("kpi", "kpi_version")
    return Return.objects.select_related("contract").get(pk=ret.pk), list(claims)


def test_everything_that_is_typed_of_a_claim_changes_the_hash(sent: tuple[Return, list[Claim]]) -> None:
    ret, claims = sent
    for name, other in OF_A_CLAIM.items():
        before, kept = hash_of(ret, claims), getattr(claims[0], name)
        setattr(claims[0], name, other)
        assert hash_of(ret, claims) != before, name
        setattr(claims[0], name, kept)


def test_everything_that_is_typed_of_a_return_changes_the_hash(sent: tuple[Return, list[Claim]]) -> None:
    ret, claims = sent
    for name, other in OF_A_RETURN.items():
        before = hash_of(ret, claims)
        setattr(ret, name, other)
        assert hash_of(ret, claims) != before, name


def test_a_claim_more_or_fewer_changes_the_hash(sent: tuple[Return, list[Claim]]) -> None:
    ret, claims = sent
    assert hash_of(ret, claims[1:]) != hash_of(ret, claims)


def test_no_new_field_of_a_claim_is_forgotten() -> None:
    assert {field.name for field in Claim._meta.fields} == OF_A_CLAIM.keys() | NOT_SENT | BY_NAME


def test_the_pdf_says_what_the_hashed_text_says(world: World, signed_in: Callable[[str], Client]) -> None:
    ret, by = first_return(world), world.people["supplier"]
    fill_in(ret, by)
    sending.return_submit(ret=ret, version=None, by=by, arrived_at=clock.now(), now=clock.now())
    client, here = signed_in("supplier"), f"/contracts/{ret.contract_id}/returns/{ret.pk}/"
    assert f'href="{here}receipt.pdf"' in client.get(f"{here}receipt/").content.decode()
    answer = client.get(f"{here}receipt.pdf")
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.content)).pages)
    receipt = ret.receipts.get()
    assert receipt.sha256 in "".join(said.split())
    assert f"{ret.contract.reference}/2026-04" in said
    report = receipt_report(receipt)
    assert report.sections == receipt_report(Receipt.objects.get()).sections
    rows = {row.cells[0].value: row.cells[1].value for row in report.sections[0].blocks[1].rows}  # type: ignore[union-attr]
    assert rows["NT17"] == "75 hours"
    assert rows["NT31"].startswith("Nothing to report: ")
