"""The queue of claims that somebody may check, ordered by age, money and risk."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Q

from commonweal_web.contracts.models import Contract, KpiTarget
from commonweal_web.delivery.models import Claim, ClaimState, DoubleFlag, Movement
from commonweal_web.delivery.verification import flags as flagging
from commonweal_web.delivery.verification.flags import Facts, Flag
from commonweal_web.evidence.selectors import may_rest_on
from commonweal_web.organisations.policies import Permission

ZERO = Decimal(0)
WAITING = (ClaimState.SUBMITTED, ClaimState.ASKED)


@dataclass(frozen=True, slots=True)
class Row:
    """A claim in the queue, with what its order rests on."""

    claim: Claim
    days: int
    pence: int
    amount: Decimal
    flags: Sequence[Flag]
    points: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a filter asks for; empty parts ask for nothing."""

    contract: int | None = None
    measure: str = ""
    older_than: int | None = None
    least_pence: int | None = None
    flag: str = ""


def waiting(user: Any, *, today: dt.date, wanted: Wanted | None = None) -> list[Row]:
    """Return the claims that wait for `user` to check, the most pressing first."""
    contracts = Contract.objects.allowing(user, Permission.CLAIM_VERIFY)
    claims = Claim.objects.filter(state__in=WAITING, ret__contract__in=contracts)
    rows = rows_of(claims, today)
    return [row for row in rows if fits(row, wanted or Wanted())]


def rows_of(claims: Any, today: dt.date) -> list[Row]:
    """Return queue rows of these claims, in order."""
    found = list(
        claims.select_related("ret__contract__authority", "kpi__current", "kpi_version")
        .prefetch_related("evidence_links__item__file", "confirmations", "place_tests")
        .order_by("pk")
    )
    standing, disputed = _open_amounts(found)
    gathered = facts_of(found, disputed)
    rows = [_row(facts, standing[facts.claim.pk], today) for facts in gathered]
    return sorted(rows, key=lambda row: (-row.points, row.claim.pk))


def following(user: Any, claim: Claim, *, today: dt.date) -> Claim | None:
    """Return the claim to check after this one, without going back to the queue."""
    ids = [row.claim for row in waiting(user, today=today)]
    position = next((i for i, one in enumerate(ids) if one.pk == claim.pk), -1)
    later = ids[position + 1 :] or [one for one in ids if one.pk != claim.pk]
    return later[0] if later else None


def facts_of(claims: Sequence[Claim], disputed: dict[int, Decimal] | None = None) -> list[Facts]:
    """Gather what the flags need for all of these claims at once."""
    last, targets = _last_amounts(claims), _targets(claims)
    open_flags = DoubleFlag.objects.filter(claim__in=claims, state=DoubleFlag.State.OPEN)
    doubles: dict[int, int] = defaultdict(int)
    for claim_id in open_flags.values_list("claim_id", flat=True):
        doubles[claim_id] += 1
    return [_facts(claim, last, targets, doubles, disputed or {}) for claim in claims]


def _facts(claim: Claim, last: Any, targets: Any, doubles: dict[int, int], disputed: dict[int, Decimal]) -> Facts:
    items = [link.item for link in claim.evidence_links.all() if link.item.withdrawn_at is None]
    answers = [c.state for c in claim.confirmations.all() if c.state != "asked"]
    tests = list(claim.place_tests.all())
    version = claim.kpi_version or claim.kpi.current
    return Facts(
        claim=claim,
        last=last.get((claim.kpi_id, claim.ret.starts)),
        target=targets.get((version.pk if version else 0, claim.ret.starts)),
        evidence=len(items),
        usable=sum(may_rest_on(item) for item in items),
        doubles=doubles[claim.pk],
        outside=sum(test.inside is False for test in tests),
        unknown_place=sum(test.inside is None for test in tests),
        beneficiary=answers[-1] if answers else "",
        disputed=disputed.get(claim.pk, ZERO),
    )


def _open_amounts(claims: Sequence[Claim]) -> tuple[dict[int, tuple[Decimal, int]], dict[int, Decimal]]:
    """Return what is pending (amount, pence), and what is disputed, of each claim."""
    pending: dict[int, tuple[Decimal, int]] = defaultdict(lambda: (ZERO, 0))
    disputed: dict[int, Decimal] = defaultdict(Decimal)
    moved = Movement.objects.filter(claim__in=claims).filter(
        Q(source__in=["pending", "disputed"]) | Q(target__in=["pending", "disputed"])
    )
    for claim_id, source, target, amount, pence in moved.values_list("claim", "source", "target", "amount", "pence"):
        for account, sign in ((source, -1), (target, 1)):
            if account == "pending":
                held, worth = pending[claim_id]
                pending[claim_id] = (held + sign * amount, worth + sign * (pence or 0))
            elif account == "disputed":
                disputed[claim_id] += sign * amount
    return pending, disputed


def _last_amounts(claims: Sequence[Claim]) -> dict[tuple[int, dt.date], Decimal]:
    """Return what was claimed under each KPI in the period before each claim's."""
    kpis = {claim.kpi_id for claim in claims}
    earlier: dict[int, list[tuple[dt.date, Decimal]]] = defaultdict(list)
    counted = Claim.objects.filter(kpi__in=kpis, nil=False, amount__isnull=False).exclude(
        state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN]
    )
    for kpi_id, starts, amount in counted.values_list("kpi", "ret__starts", "amount").order_by("ret__starts", "pk"):
        earlier[kpi_id].append((starts, amount or ZERO))
    found = {}
    for claim in claims:
        before = [amount for starts, amount in earlier[claim.kpi_id] if starts < claim.ret.starts]
        if before:
            found[(claim.kpi_id, claim.ret.starts)] = before[-1]
    return found


def _targets(claims: Sequence[Claim]) -> dict[tuple[int, dt.date], Decimal]:
    versions = {version.pk for claim in claims if (version := claim.kpi_version or claim.kpi.current)}
    rows = KpiTarget.objects.filter(kpi_version__in=versions).values_list("kpi_version", "starts", "amount")
    return {(version, starts): amount for version, starts, amount in rows}


def _row(facts: Facts, standing: tuple[Decimal, int], today: dt.date) -> Row:
    received = facts.claim.ret.received_at
    days = max((today - received.date()).days, 0) if received else 0
    amount, pence = standing
    return Row(
        facts.claim, days, pence, amount, flagging.of(facts), flagging.points(facts, days=days, pence=pence), facts
    )


def fits(row: Row, wanted: Wanted) -> bool:
    version = row.claim.kpi_version or row.claim.kpi.current
    return (
        (wanted.contract is None or row.claim.ret.contract_id == wanted.contract)
        and (not wanted.measure or (version is not None and version.measure == wanted.measure))
        and (wanted.older_than is None or row.days >= wanted.older_than)
        and (wanted.least_pence is None or row.pence >= wanted.least_pence)
        and (not wanted.flag or wanted.flag in {flag.code for flag in row.flags})
    )


def choices(rows: Iterable[Row]) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    """Return the contracts and measures that stand in the queue, for its filter."""
    contracts = {str(r.claim.ret.contract_id): r.claim.ret.contract.reference for r in rows}
    measures = {v.measure for r in rows if (v := r.claim.kpi_version or r.claim.kpi.current)}
    return sorted(contracts.items(), key=lambda pair: pair[1]), [(m, m) for m in sorted(measures)]
