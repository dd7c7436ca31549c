"""What a page can offer before anything is typed: the last period's people and facts, and approved lines of spend."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Q

from commonweal_web.contracts.models import Kpi
from commonweal_web.delivery.models import Claim, ClaimState, Decision, Return, SpendLine
from commonweal_web.delivery.returns.builders import Person, Spend, people_of
from commonweal_web.delivery.returns.dates import period_of

SENT = (ClaimState.SUBMITTED, ClaimState.ASKED, ClaimState.DECIDED)


@dataclass(frozen=True, slots=True)
class Offer:
    """What was there last time. `amount` is only told, never filled in: an amount is of its own period."""

    people: tuple[Person, ...] = ()
    spend: tuple[Spend, ...] = ()
    place: str = ""
    cohort: str = ""
    amount: Decimal | None = None
    period: str = ""


def last_claims(ret: Return) -> dict[int, Claim]:
    """Return, by KPI, the claim that was sent for the latest earlier period."""
    claims = Claim.objects.filter(ret__contract=ret.contract_id, ret__starts__lt=ret.starts, state__in=SENT)
    return {claim.kpi_id: claim for claim in claims.select_related("ret").order_by("ret__starts", "revision")}


def last_amounts(ret: Return) -> dict[int, Decimal]:
    """Return, by KPI, the amount that was sent for the latest earlier period; nils are left out."""
    return {pk: claim.amount for pk, claim in last_claims(ret).items() if not claim.nil and claim.amount is not None}


def offer_for(ret: Return, kpi: Kpi) -> Offer:
    """Return what can be filled in for a KPI: people who had not left, and spend lines that an officer approved."""
    last = last_claims(ret).get(kpi.pk)
    sound = Q(approved=True) | Q(claim__decisions__verdict=Decision.Verdict.ACCEPT)
    lines = SpendLine.objects.filter(sound, contract=ret.contract_id).distinct()
    known = sorted({(line.supplier_name, line.outcode) for line in lines})
    spend = tuple(Spend(name, 0, outcode) for name, outcode in known)
    if last is None:
        return Offer(spend=spend)
    people = tuple(
        replace(person, amount=None)
        for person in people_of(last.working)
        if not person.left or person.left >= ret.starts
    )
    return Offer(people, spend, last.place, last.cohort, last.amount, period_of(last.ret).label)
