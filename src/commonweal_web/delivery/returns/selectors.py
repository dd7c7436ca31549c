"""What the pages of returns show: one row per KPI with its status, summaries of claims, and what comes next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from commonweal.periods import day_in_words
from commonweal.portfolio import Kind
from commonweal.reporting.wording import amount as in_words
from commonweal.reporting.wording import number
from commonweal_web.contracts.models import Kpi, KpiVersion
from commonweal_web.delivery.models import Claim, ClaimState, Return
from commonweal_web.delivery.returns import checks, facts
from commonweal_web.delivery.returns.builders import Builder, average_fte, builder_for
from commonweal_web.delivery.returns.checks import Found
from commonweal_web.delivery.returns.dates import period_of
from commonweal_web.delivery.returns.prefill import last_amounts, offer_for
from commonweal_web.delivery.returns.sending import answered
from commonweal_web.delivery.returns.worth import pence_of


@dataclass(frozen=True, slots=True)
class KpiRow:
    """One KPI of a return: what is due, what was typed, and how far it is."""

    kpi: Kpi
    version: KpiVersion
    due: Decimal | None
    claim: Claim | None
    warnings: tuple[Found, ...] = ()

    @property
    def done(self) -> bool:
        return self.claim is not None and answered(self.claim)

    @property
    def status(self) -> str:
        if self.done:
            return "Completed"
        if self.claim is not None:
            return "In progress"
        return "Not started" if self.due else "Optional"

    @property
    def due_words(self) -> str:
        """“13 weeks are due”, or that nothing is."""
        if not self.due:
            return "Nothing is due in this period; report what happened all the same"
        return f"{in_words(self.due, self.version.unit)} due in this period"

    @property
    def said(self) -> str:
        """What the claim says, in words."""
        return claim_words(self.claim, self.version) if self.claim else ""

    @property
    def built(self) -> bool:
        """Whether the answer was added up from rows."""
        working = self.claim.working if self.claim else {}
        return self.done and any(working.get(part) for part in ("people", "sessions", "spend"))

    @property
    def pence(self) -> int | None:
        return pence_of(self.version, self.claim.amount) if self.claim and self.done else None

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Each thing that looks odd, with the reason given for it."""
        given = self.claim.warnings_answered if self.claim else {}
        return [(found.text, given.get(found.code, "")) for found in self.warnings]


def claim_words(claim: Claim, version: KpiVersion) -> str:
    """Return what a claim says: an amount with its unit, a part of a whole, or nothing with its reason."""
    if claim.nil:
        return f"Nothing to report: {claim.nil_reason}"
    if claim.amount is None:
        return "In words" if version.kind in (Kind.NARRATIVE, Kind.REFERENCE) and claim.account else "No amount yet"
    if version.kind == Kind.RATIO and claim.denominator:
        return f"{number(claim.amount)} of {number(claim.denominator)}"
    if version.kind == Kind.YES_NO:
        return "Yes" if claim.amount else "No"
    if version.unit == "FTE-year":
        fte = average_fte(claim.amount, period_of(claim.ret))
        return f"{number(fte)} FTE on average, which is {in_words(claim.amount, version.unit)}"
    return in_words(claim.amount, version.unit)


def drafts_of(ret: Return) -> QuerySet[Claim]:
    """Return the claims that count: the latest revision of each KPI, not withdrawn ones."""
    claims = Claim.objects.filter(ret=ret).exclude(state=ClaimState.WITHDRAWN)
    return (
        claims.select_related("kpi__current", "kpi__contract", "kpi_version", "ret__contract__authority", "updated_by")
        .prefetch_related("evidence_links__item", "people")
        .order_by("kpi", "revision")
    )


def rows_of(ret: Return, now: dt.datetime) -> list[KpiRow]:
    """Return one row per KPI that a return asks about, with what looks odd about its answer."""
    kpis = facts.kpis_of(ret)
    due = facts.due_in(ret, kpis)
    claims = {claim.kpi_id: claim for claim in drafts_of(ret)}
    whole = [claim for claim in claims.values() if answered(claim)]
    odd = checks.findings(ret, whole, last_amounts(ret), due, now) if whole else []
    return [
        KpiRow(
            kpi,
            kpi.current,
            due.get(kpi.pk),
            claims.get(kpi.pk),
            tuple(found for found in odd if found.kpi == kpi.ref and not found.blocks),
        )
        for kpi in kpis
        if kpi.current
    ]


def row_of(ret: Return, kpi: Kpi, now: dt.datetime) -> KpiRow:
    """Return the row of one KPI."""
    return next(row for row in rows_of(ret, now) if row.kpi.pk == kpi.pk)


def builder_of(version: KpiVersion) -> Builder:
    """Return what the amount of a KPI may be built up from."""
    return builder_for(kind=version.kind, unit=version.unit)


def parts_done(rows: Sequence[KpiRow], ret: Return) -> tuple[int, int]:
    """Return how many parts are done, and of how many: those with something due or typed, and the declarations."""
    asked = [row for row in rows if row.due or row.claim is not None]
    declared = ret.only_this_contract and ret.only_contracted
    return sum(row.done for row in asked) + declared, len(asked) + 1


def total_pence(rows: Sequence[KpiRow]) -> int | None:
    """Return what the answers are worth together; None where no pounds are used."""
    worth = [row.pence for row in rows if row.pence is not None]
    return sum(worth) if worth else None


def next_steps(ret: Return) -> list[str]:
    """Return what happens after a return was sent, with days."""
    contract = ret.contract
    return [
        f"{contract.authority.name} checks each claim and may ask you a question. You get a mail when it does.",
        "Until checking begins you can recall the return and change it.",
        f"Nothing more can be sent for this period after {day_in_words(ret.open_until or ret.locks)}.",
    ]


def summary_of(user: Any, ret: Return) -> list[Claim]:
    """Return the claims of a return that was sent, for whoever may read the contract; drafts stay the supplier's."""
    return [claim for claim in drafts_of(ret) if claim.state != ClaimState.DRAFT]


def offer_words(ret: Return, kpi: Kpi) -> str:
    """Say what was reported last time, and what of it stands in the boxes already."""
    offer = offer_for(ret, kpi)
    if offer.amount is None or kpi.current is None:
        return ""
    people = len(offer.people)
    already = f" The {people} {'person' if people == 1 else 'people'} of that period stand below." if people else ""
    return f"For {offer.period} you reported {in_words(offer.amount, kpi.current.unit)}.{already}"
