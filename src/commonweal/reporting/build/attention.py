"""What needs somebody: exceptions first, one line each, in the order in which they should be looked at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from commonweal import performance
from commonweal.periods import add_months, day_in_words
from commonweal.portfolio import Contract, Note
from commonweal.quantities import plain
from commonweal.reporting.build.names import anchor
from commonweal.reporting.build.returns import ReturnLine
from commonweal.reporting.build.standing import Standing, in_words
from commonweal.reporting.model import Cell, Column, Row, Show, State, Table
from commonweal.reporting.wording import RAG_SYMBOLS, amount

BREAK_ALERT_MONTHS = 24
SOON_MONTHS = 3


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to look at: `rank` sorts kinds, `day` sorts within a kind."""

    rank: int
    contract: Contract
    what: str
    why: str
    day: dt.date | None = None
    state: State | None = None
    rag: str = ""


def attention_items(
    contracts: Sequence[Contract],
    standings: Sequence[Standing],
    returns: Mapping[str, Sequence[ReturnLine]],
    notes: Sequence[Note],
    as_at: dt.date,
) -> list[Item]:
    """Return everything that needs somebody, most pressing first."""
    by_ref = {contract.ref: contract for contract in contracts}
    with_kpis = {standing.contract.ref for standing in standings}
    items = [
        *_missing_returns(by_ref, returns, as_at),
        *_standings(standings),
        *_governance(contracts, with_kpis),
        *_breaks(contracts, with_kpis, as_at),
        *_notes(by_ref, notes, as_at),
    ]
    return sorted(items, key=lambda item: (item.rank, item.day or dt.date.max, item.contract.ref, item.what))


def attention_table(items: Sequence[Item], with_pages: set[str], name: str = "attention") -> Table:
    """Return the attention list as a table; each row leads to its contract's page where there is one."""
    columns = (
        Column("contract", "Contract"),
        Column("what", "What"),
        Column("state", "State", Show.STATE),
        Column("why", "Why"),
        Column("date", "Date", Show.DATE),
    )
    rows = tuple(
        Row(
            (
                Cell(f"{item.contract.title or item.contract.ref}"),
                Cell(item.what),
                _state_cell(item),
                Cell(item.why),
                Cell(item.day),
            ),
            anchor=anchor(item.contract) if item.contract.ref in with_pages else "",
        )
        for item in items
    )
    return Table(name, "What needs somebody", columns, rows)


def _state_cell(item: Item) -> Cell:
    if item.rag:
        return Cell(text=f"{RAG_SYMBOLS[item.rag]} {item.rag}")
    return Cell(state=item.state) if item.state else Cell(text="–")


def _because(standing: Standing, words: str) -> str:
    """Add the reason of the latest declared nil, where there is one."""
    reasons = [claim.reason for claim in standing.nils if claim.reason]
    return f"{words}: {reasons[-1]}" if reasons else words


def _missing_returns(
    by_ref: Mapping[str, Contract], returns: Mapping[str, Sequence[ReturnLine]], as_at: dt.date
) -> Iterable[Item]:
    for ref, lines in returns.items():
        for line in lines:
            if line.deadline.due < as_at and not line.here(as_at):
                late = line.days_overdue(as_at)
                lock = line.deadline.lock
                closed = (
                    f"closed on {day_in_words(lock)}"
                    if line.deadline.locked(as_at)
                    else f"closes after {day_in_words(lock)}"
                )
                yield Item(
                    0,
                    by_ref[ref],
                    f"No return for {line.period.label}",
                    f"{late} days overdue; {closed}",
                    line.deadline.due,
                    State.MISSING,
                )


def _standings(standings: Iterable[Standing]) -> Iterable[Item]:
    for standing in standings:
        contract, stands = standing.contract, standing.stands
        unit, name = standing.unit, f"{standing.kpi.ref}: {standing.kpi.deliverable or standing.kpi.measure}"
        if stands and stands.rag is performance.Rag.RED:
            yield Item(1, contract, name, _because(standing, in_words(standing, stands)), rag=stands.rag.value)
        if disputed := standing.amount("disputed"):
            yield Item(2, contract, name, f"{amount(disputed, unit)} in dispute", state=State.DISPUTED)
        if pending := standing.amount("pending"):
            yield Item(
                3, contract, name, f"{amount(pending, unit)} waiting for evidence or a check", state=State.PENDING
            )
        if stands and stands.rag is performance.Rag.AMBER:
            yield Item(4, contract, name, in_words(standing, stands), rag=stands.rag.value)
        for claim in () if stands and stands.rag is performance.Rag.RED else standing.nils:
            why = claim.reason or "no reason given"
            yield Item(5, contract, name, f"nil for {claim.period.label}: {why}", claim.received, State.NIL)


def _governance(contracts: Iterable[Contract], with_kpis: set[str]) -> Iterable[Item]:
    for contract in contracts:
        if contract.ref in with_kpis and not contract.owner:
            yield Item(2, contract, "No owner", "nobody is named to look after this contract")


def _breaks(contracts: Iterable[Contract], with_kpis: set[str], as_at: dt.date) -> Iterable[Item]:
    """Say which contracts without KPIs reach a break point within the alert time."""
    for contract in contracts:
        day = contract.next_break
        if day and contract.ref not in with_kpis and as_at <= day <= add_months(as_at, BREAK_ALERT_MONTHS):
            months = Decimal((day.year - as_at.year) * 12 + day.month - as_at.month - (day.day < as_at.day))
            reason = contract.no_kpi_reason or "no reason recorded for having none"
            why = f"{plain(months)} months left to agree KPIs; {reason}"
            yield Item(6, contract, "Break point without KPIs", why, day)


def _notes(by_ref: Mapping[str, Contract], notes: Iterable[Note], as_at: dt.date) -> Iterable[Item]:
    for note in notes:
        if note.due and note.contract in by_ref and note.due <= add_months(as_at, SOON_MONTHS):
            late = "overdue" if note.due < as_at else "due soon"
            yield Item(7, by_ref[note.contract], f"{note.kind.capitalize()}: {note.text}", late, note.due)
