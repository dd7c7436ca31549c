"""A contract's own pages: what was due, what stands where, what comes next. Meant to be taken into a review meeting."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from commonweal.figures import Book
from commonweal.periods import Period
from commonweal.portfolio import Contract, Note
from commonweal.quantities import plain
from commonweal.reporting.build.assembly import Assembly
from commonweal.reporting.build.names import anchor
from commonweal.reporting.build.newer import newer_table
from commonweal.reporting.build.outlook import forecast_table, rating_table, remedy_table
from commonweal.reporting.build.returns import returns_table
from commonweal.reporting.build.standing import CLAIMED, DUE, Standing, in_words
from commonweal.reporting.build.tables import (
    figure_cell,
    money_cells,
    money_columns,
    money_lines,
    money_names,
    sum_line,
    total_row,
)
from commonweal.reporting.build.targets import PROMISED
from commonweal.reporting.model import Block, Cell, Chart, Column, Facts, Prose, Row, Section, Show, State, Table


def contract_section(
    assembly: Assembly, contract: Contract, standings: Sequence[Standing], notes: Sequence[Note]
) -> Section:
    """Return the one-pager of a contract that has KPIs."""
    book, as_at, returns = assembly.book, assembly.as_at, assembly.returns.get(contract.ref, [])
    blocks: list[Block] = [Facts(_head(contract))]
    if returns:
        blocks.append(returns_table(contract, returns, as_at))
    blocks.append(_kpi_table(contract, standings))
    money = _money(book, contract, standings)
    blocks += money if assembly.drawn else [block for block in money if not isinstance(block, Chart)]
    blocks += [
        table
        for table in (
            _promise_table(book, contract, standings),
            _changes_table(book, contract, standings),
            forecast_table(book, contract, standings, returns, as_at),
            remedy_table(book, contract, standings),
            rating_table(contract, standings),
            newer_table(assembly.flows, contract, standings, assembly.newer),
            _notes_table(contract, notes),
        )
        if table
    ]
    title = contract.title or contract.ref
    shared = tuple(_shared(contract, block) for block in blocks)
    return Section(anchor(contract), title, shared, level=2, caption=contract.ref, page_break=True)


def _shared(contract: Contract, block: Block) -> Block:
    """A contract's table goes into the CSV file of its kind, with the contract's reference as first column."""
    if not isinstance(block, Table):
        return block
    kind = block.name.removeprefix(f"{anchor(contract)}-")
    return replace(block, file=f"contract-{kind}", subject=contract.ref)


def _head(contract: Contract) -> tuple[tuple[str, str], ...]:
    term = contract.term
    items = (
        ("Supplier", "; ".join(s.name for s in contract.suppliers)),
        ("Body", contract.body),
        ("Directorate", contract.directorate),
        ("Value", f"£{contract.value:,.2f}" if contract.value is not None else "not stated"),
        ("Runs", str(term) if term else "dates not stated"),
        ("Owner", " and deputy ".join(name for name in (contract.owner, contract.deputy) if name) or "no owner named"),
        ("Criticality", contract.criticality),
        ("Framework", contract.framework),
        ("Values", contract.value_pack),
        ("Status", contract.status),
        (
            "Colours",
            f"green from {plain(contract.rag_green)} % of what was due, amber from {plain(contract.rag_amber)} %",
        ),
    )
    return tuple((name, text) for name, text in items if text)


def _kpi_table(contract: Contract, standings: Sequence[Standing]) -> Table:
    columns = (
        Column("kpi", "KPI"),
        Column("due", "Due to date", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("percent", "Verified of due", Show.PERCENT),
        Column("rag", "Standing", Show.RAG),
        Column("pending", "Pending", Show.QUANTITY),
        Column("promised", "Promised, whole life", Show.QUANTITY),
    )
    rows = tuple(Row(_kpi_cells(standing)) for standing in standings)
    return Table(f"{anchor(contract)}-kpis", "What was due and what is verified", columns, rows)


def _kpi_cells(standing: Standing) -> tuple[Cell, ...]:
    kpi, stands = standing.kpi, standing.stands
    nil = State.NIL if standing.nils and "verified" not in standing.quantity else None
    due = _amount(standing, DUE, empty=standing.no_due)
    verified = Cell(state=nil) if nil else _amount(standing, "verified")
    percent = figure_cell(standing.book, standing.percent)
    name = f"{kpi.ref}: {kpi.deliverable or kpi.measure}"
    rag = (
        Cell(stands.rag.value, text=in_words(standing, stands, short=True)) if stands else Cell(text=standing.no_colour)
    )
    return Cell(name), due, verified, percent, rag, _amount(standing, "pending"), _amount(standing, PROMISED)


def _amount(standing: Standing, name: str, empty: str = "") -> Cell:
    line = standing.quantity.get(name)
    if not line:
        return Cell(text=empty or "–")
    return figure_cell(standing.book, line, unit=standing.unit)


def _money(book: Book, contract: Contract, standings: Sequence[Standing]) -> list[Block]:
    valued = [standing for standing in standings if standing.kpi.value_per_unit is not None]
    if not valued:
        return [Prose(("This contract is measured without pounds.",))]
    names = [(name, heading) for name, heading in money_names(valued) if name not in (PROMISED, DUE)]
    columns = (Column("kpi", "KPI"), *money_columns(names))
    rows = [Row((Cell(s.kpi.ref), *_states(book, s, names))) for s in valued]
    lines = money_lines(book, contract.ref, contract.ref, standings)
    rows.append(total_row((Cell("Total"), *money_cells(book, lines, names))))
    name = f"{anchor(contract)}-pounds"
    note = "Claimed is always pending, verified, rejected, disputed and withdrawn added up. Only verified counts."
    chart = Chart(
        f"{name}-chart",
        _message(book, lines),
        "stacked",
        name,
        "kpi",
        tuple(state for state, _ in names if state != CLAIMED and state in STACKED),
        unit="£",
    )
    return [Table(name, "What was claimed and what became of it", columns, tuple(rows), note=note), chart]


STACKED = ("pending", "verified", "rejected", "disputed", "withdrawn")


def _message(book: Book, lines: dict[str, str]) -> str:
    claimed, verified = lines.get(CLAIMED), lines.get("verified")
    if not claimed:
        return "Nothing has been claimed yet"
    done = book[verified].value if verified else Decimal(0)
    return f"£{done:,.2f} of the £{book[claimed].value:,.2f} claimed is verified"


def _states(book: Book, standing: Standing, names: Sequence[tuple[str, str]]) -> tuple[Cell, ...]:
    nil = bool(standing.nils) and CLAIMED not in standing.pounds
    cells = []
    for name, _ in names:
        line = standing.pounds.get(name, "")
        cells.append(Cell(state=State.NIL) if nil and name == CLAIMED else figure_cell(book, line))
    return tuple(cells)


def _promise_table(book: Book, contract: Contract, standings: Sequence[Standing]) -> Table | None:
    moved = [s for s in standings if any(name in s.quantity for name in RELEASED)]
    if not moved:
        return None
    columns = (
        Column("kpi", "KPI"),
        Column(PROMISED, "Promised", Show.QUANTITY),
        *(Column(name, name.replace("_", " ").capitalize(), Show.QUANTITY) for name in RELEASED),
        Column("standing", "Still standing", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("worth", "Let go of", Show.POUNDS, "£"),
    )
    rows = tuple(Row(_promise_cells(book, standing)) for standing in moved)
    note = "What was promised is what still stands, what was relieved, what was transferred and what was written off."
    return Table(f"{anchor(contract)}-promise", "What became of the promise", columns, rows, note=note)


RELEASED = ("relieved", "transferred", "written_off")


def _promise_cells(book: Book, standing: Standing) -> tuple[Cell, ...]:
    stem, kpi = standing.stem, standing.kpi
    gone = [standing.quantity[name] for name in RELEASED if name in standing.quantity]
    promised = standing.quantity[PROMISED]  # nothing can be let go of a promise that was never made
    line = book.figure(f"{stem}/standing", f"{kpi.ref} still standing", kpi.unit, "difference", [promised, *gone])
    left = Cell(line.value, figure=line.id, unit=kpi.unit)
    pounds = [standing.pounds[name] for name in RELEASED if name in standing.pounds]
    worth = sum_line(book, f"{stem}/let-go/pounds", f"{kpi.ref} relieved, transferred and written off", pounds)
    cells = (_amount(standing, name) for name in (PROMISED, *RELEASED))
    return (Cell(kpi.ref), *cells, left, _amount(standing, "verified"), figure_cell(book, worth))


def _changes_table(book: Book, contract: Contract, standings: Sequence[Standing]) -> Table | None:
    rows: list[Row] = []
    for standing in standings:
        changed = [(p, first, now) for p, first, now in standing.targets if first != now]
        if changed:
            rows += _changed_rows(book, standing, changed)
    if not rows:
        return None
    columns = (
        Column("kpi", "KPI"),
        Column("period", "Period"),
        Column("first", "Original target", Show.QUANTITY),
        Column("now", "Current target", Show.QUANTITY),
        Column("verified", "Verified", Show.QUANTITY),
        Column("of_now", "Of current", Show.PERCENT),
        Column("of_first", "Of original", Show.PERCENT),
        Column("why", "Why"),
    )
    return Table(f"{anchor(contract)}-changes", "Targets that were changed", columns, tuple(rows), dense=True)


def _changed_rows(book: Book, standing: Standing, changed: Sequence[tuple[Period, str, str]]) -> list[Row]:
    stem, kpi = f"{standing.stem}/changed", standing.kpi
    rows = []
    for period, first, now in changed:
        done = standing.verified_in.get(period, "")
        cells = [figure_cell(book, line, unit=kpi.unit) for line in (first, now, done)]
        where = f"{stem}/{period.start}/{period.end}"
        shares = [
            _share(book, f"{where}/{name}", kpi.ref, done, target) for name, target in (("now", now), ("first", first))
        ]
        why = getattr(book[now], "source", "")
        rows.append(Row((Cell(kpi.ref), Cell(period.label), *cells, *shares, Cell(why))))
    return rows


def _share(book: Book, line: str, ref: str, done: str, target: str) -> Cell:
    if not done or not target or not book[target].value:
        return Cell(text="–")
    return figure_cell(book, book.figure(line, f"{ref} verified of target", "percent", "percent", [done, target]).id)


def _notes_table(contract: Contract, notes: Sequence[Note]) -> Table | None:
    if not notes:
        return None
    columns = (
        Column("kind", "Kind"),
        Column("text", "What"),
        Column("by", "Who"),
        Column("on", "Noted", Show.DATE),
        Column("due", "Due", Show.DATE),
    )
    rows = tuple(
        Row((Cell(n.kind), Cell(f"{n.kpi}: {n.text}" if n.kpi else n.text), Cell(n.by), Cell(n.on), Cell(n.due)))
        for n in sorted(notes, key=lambda note: (note.due or dt.date.max, note.text))
    )
    return Table(f"{anchor(contract)}-notes", "Actions and notes", columns, rows)
