"""
The facts that the main job works on: contracts, KPIs, targets, claims, decisions and notes.

A `Portfolio` is what every reader makes (contract workbook, folder of CSVs, portal export, register) and what
the ledger, the checks and the report start from. Every fact knows its origin, so that any figure can be followed
back to the cell that it came from. Nothing here computes.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from commonweal.checks.problem import NOWHERE, Origin, Problem
from commonweal.periods import Period


class Kind(StrEnum):
    """What sort of thing a measure counts."""

    QUANTITY = "quantity"
    MONEY = "money"
    RATIO = "ratio"
    YES_NO = "yes_no"
    LEVEL = "level"
    NARRATIVE = "narrative"
    REFERENCE = "reference"


class Aggregation(StrEnum):
    """How a measure adds up along one axis (over time, or over contracts)."""

    SUM = "sum"
    AVERAGE = "average"
    LAST = "last"
    DISTINCT = "distinct"
    RECOMPUTE = "recompute"
    NONE = "none"


class Profile(StrEnum):
    """How a whole-life target falls due over the contract."""

    EVEN = "even"
    STEPPED = "stepped"
    S_CURVE = "s_curve"
    MILESTONES = "milestones"


class PeriodScheme(StrEnum):
    """The rhythm of a contract's returns."""

    CONTRACT_QUARTERS = "contract_quarters"
    CONTRACT_YEARS = "contract_years"
    FINANCIAL_QUARTERS = "financial_quarters"
    FINANCIAL_YEARS = "financial_years"
    MONTHS = "months"


class Outcome(StrEnum):
    """What a decision did with an amount of a claim or of a promise."""

    VERIFIED = "verified"
    REJECTED = "rejected"
    DISPUTED = "disputed"
    WITHDRAWN = "withdrawn"
    RELIEVED = "relieved"
    TRANSFERRED = "transferred"
    WRITTEN_OFF = "written_off"
    VARIED = "varied"


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier as named in the input; `identifier` keeps its leading zeros and belongs to `scheme` (GB-COH ...)."""

    name: str
    scheme: str = ""
    identifier: str = ""


@dataclass(frozen=True, slots=True)
class Contract:
    """
    One contract. Money is in pounds; dates are calendar days, both included.

    `rag_green` and `rag_amber` are percentages of what was due (95 means 95 %). `credit_share` is a percentage and
    `credit_cap` pounds, both from the contract's own remedy terms. `no_kpi_reason` says why a contract has no KPIs.
    `spent` is what was paid so far, None where the input does not say; it is never guessed from `value`. A
    `framework_agreement` is one under which contracts are called off: its value is a ceiling and not a contract's.
    `call_off_of` names the agreement that a contract was called off under; what it promises counts within what the
    agreement promises, unless it is `additional`.
    """

    ref: str
    title: str
    body: str = ""
    suppliers: tuple[Supplier, ...] = ()
    directorate: str = ""
    category: str = ""
    value: Decimal | None = None
    start: dt.date | None = None
    end: dt.date | None = None
    period_scheme: PeriodScheme = PeriodScheme.CONTRACT_QUARTERS
    due_days: int = 15
    lock_days: int = 20
    division: str = "england-and-wales"
    place: str = ""
    framework: str = ""
    value_pack: str = ""
    rag_green: Decimal = Decimal(95)
    rag_amber: Decimal = Decimal(80)
    criticality: str = ""
    credit_share: Decimal | None = None
    credit_cap: Decimal | None = None
    owner: str = ""
    deputy: str = ""
    status: str = ""
    no_kpi_reason: str = ""
    next_break: dt.date | None = None
    extra: tuple[tuple[str, str], ...] = ()
    origin: Origin = NOWHERE
    spent: Decimal | None = None
    framework_agreement: bool = False
    call_off_of: str = ""
    additional: bool = False

    @property
    def term(self) -> Period | None:
        """First to last day, or None where the input has no dates."""
        return Period(self.start, self.end) if self.start and self.end else None


@dataclass(frozen=True, slots=True)
class Kpi:
    """
    A measure on a contract: the deliverable in words, a numeric target, a rule of evidence, a frozen value.

    `target` is the whole-life promise in `unit` (a percentage for a ratio). `value_per_unit` is in pounds and was
    frozen on `value_on` from `value_source`; None means that the KPI is recorded without pounds. `adjustments` are
    named shares kept after each step, such as ("attribution", 0.5), applied in order. `stated_value` is the pounds
    that the input itself prints beside the target; it is compared by the checks and enters no total. `extra` holds
    what else is known by name, such as the weeks planned for each apprentice. A value that is `value_licensed`
    computes, and is shown in no file. One that is `stated_above` counts within what its contract's framework agreement
    states, in other words; one of the same measure and unit does so without being marked.
    """

    contract: str
    ref: str
    measure: str
    deliverable: str
    unit: str
    kind: Kind = Kind.QUANTITY
    target: Decimal | None = None
    profile: Profile = Profile.EVEN
    over_time: Aggregation = Aggregation.SUM
    over_contracts: Aggregation = Aggregation.SUM
    better: str = "up"
    value_per_unit: Decimal | None = None
    value_series: str = ""
    value_source: str = ""
    value_on: dt.date | None = None
    adjustments: tuple[tuple[str, Decimal], ...] = ()
    evidence_rule: str = ""
    place: str = ""
    cohort: str = ""
    sensitive: bool = False
    scalable: bool = False
    owner: str = ""
    theme: str = ""
    outcome: str = ""
    origin: Origin = NOWHERE
    stated_value: Decimal | None = None
    extra: tuple[tuple[str, str], ...] = ()
    value_licensed: bool = False
    stated_above: bool = False

    @property
    def key(self) -> tuple[str, str]:
        return (self.contract, self.ref)


@dataclass(frozen=True, slots=True)
class Target:
    """
    What one KPI owes in one period, or by the last day of `period` for a milestone.

    `version` 0 is the original; a higher number is a later adjustment with `reason`, `on` and `approved_by`.
    """

    contract: str
    kpi: str
    period: Period
    amount: Decimal
    version: int = 0
    reason: str = ""
    on: dt.date | None = None
    approved_by: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Claim:
    """
    One line of a return: what the supplier says was delivered in a period, or a declared nil with its reason.

    `amount` is in the KPI's unit; for a ratio it is the numerator, and `denominator` is given beside it.
    `persons` are keyed tokens, never names. `ref` is unique within the contract. `stated_value` is the pounds that the
    input itself prints beside the amount; it is compared by the checks and enters no total.
    """

    ref: str
    contract: str
    kpi: str
    period: Period
    received: dt.date | None
    amount: Decimal = Decimal(0)
    denominator: Decimal | None = None
    nil: bool = False
    reason: str = ""
    place: str = ""
    cohort: str = ""
    by: str = ""
    role: str = ""
    evidence: str = ""
    evidence_hash: str = ""
    persons: tuple[str, ...] = ()
    valid_until: dt.date | None = None
    origin: Origin = NOWHERE
    stated_value: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Receipt:
    """A whole return that arrived for a contract and period, whether or not any of its lines is in the input."""

    contract: str
    period: Period
    received: dt.date | None
    by: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Decision:
    """
    What somebody decided about an amount: of a claim (verified, rejected, disputed, withdrawn) or of the promise
    (relieved, transferred, written off, varied). `claim` names the claim line, empty for a promise. `out_of` names the
    account that the amount leaves, pending or disputed, where the input knows it; otherwise pending goes first.
    """

    contract: str
    kpi: str
    outcome: Outcome
    amount: Decimal
    on: dt.date | None
    denominator: Decimal | None = None
    claim: str = ""
    period: Period | None = None
    by: str = ""
    role: str = ""
    reason: str = ""
    evidence: str = ""
    to_contract: str = ""
    corrects: str = ""
    ref: str = ""
    origin: Origin = NOWHERE
    out_of: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """A remark on a contract: kind is action, risk, meeting or milestone; `due` where it has a date to keep."""

    contract: str
    text: str
    on: dt.date | None = None
    kind: str = "note"
    by: str = ""
    due: dt.date | None = None
    kpi: str = ""
    origin: Origin = NOWHERE


@dataclass(frozen=True, slots=True)
class Source:
    """A file that was read, with the SHA-256 of its bytes."""

    name: str
    sha256: str
    size: int
    format: str = ""


@dataclass(slots=True)
class Portfolio:
    """Everything that one input holds. Readers fill it; nobody changes it afterwards."""

    title: str = ""
    contracts: list[Contract] = field(default_factory=list)
    kpis: list[Kpi] = field(default_factory=list)
    targets: list[Target] = field(default_factory=list)
    claims: list[Claim] = field(default_factory=list)
    receipts: list[Receipt] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    sources: list[Source] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    mapping: dict[str, str] = field(default_factory=dict)

    def contract(self, ref: str) -> Contract:
        """Return the contract called `ref`; KeyError if there is none."""
        return {contract.ref: contract for contract in self.contracts}[ref]
