"""
One person, or one invoice line, claimed twice: refused within a contract, flagged on both sides across contracts.

People are compared by tokens that lead to no name. Neither side learns more than that another claim of the same
period has the same token: not the other contract, not its supplier, not its evidence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from commonweal import errors
from commonweal import ledger as engine
from commonweal.quantities import plain
from commonweal_web.audit.services import record
from commonweal_web.contracts.doors import allow
from commonweal_web.contracts.models import Contract, Kpi
from commonweal_web.core.errors import Invalid, Refused
from commonweal_web.delivery import ledger
from commonweal_web.delivery.models import Claim, ClaimPerson, ClaimState, DoubleFlag, SpendLine
from commonweal_web.evidence.tokens import short
from commonweal_web.organisations import selectors
from commonweal_web.organisations.policies import Permission

ZERO, HUNDRED = Decimal(0), Decimal(100)
COUNTED = (ClaimState.SUBMITTED, ClaimState.ASKED, ClaimState.DECIDED)
State = DoubleFlag.State


def refuse_repeats(claims: Sequence[Claim]) -> None:
    """
    Refuse a person who stands twice under one measure of the contract and period, or in two measures of which a
    person may count in one only.

    :raises Invalid: with the rule's wording
    """
    said: list[str] = []
    for claim in claims:
        for person in claim.people.filter(live=True):
            said += _same_measure(claim, person) + _two_groups(claim, person)
    if said:
        raise Invalid({"": list(dict.fromkeys(said))})


def _others(claim: Claim, person: ClaimPerson) -> Iterable[ClaimPerson]:
    found = ClaimPerson.objects.filter(
        live=True, token=person.token, period_starts=person.period_starts, claim__ret__contract=claim.ret.contract_id
    )
    return found.exclude(claim=claim).exclude(claim__state=ClaimState.WITHDRAWN).select_related("claim__kpi__current")


def _same_measure(claim: Claim, person: ClaimPerson) -> list[str]:
    twice = [o for o in _others(claim, person) if o.measure == person.measure and o.claim.kpi_id != claim.kpi_id]
    return [
        f"{claim.kpi.ref}: person {short(person.token)} is claimed under {person.measure} in {o.claim.kpi.ref} "
        f"already. A person counts once for a measure and period."
        for o in twice
    ]


def _two_groups(claim: Claim, person: ClaimPerson) -> list[str]:
    """Two disadvantage groups on the KPIs say that a person may stand in one of them only."""
    mine = claim.kpi.current.cohort if claim.kpi.current else ""
    found = []
    for other in _others(claim, person):
        theirs = other.claim.kpi.current.cohort if other.claim.kpi.current else ""
        if mine and theirs and mine != theirs:
            found.append(
                f"{claim.kpi.ref}: person {short(person.token)} is counted in {person.measure} and in {other.measure}; "
                f"a person may stand in one of them only. Keep the person in one of the two."
            )
    return found


def flag(*, claims: Sequence[Claim], now: dt.datetime) -> list[DoubleFlag]:
    """Mark what these claims share with claims of other contracts, on both sides; call it when they are sent."""
    found: list[DoubleFlag] = []
    for claim in claims:
        for kind, mark, other in [*_people_twice(claim), *_invoices_twice(claim)]:
            for one, two in ((claim, other), (other, claim)):
                row, _ = DoubleFlag.objects.get_or_create(
                    mark=mark, claim=one, other=two, defaults={"kind": kind, "found_at": now}
                )
                found.append(row)
    return found


def _people_twice(claim: Claim) -> Iterable[tuple[str, str, Claim]]:
    if not claim.ret.contract.authority.token_sharing:
        return
    for person in claim.people.filter(live=True).exclude(shared_token=""):
        again = (
            ClaimPerson.objects.filter(
                live=True, shared_token=person.shared_token, claim__ret__starts__lte=claim.ret.ends
            )
            .filter(claim__ret__ends__gte=claim.ret.starts, claim__state__in=COUNTED)
            .exclude(claim__ret__contract=claim.ret.contract_id)
            .select_related("claim__ret")
        )
        for other in again:
            if _counts_the_same(person, other):
                yield "person", person.shared_token, other.claim


def _counts_the_same(one: ClaimPerson, other: ClaimPerson) -> bool:
    return one.measure.rpartition("/")[2] == other.measure.rpartition("/")[2]


def _invoices_twice(claim: Claim) -> Iterable[tuple[str, str, Claim]]:
    for line in claim.spend_lines.exclude(invoice_mark=""):
        again = SpendLine.objects.filter(invoice_mark=line.invoice_mark, claim__state__in=COUNTED)
        for other in again.exclude(contract=claim.ret.contract_id).select_related("claim"):
            if other.claim is not None:
                yield "invoice", line.invoice_mark, other.claim


def name_of(flag_row: DoubleFlag) -> str:
    """Return what a flag is about, as its own side knows it. The mark by which sides are compared is never shown."""
    if flag_row.kind != "person":
        return "An invoice line"
    person = flag_row.claim.people.filter(shared_token=flag_row.mark).first()
    return f"Person {short(person.token)}" if person else "A person"


def doubtful(claim: Claim) -> Decimal:
    """Return how much of a claim cannot be accepted while it may be, or is, counted elsewhere."""
    rows = claim.double_flags.filter(state__in=[State.OPEN, State.UPHELD])
    marks = {row.mark: row.kind for row in rows}
    people = claim.people.filter(live=True, shared_token__in=[m for m, kind in marks.items() if kind == "person"])
    lines = claim.spend_lines.filter(invoice_mark__in=[m for m, kind in marks.items() if kind == "invoice"])
    return sum((p.amount or ZERO for p in people), ZERO) + sum((Decimal(s.pounds_pence) / 100 for s in lines), ZERO)


def require_not_doubtful(claim: Claim, verified: Decimal) -> None:
    """
    Refuse to verify what may be counted twice.

    :raises Refused: saying how much can be accepted now
    """
    held_back = doubtful(claim)
    left = max((claim.amount or ZERO) - held_back, ZERO)
    if held_back and verified > left:
        raise Refused(
            f"{plain(held_back)} of this claim may be claimed elsewhere too, so at most {plain(left)} can be accepted "
            f"until the supplier has divided it or the social value lead has decided.",
            code="doubtful",
            field="accepted",
        )


@transaction.atomic
def person_split(*, claim: Claim, mark: str, shares: Mapping[int, Decimal], by: Any, now: dt.datetime) -> list[Claim]:
    """
    Divide one person between the claims that name them, by per cent of the hours (claim id -> share). What belongs to
    the other claim is withdrawn from each, so that the parts together make the person once.

    :raises Invalid: if a share is not above zero, or together they pass 100 %
    """
    flags = DoubleFlag.objects.filter(mark=mark, kind="person").filter(Q(claim=claim) | Q(other=claim))
    ids = {pk for flag_row in flags for pk in (flag_row.claim_id, flag_row.other_id)}
    if not ids or set(shares) != ids:
        raise Refused("Give a share for each of the claims that name this person.", code="shares")
    contract_ids = Claim.objects.filter(pk__in=ids).values_list("ret__contract_id", flat=True)
    list(Contract.objects.select_for_update().filter(pk__in=list(contract_ids)).order_by("pk"))
    kpi_ids = Claim.objects.filter(pk__in=ids).values_list("kpi_id", flat=True)
    list(Kpi.objects.select_for_update().filter(pk__in=list(kpi_ids)).order_by("pk"))
    claims = list(
        Claim.objects.select_for_update(of=("self",))
        .filter(pk__in=ids)
        .select_related("kpi__contract", "kpi_version__kpi", "ret__contract__authority")
        .order_by("pk")
    )
    for one in claims:
        allow(by, Permission.RETURN_SUBMIT, one.ret.contract)
    _attributed(claims, mark, shares)
    role = min(selectors.roles_of(by, Permission.RETURN_SUBMIT), default="")
    for one in claims:
        _give_up(one, mark, shares[one.pk], by, role, now)
        one.double_flags.filter(mark=mark).update(state=State.SPLIT, decided_by=by, decided_at=now)
        _log(one, "double.split", by, role, now, {"share": shares[one.pk]})
    return claims


def _attributed(claims: Sequence[Claim], mark: str, shares: Mapping[int, Decimal]) -> list[engine.Movement]:
    """Let the engine divide the largest of the amounts: it refuses shares that pass 100 %."""
    amounts = [p.amount or ZERO for p in ClaimPerson.objects.filter(claim__in=claims, shared_token=mark, live=True)]
    slot = engine.Slot("", "")
    whole = engine.Movement("whole", slot, engine.Account.OUTSIDE, engine.Account.PENDING, max(amounts, default=ZERO))
    try:
        return engine.attribute(whole, [(str(c.pk), slot, shares[c.pk]) for c in claims])
    except errors.BadSplit as error:
        raise Invalid({"shares": [error.message]}) from error


def _give_up(claim: Claim, mark: str, share: Decimal, by: Any, role: str, now: dt.datetime) -> None:
    for person in claim.people.filter(shared_token=mark, live=True):
        elsewhere = (person.amount or ZERO) * (HUNDRED - share) / HUNDRED
        person.share = share
        person.save(update_fields=["share"])
        if elsewhere:
            ledger.decide(
                claim=claim,
                moves=[(engine.Account.PENDING, engine.Account.WITHDRAWN, elsewhere.quantize(Decimal("0.000001")))],
                decision=None,
                by=by,
                role=role,
                now=now,
                reason=f"Divided by hours: {plain(share)} per cent of this person belongs to this contract.",
            )
    claim.touch()
    claim.save(update_fields=["version"])


@transaction.atomic
def flag_decide(*, flag_row: DoubleFlag, state: str, reason: str, by: Any, now: dt.datetime) -> DoubleFlag:
    """
    Decide a possible double claim for the own side: not the same, or claimed twice.

    :raises Refused: if it was decided before
    """
    Contract.objects.select_for_update().get(pk=flag_row.claim.ret.contract_id)
    claim = (
        Claim.objects.select_for_update(of=("self",)).select_related("ret__contract", "kpi").get(pk=flag_row.claim_id)
    )
    allow(by, Permission.DOUBLE_CLAIM_DECIDE, claim.ret.contract)
    found = DoubleFlag.objects.select_for_update().get(pk=flag_row.pk)
    if found.state != State.OPEN:
        raise Refused(f"This was decided before: {found.get_state_display()}.", code="decided")
    if state not in (State.CLEARED, State.UPHELD):
        raise Invalid({"state": ["Choose what you decide."]})
    if not reason.strip():
        raise Invalid({"reason": ["Say what your decision rests on."]})
    found.state, found.reason, found.decided_by, found.decided_at = state, reason.strip(), by, now
    found.save(update_fields=["state", "reason", "decided_by", "decided_at"])
    role = min(selectors.roles_of(by, Permission.DOUBLE_CLAIM_DECIDE), default="")
    _log(claim, f"double.{state}", by, role, now, {"flag": found.pk}, reason)
    return found


def _log(claim: Claim, verb: str, by: Any, role: str, now: dt.datetime, new: dict[str, Any], reason: str = "") -> None:
    record(
        organisation_id=claim.ret.contract.authority_id,
        by=by,
        role=role,
        verb=verb,
        record=(claim._meta.label_lower, claim.pk, f"{claim.kpi} {claim.ret.starts:%Y-%m-%d}"),
        contract_id=claim.ret.contract_id,
        new=new,
        reason=reason,
        now=now,
    )
