"""A return as the engine knows it: its contract, KPIs, targets and claims. Loads rows; computes nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

from commonweal import errors
from commonweal import portfolio as facts
from commonweal.catalogue import Card, Measure, load_catalogue
from commonweal_web.contracts.models import Contract, Kpi, KpiTarget, KpiVersion
from commonweal_web.delivery.models import Claim, Return
from commonweal_web.delivery.returns.dates import london_day, period_of


def kpis_of(ret: Return) -> list[Kpi]:
    """Return the KPIs that a return asks about: approved, and not retired before its period."""
    found = Kpi.objects.filter(contract=ret.contract_id, current__isnull=False).select_related("current", "contract")
    return [kpi for kpi in found.order_by("pk") if not kpi.retired_on or kpi.retired_on >= ret.starts]


def due_in(ret: Return, kpis: Sequence[Kpi]) -> dict[int, Decimal]:
    """Return what each KPI owes in the return's period, by its id; one that owes nothing is left out.

    A milestone is owed in the period that holds its last day.
    """
    found: dict[int, Decimal] = {}
    by_version = {kpi.current_id: kpi for kpi in kpis}
    for target in KpiTarget.objects.filter(kpi_version__in=by_version.keys()).order_by("starts"):
        kpi = by_version[target.kpi_version_id]
        milestone = kpi.current is not None and kpi.current.profile == facts.Profile.MILESTONES
        day = target.ends if milestone else target.starts
        if ret.starts <= day <= ret.ends and target.amount:
            found[kpi.pk] = found.get(kpi.pk, Decimal(0)) + target.amount
    return found


def measure_of(contract: Contract, version: KpiVersion) -> Measure | None:
    """Return the catalogue's measure of a KPI, or None where it is a local one or its release is not loaded."""
    try:
        return load_catalogue().measure(version.measure, framework=contract.framework or None)
    except errors.UnknownCode:
        return None


def card_of(contract: Contract, version: KpiVersion) -> Card:
    """Return the definition card of a KPI's measure, empty where there is none."""
    measure = measure_of(contract, version)
    return measure.card if measure else Card()


def contract_facts(contract: Contract) -> facts.Contract:
    """Return a contract as the engine knows it."""
    return facts.Contract(
        ref=contract.reference,
        title=contract.title,
        body=contract.authority.name,
        value=None if contract.value_pence is None else Decimal(contract.value_pence) / 100,
        start=contract.starts,
        end=contract.ends,
        period_scheme=facts.PeriodScheme(contract.period_scheme),
        due_days=contract.due_days,
        lock_days=contract.lock_days,
        division=contract.division,
        place=contract.place,
        framework=contract.framework,
        value_pack=contract.value_pack,
    )


def kpi_facts(kpi: Kpi, version: KpiVersion) -> facts.Kpi:
    """Return what a version of a KPI says, as the engine knows it."""
    return facts.Kpi(
        contract=kpi.contract.reference,
        ref=kpi.ref,
        measure=version.measure,
        deliverable=version.deliverable,
        unit=version.unit,
        kind=facts.Kind(version.kind),
        target=version.target,
        profile=facts.Profile(version.profile),
        over_time=facts.Aggregation(version.over_time),
        over_contracts=facts.Aggregation(version.over_contracts),
        better=version.better,
        value_per_unit=version.value_per_unit,
        value_series=version.value_series,
        value_source=version.value_source,
        value_on=version.value_on,
        adjustments=tuple((name, Decimal(str(kept))) for name, kept in version.adjustments),
        evidence_rule=version.evidence_rule,
        place=version.place,
        cohort=version.cohort,
        value_licensed=version.value_licensed,
    )


def claim_facts(claim: Claim, received: dt.datetime | None) -> facts.Claim:
    """Return a claim as the engine knows it; people are their tokens."""
    ret = claim.ret
    return facts.Claim(
        ref=f"{ret.starts}/{claim.kpi.ref}/{claim.revision}",
        contract=ret.contract.reference,
        kpi=claim.kpi.ref,
        period=period_of(ret),
        received=london_day(received) if received else None,
        amount=claim.amount if claim.amount is not None else Decimal(0),
        denominator=claim.denominator,
        nil=claim.nil,
        reason=claim.nil_reason,
        place=claim.place,
        cohort=claim.cohort,
        persons=tuple(person.token for person in claim.people.all() if person.live),
        valid_until=claim.valid_until,
    )


def portfolio_of(ret: Return, claims: Iterable[Claim], received: dt.datetime | None) -> facts.Portfolio:
    """Return the return with its contract and KPIs as one portfolio for the engine's checks."""
    kpis = {claim.kpi_id: claim.kpi for claim in claims}
    return facts.Portfolio(
        contracts=[contract_facts(ret.contract)],
        kpis=[kpi_facts(kpi, kpi.current) for kpi in kpis.values() if kpi.current],
        claims=[claim_facts(claim, received) for claim in claims],
    )
