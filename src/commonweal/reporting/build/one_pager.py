"""
A contract on one page, for a review meeting: returns, KPIs, what waits or is disputed, actions, what comes next.

The figures are those of the whole report, in a book of their own that opens down to the same facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from commonweal.calendars import Calendar
from commonweal.figures import Book
from commonweal.periods import day_in_words
from commonweal.portfolio import Contract, Note, Portfolio
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.build import assemble
from commonweal.reporting.build.names import anchor
from commonweal.reporting.build.returns import ReturnLine, state_of
from commonweal.reporting.build.standing import DUE, SHORT, Standing, in_words
from commonweal.reporting.build.tables import figure_cell
from commonweal.reporting.model import Block, Cell, Column, Facts, Prose, Report, Row, Section, Show, State, Table
from commonweal.reporting.wording import amount

MOST_PERIODS = 6
MOST_NOTES = 6
SETTLED = ("disputed", "rejected", "relieved", "transferred", "written_off")


def one_pager(
    portfolio: Portfolio, contract_ref: str, *, as_at: dt.date, calendars: Mapping[str, Calendar], made_by: str
) -> Report:
    """
    Return the one-pager of a contract as at the end of the day `as_at`.

    :raises KeyError: if the portfolio has no such contract
    """
    contract = portfolio.contract(contract_ref)
    assembly = assemble(portfolio, as_at=as_at, calendars=calendars)
    return Report(
        title=contract.title or contract.ref,
        subtitle=", ".join(filter(None, [contract.ref, contract.body])),
        as_at=as_at,
        sections=[_section(assembly, contract)],
        book=assembly.book,
        problems=assembly.problems,
        sources=list(portfolio.sources),
        made_by=made_by,
        one_page=True,
    )


def _section(assembly: Assembly, contract: Contract) -> Section:
    standings = assembly.by_contract().get(contract.ref, [])
    returns = assembly.returns.get(contract.ref, [])
    notes = [note for note in assembly.portfolio.notes if note.contract == contract.ref]
    found: list[Block | None] = [
        Facts(_head(contract, assembly.as_at)),
        _strip(contract, returns, assembly.as_at),
        _kpis(contract, standings, assembly.as_at) if standings else _without(contract),
        _settled(contract, standings),
        _actions(contract, notes),
    ]
    blocks = tuple(block for block in found if block)
    return Section(anchor(contract), "Where this contract stands", blocks)


def _head(contract: Contract, as_at: dt.date) -> tuple[tuple[str, str], ...]:
    items = (
        ("Supplier", "; ".join(supplier.name for supplier in contract.suppliers)),
        ("Value", f"£{contract.value:,.0f}" if contract.value is not None else "not stated"),
        ("Paid to date", f"£{contract.spent:,.0f}" if contract.spent is not None else "not known"),
        ("Runs", _run(contract, as_at)),
        ("Next break point", day_in_words(contract.next_break) if contract.next_break else "none on record"),
        ("Owner", " and deputy ".join(filter(None, [contract.owner, contract.deputy])) or "nobody is named"),
    )
    return tuple((name, text) for name, text in items if text)


def _run(contract: Contract, as_at: dt.date) -> str:
    term = contract.term
    if term is None:
        return "dates not stated"
    gone = min(max((as_at - term.start).days + 1, 0), term.days)
    return f"{term}: {gone * 100 // term.days} % of its time has gone"


def _strip(contract: Contract, returns: Sequence[ReturnLine], as_at: dt.date) -> Table | None:
    """The latest periods side by side, each with the state of its return."""
    latest = list(returns)[-MOST_PERIODS:]
    if not latest:
        return None
    columns = tuple(Column(f"p{n}", line.period.label) for n, line in enumerate(latest))
    cells = tuple(_came(line, as_at) for line in latest)
    return Table(f"{anchor(contract)}-returns", "Returns, latest periods", columns, (Row(cells),), dense=True)


def _came(line: ReturnLine, as_at: dt.date) -> Cell:
    state = state_of(line, as_at)
    if state is not None:
        days = line.days_overdue(as_at)
        return Cell(state=state, text=f"{state.value}, {days} days" if days else "")
    late = line.days_late
    return Cell(text="received" if late is None else f"{late} days late" if late else "on time")


def _kpis(contract: Contract, standings: Sequence[Standing], as_at: dt.date) -> Table:
    columns = (
        Column("kpi", "KPI"),
        Column("due", "Due to date", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("pending", "Pending", Show.QUANTITY),
        Column("rag", "Standing", Show.RAG),
        Column("trend", "Latest period"),
        Column("next", "Next target"),
    )
    rows = tuple(Row(_kpi(standing, as_at)) for standing in standings)
    note = "Only what is verified counts. Standing compares it with what was due to date, by the contract's thresholds."
    return Table(f"{anchor(contract)}-kpis", "KPIs", columns, rows, note=note)


def _kpi(standing: Standing, as_at: dt.date) -> tuple[Cell, ...]:
    kpi, stands = standing.kpi, standing.stands
    nil = standing.nils and "verified" not in standing.quantity
    return (
        Cell(f"{kpi.ref}: {kpi.deliverable or kpi.measure}"),
        _amount(standing, DUE, standing.no_due),
        Cell(state=State.NIL) if nil else _amount(standing, "verified"),
        _amount(standing, "pending"),
        Cell(stands.rag.value, text=in_words(standing, stands, short=True))
        if stands
        else Cell(text=standing.no_colour),
        Cell(text=_trend(standing)),
        Cell(text=_next(standing, as_at)),
    )


def _amount(standing: Standing, name: str, empty: str = "") -> Cell:
    line = standing.quantity.get(name)
    return figure_cell(standing.book, line, unit=standing.unit) if line else Cell(text=empty or "–")


def _trend(standing: Standing) -> str:
    """Say how the latest period with something verified compares with the one before it."""
    periods = sorted(standing.verified_in)
    if len(periods) < 2:
        return "–"
    before, latest = (standing.book[standing.verified_in[period]].value for period in periods[-2:])
    words = "up from" if latest > before else "down from" if latest < before else "same as"
    return f"{amount(latest, standing.unit)}, {words} {amount(before, '')}"


def _next(standing: Standing, as_at: dt.date) -> str:
    for period, _, line in sorted(standing.targets):
        wanted = standing.book[line].value
        if period.end > as_at and wanted:
            return f"{amount(wanted, standing.unit)} by {day_in_words(period.end)}"
    return "–"


def _without(contract: Contract) -> Prose:
    why = contract.no_kpi_reason or "no reason is on record"
    return Prose((f"This contract has no KPIs: {why}.",))


def _settled(contract: Contract, standings: Sequence[Standing]) -> Table | None:
    """What is disputed, was rejected or let go of: only the KPIs and the states that there are."""
    names = [name for name in SETTLED if any(name in standing.quantity for standing in standings)]
    behind = any(_is_short(standing) for standing in standings)
    shown = [*names, *([SHORT] if behind else [])]
    if not shown:
        return None
    headings = [Column(name, _heading(name), Show.QUANTITY) for name in shown]
    rows = tuple(
        Row((Cell(standing.kpi.ref), *(_amount(standing, name) for name in shown)))
        for standing in standings
        if any(name in standing.quantity for name in names) or _is_short(standing)
    )
    name = f"{anchor(contract)}-open"
    return Table(name, "Disputed, rejected, let go of and short", (Column("kpi", "KPI"), *headings), rows, dense=True)


def _heading(name: str) -> str:
    return "Short of what was due" if name == SHORT else name.replace("_", " ").capitalize()


def _is_short(standing: Standing) -> bool:
    book: Book = standing.book
    return SHORT in standing.quantity and book[standing.quantity[SHORT]].value > 0


def _actions(contract: Contract, notes: Sequence[Note]) -> Table | None:
    wanted = sorted((n for n in notes if n.due), key=lambda note: (note.due or dt.date.max, note.text))[:MOST_NOTES]
    if not wanted:
        return None
    columns = (Column("text", "Action or milestone"), Column("by", "Who"), Column("due", "Due", Show.DATE))
    rows = tuple(Row((Cell(note.text), Cell(note.by), Cell(note.due))) for note in wanted)
    return Table(f"{anchor(contract)}-actions", "Actions and next milestones", columns, rows, dense=True)
