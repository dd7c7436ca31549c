"""
Northmere's small contracts, taken over on 1 July 2026 with the KPI that each had: rows first, then what always follows.

There are so many of them that each act by its own service would let the demo start late. KPIs are written by the same
functions, promises are posted to the ledger and returns expected as for any contract; the log has one row for each.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal_web.audit import services as audit
from commonweal_web.contracts import hooks
from commonweal_web.contracts.models import Assignment, Contact, Contract, ContractSupplier, KpiState
from commonweal_web.contracts.services import kpis
from commonweal_web.demo.deals import Deal
from commonweal_web.demo.making import FRAMEWORK
from commonweal_web.demo.small_deals import SMALL
from commonweal_web.demo.stage import Act, Stage, at

TAKEN_OVER = at(2026, 7, 1, 8)


def acts() -> list[Act]:
    """Return the one act that takes all of them over."""
    return [Act(TAKEN_OVER, _take_over, "small contracts")]


def _take_over(stage: Stage, now: dt.datetime) -> None:
    for deal in SMALL:
        contract = _contract(stage, deal, now)
        _kpis(stage, deal, contract, now)
        lead = stage.person(deal.lead)
        hooks.contract_live(contract=contract, by=lead, now=now)
        audit.record(
            organisation_id=contract.authority_id,
            by=lead,
            role="SVL",
            verb="contract_taken_over",
            record=contract,
            now=now,
            new={"reference": contract.reference, "status": "live", "kpis": len(deal.promises)},
            contract_id=contract.pk,
        )


def _contract(stage: Stage, deal: Deal, now: dt.datetime) -> Contract:
    supplier, lead = stage.body(deal.supplier), stage.person(deal.lead)
    made = Contract.objects.create(
        authority=stage.body(deal.body),
        directorate=stage.directorate(deal.body, deal.directorate),
        reference=deal.reference,
        title=deal.title,
        category=deal.category,
        value_pence=deal.pounds * 100,
        starts=deal.starts,
        ends=deal.ends,
        tier=deal.tier,
        framework=FRAMEWORK,
        status="live",
        went_live_at=now,
        created_by=lead,
        created_at=now,
    )
    ContractSupplier.objects.create(contract=made, supplier=supplier, starts=made.starts)
    Assignment.objects.bulk_create(
        Assignment(contract=made, user=stage.person(key), part=part, starts=now.date(), given_by=lead)
        for part, key in deal.team.items()
    )
    person = stage.person(f"{deal.contact}@{deal.supplier}")
    Contact.objects.create(
        contract=made, supplier=supplier, name=person.name, email=person.email, user=person, starts=now.date()
    )
    return made


def _kpis(stage: Stage, deal: Deal, contract: Contract, now: dt.datetime) -> None:
    director = stage.person(deal.director)
    for promise in deal.promises:
        version = kpis.kpi_make(
            contract,
            kpis.KpiFields(
                ref=promise.ref, measure=promise.ref, deliverable=promise.words, target=Decimal(promise.target)
            ),
            on=now.date(),
        )
        version.proposed_by, version.proposed_at = stage.person(deal.proposer), now
        version.state, version.decided_by, version.decided_at = KpiState.APPROVED, director, now
        version.save()
        version.kpi.current = version
        version.kpi.save(update_fields=["current"])
        hooks.kpi_approved(version=version, previous=None, by=director, role="APP", now=now)
