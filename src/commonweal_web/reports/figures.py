"""
Where contracts stand, from balances and targets alone: quick enough for a whole body on every view.

The ledger keeps the balances in the transaction of each movement, so these are the figures of the contract pages; what
was due, the pounds and the colours are worked out by the engine's own rules. Five queries, whatever the number of
contracts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from django.db.models import Sum

from commonweal import performance
from commonweal.ledger import ZERO, Account
from commonweal.portfolio import Kind
from commonweal.reporting import wording
from commonweal_web.contracts.models import Contract, ContractSupplier, Kpi, KpiTarget, KpiVersion
from commonweal_web.delivery.models import Balance, Return
from commonweal_web.delivery.returns.dates import HERE
from commonweal_web.delivery.returns.worth import pence_of
from commonweal_web.reports.once import within

SUMMED = ("sum", "distinct")
LET_GO = (Account.RELIEVED, Account.TRANSFERRED, Account.WRITTEN_OFF)
SHOWN = (Account.VERIFIED, Account.PENDING, Account.REJECTED, Account.DISPUTED, Account.WITHDRAWN)
"""What can become of a claim, in the order of the sentence on the contract's page."""
Held = Mapping[str, tuple[Decimal, int]]
"""Account -> quantity and pence."""


@dataclass(frozen=True, slots=True)
class KpiFigures:
    """One KPI: due to date, verified and pending, in its unit and in pence where it has pounds."""

    version: KpiVersion
    due: Decimal | None
    verified: Decimal
    pending: Decimal
    due_pence: int | None
    verified_pence: int
    pending_pence: int
    stands: performance.Standing | None
    within: bool = False
    """Whether it counts within its framework agreement, which is told beside it."""

    @property
    def ref(self) -> str:
        return self.version.kpi.ref

    @property
    def rag(self) -> str:
        return self.stands.rag.value if self.stands else ""

    @property
    def words(self) -> str:
        if not self.stands:
            return "see the contract"
        return "; ".join(filter(None, [self.stands.words, self.waiting]))

    @property
    def waiting(self) -> str:
        """How much of what was due waits for a check, where that covers all that is short; else empty."""
        if self.due is None or self.version.better == "down":
            return ""
        return wording.waiting(verified=self.verified, pending=self.pending, due=self.due, unit=self.version.unit)


@dataclass(slots=True)
class ContractFigures:
    """One contract: its KPIs, its suppliers, and the returns that are missing."""

    contract: Contract
    suppliers: list[str] = field(default_factory=list)
    kpis: list[KpiFigures] = field(default_factory=list)
    missing: list[Return] = field(default_factory=list)

    @property
    def supplier(self) -> str:
        return ", ".join(dict.fromkeys(self.suppliers))

    @property
    def due_pence(self) -> int:
        return sum(kpi.due_pence or 0 for kpi in self.kpis)

    @property
    def verified_pence(self) -> int:
        return sum(kpi.verified_pence for kpi in self.kpis)

    @property
    def pending_pence(self) -> int:
        return sum(kpi.pending_pence for kpi in self.kpis)

    @property
    def against_due_pence(self) -> int:
        """What is verified of the KPIs of which something is due: what came early does not hide what is short."""
        return sum(min(kpi.verified_pence, kpi.due_pence) for kpi in self.kpis if kpi.due_pence)

    def count(self, rag: str) -> int:
        return sum(kpi.rag == rag for kpi in self.kpis)

    @property
    def reds(self) -> list[KpiFigures]:
        return [kpi for kpi in self.kpis if kpi.rag == "red"]

    @property
    def rag(self) -> str:
        """The contract's colour is that of its worst KPI; empty while nothing is due."""
        return next((rag for rag in ("red", "amber", "green") if self.count(rag)), "")

    @property
    def rag_words(self) -> str:
        """“2 of 6 KPIs below what was due”."""
        if not self.kpis:
            return "no KPIs"
        if not self.rag:
            return "nothing due yet"
        if self.rag == "green":
            return f"{self.count('green')} of {len(self.kpis)} KPIs on target, none behind"
        parts = [f"{n} {rag}" for rag in ("red", "amber") if (n := self.count(rag))]
        return "; ".join(filter(None, [f"{' and '.join(parts)} of {len(self.kpis)} KPIs", self._waiting()]))

    def _waiting(self) -> str:
        """What of the gap waits for a check: of the one KPI that is behind, or of how many of them."""
        behind = [kpi for kpi in self.kpis if kpi.rag in ("red", "amber")]
        if len(behind) == 1:
            return behind[0].waiting
        covered = sum(bool(kpi.waiting) for kpi in behind)
        return f"all that is short on {covered} of them is waiting to be checked" if covered else ""

    @property
    def sensitive(self) -> bool:
        return any(kpi.version.sensitive or kpi.version.unit == "person" for kpi in self.kpis)

    @property
    def pressing(self) -> tuple[int, int, int, str]:
        """Exceptions first: missing returns, red, amber, then by reference."""
        return (-len(self.missing), -self.count("red"), -self.count("amber"), self.contract.reference)


def figures_of(contracts: Iterable[Contract], *, day: dt.date) -> list[ContractFigures]:
    """Return where each contract stands on `day`, in the order given."""
    found = {contract.pk: ContractFigures(contract) for contract in contracts}
    versions = list(
        KpiVersion.objects.filter(pk__in=Kpi.objects.filter(contract__in=found).values("current"))
        .select_related("kpi")
        .order_by("kpi__contract", "kpi")
    )
    held, due = _held(found), _due(found, day)
    inside = within({pk: row.contract for pk, row in found.items()}, versions)
    for version in versions:
        contract = found[version.kpi.contract_id].contract
        made = _kpi(contract, version, held[version.kpi_id], list(due[version.kpi_id].values()))
        found[contract.pk].kpis.append(replace(made, within=version.kpi_id in inside))
    for row in ContractSupplier.objects.filter(contract__in=found).select_related("supplier").order_by("-leads", "pk"):
        found[row.contract_id].suppliers.append(row.supplier.name)
    for ret in Return.objects.filter(contract__in=found, due__lt=day).exclude(state__in=HERE).order_by("due"):
        found[ret.contract_id].missing.append(ret)
    return list(found.values())


def _held(contracts: Iterable[int]) -> dict[int, dict[str, tuple[Decimal, int]]]:
    held: dict[int, dict[str, tuple[Decimal, int]]] = defaultdict(dict)
    rows = Balance.objects.filter(contract__in=list(contracts)).exclude(account=Account.OUTSIDE)
    for kpi, account, amount, pence in (
        rows.values_list("kpi", "account").annotate(Sum("amount"), Sum("pence")).order_by()
    ):
        held[kpi][account] = (amount, pence)
    return held


def pounds_by_state(contract: Contract) -> list[tuple[str, int]]:
    """Return what a contract's claims are worth today, then what became of that, in pence; empty for none."""
    held = dict(
        Balance.objects.filter(contract=contract, account__in=[account.value for account in SHOWN])
        .values_list("account")
        .annotate(Sum("pence"))
        .order_by()
    )
    parts = [(account.value, held.get(account.value) or 0) for account in SHOWN]
    whole = sum(pence for _, pence in parts)
    return [("claimed", whole), *(part for part in parts if part[1])] if whole else []


def _due(contracts: Iterable[int], day: dt.date) -> dict[int, dict[dt.date, Decimal]]:
    """Return the targets of periods that have ended, a later version's in the place of an earlier one's."""
    due: dict[int, dict[dt.date, Decimal]] = defaultdict(dict)
    rows = (
        KpiTarget.objects.filter(
            kpi_version__kpi__contract__in=list(contracts),
            kpi_version__state__in=["approved", "superseded"],
            ends__lte=day,
        )
        .order_by("kpi_version__number", "starts")
        .values_list("kpi_version__kpi", "starts", "amount")
    )
    for kpi, starts, amount in rows:
        due[kpi][starts] = amount
    return due


def _kpi(contract: Contract, version: KpiVersion, held: Held, ended: Sequence[Decimal]) -> KpiFigures:
    summed = version.over_time in SUMMED and version.kind not in (Kind.RATIO, Kind.NARRATIVE)
    verified, verified_pence = held.get(Account.VERIFIED, (ZERO, 0))
    pending, pending_pence = held.get(Account.PENDING, (ZERO, 0))
    due = _standing_due(held, ended) if summed else None
    stands = None
    if due is not None:
        stands = performance.rag(
            verified=verified, due=due, green=contract.rag_green, amber=contract.rag_amber, better=version.better
        )
    return KpiFigures(
        version, due, verified, pending, pence_of(version, due), verified_pence or 0, pending_pence or 0, stands
    )


def _standing_due(held: Held, ended: Sequence[Decimal]) -> Decimal:
    """Return what fell due, never more than the part of the promise that still stands."""
    due = sum(ended, ZERO)
    if any(held.get(account, (ZERO, 0))[0] for account in LET_GO):
        return min(due, held.get(Account.PROMISED, (ZERO, 0))[0])
    return due


@dataclass(frozen=True, slots=True)
class Totals:
    """The numbers of a directorate or a body: pence as stored, and of how many contracts and KPIs."""

    contracts: int
    with_pounds: int
    kpis: int
    due_pence: int
    verified_pence: int
    pending_pence: int
    against_due_pence: int
    missing: int
    within: int = 0
    """KPIs of call-offs that count within their framework agreement, and are not added to it again."""

    @property
    def verified_percent(self) -> Decimal | None:
        """Verified of what was due, KPI by KPI and never above what was due; None while nothing is."""
        if not self.due_pence:
            return None
        return Decimal(self.against_due_pence * 100) / Decimal(self.due_pence)


def totals_of(rows: Sequence[ContractFigures]) -> Totals:
    """
    Return the sums over contracts, each thing once: sums of stored pence, so that every page adds up to the penny.

    A KPI that counts within its framework agreement stands in its own contract's row, and in no sum of pounds.
    """
    once = [replace(row, kpis=[kpi for kpi in row.kpis if not kpi.within]) for row in rows]
    return Totals(
        contracts=len(rows),
        with_pounds=sum(any(kpi.version.value_per_unit is not None for kpi in row.kpis) for row in rows),
        kpis=sum(len(row.kpis) for row in rows),
        due_pence=sum(row.due_pence for row in once),
        verified_pence=sum(row.verified_pence for row in once),
        pending_pence=sum(row.pending_pence for row in once),
        against_due_pence=sum(row.against_due_pence for row in once),
        missing=sum(len(row.missing) for row in rows),
        within=sum(kpi.within for row in rows for kpi in row.kpis),
    )
