"""Which returns a contract owed, which came, and in time: the strip on its page and the portfolio's count."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from commonweal import errors
from commonweal.calendars import Calendar
from commonweal.checks.problem import Problem, Severity
from commonweal.figures import Book
from commonweal.periods import Period, day_in_words
from commonweal.portfolio import Claim, Contract, Portfolio, Receipt
from commonweal.reporting.build.names import anchor
from commonweal.reporting.build.tables import total_row
from commonweal.reporting.model import Cell, Column, Row, Show, State, Table
from commonweal.timeliness import ExpectedReturn, returns_of, timeliness

ReturnLine = ExpectedReturn


def all_returns(
    portfolio: Portfolio, calendars: Mapping[str, Calendar], as_at: dt.date
) -> tuple[dict[str, list[ReturnLine]], list[Problem]]:
    """
    Return, by contract, the returns of the periods that have begun by `as_at`, and what could not be timed.

    A contract owes returns if it has a KPI, or if one of its returns is in the input.
    """
    receipts: dict[str, list[Receipt]] = defaultdict(list)
    claims: dict[str, list[Claim]] = defaultdict(list)
    for receipt in portfolio.receipts:
        receipts[receipt.contract].append(receipt)
    for claim in portfolio.claims:
        claims[claim.contract].append(claim)
    owing = {kpi.contract for kpi in portfolio.kpis} | set(receipts)
    found: dict[str, list[ReturnLine]] = {}
    problems = []
    for contract in portfolio.contracts:
        if contract.ref not in owing:
            continue
        try:
            owed = returns_of(
                contract=contract,
                receipts=receipts[contract.ref],
                claims=claims[contract.ref],
                calendar=calendars[contract.division],
                begun_by=as_at,
            )
        except (errors.BadPeriod, KeyError) as error:
            problems.append(_untimed(contract, f"The due dates of {contract.ref} could not be worked out: {error}."))
            continue
        found[contract.ref] = list(owed.returns)
        if owed.unknown:
            count = f"{len(owed.unknown)} periods of {contract.ref}, from {owed.unknown[0].label} on,"
            problems.append(
                _untimed(contract, f"The bank holidays are not known for {count} so their due dates cannot be said.")
            )
    return found, problems


def _untimed(contract: Contract, found: str) -> Problem:
    mend = "Correct the contract's dates, scheme or division. These returns are left out of the timeliness figures."
    return Problem("returns_not_timed", Severity.WARNING, contract.origin, found, mend, contract.ref)


def state_of(line: ReturnLine, as_at: dt.date) -> State | None:
    """Return "missing" for an overdue return, "not due" before its due date, None once it is here."""
    if line.here(as_at):
        return None
    return State.MISSING if line.deadline.due < as_at else State.NOT_DUE


def returns_table(contract: Contract, lines: Sequence[ReturnLine], as_at: dt.date) -> Table:
    """Return the timeliness strip: every period so far, when its return was due, and what came."""
    columns = (
        Column("period", "Period"),
        Column("due", "Return due", Show.DATE),
        Column("received", "Received", Show.DATE),
        Column("state", "State", Show.STATE),
        Column("lock", "Closes after", Show.DATE),
    )
    rows = tuple(
        Row(
            (
                Cell(line.period.label),
                Cell(line.deadline.due),
                Cell(line.received, text="" if line.received else "–"),
                _state_cell(line, as_at),
                Cell(line.deadline.lock),
            )
        )
        for line in lines
    )
    return Table(f"{anchor(contract)}-returns", "Returns", columns, rows)


def _state_cell(line: ReturnLine, as_at: dt.date) -> Cell:
    state = state_of(line, as_at)
    if state is State.MISSING:
        closed = ", closed" if line.deadline.locked(as_at) else ""
        return Cell(text=f"no return, {line.days_overdue(as_at)} days overdue{closed}", state=state)
    if state:
        return Cell(state=state)
    if line.received is None:
        return Cell(text="received, day not stated")
    return Cell(text=f"received {line.days_late} days late" if line.days_late else "received on time")


def timeliness_table(book: Book, lines: Sequence[ReturnLine], as_at: dt.date) -> Table:
    """Return expected, received and on time by period, newest first, as figures of the book; rates are kept apart."""
    groups = due_by_period(lines, as_at)
    rows = [
        _period_row(book, f"returns/{p.start}/{p.end}", p.label, groups[p], as_at) for p in sorted(groups, reverse=True)
    ]
    if len(groups) > 1:
        every = [line for members in groups.values() for line in members]
        total = _period_row(book, "returns/all", "All periods", every, as_at)
        rows.append(total_row(total.cells))
    columns = (
        Column("period", "Returns for"),
        Column("expected", "Expected", Show.COUNT),
        Column("received", "Received", Show.COUNT),
        Column("received_share", "Received", Show.PERCENT),
        Column("on_time", "On time", Show.COUNT),
        Column("on_time_share", "On time", Show.PERCENT),
        Column("late", "Late", Show.COUNT),
        Column("missing", "Missing", Show.COUNT),
    )
    note = (
        "A return is expected once its due date has passed. A nil return counts as received; silence does not. One "
        "whose day of receipt is not stated is neither on time nor late."
    )
    return Table("returns", "Returns across all contracts", columns, tuple(rows), note=note)


def due_by_period(lines: Sequence[ReturnLine], as_at: dt.date) -> dict[Period, list[ReturnLine]]:
    """Return the returns whose due date has passed, by the period they are for."""
    groups: dict[Period, list[ReturnLine]] = defaultdict(list)
    for line in lines:
        if line.deadline.due < as_at:
            groups[line.period].append(line)
    return groups


def _period_row(book: Book, stem: str, words: str, lines: Sequence[ReturnLine], as_at: dt.date) -> Row:
    counted = timeliness(returns=lines, as_at=as_at)
    here = [line for line in lines if line.here(as_at)]
    expected = _count(book, f"{stem}/expected", f"Returns expected, {words}", lines)
    received = _count(book, f"{stem}/received", f"Returns received, {words}", here)
    on_time = _count(book, f"{stem}/on-time", f"Returns on time, {words}", [line for line in here if line.on_time])
    late = _count(book, f"{stem}/late", f"Returns late, {words}", counted.late)
    missing = _count(book, f"{stem}/missing", f"Returns missing, {words}", counted.overdue)
    shares = [_share(book, line, expected) for line in (received, on_time)]
    numbers = [_number(book, line) for line in (expected, received, on_time, late, missing)]
    return Row((Cell(words), numbers[0], numbers[1], shares[0], numbers[2], shares[1], *numbers[3:]))


def _count(book: Book, name: str, label: str, lines: Sequence[ReturnLine]) -> str:
    facts = [_return_fact(book, line) for line in lines]
    return book.figure(name, label, "return", "count", facts).id if facts else ""


def _number(book: Book, line: str) -> Cell:
    return Cell(book[line].value, figure=line) if line else Cell(Decimal(0))


def _return_fact(book: Book, line: ReturnLine) -> str:
    name = f"{line.contract}/return/{line.period.start}"
    if name not in book:
        came = (
            f"received {day_in_words(line.received)}" if line.received else "received" if line.came else "not received"
        )
        label = f"Return of {line.contract} for {line.period.label}"
        due = f"due {day_in_words(line.deadline.due)}, {came}"
        book.fact(name, label, Decimal(1), "return", origin="the contract's returns", source=due)
    return name


def _share(book: Book, line: str, expected: str) -> Cell:
    if not line:
        return Cell(Decimal("0.00"))
    label = f"{book[line].label}, of those expected"
    share = book.figure(f"{line}/share", label, "percent", "percent", [line, expected])
    return Cell(share.value, figure=share.id)
