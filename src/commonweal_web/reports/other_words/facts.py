"""
What is told: one KPI after another with what it promises and what is verified of it, as lines of a book.

A contract's own page takes them from the engine's ledger, so that each opens down to its movements. A body's page
takes them from the balances that the ledger keeps, which is quick whatever the number of contracts; they are the same
numbers under the same names.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from commonweal import errors
from commonweal import portfolio as engine
from commonweal.crosswalk.express import Delivery
from commonweal.figures import Book
from commonweal.ledger import Account
from commonweal.portfolio import Aggregation, Kind
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.newer import newer_table, newer_values
from commonweal.reporting.build.other_words import known_data
from commonweal.reporting.build.standing import Standing
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import Table
from commonweal_web.contracts.models import Contract
from commonweal_web.frameworks import selectors as frameworks
from commonweal_web.frameworks.kept import State
from commonweal_web.reports import documents
from commonweal_web.reports.once import measure_id
from commonweal_web.reports.other_words.frames import seen_by

VERIFIED = Account.VERIFIED.value
STATES = (PROMISED, VERIFIED)
SUMMED = (Aggregation.SUM, Aggregation.DISTINCT)


@dataclass(frozen=True, slots=True)
class Known:
    """One KPI: whose it is, its full measure id (or its own code, where no framework has it), and what is known."""

    contract: Contract
    ref: str
    deliverable: str
    measure: str
    unit: str
    data: Mapping[str, Decimal] = field(default_factory=dict)
    sensitive: bool = False
    kpi_id: int = 0

    @property
    def label(self) -> str:
        return f"{self.contract.reference} {self.ref}"


@dataclass(slots=True)
class Facts:
    """
    KPIs by the ref of their deliveries, and the deliveries of each state; `frames` are what they can be told in.

    `apart` count within a framework agreement that is told as well, and are not told again. `in_words` have no number.
    `newer` compares with a newer release, and enters no total.
    """

    book: Book
    as_at: dt.date
    frames: State
    known: dict[str, Known] = field(default_factory=dict)
    deliveries: dict[str, list[Delivery]] = field(default_factory=lambda: {state: [] for state in STATES})
    apart: list[Known] = field(default_factory=list)
    in_words: list[Known] = field(default_factory=list)
    newer: Table | None = None

    @property
    def measures(self) -> dict[str, None]:
        """The measures that are told, in order, each once."""
        return dict.fromkeys(known.measure for known in self.known.values())

    @property
    def own_releases(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(k.contract.framework for k in self.known.values() if k.contract.framework))

    @property
    def mixed(self) -> bool:
        """Whether pounds of several frameworks or value packs come together."""
        return len({(k.contract.framework, k.contract.value_pack) for k in self.known.values()}) > 1

    @property
    def sensitive(self) -> bool:
        return any(known.sensitive for known in self.known.values())


def of_contract(contract: Contract, *, as_at: dt.date) -> Facts:
    """Return what one contract promised and delivered, each line open to its movements."""
    return of_assembly(contract, documents.standings([contract], as_at=as_at), as_at)


def of_assembly(contract: Contract, assembly: Assembly, as_at: dt.date) -> Facts:
    """Return the same from standings that are at hand."""
    made = Facts(assembly.book, assembly.as_at, seen_by(contract.authority_id))
    for standing in assembly.standings:
        known = known_of(contract, standing.contract, standing.kpi)
        add(made, known, {state: delivery_of(standing, state, known, as_at) for state in STATES}, standing.stem)
    made.newer = _newer(assembly, contract, made.frames)
    return made


def delivery_of(standing: Standing, state: str, known: Known, as_at: dt.date) -> Delivery | None:
    """Return what one KPI promised or delivered, or None where nothing is there."""
    quantity = standing.quantity.get(state)
    if not quantity:
        return None
    kpi = standing.kpi
    ratio = kpi.kind is Kind.RATIO and f"{quantity}/numerator" in standing.book
    return Delivery(
        ref=standing.stem,
        label=known.label,
        measure=known.measure,
        unit=standing.unit,
        quantity=quantity,
        pounds=standing.pounds.get(state, ""),
        over=f"{quantity}/numerator" if ratio else "",
        under=f"{quantity}/denominator" if ratio else "",
        data=known.data,
        on=as_at,
        origin=str(kpi.origin),
    )


def add(made: Facts, known: Known, deliveries: Mapping[str, Delivery | None], stem: str) -> None:
    """Put one KPI with its deliveries to the others."""
    found = {state: delivery for state, delivery in deliveries.items() if delivery is not None}
    if not found:
        made.in_words.append(known)
        return
    made.known[stem] = known
    for state, delivery in found.items():
        made.deliveries[state].append(delivery)


def _newer(assembly: Assembly, contract: Contract, frames: State) -> Table | None:
    values = newer_values(
        assembly.portfolio,
        frames.catalogue,
        lambda measure, _: frameworks.shown_series(measure),
        assembly.as_at,
    )
    (mine,) = assembly.portfolio.contracts
    return newer_table(assembly.flows, mine, assembly.standings, values) if contract.framework else None


def known_of(contract: Contract, facts: engine.Contract, kpi: engine.Kpi) -> Known:
    return Known(
        contract=contract,
        ref=kpi.ref,
        deliverable=kpi.deliverable,
        measure=measure_id(contract.framework, kpi.measure) or kpi.ref,
        unit="percent" if kpi.kind is Kind.RATIO else kpi.unit,
        data=known_data(facts, kpi),
        sensitive=kpi.sensitive or kpi.unit == "person",
    )


def framework_name(release: str) -> str:
    """Return the short name of a release, or the goals' name."""
    try:
        found = frameworks.catalogue().framework(release)
    except errors.UnknownCode:
        return "the Sustainable Development Goals" if release == "sdg" else release
    return found.short_name or found.name
