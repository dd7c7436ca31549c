"""Contracts that come into being: made, staffed, their KPIs proposed and approved, and live; each by its own person."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from commonweal_web.contracts.models import Contract, KpiState, KpiVersion
from commonweal_web.contracts.services import call_offs, contacts, contracts, kpis, people, proposals
from commonweal_web.delivery.models import SpendLine
from commonweal_web.demo.deals import BIG, GROUNDS, MEALS, TREES, Deal, Promise
from commonweal_web.demo.stage import Act, Stage, at, on
from commonweal_web.organisations.models import User

FRAMEWORK = "fx-2025.1"
HEAD_START = dt.timedelta(days=21)
LEGACY = "NMC-2003-001"
WHY_LEGACY = "Let in 2003, before social value was asked for; the break of 2023 passed without change."


def acts() -> list[Act]:
    """Return the acts that make the larger contracts: three weeks, two weeks and a day before it goes live."""
    found = [Act(at(2025, 4, 2), _legacy, "legacy contract")]
    for number, deal in enumerate(BIG):
        made = on(max(deal.live - HEAD_START, dt.date(2025, 4, 1)), 9, number % 60)
        live = max(on(deal.live, 8, number % 60), made + dt.timedelta(hours=3))
        found += [
            Act(made, lambda stage, now, d=deal: _make(stage, d, now), deal.reference),
            Act(made + dt.timedelta(hours=1), lambda stage, now, d=deal: _promise(stage, d, now), deal.reference),
            Act(made + dt.timedelta(hours=2), lambda stage, now, d=deal: _approve(stage, d, now), deal.reference),
            Act(live, lambda stage, now, d=deal: _live(stage, d, now), deal.reference),
        ]
    found.append(Act(at(2026, 4, 2), _approved_suppliers, "approved suppliers"))
    found.append(Act(at(2026, 7, 2), _sent_back, "a KPI sent back"))
    found.append(Act(at(2026, 7, 6), _waiting, "a KPI that waits for its director"))
    return found


def _make(stage: Stage, deal: Deal, now: dt.datetime) -> None:
    by, lead = stage.person(deal.maker), stage.person(deal.lead)
    made = contracts.contract_create(
        authority=stage.body(deal.body),
        facts=contracts.ContractFields(
            reference=deal.reference,
            title=deal.title,
            starts=deal.starts,
            ends=deal.ends,
            directorate=stage.directorate(deal.body, deal.directorate),
            category=deal.category,
            value_pence=deal.pounds * 100,
            period_scheme=deal.scheme,
            tier=deal.tier,
            framework=deal.framework,
            framework_agreement=deal.agreement,
            criticality=deal.criticality,
            lateness_terms=deal.lateness_terms,
        ),
        suppliers=[contracts.Supplied(stage.body(deal.supplier))],
        by=by,
        now=now,
    )
    for part, key in deal.team.items():
        _assign(made, stage.person(key), part, lead, now)
    for key, deputy in ((deal.contact, False), (deal.deputy_contact, True)):
        if key:
            contact = stage.person(f"{key}@{deal.supplier}")
            contacts.contact_add(
                contract=made,
                supplier=stage.body(deal.supplier),
                name=contact.name,
                email=contact.email,
                deputy=deputy,
                by=lead,
                now=now,
            )
    if deal.under:
        under = stage.contract(deal.under)
        call_offs.call_off_set(contract=made, agreement=under, additional=False, by=lead, now=now)
    for day in deal.breaks:
        contracts.break_point_set(contract=made, on=day, kind="break", by=lead, now=now)


def _assign(contract: Contract, user: User, part: str, by: User, now: dt.datetime) -> None:
    """Give a part, unless whoever made the contract has it from that."""
    if not contract.assignments.filter(user=user, part=part).exists():
        people.person_assign(contract=contract, user=user, part=part, starts=now.date(), by=by, now=now)


def _promise(stage: Stage, deal: Deal, now: dt.datetime) -> None:
    contract, by = stage.contract(deal.reference), stage.person(deal.proposer)
    for promise in deal.promises:
        fields = kpis.KpiFields(
            ref=promise.ref,
            measure=promise.ref,
            deliverable=promise.words,
            target=Decimal(promise.target),
            profile=promise.profile,
            scalable=promise.scalable,
            by_period=promise.by_period,
            data=promise.data,
        )
        kpis.kpi_draft(contract=contract, fields=fields, by=by, now=now)
    proposals.propose(contract=contract, shown=proposals.open_versions(contract, KpiState.DRAFT), by=by, now=now)


def _one_more(stage: Stage, deal: Deal, promise: Promise, now: dt.datetime) -> None:
    """Propose one KPI more on a contract that runs."""
    contract, by = stage.contract(deal.reference), stage.person(deal.proposer)
    fields = kpis.KpiFields(
        ref=promise.ref, measure=promise.ref, deliverable=promise.words, target=Decimal(promise.target)
    )
    kpis.kpi_draft(contract=contract, fields=fields, by=by, now=now)
    proposals.propose(contract=contract, shown=proposals.open_versions(contract, KpiState.DRAFT), by=by, now=now)


def _sent_back(stage: Stage, now: dt.datetime) -> None:
    _one_more(stage, TREES, Promise("NT18", "90000", "Spend with nurseries and timber yards"), now)
    version = KpiVersion.objects.get(kpi__contract__reference=TREES.reference, state=KpiState.PROPOSED)
    reason = "Say which nurseries count as local, and what they supply today."
    proposals.send_back(version=version, reason=reason, by=stage.person(TREES.director), now=now, shown=version.version)


def _waiting(stage: Stage, now: dt.datetime) -> None:
    _one_more(stage, MEALS, Promise("NT17", "240", "Hours of cooking lessons given to community groups"), now)


def _approve(stage: Stage, deal: Deal, now: dt.datetime) -> None:
    contract = stage.contract(deal.reference)
    shown = proposals.open_versions(contract, KpiState.PROPOSED)
    proposals.approve(contract=contract, shown=shown, by=stage.person(deal.director), now=now)


def _live(stage: Stage, deal: Deal, now: dt.datetime) -> None:
    contracts.contract_go_live(contract=stage.contract(deal.reference), by=stage.person(deal.lead), now=now)


def _legacy(stage: Stage, now: dt.datetime) -> None:
    """Journey 11: thirty years from 2003, no KPIs, one break missed and one to come."""
    lead = stage.person("social.value.lead@northmere")
    made = contracts.contract_create(
        authority=stage.body("northmere"),
        facts=contracts.ContractFields(
            reference=LEGACY,
            title="Grove Rise housing partnership",
            starts=dt.date(2003, 4, 1),
            ends=dt.date(2033, 3, 31),
            directorate=stage.directorate("northmere", "Growth"),
            category="70330000",
            value_pence=21_600_000_000,
            yearly_spend_pence=720_000_000,
            period_scheme="financial_years",
            framework=FRAMEWORK,
            legacy=True,
            no_kpi_reason=WHY_LEGACY,
        ),
        suppliers=[contracts.Supplied(stage.body("halden"))],
        by=lead,
        now=now,
    )
    for part in ("owner", "deputy", "commissioner"):
        key = {"owner": "contract.manager", "deputy": "deputy.manager"}.get(part, part)
        _assign(made, stage.person(f"{key}@northmere"), part, lead, now)
    contact = stage.person("delivery.lead@halden")
    contacts.contact_add(
        contract=made, supplier=stage.body("halden"), name=contact.name, email=contact.email, by=lead, now=now
    )
    for year, outcome in ((2023, "Passed without change."), (2028, "")):
        contracts.break_point_set(
            contract=made, on=dt.date(year, 4, 1), kind="break", outcome=outcome, by=lead, now=now
        )
    contracts.contract_go_live(contract=made, by=lead, now=now)


def _approved_suppliers(stage: Stage, now: dt.datetime) -> None:
    """The local suppliers that an officer approved: they stand in Harbourside's first return already."""
    contract = stage.contract(GROUNDS.reference)
    for name, outcode in (("Tollgate Nursery Ltd", "M14"), ("Abbeyfield Tool Hire", "M21")):
        SpendLine.objects.create(contract=contract, supplier_name=name, outcode=outcode, pounds_pence=0, approved=True)
