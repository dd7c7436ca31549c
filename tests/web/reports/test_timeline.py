"""Timelines: everything for the council's side, what concerns it for the supplier, nothing of anybody else."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import models, transaction

from commonweal_web.audit import services as audit
from commonweal_web.contracts.models import Change, Contract
from commonweal_web.evidence.models import EvidenceItem, StoredFile
from commonweal_web.reports import verbs
from tests.web.reports.first_return import first_return
from tests.web.world import NOON, World


def event(world: World, made: Contract, verb: str, record: Any, *, by: str = "manager", **more: Any) -> None:
    with transaction.atomic():
        audit.record(
            organisation_id=made.authority_id,
            by=world.people[by],
            role="CM",
            verb=verb,
            record=record,
            now=NOON,
            contract_id=made.pk,
            **more,
        )


@pytest.fixture
def told(world: World) -> dict[str, models.Model]:
    """A contract on which something happened to each kind of record."""
    grounds = world.contracts["grounds"]
    ret = first_return(world)
    claim = ret.claims.get(kpi__ref="NT17")
    kpi = grounds.kpis.get(ref="NT17")
    change = Change.objects.create(
        contract=grounds, title="More", reason="r", effective=dt.date(2028, 4, 1),
        proposed_by=world.people["commissioner"], proposed_at=NOON,
    )  # fmt: skip
    stored = StoredFile.objects.create(sha256="a" * 64, size=1, media_type="text/plain", scan="clean", stored_at=NOON)
    item = EvidenceItem.objects.create(
        contract=grounds, supplier=world.bodies["harbourside"], file=stored, name="payroll.csv",
        uploaded_by=world.people["supplier"], uploaded_at=NOON,
    )  # fmt: skip
    event(world, grounds, "return.submitted", ret, by="supplier", new={"receipt": "abc"})
    event(world, grounds, "claim.decided", claim, reason="Fifteen hours wait", new={"verdict": "part"})
    event(world, grounds, "kpi_approved", kpi.current, old={"state": "proposed"}, new={"state": "approved"})
    event(world, grounds, "change_checked", change, reason="Internal advice of the lawyers")
    event(world, grounds, "evidence_added", item, by="supplier")
    event(world, grounds, "conflict_declared", ("contracts.conflict", 1, "Vera Lund"), reason="Was on its board")
    event(world, grounds, "double.flagged", claim, new={"mark": "secret-mark", "other": 77, "kind": "person"})
    event(world, world.contracts["library"], "claim.decided", ("delivery.claim", claim.pk, "x"), reason="of Eastholt")
    return {"returns": ret, "claims": claim, "kpis": kpi, "changes": change, "evidence": item}


def text(signed_in: object, key: str, url: str, status: int = 200) -> str:
    answer = signed_in(key).get(url)  # type: ignore[operator]
    assert answer.status_code == status, f"{key} {url}: {answer.status_code}"
    return answer.content.decode()


def test_the_council_sees_everything_of_its_contract(
    world: World, told: dict[str, models.Model], signed_in: object
) -> None:
    found = text(signed_in, "manager", f"/contracts/{world.contracts['grounds'].pk}/timeline/")
    for words in ("Return submitted", "Claim decided", "KPI approved", "Internal advice", "Was on its board"):
        assert words in found
    assert "contract manager" in found
    assert "State: approved (was proposed)" in found
    assert "of Eastholt" not in found
    assert "secret-mark" not in found, "the mark leads to another council's claim"


def test_the_supplier_sees_what_concerns_it(world: World, told: dict[str, models.Model], signed_in: object) -> None:
    found = text(signed_in, "supplier", f"/contracts/{world.contracts['grounds'].pk}/timeline/")
    for words in ("Return submitted", "Claim decided", "Fifteen hours wait", "KPI approved", "Evidence added"):
        assert words in found
    for words in ("Internal advice", "Was on its board", "Double flagged", "secret-mark", "of Eastholt"):
        assert words not in found


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("returns", "Claim decided"),
        ("claims", "Claim decided"),
        ("kpis", "KPI approved"),
        ("changes", "Change checked"),
        ("evidence", "Evidence added"),
    ],
)
def test_each_record_has_its_timeline(
    world: World, told: dict[str, models.Model], signed_in: object, kind: str, words: str
) -> None:
    where = f"/contracts/{world.contracts['grounds'].pk}/{kind}/{told[kind].pk}/timeline/"
    assert words in text(signed_in, "manager", where)
    text(signed_in, "eastholt manager", where, 404)
    text(signed_in, "brightwell supplier", where, 404)
    elsewhere = f"/contracts/{world.contracts['library'].pk}/{kind}/{told[kind].pk}/timeline/"
    text(signed_in, "eastholt manager", elsewhere, 404)


def test_a_draft_claim_has_no_timeline_yet(world: World, told: dict[str, models.Model], signed_in: object) -> None:
    claim = told["claims"]
    type(claim)._default_manager.filter(pk=claim.pk).update(state="draft")
    text(signed_in, "manager", f"/contracts/{world.contracts['grounds'].pk}/claims/{claim.pk}/timeline/", 404)


@pytest.mark.parametrize(
    ("verb", "words"),
    [
        ("kpi_send_back", "KPI sent back"),
        ("kpi_approve", "KPI approved"),
        ("return.submitted", "Return submitted"),
        ("person_assigned", "Person assigned"),
    ],
)
def test_acts_in_words(verb: str, words: str) -> None:
    assert verbs.in_words(verb) == words


@pytest.mark.parametrize(
    "verb",
    ["conflict_declared", "no_conflict_declared", "person_assigned", "double.split", "sample.drawn", "kpi_drafted",
     "kpi_send_back", "kpi_withdraw", "change_checked", "delegation.given", "something_new"],
)  # fmt: skip
def test_what_is_not_named_is_hidden_from_suppliers(verb: str) -> None:
    assert not verbs.for_supplier(verb)
