"""From a portfolio to counts of people that can be published: those verified under one measure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from commonweal import errors
from commonweal.disclosure.publication import Axis, Dimension, Publication, Table
from commonweal.ledger import Account, Slot
from commonweal.performance import Item, aggregate
from commonweal.portfolio import Aggregation, Contract, Kind, Kpi, Portfolio
from commonweal.posting import post
from commonweal.quantities import plain

NOT_STATED = "not stated"
PERSON = "person"
Teller = Callable[[Contract, Slot], str]

TELLS_APART: Mapping[str, Teller] = {
    "directorate": lambda contract, _: contract.directorate,
    "contract": lambda contract, _: contract.ref,
    "supplier": lambda contract, _: "; ".join(supplier.name for supplier in contract.suppliers),
    "place": lambda contract, slot: slot.place or contract.place,
    "cohort": lambda _, slot: slot.cohort,
}
"""What people can be told apart by."""


def counts_people(kpi: Kpi) -> bool:
    """Return whether a KPI's small numbers could tell of somebody: it is marked so, or its unit is people."""
    return kpi.sensitive or kpi.over_time is Aggregation.DISTINCT or kpi.unit == PERSON


def verified_people(*, portfolio: Portfolio, measure: str, by: Sequence[str]) -> Publication:
    """
    Return the people verified under `measure`: one table by each of `by`, with its margin, and one for all together.

    Each KPI counts by its own rule within a group: people with tokens once, others as declared. Pass the result to
    `protect` before anything of it is shown.

    :raises UnknownCode: if no KPI that counts people has the measure, or `by` is none of `TELLS_APART`
    :raises BadPublication: if an amount is no whole number of people
    """
    unknown = [name for name in by if name not in TELLS_APART]
    if unknown:
        raise errors.UnknownCode(
            f"People cannot be told apart by {unknown[0]!r}. Choose from {', '.join(TELLS_APART)}."
        )
    kpis = [k for k in {kpi.key: kpi for kpi in portfolio.kpis}.values() if k.measure == measure and _counted(k)]
    if not kpis:
        raise errors.UnknownCode(f"No KPI counts people under the measure {measure!r}.")
    counts = _counts(portfolio, kpis, [TELLS_APART[name] for name in by])
    values = [dict.fromkeys(sorted({combination[at] for combination in counts})) for at in range(len(by))]
    dimensions = tuple(Dimension(name, tuple(known) or (NOT_STATED,)) for name, known in zip(by, values, strict=True))
    tables = [Table(name, (Axis(name),)) for name in by] or [Table("all")]
    return Publication(dimensions, counts, tuple(tables))


def _counted(kpi: Kpi) -> bool:
    return counts_people(kpi) and kpi.kind is Kind.QUANTITY


def _counts(portfolio: Portfolio, kpis: Sequence[Kpi], tellers: Sequence[Teller]) -> dict[tuple[str, ...], int]:
    ledger = post(portfolio).ledger
    contracts = {contract.ref: contract for contract in portfolio.contracts}
    persons = {(claim.contract, claim.ref): frozenset(claim.persons) for claim in portfolio.claims}
    counts: dict[tuple[str, ...], int] = defaultdict(int)
    for kpi in kpis:
        groups: dict[tuple[str, ...], list[Item]] = defaultdict(list)
        for slot in ledger.slots(kpi.contract, kpi.ref):
            group = tuple(tell(contracts[kpi.contract], slot) or NOT_STATED for tell in tellers)
            amount = ledger.balance(slot, Account.VERIFIED).amount
            if amount:
                known = persons.get((slot.contract, slot.claim), frozenset())
                groups[group].append(Item(slot.period, amount, persons=known))
        for group, items in groups.items():
            counts[group] += _whole(kpi, aggregate(rule=kpi.over_time, items=items).value)
    return dict(counts)


def _whole(kpi: Kpi, people: Decimal | None) -> int:
    if people is None or people != int(people):
        found = "cannot be added up" if people is None else f"are {plain(people)}"
        raise errors.BadPublication(
            f"The people verified under {kpi.ref} of contract {kpi.contract} {found}. Only whole people can be shown."
        )
    return int(people)
