"""What the page of one claim shows."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse

from commonweal.fte import FTE_YEAR
from commonweal.ledger import Account, Balance
from commonweal.periods import Period
from commonweal.quantities import plain
from commonweal.reporting.wording import amount as in_words
from commonweal_web.contracts.models import Contract, KpiTarget
from commonweal_web.core.tables import Cell, Column, Table
from commonweal_web.core.templatetags.worth import pounds
from commonweal_web.delivery import doubles, ledger
from commonweal_web.delivery.models import Claim, ClaimState, DoubleFlag, Movement
from commonweal_web.delivery.returns import builders
from commonweal_web.delivery.verification import evidence
from commonweal_web.evidence.selectors import may_rest_on, scan_words
from commonweal_web.evidence.tokens import short
from commonweal_web.organisations.policies import Permission

ORDER = (Account.PENDING, Account.VERIFIED, Account.REJECTED, Account.DISPUTED, Account.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Item:
    """A file that a claim rests on, as it is listed."""

    name: str
    href: str
    scan: str
    usable: bool
    sha256: str
    given_by: str


def may(user: Any, permission: Permission, contract: Contract) -> bool:
    return Contract.objects.filter(pk=contract.pk).allowing(user, permission).exists()


def evidence_list(claim: Claim) -> list[Item]:
    """Return the evidence of a claim."""
    return [
        Item(
            name=item.name,
            href=reverse("evidence:item", args=[item.pk]),
            scan=scan_words(item),
            usable=may_rest_on(item),
            sha256=item.file.sha256,
            given_by=item.uploaded_by.name,
        )
        for item in evidence.items(claim)
    ]


def standing_table(claim: Claim, held: dict[Account, Balance]) -> Table:
    """Return what became of the claim, states in their order, with the row that reconciles them."""
    version = claim.kpi_version or claim.kpi.current
    unit, priced = (version.unit if version else ""), bool(version and version.value_per_unit is not None)
    columns = [Column("State"), Column("Amount", numeric=True, unit=unit)]
    rows = []
    for account in ORDER:
        if held[account] != ledger.ledger.EMPTY or account in (Account.PENDING, Account.VERIFIED):
            row = [Cell(state=account.value), Cell(plain(held[account].amount))]
            rows.append([*row, Cell(pounds(held[account].pence))] if priced else row)
    whole = sum(held.values(), ledger.ledger.EMPTY)
    total = [Cell("Claimed"), Cell(plain(whole.amount))]
    if priced:
        columns.append(Column("Worth", numeric=True))
        total.append(Cell(pounds(whole.pence)))
    return Table("What became of it", columns, rows, total=total)


def promise_rows(claim: Claim) -> list[tuple[str, str]]:
    """Return what the KPI promises, in words."""
    version = claim.kpi_version or claim.kpi.current
    if version is None:
        return []
    target = KpiTarget.objects.filter(kpi_version=version, starts=claim.ret.starts).first()
    rows = [("Deliverable", version.deliverable)]
    rows.append(("Due in this period", in_words(target.amount, version.unit) if target else "Nothing is due yet"))
    if version.target is not None:
        rows.append(("Promised over the whole contract", in_words(version.target, version.unit)))
    rows.append(("Evidence rule", version.evidence_rule or "None is set"))
    rows.append(("Place", version.place or claim.ret.contract.place or "None is set"))
    return rows


def last_period(claim: Claim) -> str:
    """Return what was claimed and verified under the same KPI in the period before."""
    earlier = Claim.objects.filter(kpi=claim.kpi_id, ret__starts__lt=claim.ret.starts).exclude(
        state__in=[ClaimState.DRAFT, ClaimState.WITHDRAWN]
    )
    last = earlier.select_related("ret", "kpi", "kpi_version").order_by("-ret__starts", "-revision").first()
    if last is None:
        return "This is the first claim under this KPI."
    period = Period(last.ret.starts, last.ret.ends).label
    if last.nil:
        return f"{period}: nil declared ({last.nil_reason})."
    verified = ledger.held(claim=last, account=Account.VERIFIED)
    version = last.kpi_version or claim.kpi.current
    unit = version.unit if version else ""
    return f"{period}: {in_words(last.amount or Decimal(0), unit)} claimed, {in_words(verified.amount, unit)} verified."


def place_rows(claim: Claim) -> Table:
    """Return the answers of the place test."""
    words = {True: "Inside", False: "Outside", None: "The list cannot tell"}
    rows = [
        [
            Cell(test.outcode),
            Cell(words[test.inside], hint=test.boundary_version),
            Cell(plain(test.amount or Decimal(0))),
        ]
        for test in claim.place_tests.order_by("outcode", "-pk")
    ]
    first = claim.place_tests.first()
    return Table(
        f"Place check: {first.place}" if first else "Place check",
        [Column("Postcode district"), Column("Answer"), Column("Amount", numeric=True)],
        rows,
        empty="No postcodes were given with this claim, or the contract names no place.",
    )


def double_words(claim: Claim) -> list[tuple[DoubleFlag, str]]:
    """Return each flag of a double claim in words that tell nothing of the other side but that there is one."""
    said = []
    for flag in claim.double_flags.order_by("pk"):
        said.append(
            (flag, f"{doubles.name_of(flag)} is also claimed under another contract in a period that overlaps.")
        )
    return said


def people_table(claim: Claim) -> Table:
    """Return the people behind a claim: tokens, outward postcodes, parts."""
    version = claim.kpi_version or claim.kpi.current
    people = list(claim.people.filter(live=True).order_by("pk"))
    among = [p.token for p in people]
    rows = [
        [
            Cell(short(p.token, among)),
            Cell(p.initials),
            Cell(p.outcode),
            Cell(plain(p.amount or Decimal(0))),
            Cell(f"{plain(p.share)} %"),
        ]
        for p in people
    ]
    unit = version.unit if version else ""
    columns = [Column("Person"), Column("Initials"), Column("Postcode district")]
    columns += [Column("Part of the claim", numeric=True, unit=unit), Column("Share here", numeric=True)]
    return Table("People behind this claim", columns, rows)


def claimed_fte(claim: Claim) -> Decimal | None:
    """Return the full-time equivalents behind a claim in FTE-years; None for any other."""
    version = claim.kpi_version or claim.kpi.current
    if version is None or version.unit != FTE_YEAR or not claim.amount:
        return None
    return builders.average_fte(claim.amount, Period(claim.ret.starts, claim.ret.ends))


def correctable(claim: Claim) -> list[Movement]:
    """Return the movements of decisions of which something stands that could be taken back."""
    rows = Movement.objects.filter(claim=claim, corrects=None, decision__isnull=False).prefetch_related("corrections")
    stands = [r for r in rows.order_by("pk") if r.amount > sum((c.amount for c in r.corrections.all()), Decimal(0))]
    return [row for row in stands if row.target in (Account.VERIFIED.value, Account.REJECTED.value)]
